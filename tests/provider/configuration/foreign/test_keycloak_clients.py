"""Clients of a Keycloak realm, in the words of RFC 7591."""

import json
from typing import Any

import pytest

from provider.cli.configuration import import_cli
from tests.provider.configuration.conftest import Commands
from tests.provider.configuration.foreign.conftest import EXPORTS

FILE = "keycloak.json"
FROM = ("--from", "keycloak")
OPENID = "openid profile email address phone offline_access"
OWN = "is left out: it is Keycloak's own"


@pytest.fixture
def clients(commands: Commands) -> dict[str, dict[str, Any]]:
    """The clients of the realm as a document has them, by ``client_id``."""
    result = commands.run(import_cli, str(EXPORTS / FILE), *FROM, "--convert", "--password-grant")
    return {client["client_id"]: client for client in json.loads(result.stdout)["clients"]}


@pytest.mark.parametrize(
    ("client_id", "expected"),
    [
        pytest.param(
            "shop",
            {
                "client_id": "shop",
                "client_name": "Web shop",
                "client_uri": "https://shop.example/",
                "grant_types": ["authorization_code", "refresh_token"],
                "response_types": ["code"],
                "application_type": "web",
                "redirect_uris": ["https://shop.example/callback", "https://shop.example/silent"],
                "post_logout_redirect_uris": [
                    "https://shop.example/callback",
                    "https://shop.example/silent",
                    "https://shop.example/bye",
                ],
                "client_secret": "qwJ3fD1hS8Wc0PvN5tLx7RzYbKe2MaGu",
                "backchannel_logout_uri": "https://shop.example/backchannel-logout",
                "backchannel_logout_session_required": True,
                "paper_require_pkce": True,
                "paper_skip_consent": True,
                "scope": "openid profile email orders address phone offline_access",
            },
            id="confidential",
        ),
        pytest.param(
            "spa",
            {
                "client_id": "spa",
                "client_name": "Single-page app",
                "grant_types": ["authorization_code", "refresh_token"],
                "response_types": ["code"],
                "application_type": "web",
                "redirect_uris": ["https://spa.example/callback"],
                "post_logout_redirect_uris": ["https://spa.example/"],
                "token_endpoint_auth_method": "none",
                "scope": OPENID,
            },
            id="public",
        ),
        pytest.param(
            "phone",
            {
                "client_id": "phone",
                "client_name": "Phone app",
                "grant_types": ["authorization_code", "refresh_token"],
                "response_types": ["code"],
                "application_type": "native",
                "redirect_uris": ["com.example.phone:/callback"],
                "token_endpoint_auth_method": "none",
                "scope": OPENID,
            },
            id="native",
        ),
        pytest.param(
            "nightly",
            {
                "client_id": "nightly",
                "client_name": "Nightly job",
                "grant_types": ["client_credentials"],
                "response_types": [],
                "application_type": "web",
                "client_secret": "Zk3vQ8yT1nB6mR4cX9wL2pH7dF5sJ0aE",
                "scope": "orders",
            },
            id="service-account",
        ),
        pytest.param(
            "orders-api",
            {
                "client_id": "orders-api",
                "client_name": "Orders API",
                "grant_types": [],
                "response_types": [],
                "application_type": "web",
            },
            id="bearer-only",
        ),
        pytest.param(
            "old-desk",
            {
                "client_id": "old-desk",
                "client_name": "Old desk",
                "grant_types": ["authorization_code", "password", "refresh_token"],
                "response_types": ["code"],
                "application_type": "web",
                "redirect_uris": ["https://desk.example/callback"],
                "scope": OPENID,
            },
            id="direct-access-grants",
        ),
        pytest.param(
            "signed",
            {
                "client_id": "signed",
                "client_name": "Signed",
                "grant_types": ["authorization_code", "refresh_token"],
                "response_types": ["code"],
                "application_type": "web",
                "redirect_uris": ["https://signed.example/cb"],
                "paper_skip_consent": True,
                "token_endpoint_auth_method": "private_key_jwt",
                "token_endpoint_auth_signing_alg": "ES256",
                "id_token_signed_response_alg": "ES256",
                "jwks_uri": "https://signed.example/jwks",
                "scope": OPENID,
            },
            id="client-jwt",
        ),
        pytest.param(
            "tv",
            {
                "client_id": "tv",
                "client_name": "TV",
                "grant_types": ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
                "response_types": [],
                "application_type": "web",
                "token_endpoint_auth_method": "none",
                "scope": OPENID,
            },
            id="device",
        ),
    ],
)
def test_a_client(clients: dict[str, dict[str, Any]], client_id: str, expected: dict[str, Any]) -> None:
    """ClientRepresentation and its attributes, in the words of RFC 7591."""
    assert clients[client_id] == expected


def test_implicit_beside_the_code(clients: dict[str, dict[str, Any]]) -> None:
    """OpenID Connect Core §3.3: the two switches of Keycloak mean every combination."""
    hybrid = clients["hybrid"]

    assert hybrid["grant_types"] == ["authorization_code", "implicit", "refresh_token"]
    assert len(hybrid["response_types"]) == 7
