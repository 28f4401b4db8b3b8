"""What the store knows better than any process: whether it answers, and how old the signing keys are."""

from collections.abc import Callable, Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from keys.store import KeyState
from models.database import Database
from models.errors import StoreUnavailable
from provider.key_store import DatabaseKeyStore


class StoreState(Collector):
    """Asks the database whenever somebody looks.

    Args:
        database: where the keys are.
        clock: NumericDate.
    """

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._keys = DatabaseKeyStore(database)
        self._now = clock

    def collect(self) -> Iterator[Metric]:
        """See ``Collector``."""
        try:
            records = self._keys.load()
        except StoreUnavailable:
            yield GaugeMetricFamily("paper_database_up", "Whether the database answers", 0)
            return
        yield GaugeMetricFamily("paper_database_up", "Whether the database answers", 1)
        ages = GaugeMetricFamily(
            "paper_signing_key_age_seconds", "How long a key has signed", labels=("alg", "kid")
        )
        for record in records:
            if record.state is KeyState.ACTIVE:
                ages.add_metric((record.alg, record.kid), self._now() - (record.activated_at or 0))
        yield ages

    def describe(self) -> list[Metric]:
        """See ``Collector``: nothing is asked of the database beforehand."""
        return []
