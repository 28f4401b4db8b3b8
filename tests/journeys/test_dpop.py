"""Tokens bound to a key by DPoP (RFC 9449)."""

from typing import Any

import jwt
import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from models.client import ClientRow
from provider.wiring import Services
from tests.assertions import ISSUER
from tests.browser import Browser, answer_of, request_of
from tests.builders import make_client, make_resource
from tests.conftest import Clock
from tests.dpop import ProofMaker, redeem_with, token_request, userinfo_with

pytestmark = pytest.mark.journey

PUBLIC = {"token_endpoint_auth_method": "none", "grant_types": ["authorization_code", "refresh_token"]}
OFFLINE = "openid offline_access"


@pytest.fixture
def maker(clock: Clock) -> ProofMaker:
    return ProofMaker(clock)


@pytest.mark.parametrize("alg", ["ES256", "PS256", "RS256", "EdDSA"])
def test_a_proof_binds_the_access_token(
    services: Services, http: FlaskClient, signed_in: Browser, clock: Clock, alg: str
) -> None:
    """RFC 9449 §5, §7.1: token type DPoP, good with a proof of the same key for that token."""
    maker = ProofMaker(clock, alg)
    client, secret = make_client(services)
    code = signed_in.code_for(client)

    tokens = redeem_with(http, client, secret, code, maker.proof()).get_json()
    token = tokens["access_token"]

    assert tokens["token_type"] == "DPoP"
    assert userinfo_with(http, token, maker.proof_for(token)).status_code == 200


def test_introspection_tells_of_the_key(
    services: Services, http: FlaskClient, signed_in: Browser, maker: ProofMaker
) -> None:
    """RFC 9449 §6.2: ``cnf`` with ``jkt``, and the token type."""
    client, secret = make_client(services)
    tokens = redeem_with(http, client, secret, signed_in.code_for(client), maker.proof()).get_json()

    said = http.post(
        "/introspect", data={"token": tokens["access_token"]}, auth=(client.client_id, secret)
    ).get_json()

    assert said["cnf"] == {"jkt": maker.jkt}
    assert said["token_type"] == "DPoP"


def test_a_jwt_names_the_key(services: Services, http: FlaskClient, maker: ProofMaker) -> None:
    """RFC 9449 §6.1: in JWT access tokens too."""
    uri = make_resource(services).uri
    service = {"grant_types": ["client_credentials"], "redirect_uris": [], "response_types": []}
    client, secret = make_client(services, **service)
    form = {"grant_type": "client_credentials", "resource": uri}

    token = token_request(http, client, secret, form, maker.proof()).get_json()["access_token"]

    assert jwt.decode(token, options={"verify_signature": False})["cnf"] == {"jkt": maker.jkt}


@pytest.mark.security
def test_a_bound_token_is_no_bearer_token(
    services: Services, http: FlaskClient, signed_in: Browser, maker: ProofMaker, clock: Clock
) -> None:
    """RFC 9449 §7.2: not by the Bearer scheme, not without a proof, not with another key's, not in a form."""
    client, secret = make_client(services)
    token = redeem_with(http, client, secret, signed_in.code_for(client), maker.proof()).get_json()[
        "access_token"
    ]
    thief = ProofMaker(clock)

    refusals = {
        "bearer": userinfo_with(http, token, scheme="Bearer"),
        "bearer and proof": userinfo_with(http, token, maker.proof_for(token), scheme="Bearer"),
        "no proof": userinfo_with(http, token),
        "another key": userinfo_with(http, token, thief.proof_for(token)),
        "no ath": userinfo_with(http, token, maker.proof("GET", f"{ISSUER}/userinfo")),
        "another ath": userinfo_with(http, token, maker.proof_for("another")),
        "two proofs": userinfo_with(http, token, maker.proof_for(token), maker.proof_for(token)),
        "form": http.post("/userinfo", data={"access_token": token}),
    }

    assert {name: each.status_code for name, each in refusals.items()} == dict.fromkeys(refusals, 401)
    assert refusals["no proof"].headers["WWW-Authenticate"].startswith('DPoP error="invalid_dpop_proof"')
    assert refusals["bearer"].headers["WWW-Authenticate"].startswith("Bearer ")


@pytest.mark.security
def test_a_bearer_token_is_no_bound_one(
    services: Services, http: FlaskClient, signed_in: Browser, maker: ProofMaker
) -> None:
    """RFC 9449 §7.1: the DPoP scheme is for tokens that are bound."""
    client, secret = make_client(services)
    token = redeem_with(http, client, secret, signed_in.code_for(client)).get_json()["access_token"]

    assert userinfo_with(http, token, maker.proof_for(token)).status_code == 401


