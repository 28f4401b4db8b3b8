"""at_hash, c_hash and s_hash against published values."""

import base64
import hashlib

import pytest

from keys.errors import UnknownAlgorithm
from keys.hashes import half_hash


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("dNZX1hEZ9wBCzNL40Upu646bdzQA", "wfgvmE9VxjAudsl9lc6TqA", id="sample"),
        pytest.param(
            "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", "77QmUPtjPfzWtF2AnpK9RQ", id="A.3-at_hash"
        ),
        pytest.param(
            "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk",
            "LDktKdoQak3Pk0cnXxCltA",
            id="A.4-c_hash",
        ),
    ],
)
def test_published_values(value: str, expected: str) -> None:
    """OpenID Connect Core appendices A.3, A.4 and A.6, all RS256."""
    assert half_hash(value, "RS256") == expected


@pytest.mark.parametrize(
    ("algs", "name"),
    [
        pytest.param(("RS256", "PS256", "ES256", "HS256"), "sha256", id="256"),
        pytest.param(("RS384", "PS384", "ES384", "HS384"), "sha384", id="384"),
        pytest.param(("RS512", "PS512", "ES512", "HS512", "EdDSA"), "sha512", id="512"),
    ],
)
def test_the_signing_algorithm_chooses_the_hash(algs: tuple[str, ...], name: str) -> None:
    """OpenID Connect Core §3.1.3.6: the hash of the alg header; for Ed25519 SHA-512 (RFC 8032 §5.1)."""
    digest = hashlib.new(name, b"token").digest()
    expected = base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()

    assert {half_hash("token", alg) for alg in algs} == {expected}


@pytest.mark.parametrize("alg", ["none", "ES256K", "", "XS256"])
@pytest.mark.security
def test_an_unknown_algorithm_gives_no_hash(alg: str) -> None:
    """CVE-2026-28498: a check with an unknown algorithm must fail, never pass."""
    with pytest.raises(UnknownAlgorithm):
        half_hash("token", alg)
