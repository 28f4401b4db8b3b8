"""What oauthlib does by default and this provider must not: each named after the rule that holds here."""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from flask.testing import FlaskClient

from provider.wiring import Services
from tests.browser import PKCE, Browser, answer_of, redeem, refresh, request_of
from tests.builders import REDIRECT_URI, make_client, make_public_client
from tests.sqlite_only import database_url as database_url

pytestmark = pytest.mark.security


def test_a_refresh_token_of_the_callers_choice_is_never_handed_back(
    services: Services, http: FlaskClient, browser: Browser, ada: str
) -> None:
    """Beside a code, with rotation off, oauthlib returns the ``refresh_token`` that was sent."""
    client, secret = make_client(services, paper_rotate_refresh_tokens=False)
    code = browser.code_for(client, scope="openid offline_access")

    tokens = redeem(http, client, secret, code, refresh_token="chosen-by-the-caller").get_json()

    assert tokens["refresh_token"] != "chosen-by-the-caller"
    assert refresh(http, client, secret, "chosen-by-the-caller").get_json()["error"] == "invalid_grant"


def test_no_refresh_token_appears_where_none_is_due(
    services: Services, http: FlaskClient, browser: Browser, ada: str
) -> None:
    """The same parameter without offline_access."""
    client, secret = make_client(services, paper_rotate_refresh_tokens=False)

    tokens = redeem(http, client, secret, browser.code_for(client), refresh_token="chosen").get_json()

    assert "refresh_token" not in tokens


def test_the_scope_of_a_code_is_the_grants(
    services: Services, http: FlaskClient, browser: Browser, ada: str
) -> None:
    """RFC 6749 §4.1.3: a ``scope`` at the token endpoint is no part of the request; oauthlib may grant it."""
    client, secret = make_client(services)

    tokens = redeem(http, client, secret, browser.code_for(client), scope="openid email phone").get_json()

    assert tokens["scope"] == "openid"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"code_challenge": ""}, id="empty"),
        pytest.param({"code_challenge": "", "code_challenge_method": ""}, id="both-empty"),
        pytest.param({"code_challenge_method": None}, id="method-left-out"),
        pytest.param({"code_challenge_method": "plain"}, id="plain"),
        pytest.param({"code_challenge_method": "s256"}, id="other-case"),
    ],
)
def test_only_s256_is_a_challenge(services: Services, browser: Browser, changes: dict[str, Any]) -> None:
    """RFC 9700 §2.1.1: oauthlib defaults to plain, and takes an empty challenge for one."""
    client = make_public_client(services)

    assert answer_of(browser.authorize(client, **changes))["error"] == "invalid_request"


def test_a_confidential_client_may_be_held_to_pkce(services: Services, browser: Browser) -> None:
    """RFC 9700 §2.1.1: ``paper_require_pkce``; oauthlib overlooks one that is not ``True`` itself."""
    client, _ = make_client(services, paper_require_pkce=True)

    without = browser.authorize(client)
    with_challenge = browser.authorize(client, **PKCE)

    assert answer_of(without)["error"] == "invalid_request"
    assert with_challenge.location.startswith("/login")


@pytest.mark.parametrize("response_type", ["none", "openid", "code none", "token token", "xcodex"])
def test_a_response_type_that_is_off_is_unsupported(
    services: Services, signed_in: Browser, response_type: str
) -> None:
    """RFC 6749 §4.1.2.1: oauthlib takes what has ``code`` in it, and stores a code for ``none``."""
    client, _ = make_client(services)

    location = urlsplit(signed_in.authorize(client, response_type=response_type).location)
    answer = parse_qs(location.query or location.fragment)

    assert answer["error"] == ["unsupported_response_type"]
    assert "code" not in answer


@pytest.mark.parametrize(
    "response_type", ["token", "id_token", "code id_token", "code token", "id_token token"]
)
def test_errors_travel_as_the_answer_would_have(
    services: Services, browser: Browser, response_type: str
) -> None:
    """OAuth 2.0 Multiple Response Types §5: in the fragment; oauthlib puts them into the query."""
    client, _ = make_client(services)

    location = urlsplit(browser.authorize(client, response_type=response_type).location)

    assert location.query == ""
    assert parse_qs(location.fragment)["state"] == ["st-1"]


@pytest.mark.parametrize("response_type", ["token", "id_token", "code id_token"])
def test_tokens_never_travel_in_the_query(services: Services, browser: Browser, response_type: str) -> None:
    """OAuth 2.0 Multiple Response Types §3: ``response_mode=query`` is refused there."""
    client, _ = make_client(services)

    location = urlsplit(
        browser.authorize(client, response_type=response_type, response_mode="query").location
    )

    assert location.query == ""
    assert parse_qs(location.fragment)["error"] in (["invalid_request"], ["unsupported_response_type"])


