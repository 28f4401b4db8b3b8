"""What a client asks about claims, their languages, and how a person is recognised (Core §5.2, §5.5)."""

import json
from typing import Any

import jwt
import pytest
from flask.testing import FlaskClient

from models.user import User
from provider.authorization.asked_claims import MAX_CONTEXTS
from provider.wiring import Services
from tests.browser import Browser, answer_of, redeem
from tests.builders import make_client
from validators.authentication_context import PASSWORD, PROTECTED_PASSWORD
from validators.client import Client

pytestmark = pytest.mark.journey

KNOWN = {
    "name": "Ada Kim",
    "name#ko": "김에이다",
    "name#ko-Hang-KR": "에이다",
    "name#ja": "エイダ",
    "zoneinfo": "Asia/Seoul",
}


@pytest.fixture
def client(services: Services, signed_in: Browser, ada: str) -> tuple[Client, str]:
    """A client; Ada, signed in, has a name in several languages."""
    with services.database.session() as session:
        session.get_one(User, ada).claims = json.dumps(KNOWN)
    return make_client(services)


@pytest.fixture
def story(http: FlaskClient, signed_in: Browser, client: tuple[Client, str]) -> Any:
    """Ask for something; return what the ID token and UserInfo say."""

    def ask(**asked: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        tokens = redeem(http, *client, signed_in.code_for(client[0], **asked)).get_json()
        told = http.get("/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"})
        assert told.status_code == 200, told.text
        return jwt.decode(tokens["id_token"], options={"verify_signature": False}), told.get_json()

    return ask


def names(claims: dict[str, Any]) -> set[str]:
    return {name for name in claims if name.partition("#")[0] == "name"}


@pytest.mark.parametrize(
    ("locales", "told"),
    [
        pytest.param(None, {"name", "name#ko", "name#ko-Hang-KR", "name#ja"}, id="all"),
        pytest.param("ko", {"name", "name#ko", "name#ko-Hang-KR"}, id="with-regions"),
        pytest.param("KO-Hang-KR", {"name", "name#ko", "name#ko-Hang-KR"}, id="cut-as-in-RFC-4647"),
        pytest.param("ja fr", {"name", "name#ja"}, id="two"),
        pytest.param("kok", {"name"}, id="another-language"),
        pytest.param("!! j@ " + "x" * 500, {"name", "name#ko", "name#ko-Hang-KR", "name#ja"}, id="no-tags"),
    ],
)
def test_languages_that_were_asked_for(story: Any, locales: str | None, told: set[str]) -> None:
    """Core §5.2: claims_locales; a language that nobody has is no error."""
    assert names(story(scope="openid profile", claims_locales=locales)[1]) == told


def test_a_tagged_claim_is_asked_for_by_itself(story: Any) -> None:
    """Core §5.2: that language alone, whatever ``claims_locales`` says."""
    claims = {"userinfo": {"name#ja": None}, "id_token": {"name": {"essential": True}}}

    said, told = story(scope="openid", claims=json.dumps(claims), claims_locales="ko-Hang-KR")

    assert names(told) == {"name#ja"}
    assert names(said) == {"name", "name#ko", "name#ko-Hang-KR"}


@pytest.mark.parametrize(
    ("how", "is_told"),
    [
        pytest.param(None, True, id="voluntary"),
        pytest.param({"essential": True}, True, id="essential"),
        pytest.param({"value": "Asia/Seoul"}, True, id="value"),
        pytest.param({"value": "Europe/Paris", "essential": True}, False, id="another-value"),
        pytest.param({"values": ["Europe/Paris", "Asia/Seoul"]}, True, id="values"),
        pytest.param({"values": []}, False, id="no-value"),
        pytest.param({"values": "Asia/Seoul"}, True, id="values-that-are-no-list"),
        pytest.param({"value": {"a": [1]}}, False, id="an-object"),
        pytest.param({"purpose": "x"}, True, id="unknown-members"),
    ],
)
@pytest.mark.parametrize("place", ["userinfo", "id_token"])
def test_values_that_were_asked_for(story: Any, place: str, how: Any, is_told: bool) -> None:
    """Core §5.5.1: a claim with another value is not the one asked for; it is no error, essential or not."""
    said, told = story(scope="openid", claims=json.dumps({place: {"zoneinfo": how}}))

    assert ("zoneinfo" in {"userinfo": told, "id_token": said}[place]) is is_told


