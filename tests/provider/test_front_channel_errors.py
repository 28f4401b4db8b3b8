"""Requests for tokens at once that are refused: with which error, and by which way it travels."""

from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest

from provider.wiring import Services
from tests.browser import Browser
from tests.builders import make_client
from tests.front_channel import TYPES, ask, form_of, fragment_of, make_front_channel_client
from tests.sqlite_only import database_url as database_url

WITH_ID_TOKEN = [each for each in TYPES if "id_token" in each]


@pytest.mark.parametrize("response_type", TYPES)
def test_a_client_gets_only_its_registered_types(
    services: Services, signed_in: Browser, response_type: str
) -> None:
    """RFC 6749 §4.2.2.1: a client of another type, or of the code flow alone, is not authorized."""
    others = [each for each in TYPES if each != response_type]
    plain, _ = make_client(services)
    other, _ = make_front_channel_client(services, response_types=others)

    for client in (plain, other):
        refused = signed_in.authorize(client, response_type=response_type, nonce="n-1")
        assert fragment_of(refused)["error"] == "unauthorized_client"


@pytest.mark.parametrize("response_type", TYPES)
def test_the_query_is_refused(services: Services, signed_in: Browser, response_type: str) -> None:
    """OAuth 2.0 Multiple Response Types §3, §5: a query ends in logs and Referer headers."""
    client, _ = make_front_channel_client(services)

    refused = signed_in.authorize(client, response_type=response_type, nonce="n-1", response_mode="query")

    assert fragment_of(refused)["error"] == "invalid_request"


@pytest.mark.parametrize("response_type", WITH_ID_TOKEN)
@pytest.mark.parametrize(
    "missing",
    [
        pytest.param({"nonce": None}, id="nonce"),
        pytest.param({"nonce": ""}, id="nonce-empty"),
        pytest.param({"scope": "email"}, id="openid"),
    ],
)
def test_an_id_token_needs_nonce_and_openid(
    services: Services, signed_in: Browser, response_type: str, missing: dict[str, Any]
) -> None:
    """OpenID Connect Core §3.2.2.1, §3.3.2.1: invalid_request, in the fragment."""
    client, _ = make_front_channel_client(services)

    refused = signed_in.authorize(client, **({"response_type": response_type, "nonce": "n-1"} | missing))

    answer = fragment_of(refused)
    assert answer["error"] == "invalid_request"
    assert answer["state"] == "st-1"
    assert answer["iss"] == services.settings.issuer


@pytest.mark.parametrize("response_type", ["token", "code token"])
def test_without_an_id_token_no_nonce_is_needed(
    services: Services, signed_in: Browser, response_type: str
) -> None:
    """OpenID Connect Core §3.3.2.1: optional for ``code token``, unknown to plain OAuth."""
    client, _ = make_front_channel_client(services)

    assert "access_token" in ask(signed_in, client, response_type, nonce=None)


@pytest.mark.parametrize("response_type", TYPES)
@pytest.mark.parametrize(
    ("changes", "error"),
    [
        pytest.param({"prompt": "none"}, "login_required", id="prompt-none"),
        pytest.param({"prompt": "none login"}, "invalid_request", id="prompt-none-and-more"),
        pytest.param({"scope": "openid photos"}, "invalid_scope", id="scope-widened"),
        pytest.param({"scope": 'openid "'}, "invalid_scope", id="scope-malformed"),
        pytest.param({"max_age": "soon"}, "invalid_request", id="max_age"),
        pytest.param({"request": "e30."}, "invalid_request_object", id="request"),
        pytest.param({"resource": "https://api.example"}, "invalid_target", id="resource"),
        pytest.param({"id_token_hint": "a.b.c"}, "invalid_request", id="hint"),
    ],
)
def test_errors_travel_as_answers_do(
    services: Services, browser: Browser, response_type: str, changes: dict[str, str], error: str
) -> None:
    """RFC 6749 §4.2.2.1, Form Post §2: in the fragment or the form, never in the query."""
    client, _ = make_front_channel_client(services)
    asked = {"response_type": response_type, "nonce": "n-1"} | changes

    redirected = fragment_of(browser.authorize(client, **asked))
    posted = form_of(browser.authorize(client, response_mode="form_post", **asked))

    assert redirected == posted
    assert redirected.keys() <= {"error", "error_description", "state", "iss"}
    assert (redirected["error"], redirected["state"]) == (error, "st-1")


@pytest.mark.parametrize(
    "response_type", ["none", "code none", "token token", "code code token", "id_token none", "Token"]
)
def test_other_types_do_not_exist(services: Services, signed_in: Browser, response_type: str) -> None:
    """RFC 6749 §3.1.1: ``none`` is not offered, and a word comes once."""
    client, _ = make_front_channel_client(services)

    refused = signed_in.authorize(client, response_type=response_type, nonce="n-1")

    assert "error=unsupported_response_type" in refused.location


@pytest.mark.parametrize("response_type", ["token", "code id_token token"])
def test_a_client_of_bound_tokens_gets_none_at_once(
    services: Services, signed_in: Browser, response_type: str
) -> None:
    """RFC 8705 §3: no certificate of the client's comes with a browser's request."""
    services.settings = replace(
        services.settings, client_cert_header="X-Client-Cert", trusted_proxies=(ip_network("127.0.0.1/32"),)
    )
    client, _ = make_front_channel_client(services, tls_client_certificate_bound_access_tokens=True)

    refused = signed_in.authorize(client, response_type=response_type, nonce="n-1")

    assert fragment_of(refused)["error"] == "invalid_request"
