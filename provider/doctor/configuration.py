"""The settings: what is allowed, but seldom meant."""

from collections.abc import Iterator
from ipaddress import ip_network

from provider.doctor.findings import Finding, fine, warning
from provider.settings import Settings

TOPIC = "settings"
WIDE_IPV4, WIDE_IPV6 = 8, 16  # a network as large as this is hardly one operator's own


def examine_settings(settings: Settings) -> Iterator[Finding]:
    """Look for settings that work, but not for many people, or not safely."""
    problems = [*_proxy(settings), *_sharing(settings), *_openness(settings)]
    yield from problems
    if not problems:
        yield fine(TOPIC, f"issuer {settings.issuer}")


def _proxy(settings: Settings) -> Iterator[Finding]:
    if settings.is_https and not settings.trusted_proxies:
        yield warning(
            TOPIC,
            "the issuer is https and no proxy is trusted: all people seem to come from one address, and share"
            " its limits",
            "set PAPER_TRUSTED_PROXIES to the address of the proxy that ends TLS",
        )
    for network in settings.trusted_proxies:
        if network.prefixlen == 0:
            yield warning(
                TOPIC,
                f"every address counts as a trusted proxy ({network}): anybody chooses where they come from",
                "name the proxies alone in PAPER_TRUSTED_PROXIES",
            )


def _sharing(settings: Settings) -> Iterator[Finding]:
    if (settings.workers or 1) > 1 and settings.rate_limit_storage == "memory://":
        yield warning(
            TOPIC,
            f"each of the {settings.workers} workers counts attempts for itself: that many times as many"
            " passwords may be guessed",
            "set PAPER_RATE_LIMIT_STORAGE to a Redis that they share, or PAPER_WORKERS=1",
        )


def _openness(settings: Settings) -> Iterator[Finding]:
    if settings.registration == "open":
        yield warning(
            TOPIC, "anybody may register clients", "set PAPER_REGISTRATION=token unless that is what you want"
        )
    if settings.log_level == "debug":
        yield warning(
            TOPIC,
            "the log tells more than an operator needs",
            "set PAPER_LOG_LEVEL=info once you have found it",
        )
    if wide := [name for name in settings.outbound_allow if _is_wide(name)]:
        yield warning(
            TOPIC,
            f"documents may be fetched from wide networks: {', '.join(wide)}",
            "name the hosts alone in PAPER_OUTBOUND_ALLOW",
        )


def _is_wide(name: str) -> bool:
    try:
        network = ip_network(name)
    except ValueError:
        return False
    return network.prefixlen <= (WIDE_IPV4 if network.version == 4 else WIDE_IPV6)
