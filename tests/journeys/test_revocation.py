"""Tokens given back (RFC 7009)."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from models.database import Database
from models.errors import StoreUnavailable
from models.grant import RevokedToken
from provider.wiring import Services
from tests.browser import Browser, client_request, redeem, refresh
from tests.builders import make_client, make_public_client
from tests.conftest import Clock
from validators.client import Client

pytestmark = pytest.mark.journey

Issued = tuple[Client, str, dict[str, Any]]
OFFLINE = "openid email offline_access"


@pytest.fixture(params=["opaque", "jwt"])
def issued(
    services: Services, http: FlaskClient, browser: Browser, ada: str, request: pytest.FixtureRequest
) -> Issued:
    """A client, its secret and its tokens, access tokens of either format."""
    client, secret = make_client(services, paper_access_token_format=request.param)
    return client, secret, redeem(http, client, secret, browser.code_for(client, scope=OFFLINE)).get_json()


def revoke(http: FlaskClient, client: Client, secret: str, token: str | None, **form: Any) -> TestResponse:
    return client_request(http, "/revoke", client, secret, token=token, **form)


def userinfo_status(http: FlaskClient, tokens: dict[str, Any]) -> int:
    return http.get("/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"}).status_code


@pytest.mark.parametrize("hint", [None, "access_token", "refresh_token", "saml2"])
def test_a_revoked_access_token_ends_alone(http: FlaskClient, issued: Issued, hint: str | None) -> None:
    """§2.1: the hint is but a hint; the refresh token goes on."""
    client, secret, tokens = issued

    answer = revoke(http, client, secret, tokens["access_token"], token_type_hint=hint)

    assert answer.status_code == 200
    assert userinfo_status(http, tokens) == 401
    second = refresh(http, client, secret, tokens["refresh_token"])
    assert second.status_code == 200
    assert userinfo_status(http, second.get_json()) == 200


@pytest.mark.parametrize("hint", [None, "access_token", "refresh_token"])
def test_a_revoked_refresh_token_ends_the_grant(http: FlaskClient, issued: Issued, hint: str | None) -> None:
    """§2.1: the access tokens of the same authorization too."""
    client, secret, tokens = issued

    answer = revoke(http, client, secret, tokens["refresh_token"], token_type_hint=hint)

    assert answer.status_code == 200
    assert userinfo_status(http, tokens) == 401
    assert refresh(http, client, secret, tokens["refresh_token"]).get_json()["error"] == "invalid_grant"


def test_an_older_refresh_token_ends_the_grant(http: FlaskClient, issued: Issued, clock: Clock) -> None:
    """§2.1: whoever gives an old one back wants no access any more."""
    client, secret, tokens = issued
    latest = refresh(http, client, secret, tokens["refresh_token"]).get_json()
    clock.advance(seconds=3600)

    revoke(http, client, secret, tokens["refresh_token"])

    assert refresh(http, client, secret, latest["refresh_token"]).get_json()["error"] == "invalid_grant"


def test_revoking_again_is_no_error(services: Services, http: FlaskClient, issued: Issued) -> None:
    """§2.2: 200 for a token that is no longer valid; one row for one token."""
    client, secret, tokens = issued

    answers = [
        revoke(http, client, secret, tokens[name])
        for name in ("access_token", "access_token", "refresh_token", "refresh_token")
    ]

    assert [answer.status_code for answer in answers] == [200] * 4
    with services.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(RevokedToken)) == 1


def test_it_costs_what_it_must(http: FlaskClient, issued: Issued, statements: list[str]) -> None:
    """DESIGN §4: an access token one insert, a refresh token a read and an update."""
    client, secret, tokens = issued
    statements.clear()

    revoke(http, client, secret, tokens["access_token"])
    access = list(statements)
    statements.clear()
    revoke(http, client, secret, tokens["refresh_token"])

    assert access == ["INSERT"]
    assert statements == ["SELECT", "UPDATE"]


def test_the_revocation_is_kept_until_the_token_expires(
    services: Services, http: FlaskClient, issued: Issued, clock: Clock
) -> None:
    """DESIGN §4; nothing is stored for one that has expired already."""
    client, secret, tokens = issued
    revoke(http, client, secret, tokens["access_token"])
    with services.database.reading() as session:
        assert session.scalars(select(RevokedToken.expires_at)).all() == [clock() + 900]

    second = refresh(http, client, secret, tokens["refresh_token"]).get_json()
    clock.advance(seconds=900)
    answer = revoke(http, client, secret, second["access_token"])

    assert answer.status_code == 200
    with services.database.reading() as session:
        assert len(session.scalars(select(RevokedToken)).all()) == 1


@pytest.mark.security
@pytest.mark.parametrize("name", ["access_token", "refresh_token"])
def test_another_clients_token_stays_active(
    services: Services, http: FlaskClient, issued: Issued, name: str
) -> None:
    """§2.1: the token was not issued to whoever asks; nothing is told, nothing is done."""
    client, secret, tokens = issued
    thief, stolen_secret = make_client(services)

    answer = revoke(http, thief, stolen_secret, tokens[name])

    assert answer.status_code == 200
    assert userinfo_status(http, tokens) == 200
    assert refresh(http, client, secret, tokens["refresh_token"]).status_code == 200


def changed(token: str) -> str:
    """Return another text of the same length; the last letters may not count, those before do."""
    return token[:-10] + ("B" if token[-10] == "A" else "A") + token[-9:]


@pytest.mark.security
@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda tokens: "unknown", id="unknown"),
        pytest.param(lambda tokens: "A" * 64, id="forged-refresh-token"),
        pytest.param(lambda tokens: "A" * 9000, id="long"),
        pytest.param(lambda tokens: "가나다.라마.바", id="hangul"),
        pytest.param(lambda tokens: tokens["id_token"], id="id_token"),
        pytest.param(lambda tokens: changed(tokens["access_token"]), id="changed-access-token"),
        pytest.param(lambda tokens: changed(tokens["refresh_token"]), id="changed-refresh-token"),
    ],
)
def test_what_is_no_token_changes_nothing(http: FlaskClient, issued: Issued, make: Any) -> None:
    """§2.2: 200, for the client could do nothing about it."""
    client, secret, tokens = issued

    answer = revoke(http, client, secret, make(tokens))

    assert answer.status_code == 200
    assert userinfo_status(http, tokens) == 200
    assert refresh(http, client, secret, tokens["refresh_token"]).status_code == 200


@pytest.mark.security
def test_a_code_is_not_revoked(http: FlaskClient, issued: Issued, browser: Browser) -> None:
    """§2.1 names access and refresh tokens."""
    client, secret, _ = issued
    code = browser.code_for(client)

    assert revoke(http, client, secret, code).status_code == 200
    assert redeem(http, client, secret, code).status_code == 200


def test_a_public_client_gives_its_own_back(
    services: Services, http: FlaskClient, browser: Browser, ada: str
) -> None:
    """§2.1: it says who it is, and the token tells whether that is so."""
    client, other = make_public_client(services), make_public_client(services)
    tokens = redeem(http, client, "", browser.code_for(client, scope=OFFLINE)).get_json()

    revoke(http, other, "", tokens["refresh_token"])
    kept = userinfo_status(http, tokens)
    revoke(http, client, "", tokens["refresh_token"])

    assert kept == 200
    assert userinfo_status(http, tokens) == 401


@pytest.mark.security
def test_a_wrong_secret_revokes_nothing(http: FlaskClient, issued: Issued) -> None:
    """§2.2.1: invalid_client, with the scheme of the client."""
    client, _, tokens = issued

    answer = revoke(http, client, "x" * 43, tokens["refresh_token"])

    assert (answer.status_code, answer.get_json()["error"]) == (401, "invalid_client")
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")
    assert userinfo_status(http, tokens) == 200


@pytest.mark.parametrize("form", [{}, {"token": ""}, {"token_type_hint": "access_token"}])
def test_a_missing_token_is_an_error(http: FlaskClient, issued: Issued, form: dict[str, str]) -> None:
    """§2.2.1, RFC 6749 §5.2; an empty parameter is one left out."""
    client, secret, _ = issued

    answer = client_request(http, "/revoke", client, secret, **form)

    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_request")


def test_a_token_twice_is_an_error(http: FlaskClient, issued: Issued) -> None:
    """RFC 6749 §3.2: no parameter more than once; nothing is revoked."""
    tokens = issued[2]

    answer = client_request(http, "/revoke", *issued[:2], token=[tokens["refresh_token"]] * 2)

    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_request")
    assert userinfo_status(http, tokens) == 200


def test_only_post(http: FlaskClient) -> None:
    """§2.1: a token in a query would be logged."""
    assert http.get("/revoke?token=x").status_code == 405


def test_a_lost_database_promises_nothing(
    http: FlaskClient, issued: Issued, monkeypatch: pytest.MonkeyPatch
) -> None:
    """§2.2.1: 503, and the client has to assume that the token lives."""

    def fail(*_: Any) -> None:
        raise StoreUnavailable("gone")

    client, secret, tokens = issued
    monkeypatch.setattr(Database, "run", fail)

    answers = [revoke(http, client, secret, tokens[name]) for name in ("access_token", "refresh_token")]

    assert [answer.status_code for answer in answers] == [503, 503]
    assert all(answer.headers["Retry-After"] for answer in answers)


def test_a_clients_own_scripts_may_read_the_answer(
    services: Services, http: FlaskClient, browser: Browser, ada: str
) -> None:
    """§2.3, DESIGN §3: the origins of its redirect URIs, errors too."""
    client = make_public_client(services)
    tokens = redeem(http, client, "", browser.code_for(client, scope=OFFLINE)).get_json()
    form = {"client_id": client.client_id, "token": tokens["access_token"]}
    own, other = {"Origin": "https://client.example"}, {"Origin": "https://other.example"}

    answers = [
        http.post("/revoke", data=form, headers=own),
        http.post("/revoke", data={"client_id": client.client_id}, headers=own),
        http.post("/revoke", data=form, headers=other),
    ]

    assert [answer.status_code for answer in answers] == [200, 400, 200]
    allowed = [answer.headers.get("Access-Control-Allow-Origin") for answer in answers]
    assert allowed == ["https://client.example", "https://client.example", None]
