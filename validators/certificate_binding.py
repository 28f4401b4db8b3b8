"""Tokens that only the holder of a certificate can use (RFC 8705 §3)."""

import json
from typing import Any

from cryptography import x509
from oauthlib.oauth2.rfc6749.errors import InvalidRequestError

from validators.client import Client
from validators.client_certificates import thumbprint
from validators.request import ProviderRequest

X5T = "x5t#S256"


def confirmation_of(client: Client, certificate: x509.Certificate | None) -> dict[str, Any] | None:
    """Return the ``cnf`` of tokens that ``client`` gets over a connection with this certificate."""
    if certificate is None or not client.binds_tokens_to_certificate:
        return None
    return {X5T: thumbprint(certificate)}


def require_binding(request: ProviderRequest) -> None:
    """Refuse an unbound token to a client that is registered for bound ones (RFC 8705 §3.4).

    Raises:
        InvalidRequestError: no certificate came with the request.
    """
    if request.known_client.binds_tokens_to_certificate and request.confirmation is None:
        raise InvalidRequestError(
            description="The tokens of this client are bound to a certificate; none was presented.",
            request=request,
        )


def refresh_confirmation(request: ProviderRequest) -> str | None:
    """Return what binds the refresh tokens of a new grant, as JSON; ``None``: nothing.

    Those of a client that authenticates are bound to it by that (RFC 8705 §4).
    """
    if request.confirmation is None or not request.known_client.is_public:
        return None
    return json.dumps(request.confirmation)


def proves(value: Any, certificate: x509.Certificate | None) -> bool:
    """Whether ``certificate`` is the one that the ``x5t#S256`` of a ``cnf`` names."""
    return certificate is not None and value == thumbprint(certificate)
