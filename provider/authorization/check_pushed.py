"""Clients that only push their requests (RFC 9126 §5, §6)."""

from oauthlib.oauth2.rfc6749.errors import InvalidRequestError

from validators.request import ProviderRequest


def check_pushed(request: ProviderRequest) -> None:
    """RFC 9126 §5, §6: a request that did not come by that way is refused, where that is the only one."""
    if not request.is_pushed and (request.known_client.must_push or request.must_be_pushed):
        raise InvalidRequestError(description="Requests must be pushed.", request=request)
