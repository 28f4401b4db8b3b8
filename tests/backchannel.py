"""A client that asks for a person elsewhere, and that person, so that a journey reads like a story."""

import secrets
from dataclasses import dataclass
from typing import Any

import jwt
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from keys.algorithms import generate_private_key
from keys.jwks import public_jwk
from provider.wiring import Services
from tests.browser import Browser, client_request, hidden_fields, token_request
from tests.builders import make_client
from validators.client import Client
from validators.metadata_backchannel import GRANT_TYPE

KEY = generate_private_key("ES256")
JWK = public_jwk(KEY, "ES256")


@dataclass
class CallCentre:
    """A client without the person's browser."""

    http: FlaskClient
    client: Client
    secret: str

    def ask(self, **form: Any) -> TestResponse:
        """Send a request for Ada; ``None`` leaves a parameter out."""
        asked = {"scope": "openid", "login_hint": "ada", **form}
        return client_request(self.http, "/bc-authorize", self.client, self.secret, **asked)

    def asked(self, **form: Any) -> str:
        """Return the ``auth_req_id`` of the answer to ``ask``."""
        response = self.ask(**form)
        assert response.status_code == 200, response.text
        return str(response.get_json()["auth_req_id"])

    def poll(self, auth_req_id: str, **form: Any) -> TestResponse:
        """Ask for the tokens."""
        values = {"grant_type": GRANT_TYPE, "auth_req_id": auth_req_id, **form}
        return token_request(self.http, self.client, self.secret, **values)

    def error(self, auth_req_id: str) -> str:
        """Return what a poll is refused with."""
        response = self.poll(auth_req_id)
        assert response.status_code == 400, response.text
        return str(response.get_json()["error"])

    def signed(self, issuer: str, now: int, *, key: Any = KEY, alg: str = "ES256", **claims: Any) -> str:
        """Return a request object, good by default; ``None`` leaves a claim out."""
        said = {
            "iss": self.client.client_id,
            "aud": issuer,
            "iat": now,
            "nbf": now,
            "exp": now + 300,
            "jti": secrets.token_urlsafe(8),
            "scope": "openid",
            "login_hint": "ada",
        } | claims
        kept = {name: value for name, value in said.items() if value is not None}
        return jwt.encode(kept, key, alg, headers={"kid": JWK["kid"]})


def make_call_centre(services: Services, http: FlaskClient, **metadata: Any) -> CallCentre:
    """Register a client with a secret that polls."""
    defaults = {
        "redirect_uris": [],
        "grant_types": [GRANT_TYPE, "refresh_token"],
        "client_name": "Call Centre",
    }
    return CallCentre(http, *make_client(services, **(defaults | metadata)))


def decide(browser: Browser, decision: str = "allow", page: TestResponse | None = None) -> TestResponse:
    """Press a button for the only request on the page; return the page that comes then."""
    page = page or browser.http.get("/approvals")
    answer = browser.http.post("/approvals", data=hidden_fields(page) | {"decision": decision})
    return browser.http.get(answer.location)
