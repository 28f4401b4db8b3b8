"""Random requests, each made from its seed alone: so a million of them take an hour, not a day."""

import sys
from collections.abc import Callable
from random import Random
from typing import NamedTuple, TypeVar

from provider.operations import JSON

T = TypeVar("T")
FORM = "application/x-www-form-urlencoded"
NUMBERS = 997
MOST_LETTERS = 30
SURROGATES = range(0xD800, 0xE000)
MEMBERS = (
    *("redirect_uris", "grant_types", "scope", "jwks", "jwks_uri", "client_name", "client_uri", "paper_x"),
    *("response_types", "token_endpoint_auth_method", "sector_identifier_uri", "software_statement"),
)
HEADERS = (
    *("DPoP", "Origin", "Cookie", "Accept", "Accept-Language", "X-Forwarded-For", "If-None-Match", "Host"),
)
KINDS = ("", "text/plain", "multipart/form-data; boundary=x", JSON, FORM)
SCHEMES = ("", "", "Basic ", "Bearer ", "DPoP ", "Basic YTpi", "bearer  ")

Value = int | str
Member = int | str | bool | list[int] | None


class Draft(NamedTuple):
    """One request with numbers where the facts have the values."""

    operation: int
    place: Value
    pairs: list[tuple[Value, Value]]
    document: dict[str, Member]
    raw: bytes | None
    kind: str
    headers: list[tuple[str, Value]]
    scheme: str
    address: int
    is_signed_in: bool


def draft_of(seed: int) -> Draft:
    """Return the request of a seed."""
    random = Random(seed)
    return Draft(
        operation=_number(random),
        place=_value(random),
        pairs=_several(random, 10, lambda: (_value(random), _value(random))),
        document=dict(_several(random, 6, lambda: (_name(random), _member(random)))),
        raw=random.randbytes(random.randrange(100)) if random.randrange(4) == 0 else None,
        kind=random.choice(KINDS),
        headers=_several(random, 3, lambda: (random.choice(HEADERS), _value(random))),
        scheme=random.choice(SCHEMES),
        address=random.randint(1, 250),
        is_signed_in=random.random() < 0.5,
    )


def _number(random: Random) -> int:
    return random.randrange(NUMBERS)


def _value(random: Random) -> Value:
    return _number(random) if random.randrange(3) else _text(random)


def _name(random: Random) -> str:
    return random.choice(MEMBERS) if random.randrange(2) else _text(random)


def _member(random: Random) -> Member:
    kind = random.randrange(5)
    if kind == 0:
        return _several(random, 3, lambda: _number(random))
    return (None, random.random() < 0.5, _value(random), _value(random))[kind - 1]


def _text(random: Random) -> str:
    """Return characters of every plane, those of ASCII as often as all others."""
    return "".join(_several(random, MOST_LETTERS, lambda: _character(random)))


def _character(random: Random) -> str:
    code = random.randrange(0x80 if random.randrange(2) else sys.maxunicode)
    return "\ufffd" if code in SURROGATES else chr(code)


def _several(random: Random, most: int, draw: Callable[[], T]) -> list[T]:
    return [draw() for _ in range(random.randint(0, most))]
