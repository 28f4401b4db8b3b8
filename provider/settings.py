"""Every option, read once from the environment variables ``PAPER_…``; nothing below ``provider`` sees it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, get_type_hints
from urllib.parse import urlsplit

from provider.setting_files import with_files_read
from provider.setting_kinds import (
    BIND,
    CERTIFICATES,
    CHECKOUT,
    DATABASE_URL,
    DAY,
    FILE,
    HEADER,
    HOSTS,
    ISSUER,
    NETWORKS,
    RATE_LIMIT_STORAGE,
    TOKEN,
    YEAR,
    Address,
    Kind,
    choice,
    issuer_address,
    seconds,
    sqlite_url,
    whole_number,
)
from provider.setting_names import unknown_names, variable
from provider.tracing import packages


class Problem(NamedTuple):
    """What is wrong with the settings in ``fields``, in one line."""

    fields: tuple[str, ...]
    text: str


class BadSettings(Exception):
    """The settings cannot be used; ``str()`` has one line for each problem."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problem.text for problem in self.problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How one provider behaves. A field's environment variable is its name in capitals after ``PAPER_``."""

    issuer: Annotated[str, ISSUER] = "http://localhost:9031"
    """The provider's name and public base URL (OpenID Connect Discovery §3, RFC 8414 §2)."""

    bind: Annotated[Address | None, BIND] = None
    """Where the server listens. Unset: the host and port of the issuer."""

    database_url: Annotated[str, DATABASE_URL] = field(
        default=sqlite_url(CHECKOUT / "instance" / "paper.db"), repr=False
    )
    """Where everything but the master key is kept."""

    postgres_prepare: Annotated[Literal["yes", "no"], choice("yes", "no")] = "yes"
    """Whether PostgreSQL keeps statements prepared; `no` behind PgBouncer in transaction mode before 1.21."""

    master_key_file: Annotated[Path, FILE] = CHECKOUT / "instance" / "master.key"
    """The only secret an operator keeps; made on the first run, readable by its owner alone."""

    access_token_seconds: Annotated[int, seconds(60, DAY)] = 900
    """Life of an access token (RFC 6749 §1.4); the shorter, the less a leaked one is worth."""

    code_seconds: Annotated[int, seconds(10, 600)] = 60
    """Life of an authorization code; ten minutes are the most that RFC 6749 §4.1.2 advises."""

    id_token_seconds: Annotated[int, seconds(60, DAY)] = 3600
    """Life of an ID token (OpenID Connect Core §2)."""

    refresh_seconds: Annotated[int, seconds(60, 10 * YEAR)] = 30 * DAY
    """Life of a refresh token after its last use (RFC 9700 §4.14.2)."""

    grant_seconds: Annotated[int, seconds(60, 10 * YEAR)] = YEAR
    """Life of an authorization, however often it is refreshed."""

    refresh_grace_seconds: Annotated[int, seconds(0, 300)] = 30
    """How long a spent refresh token is answered once more, for a reply that was lost; 0 turns this off."""

    session_seconds: Annotated[int, seconds(60, YEAR)] = 7 * DAY
    """How long a person stays signed in."""

    session_idle_seconds: Annotated[int, seconds(60, YEAR)] = DAY
    """How long a person stays signed in without being seen."""

    audit_seconds: Annotated[int, seconds(DAY, 10 * YEAR)] = YEAR
    """How long security events are kept."""

    request_seconds: Annotated[int, seconds(60, 3600)] = 600
    """How long an authorization request waits for a person at the login and consent pages."""

    pushed_request_seconds: Annotated[int, seconds(5, 600)] = 60
    """How long a pushed request waits for the browser (RFC 9126 §2.2)."""

    profile: Annotated[
        Literal["default", "oauth2.1", "fapi2", "fapi2-message-signing"],
        choice("default", "oauth2.1", "fapi2", "fapi2-message-signing"),
    ] = "default"
    """The rules that every client lives by at least; a stricter profile of its own goes before."""

    require_pushed_requests: Annotated[Literal["no", "yes"], choice("no", "yes")] = "no"
    """Whether every client must push its authorization requests (RFC 9126 §5)."""

    device_code_seconds: Annotated[int, seconds(60, 1800)] = 600
    """How long a device waits for its person (RFC 8628 §3.2)."""

    client_cache_seconds: Annotated[int, seconds(0, 60)] = 10
    """How long a process may use its copy of a client; 0 reads it at every request."""

    jwks_cache_seconds: Annotated[int, seconds(0, DAY)] = 300
    """How long the key set may be cached, and how long a new key is published before it signs."""

    key_rotation_seconds: Annotated[int, seconds(0, 10 * YEAR)] = 90 * DAY
    """How long a signing key signs until the server makes the next one; 0: as long as nobody rotates it."""

    sqlite_synchronous: Annotated[Literal["FULL", "NORMAL"], choice("FULL", "NORMAL")] = "FULL"
    """SQLite's care at a commit: FULL survives a pulled plug, NORMAL is faster and may lose the last ones."""

    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NETWORKS] = ()
    """Reverse proxies whose X-Forwarded-For is believed. Unset: none."""

    rate_limit_storage: Annotated[str, RATE_LIMIT_STORAGE] = field(default="memory://", repr=False)
    """Where attempts are counted: in the memory of each process, or in a Redis that all of them share."""

    client_cert_header: Annotated[str | None, HEADER] = None
    """Header in which a trusted proxy hands over a client certificate, URL-encoded PEM (RFC 8705).

    The proxy sets it on every request and drops all names with underscores, which no WSGI server tells from
    hyphens: nginx does so unless told otherwise, others have to be told.
    """

    client_ca_bundle: Annotated[Path | None, CERTIFICATES] = None
    """Authorities whose client certificates are believed (RFC 8705 §2.1). Unset: self-signed ones alone."""

    mtls_endpoint_base: Annotated[str | None, ISSUER] = None
    """Base of the endpoints at which certificates are asked for (RFC 8705 §5). Unset: the issuer."""

    assertion_audience: Annotated[Literal["both", "issuer"], choice("both", "issuer")] = "both"
    """Whom client assertions are made out to: issuer or token endpoint, or the issuer alone (RFC 7523 §3)."""

    outbound_allow: Annotated[tuple[str, ...], HOSTS] = ()
    """Internal hosts from which documents such as a key set may be fetched, by http too. Unset: none."""

    ca_bundle: Annotated[Path | None, CERTIFICATES] = None
    """Authorities believed when documents are fetched. Unset: the usual ones."""

    registration: Annotated[Literal["off", "token", "open"], choice("off", "token", "open")] = "off"
    """Who may register clients at /register (RFC 7591): nobody, bearers of a token that
    `flask registration-token create` prints, or anybody."""

    registrations_per_minute: Annotated[int, whole_number(1, 100_000)] = 60
    """How many clients one address (of IPv6: one /64 network) may try to register in a minute."""

    registration_unused_seconds: Annotated[int, seconds(0, 10 * YEAR)] = 90 * DAY
    """How long a client that registered itself is kept without anybody's letting it in; 0: for ever."""
    stored_requests_per_minute: Annotated[int, whole_number(1, 1_000_000)] = 1200
    """How many requests one address may leave to wait in a minute: begun sign-ins, those of each client that
    pushes (RFC 9126), those of each client for its devices (RFC 8628)."""

    workers: Annotated[int | None, whole_number(1, 64)] = None
    """Processes that serve requests. Unset: one for each core while memory lasts, at most 4, if a Redis
    counts attempts (PAPER_RATE_LIMIT_STORAGE); else one, since each would count for itself."""

    threads: Annotated[int, whole_number(1, 64)] = 3
    """Threads that serve requests in each process."""

    metrics_token: Annotated[str | None, TOKEN] = field(default=None, repr=False)
    """Bearer token that /metrics asks for. Unset: none opens it."""

    metrics_loopback: Annotated[Literal["no", "yes"], choice("no", "yes")] = "no"
    """Whether /metrics answers callers on this machine without a token. Behind a proxy on the same machine
    that hands on everything without X-Forwarded-For this is everybody. Neither: there is no /metrics."""

    tracing: Annotated[Literal["no", "yes", "continue"], choice("no", "yes", "continue")] = "no"
    """Whether requests are traced by OpenTelemetry, which its own `OTEL_` variables configure; `continue`: as
    parts of the traces that PAPER_TRUSTED_PROXIES name in `traceparent`, too."""

    log_format: Annotated[Literal["console", "json"] | None, choice("console", "json")] = None
    """Log lines for people or for machines. Unset: console on a terminal, json elsewhere."""

    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], choice("debug", "info", "warning", "error")
    ] = "info"
    """The least grave event that is logged."""

    def __post_init__(self) -> None:
        if problems := list(self._contradictions()):
            raise BadSettings(problems)

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Settings":
        """Read ``environ``.

        Raises:
            BadSettings: with every problem at once; an unknown ``PAPER_`` name is one.
        """
        kinds = setting_kinds()
        secrets = [variable(name) for name, kind in kinds.items() if kind.is_secret]
        environ, unreadable = with_files_read(environ, secrets)
        problems = [
            *(Problem((), text) for text in unreadable),
            *(Problem((), text) for text in unknown_names(environ, kinds)),
        ]
        values = {}
        for name, kind in kinds.items():
            text = environ.get(variable(name))
            if text is None:
                continue
            try:
                values[name] = kind.read(text)
            except ValueError:
                problems.append(Problem((name,), _refusal(variable(name), text, kind)))
        bad = {name for problem in problems for name in problem.fields}
        try:
            settings = cls(**values)
        except BadSettings as error:
            problems += [problem for problem in error.problems if bad.isdisjoint(problem.fields)]
        if problems:
            raise BadSettings(problems)
        return settings

    def _contradictions(self) -> Iterator[Problem]:
        """Check the options that depend on each other."""
        for least, most in (
            ("access_token_seconds", "refresh_seconds"),
            ("refresh_seconds", "grant_seconds"),
            ("session_idle_seconds", "session_seconds"),
        ):
            low, high = getattr(self, least), getattr(self, most)
            if low > high:
                bound = f"at most {variable(most)}, which is {high}"
                text = f"{variable(least)}: {low} is refused; allowed: {bound}"
                yield Problem((least, most), text)
        for option, needed in (
            ("client_cert_header", "trusted_proxies"),
            ("client_ca_bundle", "client_cert_header"),
            ("mtls_endpoint_base", "client_cert_header"),
        ):
            if getattr(self, option) and not getattr(self, needed):
                text = f"{variable(option)}: is of no use alone; set {variable(needed)} too"
                yield Problem((option, needed), text)
        if self.tracing == "continue" and not self.trusted_proxies:
            text = (
                f"{variable('tracing')}: continue is of no use alone; set {variable('trusted_proxies')} too"
            )
            yield Problem(("tracing", "trusted_proxies"), text)
        if self.tracing != "no" and not packages.are_installed():
            how = f"pip install --require-hashes -r {packages.LOCK}"
            yield Problem(("tracing",), f"{variable('tracing')}: its packages are not installed: {how}")

    @property
    def address(self) -> Address:
        """Where the server listens."""
        return self.bind or issuer_address(self.issuer)

    @property
    def has_metrics(self) -> bool:
        """Whether anything is counted, and /metrics shows it."""
        return self.metrics_token is not None or self.metrics_loopback == "yes"

    @property
    def is_https(self) -> bool:
        """Whether people reach the provider by https."""
        return self.issuer.startswith("https:")

    @property
    def cookie_prefix(self) -> str:
        """What cookie names begin with: ``__Host-`` under https (RFC 6265bis §4.1.3.2)."""
        return "__Host-" if self.is_https else ""

    @property
    def path(self) -> str:
        """The issuer's path: empty, or beginning with a slash and not ending with one."""
        return urlsplit(self.issuer).path


def setting_kinds() -> dict[str, Kind]:
    """Return the kind of each field, in their order in ``Settings``."""
    hints = get_type_hints(Settings, include_extras=True)
    return {name: hint.__metadata__[0] for name, hint in hints.items()}


def _refusal(name: str, text: str, kind: Kind) -> str:
    wrong = "its value" if kind.is_secret else repr(text[:100])
    return f"{name}: {wrong} is refused; allowed: {kind.allowed}"
