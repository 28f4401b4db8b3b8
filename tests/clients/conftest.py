"""What the tests of real clients need: a provider open to all; certificates behind nginx only where it is."""

from collections.abc import Iterator

import pytest

from tests.live import LiveProvider
from tests.nginx import NGINX

collect_ignore = [] if NGINX else ["test_mutual_tls.py"]


@pytest.fixture(scope="session")
def open_provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveProvider]:
    """A running provider at which anybody may register."""
    provider = LiveProvider(tmp_path_factory.mktemp("open"), PAPER_REGISTRATION="open")
    with provider.serving():
        yield provider
