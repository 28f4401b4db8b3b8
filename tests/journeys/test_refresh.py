"""Refresh tokens through HTTP: rotation, the grace for a lost reply, replay."""

from typing import Any

import jwt
import pytest
from flask.testing import FlaskClient

from provider.wiring import Services
from tests.browser import Browser, redeem, refresh
from tests.builders import make_client, make_public_client
from tests.conftest import Clock

pytestmark = pytest.mark.journey

OFFLINE = "openid email offline_access"


@pytest.fixture
def issued(
    services: Services, http: FlaskClient, browser: Browser, ada: str
) -> tuple[Any, str, dict[str, Any]]:
    """A client, its secret, and the tokens of a grant with offline access."""
    client, secret = make_client(services)
    return client, secret, redeem(http, client, secret, browser.code_for(client, scope=OFFLINE)).get_json()


def test_a_refresh_rotates(http: FlaskClient, issued: Any, clock: Clock) -> None:
    """RFC 6749 §6, OpenID Connect Core §12.2."""
    client, secret, first = issued
    clock.advance(seconds=100)

    second = refresh(http, client, secret, first["refresh_token"]).get_json()
    before, after = (jwt.decode(t["id_token"], options={"verify_signature": False}) for t in (first, second))

    assert second["refresh_token"] != first["refresh_token"]
    assert second["access_token"] != first["access_token"]
    assert second["scope"] == OFFLINE
    assert {name: after[name] for name in ("iss", "sub", "aud", "auth_time")} == {
        name: before[name] for name in ("iss", "sub", "aud", "auth_time")
    }
    assert after["iat"] == clock()
    assert "nonce" not in after


@pytest.mark.parametrize("seconds", [0, 29])
def test_a_lost_reply_is_answered_again(http: FlaskClient, issued: Any, clock: Clock, seconds: int) -> None:
    """The same next token, derived again; the grant stays alive."""
    client, secret, first = issued
    second = refresh(http, client, secret, first["refresh_token"]).get_json()

    clock.advance(seconds=seconds)
    again = refresh(http, client, secret, first["refresh_token"]).get_json()
    third = refresh(http, client, secret, second["refresh_token"])

    assert again["refresh_token"] == second["refresh_token"]
    assert again["access_token"] != second["access_token"]
    assert third.status_code == 200


def test_a_replay_ends_the_grant(http: FlaskClient, issued: Any, clock: Clock) -> None:
    """RFC 9700 §4.14.2: thief and rightful client both lose access, access tokens too."""
    client, secret, first = issued
    second = refresh(http, client, secret, first["refresh_token"]).get_json()

    clock.advance(seconds=30)
    replay = refresh(http, client, secret, first["refresh_token"])
    latest = refresh(http, client, secret, second["refresh_token"])
    info = http.get("/userinfo", headers={"Authorization": f"Bearer {second['access_token']}"})

    assert (replay.status_code, replay.get_json()["error"]) == (400, "invalid_grant")
    assert latest.get_json()["error"] == "invalid_grant"
    assert info.status_code == 401


def test_two_generations_back_is_a_replay_within_the_grace(http: FlaskClient, issued: Any) -> None:
    """Only the immediate predecessor is a lost reply."""
    client, secret, first = issued
    second = refresh(http, client, secret, first["refresh_token"]).get_json()
    refresh(http, client, secret, second["refresh_token"])

    replay = refresh(http, client, secret, first["refresh_token"])
    latest = refresh(http, client, secret, second["refresh_token"])

    assert replay.get_json()["error"] == "invalid_grant"
    assert latest.get_json()["error"] == "invalid_grant"


def test_scope_narrows_and_never_widens(http: FlaskClient, issued: Any) -> None:
    """RFC 6749 §6: the next refresh has the whole grant again."""
    client, secret, first = issued

    narrow = refresh(http, client, secret, first["refresh_token"], scope="openid").get_json()
    wide = refresh(http, client, secret, narrow["refresh_token"], scope="openid phone")
    whole = refresh(http, client, secret, narrow["refresh_token"]).get_json()

    assert narrow["scope"] == "openid"
    assert (wide.status_code, wide.get_json()["error"]) == (400, "invalid_scope")
    assert whole["scope"] == OFFLINE


@pytest.mark.security
def test_a_client_that_was_narrowed_since_gets_no_more(
    services: Services, http: FlaskClient, issued: Any
) -> None:
    """Advisory 13: what the operator has taken from the client is not in new tokens of old grants."""
    client, secret, first = issued
    services.client_directory.update(client.client_id, {"scope": "openid offline_access"})

    tokens = refresh(http, client, secret, first["refresh_token"]).get_json()
    asked = refresh(http, client, secret, tokens["refresh_token"], scope="email")

    assert set(tokens["scope"].split()) == {"openid", "offline_access"}
    assert (asked.status_code, asked.get_json()["error"]) == (400, "invalid_scope")


