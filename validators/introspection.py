"""What a token is, told to those who may know (RFC 7662)."""

from typing import Any

from keys import base64url
from validators.access_tokens import AccessToken, AccessTokens
from validators.authorization_details import stored_details
from validators.client import Client
from validators.grants import GrantRecord
from validators.key_binding import token_type
from validators.refresh_rotation import PresentedToken, RefreshRotation
from validators.requested_details import RequestedDetails
from validators.resources import Resources
from validators.subjects import Subjects

INACTIVE: dict[str, Any] = {"active": False}


class Introspection:
    """Describes access tokens of both formats, and refresh tokens to their own client.

    Args:
        issuer: the ``iss`` of every token.
        subjects: name people as clients know them; where that is pairwise, no user name is told either.
        details: know which authorization details a refresh token still gives.
    """

    def __init__(
        self,
        *,
        issuer: str,
        access_tokens: AccessTokens,
        rotation: RefreshRotation,
        resources: Resources,
        subjects: Subjects,
        details: RequestedDetails,
    ) -> None:
        self._issuer = issuer
        self._access_tokens = access_tokens
        self._rotation = rotation
        self._resources = resources
        self._subjects = subjects
        self._details = details

    def describe(self, token: str, client: Client) -> dict[str, Any]:
        """Return the members of the response (§2.2); nothing but ``active`` for what is not to be seen.

        Args:
            token: of any kind.
            client: the caller, which has authenticated.

        Raises:
            StoreUnavailable: nothing is known of the token.
        """
        if (checked := self._access_tokens.check(token)) is not None:
            return self._of_access_token(*checked) if self._is_shown(checked[0], client) else INACTIVE
        presented = self._rotation.find(token, client.client_id)
        if presented is not None and self._rotation.is_live(presented):
            return self._of_refresh_token(presented, client)
        return INACTIVE

    def _is_shown(self, token: AccessToken, client: Client) -> bool:
        """Whether ``client`` got the token or may be the resource server that it was sent to."""
        if token.client_id == client.client_id:
            return True
        if self._access_tokens.is_for_paper(token):
            return client.introspects
        resource = self._resources.find(token.audience)
        return resource is not None and resource.is_shown_to(client)

    def _of_access_token(self, token: AccessToken, record: GrantRecord | None) -> dict[str, Any]:
        return _present(
            scope=token.scope,
            client_id=token.client_id,
            username=record.user_name if record and token.sector is None else None,
            token_type=token_type(token.confirmation),
            exp=token.expires_at,
            iat=token.issued_at,
            sub=token.subject or token.client_id,
            aud=token.audience,
            iss=self._issuer,
            jti=base64url.encode(token.jti),
            auth_time=record.auth_time if record else None,
            acr=record.acr if record else None,
            cnf=token.confirmation,
            authorization_details=token.authorization_details,
            act=token.actor,
        )

    def _of_refresh_token(self, presented: PresentedToken, client: Client) -> dict[str, Any]:
        record = presented.record
        sub = None if record.user_id is None else self._subjects.of(client, record.user_id)
        return _present(
            scope=record.scope,
            client_id=record.client_id,
            username=record.user_name if client.sector_identifier is None else None,
            exp=record.expires_at,
            iat=record.rotated_at or record.created_at,
            sub=sub,
            iss=self._issuer,
            auth_time=record.auth_time,
            acr=record.acr,
            authorization_details=self._details.still_given(
                stored_details(record.authorization_details), client
            ),
        )


def _present(**members: Any) -> dict[str, Any]:
    return {"active": True, **{name: value for name, value in members.items() if value is not None}}
