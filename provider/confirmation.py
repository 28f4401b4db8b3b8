"""Whether whoever sent an access token holds the keys that it is bound to (RFC 7800 §3.1)."""

from collections.abc import Callable
from typing import Any

from provider.client_certificate import proves_certificate
from provider.dpop_request import sent_proofs
from provider.presented_token import PresentedToken
from provider.wiring import services
from validators.access_tokens import AccessToken
from validators.certificate_binding import X5T
from validators.dpop import JKT, InvalidDpopProof

Proof = Callable[[Any, AccessToken, PresentedToken], bool]


def is_confirmed(token: AccessToken, presented: PresentedToken) -> bool:
    """Whether every key that ``token`` names is proven; one of a kind that nobody can check is not.

    Raises:
        InvalidDpopProof: the token is bound to a key, and the proof for it does not count.
        UseDpopNonce: the proof has to repeat a nonce.
    """
    confirmation = token.confirmation or {}
    if presented.is_dpop != (JKT in confirmation):
        return False  # RFC 9449 §7.2: no bound token as a bearer, and no bearer token as a bound one
    return all(
        name in PROOFS and PROOFS[name](value, token, presented) for name, value in confirmation.items()
    )


def _proves_certificate(value: Any, _token: AccessToken, _presented: PresentedToken) -> bool:
    return proves_certificate(value)


def _proves_jkt(value: Any, token: AccessToken, presented: PresentedToken) -> bool:
    """RFC 9449 §7.1: a proof for this request and this token, with the key that the token names."""
    proofs = sent_proofs()
    if proofs is None:
        raise InvalidDpopProof(description="The access token needs a DPoP proof.")
    provider = services()
    client = provider.clients.get(token.client_id)
    if client is None:
        return False
    return bool(provider.dpop_proofs.prove(proofs, client, access_token=presented.text) == value)


PROOFS: dict[str, Proof] = {X5T: _proves_certificate, JKT: _proves_jkt}
"""By member of ``cnf``: whether the current request proves the key of that value."""
