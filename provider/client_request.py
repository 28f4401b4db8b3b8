"""A request that a client sends by itself, at an endpoint beside /token."""

from oauthlib.oauth2.rfc6749.errors import InvalidRequestError

from provider.wiring import services
from validators.client import Client
from validators.request import ProviderRequest


def prove_client(request: ProviderRequest) -> Client:
    """Return the client of ``request``, which has proven itself as at /token; it is kept there too.

    Raises:
        InvalidRequestError: the parameters cannot be read.
        InvalidClientError: it has not proven itself.
    """
    if request.problem is not None:
        raise InvalidRequestError(description=request.problem, request=request)
    request.client = services().client_auth.authenticate(request)
    return request.client


def require_token(request: ProviderRequest) -> str:
    """Return the ``token`` parameter.

    Raises:
        InvalidRequestError: it is missing (RFC 7009 §2.1, RFC 7662 §2.1).
    """
    if request.token is None:
        raise InvalidRequestError(description="Missing token.", request=request)
    return str(request.token)
