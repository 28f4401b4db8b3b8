"""Requests that clients sign (RFC 9101), as far as the client may be told of what is wrong."""

from oauthlib.oauth2.rfc6749.errors import InvalidRequestError
from oauthlib.openid.connect.core.exceptions import RegistrationNotSupported

from validators.request import ProviderRequest


def check_request_object(request: ProviderRequest) -> None:
    """RFC 9101 §7: it could be opened, where one came; §10.5: one came where the client always signs."""
    if request.object_error is not None:
        raise request.object_error
    if "registration" in request.parameters:
        raise RegistrationNotSupported(request=request)
    if request.known_client.must_sign and not request.is_signed:
        raise InvalidRequestError(description="This client must sign its requests.", request=request)
