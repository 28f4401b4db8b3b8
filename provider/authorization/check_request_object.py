"""Request objects (OpenID Connect Core §6): refused rather than ignored."""

from oauthlib.oauth2.rfc6749.errors import OAuth2Error
from oauthlib.openid.connect.core.exceptions import (
    RegistrationNotSupported,
    RequestNotSupported,
    RequestURINotSupported,
)

from validators.request import ProviderRequest

UNSUPPORTED: tuple[tuple[str, type[OAuth2Error]], ...] = (
    ("request", RequestNotSupported),
    ("request_uri", RequestURINotSupported),
    ("registration", RegistrationNotSupported),
)


def check_request_object(request: ProviderRequest) -> None:
    """Core §3.1.2.6: each is answered with an error of its own."""
    for parameter, error in UNSUPPORTED:
        if parameter in request.parameters:
            raise error(request=request)
