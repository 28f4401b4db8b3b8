"""UserInfo and ID tokens, signed and encrypted as a client wants them (Core §3.1.3.7, §5.3.2, §10.2)."""

import json
from typing import Any

import jwt
import pytest
from flask.testing import FlaskClient

from keys.jwe import ALGORITHMS, ENCRYPTIONS
from provider.wiring import Services
from tests.browser import Browser, answer_of, redeem, token_request
from tests.builders import make_client
from tests.conftest import Clock
from tests.front_channel import ask, id_token_claims, make_front_channel_client, userinfo
from tests.readers import Reader, header_of
from validators.client import Client
from validators.jwk_sets import JwkSets
from validators.metadata_members import TOKEN_EXCHANGE
from validators.subject_tokens import ID_TOKEN

pytestmark = pytest.mark.journey

RSA_ALG = "RSA-OAEP-256"
KEYS_AT = "https://client.example/keys"


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


@pytest.fixture(scope="module")
def curve_reader() -> Reader:
    return Reader("EC")


def make_reading(services: Services, *readers: Reader, **metadata: Any) -> tuple[Client, str]:
    """Register a client that publishes keys for encryption."""
    return make_client(services, **({"jwks": {"keys": [each.jwk for each in readers]}} | metadata))


def tokens_of(
    http: FlaskClient, browser: Browser, client: tuple[Client, str], **asked: Any
) -> dict[str, Any]:
    """Go through the code flow; return the token response."""
    code = browser.code_for(client[0], **({"scope": "openid email"} | asked))
    answer: dict[str, Any] = redeem(http, *client, code).get_json()
    return answer


@pytest.mark.parametrize("alg", ["RS256", "ES256"])
def test_signed_userinfo(
    services: Services, http: FlaskClient, signed_in: Browser, ada: str, alg: str
) -> None:
    """Core §5.3.2: application/jwt with iss and aud; what JSON would have said, and no nonce."""
    client = make_client(services, userinfo_signed_response_alg=alg)
    tokens = tokens_of(http, signed_in, client, nonce="n-1")

    response = userinfo(http, tokens["access_token"])

    keys = jwt.PyJWKSet.from_dict(http.get("/jwks").get_json())
    header = jwt.get_unverified_header(response.text)
    claims = jwt.decode(
        response.text,
        keys[header["kid"]],
        algorithms=[alg],
        audience=client[0].client_id,
        issuer=services.settings.issuer,
    )
    assert (response.status_code, response.mimetype) == (200, "application/jwt")
    assert claims.keys() == {"iss", "aud", "sub", "email", "email_verified"}
    assert claims["sub"] == ada


@pytest.mark.security
def test_a_signed_userinfo_response_is_no_id_token(
    services: Services, http: FlaskClient, signed_in: Browser
) -> None:
    """RFC 8725 §3.12: one kind of JWT does not pass for another."""
    client = make_client(services, userinfo_signed_response_alg="RS256")
    text = userinfo(http, tokens_of(http, signed_in, client)["access_token"]).text

    hinted = answer_of(signed_in.authorize(client[0], id_token_hint=text))

    assert hinted["error"] == "invalid_request"
    assert userinfo(http, text).status_code == 401


@pytest.mark.parametrize("enc", [None, "A256GCM"])
def test_encrypted_userinfo(
    services: Services, http: FlaskClient, signed_in: Browser, reader: Reader, ada: str, enc: str | None
) -> None:
    """Core §5.3.2: not signed, it is JSON inside; Registration §2: A128CBC-HS256 unless another is named."""
    client = make_reading(
        services, reader, userinfo_encrypted_response_alg=RSA_ALG, userinfo_encrypted_response_enc=enc
    )

    response = userinfo(http, tokens_of(http, signed_in, client)["access_token"])

    claims = json.loads(reader.open(response.text, RSA_ALG, enc or "A128CBC-HS256"))
    assert response.mimetype == "application/jwt"
    assert claims["sub"] == ada
    assert "cty" not in header_of(response.text)


def test_userinfo_that_is_signed_then_encrypted(
    services: Services, http: FlaskClient, signed_in: Browser, curve_reader: Reader
) -> None:
    """Core §16.14, RFC 7519 §11.2: a nested JWT."""
    client = make_reading(
        services,
        curve_reader,
        userinfo_signed_response_alg="ES256",
        userinfo_encrypted_response_alg="ECDH-ES",
        userinfo_encrypted_response_enc="A128GCM",
    )

    response = userinfo(http, tokens_of(http, signed_in, client)["access_token"])

    inner = curve_reader.open(response.text, "ECDH-ES", "A128GCM")
    assert header_of(response.text)["cty"] == "JWT"
    assert header_of(inner)["alg"] == "ES256"


