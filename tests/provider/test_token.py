"""POST /token: what a good answer holds (RFC 6749 §5.1)."""

from flask.testing import FlaskClient

from provider.wiring import Services
from tests.browser import Browser, redeem
from tests.builders import REDIRECT_URI, make_client
from tests.provider.test_token_errors import basic


def test_names_of_oauthlibs_attributes_are_only_parameters(
    services: Services, http: FlaskClient, browser: Browser, ada: str
) -> None:
    """OAUTHLIB §4: parameters never become what the callbacks share."""
    client, secret = make_client(services)
    names = (
        *("user", "client", "grant", "scopes", "claims", "session", "extra_credentials", "expires_in"),
        *("expires_at", "authenticated", "prompts", "body", "headers", "uri", "http_method", "_params"),
        *("using_default_redirect_uri", "known_client", "decoded_body", "validator_log", "oauth_params"),
    )

    form = dict.fromkeys(names, "evil") | {
        "grant_type": "authorization_code",
        "code": browser.code_for(client),
        "redirect_uri": REDIRECT_URI,
    }

    response = http.post("/token", data=form, headers=basic(client.client_id, secret))

    assert response.status_code == 200
    assert response.get_json()["scope"] == "openid"
    assert response.get_json()["expires_in"] == services.settings.access_token_seconds
    assert "evil" not in response.text


def test_a_token_response_is_not_stored(
    services: Services, http: FlaskClient, browser: Browser, ada: str
) -> None:
    """RFC 6749 §5.1: Cache-Control and Pragma, JSON, nothing else in it."""
    client, secret = make_client(services)

    response = redeem(http, client, secret, browser.code_for(client, scope="openid offline_access"))

    assert (response.headers["Cache-Control"], response.headers["Pragma"]) == ("no-store", "no-cache")
    assert response.mimetype == "application/json"
    assert response.get_json().keys() == {
        *("access_token", "token_type", "expires_in", "scope", "refresh_token", "id_token")
    }
