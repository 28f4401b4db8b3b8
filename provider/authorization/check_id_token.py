"""What a response type with an ID token asks of a request (OpenID Connect Core §3.2.2.1, §3.3.2.11)."""

from oauthlib.oauth2.rfc6749.errors import InvalidRequestError

from validators.request import ProviderRequest
from validators.scopes import OPENID


def check_id_token(request: ProviderRequest) -> None:
    """The scope ``openid``, and a nonce: an ID token from the front channel is bound to its request."""
    if "id_token" not in request.response_words:
        return
    if OPENID not in (request.scopes or ()):
        raise InvalidRequestError(description="An ID token needs the scope openid.", request=request)
    if request.nonce is None:
        raise InvalidRequestError(description="Missing nonce.", request=request)
