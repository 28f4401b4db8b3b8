"""What every server process does beside answering: a thread that wakes now and then."""

import logging
import threading
import time

from flask import Flask

from keys.errors import KeysError
from models.errors import StoreUnavailable
from provider.events import report
from provider.wiring import Services

WAKE_SECONDS = 600

logger = logging.getLogger(__name__)


class Upkeep:
    """Rotates signing keys that have signed for long enough, and removes clients that nobody uses.

    Any number of processes may do it at once: the one that is late finds a key waiting.
    """

    def __init__(self, services: Services) -> None:
        self._services = services

    def start(self, app: Flask) -> None:
        """Begin, in a thread that ends with the process; what it does is reported as ``app``'s doing."""
        threading.Thread(target=self._run, args=(app,), name="upkeep", daemon=True).start()

    def run_once(self) -> None:
        """Do what is due; what cannot be done now is logged and tried again the next time."""
        try:
            self._rotate()
        except (KeysError, StoreUnavailable):
            logger.warning("signing keys could not be rotated", exc_info=True)
        try:
            self._remove_unused_clients()
        except StoreUnavailable:
            logger.warning("unused clients could not be removed", exc_info=True)

    def _run(self, app: Flask) -> None:
        while True:
            with app.app_context():
                self.run_once()
            time.sleep(WAKE_SECONDS)

    def _remove_unused_clients(self) -> None:
        unused_seconds = self._services.settings.registration_unused_seconds
        if unused_seconds:
            for client_id in self._services.unused_clients.remove(unused_seconds):
                report("unused_client_removed", client_id=client_id)

    def _rotate(self) -> None:
        services = self._services
        settings = services.settings
        if not settings.key_rotation_seconds:
            return
        for plan in services.key_rotation.rotate_aged(services.clock(), settings.key_rotation_seconds):
            report("signing_key_rotated", alg=plan.alg, kid=plan.kid, signs_at=plan.signs_at)
