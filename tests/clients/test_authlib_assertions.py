"""Authlib's clients that sign, as they come, against a running provider."""

import pytest
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import ClientSecretJWT, PrivateKeyJWT
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.assertions import SERVICE, KeyHolder
from tests.live import LiveProvider

pytestmark = pytest.mark.journey


def test_authlib_proves_itself_by_key_and_by_secret(live_provider: LiveProvider) -> None:
    """Authlib's PrivateKeyJWT and ClientSecretJWT as they come, over real HTTP."""
    holder = KeyHolder("RS256", kid=None)
    pem = holder.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    by_key = live_provider.register(
        **SERVICE, token_endpoint_auth_method="private_key_jwt", jwks={"keys": [holder.jwk]}
    )
    by_secret = live_provider.register(**SERVICE, token_endpoint_auth_method="client_secret_jwt")
    endpoint = live_provider.endpoint("token_endpoint")

    for information, secret, method in (
        (by_key, pem, PrivateKeyJWT(endpoint)),
        (by_secret, by_secret["client_secret"], ClientSecretJWT(endpoint)),
    ):
        session = OAuth2Session(
            information["client_id"],
            secret,
            scope="files",
            token_endpoint_auth_method=information["token_endpoint_auth_method"],
        )
        session.register_client_auth_method(method)
        assert session.fetch_token(endpoint, grant_type="client_credentials")["scope"] == "files"
