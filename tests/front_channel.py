"""What comes back from the authorization endpoint, by every response type and mode."""

from typing import Any

import jwt
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from provider.wiring import Services
from tests.browser import Browser, answer_of, hidden_fields
from tests.builders import REDIRECT_URI, make_client
from validators.client import Client

IMPLICIT = ("token", "id_token", "id_token token")
HYBRID = ("code id_token", "code token", "code id_token token")
TYPES = (*IMPLICIT, *HYBRID)


def make_front_channel_client(services: Services, **metadata: Any) -> tuple[Client, str]:
    """Register a confidential client for every response type; return it and its secret."""
    defaults = {
        "grant_types": ["authorization_code", "refresh_token", "implicit"],
        "response_types": ["code", *TYPES],
    }
    return make_client(services, **(defaults | metadata))


def ask(browser: Browser, client: Client, response_type: str, /, **parameters: Any) -> dict[str, str]:
    """Go through the whole of an authorization request; return the answer from the fragment."""
    asked = {"response_type": response_type, "nonce": "n-1"} | parameters
    return fragment_of(browser.follow(browser.authorize(client, **asked)))


def fragment_of(response: TestResponse) -> dict[str, str]:
    """Return the answer of a redirect that holds it in the fragment and nothing in the query."""
    assert response.location.startswith(f"{REDIRECT_URI}#"), response.location
    return answer_of(response)


def form_of(page: TestResponse) -> dict[str, str]:
    """Return the answer of a page that posts it."""
    assert page.status_code == 200
    assert f'action="{REDIRECT_URI}"' in page.text
    return hidden_fields(page)


def userinfo(http: FlaskClient, access_token: str) -> TestResponse:
    """Use an access token."""
    return http.get("/userinfo", headers={"Authorization": f"Bearer {access_token}"})


def id_token_claims(services: Services, http: FlaskClient, client: Client, id_token: str) -> dict[str, Any]:
    """Return the claims of an ID token whose signature, issuer and audience are right."""
    header = jwt.get_unverified_header(id_token)
    keys = jwt.PyJWKSet.from_dict(http.get("/jwks").get_json())
    return jwt.decode(
        id_token,
        keys[header["kid"]],
        algorithms=[client.id_token_alg],
        audience=client.client_id,
        issuer=services.settings.issuer,
        options={"verify_exp": False, "verify_nbf": False, "verify_iat": False},
    )
