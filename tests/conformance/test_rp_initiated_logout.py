"""The modules of oidcc-rp-initiated-logout-certification-test-plan, one test each, driven over HTTP."""

import json
from dataclasses import replace

import jwt
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from keys import base64url
from keys.algorithms import generate_private_key
from provider.factory import create_app
from provider.wiring import Services
from tests.browser import Browser, answer_of
from tests.provider.page import Page
from tests.relying_party import POST_LOGOUT_URI, STATE, RelyingParty, make_relying_party, path_of, press
from tests.sqlite_only import database_url as database_url

pytestmark = pytest.mark.journey


@pytest.fixture
def rp(services: Services, http: FlaskClient, browser: Browser, ada: str) -> RelyingParty:
    """A relying party that Ada has just signed in to."""
    return make_relying_party(services, http, browser)


def assert_error_page(response: TestResponse, code: str) -> None:
    """The browser is shown an error of ours and goes nowhere."""
    assert (response.status_code, response.mimetype) == (400, "text/html")
    assert "Location" not in response.headers
    assert Page(response.text).require("error-code").text == code
    assert Page(response.text).require("error-message").text.endswith("You are not signed out.")


def assert_signed_out_page(response: TestResponse) -> None:
    """The browser is told that it is signed out and goes nowhere."""
    assert (response.status_code, path_of(response)) == (200, "/logout/done")
    assert Page(response.text).require("signed-out").text.startswith("You are signed out.")


def test_oidcc_rp_initiated_logout_discovery_endpoint_verification(services: Services) -> None:
    """§2.1: end_session_endpoint is there, and https where the issuer is."""
    services.settings = replace(services.settings, issuer="https://op.example")
    http = create_app(services=services).test_client()

    document = http.get("/.well-known/openid-configuration").get_json()

    assert document["end_session_endpoint"] == "https://op.example/logout"


def test_oidcc_rp_initiated_logout(rp: RelyingParty) -> None:
    """§3: to the registered URI with the same state and nothing else; the session is gone."""
    assert rp.is_signed_in()

    response = rp.sign_out()

    assert response.location.partition("?")[0] == POST_LOGOUT_URI
    assert answer_of(response) == {"state": STATE}
    assert not rp.is_signed_in()


def test_oidcc_rp_initiated_logout_no_state(rp: RelyingParty) -> None:
    """§3: no state is added where none was sent."""
    response = rp.sign_out(state=None)

    assert (response.status_code, response.location) == (303, POST_LOGOUT_URI)
    assert not rp.is_signed_in()


def test_oidcc_rp_initiated_logout_bad_post_logout_redirect_uri(rp: RelyingParty) -> None:
    """§3: an unregistered URI is an error page, never a redirect."""
    response = rp.sign_out(post_logout_redirect_uri=POST_LOGOUT_URI + "/other")

    assert_error_page(response, "invalid_post_logout_redirect_uri")


def test_oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri(rp: RelyingParty) -> None:
    """§3: a query that is not registered makes it another URI."""
    response = rp.sign_out(post_logout_redirect_uri=POST_LOGOUT_URI + "?foo=bar")

    assert_error_page(response, "invalid_post_logout_redirect_uri")


def test_oidcc_rp_initiated_logout_modified_id_token_hint(rp: RelyingParty) -> None:
    """§2: a hint rewritten to alg none is an error page."""
    _, payload, _ = rp.id_token.split(".")
    header = base64url.encode(json.dumps({"alg": "none", "typ": "JWT"}).encode())

    assert_error_page(rp.sign_out(id_token_hint=f"{header}.{payload}."), "invalid_id_token_hint")
    assert rp.is_signed_in()


def test_oidcc_rp_initiated_logout_bad_id_token_hint(rp: RelyingParty) -> None:
    """§2: a hint signed by somebody else, with iss and aud swapped, is an error page."""
    claims = rp.claims
    swapped = claims | {"iss": claims["aud"], "aud": claims["iss"]}
    kid = jwt.get_unverified_header(rp.id_token)["kid"]
    hint = jwt.encode(swapped, generate_private_key("RS256"), "RS256", headers={"kid": kid})

    assert_error_page(rp.sign_out(id_token_hint=hint), "invalid_id_token_hint")
    assert rp.is_signed_in()


def test_oidcc_rp_initiated_logout_no_id_token_hint(rp: RelyingParty) -> None:
    """§3: a URI with neither hint nor client_id is an error page."""
    assert_error_page(rp.sign_out(id_token_hint=None), "id_token_hint_required")
    assert rp.is_signed_in()


def test_oidcc_rp_initiated_logout_no_params(rp: RelyingParty) -> None:
    """§2: with nothing sent the person is asked, and then told that they are signed out."""
    page = rp.sign_out(id_token_hint=None, post_logout_redirect_uri=None, state=None)

    assert_signed_out_page(press(rp.http, page))
    assert not rp.is_signed_in()


def test_oidcc_rp_initiated_logout_no_post_logout_redirect_uri(rp: RelyingParty) -> None:
    """§3: hint and state alone lead to the page that says it is done."""
    assert_signed_out_page(rp.sign_out(post_logout_redirect_uri=None))
    assert not rp.is_signed_in()


def test_oidcc_rp_initiated_logout_only_state(rp: RelyingParty) -> None:
    """§2: state alone: the person is asked, and then told."""
    page = rp.sign_out(id_token_hint=None, post_logout_redirect_uri=None)

    assert_signed_out_page(press(rp.http, page))
    assert not rp.is_signed_in()
