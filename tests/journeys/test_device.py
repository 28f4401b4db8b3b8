"""A device without a browser, and its person at another one (RFC 8628)."""

import json
import re
from urllib.parse import urlsplit

import jwt
import pytest
from flask import Flask
from flask.testing import FlaskClient
from oauthlib.oauth2 import DeviceClient

from provider.wiring import Services
from tests.browser import Browser, hidden_fields, refresh
from tests.conftest import Clock
from tests.device import approve, confirm_page, decide, enter, make_confidential_device, make_device
from validators.device_codes import GRANT_TYPE

pytestmark = pytest.mark.journey


def test_the_device_gets_two_codes(services: Services, http: FlaskClient) -> None:
    """RFC 8628 §3.2: these members and no others, not stored anywhere."""
    response = make_device(services, http).begin(scope="openid")

    codes = response.get_json()
    issuer = services.settings.issuer
    assert response.headers["Cache-Control"] == "no-store"
    assert re.fullmatch("[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}", codes.pop("user_code"))
    assert len(codes.pop("device_code")) >= 43
    assert codes.pop("verification_uri_complete").startswith(f"{issuer}/device?user_code=")
    assert codes == {"verification_uri": f"{issuer}/device", "expires_in": 600, "interval": 5}


def test_a_person_allows_the_device(
    services: Services, http: FlaskClient, browser: Browser, ada: str, clock: Clock
) -> None:
    """RFC 8628 §3.3, §3.5: pending, then tokens for the person who approved; how they signed in is told."""
    device = make_device(services, http)
    codes = device.codes(scope="openid email offline_access")

    pending = device.poll(codes)
    clock.advance(seconds=30)
    approve(browser, codes)
    signed_in_at = clock()
    clock.advance(seconds=5)
    tokens = device.poll(codes).get_json()
    info = http.get("/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    claims = jwt.decode(tokens["id_token"], options={"verify_signature": False})

    assert (pending.status_code, pending.get_json()["error"]) == (400, "authorization_pending")
    assert tokens["token_type"] == "Bearer"
    assert tokens["scope"] == "openid email offline_access"
    assert info.get_json()["email"] == "ada@example.org"
    assert (claims["sub"], claims["aud"]) == (ada, device.client.client_id)
    assert (claims["auth_time"], claims["amr"]) == (signed_in_at, ["pwd"])
    assert refresh(http, device.client, "", tokens["refresh_token"]).status_code == 200


def test_refresh_and_id_token_come_when_asked(
    services: Services, http: FlaskClient, signed_in: Browser, clock: Clock
) -> None:
    """OpenID Connect Core §11: no refresh token without offline_access; plain OAuth has no ID token."""
    device = make_device(services, http, scope="openid read")
    with_openid, plain = device.codes(scope="openid"), device.codes(scope="read")

    approve(signed_in, with_openid)
    approve(signed_in, plain)

    assert {"id_token", "refresh_token"} & device.poll(with_openid).get_json().keys() == {"id_token"}
    assert {"id_token", "refresh_token"} & device.poll(plain).get_json().keys() == {"refresh_token"}


def test_the_code_may_come_with_the_link(services: Services, http: FlaskClient, signed_in: Browser) -> None:
    """RFC 8628 §3.3.1: pre-filled, yet sent by the person, and shown to compare with what asks for what."""
    codes = make_device(services, http).codes(scope="openid email")

    address = urlsplit(codes["verification_uri_complete"])
    page = http.get(f"{address.path}?{address.query}")
    typed = re.search(r'id="user-code"[^>]*value="([^"]*)"', page.text)
    shown = confirm_page(signed_in, codes["user_code"])

    assert typed is not None
    assert typed[1] == codes["user_code"]
    for words in ("Television", codes["user_code"], "See your e-mail address", "ada"):
        assert words in shown.text


@pytest.mark.parametrize("style", ["lower", "spaced", "plain", "wide"])
def test_the_code_is_typed_as_people_type(
    services: Services, http: FlaskClient, browser: Browser, style: str
) -> None:
    """RFC 8628 §6.1: case, dashes and spaces mean nothing."""
    code = make_device(services, http).codes(scope="openid")["user_code"]
    typed = {
        "lower": code.lower(),
        "spaced": f" {code[:4]} – {code[5:]} ",
        "plain": code.replace("-", ""),
        "wide": "".join(chr(ord(char) + 0xFEE0) for char in code.replace("-", "")),
    }

    response = enter(browser, typed[style])

    assert response.location.startswith("/device/confirm")


def test_a_person_refuses_the_device(services: Services, http: FlaskClient, signed_in: Browser) -> None:
    """RFC 8628 §3.5: access_denied, and the decision counts once."""
    device = make_device(services, http)
    codes = device.codes(scope="openid")
    page = confirm_page(signed_in, codes["user_code"])

    denied = decide(signed_in, page, "deny")
    afterwards = decide(signed_in, page, "allow")

    assert "device-denied" in denied.text
    assert afterwards.status_code == 400
    assert device.poll(codes).get_json()["error"] == "access_denied"


def test_polling_too_often(services: Services, http: FlaskClient, clock: Clock) -> None:
    """RFC 8628 §3.5: slow_down for a poll within the interval; one device does not slow another."""
    device = make_device(services, http)
    first, second = device.codes(scope="openid"), device.codes(scope="openid")

    answers = [device.poll(first).get_json()["error"]]
    for seconds in (0, 4, 5, 6):
        clock.advance(seconds=seconds)
        answers.append(device.poll(first).get_json()["error"])

    slow, pending = "slow_down", "authorization_pending"
    assert answers == [pending, slow, slow, pending, pending]
    assert device.poll(second).get_json()["error"] == pending


def test_an_expired_code(services: Services, http: FlaskClient, signed_in: Browser, clock: Clock) -> None:
    """RFC 8628 §3.5: expired_token, whether approved or not; the page knows the code no more."""
    device = make_device(services, http)
    pending, approved = device.codes(scope="openid"), device.codes(scope="openid")
    approve(signed_in, approved)

    clock.advance(seconds=600)

    assert device.poll(pending).get_json()["error"] == "expired_token"
    assert device.poll(approved).get_json()["error"] == "expired_token"
    assert "device-error" in enter(signed_in, pending["user_code"]).text


def test_a_confidential_client_proves_itself(
    services: Services, http: FlaskClient, signed_in: Browser
) -> None:
    """RFC 8628 §3.1, §3.4: as at the token endpoint, at both."""
    device = make_confidential_device(services, http)
    codes = device.codes(scope="openid")
    approve(signed_in, codes)
    device.secret, secret = "wrong-secret-wrong-secret-wrong-secret", device.secret

    refused = (device.begin(scope="openid"), device.poll(codes))
    device.secret = secret

    assert [(answer.status_code, answer.get_json()["error"]) for answer in refused] == [
        (401, "invalid_client"),
        (401, "invalid_client"),
    ]
    assert device.poll(codes).status_code == 200


@pytest.mark.parametrize(
    ("metadata", "form", "error"),
    [
        pytest.param({"grant_types": ["refresh_token"]}, {}, "unauthorized_client", id="grant-type"),
        pytest.param({"scope": "read"}, {"scope": "write"}, "invalid_scope", id="scope"),
        pytest.param({}, {"scope": 'a"b'}, "invalid_scope", id="malformed-scope"),
        pytest.param({}, {}, "invalid_scope", id="no-scope"),
        pytest.param(
            {}, {"scope": "openid", "resource": "https://x.example"}, "invalid_target", id="resource"
        ),
        pytest.param({}, {"scope": ["openid", "openid"]}, "invalid_request", id="twice"),
    ],
)
def test_a_request_that_is_refused(
    services: Services, http: FlaskClient, metadata: dict[str, str], form: dict[str, str], error: str
) -> None:
    """RFC 8628 §3.2: as the token endpoint answers (RFC 6749 §5.2)."""
    response = make_device(services, http, **metadata).begin(**form)

    assert response.status_code == 400
    assert response.get_json()["error"] == error


def test_unknown_clients_and_methods(http: FlaskClient) -> None:
    """RFC 8628 §3.2: JSON, whatever is wrong."""
    unknown = http.post("/device_authorization", data={"client_id": "nobody"})
    nobody = http.post("/device_authorization", data={"scope": "openid"})
    got = http.get("/device_authorization")

    assert (unknown.status_code, unknown.get_json()["error"]) == (401, "invalid_client")
    assert (nobody.status_code, nobody.get_json()["error"]) == (401, "invalid_client")
    assert (got.status_code, got.mimetype) == (405, "application/json")


def test_discovery_names_the_endpoint(services: Services, http: FlaskClient) -> None:
    """RFC 8628 §4."""
    document = http.get("/.well-known/openid-configuration").get_json()

    assert document["device_authorization_endpoint"] == f"{services.settings.issuer}/device_authorization"
    assert GRANT_TYPE in document["grant_types_supported"]


def test_oauthlibs_device_client(services: Services, http: FlaskClient, signed_in: Browser) -> None:
    """The client that oauthlib has for this grant, from the first request to the tokens."""
    device = make_device(services, http)
    client = DeviceClient(device.client.client_id, scope=["openid"])
    address = urlsplit(client.prepare_request_uri("https://localhost/device_authorization", scope=["openid"]))
    content_type = "application/x-www-form-urlencoded"

    codes = http.post(address.path, data=address.query, content_type=content_type).get_json()
    approve(signed_in, codes)
    body = client.prepare_request_body(codes["device_code"], include_client_id=True)
    answer = http.post("/token", data=body, content_type=content_type)
    tokens = client.parse_request_body_response(answer.text, scope=["openid"])

    assert json.loads(answer.text)["access_token"] == tokens["access_token"]
    assert "id_token" in tokens


def test_another_account_may_be_chosen(services: Services, http: FlaskClient, signed_in: Browser) -> None:
    """The sign-in page comes back to the device, at an address of our own alone."""
    codes = make_device(services, http).codes(scope="openid")
    page = confirm_page(signed_in, codes["user_code"])
    address = re.search(r'id="switch-account" href="([^"]*)"', page.text)
    assert address is not None

    login = http.get(address[1])
    back = signed_in.sign_in(login)

    assert "Television" in login.text
    assert back.location == f"/device/confirm?user_code={codes['user_code']}"
    again = hidden_fields(http.get(address[1])) | {"decision": "cancel"}
    assert http.post("/login", data=again).location == "/device"


def test_the_device_pages_under_a_path(app: Flask, services: Services, http: FlaskClient) -> None:
    """RFC 8628 §3.2: the address that people type is the one that answers."""
    codes = make_device(services, http).codes(scope="openid")

    path = codes["verification_uri"].removeprefix(services.settings.issuer)

    assert (path, http.get(path).status_code) == ("/device", 200)
