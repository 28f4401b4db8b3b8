"""The claim set of one logout token (OpenID Connect Back-Channel Logout §2.4)."""

from typing import Any

TYP = "logout+jwt"
EVENT = "http://schemas.openid.net/event/backchannel-logout"
LIFETIME_SECONDS = 120


def logout_token_claims(*, iss: str, sub: str, aud: str, sid: str, jti: str, now: int) -> dict[str, Any]:
    """Return the claims of one logout token, ready to be signed; never a ``nonce``.

    Args:
        iss: the issuer.
        sub: the person, as this client's ID tokens name them.
        aud: the client's id.
        sid: the sign-in that has ended, as in those ID tokens.
        jti: unique id of the token.
        now: time of issue, NumericDate; ``exp`` is two minutes later (§4).
    """
    return {
        "iss": iss,
        "sub": sub,
        "aud": aud,
        "iat": now,
        "exp": now + LIFETIME_SECONDS,
        "jti": jti,
        "sid": sid,
        "events": {EVENT: {}},
    }
