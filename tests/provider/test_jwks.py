"""The published keys (RFC 7517 §5)."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from provider.wiring import Services
from tests.sqlite_only import database_url as database_url

PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}


@pytest.fixture
def keys(http: FlaskClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = http.get("/jwks").get_json()["keys"]
    return found


@pytest.mark.security
def test_no_private_member_is_published(keys: list[dict[str, Any]]) -> None:
    """RFC 7517 §9.2, RFC 7518 §6."""
    assert keys
    assert [key for key in keys if PRIVATE & key.keys()] == []


def test_every_key_has_a_name_of_its_own_and_one_use(keys: list[dict[str, Any]]) -> None:
    """Conformance §2.1: kid, alg and use; kids differ; those for requests encrypt."""
    assert len({key["kid"] for key in keys}) == len(keys)
    assert all(key["alg"] for key in keys)
    assert {key["alg"] for key in keys if key["use"] == "enc"} == {"RSA-OAEP-256", "ECDH-ES"}
    assert {key["alg"] for key in keys if key["use"] == "sig"} == {"RS256", "ES256"}


def test_the_first_keys_are_rs256_and_es256(keys: list[dict[str, Any]]) -> None:
    """DESIGN §5."""
    assert {key["alg"] for key in keys} >= {"RS256", "ES256"}


def test_caches_keep_it_as_long_as_a_new_key_waits(services: Services, http: FlaskClient) -> None:
    """DESIGN §5: what is promoted has been published for the cache time."""
    response = http.get("/jwks")
    again = http.get("/jwks", headers={"If-None-Match": response.headers["ETag"]})

    assert response.headers["Cache-Control"] == f"public, max-age={services.settings.jwks_cache_seconds}"
    assert again.status_code == 304


def test_head_is_as_good_as_get(http: FlaskClient) -> None:
    """RFC 9110 §9.3.2."""
    response = http.head("/jwks")

    assert (response.status_code, response.data) == (200, b"")
