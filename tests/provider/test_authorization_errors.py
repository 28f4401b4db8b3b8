"""Two tiers of errors: a page until client and redirect URI are proven, a redirect afterwards."""

from typing import Any

import pytest

from provider.wiring import Services
from tests.browser import Browser, answer_of
from tests.builders import REDIRECT_URI, make_client


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"client_id": "nobody"}, id="unknown-client"),
        pytest.param({"client_id": None}, id="no-client"),
        pytest.param({"redirect_uri": REDIRECT_URI + "/more"}, id="path-added"),
        pytest.param({"redirect_uri": REDIRECT_URI + "?a=b"}, id="query-added"),
        pytest.param({"redirect_uri": REDIRECT_URI + "#x"}, id="fragment-added"),
        pytest.param({"redirect_uri": "https://client.example@evil.example/callback"}, id="userinfo"),
        pytest.param({"redirect_uri": "https://CLIENT.example/callback"}, id="case"),
        pytest.param({"redirect_uri": "javascript:alert(1)"}, id="javascript"),
        pytest.param({"redirect_uri": "http://[::1/callback"}, id="broken"),
        pytest.param({"redirect_uri": "nonsense"}, id="relative"),
    ],
)
@pytest.mark.parametrize(
    "more",
    [{}, {"prompt": "none"}, {"response_type": "token"}, {"scope": "\\"}, {"response_mode": "form_post"}],
)
def test_nobody_is_redirected_unproven(
    services: Services, browser: Browser, changes: dict[str, Any], more: dict[str, str]
) -> None:
    """RFC 6749 §4.1.2.1, RFC 9700 §4.11.2: a page with status 400, whatever else is wrong."""
    client, _ = make_client(services)

    response = browser.authorize(client, **changes, **more)

    assert response.status_code == 400
    assert response.mimetype == "text/html"
    assert "Location" not in response.headers
    assert "evil.example" not in response.text


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        pytest.param({"response_type": None}, "invalid_request", id="response_type-missing"),
        pytest.param({"response_type": "xcodex"}, "unsupported_response_type", id="response_type-unknown"),
        pytest.param({"response_type": "code code"}, "unsupported_response_type", id="response_type-twice"),
        pytest.param({"response_mode": "smoke"}, "invalid_request", id="response_mode-unknown"),
        pytest.param({"scope": "photos"}, "invalid_scope", id="scope-not-allowed"),
        pytest.param({"scope": 'open"id'}, "invalid_scope", id="scope-malformed"),
        pytest.param({"scope": None}, "invalid_scope", id="scope-missing"),
        pytest.param({"prompt": "none login"}, "invalid_request", id="prompt-none-and-more"),
        pytest.param({"prompt": "create"}, "invalid_request", id="prompt-create"),
        pytest.param({"max_age": "soon"}, "invalid_request", id="max_age-word"),
        pytest.param({"max_age": "-1"}, "invalid_request", id="max_age-negative"),
        pytest.param({"max_age": "٣"}, "invalid_request", id="max_age-other-digits"),
        pytest.param({"claims": "[]"}, "invalid_request", id="claims-no-object"),
        pytest.param({"claims": '{"userinfo": 1}'}, "invalid_request", id="claims-no-member"),
        pytest.param({"claims": "[" * 5000}, "invalid_request", id="claims-deep"),
        pytest.param({"request": "e30."}, "invalid_request_object", id="request"),
        pytest.param({"request_uri": "https://client.example/r"}, "invalid_request_uri", id="request_uri"),
        pytest.param({"registration": "{}"}, "registration_not_supported", id="registration"),
        pytest.param({"resource": "https://api.example"}, "invalid_target", id="resource"),
        pytest.param(
            {"code_challenge": "short", "code_challenge_method": "S256"}, "invalid_request", id="challenge"
        ),
        pytest.param({"code_challenge": "a" * 43}, "invalid_request", id="challenge-plain"),
        pytest.param({"code_challenge_method": "S256"}, "invalid_request", id="challenge-missing"),
        pytest.param({"id_token_hint": "a.b.c"}, "invalid_request", id="hint"),
        pytest.param({"nonce": "a\0b"}, "invalid_request", id="control-character"),
        pytest.param({"nonce": "n" * 65536}, "invalid_request", id="over-long"),
        pytest.param({"nonce": ["a", "b"]}, "invalid_request", id="twice"),
    ],
)
def test_everything_else_is_redirected(
    services: Services, signed_in: Browser, changes: dict[str, Any], error: str
) -> None:
    """RFC 6749 §4.1.2.1, RFC 9207 §2: error, state and iss."""
    client, _ = make_client(services)

    answer = answer_of(signed_in.authorize(client, **changes))

    assert answer["error"] == error
    assert answer["state"] == "st-1"
    assert answer["iss"] == services.settings.issuer
    assert "code" not in answer
    assert set(answer.get("error_description", "")) <= {chr(c) for c in range(0x20, 0x7F)} - {'"', "\\"}


