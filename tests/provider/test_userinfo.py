"""UserInfo: how a token may be sent, which tokens are good, and what is told (RFC 6750, Core §5.3)."""

import pytest
from flask.testing import FlaskClient

from tests.grant_stories import GrantStory
from tests.provider.userinfo_requests import FORM as FORM
from tests.provider.userinfo_requests import assert_bearer_error as assert_bearer_error
from tests.provider.userinfo_requests import get as get
from tests.provider.userinfo_requests import story as story
from tests.provider.userinfo_requests import token as token
from tests.sqlite_only import database_url as database_url


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_token_in_the_header(
    http: FlaskClient, story: GrantStory, token: str, method: str, scheme: str
) -> None:
    """RFC 6750 §2.1, Core §5.3.1; the scheme in any case (RFC 9110 §11.1)."""
    response = http.open("/userinfo", method=method, headers={"Authorization": f"{scheme} {token}"})

    assert response.get_json() == {
        "sub": story.user_id,
        "email": "ada@example.org",
        "email_verified": True,
    }
    assert response.headers["Cache-Control"] == "no-store"


def test_an_empty_form_beside_the_header(http: FlaskClient, token: str) -> None:
    """Conformance, oidcc-userinfo-post-header: a form content type and no body."""
    response = http.post("/userinfo", headers={"Authorization": f"Bearer {token}"}, content_type=FORM)

    assert response.status_code == 200


def test_a_token_in_the_form(http: FlaskClient, token: str) -> None:
    """RFC 6750 §2.2."""
    assert http.post("/userinfo", data={"access_token": token}).status_code == 200


def test_no_token_is_401_without_an_error(http: FlaskClient) -> None:
    """RFC 6750 §3.1: who sent nothing is told nothing more."""
    assert_bearer_error(http.get("/userinfo"), 401, None)
    assert_bearer_error(http.post("/userinfo"), 401, None)


def test_another_scheme_is_no_token(http: FlaskClient, token: str) -> None:
    """RFC 6750 §2.1; RFC 9449 §7.1: nor by DPoP, if it is bound to no key."""
    for scheme in ("Basic", "Token", "Bearer2"):
        assert_bearer_error(get(http, token, scheme), 401, None)
    assert_bearer_error(get(http, token, "DPoP"), 401, "invalid_token")


@pytest.mark.security
def test_a_token_in_the_query_is_refused(http: FlaskClient, token: str) -> None:
    """RFC 9700 §4.3.2: alone or beside the header."""
    alone = http.get("/userinfo", query_string={"access_token": token})
    beside = http.get(
        "/userinfo", query_string={"access_token": "x"}, headers={"Authorization": f"Bearer {token}"}
    )

    assert_bearer_error(alone, 400, "invalid_request")
    assert_bearer_error(beside, 400, "invalid_request")


def test_two_ways_at_once_are_refused(http: FlaskClient, token: str) -> None:
    """RFC 6750 §2: not more than one way in a request."""
    headers = {"Authorization": f"Bearer {token}"}

    assert_bearer_error(
        http.post("/userinfo", data={"access_token": token}, headers=headers), 400, "invalid_request"
    )


def test_the_body_of_a_get_does_not_count(http: FlaskClient, token: str) -> None:
    """RFC 6750 §2.2: GET must not be used."""
    response = http.get("/userinfo", data={"access_token": token}, content_type=FORM)

    assert_bearer_error(response, 401, None)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("access_token={token}&access_token={token}", id="twice"),
        pytest.param("access_token={token}&access_token=x", id="two"),
        pytest.param("access_token=%ff", id="not-utf-8"),
        pytest.param("access_token={token}%00", id="nul"),
        pytest.param("access_token=" + "a" * 20_000, id="over-long"),
        pytest.param("access_token={token}&" + "&".join(f"p{n}=" for n in range(200)), id="many"),
    ],
)
def test_a_malformed_form_is_an_invalid_request(http: FlaskClient, token: str, body: str) -> None:
    """RFC 6750 §3.1: repeated or otherwise malformed is 400 invalid_request."""
    response = http.post("/userinfo", data=body.format(token=token), content_type=FORM)

    assert_bearer_error(response, 400, "invalid_request")


@pytest.mark.security
def test_a_repeated_query_token_is_no_way_round(http: FlaskClient, token: str) -> None:
    """RFC 6750 §3.1: two of them are not none of them."""
    response = http.get(
        "/userinfo?access_token=a&access_token=b", headers={"Authorization": f"Bearer {token}"}
    )

    assert_bearer_error(response, 400, "invalid_request")


def test_a_body_over_the_limit_is_413(http: FlaskClient) -> None:
    """RFC 9110 §15.5.14."""
    response = http.post("/userinfo", data={"access_token": "a" * 66_000})

    assert (response.status_code, response.get_json()["error"]) == (413, "invalid_request")


def test_another_method_is_405(http: FlaskClient) -> None:
    """Core §5.3: GET and POST."""
    response = http.put("/userinfo")

    assert response.status_code == 405
    assert {"GET", "POST"} <= {method.strip() for method in response.headers["Allow"].split(",")}
