"""Clients that sign: keys, assertions, and token requests that carry them."""

import base64
import json
import secrets
from typing import Any

import jwt
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from keys.algorithms import generate_private_key
from keys.jwks import public_jwk
from provider.wiring import Services
from tests.builders import make_client
from tests.conftest import Clock
from validators.client_assertions import ASSERTION_TYPE

ISSUER = "http://localhost:9031"
TOKEN_ENDPOINT = f"{ISSUER}/token"
SERVICE = {"grant_types": ["client_credentials"], "redirect_uris": [], "response_types": [], "scope": "files"}


class KeyHolder:
    """A private key and what others may know of it."""

    def __init__(self, alg: str = "ES256", kid: str | None = "key-1") -> None:
        self.alg = alg
        self.private = generate_private_key(alg)
        self.jwk: dict[str, Any] = public_jwk(self.private, alg)
        del self.jwk["kid"], self.jwk["alg"]
        if kid is not None:
            self.jwk["kid"] = kid

    def sign(self, claims: dict[str, Any], **headers: Any) -> str:
        """Return a JWT; ``None`` leaves a header out."""
        given = {"kid": self.jwk.get("kid"), **headers}
        said = {name: value for name, value in given.items() if value is not None}
        return jwt.encode(claims, self.private, algorithm=str(said.pop("alg", self.alg)), headers=said)


def claims_of(client_id: str, clock: Clock, **changes: Any) -> dict[str, Any]:
    """Return the claims of a sound assertion; ``None`` leaves one out."""
    now = clock()
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": ISSUER,
        "iat": now,
        "exp": now + 60,
        "jti": secrets.token_urlsafe(16),
        **changes,
    }
    return {name: value for name, value in claims.items() if value is not None}


def hand_made(header: Any, claims: Any, signature: bytes = b"") -> str:
    """Return three parts as no library would put them together."""
    parts = [json.dumps(part).encode() for part in (header, claims)]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in (*parts, signature))


def ask(http: FlaskClient, assertion: str | None = None, **form: Any) -> TestResponse:
    """Ask for a token by client credentials, with an assertion if there is one."""
    data: dict[str, Any] = {"grant_type": "client_credentials"}
    if assertion is not None:
        data |= {"client_assertion": assertion, "client_assertion_type": ASSERTION_TYPE}
    data |= form
    return http.post("/token", data={name: value for name, value in data.items() if value is not None})


def make_signing_client(services: Services, *holders: KeyHolder, **metadata: Any) -> str:
    """Register a service that proves itself with the keys of ``holders``; return its client_id."""
    document = {
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks": {"keys": [each.jwk for each in holders]},
        **SERVICE,
        **metadata,
    }
    return make_client(services, **document)[0].client_id
