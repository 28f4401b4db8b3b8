"""Clients that prove themselves by keys: published ones, secrets that sign, tokens signed with a secret."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jwt
import pytest
from flask.testing import FlaskClient

from keys.hashes import half_hash
from provider.factory import create_app
from provider.wiring import Services
from tests.assertions import SERVICE, KeyHolder, ask, claims_of
from tests.browser import Browser, redeem, refresh
from tests.builders import make_client
from tests.conftest import Clock
from tests.document_server import DocumentServer, document, status

pytestmark = pytest.mark.journey


@pytest.fixture
def server(tmp_path: Path) -> Iterator[DocumentServer]:
    with DocumentServer(tmp_path).serving() as running:
        yield running


def publish(server: DocumentServer, *holders: KeyHolder) -> None:
    """Let the client publish the keys of ``holders`` and no others."""
    body = json.dumps({"keys": [holder.jwk for holder in holders]}).encode()
    server.answers["/keys"] = document(body, Content_Type="application/json")


@pytest.fixture
def http(services: Services, server: DocumentServer) -> FlaskClient:
    """A provider that may fetch from the test's own server."""
    services.settings = replace(
        services.settings, outbound_allow=("127.0.0.0/8",), ca_bundle=server.ca_bundle
    )
    return create_app(services=services).test_client()


def make_publishing_client(services: Services, server: DocumentServer, **metadata: Any) -> str:
    document = {"token_endpoint_auth_method": "private_key_jwt", "jwks_uri": f"{server.url}/keys"}
    return make_client(services, **(SERVICE | document | metadata))[0].client_id


def test_published_key_proves_its_client(
    services: Services, http: FlaskClient, server: DocumentServer, clock: Clock
) -> None:
    """oidcc-registration-jwks-uri: fetched once, then kept."""
    holder = KeyHolder()
    publish(server, holder)
    client_id = make_publishing_client(services, server)

    answers = [ask(http, holder.sign(claims_of(client_id, clock))) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert len(server.seen) == 1


def test_rotated_key_is_found_within_the_request(
    services: Services, http: FlaskClient, server: DocumentServer, clock: Clock
) -> None:
    """oidcc-refresh-token-rp-key-rotation: the key and its kid change; the next request already holds."""
    old, new = KeyHolder(kid="old"), KeyHolder(kid="new")
    publish(server, old)
    client_id = make_publishing_client(services, server)
    first = ask(http, old.sign(claims_of(client_id, clock)))
    publish(server, new)
    clock.advance(seconds=1)

    rotated = ask(http, new.sign(claims_of(client_id, clock)))
    stale = ask(http, old.sign(claims_of(client_id, clock)))

    assert (first.status_code, rotated.status_code, stale.status_code) == (200, 200, 401)
    assert len(server.seen) == 2


def test_key_without_a_kid_may_rotate_too(
    services: Services, http: FlaskClient, server: DocumentServer, clock: Clock
) -> None:
    """RFC 7515 §4.1.4: kid is optional; a signature that fails then tells of a new key."""
    old, new = KeyHolder(kid=None), KeyHolder(kid=None)
    publish(server, old)
    client_id = make_publishing_client(services, server)
    ask(http, old.sign(claims_of(client_id, clock)))
    publish(server, new)
    clock.advance(seconds=1)

    assert ask(http, new.sign(claims_of(client_id, clock))).status_code == 200


def test_old_keys_serve_while_the_address_is_out_of_order(
    services: Services, http: FlaskClient, server: DocumentServer, clock: Clock
) -> None:
    """Advisory 31: a client whose web server is down has the key it had; made-up kids fetch little."""
    holder = KeyHolder()
    publish(server, holder)
    client_id = make_publishing_client(services, server)
    ask(http, holder.sign(claims_of(client_id, clock)))
    server.answers["/keys"] = status(503)
    clock.advance(seconds=301)

    made_up = [ask(http, holder.sign(claims_of(client_id, clock), kid=f"k{n}")) for n in range(5)]
    known = ask(http, holder.sign(claims_of(client_id, clock)))

    assert {answer.status_code for answer in made_up} == {401}
    assert known.status_code == 200
    assert len(server.seen) == 2


def test_internal_address_is_not_asked(services: Services, server: DocumentServer, clock: Clock) -> None:
    """Advisory 36: without the operator's leave a jwks_uri on loopback is no way in."""
    http = create_app(services=services).test_client()
    holder = KeyHolder()
    publish(server, holder)
    client_id = make_publishing_client(services, server)

    response = ask(http, holder.sign(claims_of(client_id, clock)))

    assert (response.status_code, response.get_json()["error"]) == (401, "invalid_client")
    assert server.seen == []


def test_code_flow_and_refresh_by_key(services: Services, app: Any, signed_in: Browser, clock: Clock) -> None:
    """Each request carries an assertion of its own; a newer registration is followed in the same request."""
    http = app.test_client()
    holder = KeyHolder()
    document = {"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [holder.jwk]}}
    client, _ = make_client(services, **document)
    code = signed_in.code_for(client, scope="openid offline_access")
    services.client_directory.update(client.client_id, {"client_name": "Changed"})

    def proof() -> dict[str, str]:
        assertion = holder.sign(claims_of(client.client_id, clock))
        return {
            "client_assertion": assertion,
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        }

    tokens = redeem(http, client, "", code, **proof())
    again = refresh(http, client, "", tokens.get_json()["refresh_token"], **proof())
    bare = refresh(http, client, "", again.get_json()["refresh_token"])

    assert (tokens.status_code, again.status_code, bare.status_code) == (200, 200, 401)


@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512"])
def test_id_token_is_signed_with_the_plain_secret(
    services: Services, app: Any, signed_in: Browser, alg: str
) -> None:
    """Core §10.1, advisory 6: the octets of client_secret are the key; at_hash follows the alg."""
    client, secret = make_client(services, id_token_signed_response_alg=alg)

    tokens = redeem(app.test_client(), client, secret, signed_in.code_for(client)).get_json()

    claims = jwt.decode(
        tokens["id_token"],
        secret,
        algorithms=[alg],
        audience=client.client_id,
        options={"verify_exp": False, "verify_iat": False, "verify_nbf": False},
    )
    assert claims["at_hash"] == half_hash(tokens["access_token"], alg)
    assert client.sealed_secret is not None
    assert secret.encode() not in client.sealed_secret


def test_discovery_names_the_methods_and_algorithms(http: FlaskClient) -> None:
    """RFC 8414 §2: none is no algorithm; certificates are switched off."""
    document = http.get("/.well-known/openid-configuration").get_json()

    assert document["token_endpoint_auth_methods_supported"] == [
        *("client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none"),
    ]
    algorithms = document["token_endpoint_auth_signing_alg_values_supported"]
    assert {"RS256", "PS256", "ES256", "EdDSA", "HS256"} <= set(algorithms)
    assert "none" not in algorithms
    assert {"HS256", "HS384", "HS512"} <= set(document["id_token_signing_alg_values_supported"])
    assert "mtls_endpoint_aliases" not in document
    assert "tls_client_certificate_bound_access_tokens" not in document
