"""Who may ask for authorization details, how, and what a person sees of it (RFC 9396 §2, §3, §11)."""

import json

import pytest
from flask.testing import FlaskClient

from provider.wiring import Services
from tests import backchannel, device
from tests.assertions import ISSUER, KeyHolder
from tests.browser import Browser, answer_of, client_request, redeem
from tests.builders import make_authorization_type, make_client
from tests.conftest import Clock
from tests.journeys.authorization_details.payment import DETAILS, PAYMENT, error_of
from tests.journeys.test_pushed_authorization import pushed, visit
from validators.client import Client

pytestmark = pytest.mark.journey


@pytest.mark.parametrize(
    "details",
    [
        "nonsense",
        "{}",
        "[]",
        "[1]",
        '[{"type": 1}]',
        '[{"type": "unknown"}]',
        '[{"type": "payment"}]',
        '[{"type": "payment", "type": "payment"}]',
        json.dumps([PAYMENT | {"actions": "all"}]),
        json.dumps([PAYMENT | {"locations": [1]}]),
        json.dumps([PAYMENT | {"amount": {"amount": 1}}]),
        json.dumps([PAYMENT | {"creditor": "left\u202eright"}]),
        json.dumps([PAYMENT | {"creditor": "\ud800"}]),
        json.dumps([PAYMENT | {"note": {"zero\u200bwidth": 1}}]),
        *(
            json.dumps([PAYMENT | {"creditor": f"A{blank}B"}])
            for blank in "\u3164\u115f\u2800\u034f\ufe0f\ue000"
        ),
        *(json.dumps([PAYMENT | {"note": [{name: 1}]}]) for name in ("", "a.b", "{", "}")),
        json.dumps([PAYMENT | {"unknown": 1}]),
        json.dumps([PAYMENT, PAYMENT]),
        json.dumps([PAYMENT | {"note": "x" * 3072}]),
        json.dumps([PAYMENT] * 11),
        '[{"type": "payment", "amount": {"amount": "1"}, "creditor": "a", "n": 1e999}]',
        "[" * 5000,
    ],
)
def test_what_is_not_as_its_type_says_is_refused(
    browser: Browser, client: tuple[Client, str], details: str
) -> None:
    """RFC 9396 §5: the client is told at its redirect URI."""
    answer = answer_of(browser.authorize(client[0], authorization_details=details))

    assert answer["error"] == "invalid_authorization_details"
    assert answer["state"] == "st-1"


def test_a_client_has_the_types_that_it_is_registered_with(
    services: Services, browser: Browser, client: tuple[Client, str], signed_in: Browser
) -> None:
    """RFC 9396 §10."""
    other, _ = make_client(services, authorization_details_types=["account"])
    same, _ = make_client(services, authorization_details_types=["payment"])

    refused = answer_of(signed_in.authorize(other, authorization_details=DETAILS))

    assert refused["error"] == "invalid_authorization_details"
    assert signed_in.code_for(same, authorization_details=DETAILS)


def test_the_person_sees_every_word_each_time(
    http: FlaskClient, signed_in: Browser, client: tuple[Client, str]
) -> None:
    """RFC 9396 §11, §12: as text; a remembered consent covers no details, and prompt=none asks nobody."""
    signed_in.code_for(client[0])
    first = signed_in.authorize(client[0], authorization_details=DETAILS)

    page = http.get(first.location).text

    assert "/consent" in first.location
    assert "Pay <strong><bdi>12.50</bdi></strong> <strong><bdi>EUR</bdi></strong> to" in page
    assert "<bdi>Merchant &lt;A&gt;</bdi>" in page
    assert "<bdi>actions</bdi>" in page
    assert "<dd><bdi>initiate</bdi></dd><dd><bdi>status</bdi></dd>" in page
    assert "you will be asked again" in page
    signed_in.follow(first)
    assert "/consent" in signed_in.authorize(client[0], authorization_details=DETAILS).location
    quiet = answer_of(signed_in.authorize(client[0], authorization_details=DETAILS, prompt="none"))
    assert quiet["error"] == "consent_required"


def test_where_nobody_is_asked_the_operator_has_said_yes(services: Services, signed_in: Browser) -> None:
    """RFC 9396 §11: a client without a consent page needs to be registered with the type."""
    make_authorization_type(services)
    anybody, _ = make_client(services, paper_skip_consent=True)
    registered, _ = make_client(services, paper_skip_consent=True, authorization_details_types=["payment"])

    refused = answer_of(signed_in.authorize(anybody, authorization_details=DETAILS))

    assert refused["error"] == "invalid_authorization_details"
    assert "code" in answer_of(signed_in.authorize(registered, authorization_details=DETAILS))


def test_pushed_and_signed_requests_have_them(
    services: Services, http: FlaskClient, browser: Browser, client: tuple[Client, str], clock: Clock
) -> None:
    """RFC 9396 §3, §4: in a request object as an array of JSON."""
    code = answer_of(
        browser.follow(visit(browser, client[0], pushed(http, *client, authorization_details=DETAILS)))
    )["code"]
    assert redeem(http, *client, code).get_json()["authorization_details"] == [PAYMENT]
    refused = client_request(
        http,
        "/par",
        *client,
        response_type="code",
        redirect_uri="https://client.example/callback",
        authorization_details="[]",
    )
    assert (refused.status_code, error_of(refused)) == (400, "invalid_authorization_details")

    signer = KeyHolder()
    signing, secret = make_client(services, jwks={"keys": [signer.jwk]})
    claims = {
        **{"iss": signing.client_id, "client_id": signing.client_id, "aud": ISSUER, "exp": clock() + 60},
        **{"response_type": "code", "redirect_uri": "https://client.example/callback", "scope": "openid"},
        "authorization_details": [PAYMENT],
    }
    code = browser.code_for(signing, request=signer.sign(claims))
    assert redeem(http, signing, secret, code).get_json()["authorization_details"] == [PAYMENT]


def test_a_device_and_a_call_centre_have_them(
    services: Services, http: FlaskClient, signed_in: Browser, client: tuple[Client, str], clock: Clock
) -> None:
    """RFC 9396 §3 for RFC 8628 and CIBA Core: shown before anything is allowed."""
    television = device.make_device(services, http)
    codes = television.codes(scope="openid", authorization_details=DETAILS)
    page = device.confirm_page(signed_in, codes["user_code"])
    assert "Merchant &lt;A&gt;" in page.text
    device.decide(signed_in, page)
    assert television.poll(codes).get_json()["authorization_details"] == [PAYMENT]
    assert error_of(television.begin(scope="openid", authorization_details="[]")) == (
        "invalid_authorization_details"
    )

    centre = backchannel.make_call_centre(
        services,
        http,
        jwks={"keys": [backchannel.JWK]},
        backchannel_authentication_request_signing_alg="ES256",
    )
    signed = centre.signed(ISSUER, clock(), authorization_details=[PAYMENT])
    auth_req_id = centre.asked(scope=None, login_hint=None, request=signed)
    assert "Merchant &lt;A&gt;" in http.get("/approvals").text
    backchannel.decide(signed_in)
    assert centre.poll(auth_req_id).get_json()["authorization_details"] == [PAYMENT]


def test_discovery_names_the_types_where_there_are_any(
    services: Services, http: FlaskClient, clock: Clock
) -> None:
    """RFC 9396 §10."""
    address = "/.well-known/openid-configuration"
    assert "authorization_details_types_supported" not in http.get(address).get_json()
    make_authorization_type(services)
    clock.advance(seconds=services.settings.client_cache_seconds)

    assert http.get(address).get_json()["authorization_details_types_supported"] == ["payment"]
