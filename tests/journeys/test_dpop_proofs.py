"""Which DPoP proofs count (RFC 9449 §4.3)."""

from typing import Any

import jwt
import pytest
from flask.testing import FlaskClient

from provider.wiring import Services
from tests.assertions import ISSUER, hand_made
from tests.browser import Browser
from tests.builders import make_client
from tests.conftest import Clock
from tests.dpop import ProofMaker, redeem_with, userinfo_with

pytestmark = pytest.mark.journey


@pytest.fixture
def maker(clock: Clock) -> ProofMaker:
    return ProofMaker(clock)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"iat": -30}, id="clock behind"),
        pytest.param({"iat": 10}, id="clock ahead"),
        pytest.param({"exp": 60, "nbf": -10}, id="exp and nbf"),
        pytest.param({"nbf": 8}, id="nbf ahead"),
    ],
)
def test_clocks_may_differ_a_little(
    services: Services, http: FlaskClient, signed_in: Browser, maker: ProofMaker, changes: dict[str, int]
) -> None:
    """RFC 9449 §11.1; fapi2 check-dpop-proof-nbf-exp, ensure-dpopproof-with-iat-10seconds-*."""
    client, secret = make_client(services)
    times = {name: maker.clock() + seconds for name, seconds in changes.items()}

    response = redeem_with(http, client, secret, signed_in.code_for(client), maker.proof(**times))

    assert response.status_code == 200, response.text


@pytest.mark.parametrize(
    "htu",
    [
        "HTTP://LOCALHOST:9031/token",
        "http://localhost:9031/token?x=1#y",
        "http://localhost:9031/%74oken",
    ],
)
def test_addresses_are_compared_as_uris(
    services: Services, http: FlaskClient, signed_in: Browser, maker: ProofMaker, htu: str
) -> None:
    """RFC 9449 §4.3: after normalising, without query and fragment."""
    client, secret = make_client(services)

    response = redeem_with(http, client, secret, signed_in.code_for(client), maker.proof("POST", htu))

    assert response.status_code == 200, response.text


@pytest.mark.security
@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"htm": "GET"}, id="method"),
        pytest.param({"htm": "post"}, id="method in lower case"),
        pytest.param({"htm": None}, id="no method"),
        pytest.param({"htu": "http://localhost:9031/userinfo"}, id="address"),
        pytest.param({"htu": "https://localhost:9031/token"}, id="scheme"),
        pytest.param({"htu": "http://u:p@localhost:9031/token"}, id="user"),
        pytest.param({"htu": "http://[::1/token"}, id="no address"),
        pytest.param({"htu": 7}, id="number"),
        pytest.param({"htu": None}, id="no address at all"),
        pytest.param({"iat": None}, id="no time"),
        pytest.param({"iat": 1}, id="old"),
        pytest.param({"iat": 2**60}, id="far future"),
        pytest.param({"iat": "now"}, id="text time"),
        pytest.param({"iat": True}, id="boolean time"),
        pytest.param({"exp": 1}, id="expired"),
        pytest.param({"nbf": 2**50}, id="not yet"),
        pytest.param({"jti": None}, id="no jti"),
        pytest.param({"jti": ""}, id="empty jti"),
        pytest.param({"jti": 7}, id="number jti"),
        pytest.param({"jti": "j" * 256}, id="long jti"),
    ],
)
def test_a_proof_for_something_else_does_not_count(
    services: Services, http: FlaskClient, signed_in: Browser, maker: ProofMaker, changes: dict[str, Any]
) -> None:
    """RFC 9449 §4.3; nothing is spent: the code is good with a sound proof afterwards."""
    client, secret = make_client(services)
    code = signed_in.code_for(client)

    refused = redeem_with(http, client, secret, code, maker.proof(**changes))
    accepted = redeem_with(http, client, secret, code, maker.proof())

    assert (refused.status_code, refused.get_json()["error"]) == (400, "invalid_dpop_proof")
    assert refused.headers["DPoP-Nonce"]
    assert accepted.status_code == 200


