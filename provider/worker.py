"""The application of a server's process: ``app:app``, and beside it upkeep and the delivery of logouts."""

from provider.factory import create_app
from provider.logout_delivery import LogoutDelivery
from provider.upkeep import Upkeep
from provider.wiring import services

app = create_app()
with app.app_context():
    Upkeep(services()).start()
    LogoutDelivery(services()).start()
