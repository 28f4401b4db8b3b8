"""Modules for which the provider fetches a document of the suite's: CONFORMANCE 3.1, 3.5, 3.6."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from keys.master_key import MasterKeys
from keys.store import KeyRecord
from tests.assertions import KeyHolder
from tests.conformance.op import Provider, running
from tests.conformance.plans import EVERY, runs, types_with
from tests.conformance.suite import Suite, proof, suite_key
from tests.databases import SQLiteTemplate
from tests.document_server import DocumentServer, document

pytestmark = pytest.mark.journey

DEFAULT = (None,)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DocumentServer]:
    """The suite's own web server: https, by an authority of its own, at a loopback address."""
    with DocumentServer(tmp_path_factory.mktemp("suite")).serving() as running_server:
        yield running_server


@pytest.fixture(scope="module")
def op(
    sqlite_template: SQLiteTemplate,
    master_keys: MasterKeys,
    first_keys: list[KeyRecord],
    catalogs: None,
    server: DocumentServer,
) -> Iterator[Provider]:
    """A provider whose operator lets it fetch from there, as a local set-up of the suite needs."""
    outbound: dict[str, Any] = {"outbound_allow": ("127.0.0.0/8",), "ca_bundle": server.ca_bundle}
    with sqlite_template.copy() as url, running(url, master_keys, first_keys, **outbound) as provider:
        yield provider


def keys_at(server: DocumentServer, path: str, *holders: KeyHolder) -> str:
    """Publish the keys of ``holders``; return where."""
    key_set = {"keys": [holder.jwk for holder in holders]}
    server.answers[path] = document(json.dumps(key_set).encode(), Content_Type="application/json")
    return server.url + path


def signed_by(suite: Suite, client: dict[str, Any], holder: KeyHolder) -> dict[str, str]:
    """Return the proof of ``client`` by the key of ``holder``."""
    endpoint = suite.metadata["token_endpoint"]
    return proof(client, audience=endpoint, now=suite.op.clock(), holder=holder)


@runs(*types_with("code"), modes=DEFAULT)
def test_oidcc_registration_jwks_uri(suite: Suite, server: DocumentServer) -> None:
    """A client whose keys are at its jwks_uri proves itself with them."""
    uri = keys_at(server, f"/keys/{id(suite)}", suite_key())
    client = suite.register(token_endpoint_auth_method="private_key_jwt", jwks=None, jwks_uri=uri)

    assert suite.sign_in(client).claims["sub"] == suite.op.sub


@runs(*types_with("code"), modes=DEFAULT)
def test_oidcc_refresh_token_rp_key_rotation(suite: Suite, server: DocumentServer) -> None:
    """The client's key and kid change after the first token; a minute later it refreshes by the new key."""
    path, old, new = f"/rotated/{id(suite)}", KeyHolder("RS256", "old"), KeyHolder("RS256", "new")
    client = suite.register(
        token_endpoint_auth_method="private_key_jwt",
        grant_types=["authorization_code", "refresh_token"] + ["implicit"] * (suite.response_type != "code"),
        jwks=None,
        jwks_uri=keys_at(server, path, old),
    )
    request = suite.request(client_id=client["client_id"], scope="openid offline_access", prompt="consent")
    outcome = suite.complete(client, request, suite.finish(request), **signed_by(suite, client, old))

    keys_at(server, path, new)
    suite.op.clock.advance(seconds=60)
    form = {"grant_type": "refresh_token", "refresh_token": outcome.tokens["refresh_token"]}
    response = suite.token_request(client, **form, **signed_by(suite, client, new))

    assert suite.tokens(response)["access_token"]


@runs(*EVERY, modes=DEFAULT)
def test_oidcc_request_uri_signed_rs256(suite: Suite, server: DocumentServer) -> None:
    """A request object signed with the client's key is fetched from a registered request_uri."""
    assert "RS256" in suite.metadata["request_object_signing_alg_values_supported"]
    path = f"/request/{id(suite)}"
    client = suite.register(request_uris=[f"{server.url}{path}"], request_object_signing_alg="RS256")
    request = suite.request(client_id=client["client_id"])
    signed = suite_key().sign({**request, "iss": client["client_id"], "aud": suite.metadata["issuer"]})
    server.answers[path] = document(signed.encode(), Content_Type="application/oauth-authz-req+jwt")
    outside = {name: request[name] for name in ("client_id", "response_type", "scope")}

    response = suite.person.finish(suite.open({**outside, "request_uri": f"{server.url}{path}"}))

    outcome = suite.complete(client, request, suite.answer(response, request))
    assert outcome.claims["sub"] == suite.op.sub
