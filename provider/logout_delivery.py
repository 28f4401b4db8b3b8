"""A thread of every server process: delivers logout tokens and pings.

OpenID Connect Back-Channel Logout §2.5, CIBA Core §10.2.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from provider.backchannel_wiring import ping_courier
from provider.client_wiring import fetcher
from provider.events import report
from provider.wiring import Services
from validators.courier import Courier
from validators.logout_courier import LogoutCourier, Post
from validators.logout_queue import LogoutQueue
from validators.logout_tokens import LogoutTokens
from validators.sign_in_ends import QUEUED

POLL_SECONDS = 5.0
AT_ONCE = 4

logger = logging.getLogger(__name__)


def logout_courier(services: Services, post: Post) -> LogoutCourier:
    """Return what delivers logout tokens by ``post``."""
    tokens = LogoutTokens(
        issuer=services.settings.issuer,
        jwts=services.client_jwts,
        subjects=services.subjects,
        clock=services.clock,
    )
    return LogoutCourier(
        queue=LogoutQueue(services.database, services.clock),
        clients=services.clients,
        tokens=tokens,
        post=post,
        report=report,
    )


class LogoutDelivery:
    """Delivers what is due: at once after a logout or a decision in this process, else within seconds.

    Any number of processes may do it; each delivery has one of them at a time. A round without anything to
    do is one read for each kind.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._couriers: tuple[Courier[Any], ...] = ()

    def start(self) -> None:
        """Begin, in a thread that ends with the process."""
        threading.Thread(target=self._run, name="logout-delivery", daemon=True).start()

    def run_once(self) -> None:
        """Do what is due, a few at a time; what fails is logged and due again later."""
        _logged(self._make_couriers)
        for courier in self._couriers:
            _logged(partial(_round, courier))

    def _run(self) -> None:
        while True:
            self.run_once()
            QUEUED.wait(POLL_SECONDS)
            QUEUED.clear()

    def _make_couriers(self) -> None:
        if not self._couriers:
            out = fetcher(self._services)
            self._couriers = (
                logout_courier(self._services, out.post),
                ping_courier(self._services, out.post_json),
            )


def _round(courier: Courier[Any]) -> None:
    while due := list(courier.due()):
        with ThreadPoolExecutor(min(AT_ONCE, len(due)), thread_name_prefix="logout-delivery") as pool:
            results = list(pool.map(lambda each: _logged(partial(courier.deliver, each)), due))
        if not all(results):
            return


def _logged(work: Callable[[], None]) -> bool:
    """Do ``work``; whether it could be done. No failure ends the thread: what was claimed is due again."""
    try:
        work()
    except Exception:
        logger.warning("logout tokens could not be delivered", exc_info=True)
        return False
    return True
