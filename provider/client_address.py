"""Where a request came from; a proxy's word counts only if the operator trusts it (RFC 9700 §4.13)."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

from flask import current_app, request

Networks = Iterable[IPv4Network | IPv6Network]


def client_address() -> str:
    """Return the caller's IP address: the last one before the trusted proxies."""
    trusted = _trusted_proxies()
    address = request.remote_addr or ""
    for hop in reversed(request.headers.get("X-Forwarded-For", "").split(",")):
        if not is_in(address, trusted):
            break
        if not _is_address(hop.strip()):
            break
        address = hop.strip()
    return address


def is_from_trusted_proxy() -> bool:
    """Whether the current connection comes from a proxy that the operator trusts."""
    return is_in(request.remote_addr or "", _trusted_proxies())


def client_network() -> str:
    """Return what one caller commands: an IPv4 address, or the /64 network of an IPv6 address."""
    text = client_address()
    address = ip_address(text) if _is_address(text) else None
    if not isinstance(address, IPv6Address):
        return text
    return str(address.ipv4_mapped or IPv6Network((int(address), 64), strict=False))


def is_in(address: str, networks: Networks) -> bool:
    """Whether ``address`` is one, and in one of ``networks``."""
    return _is_address(address) and any(ip_address(address) in network for network in networks)


def _trusted_proxies() -> Networks:
    proxies: Networks = current_app.extensions["provider"].settings.trusted_proxies
    return proxies


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
