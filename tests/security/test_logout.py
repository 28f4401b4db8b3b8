"""Signing others out, and sending them elsewhere: what a logout request cannot be made to do."""

from typing import Any
from urllib.parse import urlencode

import jwt
import pytest
from flask import Flask
from flask.testing import FlaskClient

from keys.foreign_jwt import SECRET_ALGORITHMS
from provider.wiring import Services
from tests.browser import Browser, answer_of, hidden_fields
from tests.builders import make_client, make_user
from tests.conftest import Clock
from tests.provider.page import Page
from tests.relying_party import POST_LOGOUT_URI, STATE, RelyingParty, follow, make_relying_party, press
from tests.sqlite_only import database_url as database_url
from validators.logout import LIFETIME_SECONDS, MAX_STATE_BYTES

pytestmark = pytest.mark.security

EVIL = "https://evil.example/"


@pytest.fixture
def rp(services: Services, http: FlaskClient, browser: Browser, ada: str) -> RelyingParty:
    """A relying party that Ada has just signed in to."""
    return make_relying_party(services, http, browser)


def code_of(page_text: str) -> str:
    return Page(page_text).require("error-code").text


def test_nobody_is_signed_out_without_a_yes(rp: RelyingParty) -> None:
    """CVE-2020-10734: a link or a form of another site, without a hint, only asks."""
    rp.http.get("/logout")
    rp.http.get("/logout/confirm")
    rp.http.post("/logout")
    rp.http.post("/logout", data={"decision": "sign-out"})

    assert rp.is_signed_in()


def test_the_yes_is_protected_against_forgery(services: Services, rp: RelyingParty) -> None:
    """A POST without the page's token signs nobody out; the page is shown again and says why."""
    request = hidden_fields(rp.sign_out(id_token_hint=None, client_id=rp.client.client_id))

    bare = rp.http.post("/logout/confirm")
    forged = rp.http.post("/logout/confirm", data=request | {"csrf_token": "forged"})

    assert Page(bare.text).require("logout-error").text.startswith("This page was open for too long.")
    assert rp.is_signed_in()
    assert answer_of(press(rp.http, rp.http.get("/logout/confirm?request=" + request["request"]))) == {
        "state": STATE
    }
    assert "Location" not in forged.headers


@pytest.mark.parametrize("path", ["/logout", "/logout/confirm"])
def test_head_signs_nobody_out(rp: RelyingParty, path: str) -> None:
    """RFC 9110 §9.2.1: a safe method, which scanners of links send."""
    sealed = rp.http.post("/logout", data=rp.request()).location.partition("=")[2]

    response = rp.http.head(path, query_string=rp.request() if path == "/logout" else {"request": sealed})

    assert response.status_code == 405
    assert rp.is_signed_in()


@pytest.mark.parametrize(
    "uri",
    [
        pytest.param(EVIL, id="another"),
        pytest.param(POST_LOGOUT_URI + "/", id="slash"),
        pytest.param(POST_LOGOUT_URI + "#", id="fragment"),
        pytest.param(POST_LOGOUT_URI.upper(), id="upper-case"),
        pytest.param(POST_LOGOUT_URI.replace("://", ":///"), id="third-slash"),
        pytest.param(POST_LOGOUT_URI.replace(".example", ".example:443"), id="default-port"),
        pytest.param(POST_LOGOUT_URI.replace("client.", "client.example@evil."), id="user-information"),
        pytest.param("https://client.example/callback", id="redirect-uri-of-the-same-client"),
        pytest.param("javascript:alert(1)", id="script"),
        pytest.param("//evil.example", id="relative"),
    ],
)
@pytest.mark.parametrize("is_signed_in", [True, False])
def test_no_open_redirect(rp: RelyingParty, app: Flask, uri: str, is_signed_in: bool) -> None:
    """§3: character by character, for those who are signed in and for those who are not."""
    http = rp.http if is_signed_in else app.test_client()

    for method in (http.get, http.post):
        where = "query_string" if method == http.get else "data"
        response = method("/logout", **{where: rp.request(post_logout_redirect_uri=uri)})
        assert (response.status_code, response.headers.get("Location")) == (400, None)
        assert code_of(response.text) == "invalid_post_logout_redirect_uri"
    assert rp.is_signed_in()


def test_a_uri_of_another_client(services: Services, rp: RelyingParty) -> None:
    """§3: registered by the client that asks, not by any; §2: hint and client_id must agree."""
    evil, _ = make_client(services, post_logout_redirect_uris=[EVIL])

    by_hint = rp.sign_out(post_logout_redirect_uri=EVIL)
    by_name = rp.sign_out(post_logout_redirect_uri=EVIL, client_id=evil.client_id)
    unknown = rp.sign_out(client_id="nobody", id_token_hint=None)

    assert code_of(by_hint.text) == "invalid_post_logout_redirect_uri"
    assert code_of(by_name.text) == "client_mismatch"
    assert code_of(unknown.text) == "invalid_client_id"
    assert rp.is_signed_in()


def test_the_hint_of_another_person(services: Services, app: Flask, rp: RelyingParty) -> None:
    """§2: an attacker's own ID token signs nobody else out at once."""
    make_user(services, "grace")
    grace = make_relying_party(services, app.test_client(), Browser(app.test_client(), username="grace"))

    page = rp.sign_out(
        id_token_hint=grace.id_token, post_logout_redirect_uri=None, client_id=grace.client.client_id
    )

    assert "ada" in Page(page.text).require("signed-in-as").text
    assert rp.is_signed_in()
    assert grace.is_signed_in()


