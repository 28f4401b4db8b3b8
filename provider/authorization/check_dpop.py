"""The key that a code is to be bound to (RFC 9449 §10)."""

from oauthlib.oauth2.rfc6749.errors import InvalidRequestError

from keys.dpop_proof import is_thumbprint
from validators.request import ProviderRequest


def check_dpop(request: ProviderRequest) -> None:
    """``dpop_jkt`` is a thumbprint (RFC 7638)."""
    jkt = request.parameters.get("dpop_jkt")
    if jkt is not None and not is_thumbprint(jkt):
        raise InvalidRequestError(description="The dpop_jkt is not a thumbprint.", request=request)