def test_prompt_none_counts_without_openid_too(services: Services, browser: Browser) -> None:
    """OpenID Connect Core §3.1.2.1: oauthlib looks at it with ``openid`` alone; no page may be shown."""
    client, _ = make_client(services, scope="photos")

    answer = answer_of(browser.authorize(client, scope="photos", prompt="none"))

    assert answer["error"] == "login_required"


@pytest.mark.parametrize("scope", ["openid  openid", " openid", "openid openid "])
def test_a_scope_is_a_set_of_words(
    services: Services, http: FlaskClient, browser: Browser, ada: str, scope: str
) -> None:
    """RFC 6749 §3.3: oauthlib makes an empty word of a second space, and repeats what is repeated."""
    client, secret = make_client(services)

    assert redeem(http, client, secret, browser.code_for(client, scope=scope)).get_json()["scope"] == "openid"


@pytest.mark.parametrize("scope", ["openid openid", "openid  email", " openid"])
def test_a_scope_is_a_set_of_words_at_a_refresh_too(
    services: Services, http: FlaskClient, browser: Browser, ada: str, scope: str
) -> None:
    """RFC 6749 §3.3, §6."""
    client, secret = make_client(services)
    code = browser.code_for(client, scope="openid email offline_access")
    first = redeem(http, client, secret, code).get_json()

    answer = refresh(http, client, secret, first["refresh_token"], scope=scope)

    assert answer.status_code == 200
    assert answer.get_json()["scope"].split(" ") == list(dict.fromkeys(scope.split()))


@pytest.mark.parametrize("name", ["refresh_token", "grant_type", "scope", "client_secret", "client_id"])
def test_no_parameter_of_a_refresh_comes_twice(
    services: Services, http: FlaskClient, browser: Browser, ada: str, name: str
) -> None:
    """RFC 6749 §3.2: oauthlib checks no repetition there; nothing is spent by it."""
    client, secret = make_client(services, token_endpoint_auth_method="client_secret_post")
    code = browser.code_for(client, scope="openid offline_access")
    token = redeem(http, client, secret, code).get_json()["refresh_token"]
    form = {
        "grant_type": "refresh_token",
        "refresh_token": token,
        "scope": "openid",
        "client_id": client.client_id,
        "client_secret": secret,
    }

    twice = http.post("/token", data=form | {name: [form[name]] * 2})
    once = http.post("/token", data=form)

    assert (twice.status_code, twice.get_json()["error"]) == (400, "invalid_request")
    assert once.status_code == 200


@pytest.mark.parametrize("raw", ['x={"a":"b"}', "x=é", "x=a|b^c`d", "x=<>"])
def test_a_query_may_hold_what_browsers_leave_unencoded(
    services: Services, signed_in: Browser, raw: str
) -> None:
    """RFC 3986 §2.4: oauthlib's parser raises a ValueError there, which became a 500."""
    client, _ = make_client(services)
    signed_in.code_for(client)

    answer = answer_of(signed_in.http.get(f"/authorize?{urlencode(request_of(client))}&{raw}"))

    assert "code" in answer


def test_what_a_person_refuses_is_not_the_whole_scope(services: Services, signed_in: Browser) -> None:
    """OAUTHLIB §0.5: an empty consent became the full requested scope."""
    client, _ = make_client(services)
    page = signed_in.http.get(signed_in.authorize(client, scope="openid email").location)

    for decision in ("", "deny", "ALLOW", "maybe"):
        answer = answer_of(signed_in.decide(page, decision))
        assert answer["error"] == "access_denied"
        page = signed_in.http.get(signed_in.authorize(client, scope="openid email").location)


@pytest.mark.parametrize("alg", ["RS256", "ES256"])
def test_the_nonce_is_of_one_request(
    services: Services, http: FlaskClient, browser: Browser, ada: str, alg: str
) -> None:
    """OpenID Connect Core §3.1.3.7: the code's own, never one sent to the token endpoint."""
    client, secret = make_client(services, id_token_signed_response_alg=alg)
    code = browser.code_for(client, nonce="of-the-request")

    token = redeem(http, client, secret, code, nonce="of-the-caller").get_json()["id_token"]

    assert (
        jwt.decode(token, options={"verify_signature": False, "verify_exp": False})["nonce"]
        == "of-the-request"
    )
    assert jwt.get_unverified_header(token)["alg"] == alg


def test_a_client_with_two_uris_names_one_at_the_token_endpoint_as_well(
    services: Services, http: FlaskClient, browser: Browser, ada: str
) -> None:
    """RFC 6749 §4.1.3: left out, it is an error of RFC 6749 §5.2; nothing is spent."""
    client, secret = make_client(services, redirect_uris=[REDIRECT_URI, "https://client.example/2"])
    code = browser.code_for(client)

    without = redeem(http, client, secret, code, redirect_uri=None)
    other = redeem(http, client, secret, code, redirect_uri="https://client.example/2")
    right = redeem(http, client, secret, code)

    assert without.status_code == 400
    assert without.get_json()["error"] in {"invalid_request", "invalid_grant"}
    assert other.get_json()["error"] == "invalid_grant"
    assert right.status_code == 200
