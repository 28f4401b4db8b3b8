"""The ID token of an authorization response: what it is bound to, and what it says of the person."""

import pytest
from flask.testing import FlaskClient

from keys.hashes import half_hash
from provider.wiring import Services
from tests.browser import Browser, redeem
from tests.front_channel import TYPES, ask, id_token_claims, make_front_channel_client

pytestmark = pytest.mark.journey

WITH_ID_TOKEN = [each for each in TYPES if "id_token" in each]


@pytest.mark.parametrize("alg", ["RS256", "ES256"])
@pytest.mark.parametrize("response_type", WITH_ID_TOKEN)
def test_an_id_token_is_bound_to_what_comes_beside_it(
    services: Services, http: FlaskClient, signed_in: Browser, response_type: str, alg: str
) -> None:
    """OpenID Connect Core §3.2.2.10, §3.3.2.11: at_hash with an access token, c_hash with a code."""
    client, _ = make_front_channel_client(services, id_token_signed_response_alg=alg)

    answer = ask(signed_in, client, response_type)
    claims = id_token_claims(services, http, client, answer["id_token"])

    token, code = answer.get("access_token"), answer.get("code")
    assert claims.get("at_hash") == (half_hash(token, alg) if token else None)
    assert claims.get("c_hash") == (half_hash(code, alg) if code else None)
    assert claims["auth_time"] == services.clock()


@pytest.mark.parametrize("response_type", ["code id_token", "code id_token token"])
def test_both_id_tokens_are_about_the_same_person(
    services: Services, http: FlaskClient, signed_in: Browser, response_type: str
) -> None:
    """OpenID Connect Core §3.3.3.6: iss and sub are identical, and the nonce is in both."""
    client, secret = make_front_channel_client(services)

    answer = ask(signed_in, client, response_type)
    tokens = redeem(http, client, secret, answer["code"]).get_json()
    first = id_token_claims(services, http, client, answer["id_token"])
    second = id_token_claims(services, http, client, tokens["id_token"])

    assert all(first[name] == second[name] for name in ("iss", "sub", "nonce", "auth_time"))
    assert first["jti"] != second["jti"]
    assert second["at_hash"] == half_hash(tokens["access_token"], "RS256")


@pytest.mark.parametrize("response_type", WITH_ID_TOKEN)
def test_claims_of_scopes_are_in_an_id_token_that_comes_alone(
    services: Services, http: FlaskClient, signed_in: Browser, ada: str, response_type: str
) -> None:
    """OpenID Connect Core §5.4: where no access token is issued; else UserInfo tells them."""
    client, _ = make_front_channel_client(services)

    answer = ask(signed_in, client, response_type, scope="openid email phone profile")
    claims = id_token_claims(services, http, client, answer["id_token"])

    asked = {"email", "email_verified", "phone_number", "phone_number_verified", "name", "updated_at"}
    assert asked & claims.keys() == (asked if response_type == "id_token" else set())
    assert "address" not in claims
    if response_type == "id_token":
        assert (claims["email"], claims["preferred_username"]) == ("ada@example.org", "ada")


@pytest.mark.parametrize("response_type", ["id_token", "id_token token", "code id_token"])
def test_the_claims_parameter_reaches_the_first_id_token(
    services: Services, http: FlaskClient, signed_in: Browser, response_type: str
) -> None:
    """OpenID Connect Core §5.5."""
    client, _ = make_front_channel_client(services)

    answer = ask(signed_in, client, response_type, claims='{"id_token": {"locale": {"essential": true}}}')
    claims = id_token_claims(services, http, client, answer["id_token"])

    assert claims["locale"] == "ko-KR"
    assert "name" not in claims
