"""People's names beside their ``sub``, for lists that know them by it."""

from collections.abc import Iterable

from provider.wiring import services
from validators.people_search import PeopleSearch


def person_of(sub: str | None, names: dict[str, str]) -> dict[str, str | None] | None:
    """Return a person for a list; without a name where they are gone."""
    return None if sub is None else {"sub": sub, "name": names.get(sub)}


def names_of(subs: Iterable[str | None]) -> dict[str, str]:
    """Return the names of those among ``subs`` who are still here."""
    return PeopleSearch(services().database).names({sub for sub in subs if sub is not None})
