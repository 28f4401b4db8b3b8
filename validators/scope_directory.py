"""Scopes as an operator defines and removes them (RFC 6749 §3.3, OpenID Connect Core §5.4)."""

import builtins
from collections.abc import Callable, Sequence

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.consent import Consent
from models.database import Database
from models.scope import Scope
from validators.custom_scopes import CustomScope
from validators.plain_text import is_plain
from validators.registered_names import InvalidRegistration
from validators.scopes import OPENID_SCOPES, SCOPE_TOKEN
from validators.standard_claims import RESERVED

MAX_NAME = 200
MAX_CLAIMS = 50
MAX_DESCRIPTION = 300


class ScopeDirectory:
    """Every scope that an operator defined, for those who may change them.

    Args:
        database: where they are stored.
        clock: NumericDate.

    Raises:
        StoreUnavailable: from every method, when the database cannot be reached.
    """

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._database = database
        self._now = clock

    def create(self, name: str, *, claims: Sequence[str] = (), description: str | None = None) -> CustomScope:
        """Define what ``name`` means from now on; who has allowed the bare word before is asked again.

        Args:
            name: the scope value.
            claims: names of the claims about a person that it releases, without language tags.
            description: what it lets a client do, in words for the person who is asked.

        Raises:
            InvalidRegistration: something is wrong or the scope is defined; nothing is stored.
        """
        _check_name(name)
        names = _checked(claims, description)
        row = Scope(name=name, claims="\n".join(names), description=description, created_at=self._now())
        try:
            with self._database.session() as session:
                session.add(row)
                session.flush()
                _forget_consents(session, name)
        except IntegrityError:
            raise InvalidRegistration("name", "is defined already") from None
        return _scope(row)

    def change(self, name: str, *, claims: Sequence[str] = (), description: str | None = None) -> bool:
        """Define anew what ``name`` means; false when it is not defined.

        Whoever has allowed it is asked again, and earlier grants release nothing for it, only where it
        releases a claim that it did not release before; other words for it are no other permission.

        Raises:
            InvalidRegistration: something is wrong; nothing is stored.
        """
        names = _checked(claims, description)
        with self._database.session() as session:
            row = session.get(Scope, name, with_for_update=True)
            if row is None:
                return False
            if not set(names).issubset(row.claims.splitlines()):
                row.created_at = self._now()
                _forget_consents(session, name)
            row.claims, row.description = "\n".join(names), description
        return True

    def list(self) -> builtins.list[CustomScope]:
        """Return every scope, in the order of their names."""
        with self._database.reading() as session:
            return [_scope(row) for row in session.scalars(select(Scope).order_by(Scope.name))]

    def delete(self, name: str) -> bool:
        """Forget a scope; false when it is not defined. It is a bare word again and releases nothing."""
        with self._database.session() as session:
            row = session.get(Scope, name)
            if row is None:
                return False
            session.delete(row)
        return True


def _forget_consents(session: Session, name: str) -> None:
    """Take the word out of every remembered consent; there are few different sets of words."""
    remembered = session.scalars(
        select(Consent.scope).where(Consent.scope.contains(name, autoescape=True)).distinct()
    )
    for scope in remembered.all():
        kept = " ".join(word for word in scope.split() if word != name)
        session.execute(update(Consent).where(Consent.scope == scope).values(scope=kept))


def _check_name(name: str) -> None:
    if len(name) > MAX_NAME or SCOPE_TOKEN.fullmatch(name) is None:
        raise InvalidRegistration(
            "name",
            f"must be 1 to {MAX_NAME} printable ASCII characters without spaces, quotes and backslashes",
        )
    if name in OPENID_SCOPES:
        raise InvalidRegistration("name", "is a scope of OpenID Connect's own")


def _checked(claims: Sequence[str], description: str | None) -> tuple[str, ...]:
    """Return the claims once each."""
    names = tuple(dict.fromkeys(claims))
    _check_claims(names)
    _check_description(description)
    return names


def _check_claims(names: Sequence[str]) -> None:
    if len(names) > MAX_CLAIMS:
        raise InvalidRegistration("claims", f"must be at most {MAX_CLAIMS}")
    for name in names:
        if not 0 < len(name) <= MAX_NAME or not is_plain(name) or "#" in name or name.split() != [name]:
            raise InvalidRegistration(
                "claims",
                f"must be names of 1 to {MAX_NAME} characters without spaces, control characters and #; "
                "language tags follow by themselves",
            )
        if name in RESERVED:
            raise InvalidRegistration("claims", f"{name} is a name that belongs to the protocol")


def _check_description(description: str | None) -> None:
    if description is not None and not (0 < len(description) <= MAX_DESCRIPTION and is_plain(description)):
        raise InvalidRegistration(
            "description", f"must be 1 to {MAX_DESCRIPTION} characters without control characters"
        )


def _scope(row: Scope) -> CustomScope:
    return CustomScope(row.name, tuple(row.claims.splitlines()), row.description, row.created_at)
