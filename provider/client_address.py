"""Where a request came from; a proxy's word counts only if the operator trusts it (RFC 9700 §4.13)."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address

from flask import request

from provider.wiring import services


def client_address() -> str:
    """Return the caller's IP address: the last one before the trusted proxies."""
    trusted = services().settings.trusted_proxies
    address = request.remote_addr or ""
    for hop in reversed(request.headers.get("X-Forwarded-For", "").split(",")):
        if not _is_in(address, trusted):
            break
        if not _is_address(hop.strip()):
            break
        address = hop.strip()
    return address


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_in(address: str, networks: Iterable[IPv4Network | IPv6Network]) -> bool:
    return _is_address(address) and any(ip_address(address) in network for network in networks)
