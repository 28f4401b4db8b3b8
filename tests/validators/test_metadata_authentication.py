"""What a client's metadata must hold for its way to authenticate (OpenID Connect Core §9, RFC 8705 §2)."""

from typing import Any

import pytest

from tests.certificates import self_signed
from validators.client_metadata import InvalidClientMetadata, read_client_metadata

BASE: dict[str, Any] = {"grant_types": ["client_credentials"], "response_types": []}
KEY = {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}
CERTIFIED = self_signed().jwk
KEYS = "https://client.example/keys"


@pytest.mark.parametrize(
    "metadata",
    [
        pytest.param({"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [KEY]}}, id="jwks"),
        pytest.param({"token_endpoint_auth_method": "private_key_jwt", "jwks_uri": KEYS}, id="jwks-uri"),
        pytest.param(
            {
                "token_endpoint_auth_method": "private_key_jwt",
                "jwks_uri": KEYS,
                "token_endpoint_auth_signing_alg": "PS256",
            },
            id="algorithm",
        ),
        pytest.param(
            {"token_endpoint_auth_method": "client_secret_jwt", "token_endpoint_auth_signing_alg": "HS512"},
            id="secret-algorithm",
        ),
        pytest.param(
            {"token_endpoint_auth_method": "client_secret_post", "id_token_signed_response_alg": "HS256"},
            id="id-token-by-secret",
        ),
        pytest.param(
            {"token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_subject_dn": "CN=a,O=b"},
            id="subject",
        ),
        pytest.param(
            {"token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_san_ip": "2001:db8::1"},
            id="address",
        ),
        pytest.param(
            {"token_endpoint_auth_method": "self_signed_tls_client_auth", "jwks": {"keys": [CERTIFIED]}},
            id="certificate",
        ),
        pytest.param(
            {"token_endpoint_auth_method": "self_signed_tls_client_auth", "jwks_uri": KEYS},
            id="published-certificate",
        ),
    ],
)
def test_whole_documents_are_accepted(metadata: dict[str, Any]) -> None:
    """Each method with what it needs."""
    checked = read_client_metadata(BASE | metadata, registered_by="dynamic")

    assert metadata.items() <= checked.items()


@pytest.mark.parametrize(
    ("metadata", "member"),
    [
        pytest.param({"token_endpoint_auth_method": "private_key_jwt"}, "jwks", id="no-key"),
        pytest.param(
            {"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": []}}, "jwks", id="empty-set"
        ),
        pytest.param(
            {
                "token_endpoint_auth_method": "private_key_jwt",
                "jwks_uri": KEYS,
                "token_endpoint_auth_signing_alg": "HS256",
            },
            "token_endpoint_auth_signing_alg",
            id="secret-algorithm-for-a-key",
        ),
        pytest.param(
            {"token_endpoint_auth_method": "client_secret_jwt", "token_endpoint_auth_signing_alg": "RS256"},
            "token_endpoint_auth_signing_alg",
            id="key-algorithm-for-a-secret",
        ),
        pytest.param(
            {
                "token_endpoint_auth_method": "private_key_jwt",
                "jwks_uri": KEYS,
                "id_token_signed_response_alg": "HS256",
            },
            "id_token_signed_response_alg",
            id="id-token-by-no-secret",
        ),
        pytest.param(
            {"token_endpoint_auth_method": "tls_client_auth"}, "tls_client_auth_subject_dn", id="no-subject"
        ),
        pytest.param(
            {
                "token_endpoint_auth_method": "tls_client_auth",
                "tls_client_auth_subject_dn": "CN=a",
                "tls_client_auth_san_dns": "a.example",
            },
            "tls_client_auth_san_dns",
            id="two-subjects",
        ),
        pytest.param(
            {"token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_subject_dn": "photos"},
            "tls_client_auth_subject_dn",
            id="no-name",
        ),
        pytest.param(
            {"token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_san_ip": "192.0.2"},
            "tls_client_auth_san_ip",
            id="no-address",
        ),
        pytest.param(
            {"token_endpoint_auth_method": "self_signed_tls_client_auth", "jwks": {"keys": [KEY]}},
            "jwks",
            id="key-without-certificate",
        ),
    ],
)
def test_what_is_missing_or_does_not_fit_is_named(metadata: dict[str, Any], member: str) -> None:
    """RFC 7591 §3.2.2: invalid_client_metadata."""
    with pytest.raises(InvalidClientMetadata) as caught:
        read_client_metadata(BASE | metadata, registered_by="operator")

    assert caught.value.member == member
