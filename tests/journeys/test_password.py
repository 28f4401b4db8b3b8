"""The password grant, for clients of old alone (RFC 6749 §4.3, RFC 9700 §2.4)."""

from typing import Any

import jwt
import pytest
from flask.testing import FlaskClient
from oauthlib.oauth2 import LegacyApplicationClient
from werkzeug.test import TestResponse

from provider.grants import password
from provider.wiring import Services
from tests.browser import Browser, refresh, token_request
from tests.builders import PASSWORD, make_client, make_public_client, make_user
from tests.conftest import Clock
from validators.client import Client

pytestmark = pytest.mark.journey

GRANT_TYPES = ["password", "refresh_token"]


@pytest.fixture
def legacy(services: Services, ada: str) -> tuple[Client, str]:
    """A client that an operator has registered with the grant type, and its secret."""
    return make_client(services, grant_types=GRANT_TYPES, response_types=[], redirect_uris=[])


def ask(http: FlaskClient, legacy: tuple[Client, str], **form: Any) -> TestResponse:
    """Ask for tokens with Ada's password."""
    defaults = {"grant_type": "password", "username": "ada", "password": PASSWORD, "scope": "openid"}
    return token_request(http, *legacy, **(defaults | form))


def error_of(response: TestResponse) -> tuple[int, str]:
    return response.status_code, response.get_json()["error"]


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_name_and_a_password_give_tokens(
    http: FlaskClient, legacy: tuple[Client, str], ada: str, clock: Clock
) -> None:
    """RFC 6749 §4.3.3; with openid an ID token, whose auth_time is now (OpenID Connect Core §2)."""
    response = ask(http, legacy, scope="openid email")
    answer = response.get_json()
    said = jwt.decode(answer["id_token"], options={"verify_signature": False})
    info = http.get("/userinfo", headers=bearer(answer["access_token"])).get_json()

    assert response.headers["Cache-Control"] == "no-store"
    assert (answer["token_type"], answer["scope"], answer["expires_in"]) == ("Bearer", "openid email", 900)
    assert (said["sub"], said["auth_time"], said["amr"]) == (ada, clock(), ["pwd"])
    assert (info["sub"], info["email"]) == (ada, "ada@example.org")
    assert "refresh_token" not in answer


def test_an_address_serves_as_the_name(http: FlaskClient, legacy: tuple[Client, str]) -> None:
    """A person signs in with name or e-mail."""
    assert ask(http, legacy, username="ada@example.org").status_code == 200


def test_offline_access_gives_a_refresh_token(
    http: FlaskClient, legacy: tuple[Client, str], clock: Clock
) -> None:
    """There is no consent page: the operator has decided when registering the client."""
    first = ask(http, legacy, scope="openid offline_access").get_json()
    clock.advance(seconds=86400)
    second = refresh(http, *legacy, first["refresh_token"]).get_json()
    clock.advance(seconds=60)
    replayed = refresh(http, *legacy, first["refresh_token"])

    assert http.get("/userinfo", headers=bearer(second["access_token"])).status_code == 401
    assert second["refresh_token"] != first["refresh_token"]
    assert error_of(replayed) == (400, "invalid_grant")


def test_oauthlibs_legacy_client_understands_the_answer(
    http: FlaskClient, services: Services, ada: str
) -> None:
    """RFC 6749 §4.3.2, as oauthlib's LegacyApplicationClient writes it."""
    client = make_public_client(services, grant_types=GRANT_TYPES, response_types=[], redirect_uris=[])
    legacy = LegacyApplicationClient(client.client_id, scope=["openid"])
    body = legacy.prepare_request_body("ada", PASSWORD, include_client_id=True)

    response = http.post("/token", data=body, content_type="application/x-www-form-urlencoded")

    assert legacy.parse_request_body_response(response.text)["access_token"]


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"password": "wrong"}, id="password"),
        pytest.param({"username": "nobody"}, id="name"),
        pytest.param({"username": "a" * 400}, id="a name too long"),
        pytest.param({"password": "p" * 4000}, id="a password too long"),
    ],
)
def test_which_of_both_is_wrong_is_not_told(
    http: FlaskClient, legacy: tuple[Client, str], wrong: dict[str, str]
) -> None:
    """RFC 6749 §5.2: invalid_grant, in the same words."""
    response = ask(http, legacy, **wrong)

    assert error_of(response) == (400, "invalid_grant")
    assert response.get_json()["error_description"] == "The name or the password is not right."


