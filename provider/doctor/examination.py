"""The whole examination, in the order in which an operator would mend things."""

from collections.abc import Callable, Iterator
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from keys.errors import KeysError
from models.errors import StoreError
from provider.client_wiring import fetcher
from provider.doctor.clients import examine_clients
from provider.doctor.clock import examine_clock
from provider.doctor.configuration import examine_settings
from provider.doctor.database import examine_database
from provider.doctor.findings import Finding, error
from provider.doctor.host import Host, examine_host
from provider.doctor.reachability import examine_issuer, examine_outbound
from provider.doctor.signing_keys import examine_keys
from provider.wiring import Services

Examine = Callable[[], Iterator[Finding]]


def examine(services: Services, *, is_offline: bool = False) -> Iterator[Finding]:
    """Look at everything, change nothing.

    Args:
        services: the provider.
        is_offline: leave out what needs the network.
    """
    settings, database, now = services.settings, services.database, services.clock()
    yield from examine_host(settings, Host())
    yield from examine_clock(now)
    yield from examine_settings(settings)
    is_there = True
    for finding in _careful("database", partial(examine_database, database, now)):
        is_there = is_there and finding.level != "error"
        yield finding
    if is_there:
        yield from _careful("keys", partial(examine_keys, settings, database, now))
        yield from _careful("clients", partial(examine_clients, database, now))
    if not is_offline:
        yield from examine_issuer(settings)
        if is_there:
            yield from _careful("outbound", partial(examine_outbound, settings, database, fetcher(services)))


def _careful(topic: str, look: Examine) -> Iterator[Finding]:
    """Turn what keeps an examination from ending into a finding."""
    try:
        yield from look()
    except (StoreError, SQLAlchemyError, KeysError, OSError) as problem:
        said = " ".join(str(problem).split("\n", 1)[0].split())
        yield error(topic, f"cannot be examined: {said}", "mend this first, then ask again")
