"""Checks of single values in a client metadata document: each returns the value to keep, or refuses it."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from validators.plain_text import is_plain
from validators.scopes import parse_scope

Check = Callable[[str, Any], Any]

MAX_TEXT = 200
MAX_ENTRIES = 100
MAX_OPAQUE = 16384
MAX_NAME_SHOWN = 60
NOT_IN_DESCRIPTION = re.compile(r"[^\x20\x21\x23-\x5B\x5D-\x7E]")
PRIVATE_JWK_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"})
REQUIRED_JWK_MEMBERS = {"RSA": ("n", "e"), "EC": ("crv", "x", "y"), "OKP": ("crv", "x")}
BASE64URL = re.compile(r"[A-Za-z0-9_-]+")


class InvalidClientMetadata(Exception):
    """A client metadata document that cannot be accepted (RFC 7591 §3.2.2).

    Attributes:
        error: ``invalid_client_metadata`` or ``invalid_redirect_uri``.
        member: the member at fault.
        problem: what is wrong with it, or what is allowed.
        description: both, in the characters that RFC 6749 §5.2 allows.
    """

    def __init__(self, member: str, problem: str, *, error: str = "invalid_client_metadata") -> None:
        self.error = error
        self.member = _printable(member[:MAX_NAME_SHOWN])
        self.problem = _printable(problem)
        self.description = f"{self.member}: {self.problem}"
        super().__init__(self.description)


def _printable(text: str) -> str:
    return NOT_IN_DESCRIPTION.sub("?", text)


def boolean(member: str, value: Any) -> bool:
    """Return ``value`` if it is JSON's true or false."""
    if not isinstance(value, bool):
        raise InvalidClientMetadata(member, "must be true or false")
    return value


def seconds(member: str, value: Any) -> int:
    """Return ``value`` if it is a whole number of seconds, 0 or more."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise InvalidClientMetadata(member, "must be a whole number of seconds, 0 or more")
    return value


def text(member: str, value: Any) -> str:
    """Return words that people will see: at most 200 characters, no control or bidirectional ones."""
    if not isinstance(value, str) or len(value) > MAX_TEXT or not is_plain(value):
        raise InvalidClientMetadata(
            member, f"must be a string of at most {MAX_TEXT} characters without control or bidi characters"
        )
    return value.strip()


def opaque(member: str, value: Any) -> str:
    """Return a string that is kept as it is and shown to nobody, such as a signed statement."""
    if not isinstance(value, str) or len(value) > MAX_OPAQUE or not is_plain(value):
        raise InvalidClientMetadata(
            member, f"must be a string of at most {MAX_OPAQUE} characters without control characters"
        )
    return value


def scope(member: str, value: Any) -> str:
    """Return a scope, its values once each in the given order (RFC 6749 §3.3)."""
    words = parse_scope(value) if isinstance(value, str) else None
    if words is None:
        raise InvalidClientMetadata(member, "must be scope values separated by spaces (RFC 6749 section 3.3)")
    return " ".join(words)


def one_of(*allowed: str) -> Check:
    """Return a check for one of the ``allowed`` words."""

    def check(member: str, value: Any) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise InvalidClientMetadata(member, f"must be one of: {', '.join(allowed)}")
        return value

    return check


def list_of(entry: Check) -> Check:
    """Return a check for an array, possibly empty, whose every value passes ``entry``."""

    def check(member: str, value: Any) -> list[Any]:
        if not isinstance(value, list) or len(value) > MAX_ENTRIES:
            raise InvalidClientMetadata(member, f"must be an array of at most {MAX_ENTRIES} values")
        return [entry(member, each) for each in value]

    return check


def set_of(allowed: Collection[str], canonical: Callable[[str], str] = str) -> Check:
    """Return a check for an array of ``allowed`` words; repeated ones are kept once."""

    def check(member: str, value: Any) -> list[str]:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise InvalidClientMetadata(member, "must be an array of strings")
        words = list(dict.fromkeys(map(canonical, value)))
        if not set(words).issubset(allowed):
            raise InvalidClientMetadata(member, f"may hold only: {', '.join(allowed)}")
        return words

    return check


def jwk_set(member: str, value: Any) -> dict[str, Any]:
    """Return a JWK Set of public keys (RFC 7517 §5); key types that are not known are kept."""
    keys = value.get("keys") if isinstance(value, dict) else None
    if not isinstance(keys, list) or len(keys) > MAX_ENTRIES:
        raise InvalidClientMetadata(member, "must be a JWK Set: an object with an array keys (RFC 7517)")
    for key in keys:
        _require_public_jwk(member, key)
    return dict(value)


def _require_public_jwk(member: str, key: Any) -> None:
    if not isinstance(key, Mapping) or not isinstance(key.get("kty"), str):
        raise InvalidClientMetadata(member, "every key must be an object with a string kty (RFC 7517)")
    if key["kty"] == "oct" or not PRIVATE_JWK_MEMBERS.isdisjoint(key):
        raise InvalidClientMetadata(member, "may hold public keys only, no private or symmetric ones")
    needed = REQUIRED_JWK_MEMBERS.get(key["kty"], ())
    if not all(_is_base64url(key.get(name)) for name in needed):
        raise InvalidClientMetadata(
            member, f"a key of type {key['kty']} must have the strings {', '.join(needed)} (RFC 7518)"
        )
    if not all(isinstance(key.get(name, ""), str) for name in ("kid", "use", "alg")):
        raise InvalidClientMetadata(member, "kid, use and alg of a key must be strings (RFC 7517)")


def _is_base64url(value: Any) -> bool:
    return isinstance(value, str) and BASE64URL.fullmatch(value) is not None


def language_base(name: str, bases: Iterable[str]) -> str | None:
    """Return the member that ``name`` translates: ``client_name`` for ``client_name#ko`` (RFC 7591 §2.2)."""
    base, mark, _ = name.partition("#")
    return base if mark and base in bases else None
