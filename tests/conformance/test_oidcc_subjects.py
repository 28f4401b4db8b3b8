"""Modules of the OpenID Connect certification plans about subjects and UserInfo, one test each, over HTTP."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import jwt
import pytest
from flask.testing import FlaskClient

from provider.factory import create_app
from provider.wiring import Services
from tests.browser import Browser, redeem
from tests.builders import REDIRECT_URI
from tests.document_server import DocumentServer, document
from tests.front_channel import userinfo
from tests.registration import client_of, register, registered
from tests.sqlite_only import database_url as database_url

pytestmark = pytest.mark.journey

SECOND_URI = "https://second.example/callback"


@pytest.fixture
def sector(tmp_path: Path) -> Iterator[DocumentServer]:
    """Where the sector says which redirect URIs are its own."""
    with DocumentServer(tmp_path).serving() as server:
        yield server


@pytest.fixture
def open_http(services: Services, sector: DocumentServer) -> FlaskClient:
    """A provider that anybody may register at, and that may fetch from the sector."""
    services.settings = replace(
        services.settings,
        registration="open",
        outbound_allow=("localhost",),
        ca_bundle=sector.ca_bundle,
    )
    return create_app(services=services).test_client()


def test_oidcc_userinfo_rs256(services: Services, open_http: FlaskClient, ada: str) -> None:
    """userinfo_signed_response_alg RS256: application/jwt, a valid signature, iss and aud, no nonce."""
    discovery = open_http.get("/.well-known/openid-configuration").get_json()
    information = registered(open_http, userinfo_signed_response_alg="RS256")
    client, secret = client_of(services, information), information["client_secret"]
    code = Browser(open_http).code_for(client, nonce="n-1")
    access_token = redeem(open_http, client, secret, code).get_json()["access_token"]

    response = userinfo(open_http, access_token)

    keys = jwt.PyJWKSet.from_dict(open_http.get("/jwks").get_json())
    claims = jwt.decode(
        response.text,
        keys[jwt.get_unverified_header(response.text)["kid"]],
        algorithms=["RS256"],
        audience=client.client_id,
        issuer=services.settings.issuer,
    )
    assert "RS256" in discovery["userinfo_signing_alg_values_supported"]
    assert response.mimetype == "application/jwt"
    assert claims["sub"] == ada
    assert "nonce" not in claims


def test_oidcc_registration_sector_uri(
    services: Services, open_http: FlaskClient, sector: DocumentServer, ada: str
) -> None:
    """A pairwise client whose sector names its redirect URIs is registered; its sub is not the local one."""
    discovery = open_http.get("/.well-known/openid-configuration").get_json()
    sector.answers["/uris.json"] = document(json.dumps([REDIRECT_URI, SECOND_URI]).encode())

    information = registered(
        open_http,
        subject_type="pairwise",
        sector_identifier_uri=f"{sector.url}/uris.json",
        redirect_uris=[REDIRECT_URI, SECOND_URI],
    )

    client = client_of(services, information)
    code = Browser(open_http).code_for(client)
    tokens = redeem(open_http, client, information["client_secret"], code).get_json()
    claims = jwt.decode(tokens["id_token"], options={"verify_signature": False})
    assert "pairwise" in discovery["subject_types_supported"]
    assert information["subject_type"] == "pairwise"
    assert client.sector_identifier == "localhost"
    assert claims["sub"] == userinfo(open_http, tokens["access_token"]).get_json()["sub"] != ada


def test_oidcc_registration_sector_bad(open_http: FlaskClient, sector: DocumentServer) -> None:
    """A sector that does not name the redirect URI: 400, JSON, invalid_client_metadata."""
    sector.answers["/uris.json"] = document(json.dumps(["https://example.com/"]).encode())

    response = register(open_http, subject_type="pairwise", sector_identifier_uri=f"{sector.url}/uris.json")

    assert (response.status_code, response.mimetype) == (400, "application/json")
    assert response.get_json()["error"] == "invalid_client_metadata"
