"""Points in time as a person reads them."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from flask_babel import format_timedelta, gettext

JUST_NOW_SECONDS = 300


class Moment(NamedTuple):
    """A time for a ``time`` element: for machines, and how long ago in words."""

    instant: str
    words: str


def moment(then: int, now: int) -> Moment:
    """Return the time ``then`` as seen ``now``, both NumericDate, in the language of the current page."""
    age = now - then
    instant = datetime.fromtimestamp(then, UTC).isoformat().replace("+00:00", "Z")
    if age < JUST_NOW_SECONDS:
        return Moment(instant, gettext("a few moments ago"))
    return Moment(instant, format_timedelta(timedelta(seconds=-age), add_direction=True))
