"""The application of a server's process: ``app:app``, and the upkeep beside it."""

from provider.factory import create_app
from provider.upkeep import Upkeep
from provider.wiring import services

app = create_app()
with app.app_context():
    Upkeep(services()).start()
