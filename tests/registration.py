"""Clients that register themselves, over HTTP."""

from typing import Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from provider.wiring import Services
from tests.builders import REDIRECT_URI
from validators.client import Client
from validators.registration_tokens import RegistrationTokens

DOCUMENT: dict[str, Any] = {
    "client_name": "Stranger",
    "redirect_uris": [REDIRECT_URI],
    "grant_types": ["authorization_code"],
    "response_types": ["code"],
    "token_endpoint_auth_method": "client_secret_basic",
    "contacts": ["owner@client.example"],
}


def register(http: FlaskClient, /, *, token: str | None = None, **metadata: Any) -> TestResponse:
    """Send a registration request; ``None`` leaves a member out."""
    document = {name: value for name, value in (DOCUMENT | metadata).items() if value is not None}
    return http.post("/register", json=document, headers=bearer(token))


def registered(http: FlaskClient, /, **metadata: Any) -> dict[str, Any]:
    """Register a client; return its information."""
    response = register(http, **metadata)
    assert response.status_code == 201, response.text
    information: dict[str, Any] = response.get_json()
    return information


def manage(
    http: FlaskClient, method: str, information: dict[str, Any], /, *, token: str | None = None, **values: Any
) -> TestResponse:
    """Send a request to the client's own address with its registration access token or another."""
    return http.open(
        urlsplit(information["registration_client_uri"]).path,
        method=method,
        headers=bearer(token or information["registration_access_token"]),
        **values,
    )


def bearer(token: str | None) -> dict[str, str]:
    """Return the header that presents ``token``; none without one."""
    return {} if token is None else {"Authorization": f"Bearer {token}"}


def client_of(services: Services, information: dict[str, Any]) -> Client:
    """Return the client as the provider knows it."""
    client = services.clients.get(information["client_id"])
    assert client is not None
    return client


def initial_tokens(services: Services) -> RegistrationTokens:
    """Return what an operator makes initial access tokens with."""
    return RegistrationTokens(services.database, services.digests, services.clock)
