"""Scopes that an operator defines, and the claims they release (OpenID Connect Core §5.4, §5.5)."""

import json
from typing import Any

import jwt
import pytest
from flask.testing import FlaskClient

from models.user import User
from provider.wiring import Services
from tests.browser import Browser, answer_of, redeem, refresh
from tests.builders import CLAIMS, make_client, make_scope
from tests.conftest import Clock
from validators.client import Client
from validators.scope_directory import ScopeDirectory

pytestmark = pytest.mark.journey

GROUPS = {"groups": ["staff", "admins"], "groups#ko": ["직원"], "shoe_size": 42}


@pytest.fixture
def client(services: Services, signed_in: Browser, ada: str) -> tuple[Client, str]:
    """A client that may ask for ``groups``; Ada, signed in, has some."""
    with services.database.session() as session:
        session.get_one(User, ada).claims = json.dumps(CLAIMS | GROUPS)
    return make_client(services, scope="openid profile email groups offline_access")


def tokens_of(
    http: FlaskClient, browser: Browser, client: tuple[Client, str], **asked: Any
) -> dict[str, Any]:
    code = browser.code_for(client[0], **({"scope": "openid groups"} | asked))
    return dict(redeem(http, *client, code).get_json())


def told(http: FlaskClient, tokens: dict[str, Any]) -> dict[str, Any]:
    response = http.get("/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert response.status_code == 200, response.text
    return dict(response.get_json())


def id_token(tokens: dict[str, Any]) -> dict[str, Any]:
    return dict(jwt.decode(tokens["id_token"], options={"verify_signature": False}))


def test_userinfo_tells_the_claims_of_the_scope(
    services: Services, http: FlaskClient, signed_in: Browser, client: tuple[Client, str], ada: str
) -> None:
    """Core §5.4: in UserInfo, with their languages; the ID token has only what was asked for it."""
    make_scope(services)

    tokens = tokens_of(http, signed_in, client)

    assert told(http, tokens) == {"sub": ada, "groups": ["staff", "admins"], "groups#ko": ["직원"]}
    assert "groups" not in id_token(tokens)
    assert "groups" not in told(http, tokens_of(http, signed_in, client, scope="openid profile"))


def test_a_sole_id_token_tells_them(
    services: Services, signed_in: Browser, client: tuple[Client, str]
) -> None:
    """Core §5.4: where no access token is issued they are in the ID token."""
    make_scope(services)
    alone, _ = make_client(
        services, scope="openid groups", grant_types=["implicit"], response_types=["id_token"]
    )

    answer = answer_of(
        signed_in.follow(
            signed_in.authorize(alone, response_type="id_token", nonce="n", scope="openid groups")
        )
    )

    assert id_token(answer)["groups"] == ["staff", "admins"]


@pytest.mark.parametrize("place", ["userinfo", "id_token"])
def test_single_claims_are_asked_for_as_their_scope_is(
    services: Services, http: FlaskClient, signed_in: Browser, client: tuple[Client, str], place: str
) -> None:
    """Core §5.5: the person is asked for the scope; only there, and only what a scope releases."""
    make_scope(services)
    asked = {"scope": "openid", "claims": json.dumps({place: {"groups": None, "shoe_size": None}})}

    page = signed_in.http.get(signed_in.authorize(client[0], **asked).location)
    tokens = tokens_of(http, signed_in, client, **asked)

    assert 'data-scope="groups"' in page.text
    claims = {"userinfo": told(http, tokens), "id_token": id_token(tokens)}
    assert claims.pop(place)["groups"] == ["staff", "admins"]
    assert all("groups" not in others and "shoe_size" not in others for others in claims.values())


def test_a_client_without_the_scope_gets_nothing(
    services: Services, http: FlaskClient, signed_in: Browser, client: tuple[Client, str]
) -> None:
    """RFC 6749 §3.3: it may not ask for the scope, and ``claims`` is no way around."""
    make_scope(services)
    other = make_client(services)
    answer = answer_of(signed_in.authorize(other[0], scope="openid groups"))
    asked = {"scope": "openid", "claims": json.dumps({"userinfo": {"groups": {"essential": True}}})}

    assert answer["error"] == "invalid_scope"
    assert "groups" not in told(http, tokens_of(http, signed_in, other, **asked))


def test_a_scope_deleted_while_granted_tells_nothing_more(
    services: Services, http: FlaskClient, signed_in: Browser, client: tuple[Client, str], clock: Clock
) -> None:
    """Core §5.4: within the cache time, for tokens that are out and claims that were asked for."""
    make_scope(services)
    asked = {"claims": json.dumps({"userinfo": {"groups": None}})}
    tokens = tokens_of(http, signed_in, client, **asked)
    assert "groups" in told(http, tokens)

    assert ScopeDirectory(services.database, clock).delete("groups")
    clock.advance(seconds=services.settings.client_cache_seconds)

    assert "groups" not in told(http, tokens)


def test_what_was_allowed_before_the_definition_is_asked_again(
    services: Services, http: FlaskClient, signed_in: Browser, client: tuple[Client, str], clock: Clock
) -> None:
    """Core §5.4: a person who allowed a bare word has not agreed to tell anything."""
    scope = "openid groups offline_access"
    before = tokens_of(http, signed_in, client, scope=scope)
    clock.advance(seconds=60)
    make_scope(services)

    answer = signed_in.authorize(client[0], scope=scope)
    refreshed = refresh(http, *client, before["refresh_token"]).get_json()

    assert answer.location.startswith("/consent")
    assert "groups" not in told(http, before)
    assert "groups" not in told(http, refreshed)
    assert "groups" in told(http, tokens_of(http, signed_in, client, scope=scope))


def test_other_words_of_a_consent_stay(
    services: Services, signed_in: Browser, client: tuple[Client, str]
) -> None:
    """A scope whose name another one's begins with is not that one."""
    signed_in.code_for(client[0], scope="openid groups")
    make_scope(services, "group", claims=["groups"])

    assert "code" in answer_of(signed_in.authorize(client[0], scope="openid groups"))


def test_people_read_what_a_scope_means(
    services: Services, signed_in: Browser, client: tuple[Client, str]
) -> None:
    """The operator's words, and no markup of theirs, on the consent page and on the account page."""
    make_scope(services, description="See your <b>groups</b>")

    page = signed_in.http.get(signed_in.authorize(client[0], scope="openid groups").location)
    signed_in.code_for(client[0], scope="openid groups")
    account = signed_in.http.get("/account")

    assert "See your &lt;b&gt;groups&lt;/b&gt;" in page.text
    assert "See your &lt;b&gt;groups&lt;/b&gt;" in account.text


def test_discovery_names_scope_and_claims(services: Services, http: FlaskClient, clock: Clock) -> None:
    """Discovery §3: what is defined and nothing else; a standard claim is not named twice."""
    path = "/.well-known/openid-configuration"
    before = http.get(path).get_json()
    make_scope(services, claims=["groups", "email"])
    clock.advance(seconds=services.settings.client_cache_seconds)

    after = http.get(path).get_json()

    assert after["scopes_supported"] == [*before["scopes_supported"], "groups"]
    assert after["claims_supported"] == [*before["claims_supported"], "groups"]


def test_a_custom_scope_costs_no_statement(
    services: Services,
    http: FlaskClient,
    signed_in: Browser,
    client: tuple[Client, str],
    statements: list[str],
) -> None:
    """Definitions are cached: UserInfo is one read, as ever."""
    make_scope(services)
    tokens = tokens_of(http, signed_in, client)
    told(http, tokens)

    statements.clear()
    told(http, tokens)

    assert statements == ["SELECT"]
