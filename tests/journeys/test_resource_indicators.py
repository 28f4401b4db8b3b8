"""Which API a token is for (RFC 8707): asked, shown, remembered, and kept to."""

from typing import Any

import jwt
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from provider.wiring import Services
from tests.browser import Browser, answer_of, client_request, redeem, refresh
from tests.builders import RESOURCE, make_client, make_resource
from tests.conftest import Clock
from tests.provider.page import Page
from validators.client import Client
from validators.resource_directory import ResourceDirectory

pytestmark = pytest.mark.journey

MUSIC = "https://api.example.org/music"
BOTH = [RESOURCE, MUSIC]
SCOPE = "openid photos.read music.play offline_access"


@pytest.fixture
def apis(services: Services) -> None:
    """Two APIs: JWTs of two minutes for photos, opaque tokens for music."""
    make_resource(services, token_seconds=120)
    make_resource(services, MUSIC, scope="music.play", token_format="opaque", token_seconds=7200)


@pytest.fixture
def owner(services: Services, apis: None) -> tuple[Client, str]:
    """A client without a scope of its own: it may ask for what the APIs know."""
    return make_client(services)


def claims_of(answer: TestResponse) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    return jwt.decode(answer.get_json()["access_token"], options={"verify_signature": False})


def error_of(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]


def introspect(http: FlaskClient, owner: tuple[Client, str], answer: TestResponse) -> dict[str, Any]:
    token = answer.get_json()["access_token"]
    return client_request(http, "/introspect", *owner, token=token).get_json()  # type: ignore[no-any-return]


def test_a_token_is_for_the_one_resource_asked(
    services: Services, http: FlaskClient, browser: Browser, ada: str, owner: tuple[Client, str], clock: Clock
) -> None:
    """§2.1, RFC 9068 §2.2: audience, format and life are the resource's, and so are the scopes."""
    code = browser.code_for(owner[0], scope="openid photos.read", resource=RESOURCE)

    answer = redeem(http, *owner, code)

    claims = claims_of(answer)
    assert {name: claims[name] for name in ("iss", "sub", "aud", "client_id", "scope", "exp")} == {
        "iss": services.settings.issuer,
        "sub": ada,
        "aud": RESOURCE,
        "client_id": owner[0].client_id,
        "scope": "photos.read",
        "exp": clock() + 120,
    }
    assert (answer.get_json()["scope"], answer.get_json()["expires_in"]) == ("photos.read", 120)
    assert "id_token" in answer.get_json()


