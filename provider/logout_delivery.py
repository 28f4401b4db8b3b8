"""A thread of every server process: delivers logout tokens (OpenID Connect Back-Channel Logout §2.5)."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from provider.client_wiring import fetcher
from provider.events import report
from provider.wiring import Services
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
    """Delivers what is due: at once after a logout in this process, else within a few seconds.

    Any number of processes may do it; each delivery has one of them at a time. A round without anything to
    do is one read.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._courier: LogoutCourier | None = None

    def start(self) -> None:
        """Begin, in a thread that ends with the process."""
        threading.Thread(target=self._run, name="logout-delivery", daemon=True).start()

    def run_once(self) -> None:
        """Do what is due, a few at a time; what fails is logged and due again later."""
        _logged(self._round)

    def _run(self) -> None:
        while True:
            self.run_once()
            QUEUED.wait(POLL_SECONDS)
            QUEUED.clear()

    def _round(self) -> None:
        if self._courier is None:
            self._courier = logout_courier(self._services, fetcher(self._services).post)
        courier = self._courier
        while due := list(courier.due()):
            with ThreadPoolExecutor(min(AT_ONCE, len(due)), thread_name_prefix="logout-delivery") as pool:
                results = list(pool.map(lambda each: _logged(lambda: courier.deliver(each)), due))
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