def test_refresh_tokens_of_public_clients_are_bound(
    services: Services, http: FlaskClient, signed_in: Browser, maker: ProofMaker, clock: Clock
) -> None:
    """RFC 9449 §5: the same key, refresh after refresh; a thief without it neither gets nor ends anything."""
    client, _ = make_client(services, **PUBLIC)
    thief = ProofMaker(clock)
    tokens = redeem_with(
        http, client, None, signed_in.code_for(client, scope=OFFLINE), maker.proof()
    ).get_json()

    def refresh(token: str, *proofs: str) -> Any:
        form = {"grant_type": "refresh_token", "refresh_token": token}
        return token_request(http, client, None, form, *proofs)

    stolen = [refresh(tokens["refresh_token"]), refresh(tokens["refresh_token"], thief.proof())]
    second = refresh(tokens["refresh_token"], maker.proof())
    third = refresh(second.get_json()["refresh_token"], maker.proof())

    assert [(each.status_code, each.get_json()["error"]) for each in stolen] == [(400, "invalid_grant")] * 2
    assert (second.status_code, third.status_code) == (200, 200)
    assert third.get_json()["token_type"] == "DPoP"


def test_refresh_tokens_of_others_are_not(
    services: Services, http: FlaskClient, signed_in: Browser, maker: ProofMaker, clock: Clock
) -> None:
    """RFC 9449 §5: a client that authenticates may change its key; a code bound by it is no exception."""
    client, secret = make_client(services)
    code = signed_in.code_for(client, scope=OFFLINE, dpop_jkt=maker.jkt)
    tokens = redeem_with(http, client, secret, code, maker.proof()).get_json()
    another = ProofMaker(clock)

    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    response = token_request(http, client, secret, form, another.proof())

    assert response.status_code == 200, response.text
    token = response.get_json()["access_token"]
    assert userinfo_with(http, token, another.proof_for(token)).status_code == 200


@pytest.mark.security
def test_a_code_may_be_bound(
    services: Services, http: FlaskClient, signed_in: Browser, maker: ProofMaker, clock: Clock
) -> None:
    """RFC 9449 §10: ``dpop_jkt``; another key, or none, gets invalid_grant and spends nothing."""
    client, secret = make_client(services)
    code = signed_in.code_for(client, dpop_jkt=maker.jkt)

    refused = [
        redeem_with(http, client, secret, code),
        redeem_with(http, client, secret, code, ProofMaker(clock).proof()),
    ]
    accepted = redeem_with(http, client, secret, code, maker.proof())

    assert [(each.status_code, each.get_json()["error"]) for each in refused] == [(400, "invalid_grant")] * 2
    assert accepted.status_code == 200


@pytest.mark.parametrize("jkt", ["short", "x" * 44, "=" * 43, "가" * 43])
def test_a_broken_thumbprint_is_refused(services: Services, signed_in: Browser, jkt: str) -> None:
    """RFC 9449 §10: it is a thumbprint of RFC 7638."""
    client, _ = make_client(services)

    assert answer_of(signed_in.authorize(client, dpop_jkt=jkt))["error"] == "invalid_request"


@pytest.mark.security
def test_a_proof_beside_a_pushed_request_binds_its_code(
    services: Services, http: FlaskClient, signed_in: Browser, maker: ProofMaker, clock: Clock
) -> None:
    """RFC 9449 §10.1: as if its thumbprint had been named; both must agree."""
    client, secret = make_client(services)

    def push(*proofs: str, **parameters: str) -> Any:
        return http.post(
            "/par",
            data=request_of(client, **parameters),
            auth=(client.client_id, secret),
            headers=[("DPoP", proof) for proof in proofs],
        )

    htu = f"{ISSUER}/par"
    differs = push(maker.proof("POST", htu), dpop_jkt=ProofMaker(clock).jkt)
    pushed = push(maker.proof("POST", htu)).get_json()["request_uri"]
    visit = signed_in.http.get(
        "/authorize", query_string={"client_id": client.client_id, "request_uri": pushed}
    )
    code = answer_of(signed_in.follow(visit))["code"]

    assert (differs.status_code, differs.get_json()["error"]) == (400, "invalid_dpop_proof")
    assert redeem_with(http, client, secret, code).get_json()["error"] == "invalid_grant"
    assert redeem_with(http, client, secret, code, maker.proof()).status_code == 200


@pytest.mark.security
def test_some_clients_always_prove_a_key(
    services: Services, http: FlaskClient, signed_in: Browser, maker: ProofMaker
) -> None:
    """RFC 9449 §5.2: ``dpop_bound_access_tokens``."""
    client, secret = make_client(services, dpop_bound_access_tokens=True)
    code = signed_in.code_for(client)

    refused = redeem_with(http, client, secret, code)
    accepted = redeem_with(http, client, secret, code, maker.proof())

    assert (refused.status_code, refused.get_json()["error"]) == (400, "invalid_dpop_proof")
    assert accepted.get_json()["token_type"] == "DPoP"


def test_a_proof_is_used_once_by_a_request_that_looks_twice(
    services: Services, http: FlaskClient, signed_in: Browser, maker: ProofMaker
) -> None:
    """RFC 9449 §11.1: a client read anew is no replay, and an error is the one that is meant."""
    client, secret = make_client(services)
    code = signed_in.code_for(client)
    with services.database.session() as session:  # as another process would
        session.execute(update(ClientRow).values(version=ClientRow.version + 1))

    refused = token_request(http, client, secret, {"grant_type": "client_credentials"}, maker.proof())

    assert redeem_with(http, client, secret, code, maker.proof()).status_code == 200
    assert refused.get_json()["error"] == "unauthorized_client"
