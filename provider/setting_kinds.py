"""The kinds of value a setting can have: how its text is read and what it may say."""

import re
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from cryptography import x509
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

CHECKOUT = Path(__file__).resolve().parent.parent
"""Where relative paths begin: the directory that holds ``provider/``."""

DAY = 86_400
YEAR = 365 * DAY

_HOST = r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]"
_ISSUER = re.compile(rf"(https?)://({_HOST})(?::([0-9]{{1,5}}))?((?:/[A-Za-z0-9._~-]+)*)")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,99}")
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]{32,200}=*")
_NAME = re.compile(r"(?=.*[a-z])[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
_BIND = re.compile(rf"({_HOST}):([0-9]{{1,5}})")


class Kind(NamedTuple):
    """One kind of value.

    Attributes:
        allowed: what may be written, in words that complete "allowed: …".
        read: makes the value from its text; ``ValueError`` when it is not allowed.
        is_secret: the text may hold a password and is never repeated to anybody.
    """

    allowed: str
    read: Callable[[str], Any]
    is_secret: bool = False


class Address(NamedTuple):
    """A host (name or IP address, no brackets) and a TCP port."""

    host: str
    port: int


def whole_number(low: int, high: int, unit: str = "") -> Kind:
    """Return the kind of whole numbers from ``low`` to ``high``, both included."""

    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,12}", text) or not low <= int(text) <= high:
            raise ValueError(text)
        return int(text)

    return Kind(f"a whole number from {low} to {high}{unit}", read)


def seconds(low: int, high: int) -> Kind:
    """Return the kind of durations from ``low`` to ``high`` seconds, both included."""
    return whole_number(low, high, " (seconds)")


def choice(*words: str) -> Kind:
    """Return the kind of one of ``words``, in upper or lower case."""
    spelling = {word.casefold(): word for word in words}

    def read(text: str) -> str:
        if text.casefold() not in spelling:
            raise ValueError(text)
        return spelling[text.casefold()]

    return Kind(" or ".join(words), read)


def is_loopback(host: str) -> bool:
    """Whether ``host`` (no brackets) is this machine to itself: localhost, 127.0.0.0/8 or ::1."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def issuer_address(issuer: str) -> Address:
    """Return host and port of an issuer that ``ISSUER`` has read; without a port, the scheme's."""
    parts = urlsplit(issuer)
    return Address(parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))


def _read_issuer(text: str) -> str:
    match = _ISSUER.fullmatch(text)
    if match is None or any(segment in (".", "..") for segment in match[4].split("/")):
        raise ValueError(text)
    host = _host(match[2])
    _port(match[3] or "80")
    if match[1] == "http" and not is_loopback(host):
        raise ValueError(text)
    return text


def _read_bind(text: str) -> Address:
    match = _BIND.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return Address(_host(match[1]), _port(match[2]))


def _host(text: str) -> str:
    return str(ip_address(text[1:-1])) if text.startswith("[") else text


def _port(text: str) -> int:
    if not 0 < int(text) < 65_536:
        raise ValueError(text)
    return int(text)


def sqlite_url(path: Path) -> str:
    """Return the database URL of the SQLite file at ``path``."""
    return URL.create("sqlite", database=str(path)).render_as_string()


def _read_database_url(text: str) -> str:
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise ValueError("not a database URL") from error
    if url.drivername == "sqlite" and url.database and not url.database.startswith((":", "file:")):
        return sqlite_url(CHECKOUT / url.database)
    if url.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    raise ValueError("not a database that Paper knows")


def _read_rate_limit_storage(text: str) -> str:
    if text == "memory://":
        return text
    parts = urlsplit(text)
    if parts.scheme not in ("redis", "rediss") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("not a store that Paper knows")
    if not re.fullmatch(r"(/[0-9]{0,3})?", parts.path) or parts.port == 0:
        raise ValueError("not a store that Paper knows")
    return text


def _read_file(text: str) -> Path:
    if not text or "\0" in text:
        raise ValueError(text)
    return CHECKOUT / text


def _read_certificates(text: str) -> Path:
    path = _read_file(text)
    try:
        x509.load_pem_x509_certificates(path.read_bytes())
    except OSError as error:
        raise ValueError("cannot be read") from error
    return path


def _read_token(text: str) -> str:
    if not _TOKEN.fullmatch(text):
        raise ValueError("not a token")
    return text


def _read_header(text: str) -> str:
    if not _HEADER.fullmatch(text):
        raise ValueError(text)
    return text


def _read_hosts(text: str) -> tuple[str, ...]:
    return tuple(_host_or_network(part.strip()) for part in text.split(","))


def _host_or_network(text: str) -> str:
    try:
        return str(ip_network(text))
    except ValueError:
        if not _NAME.fullmatch(text):
            raise
        return text


def _read_networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(part.strip()) for part in text.split(","))


RATE_LIMIT_STORAGE = Kind(
    "memory:// or redis://[user:password@]host[:port][/number] (rediss:// for TLS)",
    _read_rate_limit_storage,
    is_secret=True,
)
ISSUER = Kind(
    "https://host[:port][/path] in lower case (http for localhost, 127.0.0.1 and [::1] only),"
    " with no user name, query, fragment or slash at the end",
    _read_issuer,
)
BIND = Kind("host:port, an IPv6 address in brackets", _read_bind)
DATABASE_URL = Kind(
    "sqlite:///path/to/file or postgresql://user:password@host:port/name", _read_database_url, is_secret=True
)
FILE = Kind("a path; a relative one begins in the checkout", _read_file)
NETWORKS = Kind("IP addresses or networks such as 10.0.0.0/8, separated by commas", _read_networks)
CERTIFICATES = Kind("a PEM file of certificates; a relative path begins in the checkout", _read_certificates)
HEADER = Kind("the name of a header: letters, digits and hyphens", _read_header)
TOKEN = Kind("32 to 200 letters, digits and -._~+/", _read_token, is_secret=True)
HOSTS = Kind("host names in lower case, IP addresses or networks, separated by commas", _read_hosts)
