"""A person signs out, of their own accord or because a client asks (OpenID Connect RP-Initiated Logout)."""

from dataclasses import replace

import jwt
import pytest
from flask import Flask
from flask.testing import FlaskClient

from keys import private_key
from keys.promotion import SIGNED_SECONDS, KeyTimes
from keys.rotation import Rotation
from keys.sealed import Sealer
from provider.factory import create_app
from provider.key_store import DatabaseKeyStore
from provider.wiring import Services
from tests.browser import Browser, answer_of, hidden_fields, refresh
from tests.builders import make_client
from tests.conftest import Clock
from tests.front_channel import userinfo
from tests.provider.page import Page
from tests.relying_party import (
    POST_LOGOUT_URI,
    STATE,
    RelyingParty,
    follow,
    make_relying_party,
    path_of,
    press,
)

pytestmark = pytest.mark.journey


@pytest.fixture
def rp(services: Services, http: FlaskClient, browser: Browser, ada: str) -> RelyingParty:
    """A relying party that Ada has just signed in to."""
    return make_relying_party(services, http, browser)


def test_the_home_page_signs_out(rp: RelyingParty) -> None:
    """One press, no question: the person has come by themselves."""
    home = rp.http.get("/")

    done = follow(rp.http, rp.http.post("/logout/confirm", data=hidden_fields(home)))

    assert path_of(done) == "/logout/done"
    assert not rp.is_signed_in()
    assert rp.http.get_cookie("paper_session") is None


def test_one_request_signs_out_and_costs_no_page(rp: RelyingParty) -> None:
    """§2: the hint of this very sign-in needs no question."""
    response = rp.http.get("/logout", query_string=rp.request())

    assert answer_of(response) == {"state": STATE}
    assert any(cookie.startswith("paper_session=;") for cookie in response.headers.getlist("Set-Cookie"))


@pytest.mark.parametrize("days", [1, 20])
def test_an_expired_hint_asks(rp: RelyingParty, clock: Clock, days: int) -> None:
    """§2: accepted, however old; the person is asked, and then redirected as if it were young."""
    for _ in range(days):
        clock.advance(seconds=6 * 3600)
        rp.browser.follow(rp.browser.authorize(rp.client))

    page = rp.sign_out()
    response = press(rp.http, page)

    assert answer_of(response) == {"state": STATE}
    assert not rp.is_signed_in()


def test_a_hint_of_a_sign_in_that_is_over_asks(rp: RelyingParty) -> None:
    """§2: the person is asked where the hint does not belong to the current sign-in."""
    old = rp.id_token
    rp.sign_out()
    rp.sign_in()

    page = rp.sign_out(id_token_hint=old)

    assert rp.is_signed_in()
    assert answer_of(press(rp.http, page)) == {"state": STATE}
    assert not rp.is_signed_in()


def test_client_id_in_place_of_a_hint_asks(rp: RelyingParty) -> None:
    """§2, §3: it names the client whose URI is registered, and proves nothing."""
    page = rp.sign_out(id_token_hint=None, client_id=rp.client.client_id)

    shown = Page(page.text)
    assert rp.is_signed_in()
    assert shown.require("destination").text == "Once signed out, you will be taken to client.example."
    assert "Photo Library" in shown.require("asked").text
    assert answer_of(press(rp.http, page)) == {"state": STATE}
    assert not rp.is_signed_in()


def test_staying_signed_in(rp: RelyingParty) -> None:
    """§2: only a yes signs out; nobody is redirected to the client as if it had happened."""
    page = rp.sign_out(id_token_hint=None, client_id=rp.client.client_id)

    response = press(rp.http, page, decision="cancel")

    assert (response.status_code, path_of(response)) == (200, "/")
    assert rp.is_signed_in()


def test_nobody_is_signed_in(services: Services, app: Flask, rp: RelyingParty) -> None:
    """§4: no error: on to the redirect, or to the page that says so."""
    stranger = app.test_client()

    with_uri = stranger.get("/logout", query_string=rp.request())
    without = follow(stranger, stranger.get("/logout", query_string={"client_id": rp.client.client_id}))

    assert answer_of(with_uri) == {"state": STATE}
    assert path_of(without) == "/logout/done"
    assert rp.is_signed_in()


def test_the_form_of_another_site(app: Flask, rp: RelyingParty) -> None:
    """§2: POST works, though the browser sends the cookie only with the redirect that follows it."""
    redirected = app.test_client().post("/logout", data=rp.request())

    response = rp.http.get(redirected.location)

    assert rp.id_token not in redirected.location
    assert answer_of(response) == {"state": STATE}
    assert not rp.is_signed_in()


def test_a_registered_query_is_kept(services: Services, http: FlaskClient, signed_in: Browser) -> None:
    """§3: the registered URI to the character, the state behind it."""
    uri = f"{POST_LOGOUT_URI}?tenant=1"
    rp = make_relying_party(services, http, signed_in, post_logout_redirect_uris=[uri])

    response = rp.sign_out(post_logout_redirect_uri=uri, state="a b&c=d")

    assert response.location == f"{uri}&state=a+b%26c%3Dd"