@pytest.mark.parametrize("hint", ["x", "a.b.c", "..", "\u1160", "x" * 20000, "eyJhbGciOiJSUzI1NiJ9.e30.AA"])
def test_a_malformed_hint(rp: RelyingParty, hint: str) -> None:
    """§4: an error page, whatever it is."""
    response = rp.sign_out(id_token_hint=hint)

    assert response.status_code == 400
    assert code_of(response.text) in {"invalid_id_token_hint", "invalid_request"}


def test_other_tokens_of_ours_are_no_hints(
    services: Services, http: FlaskClient, signed_in: Browser, clock: Clock
) -> None:
    """RFC 8725 §3.11: an access token is not an ID token; nor is a JWT without an ID token's jti."""
    rp = make_relying_party(services, http, signed_in, paper_access_token_format="jwt")
    without_jti = {name: value for name, value in rp.claims.items() if name != "jti"}

    for hint in (rp.tokens["access_token"], services.signer.sign(without_jti, alg="RS256")):
        assert code_of(rp.sign_out(id_token_hint=hint).text) == "invalid_id_token_hint"


@pytest.mark.parametrize("alg", SECRET_ALGORITHMS)
@pytest.mark.parametrize("registered", ["RS256", "HS256"])
def test_a_hint_signed_with_a_public_value(
    services: Services, http: FlaskClient, signed_in: Browser, alg: str, registered: str
) -> None:
    """RFC 8725 §3.1: the registration decides the algorithm; no public key serves as a secret."""
    rp = make_relying_party(services, http, signed_in, id_token_signed_response_alg=registered)
    key = next(key for key in http.get("/jwks").get_json()["keys"] if key["kty"] == "RSA")

    hint = jwt.encode(rp.claims, key["n"][:64], alg, headers={"kid": key["kid"]})

    assert code_of(rp.sign_out(id_token_hint=hint).text) == "invalid_id_token_hint"


def test_parameters_twice(rp: RelyingParty) -> None:
    """RFC 6749 §3.1: ambiguous, so refused."""
    query = [*rp.request().items(), ("post_logout_redirect_uri", EVIL)]

    response = rp.http.get("/logout", query_string=query)

    assert (response.status_code, code_of(response.text)) == (400, "invalid_request")


@pytest.mark.parametrize("sealed", ["x", "A" * 200, "\u1160", "{}"])
def test_a_request_that_was_not_sealed_here(rp: RelyingParty, sealed: str) -> None:
    """The waiting request travels with the browser; a changed one is refused."""
    for response in (
        rp.http.get("/logout/confirm", query_string={"request": sealed}),
        rp.http.post("/logout/confirm", data={"request": sealed}),
    ):
        assert (response.status_code, code_of(response.text)) == (400, "logout_request_over")


def test_a_waiting_request_ends(services: Services, rp: RelyingParty, clock: Clock) -> None:
    """After its hour, or when the client no longer registers the address."""
    old = rp.http.post("/logout", data=rp.request()).location
    clock.advance(seconds=LIFETIME_SECONDS)
    young = rp.http.post("/logout", data=rp.request()).location
    services.client_directory.update(rp.client.client_id, {"post_logout_redirect_uris": None})
    clock.advance(seconds=services.settings.client_cache_seconds)

    assert code_of(rp.http.get(old).text) == "logout_request_over"
    assert code_of(rp.http.get(young).text) == "invalid_post_logout_redirect_uri"


def test_the_old_cookie_is_worth_nothing(app: Flask, rp: RelyingParty) -> None:
    """CVE-2024-7341: the sign-in ends in the store, not only in the browser."""
    cookie = rp.http.get_cookie("paper_session")
    assert cookie is not None
    rp.sign_out()

    thief = app.test_client()
    thief.set_cookie("paper_session", cookie.value)

    assert "ada" not in thief.get("/").text


def test_form_tokens_change_with_a_logout(rp: RelyingParty) -> None:
    """The next person at this browser does not share a form token with the last one."""
    page = rp.http.get("/")
    rp.sign_out()
    rp.sign_in()

    follow(rp.http, rp.http.post("/logout/confirm", data=hidden_fields(page)))

    assert rp.is_signed_in()


@pytest.mark.parametrize("character", ["x", "é", "💡"])
def test_a_huge_state(services: Services, http: FlaskClient, signed_in: Browser, character: str) -> None:
    """What addresses can carry comes through unharmed; more is refused before anything ends."""
    most = MAX_STATE_BYTES // len(character.encode())
    uri = f"https://client.example/{'p' * 1900}"
    metadata: dict[str, Any] = {
        "post_logout_redirect_uris": [uri],
        "frontchannel_logout_uri": "https://client.example/out",
    }
    rp = make_relying_party(services, http, signed_in, **metadata)
    request = {"post_logout_redirect_uri": uri, "ui_locales": "ko " * 4000}

    refused = rp.sign_out(**request, state=character * (most + 1))
    asked = rp.sign_out(**request, state=character * most, id_token_hint=None, client_id=rp.client.client_id)
    frames = press(http, asked)

    assert code_of(refused.text) == "invalid_state"
    assert "https://client.example/out" in frames.text
    assert urlencode({"state": character * most}) in frames.text
