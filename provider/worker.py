"""The application of a worker process: ``app:app``, and beside it upkeep and the delivery of logouts."""

from multiprocessing.util import Finalize

from provider.allocator import give_back_large_blocks
from provider.factory import create_app
from provider.logout_delivery import LogoutDelivery
from provider.stopping import hear_every_stop
from provider.upkeep import Upkeep
from provider.wiring import services

give_back_large_blocks()
hear_every_stop()
app = create_app()
with app.app_context():
    if (spans := services().spans) is not None:
        Finalize(None, spans.close, exitpriority=0)  # a worker leaves without calling what atexit has
    Upkeep(services()).start(app)
    LogoutDelivery(services()).start()
