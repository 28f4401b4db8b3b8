"""fapi-ciba-id1: the person's decision, and the tokens that follow (CONFORMANCE 7)."""

import pytest

from provider.wiring import Services
from tests.assertions import KeyHolder
from tests.certificates import Pair
from tests.conformance.fapi.ciba import PING, POLL, CallingParty
from tests.conformance.fapi.conftest import KEY_MTLS, TLS_MTLS, runs
from tests.conformance.fapi.relying_party import Variant
from tests.conformance.op import ISSUER, Provider
from tests.ping_receiver import TOKEN, URI, PingReceiver, deliver

pytestmark = pytest.mark.journey

PROFILE = "fapi2"


@pytest.fixture
def variant() -> Variant:
    """Tokens are always bound to a certificate."""
    return KEY_MTLS


@pytest.fixture
def rp(op: Provider, variant: Variant, authority: Pair) -> CallingParty:
    return CallingParty(op, variant, authority, **POLL)


@pytest.fixture
def pinged(op: Provider, variant: Variant, authority: Pair) -> CallingParty:
    return CallingParty(op, variant, authority, **PING)


@pytest.fixture
def other(op: Provider, variant: Variant, authority: Pair) -> CallingParty:
    return CallingParty(op, variant, authority, **POLL)


def pings(rp: CallingParty, *statuses: int) -> PingReceiver:
    """Deliver what is due to an endpoint that answers with ``statuses``."""
    receiver = PingReceiver(list(statuses) or [204])
    services: Services = rp.op.app.extensions["provider"]
    deliver(services, receiver)
    return receiver


@runs(KEY_MTLS, TLS_MTLS)
def test_fapi_ciba_id1(rp: CallingParty, pinged: CallingParty) -> None:
    """Both clients from end to end: pending, then slow_down at most; the ping holds the auth_req_id alone."""
    polled, notified = rp.asked(), pinged.asked()
    assert rp.error(polled) == "authorization_pending"
    assert rp.error(polled) in ("authorization_pending", "slow_down")

    rp.finished(polled)
    pinged.decide()
    receiver = pings(pinged)

    assert receiver.seen == [(URI, {"auth_req_id": notified}, TOKEN)]
    assert pinged.tokens(pinged.poll(notified))["id_token"]


def test_fapi_ciba_id1_user_rejects_authentication(rp: CallingParty) -> None:
    """CIBA Core §11."""
    auth_req_id = rp.asked()
    rp.decide("deny")

    assert rp.error(auth_req_id) == "access_denied"


def test_fapi_ciba_id1_multiple_call_to_token_endpoint(rp: CallingParty) -> None:
    """Impatience is told to slow down, and does no harm."""
    auth_req_id = rp.asked()

    told = [rp.error(auth_req_id) for _ in range(4)]

    assert told[0] == "authorization_pending"
    assert set(told) <= {"authorization_pending", "slow_down"}
    rp.finished(auth_req_id)


def test_fapi_ciba_id1_auth_req_id_expired(rp: CallingParty, op: Provider) -> None:
    """CIBA Core §11: requested_expiry is kept."""
    auth_req_id = rp.asked(requested_expiry=10)
    op.clock.advance(seconds=11)

    assert rp.error(auth_req_id) == "expired_token"


def test_fapi_ciba_id1_ensure_requested_expiry_as_string_succeeds(rp: CallingParty) -> None:
    """CIBA Core §7.1.1: a number or a text."""
    rp.finished(rp.asked(requested_expiry="60"))


def test_fapi_ciba_id1_ensure_authorization_request_with_binding_message_succeeds(rp: CallingParty) -> None:
    """Shown to the person."""
    auth_req_id = rp.asked(binding_message="W4SCT")

    assert "W4SCT" in rp.page().text
    rp.finished(auth_req_id)


def test_fapi_ciba_id1_ensure_authorization_request_with_potentially_bad_binding_message(
    rp: CallingParty,
) -> None:
    """CIBA Core §13: shown as it is, or invalid_binding_message."""
    message = "1234 👍🏿 <b>品川</b>"
    response = rp.send(rp.signed(binding_message=message))

    if response.status_code == 200:
        assert "1234 👍🏿 &lt;b&gt;品川&lt;/b&gt;" in rp.page().text
    else:
        assert response.get_json()["error"] == "invalid_binding_message"


def test_fapi_ciba_id1_ensure_other_scope_order_succeeds(rp: CallingParty) -> None:
    """Scope values are a set."""
    rp.finished(rp.asked(scope="email openid"))


