"""Trusted issuers as an operator names and forgets them."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from models.database import Database
from models.trusted_issuer import TrustedIssuer
from validators.assertion_subjects import SUB
from validators.foreign_tokens import MAX_CLAIM
from validators.metadata_uris import web_uri
from validators.metadata_values import InvalidClientMetadata, jwk_set
from validators.registered_names import InvalidRegistration, require_clients
from validators.scopes import parse_scope
from validators.trusted_issuers import MAX_ISSUER


class TrustedIssuerSummary(NamedTuple):
    """A trusted issuer; no ``client_ids``: any client with the grant type may present its JWTs."""

    issuer: str
    jwks: dict[str, Any] | None
    jwks_uri: str | None
    audiences: list[str]
    subject_claim: str
    subject: str
    scope: str | None
    client_ids: list[str]
    for_software: bool
    created_at: int


class TrustedIssuerDirectory:
    """Every trusted issuer, for those who may change it.

    Args:
        database: where they are stored.
        clock: NumericDate.
        issuer: Paper itself, which needs no trust.

    Raises:
        StoreUnavailable: from every method, when the database cannot be reached.
    """

    def __init__(self, database: Database, clock: Callable[[], int], issuer: str) -> None:
        self._database = database
        self._now = clock
        self._issuer = issuer

    def create(
        self,
        issuer: str,
        *,
        jwks: Mapping[str, Any] | None = None,
        jwks_uri: str | None = None,
        audiences: Sequence[str] = (),
        subject_claim: str = SUB,
        subject: str = SUB,
        scope: str | None = None,
        client_ids: Sequence[str] = (),
        for_software: bool = False,
        replace: bool = False,
    ) -> TrustedIssuerSummary:
        """Believe the JWTs of ``issuer`` from now on.

        Args:
            issuer: its ``iss``, to the character.
            jwks: its JWK set; or else
            jwks_uri: where that is.
            audiences: what its JWTs may be made out to, beside Paper's issuer and token endpoint.
            subject_claim: the claim that names the person.
            subject: what it names them by, one of ``assertion_subjects.KINDS``.
            scope: the most that is granted; ``None``: whatever the client may ask for.
            client_ids: who may present its JWTs; empty: any client with the grant type.
            for_software: whether it signs software statements (RFC 7591 §2.3), and nothing else that counts.
            replace: whether all this is put in the place of what is known of it.

        Raises:
            InvalidRegistration: something is wrong or it is trusted already; nothing is stored.
        """
        if not _is_name(issuer) or issuer == self._issuer:
            raise InvalidRegistration("issuer", _NAME_RULE + ", and not this provider's own")
        if not all(map(_is_name, audiences)):
            raise InvalidRegistration("audiences", _NAME_RULE)
        if not 0 < len(subject_claim) <= MAX_CLAIM or not subject_claim.isprintable():
            raise InvalidRegistration("subject_claim", "must be the name of a claim")
        words = None if scope is None else parse_scope(scope)
        if scope is not None and not words:
            raise InvalidRegistration("scope", "must be scope values separated by spaces")
        clients = list(dict.fromkeys(client_ids))
        row = TrustedIssuer(
            issuer=issuer,
            **_keys(jwks, jwks_uri),
            audiences="\n".join(dict.fromkeys(audiences)),
            subject_claim=subject_claim,
            subject=subject,
            scope=None if words is None else " ".join(words),
            client_ids="\n".join(clients),
            for_software=for_software,
            created_at=self._now(),
        )
        self._insert(row, clients, replace=replace)
        return _summary(row)

    def list(self) -> list[TrustedIssuerSummary]:
        """Return every trusted issuer, in the order of their names."""
        with self._database.reading() as session:
            return [
                _summary(row) for row in session.scalars(select(TrustedIssuer).order_by(TrustedIssuer.issuer))
            ]

    def delete(self, issuer: str) -> bool:
        """Believe an issuer no more; false when it was not believed. Tokens that it has led to live on."""
        with self._database.session() as session:
            row = session.get(TrustedIssuer, issuer)
            if row is None:
                return False
            session.delete(row)
        return True

    def _insert(self, row: TrustedIssuer, clients: Sequence[str], *, replace: bool) -> None:
        try:
            with self._database.session() as session:
                require_clients(session, "client_ids", clients)
                there = session.get(TrustedIssuer, row.issuer) if replace else None
                if there is not None:
                    row.created_at = there.created_at
                    session.merge(row)
                else:
                    session.add(row)
        except IntegrityError:
            raise InvalidRegistration("issuer", "is trusted already; delete it first") from None


_NAME_RULE = f"must be 1 to {MAX_ISSUER} printable ASCII characters without spaces"


def _is_name(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text and 0 < len(text) <= MAX_ISSUER


def _keys(jwks: Mapping[str, Any] | None, jwks_uri: str | None) -> dict[str, str | None]:
    if (jwks is None) is (jwks_uri is None):
        raise InvalidRegistration("jwks", "give either a JWK set or the address of one")
    try:
        if jwks_uri is not None:
            return {"jwks_uri": web_uri("operator")("jwks_uri", jwks_uri)}
        checked = jwk_set("jwks", jwks)
    except InvalidClientMetadata as error:
        raise InvalidRegistration(error.member, error.problem) from None
    if not checked["keys"]:
        raise InvalidRegistration("jwks", "must hold a key")
    return {"jwks": json.dumps(checked)}


def _summary(row: TrustedIssuer) -> TrustedIssuerSummary:
    return TrustedIssuerSummary(
        issuer=row.issuer,
        jwks=json.loads(row.jwks) if row.jwks else None,
        jwks_uri=row.jwks_uri,
        audiences=row.audiences.splitlines(),
        subject_claim=row.subject_claim,
        subject=row.subject,
        scope=row.scope,
        client_ids=row.client_ids.splitlines(),
        for_software=row.for_software,
        created_at=row.created_at,
    )
