"""Connected applications: seen, and disconnected."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models.consent import Consent
from models.grant import Grant
from provider.wiring import Services
from tests.browser import Browser, answer_of, redeem, refresh
from tests.builders import make_client, make_resource
from tests.conftest import Clock
from tests.device import approve, make_device
from tests.journeys.account.visit import post, tokens_of

pytestmark = pytest.mark.journey


def test_a_person_sees_connected_apps(services: Services, signed_in: Browser, grace: Browser) -> None:
    """Name, scopes in words, and nobody else's."""
    make_resource(services)
    client, _, _ = tokens_of(services, signed_in, scope="openid email offline_access")

    page = signed_in.http.get("/account").text

    assert f'data-client-id="{client.client_id}"' in page
    assert "Photo Library" in page
    for words in ("Recognise you", "See your e-mail address", "Keep this access while you are away"):
        assert words in page
    assert 'id="no-apps"' in grace.http.get("/account").text


def test_an_app_was_last_used_when_it_refreshed(
    services: Services, http: FlaskClient, signed_in: Browser, clock: Clock
) -> None:
    """The last consent, authorization or refresh."""
    client, secret, tokens = tokens_of(services, signed_in, scope="openid offline_access")
    clock.advance(seconds=7200)
    before = signed_in.http.get("/account").text
    refresh(http, client, secret, tokens["refresh_token"])

    assert "2 hours ago" in before.partition('id="apps"')[2]
    assert "2 hours ago" not in signed_in.http.get("/account").text.partition('id="apps"')[2]


def test_disconnecting_takes_everything_back(
    services: Services, http: FlaskClient, signed_in: Browser, grace: Browser, ada: str
) -> None:
    """RFC 7009 §2.1: every token of every grant; the next request asks again. Others keep theirs."""
    client, secret, tokens = tokens_of(services, signed_in, scope="openid offline_access")
    unspent = signed_in.code_for(client)
    theirs = redeem(http, client, secret, grace.code_for(client)).get_json()

    answers = [post(signed_in, "/account/apps/disconnect", client_id=client.client_id) for _ in range(2)]

    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert [answer.location for answer in answers] == ["/account", "/account"]
    assert http.get("/userinfo", headers=bearer).status_code == 401
    assert refresh(http, client, secret, tokens["refresh_token"]).get_json()["error"] == "invalid_grant"
    assert redeem(http, client, secret, unspent).get_json()["error"] == "invalid_grant"
    assert 'id="no-apps"' in signed_in.http.get("/account").text
    assert answer_of(signed_in.authorize(client, prompt="none"))["error"] == "consent_required"
    bearer = {"Authorization": f"Bearer {theirs['access_token']}"}
    assert http.get("/userinfo", headers=bearer).status_code == 200
    with services.database.reading() as session:
        assert ada not in session.scalars(select(Consent.user_id)).all()
        alive = select(Grant.user_id).where(Grant.revoked_at.is_(None))
        assert ada not in session.scalars(alive).all()


def test_a_device_that_was_disconnected_gets_no_tokens(
    services: Services, http: FlaskClient, signed_in: Browser
) -> None:
    """RFC 8628 §3.5: a device that was allowed and has not asked yet is refused."""
    device = make_device(services, http)
    codes = device.codes(scope="openid")
    approve(signed_in, codes)

    post(signed_in, "/account/apps/disconnect", client_id=device.client.client_id)

    assert "access_token" not in device.poll(codes).get_json()


def test_a_connected_device_is_shown_and_ended(
    services: Services, http: FlaskClient, signed_in: Browser
) -> None:
    """A grant without a remembered consent counts like any other."""
    device = make_device(services, http)
    codes = device.codes(scope="openid offline_access")
    approve(signed_in, codes)
    tokens = device.poll(codes).get_json()
    shown = signed_in.http.get("/account").text

    post(signed_in, "/account/apps/disconnect", client_id=device.client.client_id)

    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert "Television" in shown
    assert http.get("/userinfo", headers=bearer).status_code == 401


@pytest.mark.security
@pytest.mark.parametrize("client_id", ["", "nobody", "\x00", "é", "x" * 3000])
def test_an_unknown_app_is_not_found(signed_in: Browser, client_id: str) -> None:
    """An id that no client has names nothing, whatever it looks like."""
    assert post(signed_in, "/account/apps/disconnect", client_id=client_id).status_code == 404


@pytest.mark.security
def test_an_app_of_somebody_else_stays_connected(
    services: Services, http: FlaskClient, signed_in: Browser, grace: Browser
) -> None:
    """Disconnecting reaches one's own grants alone; the answer does not tell whether others have any."""
    client, _, tokens = tokens_of(services, grace)
    unused, _ = make_client(services)

    answers = [
        post(signed_in, "/account/apps/disconnect", client_id=app.client_id) for app in (client, unused)
    ]

    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert answers[0].location == answers[1].location == "/account"
    assert http.get("/userinfo", headers=bearer).status_code == 200
