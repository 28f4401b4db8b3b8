"""The code challenge (RFC 7636 §4.3): S256 alone."""

from oauthlib.oauth2.rfc6749.errors import InvalidRequestError

from validators.pkce import is_challenge
from validators.request import ProviderRequest


def check_pkce(request: ProviderRequest) -> None:
    """Challenge and method come together and are well formed; whether one is needed is asked later."""
    challenge, method = request.code_challenge, request.code_challenge_method
    if challenge is None and method is None:
        return
    if challenge is None:
        raise InvalidRequestError(
            description="code_challenge_method without code_challenge.", request=request
        )
    if method != "S256":
        raise InvalidRequestError(description="The only code_challenge_method is S256.", request=request)
    if not is_challenge(challenge):
        raise InvalidRequestError(description="Malformed code_challenge.", request=request)
