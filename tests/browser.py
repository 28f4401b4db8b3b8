"""A browser and a client in one: drives login and consent, so that a journey reads like a story."""

import base64
import hashlib
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.builders import PASSWORD, REDIRECT_URI
from validators.client import Client

VERIFIER = "a-verifier-of-forty-three-characters-or-more-0123"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
PKCE = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}


@dataclass
class Browser:
    """One person's browser at the provider."""

    http: FlaskClient
    username: str = "ada"
    password: str = PASSWORD
    pages: list[str] = field(default_factory=list)

    def authorize(self, client: Client, /, **parameters: Any) -> TestResponse:
        """Send an authorization request; return the provider's first answer."""
        return self.http.get("/authorize?" + urlencode(request_of(client, **parameters), doseq=True))

    def follow(self, response: TestResponse) -> TestResponse:
        """Do what a willing person does, page after page, until the client is called."""
        for _ in range(10):
            path = urlsplit(response.location or response.request.path).path
            is_redirect = response.status_code in (302, 303)
            if 'id="form-post"' in response.text:
                return response
            if is_redirect and not self.is_ours(response.location):
                return response
            if is_redirect:
                response = self.http.get(response.location)
                self.pages.append(urlsplit(response.request.url).path)
            elif response.status_code == 200 and path == "/login":
                response = self.sign_in(response)
            elif response.status_code == 200 and path == "/consent":
                response = self.decide(response, "allow")
            else:
                return response
        raise AssertionError(f"going round in circles: {self.pages}")

    def sign_in(self, page: TestResponse, **overrides: str) -> TestResponse:
        """Fill in the sign-in page and send it."""
        fields = {"username": self.username, "password": self.password} | overrides
        return self.http.post("/login", data=hidden_fields(page) | fields)

    def decide(self, page: TestResponse, decision: str) -> TestResponse:
        """Press a button of the consent page."""
        return self.http.post("/consent", data=hidden_fields(page) | {"decision": decision})

    def code_for(self, client: Client, /, **parameters: Any) -> str:
        """Go through the whole of it; return the code."""
        answer = answer_of(self.follow(self.authorize(client, **parameters)))
        return answer["code"]

    @staticmethod
    def is_ours(location: str | None) -> bool:
        """Whether a redirect stays at the provider."""
        return (location or "").startswith(("/", "http://localhost"))


def request_of(client: Client, /, **parameters: Any) -> dict[str, Any]:
    """Return the parameters of a plain authorization request; ``None`` leaves one out."""
    defaults = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": REDIRECT_URI,
        "scope": "openid",
        "state": "st-1",
        **(PKCE if client.is_public else {}),
    }
    return {name: value for name, value in (defaults | parameters).items() if value is not None}


def hidden_fields(page: TestResponse) -> dict[str, str]:
    """Return the hidden inputs of a page."""
    inputs = re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", page.text)
    found = ((re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in inputs)
    return {name[1]: value[1] if value else "" for name, value in found if name}


def answer_of(response: TestResponse) -> dict[str, str]:
    """Return the parameters that a redirect takes to the client; each comes once."""
    assert response.status_code == 303, (response.status_code, response.text)
    parts = urlsplit(response.location)
    values = parse_qs(parts.query or parts.fragment, keep_blank_values=True)
    assert all(len(value) == 1 for value in values.values()), values
    return {name: value[0] for name, value in values.items()}


def redeem(http: FlaskClient, client: Client, secret: str, code: str, **form: Any) -> TestResponse:
    """Exchange a code as its client."""
    defaults: dict[str, Any] = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": REDIRECT_URI,
    }
    if client.is_public:
        defaults["code_verifier"] = VERIFIER
    return token_request(http, client, secret, **(defaults | form))


def refresh(http: FlaskClient, client: Client, secret: str, refresh_token: str, **form: Any) -> TestResponse:
    """Refresh as a client."""
    values = {"grant_type": "refresh_token", "refresh_token": refresh_token} | form
    return token_request(http, client, secret, **values)


def token_request(http: FlaskClient, client: Client, secret: str, **form: Any) -> TestResponse:
    """Send a token request with the client's own way of proving itself; ``None`` leaves a field out."""
    return client_request(http, "/token", client, secret, **form)


def client_request(http: FlaskClient, path: str, client: Client, secret: str, **form: Any) -> TestResponse:
    """Send a form to an endpoint where clients prove themselves; ``accept`` is a header."""
    data = {name: value for name, value in form.items() if value is not None}
    headers = {"Accept": data.pop("accept")} if "accept" in data else {}
    match client.token_endpoint_auth_method:
        case "client_secret_basic":
            pair = base64.b64encode(f"{client.client_id}:{secret}".encode()).decode()
            headers["Authorization"] = f"Basic {pair}"
        case "client_secret_post":
            data |= {"client_id": client.client_id, "client_secret": secret}
        case _:
            data.setdefault("client_id", client.client_id)
    return http.post(path, data=data, headers=headers)