@pytest.mark.parametrize("alg", ALGORITHMS)
@pytest.mark.parametrize("enc", ENCRYPTIONS)
def test_an_encrypted_id_token(
    services: Services,
    http: FlaskClient,
    signed_in: Browser,
    reader: Reader,
    curve_reader: Reader,
    alg: str,
    enc: str,
) -> None:
    """Core §2, §3.1.3.7: signed, then encrypted for the key of the client that is for encryption."""
    chosen = reader if alg == RSA_ALG else curve_reader
    client = make_reading(
        services,
        reader,
        curve_reader,
        id_token_encrypted_response_alg=alg,
        id_token_encrypted_response_enc=enc,
    )

    tokens = tokens_of(http, signed_in, client, nonce="n-1")

    header = header_of(tokens["id_token"])
    claims = id_token_claims(services, http, client[0], chosen.open(tokens["id_token"], alg, enc))
    assert (header["alg"], header["enc"], header["cty"]) == (alg, enc, "JWT")
    assert header["kid"] == chosen.jwk["kid"]
    assert claims["nonce"] == "n-1"
    assert "at_hash" in claims


@pytest.mark.parametrize("response_type", ["id_token", "code id_token token"])
def test_an_encrypted_id_token_at_once(
    services: Services, http: FlaskClient, signed_in: Browser, reader: Reader, response_type: str
) -> None:
    """Core §3.2.2.5, §3.3.2.5."""
    client, _ = make_front_channel_client(
        services, jwks={"keys": [reader.jwk]}, id_token_encrypted_response_alg=RSA_ALG
    )

    answer = ask(signed_in, client, response_type)

    inner = reader.open(answer["id_token"], RSA_ALG, "A128CBC-HS256")
    assert id_token_claims(services, http, client, inner)["nonce"] == "n-1"


def test_an_id_token_under_a_secret_may_be_encrypted_too(
    services: Services, http: FlaskClient, signed_in: Browser, reader: Reader
) -> None:
    """Core §10.1, §10.2: what signs and what encrypts do not depend on each other."""
    client = make_reading(
        services,
        reader,
        id_token_signed_response_alg="HS256",
        id_token_encrypted_response_alg=RSA_ALG,
    )

    tokens = tokens_of(http, signed_in, client)

    inner = reader.open(tokens["id_token"], RSA_ALG, "A128CBC-HS256")
    assert header_of(inner)["alg"] == "HS256"


def test_keys_at_an_address_are_asked_for_again(
    services: Services, http: FlaskClient, signed_in: Browser, reader: Reader, clock: Clock
) -> None:
    """Core §10.2.1: a client that changes its keys is heard at once; a new one was not there before."""
    published: list[dict[str, Any]] = []
    services.__dict__["jwk_sets"] = JwkSets(lambda _uri: {"keys": list(published)}, clock)
    client = make_client(services, jwks_uri=KEYS_AT, id_token_encrypted_response_alg=RSA_ALG)
    code = signed_in.code_for(client[0])

    refused = redeem(http, *client, code)
    published.append(reader.jwk)
    clock.advance(seconds=11)
    answered = redeem(http, *client, code)

    assert (refused.status_code, refused.get_json()["error"]) == (400, "invalid_request")
    assert "key" in refused.get_json()["error_description"]
    assert reader.open(answered.get_json()["id_token"], RSA_ALG, "A128CBC-HS256")


def test_a_client_without_its_key_is_told_where_it_is(
    services: Services, http: FlaskClient, signed_in: Browser, clock: Clock
) -> None:
    """RFC 6749 §4.2.2.1: by redirect, remembered consent or not; UserInfo by RFC 6750 §3.1."""
    services.__dict__["jwk_sets"] = JwkSets(lambda _uri: {"keys": []}, clock)
    client, _ = make_front_channel_client(
        services,
        jwks_uri=KEYS_AT,
        id_token_encrypted_response_alg=RSA_ALG,
        userinfo_encrypted_response_alg=RSA_ALG,
    )

    first, second = (ask(signed_in, client, "id_token") for _ in range(2))
    token = ask(signed_in, client, "token")["access_token"]
    told = userinfo(http, token)

    assert first["error"] == second["error"] == "invalid_request"
    assert (told.status_code, told.get_json()["error"]) == (400, "invalid_request")


def test_an_encrypted_hint_is_refused_in_clear_words(
    services: Services, http: FlaskClient, signed_in: Browser, reader: Reader
) -> None:
    """Core §3.1.2.1: the client decrypts its ID token before it sends it as a hint."""
    client = make_reading(services, reader, id_token_encrypted_response_alg=RSA_ALG)
    id_token = tokens_of(http, signed_in, client)["id_token"]
    inner = reader.open(id_token, RSA_ALG, "A128CBC-HS256")

    outer = answer_of(
        signed_in.authorize(client[0], prompt="none", scope="openid email", id_token_hint=id_token)
    )
    decrypted = answer_of(
        signed_in.authorize(client[0], prompt="none", scope="openid email", id_token_hint=inner)
    )

    assert outer["error_description"] == "id_token_hint is encrypted."
    assert "code" in decrypted


def test_an_encrypted_id_token_is_not_exchanged(
    services: Services, http: FlaskClient, signed_in: Browser, reader: Reader
) -> None:
    """RFC 8693 §2.2.2: what cannot be read is refused."""
    client = make_reading(
        services,
        reader,
        id_token_encrypted_response_alg=RSA_ALG,
        grant_types=["authorization_code", TOKEN_EXCHANGE],
    )
    id_token = tokens_of(http, signed_in, client)["id_token"]

    response = token_request(
        http, *client, grant_type=TOKEN_EXCHANGE, subject_token=id_token, subject_token_type=ID_TOKEN
    )

    assert (response.status_code, response.get_json()["error"]) == (400, "invalid_request")
