"""Clients that only push their requests (RFC 9126 §6)."""

from oauthlib.oauth2.rfc6749.errors import InvalidRequestError

from validators.request import ProviderRequest


def check_pushed(request: ProviderRequest) -> None:
    """RFC 9126 §6: a request that did not come by that way is refused."""
    if request.known_client.metadata.get("require_pushed_authorization_requests"):
        raise InvalidRequestError(description="This client must push its requests.", request=request)
