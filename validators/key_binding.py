"""Tokens that only the holder of a key can use: by certificate (RFC 8705 §3) or by DPoP (RFC 9449)."""

import json
from collections.abc import Mapping
from typing import Any

from oauthlib.oauth2.rfc6749.errors import InvalidRequestError

from validators.certificate_binding import certificate_confirmation
from validators.client import Client
from validators.dpop import JKT, DpopProofs, InvalidDpopProof
from validators.request import ProviderRequest


class KeyBinding:
    """Finds what a client has proven to hold.

    Args:
        proofs: judges DPoP proofs.
    """

    def __init__(self, proofs: DpopProofs) -> None:
        self._proofs = proofs

    def confirmation_of(self, request: ProviderRequest, client: Client) -> dict[str, Any] | None:
        """Return the ``cnf`` of tokens that this request gives; ``None``: whoever has them may use them.

        Raises:
            InvalidDpopProof: a proof was sent that does not count.
            UseDpopNonce: it has to repeat a nonce.
        """
        is_by_certificate = client.binds_tokens_to_certificate or (
            client.profile.binds_tokens and request.dpop is None
        )
        confirmation = certificate_confirmation(request.certificate) if is_by_certificate else None
        if request.dpop is None:
            return confirmation
        jkt = self._proofs.prove(request.dpop, client, is_again=request.has_used_proof)
        request.has_used_proof = True
        return {**(confirmation or {}), JKT: jkt}


def require_binding(request: ProviderRequest) -> None:
    """Refuse an unbound token to a client that is registered for bound ones (RFC 8705 §3.4, RFC 9449 §5.2).

    Raises:
        InvalidRequestError: no certificate came with the request.
        InvalidDpopProof: no proof did.
    """
    client, proven = request.known_client, request.confirmation or {}
    if client.binds_tokens_to_certificate and not proven.keys() - {JKT}:
        raise InvalidRequestError(
            description="The tokens of this client are bound to a certificate; none was presented.",
            request=request,
        )
    if client.binds_tokens_by_dpop and JKT not in proven:
        raise InvalidDpopProof(description="The tokens of this client need a DPoP proof.", request=request)
    if client.profile.binds_tokens and not proven:
        text = f"The profile {client.profile.name} binds tokens to a key: send a DPoP proof or a certificate."
        raise InvalidDpopProof(description=text, request=request)


def token_type(confirmation: Mapping[str, Any] | None) -> str:
    """Return the ``token_type`` of an access token with this ``cnf`` (RFC 6750 §4, RFC 9449 §5)."""
    return "DPoP" if JKT in (confirmation or {}) else "Bearer"


def refresh_confirmation(request: ProviderRequest) -> str | None:
    """Return what binds the refresh tokens of a new grant, as JSON; ``None``: nothing.

    Those of a client that authenticates are bound to it by that (RFC 8705 §4, RFC 9449 §5).
    """
    if request.confirmation is None or not request.known_client.is_public:
        return None
    return json.dumps(request.confirmation)


def code_confirmation(request: ProviderRequest) -> str | None:
    """Return what binds the code of an authorization request, as JSON (RFC 9449 §10)."""
    jkt = request.parameters.get("dpop_jkt")
    return None if jkt is None else json.dumps({JKT: jkt})


def is_proven(bound_to: str | None, proven: Mapping[str, Any] | None) -> bool:
    """Whether whoever has ``proven`` their keys may use a credential that is ``bound_to`` some, as JSON."""
    if bound_to is None:
        return True
    return bool(json.loads(bound_to).items() <= (proven or {}).items())