@runs(KEY_MTLS, TLS_MTLS)
def test_fapi_ciba_id1_refresh_token(rp: CallingParty, other: CallingParty) -> None:
    """Bound to its client."""
    token = rp.finished(rp.asked(scope="openid offline_access"))["refresh_token"]
    form: dict[str, str | None] = {"grant_type": "refresh_token", "refresh_token": token}

    stolen = other.token_request(form, proofs=[])

    assert (stolen.status_code, stolen.get_json()["error"]) == (400, "invalid_grant")
    rp.check_resource(rp.tokens(rp.token_request(form, proofs=[]))["access_token"])


@runs(KEY_MTLS, TLS_MTLS)
def test_fapi_ciba_id1_ensure_mtls_holder_of_key_required(rp: CallingParty, other: CallingParty) -> None:
    """FAPI-CIBA §5.2.2: the token works with the certificate alone that it was given to."""
    token = rp.finished(rp.asked())["access_token"]

    assert rp.resource(token, certificate=other.certificate).status_code == 401
    assert rp.http.get(f"{ISSUER}/userinfo", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_fapi_ciba_id1_ensure_wrong_auth_req_id_in_token_endpoint_request(rp: CallingParty) -> None:
    """CIBA Core §11."""
    rp.asked()

    assert rp.error("A" * 43) == "invalid_grant"


@runs(TLS_MTLS)
def test_fapi_ciba_id1_ensure_wrong_client_id_in_token_endpoint_request(
    rp: CallingParty, other: CallingParty
) -> None:
    """The certificate is another client's than the name."""
    response = rp.poll(rp.asked(), client_id=other.client_id)

    assert response.status_code in (400, 401)
    assert response.get_json()["error"] == "invalid_client"


def test_fapi_ciba_id1_ensure_without_client_assertion_in_token_endpoint_request(rp: CallingParty) -> None:
    """Nobody is authenticated."""
    response = rp.poll(rp.asked(), client_assertion=None, client_assertion_type=None)

    assert response.status_code in (400, 401)
    assert response.get_json()["error"] in ("invalid_client", "invalid_request")


def test_fapi_ciba_id1_ensure_client_assertion_signature_algorithm_in_token_endpoint_request_is_RS256_fails(
    rp: CallingParty,
) -> None:
    """FAPI 2.0 Security Profile §5.4.1."""
    response = rp.poll(rp.asked(), **rp.assertion(KeyHolder("RS256")))

    assert response.get_json()["error"] == "invalid_client"


def test_fapi_ciba_id1_ensure_client_assertion_with_iss_aud_to_token_endpoint_succeeds(
    rp: CallingParty,
) -> None:
    """The issuer as the audience of an assertion is always right."""
    auth_req_id = rp.asked()
    rp.decide()

    rp.tokens(rp.poll(auth_req_id, **rp.assertion(aud=ISSUER)))


def test_fapi_ciba_id1_ping_backchannel_notification_endpoint_response_has_body(
    pinged: CallingParty,
) -> None:
    """CIBA Core §10.2: a body is ignored; the courier looks at the status alone."""
    auth_req_id = pinged.asked()
    pinged.decide()

    assert len(pings(pinged, 200).seen) == 1
    assert pinged.poll(auth_req_id).status_code == 200


def not_asked_again(pinged: CallingParty, status: int) -> None:
    """Whatever a client says for good is not asked again; polling still works."""
    auth_req_id = pinged.asked()
    pinged.decide()

    assert len(pings(pinged, status).seen) == 1
    pinged.op.clock.advance(seconds=60)
    assert pings(pinged).seen == []
    assert pinged.poll(auth_req_id).status_code == 200


def test_fapi_ciba_id1_ping_backchannel_notification_endpoint_response_401(pinged: CallingParty) -> None:
    """CIBA Core §10.2."""
    not_asked_again(pinged, 401)


def test_fapi_ciba_id1_ping_backchannel_notification_endpoint_response_403(pinged: CallingParty) -> None:
    """CIBA Core §10.2."""
    not_asked_again(pinged, 403)


def test_fapi_ciba_id1_ping_backchannel_notification_endpoint_return_redirect_request(
    pinged: CallingParty,
) -> None:
    """CIBA Core §10.2: a redirect is not followed."""
    not_asked_again(pinged, 302)


@runs(TLS_MTLS)
def test_fapi_ciba_id1_ping_with_mtls_ciba_notification_endpoint_response_401_and_require_server_does_not_retry(  # noqa: E501
    pinged: CallingParty,
) -> None:
    """For a client that authenticates by certificate too."""
    not_asked_again(pinged, 401)
