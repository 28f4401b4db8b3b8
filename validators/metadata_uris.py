"""URIs in client metadata: where people and codes are sent, and what is fetched (RFC 8252 §7, RFC 3986)."""

import ipaddress
import re
from typing import Any, Literal
from urllib.parse import SplitResult, unquote, urlsplit

from validators.metadata_values import Check, InvalidClientMetadata

RegisteredBy = Literal["operator", "dynamic"]

MAX_URI = 2000
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})
URI_CHARACTERS = re.compile(r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+")
ENCODED_CONTROL = re.compile(r"%(?:[01][0-9A-Fa-f]|7[Ff])")
ENCODED_SEPARATOR = re.compile(r"%(?:2[Ff]|5[Cc]|25)")
PRIVATE_USE_SCHEME = re.compile(r"[a-z][a-z0-9+-]*(?:\.[a-z0-9+-]+)+")  # a reversed domain name
AUTHORITY = re.compile(
    r"(?:\[(?P<ipv6>[0-9A-Fa-f:.]+)\]|[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?)(?::[0-9]{1,5})?"
)
INVALID_REDIRECT_URI = "invalid_redirect_uri"


def redirect_uri(*, native: bool, error: str = INVALID_REDIRECT_URI) -> Check:
    """Return a check for one redirect URI, kept to the character since it is compared so.

    https everywhere, http on this machine only, and for native clients private-use schemes that hold a dot
    (RFC 8252 §7.1), which no scheme that a browser runs or reads files with does.
    """

    def check(member: str, value: Any) -> str:
        def refuse(problem: str) -> InvalidClientMetadata:
            return InvalidClientMetadata(member, problem, error=error)

        parts = _split(value)
        if parts is None:
            raise refuse(
                f"every URI must be an absolute URI of RFC 3986, at most {MAX_URI} characters, "
                "without spaces, control characters, user information or a fragment"
            )
        if parts.scheme in ("https", "http"):
            if not _has_host(parts):
                raise refuse("every http or https URI must have a valid host")
            if parts.scheme == "http" and parts.hostname not in LOOPBACK_HOSTS:
                raise refuse("http is allowed only for 127.0.0.1, [::1] and localhost; use https")
        elif not (native and PRIVATE_USE_SCHEME.fullmatch(parts.scheme)):
            raise refuse(
                "must use https, http on a loopback address, or, if application_type is native, "
                "a private-use scheme with a dot such as com.example.app"
            )
        if _has_tricky_path(parts.path):
            raise refuse("a path must not have dot segments or encoded slashes, backslashes or percent signs")
        return str(value)

    return check


def web_uri(registered_by: RegisteredBy, *, fragment: bool = False) -> Check:
    """Return a check for an https URL; an operator may also name http on a loopback address."""
    loopback = ", or http on a loopback address" if registered_by == "operator" else ""

    def check(member: str, value: Any) -> str:
        parts = _split(value, fragment=fragment)
        allowed = parts is not None and _has_host(parts) and _is_secure(parts, registered_by)
        if not allowed:
            raise InvalidClientMetadata(
                member, f"must be an https URL{loopback}{'' if fragment else ', without a fragment'}"
            )
        return str(value)

    return check


def is_absolute_uri(text: str) -> bool:
    """Whether ``text`` is an absolute URI without a fragment, of any scheme (RFC 3986 §4.3)."""
    parts = _split(text)
    return parts is not None and (parts.scheme not in ("https", "http") or _has_host(parts))


def origin(uri: str) -> tuple[str, str | None, int | None]:
    """Return scheme, host and port of a URL that has been checked, the default port filled in."""
    parts = urlsplit(uri)
    return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)


def is_loopback(uri: str) -> bool:
    """Whether a checked URI is http on this machine."""
    parts = urlsplit(uri)
    return parts.scheme == "http" and parts.hostname in LOOPBACK_HOSTS


def _split(value: Any, *, fragment: bool = False) -> SplitResult | None:
    """Return the parts of a URI that is sound in every character, else ``None``."""
    if not isinstance(value, str) or len(value) > MAX_URI or not URI_CHARACTERS.fullmatch(value):
        return None
    if ENCODED_CONTROL.search(value) or ("#" in value and not fragment):
        return None
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return None
    bare_scheme = value == f"{parts.scheme}:"
    if not parts.scheme or bare_scheme or "@" in parts.netloc or parts.netloc.endswith(":") or port == 0:
        return None
    return parts


def _has_host(parts: SplitResult) -> bool:
    match = AUTHORITY.fullmatch(parts.netloc)
    if match is None or match["ipv6"] is None:
        return match is not None
    try:
        return ipaddress.ip_address(match["ipv6"]).version == 6
    except ValueError:
        return False


def _is_secure(parts: SplitResult, registered_by: RegisteredBy) -> bool:
    if parts.scheme == "http":
        return registered_by == "operator" and parts.hostname in LOOPBACK_HOSTS
    return parts.scheme == "https"


def _has_tricky_path(path: str) -> bool:
    if ENCODED_SEPARATOR.search(path):
        return True
    segments = (unquote(segment).partition(";")[0] for segment in path.split("/"))
    return any(segment in (".", "..") for segment in segments)
