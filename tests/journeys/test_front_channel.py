"""The implicit and hybrid flows: what each response type gives at once, and by which way it travels."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from provider.wiring import Services
from tests.browser import VERIFIER, Browser, answer_of, redeem, refresh, request_of
from tests.builders import make_client, make_public_client
from tests.front_channel import (
    HYBRID,
    TYPES,
    ask,
    form_of,
    fragment_of,
    id_token_claims,
    make_front_channel_client,
    userinfo,
)

pytestmark = pytest.mark.journey

MEMBERS = {
    "code": {"code"},
    "token": {"access_token", "token_type", "expires_in", "scope"},
    "id_token": {"id_token"},
}


@pytest.mark.parametrize("response_type", TYPES)
@pytest.mark.parametrize("mode", [None, "fragment", "form_post"])
def test_each_type_answers_with_what_it_names(
    services: Services, http: FlaskClient, browser: Browser, ada: str, response_type: str, mode: str | None
) -> None:
    """OAuth 2.0 Multiple Response Types §3, §5; Form Post §2: in the fragment or a form, never the query."""
    client, secret = make_front_channel_client(services)
    asked = {"response_type": response_type, "nonce": "n-1", "response_mode": mode}

    response = browser.follow(browser.authorize(client, **asked))
    answer = form_of(response) if mode == "form_post" else fragment_of(response)

    named = set().union(*(MEMBERS[word] for word in response_type.split()))
    assert answer.keys() == named | {"state", "iss", "session_state"}
    assert (answer["state"], answer["iss"]) == ("st-1", services.settings.issuer)
    if "access_token" in answer:
        assert (answer["token_type"], answer["scope"]) == ("Bearer", "openid")
        assert answer["expires_in"] == str(services.settings.access_token_seconds)
        assert userinfo(http, answer["access_token"]).get_json() == {"sub": ada}
    if "id_token" in answer:
        assert id_token_claims(services, http, client, answer["id_token"])["nonce"] == "n-1"
    if "code" in answer:
        assert redeem(http, client, secret, answer["code"]).status_code == 200


@pytest.mark.parametrize(
    "response_type", ["token id_token", "token code", "id_token code", "token id_token code"]
)
def test_the_order_of_the_words_means_nothing(
    services: Services, signed_in: Browser, response_type: str
) -> None:
    """RFC 6749 §3.1.1."""
    client, _ = make_front_channel_client(services)

    answer = ask(signed_in, client, response_type)

    assert {"access_token", "id_token", "code"} >= answer.keys() - {
        *("token_type", "expires_in", "scope", "state", "iss", "session_state")
    }
    assert all({"token": "access_token"}.get(word, word) in answer for word in response_type.split())


@pytest.mark.parametrize("response_type", HYBRID)
def test_pkce_holds_wherever_a_code_is(
    services: Services, http: FlaskClient, signed_in: Browser, response_type: str
) -> None:
    """RFC 9700 §2.1.1: of a public client the challenge is demanded, and its verifier."""
    client = make_public_client(
        services, grant_types=["authorization_code", "implicit"], response_types=[response_type]
    )

    bare = signed_in.authorize(
        client, response_type=response_type, nonce="n-1", code_challenge=None, code_challenge_method=None
    )
    code = ask(signed_in, client, response_type)["code"]
    wrong = redeem(http, client, "", code, code_verifier=VERIFIER + "x")
    right = redeem(http, client, "", code)

    assert fragment_of(bare)["error"] == "invalid_request"
    assert wrong.get_json()["error"] == "invalid_grant"
    assert right.status_code == 200


def test_a_public_client_without_a_code_needs_no_challenge(services: Services, signed_in: Browser) -> None:
    """RFC 7636 §4.3 speaks of codes alone."""
    client = make_public_client(services, grant_types=["implicit"], response_types=["id_token token"])

    answer = ask(signed_in, client, "id_token token", code_challenge=None, code_challenge_method=None)

    assert "access_token" in answer


@pytest.mark.parametrize("response_type", TYPES)
def test_offline_access_needs_a_code(
    services: Services, http: FlaskClient, signed_in: Browser, response_type: str
) -> None:
    """OpenID Connect Core §11; RFC 6749 §4.2.2: no refresh token comes by the front channel."""
    client, secret = make_front_channel_client(services)

    answer = ask(signed_in, client, response_type, scope="openid offline_access")

    assert "refresh_token" not in answer
    if "code" not in answer:
        assert "offline_access" not in answer.get("scope", "")
        return
    tokens = redeem(http, client, secret, answer["code"]).get_json()
    assert refresh(http, client, secret, tokens["refresh_token"]).status_code == 200


@pytest.mark.parametrize("response_type", TYPES)
def test_prompt_none_with_all_given(services: Services, signed_in: Browser, response_type: str) -> None:
    """OpenID Connect Core §3.1.2.1: succeeds without a page, as for a code; an ID token serves as hint."""
    client, _ = make_front_channel_client(services)
    first = ask(signed_in, client, response_type)

    again = signed_in.authorize(
        client,
        response_type=response_type,
        nonce="n-2",
        prompt="none",
        id_token_hint=first.get("id_token"),
    )

    assert fragment_of(again).keys() == first.keys()


def test_a_posted_request_is_answered_alike(
    services: Services, http: FlaskClient, browser: Browser, ada: str
) -> None:
    """OpenID Connect Core §3.1.2.1: by POST, across sign-in and consent."""
    client, _ = make_front_channel_client(services)
    form = request_of(client, response_type="id_token token", nonce="n-1")

    answer = fragment_of(browser.follow(http.post("/authorize", data=form)))

    assert browser.pages == ["/authorize", "/login", "/authorize", "/consent"]
    assert id_token_claims(services, http, client, answer["id_token"])["sub"] == ada


def test_the_registered_query_stays(services: Services, signed_in: Browser) -> None:
    """RFC 6749 §3.1.2: the answer goes into the fragment behind it."""
    uri = "https://client.example/callback?tenant=7"
    client, _ = make_front_channel_client(services, redirect_uris=[uri])

    response = signed_in.follow(
        signed_in.authorize(client, response_type="token", redirect_uri=uri, scope="openid")
    )

    assert response.location.startswith(f"{uri}#access_token=")


def test_discovery_lists_every_type(services: Services, http: FlaskClient) -> None:
    """OpenID Connect Discovery §3."""
    metadata: dict[str, Any] = http.get("/.well-known/openid-configuration").get_json()

    assert set(metadata["response_types_supported"]) == {"code", *TYPES}
    assert len(metadata["response_types_supported"]) == len(TYPES) + 1
    assert {"query", "fragment", "form_post"} <= set(metadata["response_modes_supported"])
    assert {"authorization_code", "implicit"} <= set(metadata["grant_types_supported"])


def test_a_code_alone_may_come_in_the_fragment(services: Services, signed_in: Browser) -> None:
    """OAuth 2.0 Multiple Response Types §2.1: a client may ask for another mode than its type's own."""
    client, _ = make_client(services)
    signed_in.code_for(client)

    response = signed_in.authorize(client, response_mode="fragment")

    assert "code" in fragment_of(response)
    assert answer_of(signed_in.authorize(client, response_mode="query"))["code"]