@pytest.mark.parametrize(
    ("asked", "acr"),
    [
        pytest.param({}, PASSWORD, id="not-asked"),
        pytest.param({"acr_values": f"phr {PASSWORD}"}, PASSWORD, id="one-that-is-reached"),
        pytest.param({"acr_values": "phr phrh"}, PASSWORD, id="none-is-reached"),
        pytest.param({"acr_values": PROTECTED_PASSWORD}, PASSWORD, id="nothing-protects-http"),
        pytest.param(
            {"claims": json.dumps({"id_token": {"acr": {"values": ["phr"]}}})}, PASSWORD, id="voluntary"
        ),
        pytest.param(
            {"claims": json.dumps({"id_token": {"acr": {"essential": True, "values": ["phr", PASSWORD]}}})},
            PASSWORD,
            id="essential-and-reached",
        ),
        pytest.param(
            {"claims": json.dumps({"id_token": {"acr": {"essential": True}}})}, PASSWORD, id="any-essential"
        ),
        pytest.param(
            {"claims": json.dumps({"id_token": {"acr": {"value": [{}]}}})}, PASSWORD, id="no-string"
        ),
    ],
)
def test_acr_says_what_was_done(story: Any, asked: dict[str, str], acr: str) -> None:
    """Core §2, §3.1.2.1: never what was wanted; a password over http is a password."""
    assert story(scope="openid", **asked)[0]["acr"] == acr


@pytest.mark.parametrize(
    "how", [{"value": "phr"}, {"values": ["phr", "1"]}, {"value": 0}, {"values": [None]}]
)
def test_an_essential_acr_that_nobody_reaches_is_an_error(
    signed_in: Browser, client: tuple[Client, str], how: dict[str, Any]
) -> None:
    """Core §5.5.1.1; OpenID Connect Core Error Code unmet_authentication_requirements."""
    claims = json.dumps({"id_token": {"acr": {"essential": True, **how}}})

    assert (
        answer_of(signed_in.authorize(client[0], claims=claims))["error"]
        == "unmet_authentication_requirements"
    )


def test_acr_is_the_first_wanted_that_was_reached(
    services: Services, http: FlaskClient, signed_in: Browser
) -> None:
    """Core §3.1.2.1, Registration §2 (``default_acr_values``): an endless list is cut."""
    asked = " ".join(["x"] * MAX_CONTEXTS + [PASSWORD])
    client = make_client(services, default_acr_values=[PASSWORD])
    tokens = redeem(http, *client, signed_in.code_for(client[0], acr_values=asked)).get_json()

    assert jwt.decode(tokens["id_token"], options={"verify_signature": False})["acr"] == PASSWORD


@pytest.mark.parametrize(
    "claims",
    [
        '{"userinfo": {"acr": {"essential": true, "values": {}}}}',
        '{"id_token": {"acr": {"values": [[], {}, null, 1.5]}}}',
        '{"claims_locales": {"name": null}, "userinfo": null}',
        '{"userinfo": {"#": null, "name#": null, "": null}}',
        '{"userinfo": {"iss": null, "aud": {"value": "x"}, "updated_at": {"values": [[1]]}}}',
    ],
)
def test_odd_claims_break_nothing(signed_in: Browser, client: tuple[Client, str], claims: str) -> None:
    """Core §5.5: members that are not understood are ignored; never a failure of ours."""
    response = signed_in.follow(signed_in.authorize(client[0], claims=claims))

    assert response.status_code in (200, 303)


def test_discovery_tells_the_contexts(http: FlaskClient) -> None:
    """Discovery §3: what a sign-in can reach here."""
    document = http.get("/.well-known/openid-configuration").get_json()

    assert document["acr_values_supported"] == [PASSWORD]
    assert "acr" in document["claims_supported"]


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param('{"id_token": {"name": {"value": ' + "[" * 935 + "]" * 935 + "}}}", id="deep"),
        pytest.param('{"id_token": {"name": {"value": ' + "[" * 40 + "]" * 40 + "}}}", id="deeper-than-kept"),
        pytest.param('{"id_token": {"name": {"value": NaN}}}', id="no-number"),
        pytest.param('{"id_token": {"name": {"value": "\\ud800"}}}', id="no-text"),
        pytest.param('{"id_token": {"name": null}, "id_token": {"email": null}}', id="twice"),
        pytest.param('["id_token"]', id="no-object"),
        pytest.param('{"id_token": {"name": 1}}', id="no-request"),
    ],
)
def test_claims_that_could_not_be_kept_are_refused(
    signed_in: Browser, client: tuple[Client, str], claims: str
) -> None:
    """Core §5.5, RFC 8259: at once, not when the code is redeemed."""
    answer = answer_of(signed_in.authorize(client[0], claims=claims))

    assert (answer["error"], answer["error_description"]) == ("invalid_request", "Malformed claims.")
