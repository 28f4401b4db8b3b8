"""Tokens in the front channel: given once, and what ends them (RFC 9700 §2.1.2, §4.14)."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from models.grant import Grant
from models.login_session import LoginSession
from provider.wiring import Services
from tests.browser import Browser, redeem
from tests.front_channel import HYBRID, TYPES, ask, fragment_of, make_front_channel_client, userinfo

pytestmark = pytest.mark.security

WITH_TOKEN = [each for each in TYPES if "token" in each.split()]


@pytest.mark.parametrize("response_type", TYPES)
def test_a_refusal_is_told_in_the_fragment(
    services: Services, signed_in: Browser, response_type: str
) -> None:
    """RFC 6749 §4.2.2.1: access_denied, and no grant is left behind."""
    client, _ = make_front_channel_client(services)
    asked = signed_in.authorize(client, response_type=response_type, nonce="n-1")

    refused = signed_in.decide(signed_in.http.get(asked.location), "deny")

    assert fragment_of(refused)["error"] == "access_denied"
    with services.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Grant)) == 0


@pytest.mark.parametrize("response_type", [each for each in HYBRID if "token" in each.split()])
def test_a_replayed_code_ends_the_token_beside_it(
    services: Services, http: FlaskClient, signed_in: Browser, response_type: str
) -> None:
    """RFC 6749 §4.1.2: all tokens of the authorization, the one of the front channel too."""
    client, secret = make_front_channel_client(services)
    answer = ask(signed_in, client, response_type)
    tokens = redeem(http, client, secret, answer["code"]).get_json()
    before = userinfo(http, answer["access_token"])

    again = redeem(http, client, secret, answer["code"])

    assert before.status_code == 200
    assert again.get_json()["error"] == "invalid_grant"
    assert userinfo(http, answer["access_token"]).status_code == 401
    assert userinfo(http, tokens["access_token"]).status_code == 401


def test_a_code_is_its_clients_own(services: Services, http: FlaskClient, signed_in: Browser) -> None:
    """RFC 6749 §4.1.3: another client neither gets tokens nor ends the ones that came with the code."""
    client, secret = make_front_channel_client(services)
    thief, stolen_secret = make_front_channel_client(services)
    answer = ask(signed_in, client, "code token")

    stolen = redeem(http, thief, stolen_secret, answer["code"])

    assert stolen.get_json()["error"] == "invalid_grant"
    assert userinfo(http, answer["access_token"]).status_code == 200
    assert redeem(http, client, secret, answer["code"]).status_code == 200


@pytest.mark.parametrize("response_type", WITH_TOKEN)
def test_what_ends_the_grant_ends_its_token(
    services: Services, http: FlaskClient, signed_in: Browser, ada: str, response_type: str
) -> None:
    """RFC 9700 §4.14: a disabled person."""
    client, _ = make_front_channel_client(services)
    token = ask(signed_in, client, response_type)["access_token"]

    services.people.disable(ada)

    assert userinfo(http, token).status_code == 401


def test_a_deleted_client_holds_nothing(services: Services, http: FlaskClient, signed_in: Browser) -> None:
    """RFC 7592 §2.3: its tokens end with it, and it may ask for none."""
    client, _ = make_front_channel_client(services)
    token = ask(signed_in, client, "token")["access_token"]

    services.client_directory.delete(client.client_id)

    assert userinfo(http, token).status_code == 401


def test_an_ended_session_ends_its_tokens(services: Services, http: FlaskClient, signed_in: Browser) -> None:
    """A sign-out is one for tokens of the front channel; ``offline_access`` does not save them."""
    client, _ = make_front_channel_client(services)
    token = ask(signed_in, client, "token", scope="openid offline_access")["access_token"]

    with services.database.session() as session:
        for row in session.scalars(select(LoginSession)):
            row.ended_at = services.clock()

    assert userinfo(http, token).status_code == 401


def test_one_consent_yields_one_answer(services: Services, signed_in: Browser) -> None:
    """RFC 9700 §4.13: the second press of a button gives no second token."""
    client, _ = make_front_channel_client(services)
    asked = signed_in.authorize(client, response_type="id_token token", nonce="n-1")
    page = signed_in.http.get(asked.location)

    first = signed_in.decide(page, "allow")
    second = signed_in.decide(page, "allow")

    assert "access_token" in fragment_of(first)
    assert second.status_code == 400
    with services.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Grant)) == 1


def test_an_answer_with_tokens_is_not_kept(services: Services, signed_in: Browser) -> None:
    """RFC 6749 §4.2.2: neither by caches nor in a Referer header."""
    client, _ = make_front_channel_client(services)
    asked = {"response_type": "id_token token", "nonce": "n-1"}

    for mode in ("fragment", "form_post"):
        response = signed_in.follow(signed_in.authorize(client, response_mode=mode, **asked))
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "same-origin"
