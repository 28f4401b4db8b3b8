"""Whose JWTs are believed, through a bounded cache (RFC 7521 §3)."""

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from models.database import Database
from models.trusted_issuer import TrustedIssuer
from validators.client import Client

MAX_CACHED = 100
MAX_ISSUER = 2000
COLUMNS = (
    TrustedIssuer.issuer,
    TrustedIssuer.jwks,
    TrustedIssuer.jwks_uri,
    TrustedIssuer.audiences,
    TrustedIssuer.subject_claim,
    TrustedIssuer.subject,
    TrustedIssuer.scope,
    TrustedIssuer.client_ids,
    TrustedIssuer.for_software,
)
FIND = select(*COLUMNS).where(TrustedIssuer.issuer == bindparam("issuer_name"))


class Trust(NamedTuple):
    """What an operator has said of one issuer."""

    issuer: str
    keys: Sequence[Mapping[str, Any]]
    """Its keys, unless they are fetched."""
    jwks_uri: str | None
    audiences: frozenset[str]
    """What its JWTs may be made out to, beside the provider's own names."""
    subject_claim: str
    subject: str
    """What the claim names a person by: ``sub``, ``username`` or ``email``."""
    scope: frozenset[str] | None
    """The most that is granted; ``None``: whatever the client may ask for."""
    client_ids: frozenset[str]
    """Who may present its JWTs; empty: any client with the grant type."""
    for_software: bool
    """Whether it is believed about software, and about nobody's sign-in."""

    def admits(self, client: Client) -> bool:
        """Whether ``client`` may present its JWTs."""
        is_named = not self.client_ids or client.client_id in self.client_ids
        return is_named and not self.for_software

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> "Trust":
        """Return what one row says."""
        issuer, jwks, jwks_uri, audiences, subject_claim, subject, scope, client_ids, for_software = row
        return cls(
            issuer,
            json.loads(jwks)["keys"] if jwks else (),
            jwks_uri,
            frozenset(audiences.splitlines()),
            subject_claim,
            subject,
            None if scope is None else frozenset(scope.split()),
            frozenset(client_ids.splitlines()),
            bool(for_software),
        )


class TrustedIssuers:
    """Finds trusted issuers.

    Args:
        database: where they are kept.
        clock: NumericDate.
        cache_seconds: how long one may be used without reading it again.
    """

    def __init__(self, database: Database, clock: Callable[[], int], cache_seconds: int) -> None:
        self._database = database
        self._now = clock
        self._cache_seconds = cache_seconds
        self._find = database.compile(FIND)
        self._cached: dict[str, tuple[Trust, int]] = {}
        self._writing = threading.Lock()

    def find(self, issuer: str) -> Trust | None:
        """Return what is known of ``issuer``; strangers are ``None`` and never cached.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        cached = self._cached.get(issuer)
        if cached is not None and 0 <= self._now() - cached[1] < self._cache_seconds:
            return cached[0]
        if len(issuer) > MAX_ISSUER:
            return None
        rows = self._database.run(self._find, {"issuer_name": issuer})
        with self._writing:
            self._cached.pop(issuer, None)
            if not rows:
                return None
            trust = Trust.from_row(rows[0])
            self._cached[issuer] = (trust, self._now())
            while len(self._cached) > MAX_CACHED:
                del self._cached[next(iter(self._cached))]
        return trust
