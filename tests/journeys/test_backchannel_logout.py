"""Clients hear of the end of every sign-in that they got anything in (OpenID Connect Back-Channel Logout)."""

from collections.abc import Callable

import jwt
import pytest
from flask import Flask
from flask.testing import FlaskClient

from keys.base64url import decode
from provider.logout_delivery import LogoutDelivery
from provider.wiring import Services
from tests.browser import Browser, answer_of, hidden_fields, redeem
from tests.builders import make_client, make_user
from tests.journeys.account.visit import change_password, post, session_ids
from tests.logout_receiver import Receiver, deliver, deliveries, make_listening_client, unverified
from tests.readers import Reader
from validators.client import Client
from validators.sign_in_ends import QUEUED

pytestmark = pytest.mark.journey


@pytest.fixture
def listener(services: Services) -> Client:
    """A client that registers a back-channel logout URI and skips the consent page."""
    return make_listening_client(services, paper_skip_consent=True)[0]


def noted(services: Services) -> list[tuple[str, str]]:
    """Return client and state of every delivery."""
    return [(row.client_id, row.state) for row in deliveries(services)]


def by_logout(services: Services, browser: Browser) -> None:
    browser.http.post("/logout/confirm", data=hidden_fields(browser.http.get("/")))


def by_account_page(services: Services, browser: Browser) -> None:
    other = Browser(create_client(browser))
    other.sign_in(other.http.get("/login"))
    post(other, "/account/sessions/end", session=session_ids(other)[1])


def by_password_change_elsewhere(services: Services, browser: Browser) -> None:
    other = Browser(create_client(browser))
    other.sign_in(other.http.get("/login"))
    assert change_password(other).status_code == 303


def by_operators_password(services: Services, browser: Browser) -> None:
    services.people.set_password(user_of(services), "another good password")


def by_disabling(services: Services, browser: Browser) -> None:
    services.people.disable(user_of(services))


def by_deletion(services: Services, browser: Browser) -> None:
    services.people.delete(user_of(services))


def by_somebody_else(services: Services, browser: Browser) -> None:
    make_user(services, "grace")
    browser.username = "grace"
    browser.sign_in(browser.http.get("/login"))


def create_client(browser: Browser) -> FlaskClient:
    return browser.http.application.test_client()


def user_of(services: Services) -> str:
    found = services.people.find("ada")
    assert found is not None
    return found.id


@pytest.mark.parametrize(
    "end",
    [
        *(by_logout, by_account_page, by_password_change_elsewhere, by_operators_password),
        *(by_disabling, by_deletion, by_somebody_else),
    ],
)
def test_however_a_sign_in_ends_its_clients_hear_of_it(
    services: Services,
    signed_in: Browser,
    listener: Client,
    ada: str,
    end: Callable[[Services, Browser], None],
) -> None:
    """§2.3: the provider remembers whom it has told of the sign-in; sub and sid are the ID token's."""
    assert "code" in answer_of(signed_in.authorize(listener))
    receiver = Receiver()

    end(services, signed_in)
    deliver(services, receiver)

    (claims,) = receiver.claims
    (row,) = deliveries(services)
    assert (claims["aud"], claims["sub"]) == (listener.client_id, ada)
    assert (row.state, row.tries, row.next_try_at) == ("delivered", 1, None)
    assert decode(claims["sid"]) == row.login_session_id


def test_each_client_hears_once(services: Services, signed_in: Browser, listener: Client) -> None:
    """§2.5: one logout token for each client, however many grants it has; no other client is told."""
    second, _ = make_listening_client(services, paper_skip_consent=True)
    deaf, _ = make_client(services, paper_skip_consent=True, client_name='"backchannel_logout_uri":')
    for client in (listener, listener, second, deaf):
        assert "code" in answer_of(signed_in.authorize(client))

    by_logout(services, signed_in)

    assert sorted(noted(services)) == sorted((client.client_id, "waiting") for client in (listener, second))


def test_other_sign_ins_are_not_told_of(
    services: Services, app: Flask, signed_in: Browser, listener: Client
) -> None:
    """§2.4: sid names one sign-in; the same client lives on in the person's other browser."""
    other = Browser(app.test_client())
    for browser in (signed_in, other):
        browser.code_for(listener)

    by_logout(services, signed_in)

    assert len(deliveries(services)) == 1
    assert "code" in answer_of(other.authorize(listener, prompt="none"))


def test_a_password_change_tells_of_every_other_sign_in(
    services: Services, app: Flask, signed_in: Browser, listener: Client
) -> None:
    """One delivery for each sign-in that ends; the one that goes on is not among them."""
    others = [Browser(app.test_client()) for _ in range(3)]
    for browser in (signed_in, *others):
        browser.code_for(listener)

    assert change_password(signed_in).status_code == 303

    assert len({row.login_session_id for row in deliveries(services)}) == 3


