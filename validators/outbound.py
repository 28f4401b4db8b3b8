"""Where the provider may connect to: the public Internet, and what an operator has allowed beside it."""

import socket
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

NAT64 = IPv6Network("64:ff9b::/96")
LOCAL_NAT64 = IPv6Network("64:ff9b:1::/48")
"""Where in such an address the IPv4 address is, its network decides (RFC 8215); Python calls it global."""
MAX_ADDRESSES = 4


class OutboundRefused(OSError):
    """The provider does not connect there."""


@dataclass(frozen=True, slots=True)
class OutboundAllow:
    """Internal places that the provider may connect to.

    Attributes:
        hosts: names, in lower case; every address they have is allowed.
        networks: addresses, whatever name they were found by.
    """

    hosts: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    @classmethod
    def of(cls, entries: Iterable[str]) -> "OutboundAllow":
        """Read names, addresses and networks."""
        hosts, networks = set(), []
        for entry in entries:
            try:
                networks.append(ip_network(entry))
            except ValueError:
                hosts.add(entry.lower())
        return cls(frozenset(hosts), tuple(networks))

    def admits(self, host: str, address: Address) -> bool:
        """Whether the operator has allowed ``address``, found as ``host``."""
        return host.lower() in self.hosts or any(address in network for network in self.networks)


@dataclass(slots=True)
class Outbound:
    """Opens the connections of one request, each to an address that has been looked at.

    A name is resolved once and the connection goes to what was found, so a second answer of the name server
    (DNS rebinding) is never asked for. After ``cut`` every connection is at its end, whatever it waits for.

    Attributes:
        allow: what may be reached beside public addresses.
        public_too: whether public addresses may be reached; ``False`` for what is not encrypted.
        seconds: the longest wait for a name or a connection.
    """

    allow: OutboundAllow
    public_too: bool
    seconds: float
    _open: list[socket.socket] = field(default_factory=list)
    _is_cut: bool = False

    def connect(self, host: str, port: int) -> socket.socket:
        """Return a connection to the first address of ``host`` that answers.

        Raises:
            OutboundRefused: none of its addresses may be reached.
            OSError: none could be.
        """
        problem: OSError = OutboundRefused(f"{host} has no address that may be reached")
        for address in [each for each in _resolve(host, port, self.seconds) if self._may_reach(host, each)]:
            try:
                connection = socket.create_connection((str(address), port), self.seconds)
            except OSError as error:
                problem = error
                continue
            # A second handle on the same connection: TLS takes the first one away.
            self._open.append(connection.dup())
            if self._is_cut:
                self.cut()
            return connection
        raise problem

    def cut(self) -> None:
        """End every connection, also one that a thread is waiting on."""
        self._is_cut = True
        for connection in self._open:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # ended already

    def close(self) -> None:
        """Let go of the second handles."""
        while self._open:
            self._open.pop().close()

    def _may_reach(self, host: str, address: Address) -> bool:
        return self.allow.admits(host, address) or (self.public_too and is_public(address))


def is_public(address: Address) -> bool:
    """Whether ``address`` is on the public Internet, whatever it is wrapped in."""
    if isinstance(address, IPv6Address):
        inner = _wrapped(address)
        if inner is not None:
            return is_public(inner)
        if address.is_site_local or address in LOCAL_NAT64:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _wrapped(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address inside: mapped, 6to4, Teredo or NAT64 (RFC 6052 §2.1)."""
    if address.teredo is not None:
        return address.teredo[1]
    if address in NAT64 or int(address) >> 32 == 0:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour


def _resolve(host: str, port: int, seconds: float) -> list[Address]:
    """Return a few addresses of ``host``; a resolver that takes its time is not waited for."""
    found: list[Address] = []
    problems: list[OSError] = []

    def ask() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.extend(ip_address(str(answer[4][0]).partition("%")[0]) for answer in answers)
        except (OSError, UnicodeError) as error:
            problems.append(OSError(f"{host} has no address: {error}"))

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(seconds)
    if problems:
        raise problems[0]
    if thread.is_alive():
        raise TimeoutError(f"no address for {host} in time")
    return list(dict.fromkeys(found))[:MAX_ADDRESSES]
