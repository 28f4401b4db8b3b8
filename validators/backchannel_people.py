"""Whom a backchannel authentication request is about (CIBA Core §7.1)."""

from collections.abc import Callable

from oauthlib.oauth2.rfc6749.errors import InvalidRequestError, OAuth2Error
from sqlalchemy import bindparam, select

from keys.foreign_jwt import unverified_claim
from models.database import Database
from models.user import User
from validators.backchannel_errors import ExpiredLoginHintToken, UnknownUserId
from validators.backchannel_parameters import ID_TOKEN_HINT, LOGIN_HINT, LOGIN_HINT_TOKEN
from validators.client import Client
from validators.foreign_tokens import BadForeignToken, ExpiredForeignToken, ForeignTokens
from validators.grants import Grants
from validators.id_token_hints import BadIdTokenHint, IdTokenHints
from validators.id_token_ids import grant_of
from validators.people import People

IS_THERE = select(User.id).where(User.id == bindparam("person"), User.disabled_at.is_(None))


class BackchannelPeople:
    """Finds them by their hint.

    Args:
        database: where people are.
        people: by the name or address that they sign in with.
        id_token_hints: reads ID tokens of our own.
        grants: tells whom such a token was about.
        foreign_tokens: reads what trusted issuers sign.
    """

    def __init__(
        self,
        *,
        database: Database,
        people: People,
        id_token_hints: IdTokenHints,
        grants: Grants,
        foreign_tokens: ForeignTokens,
    ) -> None:
        self._database = database
        self._is_there = database.compile(IS_THERE)
        self._people = people
        self._id_token_hints = id_token_hints
        self._grants = grants
        self._foreign_tokens = foreign_tokens
        self._readers: dict[str, Callable[[str, Client], str | None]] = {
            LOGIN_HINT: self._by_handle,
            ID_TOKEN_HINT: self._by_id_token,
            LOGIN_HINT_TOKEN: self._by_token,
        }

    def find(self, hint: tuple[str, str], client: Client) -> str:
        """Return the ``sub``, as the provider knows it, of the person whom ``client`` means.

        Raises:
            UnknownUserId: there is none, or they are disabled.
            ExpiredLoginHintToken: the hint is a token, and over.
            InvalidRequestError: the hint is a token that is not believed.
            StoreUnavailable: the database cannot be reached.
        """
        name, value = hint
        user_id = self._readers[name](value, client)
        if user_id is None or not self._database.run(self._is_there, {"person": user_id}):
            raise UnknownUserId
        return user_id

    def _by_handle(self, hint: str, _client: Client) -> str | None:
        user = self._people.find_handle(hint)
        return user.id if user else None

    def _by_id_token(self, text: str, client: Client) -> str | None:
        """An ID token that was given to this very client, however old, or made by it with its own secret."""
        try:
            hint = self._id_token_hints.read(text)
        except BadIdTokenHint:
            raise _refused(ID_TOKEN_HINT) from None
        if hint.client_id != client.client_id:
            raise _refused(ID_TOKEN_HINT)
        if client.sector_identifier is None:
            return hint.sub
        grant = self._grants.find(grant_of(unverified_claim(text, "jti")) or b"")
        return grant.user_id if grant and grant.client_id == client.client_id else None

    def _by_token(self, text: str, client: Client) -> str | None:
        try:
            token = self._foreign_tokens.read(text, client)
        except ExpiredForeignToken:
            raise ExpiredLoginHintToken from None
        except BadForeignToken:
            raise _refused(LOGIN_HINT_TOKEN) from None
        try:
            return self._foreign_tokens.person_of(token)
        except BadForeignToken:
            return None


def _refused(name: str) -> OAuth2Error:
    return InvalidRequestError(description=f"The {name} is not acceptable.")