def test_a_native_app_is_called_back(services: Services, http: FlaskClient, signed_in: Browser) -> None:
    """§2: an alternate scheme may name an application on the device."""
    uri = "com.example.app:/signed-out"
    rp = make_relying_party(
        services, http, signed_in, application_type="native", post_logout_redirect_uris=[uri]
    )

    assert rp.sign_out(post_logout_redirect_uri=uri, state=None).location == uri


def test_what_a_logout_ends(rp: RelyingParty) -> None:
    """docs/logout.md: access tokens, refresh tokens and codes without offline_access end with the sign-in."""
    code = answer_of(rp.browser.authorize(rp.client))["code"]
    assert userinfo(rp.http, rp.tokens["access_token"]).status_code == 200

    rp.sign_out()

    assert userinfo(rp.http, rp.tokens["access_token"]).status_code == 401
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": rp.client.redirect_uris[0]}
    answer = rp.http.post("/token", data=form, auth=(rp.client.client_id, rp.secret))
    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_grant")


def test_what_a_logout_leaves(services: Services, http: FlaskClient, signed_in: Browser) -> None:
    """OpenID Connect Core §11: offline_access is for when the person is not there."""
    rp = make_relying_party(services, http, signed_in, scope="openid offline_access")

    rp.sign_out()

    answer = refresh(http, rp.client, rp.secret, rp.tokens["refresh_token"])
    assert answer.status_code == 200
    assert userinfo(http, answer.get_json()["access_token"]).status_code == 200


def test_a_logout_leaves_other_browsers(app: Flask, rp: RelyingParty) -> None:
    """One sign-in ends, and not its person's others."""
    other = Browser(app.test_client())
    other.code_for(rp.client)

    rp.sign_out()

    assert "code" in answer_of(other.authorize(rp.client, prompt="none"))


def test_clients_share_the_sid_of_one_sign_in(rp: RelyingParty, app: Flask) -> None:
    """Front-Channel Logout §3: one value for a sign-in, which is not its cookie; refreshing keeps it."""
    second = make_relying_party(rp.services, rp.http, rp.browser, scope="openid offline_access")
    other = make_relying_party(rp.services, rp.http, Browser(app.test_client()))
    cookie = rp.http.get_cookie("paper_session")
    first_sid = rp.claims["sid"]
    second.tokens |= refresh(rp.http, second.client, second.secret, second.tokens["refresh_token"]).get_json()

    assert cookie is not None
    assert first_sid == second.claims["sid"] != other.claims["sid"]
    assert first_sid != cookie.value


def test_a_hint_signed_by_a_retired_key(rp: RelyingParty, clock: Clock) -> None:
    """DESIGN §5: a key that is no longer published still verifies a hint."""
    services = rp.services
    sealer = Sealer(services.master_keys, private_key.PURPOSE)
    rotation = Rotation(DatabaseKeyStore(services.database), sealer, KeyTimes(300))
    rotation.rotate("RS256", clock(), immediate=True)
    old = rp.id_token
    clock.advance(seconds=SIGNED_SECONDS + 1000)
    rp.sign_in()

    response = press(rp.http, rp.sign_out(id_token_hint=old))

    published = {key["kid"] for key in rp.http.get("/jwks").get_json()["keys"]}
    assert jwt.get_unverified_header(old)["kid"] not in published
    assert answer_of(response) == {"state": STATE}


def test_a_hint_signed_with_the_secret(services: Services, http: FlaskClient, signed_in: Browser) -> None:
    """§2: an ID token of a client with HS256 is verified with that client's secret."""
    rp = make_relying_party(services, http, signed_in, id_token_signed_response_alg="HS256")

    assert answer_of(rp.sign_out()) == {"state": STATE}
    assert not rp.is_signed_in()


def test_ui_locales(rp: RelyingParty) -> None:
    """§2: the pages speak the language that the client asks for; an unknown one is no error."""
    asked = rp.sign_out(id_token_hint=None, client_id=rp.client.client_id, ui_locales="xx ko")
    error = rp.sign_out(post_logout_redirect_uri="https://evil.example/", ui_locales="ko")
    done = press(rp.http, rp.sign_out(id_token_hint=None, post_logout_redirect_uri=None, ui_locales="ko"))

    assert "예, 로그아웃합니다" in asked.text
    assert "로그아웃되지 않았습니다" in error.text
    assert "로그아웃되었습니다" in done.text


def test_an_issuer_with_a_path(services: Services, ada: str) -> None:
    """Discovery §3: the endpoint lies below the issuer's path."""
    services.settings = replace(services.settings, issuer="https://op.example/op")
    http = create_app(services=services).test_client()
    client, _ = make_client(services, post_logout_redirect_uris=[POST_LOGOUT_URI])

    metadata = http.get("/op/.well-known/openid-configuration").get_json()
    request = {"client_id": client.client_id, "post_logout_redirect_uri": POST_LOGOUT_URI}
    response = http.get("/op/logout", query_string=request, base_url="https://op.example")

    assert metadata["end_session_endpoint"] == "https://op.example/op/logout"
    assert response.location == POST_LOGOUT_URI
