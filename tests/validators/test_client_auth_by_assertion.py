"""One resolver for every way to prove a client: who is meant, used once, exactly the registered method."""

import hmac
from typing import Any

import jwt
import pytest
from flask.testing import FlaskClient

from provider.factory import create_app
from provider.wiring import Services
from tests.assertions import SERVICE, KeyHolder, ask, claims_of, hand_made, make_signing_client
from tests.builders import make_client
from tests.conftest import Clock

pytestmark = pytest.mark.security


@pytest.fixture(scope="module")
def holder() -> KeyHolder:
    return KeyHolder()


def test_assertion_is_good_for_one_use_in_any_process(
    services: Services, http: FlaskClient, clock: Clock, holder: KeyHolder
) -> None:
    """RFC 7523 §3, CVE-2020-5300: a second use is refused, also by another worker, until it has expired."""
    client_id = make_signing_client(services, holder)
    assertion = holder.sign(claims_of(client_id, clock))
    elsewhere = Services(services.settings, clock=clock, master_keys=services.master_keys)
    other_http = create_app(services=elsewhere).test_client()

    first = ask(http, assertion)
    again = [ask(http, assertion), ask(other_http, assertion)]
    clock.advance(seconds=69)
    again.append(ask(http, assertion))
    elsewhere.database.dispose()

    assert first.status_code == 200
    assert [response.status_code for response in again] == [401, 401, 401]


def test_jti_belongs_to_its_client(
    services: Services, http: FlaskClient, clock: Clock, holder: KeyHolder
) -> None:
    """RFC 7519 §4.1.7: another client's identifiers are its own affair."""
    ids = [make_signing_client(services, holder) for _ in range(2)]

    answers = [ask(http, holder.sign(claims_of(client_id, clock, jti="same"))) for client_id in ids]

    assert [answer.status_code for answer in answers] == [200, 200]


def test_client_of_another_name_is_refused(
    services: Services, http: FlaskClient, clock: Clock, holder: KeyHolder
) -> None:
    """RFC 7521 §4.2: the client_id, if it is sent too, is the same."""
    client_id, other = make_signing_client(services, holder), make_signing_client(services, KeyHolder())
    swapped = holder.sign(claims_of(other, clock))

    assert ask(http, swapped).status_code == 401
    assert ask(http, holder.sign(claims_of(client_id, clock)), client_id=other).status_code == 401
    assert ask(http, holder.sign(claims_of(client_id, clock)), client_id=client_id).status_code == 200


def test_deleted_client_is_refused(
    services: Services, http: FlaskClient, clock: Clock, holder: KeyHolder
) -> None:
    """A tombstone proves nothing; the cache lags at most ten seconds."""
    client_id = make_signing_client(services, holder)
    services.client_directory.delete(client_id)

    assert ask(http, holder.sign(claims_of(client_id, clock))).status_code == 401


def test_key_registered_a_moment_ago_holds(
    services: Services, http: FlaskClient, clock: Clock, holder: KeyHolder
) -> None:
    """Before a refusal on cached data the client is read afresh."""
    client_id = make_signing_client(services, holder)
    ask(http, holder.sign(claims_of(client_id, clock)))
    new = KeyHolder(kid="key-2")
    services.client_directory.update(client_id, {"jwks": {"keys": [new.jwk]}})
    clock.advance(seconds=2)

    assert ask(http, new.sign(claims_of(client_id, clock))).status_code == 200
    assert ask(http, holder.sign(claims_of(client_id, clock))).status_code == 401


@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512"])
def test_client_may_sign_with_its_secret(
    services: Services, http: FlaskClient, clock: Clock, alg: str
) -> None:
    """OpenID Connect Core §9: client_secret_jwt; a secret made here is long enough for each algorithm."""
    client, secret = make_client(services, **SERVICE, token_endpoint_auth_method="client_secret_jwt")
    assertion = jwt.encode(claims_of(client.client_id, clock), secret, algorithm=alg)
    forged = jwt.encode(claims_of(client.client_id, clock), "x" * 64, algorithm=alg)

    assert ask(http, assertion).status_code == 200
    assert ask(http, assertion).status_code == 401
    assert ask(http, forged).status_code == 401
    assert ask(http, client_id=client.client_id, client_secret=secret).status_code == 401


def test_secret_too_short_for_an_algorithm_does_not_sign_with_it(
    services: Services, http: FlaskClient, clock: Clock
) -> None:
    """RFC 7518 §3.2: a key of the size of the hash or larger."""
    client, secret = make_client(
        services, **SERVICE, token_endpoint_auth_method="client_secret_jwt", client_secret="s" * 40
    )
    answers = []
    for alg in ("HS256", "HS384"):
        header, claims = {"alg": alg, "typ": "JWT"}, claims_of(client.client_id, clock)
        unsigned = hand_made(header, claims).rpartition(".")[0]
        mac = hmac.digest(secret.encode(), unsigned.encode(), f"sha{alg[2:]}")
        answers.append(ask(http, hand_made(header, claims, mac)))

    assert [answer.status_code for answer in answers] == [200, 401]


def test_secret_client_does_not_sign_and_a_signing_one_shows_no_secret(
    services: Services, http: FlaskClient, clock: Clock, holder: KeyHolder
) -> None:
    """RFC 6749 §2.3: exactly the registered method."""
    basic, secret = make_client(services, **SERVICE)
    signing = make_signing_client(services, holder)

    assert (
        ask(http, jwt.encode(claims_of(basic.client_id, clock), secret, algorithm="HS256")).status_code == 401
    )
    assert ask(http, client_id=signing, client_secret="s" * 43).status_code == 401
    assert ask(http, client_id=signing).status_code == 401


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"client_secret": "s" * 43}, 400, "invalid_request"),
        ({"client_assertion_type": None}, 401, "invalid_client"),
        (
            {"client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"},
            401,
            "invalid_client",
        ),
        ({"client_assertion": None}, 401, "invalid_client"),
    ],
    ids=["two-methods", "no-type", "other-type", "type-alone"],
)
def test_request_is_refused_as_it_must_be(
    services: Services,
    http: FlaskClient,
    clock: Clock,
    holder: KeyHolder,
    form: dict[str, Any],
    status: int,
    error: str,
) -> None:
    """RFC 6749 §2.3: one method in each request; RFC 7521 §4.2: the type is named."""
    client_id = make_signing_client(services, holder)

    response = ask(http, holder.sign(claims_of(client_id, clock)), **form)

    assert (response.status_code, response.get_json()["error"]) == (status, error)
