"""requests-oauthlib as its documentation shows it (its pages "OAuth 2 Workflow" and "Refreshing tokens")."""

from typing import Any

import jwt
import pytest
import requests
from oauthlib.oauth2 import TokenExpiredError
from requests_oauthlib import OAuth2Session, TokenUpdated

from tests.builders import REDIRECT_URI
from tests.live import LiveProvider
from tests.person import Person

pytestmark = [pytest.mark.journey, pytest.mark.slow]

SCOPE = ["openid", "email", "offline_access"]
Tokens = dict[str, Any]


@pytest.fixture(autouse=True)
def insecure_transport(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let oauthlib speak http to this machine."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


@pytest.fixture(scope="module")
def client(live_provider: LiveProvider) -> dict[str, Any]:
    """A client as an operator registers it for these workflows."""
    return live_provider.register()


def sign_in(provider: LiveProvider, client: dict[str, Any]) -> tuple[OAuth2Session, Tokens]:
    """Do the web application flow; return the session and the token response."""
    oauth = OAuth2Session(client["client_id"], redirect_uri=REDIRECT_URI, scope=SCOPE)
    url, _ = oauth.authorization_url(
        provider.endpoint("authorization_endpoint"), access_type="offline", approval_prompt="force"
    )
    token = oauth.fetch_token(
        provider.endpoint("token_endpoint"),
        authorization_response=Person().authorize(url, REDIRECT_URI),
        client_secret=client["client_secret"],
    )
    return oauth, token


def test_the_web_application_flow(live_provider: LiveProvider, client: dict[str, Any]) -> None:
    """RFC 6749 §4.1: authorization_url, fetch_token, get; parameters of another provider do no harm."""
    oauth, token = sign_in(live_provider, client)

    userinfo = oauth.get(live_provider.endpoint("userinfo_endpoint"))

    assert token["token_type"] == "Bearer"
    assert token["scope"] == SCOPE
    assert userinfo.json() == {
        "sub": live_provider.sub,
        "email": "ada@example.org",
        "email_verified": True,
    }


def test_the_id_token_verifies_with_the_published_keys(
    live_provider: LiveProvider, client: dict[str, Any]
) -> None:
    """OpenID Connect Core §3.1.3.7, with PyJWT's own client of a key set."""
    _, token = sign_in(live_provider, client)

    key = jwt.PyJWKClient(live_provider.endpoint("jwks_uri")).get_signing_key_from_jwt(token["id_token"])
    claims = jwt.decode(
        token["id_token"], key, ["RS256"], audience=client["client_id"], issuer=live_provider.issuer
    )

    assert claims["sub"] == live_provider.sub


def test_pkce(live_provider: LiveProvider) -> None:
    """RFC 7636, as requests-oauthlib does it by itself for a public client."""
    client = live_provider.register(token_endpoint_auth_method="none")
    oauth = OAuth2Session(client["client_id"], redirect_uri=REDIRECT_URI, scope=SCOPE, pkce="S256")
    url, _ = oauth.authorization_url(live_provider.endpoint("authorization_endpoint"))
    answer = Person().authorize(url, REDIRECT_URI)

    token = oauth.fetch_token(live_provider.endpoint("token_endpoint"), authorization_response=answer)

    assert oauth.get(live_provider.endpoint("userinfo_endpoint")).ok
    assert token["scope"] == SCOPE


class Refreshing:
    """What the documentation calls token, extra, refresh_url, protected_url and token_saver."""

    def __init__(self, provider: LiveProvider, client: dict[str, Any]) -> None:
        _, token = sign_in(provider, client)
        self.client_id = client["client_id"]
        self.token = {
            "access_token": token["access_token"],
            "refresh_token": token["refresh_token"],
            "token_type": "Bearer",
            "expires_in": "-30",
        }
        self.extra = {"client_id": self.client_id, "client_secret": client["client_secret"]}
        self.refresh_url = provider.endpoint("token_endpoint")
        self.protected_url = provider.endpoint("userinfo_endpoint")
        self.saved: list[Tokens] = []

    def token_saver(self, token: Tokens) -> None:
        """Save the new token."""
        self.saved.append(token)

    def check(self, answer: requests.Response) -> None:
        """Check that one new token was saved and that the protected resource was read."""
        assert answer.status_code == 200, answer.text
        (new,) = self.saved
        assert new["access_token"] != self.token["access_token"]
        assert new["refresh_token"] != self.token["refresh_token"]


@pytest.fixture
def refreshing(live_provider: LiveProvider, client: dict[str, Any]) -> Refreshing:
    """A sign-in whose access token has expired, as the client sees it."""
    return Refreshing(live_provider, client)


def test_first_way_to_refresh(refreshing: Refreshing) -> None:
    """Catch TokenExpiredError, refresh, ask again."""
    client = OAuth2Session(refreshing.client_id, token=refreshing.token)
    with pytest.raises(TokenExpiredError):
        client.get(refreshing.protected_url)

    token = client.refresh_token(refreshing.refresh_url, **refreshing.extra)
    refreshing.token_saver(token)
    client = OAuth2Session(refreshing.client_id, token=token)

    refreshing.check(client.get(refreshing.protected_url))


def test_second_way_to_refresh(refreshing: Refreshing) -> None:
    """Refreshed by the session; TokenUpdated brings the new token."""
    client = OAuth2Session(
        refreshing.client_id,
        token=refreshing.token,
        auto_refresh_kwargs=refreshing.extra,
        auto_refresh_url=refreshing.refresh_url,
    )

    with pytest.raises(TokenUpdated) as updated:
        client.get(refreshing.protected_url)
    refreshing.token_saver(updated.value.token)

    refreshing.check(client.get(refreshing.protected_url))


def test_third_way_to_refresh(refreshing: Refreshing) -> None:
    """Refreshed and saved by the session."""
    client = OAuth2Session(
        refreshing.client_id,
        token=refreshing.token,
        auto_refresh_url=refreshing.refresh_url,
        auto_refresh_kwargs=refreshing.extra,
        token_updater=refreshing.token_saver,
    )

    refreshing.check(client.get(refreshing.protected_url))