def test_one_authorization_one_token_for_each(
    services: Services, http: FlaskClient, browser: Browser, ada: str, owner: tuple[Client, str]
) -> None:
    """§2.2: several resources are granted; each token request names one of them."""
    code = browser.code_for(owner[0], scope=SCOPE, resource=BOTH)

    photos = redeem(http, *owner, code, resource=RESOURCE)
    music = refresh(http, *owner, photos.get_json()["refresh_token"], resource=MUSIC)
    paper = refresh(http, *owner, music.get_json()["refresh_token"], resource=services.settings.issuer)

    assert (claims_of(photos)["aud"], photos.get_json()["scope"]) == (RESOURCE, "photos.read")
    seen = introspect(http, owner, music)
    assert (seen["aud"], seen["scope"], seen["exp"] - seen["iat"]) == (MUSIC, "music.play", 7200)
    assert "." not in music.get_json()["access_token"]
    assert paper.get_json()["scope"] == "openid offline_access"
    token = paper.get_json()["access_token"]
    assert http.get("/userinfo", headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_more_than_one_granted_and_none_named(
    http: FlaskClient, browser: Browser, ada: str, owner: tuple[Client, str]
) -> None:
    """§2.2: invalid_target; nothing is spent, so the client may ask properly."""
    code = browser.code_for(owner[0], scope=SCOPE, resource=BOTH)

    unclear = redeem(http, *owner, code)
    two = redeem(http, *owner, code, resource=BOTH)
    clear = redeem(http, *owner, code, resource=MUSIC)

    assert error_of(unclear) == error_of(two) == (400, "invalid_target")
    assert clear.status_code == 200


@pytest.mark.security
@pytest.mark.parametrize(
    "resource",
    [
        pytest.param(MUSIC, id="registered"),
        pytest.param("https://elsewhere.example", id="unknown"),
        pytest.param(f"{RESOURCE}/", id="slash"),
        pytest.param(f"{RESOURCE}?a=b", id="query"),
        pytest.param(RESOURCE.upper(), id="case"),
        pytest.param([RESOURCE, MUSIC], id="beside-the-granted"),
    ],
)
def test_a_resource_outside_the_grant_is_refused(
    http: FlaskClient, browser: Browser, ada: str, owner: tuple[Client, str], resource: Any
) -> None:
    """§2.2, CVE-2026-67332: at the code and at the refresh; neither is spent by asking."""
    scope = "openid photos.read offline_access"
    code = browser.code_for(owner[0], scope=scope, resource=RESOURCE)

    at_code = redeem(http, *owner, code, resource=resource)
    first = redeem(http, *owner, code)
    at_refresh = refresh(http, *owner, first.get_json()["refresh_token"], resource=resource)
    second = refresh(http, *owner, first.get_json()["refresh_token"])

    assert error_of(at_code) == error_of(at_refresh) == (400, "invalid_target")
    assert claims_of(second)["aud"] == RESOURCE


@pytest.mark.security
def test_a_grant_without_a_resource_gives_no_token_for_one(
    http: FlaskClient, browser: Browser, ada: str, owner: tuple[Client, str]
) -> None:
    """§2.2: nobody was asked."""
    answer = redeem(http, *owner, browser.code_for(owner[0]), resource=RESOURCE)

    assert error_of(answer) == (400, "invalid_target")


@pytest.mark.security
def test_what_was_allowed_elsewhere_is_nothing_at_paper(
    services: Services, http: FlaskClient, browser: Browser, ada: str, owner: tuple[Client, str]
) -> None:
    """§2.2: naming the issuer keeps OpenID Connect's scope values and drops those of the APIs."""
    code = browser.code_for(owner[0], scope="photos.read", resource=RESOURCE)

    answer = redeem(http, *owner, code, resource=services.settings.issuer)

    assert answer.get_json()["scope"] == ""
    assert introspect(http, owner, answer)["scope"] == ""


@pytest.mark.parametrize(
    ("resource", "error"),
    [
        pytest.param("https://elsewhere.example", "invalid_target", id="unknown"),
        pytest.param("photos", "invalid_target", id="relative"),
        pytest.param(f"{RESOURCE}#part", "invalid_target", id="fragment"),
        pytest.param([RESOURCE, "https://elsewhere.example"], "invalid_target", id="one-unknown"),
        pytest.param("https://가.example", "invalid_target", id="hangul"),
    ],
)
def test_the_client_is_told_of_a_bad_resource(
    signed_in: Browser, owner: tuple[Client, str], resource: Any, error: str
) -> None:
    """§2.1: the error travels by redirect, with state and iss."""
    answer = answer_of(signed_in.authorize(owner[0], scope="openid", resource=resource))

    assert (answer["error"], answer["state"]) == (error, "st-1")
    assert answer["iss"]


@pytest.mark.security
def test_a_resource_for_others_is_not_asked_for(
    services: Services, signed_in: Browser, owner: tuple[Client, str]
) -> None:
    """§2.1: only the clients that an operator has named."""
    make_resource(services, "https://api.example.org/payroll", client_ids=[owner[0].client_id])
    other, _ = make_client(services)
    parameters = {"scope": "photos.read", "resource": "https://api.example.org/payroll"}

    assert answer_of(signed_in.authorize(other, **parameters))["error"] == "invalid_target"
    assert signed_in.authorize(owner[0], **parameters).location.startswith("/consent")


@pytest.mark.security
def test_a_scope_of_a_resource_needs_the_resource(signed_in: Browser, owner: tuple[Client, str]) -> None:
    """RFC 6749 §3.3: what an API knows is nothing without it, nor with another API."""
    without = answer_of(signed_in.authorize(owner[0], scope="openid photos.read"))
    another = answer_of(signed_in.authorize(owner[0], scope="openid photos.read", resource=MUSIC))

    assert without["error"] == another["error"] == "invalid_scope"


def test_without_a_scope_all_of_the_resource_is_asked(
    http: FlaskClient, browser: Browser, ada: str, owner: tuple[Client, str]
) -> None:
    """RFC 6749 §3.3: the default of a request."""
    code = browser.code_for(owner[0], scope=None, resource=RESOURCE)

    assert redeem(http, *owner, code).get_json()["scope"] == "photos.read photos.write"


def test_the_person_sees_the_resources(signed_in: Browser, owner: tuple[Client, str]) -> None:
    """§2.1, §3: each once, whatever the client sent."""
    answer = signed_in.authorize(owner[0], scope=SCOPE, resource=[MUSIC, RESOURCE, MUSIC])

    page = Page(signed_in.http.get(answer.location).text)

    listed = page.require("resources").text.split()
    assert listed == [MUSIC, RESOURCE]


def test_consent_is_remembered_for_each_set_of_resources(
    signed_in: Browser, owner: tuple[Client, str]
) -> None:
    """DESIGN §4: the order says nothing; another set asks again, none at all too."""
    ask = {"scope": "openid photos.read music.play"}
    signed_in.code_for(owner[0], resource=BOTH, **ask)

    again = signed_in.authorize(owner[0], resource=[*reversed(BOTH), MUSIC], **ask)
    fewer = signed_in.authorize(owner[0], scope="openid photos.read", resource=RESOURCE)
    none = signed_in.authorize(owner[0], scope="openid")

    assert "code" in answer_of(again)
    assert fewer.location.startswith("/consent")
    assert none.location.startswith("/consent")


@pytest.mark.security
def test_a_resource_that_is_gone_gives_no_token(
    services: Services, http: FlaskClient, browser: Browser, ada: str, owner: tuple[Client, str], clock: Clock
) -> None:
    """§2.2: at the latest when the cache has lapsed."""
    scope = "openid photos.read offline_access"
    tokens = redeem(http, *owner, browser.code_for(owner[0], scope=scope, resource=RESOURCE)).get_json()

    ResourceDirectory(services.database, clock, services.settings.issuer).delete(RESOURCE)
    clock.advance(seconds=services.settings.client_cache_seconds)

    assert error_of(refresh(http, *owner, tokens["refresh_token"])) == (400, "invalid_target")


def test_a_client_that_is_named_anew_is_let_in_at_once(
    services: Services, signed_in: Browser, owner: tuple[Client, str], clock: Clock
) -> None:
    """DESIGN §4: before refusing on what is cached, the resource is read afresh, at most once a second."""
    other, _ = make_client(services)
    directory = ResourceDirectory(services.database, clock, services.settings.issuer)
    directory.delete(RESOURCE)
    make_resource(services, client_ids=[owner[0].client_id])
    parameters = {"scope": "photos.read", "resource": RESOURCE}
    refused = answer_of(signed_in.authorize(other, **parameters))

    directory.delete(RESOURCE)
    make_resource(services, client_ids=[owner[0].client_id, other.client_id])
    clock.advance(seconds=1)

    assert refused["error"] == "invalid_target"
    assert signed_in.authorize(other, **parameters).location.startswith("/consent")


def test_a_resource_costs_no_statement(
    http: FlaskClient, signed_in: Browser, owner: tuple[Client, str], statements: list[str]
) -> None:
    """DESIGN §4: the counts stay what they are; resources come from a cache."""
    ask = {"scope": "openid photos.read offline_access", "resource": RESOURCE}
    signed_in.code_for(owner[0], **ask)
    statements.clear()

    code = answer_of(signed_in.authorize(owner[0], **ask))["code"]
    token = redeem(http, *owner, code).get_json()
    refresh(http, *owner, token["refresh_token"])

    assert statements == ["SELECT", "INSERT", "SELECT", "UPDATE", "SELECT", "UPDATE"]
