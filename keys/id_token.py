"""The claim set of one ID token (OpenID Connect Core §2, §3.1.3.6)."""

from collections.abc import Mapping, Sequence
from typing import Any

from keys.hashes import half_hash

_REGISTERED = ("iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf", "events")
_OPENID = ("nonce", "auth_time", "acr", "amr", "azp", "at_hash", "c_hash", "s_hash", "sid")
PROTOCOL_CLAIMS = frozenset((*_REGISTERED, *_OPENID))
"""Claims that only the protocol sets; a person's claims of these names never reach a token."""


def id_token_claims(
    *,
    iss: str,
    sub: str,
    aud: str,
    now: int,
    lifetime_seconds: int,
    alg: str,
    jti: str,
    nonce: str | None = None,
    auth_time: int | None = None,
    acr: str | None = None,
    amr: Sequence[str] = (),
    access_token: str | None = None,
    code: str | None = None,
    sid: str | None = None,
    claims: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the claims of one ID token, ready to be signed with ``alg``.

    Args:
        iss: the issuer.
        sub: the person, as this client knows them.
        aud: the client's id.
        now: time of issue, NumericDate: ``iat`` and ``nbf``.
        lifetime_seconds: ``exp`` is this much later.
        alg: the algorithm that will sign; the hashes depend on it.
        jti: unique id of the token.
        nonce: from the authorization request.
        auth_time: when the person last proved who they are, NumericDate.
        acr: authentication context class that was reached.
        amr: methods that were used (RFC 8176).
        access_token: issued beside it; gives ``at_hash``.
        code: issued beside it; gives ``c_hash`` (§3.3.2.11).
        sid: id of the login session (OpenID Connect Front-Channel Logout §3).
        claims: what the person has agreed to tell; never overrules a claim of the protocol.

    Raises:
        UnknownAlgorithm: no hash belongs to ``alg``.
    """
    optional = {
        "nonce": nonce,
        "auth_time": auth_time,
        "acr": acr,
        "amr": list(amr) or None,
        "at_hash": None if access_token is None else half_hash(access_token, alg),
        "c_hash": None if code is None else half_hash(code, alg),
        "sid": sid,
    }
    return {
        "iss": iss,
        "sub": sub,
        "aud": aud,
        "exp": now + lifetime_seconds,
        "nbf": now,
        "iat": now,
        "jti": jti,
        **{name: value for name, value in optional.items() if value is not None},
        **{name: value for name, value in (claims or {}).items() if name not in PROTOCOL_CLAIMS},
    }
