"""A relying party that signs Ada in and out (OpenID Connect RP-Initiated Logout)."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from provider.wiring import Services
from tests.browser import Browser, answer_of, hidden_fields, redeem
from tests.builders import make_client
from validators.client import Client

POST_LOGOUT_URI = "https://client.example/signed-out"
STATE = "-._~" * 32  # 128 characters
INTERACTION_ERRORS = frozenset(
    {"login_required", "interaction_required", "account_selection_required", "consent_required"}
)


@dataclass
class RelyingParty:
    """One client, with the tokens of its last sign-in."""

    services: Services
    http: FlaskClient
    browser: Browser
    client: Client
    secret: str
    tokens: dict[str, Any]

    @property
    def id_token(self) -> str:
        """The ID token of the last sign-in."""
        return str(self.tokens["id_token"])

    @property
    def claims(self) -> dict[str, Any]:
        """What the ID token says, unverified."""
        return dict(jwt.decode(self.id_token, options={"verify_signature": False}))

    def sign_in(self, **parameters: Any) -> None:
        """Go through the code flow; keep the tokens."""
        code = self.browser.code_for(self.client, **parameters)
        self.tokens = redeem(self.http, self.client, self.secret, code).get_json()

    def request(self, **parameters: str | None) -> dict[str, str]:
        """Return the logout request that every module begins with; ``None`` leaves a parameter out."""
        defaults = {
            "id_token_hint": self.id_token,
            "post_logout_redirect_uri": POST_LOGOUT_URI,
            "state": STATE,
        }
        return {name: value for name, value in (defaults | parameters).items() if value is not None}

    def sign_out(self, **parameters: str | None) -> TestResponse:
        """Send the browser to the logout endpoint; return where it stops: a page, or the client."""
        return follow(self.http, self.http.get("/logout?" + urlencode(self.request(**parameters))))

    def is_signed_in(self) -> bool:
        """Whether ``prompt=none`` succeeds; if not, the error says that a person is needed."""
        answer = answer_of(self.browser.authorize(self.client, prompt="none"))
        assert "code" in answer or answer["error"] in INTERACTION_ERRORS, answer
        return "code" in answer


def make_relying_party(
    services: Services, http: FlaskClient, browser: Browser, *, scope: str = "openid", **metadata: Any
) -> RelyingParty:
    """Register a client with a post-logout redirect URI and sign Ada in to it."""
    client, secret = make_client(services, **({"post_logout_redirect_uris": [POST_LOGOUT_URI]} | metadata))
    rp = RelyingParty(services, http, browser, client, secret, {})
    rp.sign_in(scope=scope)
    return rp


def follow(http: FlaskClient, response: TestResponse) -> TestResponse:
    """Follow redirects as long as they stay at the provider."""
    for _ in range(5):
        if response.status_code != 303 or not Browser.is_ours(response.location):
            return response
        response = http.get(response.location)
    raise AssertionError("going round in circles")


def press(http: FlaskClient, page: TestResponse, **button: str) -> TestResponse:
    """Press a button of the page that asks; by default the one that signs out."""
    assert path_of(page) == "/logout/confirm", page.text
    return follow(http, http.post("/logout/confirm", data=hidden_fields(page) | button))


def path_of(response: TestResponse) -> str:
    """Return the path of the page that is shown."""
    return urlsplit(response.request.url).path
