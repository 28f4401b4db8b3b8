"""Signatures of trusted issuers."""

from keys.errors import UnknownKey
from keys.foreign_jwt import ASYMMETRIC_ALGORITHMS, ForeignJwt, read_foreign_jwt
from validators.jwk_sets import JwkSets
from validators.trusted_issuers import Trust


def read_trusted_jwt(text: str, trust: Trust, jwk_sets: JwkSets) -> ForeignJwt:
    """Return a JWT that an issuer has signed; its published keys are read anew for one that is unknown.

    Raises:
        BadSignature: it has not.
    """
    if trust.jwks_uri is None:
        return read_foreign_jwt(text, trust.keys, ASYMMETRIC_ALGORITHMS)
    try:
        return read_foreign_jwt(text, jwk_sets.keys_at(trust.jwks_uri), ASYMMETRIC_ALGORITHMS)
    except UnknownKey:
        newer = jwk_sets.keys_at(trust.jwks_uri, newer=True)
        return read_foreign_jwt(text, newer, ASYMMETRIC_ALGORITHMS)