@pytest.mark.security
def test_a_malformed_proof_does_not_count(
    services: Services, http: FlaskClient, signed_in: Browser, maker: ProofMaker, clock: Clock
) -> None:
    """RFC 9449 §4.3: typ, alg, jwk, signature, one header."""
    client, secret = make_client(services)
    other = ProofMaker(clock)
    claims = {"jti": "j", "htm": "POST", "htu": f"{ISSUER}/token", "iat": clock()}
    private = jwt.get_algorithm_by_name("ES256").to_jwk(maker.private, as_dict=True)
    proofs = {
        "typ": maker.sign(claims, typ="JWT"),
        "no jwk": jwt.encode(claims, maker.private, algorithm="ES256", headers={"typ": "dpop+jwt"}),
        "private key": maker.sign(claims, jwk={**maker.jwk, "d": private["d"]}),
        "another key": maker.sign(claims, jwk=other.jwk),
        "symmetric": jwt.encode(
            claims, "s" * 32, algorithm="HS256", headers={"typ": "dpop+jwt", "jwk": {"kty": "oct", "k": "cw"}}
        ),
        "none": hand_made({"typ": "dpop+jwt", "alg": "none", "jwk": maker.jwk}, claims),
        "jwk is a text": maker.sign(claims, jwk="x"),
        "jwk is empty": maker.sign(claims, jwk={}),
        "crit": maker.sign(claims, crit=["x"], x=1),
        "broken": "a.b",
        "huge": "a" * 20_000,
        "empty": " ",
    }

    for name, proof in proofs.items():
        response = redeem_with(http, client, secret, signed_in.code_for(client), proof)
        assert (response.status_code, response.get_json()["error"]) == (400, "invalid_dpop_proof"), name
    two = redeem_with(http, client, secret, signed_in.code_for(client), maker.proof(), maker.proof())
    assert (two.status_code, two.get_json()["error"]) == (400, "invalid_dpop_proof")


@pytest.mark.security
def test_a_proof_is_good_for_one_use(
    services: Services, http: FlaskClient, signed_in: Browser, maker: ProofMaker
) -> None:
    """RFC 9449 §11.1."""
    client, secret = make_client(services)
    proof = maker.proof()
    first = redeem_with(http, client, secret, signed_in.code_for(client), proof)
    second = redeem_with(http, client, secret, signed_in.code_for(client), proof)
    token = first.get_json()["access_token"]
    use = maker.proof_for(token)

    assert first.status_code == 200
    assert (second.status_code, second.get_json()["error"]) == (400, "invalid_dpop_proof")
    assert [userinfo_with(http, token, use).status_code for _ in range(2)] == [200, 401]


def test_nonces_are_offered_and_known(
    services: Services, http: FlaskClient, signed_in: Browser, maker: ProofMaker, clock: Clock
) -> None:
    """RFC 9449 §8: in every answer; a client that needs one gets by with one more try; none lives long."""
    client, secret = make_client(services, paper_dpop_nonce=True)
    code = signed_in.code_for(client)

    asked = redeem_with(http, client, secret, code, maker.proof())
    nonce = asked.headers["DPoP-Nonce"]
    answered = redeem_with(http, client, secret, code, maker.proof(nonce=nonce))
    token = answered.get_json()["access_token"]
    at_userinfo = userinfo_with(http, token, maker.proof_for(token))
    again = userinfo_with(http, token, maker.proof_for(token, nonce=at_userinfo.headers["DPoP-Nonce"]))
    clock.advance(seconds=600)
    late = redeem_with(http, client, secret, signed_in.code_for(client), maker.proof(nonce=nonce))

    assert (asked.status_code, asked.get_json()["error"]) == (400, "use_dpop_nonce")
    assert answered.status_code == 200
    assert at_userinfo.status_code == 401
    assert at_userinfo.headers["WWW-Authenticate"].startswith('DPoP error="use_dpop_nonce"')
    assert again.status_code == 200
    assert late.get_json()["error"] == "use_dpop_nonce"
    assert late.headers["DPoP-Nonce"] != nonce