def test_an_error_keeps_the_response_mode(services: Services, browser: Browser) -> None:
    """OAuth 2.0 Form Post Response Mode §2: errors are posted too."""
    client, _ = make_client(services)

    page = browser.authorize(client, prompt="none", response_mode="form_post")

    assert page.status_code == 200
    assert 'name="error" value="login_required"' in page.text


def test_a_second_state_is_not_guessed(services: Services, browser: Browser) -> None:
    """RFC 6749 §3.1: neither of the two is sent back."""
    client, _ = make_client(services)

    answer = answer_of(browser.authorize(client, state=["a", "b"]))

    assert answer["error"] == "invalid_request"
    assert "state" not in answer


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("client_id=%ff", id="not-utf-8"),
        pytest.param("client_id=%00", id="nul"),
        pytest.param("client_id=" + "a" * 70_000, id="over-long"),
        pytest.param("client_id=a&client_id=b", id="twice"),
        pytest.param("&".join(f"p{n}=1" for n in range(200)), id="many"),
        pytest.param("{", id="brace"),
        pytest.param("client_id=%zz&=&&", id="broken-percent"),
        pytest.param("request_uri=urn:ietf:params:oauth:request_uri:guess&client_id=x", id="guessed"),
    ],
)
def test_broken_input_is_a_page(browser: Browser, query: str) -> None:
    """Nothing is known of the client: status 400, never a 500."""
    response = browser.http.get(f"/authorize?{query}")

    assert response.status_code == 400
    assert 'id="error-message"' in response.text


def test_the_registered_query_is_kept_and_ours_wins(services: Services, signed_in: Browser) -> None:
    """RFC 6749 §3.1.2; a code or state in the registered URI does not stand beside ours (CVE-2026-9689)."""
    uri = "https://client.example/callback?bar=foo&state=evil"
    client, _ = make_client(services, redirect_uris=[uri])

    answer = answer_of(signed_in.follow(signed_in.authorize(client, redirect_uri=uri)))

    assert answer["bar"] == "foo"
    assert answer["state"] == "st-1"


def test_a_client_with_two_uris_must_name_one(services: Services, browser: Browser) -> None:
    """RFC 6749 §3.1.2.3."""
    client, _ = make_client(services, redirect_uris=[REDIRECT_URI, "https://client.example/other"])

    assert browser.authorize(client, redirect_uri=None).status_code == 400


def test_a_form_that_is_none(browser: Browser) -> None:
    """Another content type is 415."""
    response = browser.http.post("/authorize", json={"client_id": "x"})

    assert response.status_code == 415


def test_other_methods(browser: Browser) -> None:
    """405 with Allow; no CORS here (RFC 9700 §2.6)."""
    response = browser.http.put("/authorize")

    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert "Access-Control-Allow-Origin" not in response.headers


def test_unknown_parameters_are_ignored(services: Services, signed_in: Browser) -> None:
    """RFC 6749 §3.1; names of oauthlib's own attributes as well."""
    client, _ = make_client(services)
    extra = {
        "user": "admin",
        "client": "x",
        "scopes": "y",
        "extra_credentials": "z",
        "grant": "g",
        "extra": "foobar",
    }

    answer = answer_of(signed_in.follow(signed_in.authorize(client, **extra)))

    assert "code" in answer


def test_empty_values_are_left_out(services: Services, signed_in: Browser) -> None:
    """RFC 6749 §3.1: a parameter without a value is as if it were not sent."""
    client, _ = make_client(services)
    signed_in.code_for(client)

    answer = answer_of(signed_in.authorize(client, nonce="", max_age="", prompt="", state=""))

    assert "code" in answer
    assert "state" not in answer
