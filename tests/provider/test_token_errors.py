"""Errors of the token endpoint: specified JSON, whatever is sent (RFC 6749 §5.2)."""

import base64
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from provider.wiring import Services
from tests.browser import Browser, redeem, refresh, token_request
from tests.builders import REDIRECT_URI, make_client, make_public_client
from tests.sqlite_only import database_url as database_url
from validators.client import Client

FORM = "application/x-www-form-urlencoded"
DESCRIPTION = {chr(code) for code in range(0x20, 0x7F)} - {'"', "\\"}
CODE = "A" * 64


def basic(client_id: str, secret: str, scheme: str = "Basic") -> dict[str, str]:
    """Return an Authorization header of client and secret as they are."""
    return {"Authorization": f"{scheme} {base64.b64encode(f'{client_id}:{secret}'.encode()).decode()}"}


def post(http: FlaskClient, body: bytes | str, client: Client, secret: str) -> TestResponse:
    """Send a form as it is, as a client of the basic method."""
    return http.post("/token", data=body, content_type=FORM, headers=basic(client.client_id, secret))


def assert_error(response: TestResponse, status: int, *errors: str) -> None:
    """RFC 6749 §5.2: JSON, not stored, an ``error`` and perhaps a description in its characters."""
    assert response.status_code == status, response.text
    assert response.mimetype == "application/json"
    assert response.get_json()["error"] in errors
    assert response.get_json().keys() <= {"error", "error_description", "error_uri"}
    assert set(response.get_json().get("error_description", "")) <= DESCRIPTION
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "name", ["grant_type", "code", "redirect_uri", "client_id", "code_verifier", "state"]
)
def test_a_parameter_twice_is_refused(services: Services, http: FlaskClient, name: str) -> None:
    """RFC 6749 §3.2; equal values too, known name or not."""
    client, secret = make_client(services)
    body = f"grant_type=authorization_code&code={CODE}&{name}=x&{name}=x"

    assert_error(post(http, body, client, secret), 400, "invalid_request")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        pytest.param("", "invalid_request", id="empty-body"),
        pytest.param("grant_type=", "invalid_request", id="grant_type-empty"),
        pytest.param("code=x", "invalid_request", id="grant_type-missing"),
        pytest.param("grant_type=openid&code=x", "unsupported_grant_type", id="openid"),
        pytest.param("grant_type=password&username=a&password=b", "unauthorized_client", id="password"),
        pytest.param("grant_type=assert", "unsupported_grant_type", id="unknown"),
        pytest.param("grant_type=%F0%9F%98%80", "unsupported_grant_type", id="not-ascii"),
        pytest.param("grant_type=authorization_code", "invalid_request", id="code-missing"),
        pytest.param("grant_type=authorization_code&code=", "invalid_request", id="code-empty"),
        pytest.param("grant_type=refresh_token", "invalid_request", id="refresh_token-missing"),
        pytest.param("grant_type=refresh_token&refresh_token=", "invalid_request", id="refresh_token-empty"),
        pytest.param("grant_type=authorization_code&code=x%00y", "invalid_request", id="nul"),
        pytest.param("grant_type=authorization_code&code=%ff", "invalid_request", id="not-utf-8"),
        pytest.param("grant_type=authorization_code&code=%ED%A0%80", "invalid_request", id="surrogate"),
        pytest.param("grant_type=authorization_code&code=é", "invalid_grant", id="raw-utf-8"),
        pytest.param("grant_type=authorization_code&code=" + "a" * 20_000, "invalid_request", id="over-long"),
        pytest.param("&".join(f"p{n}=1" for n in range(200)), "invalid_request", id="many"),
        pytest.param("{", "invalid_request", id="brace"),
        pytest.param('{"grant_type": "authorization_code"}', "invalid_request", id="json"),
        pytest.param(
            "grant_type=authorization_code&code=x&resource=https://a.example", "invalid_grant", id="resource"
        ),
        pytest.param(
            "grant_type=authorization_code&code=x&resource=https://a.example&resource=https://b.example",
            "invalid_grant",
            id="resources",
        ),
        pytest.param("grant_type=refresh_token&refresh_token=x&scope=%22", "invalid_scope", id="scope"),
        pytest.param("grant_type=authorization_code&code=%0d%0aSet-Cookie:x", "invalid_grant", id="line-end"),
    ],
)
def test_broken_input_has_a_specified_answer(
    services: Services, http: FlaskClient, body: str, error: str
) -> None:
    """RFC 6749 §5.2, RFC 8707 §2: never a 500."""
    client, secret = make_client(services)

    assert_error(post(http, body.encode(), client, secret), 400, error)


def test_raw_bytes_that_are_not_utf_8(services: Services, http: FlaskClient) -> None:
    """RFC 6749 appendix B: values are UTF-8."""
    client, secret = make_client(services)

    response = post(http, b"grant_type=authorization_code&code=\xff\xfe", client, secret)

    assert_error(response, 400, "invalid_request")


def test_a_body_over_the_limit_is_413(services: Services, http: FlaskClient) -> None:
    """RFC 9110 §15.5.14."""
    client, secret = make_client(services)

    assert_error(post(http, "code=" + "a" * 66_000, client, secret), 413, "invalid_request")


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "text/plain",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded2",
    ],
)
def test_another_content_type_is_415(http: FlaskClient, content_type: str) -> None:
    """RFC 6749 §3.2: parameters come as a form."""
    response = http.post("/token", data="grant_type=authorization_code", content_type=content_type)

    assert_error(response, 415, "invalid_request")


