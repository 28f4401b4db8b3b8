"""Protected resources as an operator registers and removes them (RFC 8707 §2)."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from models.database import Database
from models.resource import Resource
from validators.metadata_uris import MAX_URI, is_absolute_uri
from validators.registered_names import InvalidRegistration, require_clients
from validators.scopes import parse_scope

TOKEN_FORMATS = ("jwt", "opaque")


class ResourceSummary(NamedTuple):
    """A registered resource; no ``client_ids``: any client may ask for a token for it."""

    uri: str
    scope: str
    token_format: str
    token_seconds: int | None
    client_ids: list[str]
    server_ids: list[str]
    created_at: int


class ResourceDirectory:
    """Every registered resource, for those who may change it.

    Args:
        database: where they are stored.
        clock: NumericDate.
        issuer: Paper itself, which is a resource without being registered.

    Raises:
        StoreUnavailable: from every method, when the database cannot be reached.
    """

    def __init__(self, database: Database, clock: Callable[[], int], issuer: str) -> None:
        self._database = database
        self._now = clock
        self._issuer = issuer

    def create(
        self,
        uri: str,
        *,
        scope: str = "",
        token_format: str = "jwt",  # noqa: S107 - a format, not a secret
        token_seconds: int | None = None,
        client_ids: Sequence[str] = (),
        server_ids: Sequence[str] = (),
        replace: bool = False,
    ) -> ResourceSummary:
        """Register a resource under ``uri``, to the character as given.

        Args:
            uri: an absolute URI without a fragment; a slash at its end counts.
            scope: the scope values that mean something there; empty: all.
            token_format: ``jwt`` or ``opaque``.
            token_seconds: life of its tokens; ``None``: the provider's default.
            client_ids: who may ask for its tokens and introspect them; empty: any client.
            server_ids: the resource itself, as clients: they introspect and exchange what was sent to them.
            replace: whether all this is put in the place of what is registered under the URI.

        Raises:
            InvalidRegistration: something is wrong or the URI is registered; nothing is stored.
        """
        self._check_uri(uri)
        words = parse_scope(scope)
        if words is None:
            raise InvalidRegistration("scope", "must be printable ASCII words without quotes and backslashes")
        resource = Resource(
            uri=uri,
            scope=" ".join(words),
            token_format=token_format,
            token_seconds=token_seconds,
            client_ids="\n".join(dict.fromkeys(client_ids)),
            server_ids="\n".join(dict.fromkeys(server_ids)),
            created_at=self._now(),
        )
        try:
            with self._database.session() as session:
                for field, ids in (("client_ids", client_ids), ("server_ids", server_ids)):
                    require_clients(session, field, ids)
                there = session.get(Resource, uri) if replace else None
                if there is not None:
                    resource.created_at = there.created_at
                    session.merge(resource)
                else:
                    session.add(resource)
        except IntegrityError:
            raise InvalidRegistration("uri", "is registered already") from None
        return _summary(resource)

    def twin(self, uri: str) -> str | None:
        """Return the registered URI that only a slash at the end tells from ``uri``, if there is one."""
        other = uri.removesuffix("/") if uri.endswith("/") else f"{uri}/"
        with self._database.reading() as session:
            return session.scalar(select(Resource.uri).where(Resource.uri == other))

    def list(self) -> list[ResourceSummary]:
        """Return every resource, in the order of their URIs."""
        with self._database.reading() as session:
            return [_summary(row) for row in session.scalars(select(Resource).order_by(Resource.uri))]

    def delete(self, uri: str) -> bool:
        """Forget a resource; false when it is not registered. Tokens for it live on until they expire."""
        with self._database.session() as session:
            row = session.get(Resource, uri)
            if row is None:
                return False
            session.delete(row)
        return True

    def _check_uri(self, uri: str) -> None:
        if not is_absolute_uri(uri):
            raise InvalidRegistration(
                "uri",
                f"must be an absolute URI without a fragment and without user information, at most {MAX_URI} "
                "characters (RFC 8707 section 2)",
            )
        if uri == self._issuer:
            raise InvalidRegistration("uri", "is the issuer, which needs no registration")


def _summary(row: Resource) -> ResourceSummary:
    return ResourceSummary(
        uri=row.uri,
        scope=row.scope,
        token_format=row.token_format,
        token_seconds=row.token_seconds,
        client_ids=row.client_ids.splitlines(),
        server_ids=row.server_ids.splitlines(),
        created_at=row.created_at,
    )
