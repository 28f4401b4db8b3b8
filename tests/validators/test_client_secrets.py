"""What a client begins with (RFC 6749 §A.1, §A.2)."""

from typing import Any

import pytest

from validators.client_secrets import first_client_id, first_secret
from validators.metadata_values import InvalidClientMetadata

CONFIDENTIAL = {"token_endpoint_auth_method": "client_secret_basic"}
PUBLIC = {"token_endpoint_auth_method": "none"}


def test_identifier_has_128_random_bits() -> None:
    """RFC 6749 §2.2: unique, no secret."""
    made = {first_client_id(None) for _ in range(100)}

    assert len(made) == 100
    assert {len(client_id) for client_id in made} == {22}


def test_secret_has_256_random_bits() -> None:
    """RFC 6749 §10.10: at most 2^-160 to guess it."""
    made = {first_secret(CONFIDENTIAL, None) for _ in range(100)}

    assert len(made) == 100
    assert {len(secret or "") for secret in made} == {43}


def test_public_client_gets_none() -> None:
    """RFC 6749 §2.1."""
    assert first_secret(PUBLIC, None) is None


@pytest.mark.parametrize("client_id", ["s6BhdRkqt3", "photos app/1", "https://client.example/", "x" * 200])
def test_sound_identifier_is_kept(client_id: str) -> None:
    """RFC 6749 §A.1: VSCHAR."""
    assert first_client_id(client_id) == client_id


@pytest.mark.parametrize(
    "client_id",
    [
        pytest.param("", id="empty"),
        pytest.param("클라이언트", id="non-ascii"),
        pytest.param("line\n", id="control"),
        pytest.param("photos ", id="space-at-end"),
        pytest.param("x" * 201, id="long"),
        pytest.param(7, id="number"),
    ],
)
def test_unsound_identifier_is_refused(client_id: Any) -> None:
    """RFC 6749 §A.1: VSCHAR."""
    with pytest.raises(InvalidClientMetadata, match="client_id: must be 1 to 200 printable ASCII"):
        first_client_id(client_id)


@pytest.mark.parametrize("secret", ["~!@#$%^&*() " * 3, "x" * 32, "x" * 1024])
def test_sound_secret_is_kept(secret: str) -> None:
    """RFC 6749 §A.2: VSCHAR, from 32 characters on."""
    assert first_secret(CONFIDENTIAL, secret) == secret


@pytest.mark.parametrize(
    ("metadata", "secret"),
    [
        pytest.param(CONFIDENTIAL, "x" * 31, id="short"),
        pytest.param(CONFIDENTIAL, "x" * 1025, id="long"),
        pytest.param(CONFIDENTIAL, "비" * 32, id="non-ascii"),
        pytest.param(CONFIDENTIAL, "x" * 32 + "\n", id="control"),
        pytest.param(CONFIDENTIAL, ["x"] * 32, id="list"),
        pytest.param(PUBLIC, "x" * 32, id="public-client"),
    ],
)
def test_unsound_secret_is_refused(metadata: dict[str, str], secret: Any) -> None:
    """RFC 6749 §A.2: VSCHAR."""
    with pytest.raises(InvalidClientMetadata, match="client_secret: "):
        first_secret(metadata, secret)