def test_a_disabled_person_is_nobody(
    http: FlaskClient, legacy: tuple[Client, str], services: Services, ada: str
) -> None:
    """In the words for a wrong password; what they were given ends too."""
    token = ask(http, legacy).get_json()["access_token"]
    services.people.disable(ada)

    assert error_of(ask(http, legacy)) == (400, "invalid_grant")
    assert http.get("/userinfo", headers=bearer(token)).status_code == 401


def test_the_client_is_checked_before_the_password(
    http: FlaskClient, services: Services, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RFC 6749 §5.2: a client without the grant type learns nothing of a password, and none is hashed."""
    client, secret = make_client(services)
    monkeypatch.setattr(services.people, "authenticate", None)

    for guess in (PASSWORD, "wrong"):
        assert error_of(ask(http, (client, secret), password=guess)) == (400, "unauthorized_client")
        assert error_of(ask(http, (client, "x" * 43), password=guess)) == (401, "invalid_client")


@pytest.mark.parametrize("scope", ["photos", "openid photos", None, 'open"id'])
def test_scope_is_the_clients_own(http: FlaskClient, legacy: tuple[Client, str], scope: str | None) -> None:
    """RFC 6749 §3.3: none that it is not registered for; without one there is nothing to grant."""
    assert error_of(ask(http, legacy, scope=scope)) == (400, "invalid_scope")


@pytest.mark.parametrize("name", ["username", "password"])
def test_both_are_required(http: FlaskClient, legacy: tuple[Client, str], name: str) -> None:
    """RFC 6749 §4.3.2."""
    assert error_of(ask(http, legacy, **{name: None})) == (400, "invalid_request")


def test_a_resource_must_be_known(http: FlaskClient, legacy: tuple[Client, str]) -> None:
    """RFC 8707 §2.2."""
    assert error_of(ask(http, legacy, resource="https://api.example")) == (400, "invalid_target")


def test_guessing_is_limited(http: FlaskClient, legacy: tuple[Client, str], clock: Clock) -> None:
    """RFC 6749 §4.3.2: protected against brute force, for one person at one client and for a while."""
    for typed in ("ada", "ADA", "ada@example.org", " ada", "ada"):
        ask(http, legacy, username=typed, password="wrong")
    limited = ask(http, legacy)
    clock.advance(seconds=2 * password.CLIENT.longest_seconds)

    assert error_of(limited) == (400, "invalid_grant")
    assert "later" in limited.get_json()["error_description"]
    assert ask(http, legacy).status_code == 200


def test_each_use_is_warned_of(
    http: FlaskClient, legacy: tuple[Client, str], caplog: pytest.LogCaptureFixture
) -> None:
    """RFC 9700 §2.4; neither password nor token reaches the log."""
    token = ask(http, legacy).get_json()["access_token"]

    warned = [record for record in caplog.records if record.levelname == "WARNING"]
    assert ["password_grant_used" in record.getMessage() for record in warned] == [True]
    assert PASSWORD not in caplog.text
    assert token not in caplog.text


def test_it_is_never_advertised(http: FlaskClient, legacy: tuple[Client, str]) -> None:
    """A client of old is told by its operator."""
    listed = http.get("/.well-known/openid-configuration").get_json()["grant_types_supported"]

    assert "password" not in listed


def test_tokens_are_their_clients_own(
    http: FlaskClient, legacy: tuple[Client, str], services: Services, browser: Browser
) -> None:
    """RFC 6749 §10.4: another client with the grant type has no use for the refresh token."""
    other = make_client(services, grant_types=GRANT_TYPES, response_types=[], redirect_uris=[])
    token = ask(http, legacy, scope="openid offline_access").get_json()["refresh_token"]

    assert error_of(refresh(http, *other, token)) == (400, "invalid_grant")
    assert refresh(http, *legacy, token).status_code == 200


def test_a_deleted_clients_tokens_end(
    http: FlaskClient, legacy: tuple[Client, str], services: Services
) -> None:
    """With the client everything that was granted to it."""
    token = ask(http, legacy).get_json()["access_token"]
    services.client_directory.delete(legacy[0].client_id)

    assert http.get("/userinfo", headers=bearer(token)).status_code == 401


def test_other_people_stay_out(http: FlaskClient, legacy: tuple[Client, str], services: Services) -> None:
    """Ada's password is Ada's."""
    make_user(services, "grace", password="another password of hers", claims={})

    assert error_of(ask(http, legacy, username="grace")) == (400, "invalid_grant")
