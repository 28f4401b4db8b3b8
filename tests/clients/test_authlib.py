"""Authlib's requests client, with PKCE; its ID tokens are verified by joserfc."""

from typing import Any

import pytest
import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.builders import REDIRECT_URI
from tests.live import LiveProvider
from tests.person import Person

pytestmark = [pytest.mark.journey, pytest.mark.slow]

METHODS = ["none", "client_secret_basic", "client_secret_post"]


def session_of(client: dict[str, Any]) -> OAuth2Session:
    return OAuth2Session(
        client["client_id"],
        client.get("client_secret"),
        token_endpoint_auth_method=client["token_endpoint_auth_method"],
        scope="openid profile offline_access",
        redirect_uri=REDIRECT_URI,
        code_challenge_method="S256",
    )


def sign_in(provider: LiveProvider, oauth: OAuth2Session, **parameters: str) -> dict[str, Any]:
    """Sign Ada in; return the token response."""
    verifier = generate_token(48)
    url, state = oauth.create_authorization_url(
        provider.endpoint("authorization_endpoint"), code_verifier=verifier, **parameters
    )
    token: dict[str, Any] = oauth.fetch_token(
        provider.endpoint("token_endpoint"),
        authorization_response=Person().authorize(url, REDIRECT_URI),
        state=state,
        code_verifier=verifier,
    )
    return token


@pytest.mark.parametrize("method", METHODS)
def test_a_person_signs_in(live_provider: LiveProvider, method: str) -> None:
    """RFC 7636 §4, OpenID Connect Core §3.1.3.7, §5.3: public and confidential clients alike."""
    client = live_provider.register(token_endpoint_auth_method=method)
    oauth = session_of(client)

    token = sign_in(live_provider, oauth, nonce="n-0S6_WzA2Mj")
    userinfo = oauth.get(live_provider.endpoint("userinfo_endpoint")).json()
    keys = KeySet.import_key_set(requests.get(live_provider.endpoint("jwks_uri"), timeout=60).json())
    claims = jwt.decode(token["id_token"], keys, algorithms=["RS256"]).claims

    registry = jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": live_provider.issuer},
        aud={"essential": True, "value": client["client_id"]},
        sub={"essential": True, "value": live_provider.sub},
        nonce={"essential": True, "value": "n-0S6_WzA2Mj"},
        exp={"essential": True},
        iat={"essential": True},
    )
    registry.validate(claims)
    assert userinfo["sub"] == live_provider.sub
    assert userinfo["name"] == "Kim Ada"


@pytest.mark.parametrize("method", METHODS)
def test_it_refreshes(live_provider: LiveProvider, method: str) -> None:
    """RFC 6749 §6: twice, each time with the newest refresh token."""
    oauth = session_of(live_provider.register(token_endpoint_auth_method=method))
    first = dict(sign_in(live_provider, oauth))

    second = dict(oauth.refresh_token(live_provider.endpoint("token_endpoint")))
    third = dict(oauth.refresh_token(live_provider.endpoint("token_endpoint")))

    assert len({token["refresh_token"] for token in (first, second, third)}) == 3
    assert oauth.get(live_provider.endpoint("userinfo_endpoint")).json()["sub"] == live_provider.sub