def test_a_charset_does_no_harm(services: Services, http: FlaskClient) -> None:
    """RFC 9110 §8.3: parameters of the media type and its case."""
    client, secret = make_client(services)

    response = http.post(
        "/token",
        data="grant_type=authorization_code",
        content_type="Application/X-WWW-Form-Urlencoded; charset=UTF-8",
        headers=basic(client.client_id, secret),
    )

    assert_error(response, 400, "invalid_request")


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE"])
def test_another_method_is_405(http: FlaskClient, method: str) -> None:
    """RFC 6749 §3.2: POST, and 405 says so."""
    response = http.open("/token?grant_type=authorization_code", method=method)

    assert response.status_code == 405
    assert "POST" in response.headers["Allow"]
    assert response.mimetype == "application/json"


def test_parameters_in_the_query_do_not_count(services: Services, http: FlaskClient) -> None:
    """RFC 6749 §2.3.1, §3.2: secrets never travel in the URI."""
    client, secret = make_client(services, token_endpoint_auth_method="client_secret_post")
    query = {"client_id": client.client_id, "client_secret": secret}

    response = http.post(
        "/token", query_string=query, data={"grant_type": "authorization_code", "code": CODE}
    )

    assert_error(response, 401, "invalid_client")


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="nothing"),
        pytest.param(basic("nobody", "secret"), id="unknown-client"),
        pytest.param({"Authorization": "Bearer abc"}, id="bearer"),
        pytest.param({"Authorization": "Basic"}, id="scheme-alone"),
        pytest.param({"Authorization": "Basic %%%"}, id="not-base64"),
        pytest.param({"Authorization": "Basic bm9ib2R5"}, id="no-colon"),
        pytest.param({"Authorization": "Basic //8="}, id="not-utf-8"),
        pytest.param(basic("a\0b", "secret"), id="nul"),
        pytest.param({"Authorization": "Basic " + "YTph" * 5000}, id="over-long"),
    ],
)
@pytest.mark.parametrize("grant_type", ["authorization_code", "refresh_token"])
def test_failed_client_authentication_is_401_with_a_challenge(
    http: FlaskClient, headers: dict[str, str], grant_type: str
) -> None:
    """RFC 6749 §5.2, RFC 9110 §15.5.2: WWW-Authenticate names the scheme; never Bearer."""
    form = {"grant_type": grant_type, "code": CODE, "refresh_token": CODE}

    response = http.post("/token", data=form, headers=headers)

    assert_error(response, 401, "invalid_client")
    assert response.headers["WWW-Authenticate"].startswith("Basic realm=")


@pytest.mark.security
def test_unknown_client_and_wrong_secret_get_one_answer(services: Services, http: FlaskClient) -> None:
    """RFC 9700 §4.2: which of the two it was stays unknown."""
    client, secret = make_client(services)
    form = {"grant_type": "authorization_code", "code": CODE}

    wrong = http.post("/token", data=form, headers=basic(client.client_id, secret + "x"))
    unknown = http.post("/token", data=form, headers=basic("nobody", secret))
    other_method = http.post("/token", data=form | {"client_id": client.client_id, "client_secret": secret})

    answers = {
        (r.status_code, r.data, r.headers.get("WWW-Authenticate")) for r in (wrong, unknown, other_method)
    }
    assert len(answers) == 1


@pytest.mark.security
def test_a_replay_revokes_only_after_client_authentication(
    services: Services, http: FlaskClient, browser: Browser, ada: str
) -> None:
    """DESIGN §4, RFC 9700 §4.14.2: who cannot authenticate cannot end a grant."""
    client, secret = make_client(services)
    code = browser.code_for(client, scope="openid offline_access")
    tokens = redeem(http, client, secret, code).get_json()

    strangers = redeem(http, client, secret + "x", code)
    refreshed = refresh(http, client, secret, tokens["refresh_token"])

    assert_error(strangers, 401, "invalid_client")
    assert refreshed.status_code == 200


@pytest.mark.security
@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"code_verifier": "a" * 43}, id="verifier"),
        pytest.param({"code_verifier": None}, id="no-verifier"),
        pytest.param({"code_verifier": "short"}, id="short-verifier"),
        pytest.param({"code_verifier": "é" * 43}, id="verifier-not-ascii"),
        pytest.param({"code_verifier": "a" * 129}, id="long-verifier"),
        pytest.param({"redirect_uri": REDIRECT_URI + "x"}, id="redirect_uri"),
        pytest.param({"redirect_uri": "https://evil.example/"}, id="evil-redirect_uri"),
    ],
)
def test_a_wrong_proof_neither_spends_nor_revokes(
    services: Services, http: FlaskClient, browser: Browser, ada: str, wrong: dict[str, Any]
) -> None:
    """DESIGN §4, RFC 7636 §4.6, RFC 6749 §4.1.3: invalid_grant, and the right one still works."""
    client = make_public_client(services)
    code = browser.code_for(client)

    refused = redeem(http, client, "", code, **wrong)
    right = redeem(http, client, "", code)

    assert_error(refused, 400, "invalid_grant")
    assert right.status_code == 200


def test_a_grant_type_that_is_not_registered(
    services: Services, http: FlaskClient, browser: Browser, ada: str
) -> None:
    """RFC 6749 §5.2: unauthorized_client; the code is not spent by it."""
    client, secret = make_client(services, grant_types=["authorization_code"])
    code = browser.code_for(client)

    assert_error(refresh(http, client, secret, code), 400, "unauthorized_client")
    assert redeem(http, client, secret, code).status_code == 200


def test_an_error_never_repeats_what_was_sent(services: Services, http: FlaskClient) -> None:
    """RFC 6749 §5.2: error, description and URI; nothing of the request comes back."""
    client, secret = make_client(services)

    response = token_request(
        http, client, secret, grant_type="authorization_code", code="<script>", state="<b>", scope="<i>"
    )

    assert_error(response, 400, "invalid_grant")
    assert "<" not in response.text
