"""Parameters that could not be read as sent."""

from oauthlib.oauth2.rfc6749.errors import InvalidRequestError

from validators.request import ProviderRequest


def check_parameters(request: ProviderRequest) -> None:
    """RFC 6749 §3.1: no parameter twice, none malformed."""
    if request.problem is not None:
        raise InvalidRequestError(description=request.problem, request=request)
