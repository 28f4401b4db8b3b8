"""Requests that clients sign and then encrypt for the provider (RFC 9101 §6.1, OpenID Connect Core §6.1)."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from joserfc import jwe
from joserfc.jwk import ECKey, RSAKey
from werkzeug.test import TestResponse

from keys.decryption_keys import ALGORITHMS
from keys.jwe import ENCRYPTIONS
from provider.wiring import Services
from tests.assertions import ISSUER, KeyHolder, hand_made
from tests.browser import Browser, answer_of, request_of
from tests.builders import make_client
from tests.readers import Reader
from validators.client import Client
from validators.client_metadata import InvalidClientMetadata

pytestmark = pytest.mark.journey

RSA_ALG, EC_ALG = ALGORITHMS


@pytest.fixture(scope="module")
def holder() -> KeyHolder:
    return KeyHolder("ES256")


@pytest.fixture
def client(services: Services, holder: KeyHolder) -> Client:
    return make_client(services, jwks={"keys": [holder.jwk]})[0]


def signed(client: Client, holder: KeyHolder, **changes: Any) -> str:
    """Return a sound request object."""
    return holder.sign({**request_of(client), "iss": client.client_id, "aud": ISSUER, **changes})


def encrypted(
    http: FlaskClient, text: str, alg: str = RSA_ALG, enc: str = "A128CBC-HS256", **more: Any
) -> str:
    """Encrypt for the provider with the key that it publishes for ``alg``."""
    found = [key for key in http.get("/jwks").get_json()["keys"] if key["alg"] == alg]
    assert [key["use"] for key in found] == ["enc"]
    kind = RSAKey if alg == RSA_ALG else ECKey
    header = {"alg": alg, "enc": enc, "cty": "JWT", "kid": found[0]["kid"], **more}
    return jwe.encrypt_compact(header, text, kind.import_key(found[0]), algorithms=[alg, enc, "DEF"])


def send(browser: Browser, client: Client, text: str) -> TestResponse:
    """Send a request object."""
    return browser.authorize(client, request=text, state="outer")


@pytest.mark.parametrize("alg", ALGORITHMS)
@pytest.mark.parametrize("enc", ENCRYPTIONS)
def test_an_encrypted_request_is_answered(
    http: FlaskClient, browser: Browser, ada: str, client: Client, holder: KeyHolder, alg: str, enc: str
) -> None:
    """RFC 9101 §6.1: with any alg and enc that discovery lists, by what the signed object inside says."""
    document = http.get("/.well-known/openid-configuration").get_json()
    text = encrypted(http, signed(client, holder, state="inner"), alg, enc)

    answer = answer_of(browser.follow(send(browser, client, text)))

    assert alg in document["request_object_encryption_alg_values_supported"]
    assert enc in document["request_object_encryption_enc_values_supported"]
    assert answer["state"] == "inner"
    assert "code" in answer


def test_another_process_opens_it_too(
    services: Services, http: FlaskClient, browser: Browser, ada: str, client: Client, holder: KeyHolder
) -> None:
    """DESIGN §5: the keys are in the store, sealed."""
    text = encrypted(http, signed(client, holder))
    del services.__dict__["decryption_keys"]

    assert "code" in answer_of(browser.follow(send(browser, client, text)))


@pytest.mark.security
def test_encryption_is_no_signature(
    http: FlaskClient, browser: Browser, ada: str, client: Client, holder: KeyHolder
) -> None:
    """RFC 9101 §10.2: anybody can encrypt for us; what is inside is judged as if it had come alone."""
    inside = [
        hand_made({"alg": "none"}, request_of(client)),
        KeyHolder("ES256").sign(request_of(client)),
        signed(client, holder, aud="https://other.example"),
        encrypted(http, signed(client, holder)),
        "{}",
        "",
    ]

    errors = [answer_of(send(browser, client, encrypted(http, text)))["error"] for text in inside]

    assert errors == ["invalid_request_object"] * len(inside)


@pytest.mark.security
def test_what_does_not_open_is_refused(
    http: FlaskClient, browser: Browser, ada: str, client: Client, holder: KeyHolder
) -> None:
    """RFC 8725 §3.1: another key, another algorithm, compression, a changed text."""
    text = signed(client, holder)
    stranger = Reader(kid=None)
    texts = [
        encrypted(http, text, zip="DEF"),
        encrypted(http, text)[:-4] + "AAAA",
        encrypted(http, text, kid="another"),
        jwe.encrypt_compact(
            {"alg": RSA_ALG, "enc": "A128GCM"}, text, stranger.key, algorithms=[RSA_ALG, "A128GCM"]
        ),
        "a.b.c.d.e",
        "....",
    ]

    errors = [answer_of(send(browser, client, each))["error"] for each in texts]

    assert errors == ["invalid_request_object"] * len(texts)


def test_what_is_registered_is_kept_to(
    services: Services, http: FlaskClient, browser: Browser, ada: str, holder: KeyHolder
) -> None:
    """Registration §2, request_object_encryption_alg: in this way or not at all; A128CBC-HS256 is meant."""
    client, _ = make_client(services, jwks={"keys": [holder.jwk]}, request_object_encryption_alg=EC_ALG)
    text = signed(client, holder)

    wrong = [
        answer_of(send(browser, client, each))["error"]
        for each in (text, encrypted(http, text, RSA_ALG), encrypted(http, text, EC_ALG, "A128GCM"))
    ]
    right = answer_of(browser.follow(send(browser, client, encrypted(http, text, EC_ALG))))

    assert wrong == ["invalid_request_object"] * 3
    assert "code" in right


@pytest.mark.parametrize(
    ("metadata", "member"),
    [
        pytest.param(
            {"request_object_encryption_alg": "RSA1_5"}, "request_object_encryption_alg", id="RSA1_5"
        ),
        pytest.param({"request_object_encryption_alg": "dir"}, "request_object_encryption_alg", id="dir"),
        pytest.param(
            {"request_object_encryption_enc": "A128GCM"}, "request_object_encryption_enc", id="no alg"
        ),
        pytest.param(
            {"id_token_encrypted_response_alg": "dir"}, "id_token_encrypted_response_alg", id="shared"
        ),
        pytest.param(
            {"id_token_encrypted_response_alg": RSA_ALG}, "id_token_encrypted_response_alg", id="no key"
        ),
        pytest.param(
            {"userinfo_encrypted_response_enc": "A128GCM"}, "userinfo_encrypted_response_enc", id="enc alone"
        ),
        pytest.param({"userinfo_signed_response_alg": "none"}, "userinfo_signed_response_alg", id="none"),
        pytest.param(
            {"userinfo_signed_response_alg": "PS512"}, "userinfo_signed_response_alg", id="no key of ours"
        ),
    ],
)
def test_what_cannot_be_kept_to_is_not_registered(
    services: Services, metadata: dict[str, str], member: str
) -> None:
    """Registration §2: an alg that discovery lists, an enc only beside one, and a key to encrypt with."""
    with pytest.raises(InvalidClientMetadata) as caught:
        make_client(services, **metadata)

    assert caught.value.member == member