def test_a_front_channel_answer_counts(services: Services, signed_in: Browser) -> None:
    """§2.3: an ID token of the implicit flow is one, too."""
    client, _ = make_listening_client(
        services,
        paper_skip_consent=True,
        grant_types=["implicit"],
        response_types=["id_token"],
        token_endpoint_auth_method="none",
    )
    answer = answer_of(signed_in.authorize(client, response_type="id_token", nonce="n-1"))
    receiver = Receiver()

    by_logout(services, signed_in)
    deliver(services, receiver)

    assert receiver.claims[0]["sid"] == unverified(answer["id_token"])["sid"]


def test_the_token_is_signed_as_the_id_token(services: Services, signed_in: Browser) -> None:
    """§2.6: the algorithm is the one registered for ID tokens, a shared secret included."""
    client, secret = make_listening_client(
        services, paper_skip_consent=True, id_token_signed_response_alg="HS256"
    )
    signed_in.code_for(client)
    receiver = Receiver()

    by_logout(services, signed_in)
    deliver(services, receiver)

    token = receiver.seen[0][1]["logout_token"]
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "logout+jwt"}
    jwt.decode(
        token,
        secret,
        ["HS256"],
        audience=client.client_id,
        options={"verify_exp": False, "verify_iat": False},
    )


def test_the_token_is_encrypted_as_the_id_token(services: Services, signed_in: Browser) -> None:
    """§2.4, §2.6: a client with encrypted ID tokens should reject a logout token that is not."""
    reader = Reader()
    client, _ = make_listening_client(
        services,
        paper_skip_consent=True,
        jwks={"keys": [reader.jwk]},
        id_token_encrypted_response_alg="RSA-OAEP-256",
    )
    signed_in.code_for(client)
    receiver = Receiver()

    by_logout(services, signed_in)
    deliver(services, receiver)

    token = receiver.seen[0][1]["logout_token"]
    signed = reader.open(token, "RSA-OAEP-256", "A128CBC-HS256")
    assert jwt.get_unverified_header(signed)["typ"] == "logout+jwt"
    assert unverified(signed)["aud"] == client.client_id


def test_a_pairwise_client_hears_of_its_own_subject(
    services: Services, http: FlaskClient, signed_in: Browser, ada: str
) -> None:
    """§2.4: sub as in the ID token, so that no client learns another's name of the person."""
    client, secret = make_listening_client(services, subject_type="pairwise")
    tokens = redeem(http, client, secret, signed_in.code_for(client)).get_json()
    receiver = Receiver()

    by_logout(services, signed_in)
    deliver(services, receiver)

    assert receiver.claims[0]["sub"] == unverified(tokens["id_token"])["sub"] != ada


def test_offline_access_outlives_the_logout_and_its_client_hears_of_it(
    services: Services, http: FlaskClient, signed_in: Browser
) -> None:
    """§2.7: refresh tokens with offline_access are not revoked; the session at the client is over."""
    client, secret = make_listening_client(services)
    code = signed_in.code_for(client, scope="openid offline_access")
    tokens = redeem(http, client, secret, code).get_json()

    by_logout(services, signed_in)

    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    assert http.post("/token", data=form, auth=(client.client_id, secret)).status_code == 200
    assert noted(services) == [(client.client_id, "waiting")]


def test_a_logout_wakes_the_delivery(services: Services, signed_in: Browser, listener: Client) -> None:
    """The thread of this process need not wait for its next round; without clients nothing wakes it."""
    QUEUED.clear()
    by_logout(services, signed_in)
    assert not QUEUED.is_set()
    signed_in.code_for(listener)

    by_logout(services, signed_in)

    assert QUEUED.is_set()
    QUEUED.clear()


def test_what_is_noted_lives_and_dies_with_the_transaction(
    services: Services, signed_in: Browser, listener: Client
) -> None:
    """DESIGN §4: a logout that was rolled back tells nobody of anything."""
    signed_in.code_for(listener)
    QUEUED.clear()
    cookie = signed_in.http.get_cookie("paper_session")
    assert cookie is not None
    record = services.login_sessions.find(cookie.value)
    assert record is not None

    def pull_the_plug() -> None:
        with services.database.session() as transaction:
            services.login_sessions.end(transaction, record.id)
            raise RuntimeError("the plug")

    with pytest.raises(RuntimeError, match="the plug"):
        pull_the_plug()

    assert deliveries(services) == []
    assert not QUEUED.is_set()
    assert services.login_sessions.find(cookie.value) is not None


def test_an_end_costs_two_statements(
    services: Services, signed_in: Browser, listener: Client, statements: list[str]
) -> None:
    """One ends the sign-in, one notes every client of it, in one transaction."""
    signed_in.code_for(listener)
    statements.clear()

    services.people.disable(user_of(services))

    writes = [verb for verb in statements if verb in {"INSERT", "UPDATE", "DELETE"}]
    assert writes == ["UPDATE", "INSERT", "DELETE", "UPDATE"]  # sign-ins, notes, a link of theirs, the person
    assert [row.state for row in deliveries(services)] == ["waiting"]


def test_delivery_without_work_is_one_read_for_each_kind(services: Services, statements: list[str]) -> None:
    """A round costs next to nothing: logout tokens and pings."""
    delivery = LogoutDelivery(services)
    delivery.run_once()
    statements.clear()

    delivery.run_once()

    assert statements == ["SELECT", "SELECT"]
