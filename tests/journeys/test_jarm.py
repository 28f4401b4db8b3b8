"""Answers of the authorization endpoint as signed JWTs (JWT Secured Authorization Response Mode)."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from flask.testing import FlaskClient
from joserfc import jwe
from joserfc.jwk import RSAKey
from werkzeug.test import TestResponse

from provider.wiring import Services
from tests.assertions import ISSUER
from tests.browser import Browser, hidden_fields, redeem
from tests.builders import make_client
from tests.conftest import Clock
from validators.client import Client
from validators.metadata_values import InvalidClientMetadata

pytestmark = pytest.mark.journey


def parameters_of(response: TestResponse) -> tuple[str, dict[str, str]]:
    """Return how an answer travels, and its parameters."""
    if response.location is None:
        return "form_post", hidden_fields(response)
    parts = urlsplit(response.location)
    mode, text = ("fragment", parts.fragment) if parts.fragment else ("query", parts.query)
    return mode, {name: values[0] for name, values in parse_qs(text).items()}


def opened(http: FlaskClient, client: Client, text: str) -> dict[str, Any]:
    """Return what an answer says, verified as a client does; its time is the test's own."""
    keys = {key["kid"]: key for key in http.get("/jwks").get_json()["keys"]}
    header = jwt.get_unverified_header(text)
    signed = jwt.api_jws.decode(text, jwt.PyJWK(keys[header["kid"]]), algorithms=[header["alg"]])
    said: dict[str, Any] = json.loads(signed)
    assert (said["iss"], said["aud"]) == (ISSUER, client.client_id)
    return said


@pytest.mark.parametrize(
    ("asked", "response_type", "mode"),
    [
        ("jwt", "code", "query"),
        ("query.jwt", "code", "query"),
        ("fragment.jwt", "code", "fragment"),
        ("form_post.jwt", "code", "form_post"),
        ("jwt", "code id_token", "fragment"),
        ("form_post.jwt", "code id_token token", "form_post"),
    ],
)
def test_an_answer_is_one_signed_parameter(
    services: Services, signed_in: Browser, clock: Clock, asked: str, response_type: str, mode: str
) -> None:
    """JARM §2.1, §2.3: ``iss``, ``aud``, ``exp`` and what would have been sent plainly."""
    client, _ = make_client(
        services, response_types=[response_type], grant_types=["authorization_code", "implicit"]
    )
    sent = {"response_type": response_type, "response_mode": asked, "state": "s", "nonce": "n"}

    travels, parameters = parameters_of(signed_in.follow(signed_in.authorize(client, **sent)))
    said = opened(signed_in.http, client, parameters["response"])

    assert travels == mode
    assert parameters.keys() == {"response"}
    assert clock() < said["exp"] <= clock() + 600
    assert said["state"] == "s"
    assert said["code"]
    assert ("id_token" in said) == ("id_token" in response_type)


def test_the_code_is_good(services: Services, http: FlaskClient, signed_in: Browser) -> None:
    """JARM §2: only the way to the client differs."""
    client, secret = make_client(services, authorization_signed_response_alg="ES256")

    response = signed_in.follow(signed_in.authorize(client, response_mode="jwt"))
    _, parameters = parameters_of(response)
    code = opened(http, client, parameters["response"])["code"]

    assert jwt.get_unverified_header(parameters["response"])["alg"] == "ES256"
    assert redeem(http, client, secret, code).status_code == 200


@pytest.mark.parametrize("asked", ["jwt", "fragment.jwt", "form_post.jwt"])
def test_an_error_is_signed_too(services: Services, signed_in: Browser, asked: str) -> None:
    """JARM §2.1.2."""
    client, _ = make_client(services)

    response = signed_in.authorize(client, response_mode=asked, state="s", scope="openid nonsense")
    _, parameters = parameters_of(response)
    said = opened(signed_in.http, client, parameters["response"])

    assert parameters.keys() == {"response"}
    assert (said["error"], said["state"]) == ("invalid_scope", "s")
    assert "code" not in said


@pytest.mark.security
def test_tokens_do_not_travel_in_the_query(services: Services, signed_in: Browser) -> None:
    """JARM §2.3.1."""
    client, _ = make_client(
        services, response_types=["code id_token"], grant_types=["authorization_code", "implicit"]
    )

    response = signed_in.authorize(
        client, response_type="code id_token", response_mode="query.jwt", nonce="n"
    )

    assert parameters_of(response)[0] == "fragment"
    assert parameters_of(response)[1]["error"] == "invalid_request"


@pytest.mark.parametrize("alg", ["none", "HS256", "RS1"])
def test_some_algorithms_cannot_be_registered(services: Services, alg: str) -> None:
    """JARM §3: no ``none``; what has a key here."""
    with pytest.raises(InvalidClientMetadata, match="authorization_signed_response_alg"):
        make_client(services, authorization_signed_response_alg=alg)


def test_it_may_be_encrypted(services: Services, signed_in: Browser) -> None:
    """JARM §2.2: signed, then encrypted with the client's key."""
    key = RSAKey.generate_key(2048, {"use": "enc", "kid": "e"})
    client, _ = make_client(
        services,
        jwks={"keys": [key.as_dict(private=False)]},
        authorization_encrypted_response_alg="RSA-OAEP-256",
        authorization_encrypted_response_enc="A256GCM",
    )

    _, parameters = parameters_of(signed_in.follow(signed_in.authorize(client, response_mode="jwt")))
    token = jwe.decrypt_compact(parameters["response"], key, algorithms=["RSA-OAEP-256", "A256GCM"])

    assert token.plaintext is not None
    assert opened(signed_in.http, client, token.plaintext.decode())["code"]


def test_discovery_says_so(services: Services, http: FlaskClient) -> None:
    """JARM §4."""
    document = http.get("/.well-known/openid-configuration").get_json()

    assert {"jwt", "query.jwt", "fragment.jwt", "form_post.jwt"} <= set(document["response_modes_supported"])
    assert document["authorization_signing_alg_values_supported"] == list(services.key_ring.algorithms())