def test_a_refresh_token_is_its_clients_own(services: Services, http: FlaskClient, issued: Any) -> None:
    """RFC 6749 §10.4: 400 invalid_grant for another client; nothing is revoked."""
    client, secret, first = issued
    thief, stolen_secret = make_client(services)

    stolen = refresh(http, thief, stolen_secret, first["refresh_token"])
    right = refresh(http, client, secret, first["refresh_token"])

    assert (stolen.status_code, stolen.get_json()["error"]) == (400, "invalid_grant")
    assert right.status_code == 200


def test_a_code_is_no_refresh_token_and_back(
    services: Services, http: FlaskClient, browser: Browser, issued: Any
) -> None:
    """Each generation is accepted at its own grant type alone."""
    client, secret, first = issued
    code = browser.code_for(client)

    as_refresh = refresh(http, client, secret, code)
    as_code = redeem(http, client, secret, first["refresh_token"])

    assert as_refresh.get_json()["error"] == "invalid_grant"
    assert as_code.get_json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("days", "status"), [pytest.param(29, 200, id="used"), pytest.param(31, 400, id="unused")]
)
def test_a_refresh_token_ends_when_unused(
    http: FlaskClient, issued: Any, clock: Clock, days: int, status: int
) -> None:
    """RFC 9700 §4.14.2: it lives 30 days after its last use."""
    client, secret, first = issued
    clock.advance(seconds=29 * 86400)
    second = refresh(http, client, secret, first["refresh_token"]).get_json()

    clock.advance(seconds=days * 86400)

    assert refresh(http, client, secret, second["refresh_token"]).status_code == status


def test_a_grant_ends_after_a_year(http: FlaskClient, issued: Any, clock: Clock) -> None:
    """However often it is used."""
    client, secret, tokens = issued
    for _ in range(18):
        clock.advance(seconds=20 * 86400)
        tokens = refresh(http, client, secret, tokens["refresh_token"]).get_json()

    clock.advance(seconds=6 * 86400)

    assert refresh(http, client, secret, tokens["refresh_token"]).get_json()["error"] == "invalid_grant"


def test_without_rotation_the_token_stays(
    services: Services, http: FlaskClient, browser: Browser, ada: str, clock: Clock
) -> None:
    """A confidential client may be registered so; its grant still ends when unused."""
    client, secret = make_client(services, paper_rotate_refresh_tokens=False)
    first = redeem(http, client, secret, browser.code_for(client, scope=OFFLINE)).get_json()

    for _ in range(3):
        clock.advance(seconds=20 * 86400)
        latest = refresh(http, client, secret, first["refresh_token"])
        assert latest.get_json()["refresh_token"] == first["refresh_token"]
    clock.advance(seconds=31 * 86400)

    assert refresh(http, client, secret, first["refresh_token"]).status_code == 400


def test_a_public_client_always_rotates(
    services: Services, http: FlaskClient, browser: Browser, ada: str
) -> None:
    """RFC 9700 §2.2.2."""
    client = make_public_client(services, paper_rotate_refresh_tokens=False)
    first = redeem(http, client, "", browser.code_for(client, scope=OFFLINE)).get_json()

    second = refresh(http, client, "", first["refresh_token"]).get_json()

    assert second["refresh_token"] != first["refresh_token"]


def test_plain_oauth_gets_a_refresh_token(
    services: Services, http: FlaskClient, browser: Browser, ada: str
) -> None:
    """Without openid there is no offline_access to ask for."""
    client, secret = make_client(services, scope="photos")

    tokens = redeem(http, client, secret, browser.code_for(client, scope="photos")).get_json()

    assert "refresh_token" in tokens
    assert "id_token" not in tokens


def test_a_disabled_person_has_no_tokens(
    services: Services, http: FlaskClient, issued: Any, ada: str
) -> None:
    """The next use of anything stops: refresh and UserInfo."""
    client, secret, first = issued
    services.people.disable(ada)

    refused = refresh(http, client, secret, first["refresh_token"])
    info = http.get("/userinfo", headers={"Authorization": f"Bearer {first['access_token']}"})

    assert refused.get_json()["error"] == "invalid_grant"
    assert info.status_code == 401


def test_a_rotated_secret_is_followed_at_once(services: Services, http: FlaskClient, issued: Any) -> None:
    """A grant's read shows the new version of its client, whatever the cache holds."""
    client, secret, first = issued
    services.client_directory.rotate_secret(client.client_id)

    refused = refresh(http, client, secret, first["refresh_token"])

    assert (refused.status_code, refused.get_json()["error"]) == (401, "invalid_client")


def test_a_deleted_client_is_no_client(services: Services, http: FlaskClient, issued: Any) -> None:
    """Its cached registration does not help it."""
    client, secret, first = issued
    services.client_directory.delete(client.client_id)

    refused = refresh(http, client, secret, first["refresh_token"])
    info = http.get("/userinfo", headers={"Authorization": f"Bearer {first['access_token']}"})

    assert refused.get_json()["error"] in {"invalid_client", "invalid_grant"}
    assert info.status_code == 401
