"""A device and its person, so that a journey reads like a story."""

from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from provider.wiring import Services
from tests.browser import Browser, client_request, hidden_fields, token_request
from tests.builders import make_client, make_public_client
from validators.client import Client
from validators.device_codes import GRANT_TYPE


@dataclass
class Device:
    """A client on a device without a browser."""

    http: FlaskClient
    client: Client
    secret: str = ""

    def begin(self, **form: Any) -> TestResponse:
        """Ask for the two codes."""
        return client_request(self.http, "/device_authorization", self.client, self.secret, **form)

    def codes(self, **form: Any) -> dict[str, Any]:
        """Return the answer to ``begin``."""
        response = self.begin(**form)
        assert response.status_code == 200, response.text
        codes: dict[str, Any] = response.get_json()
        return codes

    def poll(self, codes: dict[str, Any], **form: Any) -> TestResponse:
        """Ask for the tokens."""
        values = {"grant_type": GRANT_TYPE, "device_code": codes["device_code"], **form}
        return token_request(self.http, self.client, self.secret, **values)


def make_device(services: Services, http: FlaskClient, **metadata: Any) -> Device:
    """Register a public client for the device grant."""
    defaults = {
        "redirect_uris": [],
        "grant_types": [GRANT_TYPE, "refresh_token"],
        "client_name": "Television",
    }
    return Device(http, make_public_client(services, **(defaults | metadata)))


def make_confidential_device(services: Services, http: FlaskClient, **metadata: Any) -> Device:
    """Register a client with a secret for the device grant."""
    defaults = {"redirect_uris": [], "grant_types": [GRANT_TYPE, "refresh_token"], "client_name": "Kiosk"}
    return Device(http, *make_client(services, **(defaults | metadata)))


def enter(browser: Browser, user_code: str) -> TestResponse:
    """Type a code at the device page."""
    page = browser.http.get("/device")
    return browser.http.post("/device", data=hidden_fields(page) | {"user_code": user_code})


def confirm_page(browser: Browser, user_code: str) -> TestResponse:
    """Type a code, sign in if asked; return the page where a person decides."""
    response = enter(browser, user_code)
    while response.status_code == 303:
        response = browser.http.get(response.location)
        if response.request.path == "/login":
            response = browser.sign_in(response)
    return response


def decide(browser: Browser, page: TestResponse, decision: str = "allow") -> TestResponse:
    """Press a button of that page."""
    return browser.http.post("/device/confirm", data=hidden_fields(page) | {"decision": decision})


def approve(browser: Browser, codes: dict[str, Any]) -> TestResponse:
    """Do all that a willing person does."""
    response = decide(browser, confirm_page(browser, codes["user_code"]))
    assert "device-allowed" in response.text, response.text
    return response
