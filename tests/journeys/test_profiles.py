"""Profiles: rules that are switched together, for a client or for all (OAuth 2.1, FAPI 2.0)."""

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from provider.factory import create_app
from provider.wiring import Services
from tests.assertions import ISSUER, KeyHolder, claims_of
from tests.browser import CHALLENGE, VERIFIER, Browser, answer_of, request_of
from tests.builders import REDIRECT_URI, make_client
from tests.conftest import Clock
from tests.dpop import ProofMaker
from validators.client import Client
from validators.client_assertions import ASSERTION_TYPE
from validators.metadata_values import InvalidClientMetadata

pytestmark = pytest.mark.journey

PKCE = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}


class Bank:
    """A client of the FAPI 2.0 profile: signs its assertions, pushes its requests, proves its key."""

    def __init__(self, services: Services, http: FlaskClient, clock: Clock, **metadata: Any) -> None:
        self.http, self.clock = http, clock
        self.holder = KeyHolder("PS256")
        self.maker = ProofMaker(clock)
        document = {
            "token_endpoint_auth_method": "private_key_jwt",
            "jwks": {"keys": [self.holder.jwk]},
            "paper_profile": "fapi2",
            "grant_types": ["authorization_code", "refresh_token"],
            **metadata,
        }
        self.client: Client = make_client(services, **document)[0]

    def assertion(self, **claims: Any) -> dict[str, str]:
        """Return a sound assertion, made out to the issuer."""
        return {
            "client_assertion": self.holder.sign(claims_of(self.client.client_id, self.clock, **claims)),
            "client_assertion_type": ASSERTION_TYPE,
        }

    def push(self, **parameters: Any) -> TestResponse:
        """Push a request with a code challenge; ``None`` leaves a parameter out."""
        return self.http.post("/par", data=request_of(self.client, **PKCE | parameters) | self.assertion())

    def push_signed(self, holder: KeyHolder | None = None, **claims: Any) -> TestResponse:
        """Push a signed request and nothing beside it."""
        now = self.clock()
        said = {
            **request_of(self.client, **PKCE),
            "iss": self.client.client_id,
            "aud": ISSUER,
            "nbf": now,
            "exp": now + 300,
            **claims,
        }
        text = (holder or self.holder).sign(
            {name: value for name, value in said.items() if value is not None}
        )
        return self.http.post("/par", data={"request": text} | self.assertion())

    def visit(self, browser: Browser, pushed: TestResponse) -> dict[str, str]:
        """Send the browser on; return the answer."""
        assert pushed.status_code == 201, pushed.text
        query = {"client_id": self.client.client_id, "request_uri": pushed.get_json()["request_uri"]}
        return answer_of(browser.follow(browser.http.get("/authorize", query_string=query)))

    def token(self, *proofs: str, **form: str) -> TestResponse:
        """Send a token request."""
        return self.http.post(
            "/token", data=form | self.assertion(), headers=[("DPoP", proof) for proof in proofs]
        )

    def redeem(self, code: str, *proofs: str) -> TestResponse:
        """Redeem a code."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI}
        return self.token(*proofs, **form, code_verifier=VERIFIER)


@pytest.fixture
def bank(services: Services, http: FlaskClient, clock: Clock) -> Bank:
    return Bank(services, http, clock)


def test_the_happy_flow_of_fapi(bank: Bank, signed_in: Browser) -> None:
    """FAPI 2.0 Security Profile §5.3: pushed, PKCE, private_key_jwt, DPoP, no rotation."""
    answer = bank.visit(signed_in, bank.push(scope="openid offline_access"))
    tokens = bank.redeem(answer["code"], bank.maker.proof()).get_json()
    refreshed = bank.token(
        bank.maker.proof(), grant_type="refresh_token", refresh_token=tokens["refresh_token"]
    ).get_json()

    assert answer["iss"] == ISSUER
    assert tokens["token_type"] == refreshed["token_type"] == "DPoP"
    assert refreshed["refresh_token"] == tokens["refresh_token"]


@pytest.mark.security
def test_fapi_requests_are_pushed(bank: Bank, signed_in: Browser) -> None:
    """FAPI 2.0 §5.3.2.2: nothing straight through the browser."""
    assert answer_of(signed_in.authorize(bank.client, **PKCE))["error"] == "invalid_request"


@pytest.mark.security
@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        pytest.param({"code_challenge": None, "code_challenge_method": None}, "invalid_request", id="pkce"),
        pytest.param({"code_challenge_method": "plain"}, "invalid_request", id="plain"),
        pytest.param(
            {"response_type": "code id_token", "nonce": "n"}, "unsupported_response_type", id="hybrid"
        ),
        pytest.param({"response_type": "token"}, "unsupported_response_type", id="implicit"),
    ],
)
def test_what_fapi_refuses_at_once(bank: Bank, parameters: dict[str, Any], error: str) -> None:
    """FAPI 2.0 §5.3.2.2: S256 always; the response type code alone."""
    response = bank.push(**parameters)

    assert (response.status_code, response.get_json()["error"]) == (400, error)


@pytest.mark.security
def test_fapi_tokens_are_bound(bank: Bank, signed_in: Browser, clock: Clock) -> None:
    """FAPI 2.0 §5.3.2.1: no token without a proof; RS256 proves nothing; the code stays good."""
    code = bank.visit(signed_in, bank.push())["code"]

    refusals = [bank.redeem(code), bank.redeem(code, ProofMaker(clock, "RS256").proof())]

    assert [(each.status_code, each.get_json()["error"]) for each in refusals] == [
        (400, "invalid_dpop_proof")
    ] * 2
    assert bank.redeem(code, bank.maker.proof()).status_code == 200


def test_a_request_that_is_signed_is_dated(
    services: Services, http: FlaskClient, clock: Clock, signed_in: Browser
) -> None:
    """FAPI 2.0 Message Signing §5.3.1."""
    bank = Bank(services, http, clock, paper_profile="fapi2-message-signing")
    now, hour = clock(), 3600
    refused = {
        "unsigned": bank.push(),
        "no aud": bank.push_signed(aud=None),
        "no exp": bank.push_signed(exp=None),
        "no nbf": bank.push_signed(nbf=None),
        "exp over 60 minutes": bank.push_signed(exp=now + hour + 60),
        "nbf over 60 minutes": bank.push_signed(nbf=now - hour - 60),
        "nbf ahead": bank.push_signed(nbf=now + 60),
        "expired": bank.push_signed(exp=now - 60),
        "another audience": bank.push_signed(aud="https://other.example"),
        "another key": bank.push_signed(KeyHolder("PS256")),
        "RS256": bank.push_signed(_with_alg(bank.holder, "RS256")),
    }

    assert {name: each.status_code for name, each in refused.items()} == dict.fromkeys(refused, 400)
    assert "code" in bank.visit(signed_in, bank.push_signed(nbf=now + 8))
    assert "code" in bank.visit(signed_in, bank.push_signed(aud=[ISSUER, "https://other.example"]))


def _with_alg(holder: KeyHolder, alg: str) -> KeyHolder:
    other = KeyHolder.__new__(KeyHolder)
    other.alg, other.private, other.jwk = alg, holder.private, holder.jwk
    return other


@pytest.mark.parametrize("profile", ["oauth2.1", "fapi2"])
@pytest.mark.security
def test_there_is_no_implicit_flow_left(services: Services, profile: str) -> None:
    """OAuth 2.1 §10.1: nobody can register for it, nor for the password grant; the error says which rule."""
    for metadata in (
        {"response_types": ["id_token"], "grant_types": ["implicit"]},
        {"grant_types": ["password"], "response_types": [], "redirect_uris": []},
    ):
        with pytest.raises(InvalidClientMetadata, match="profile"):
            make_client(services, paper_profile=profile, **metadata)


def test_oauth_2_1_needs_a_challenge(services: Services, signed_in: Browser) -> None:
    """OAuth 2.1 §4.1.1: of confidential clients too."""
    client, _ = make_client(services, paper_profile="oauth2.1")

    assert answer_of(signed_in.authorize(client))["error"] == "invalid_request"
    assert "code" in answer_of(signed_in.follow(signed_in.authorize(client, **PKCE)))


@pytest.mark.security
def test_a_floor_holds_for_all(services: Services, clock: Clock) -> None:
    """PAPER_PROFILE: clients registered before it too, and discovery shows no more than it allows."""
    lax, secret = make_client(services)
    services.settings = replace(services.settings, profile="fapi2")
    for name in ("clients", "client_directory"):
        services.__dict__.pop(name, None)
    http = create_app(services=services).test_client()
    bank = Bank(services, http, clock, paper_profile=None)

    document = http.get("/.well-known/openid-configuration").get_json()
    refused = http.post("/par", data=request_of(lax), auth=(lax.client_id, secret))

    assert (refused.status_code, refused.get_json()["error"]) == (401, "invalid_client")
    assert bank.push().status_code == 201
    assert document["response_types_supported"] == ["code"]
    assert document["require_pushed_authorization_requests"] is True
    assert "implicit" not in document["grant_types_supported"]
    assert set(document["token_endpoint_auth_methods_supported"]) <= {
        *("private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth")
    }
    for name, value in document.items():
        if "signing_alg_values" in name:
            assert set(value) <= {"PS256", "ES256", "EdDSA"}, name
    with pytest.raises(InvalidClientMetadata, match="fapi2"):
        make_client(services)
