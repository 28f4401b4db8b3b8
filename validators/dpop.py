"""What a DPoP proof must say to count (RFC 9449 §4.3)."""

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from oauthlib.oauth2.rfc6749.errors import OAuth2Error

from keys import base64url
from keys.algorithms import ALGORITHMS
from keys.dpop_proof import read_dpop_proof
from keys.errors import BadSignature
from validators.client import Client
from validators.dpop_nonces import DpopNonces
from validators.numeric_dates import numeric_date
from validators.used_assertions import UsedAssertions

JKT = "jkt"
KIND = "dpop"
MAX_AGE_SECONDS = 60
SKEW_SECONDS = 30
MAX_JTI = 255
PORTS = {"https": 443, "http": 80}


class DpopError(OAuth2Error):
    """Something is wrong with the proof of a request, not with the rest of it."""


class InvalidDpopProof(DpopError):
    """The proof does not count (RFC 9449 §5)."""

    error = "invalid_dpop_proof"


class UseDpopNonce(DpopError):
    """The proof must repeat the nonce that comes with the answer (RFC 9449 §8)."""

    error = "use_dpop_nonce"


@dataclass(frozen=True, slots=True)
class SentProofs:
    """What came in the DPoP headers of one request, and what it was.

    Attributes:
        proofs: every DPoP header.
        method: the HTTP method.
        addresses: the URLs by which this very endpoint is known to clients.
    """

    proofs: tuple[str, ...]
    method: str
    addresses: tuple[str, ...]


class DpopProofs:
    """Judges proofs; each is good for one use, by whatever process.

    Args:
        nonces: what a proof may have to repeat.
        used: what has been used up.
        clock: NumericDate.
    """

    def __init__(self, nonces: DpopNonces, used: UsedAssertions, clock: Callable[[], int]) -> None:
        self._nonces = nonces
        self._used = used
        self._now = clock

    def prove(
        self, sent: SentProofs, client: Client, *, access_token: str | None = None, is_again: bool = False
    ) -> str:
        """Return the thumbprint of the proven key.

        Args:
            sent: the proof, and the request that it came with.
            client: who proves it; it may have to repeat a nonce, and its profile names algorithms.
            access_token: what the proof must be made for, if one is presented (§7).
            is_again: whether this very request has used the proof up already.

        Raises:
            InvalidDpopProof: the proof does not count.
            UseDpopNonce: its nonce is missing where one is needed, or is not (or no longer) ours.
            StoreUnavailable: nothing has been used up.
        """
        if len(sent.proofs) != 1:
            raise InvalidDpopProof(description="More than one DPoP proof.")
        try:
            jkt, claims = read_dpop_proof(sent.proofs[0], client.profile.algorithms or tuple(ALGORITHMS))
        except BadSignature:
            raise InvalidDpopProof(description="The DPoP proof does not verify.") from None
        self._require_for(sent, claims)
        self._require_token(claims, access_token)
        self._require_nonce(claims, needs_nonce=client.needs_dpop_nonce)
        if not is_again:
            self._use(jkt, claims)
        return jkt

    def _require_for(self, sent: SentProofs, claims: Mapping[str, Any]) -> None:
        """§4.3: made for this method and address, just now."""
        is_for_this = claims.get("htm") == sent.method and _names(claims.get("htu"), sent.addresses)
        if not is_for_this or not self._is_now(claims):
            raise InvalidDpopProof(description="The DPoP proof is for another request, or not for now.")

    def _require_token(self, claims: Mapping[str, Any], access_token: str | None) -> None:
        """§4.3: beside an access token, made for that one."""
        if access_token is not None and claims.get("ath") != access_token_hash(access_token):
            raise InvalidDpopProof(description="The DPoP proof is for another access token.")

    def _require_nonce(self, claims: Mapping[str, Any], *, needs_nonce: bool) -> None:
        nonce = claims.get("nonce")
        if (nonce is not None or needs_nonce) and not self._nonces.is_good(nonce):
            raise UseDpopNonce(description="Repeat the DPoP-Nonce of this answer in the proof.")

    def _use(self, jkt: str, claims: Mapping[str, Any]) -> None:
        """§11.1: a proof seen before does not count, whichever process saw it."""
        jti = claims.get("jti")
        is_text = isinstance(jti, str) and 0 < len(jti) <= MAX_JTI
        until = self._now() + MAX_AGE_SECONDS + 2 * SKEW_SECONDS
        if not is_text or not self._used.use(KIND, jkt, str(jti), expires_at=until):
            raise InvalidDpopProof(description="The DPoP proof has been used before, or has no jti.")

    def _is_now(self, claims: Mapping[str, Any]) -> bool:
        now, made_at = self._now(), numeric_date(claims.get("iat"))
        ends_at, begins_at = numeric_date(claims.get("exp", now + 1)), numeric_date(claims.get("nbf", now))
        return (
            made_at is not None
            and ends_at is not None
            and begins_at is not None
            and now - MAX_AGE_SECONDS - SKEW_SECONDS <= made_at <= now + SKEW_SECONDS
            and begins_at <= now + SKEW_SECONDS
            and now - SKEW_SECONDS < ends_at
        )


def access_token_hash(access_token: str) -> str:
    """Return the ``ath`` of an access token (§4.2)."""
    return base64url.encode(hashlib.sha256(access_token.encode()).digest())


def _names(htu: object, addresses: Collection[str]) -> bool:
    """Whether ``htu`` is one of ``addresses``, without query and fragment, as RFC 3986 §6.2 compares."""
    if not isinstance(htu, str):
        return False
    try:
        return _normal(htu) in {_normal(address) for address in addresses}
    except ValueError:
        return False


def _normal(address: str) -> tuple[str, str | None, int | None, str]:
    parts: SplitResult = urlsplit(address)
    if parts.username is not None or parts.password is not None:
        raise ValueError("a user name in the address")
    return parts.scheme, parts.hostname, parts.port or PORTS.get(parts.scheme), unquote(parts.path or "/")
