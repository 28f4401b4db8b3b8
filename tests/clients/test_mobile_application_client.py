"""oauthlib's MobileApplicationClient under requests-oauthlib: the implicit grant (RFC 6749 §4.2)."""

import pytest
from flask.testing import FlaskClient
from oauthlib.oauth2 import MobileApplicationClient
from requests_oauthlib import OAuth2Session

from provider.wiring import Services
from tests.browser import Browser
from tests.builders import REDIRECT_URI, make_public_client
from tests.front_channel import userinfo

pytestmark = pytest.mark.journey

HTTPS = "https://op.example"  # oauthlib's clients refuse anything else


def test_the_answer_is_understood(services: Services, http: FlaskClient, browser: Browser, ada: str) -> None:
    """From the authorization URL that it makes to the token that it reads from the fragment."""
    client = make_public_client(services, grant_types=["implicit"], response_types=["token"])
    oauth = OAuth2Session(
        client=MobileApplicationClient(client.client_id),
        redirect_uri=REDIRECT_URI,
        scope=["openid", "email"],
    )
    url, state = oauth.authorization_url(f"{HTTPS}/authorize")

    answer = browser.follow(http.get(url.removeprefix(HTTPS)))
    token = oauth.token_from_fragment(answer.location)

    assert token["state"] == state
    assert token["token_type"] == "Bearer"
    assert token["scope"] == ["openid", "email"]
    assert int(token["expires_in"]) == services.settings.access_token_seconds
    assert userinfo(http, token["access_token"]).get_json()["sub"] == ada
