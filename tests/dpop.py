"""Clients that prove possession of a key (RFC 9449)."""

import base64
import hashlib
import secrets
from typing import Any

import jwt
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from keys.algorithms import generate_private_key
from keys.jwks import public_jwk, thumbprint
from tests.assertions import ISSUER
from tests.browser import VERIFIER
from tests.builders import REDIRECT_URI
from tests.conftest import Clock
from validators.client import Client

TOKEN_ENDPOINT = f"{ISSUER}/token"
USERINFO = f"{ISSUER}/userinfo"


class ProofMaker:
    """A key, and proofs of it."""

    def __init__(self, clock: Clock, alg: str = "ES256") -> None:
        self.alg = alg
        self.clock = clock
        self.private = generate_private_key(alg)
        self.jwk: dict[str, Any] = {
            name: value
            for name, value in public_jwk(self.private, alg).items()
            if name not in ("kid", "alg", "use")
        }
        self.jkt = thumbprint(self.jwk)

    def proof(self, htm: str = "POST", htu: str = TOKEN_ENDPOINT, /, **changes: Any) -> str:
        """Return a sound proof; ``None`` leaves a claim out."""
        claims = {
            "jti": secrets.token_urlsafe(16),
            "htm": htm,
            "htu": htu,
            "iat": self.clock(),
        } | changes
        return self.sign({name: value for name, value in claims.items() if value is not None})

    def sign(self, claims: dict[str, Any], **headers: Any) -> str:
        """Return a JWT with the public key in its header."""
        said = {"typ": "dpop+jwt", "jwk": self.jwk} | headers
        return jwt.encode(claims, self.private, algorithm=self.alg, headers=said)

    def proof_for(self, access_token: str, htm: str = "GET", htu: str = USERINFO, /, **changes: Any) -> str:
        """Return a proof for the use of an access token."""
        return self.proof(htm, htu, ath=access_token_hash(access_token), **changes)


def access_token_hash(access_token: str) -> str:
    """Return the ``ath`` of RFC 9449 §4.2, computed by the tests' own means."""
    digest = hashlib.sha256(access_token.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def redeem_with(
    http: FlaskClient, client: Client, secret: str | None, code: str, *proofs: str
) -> TestResponse:
    """Redeem a code; each proof is a DPoP header of its own."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": REDIRECT_URI,
    }
    if client.is_public:
        form["code_verifier"] = VERIFIER
    return token_request(http, client, secret, form, *proofs)


def token_request(
    http: FlaskClient, client: Client, secret: str | None, form: dict[str, str], *proofs: str
) -> TestResponse:
    """Send a token request; each proof is a DPoP header of its own."""
    auth = None if secret is None else (client.client_id, secret)
    named = form | ({"client_id": client.client_id} if secret is None else {})
    return http.post("/token", data=named, auth=auth, headers=[("DPoP", proof) for proof in proofs])


def userinfo_with(http: FlaskClient, token: str, *proofs: str, scheme: str = "DPoP") -> TestResponse:
    """Ask for UserInfo with a bound token."""
    headers = [("Authorization", f"{scheme} {token}"), *(("DPoP", proof) for proof in proofs)]
    return http.get("/userinfo", headers=headers)
