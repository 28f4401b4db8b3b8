"""How the answer travels: response type and response mode."""

from oauthlib.oauth2.rfc6749.errors import InvalidRequestError, UnsupportedResponseTypeError

from validators.metadata_members import RESPONSE_TYPES
from validators.request import ProviderRequest

PLAIN_MODES = ("query", "fragment", "form_post")
RESPONSE_MODES = (*PLAIN_MODES, "jwt", *(f"{mode}.jwt" for mode in PLAIN_MODES))


def default_response_mode(response_type: str | None) -> str:
    """Return the mode of a response type: a token never travels in the query (OAuth 2.0 Multiple §3)."""
    words = (response_type or "").split()
    return "fragment" if {"token", "id_token"} & set(words) else "query"


def check_response_mode(request: ProviderRequest) -> None:
    """OAuth 2.0 Multiple Response Type Encoding Practices §2.1; JARM §2.3."""
    default = default_response_mode(request.response_type)
    asked = request.response_mode
    request.response_mode = f"{default}.jwt" if asked == "jwt" else asked or default
    leaks = default == "fragment" and asked in ("query", "query.jwt")
    if asked is not None and (asked not in RESPONSE_MODES or leaks):
        request.response_mode = default
        raise InvalidRequestError(description="This response_mode is not supported here.", request=request)


def check_response_type(request: ProviderRequest) -> None:
    """RFC 6749 §4.1.2.1: present and known."""
    if request.response_type is None:
        raise InvalidRequestError(description="Missing response_type.", request=request)
    if request.response_type not in RESPONSE_TYPES:
        raise UnsupportedResponseTypeError(request=request)
