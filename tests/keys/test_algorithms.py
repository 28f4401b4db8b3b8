"""The table of algorithms, and which keys fit them."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, rsa

from keys.algorithms import ALGORITHMS, generate_private_key, require_algorithm, require_fit
from keys.errors import BadKey, UnknownAlgorithm


@pytest.mark.parametrize("alg", ["none", "None", "nOnE", "HS256", "ES256K", "rs256", "", "Ed25519"])
def test_other_algorithms_are_unknown(alg: str) -> None:
    """RFC 8725 §3.1, §3.2: only the algorithms of the table, spelled exactly, and never none."""
    with pytest.raises(UnknownAlgorithm):
        require_algorithm(alg)


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_a_key_made_for_an_algorithm_fits_it(alg: str, private_keys: dict[str, Any]) -> None:
    """RFC 7518 §3.1: key type and curve by algorithm."""
    require_fit(alg, private_keys[alg])
    require_fit(alg, private_keys[alg].public_key())


@pytest.mark.parametrize(
    ("alg", "key"),
    [
        pytest.param("ES256", ec.generate_private_key(ec.SECP384R1()), id="curve"),
        pytest.param("ES256", ec.generate_private_key(ec.SECP256K1()), id="unsupported-curve"),
        pytest.param("EdDSA", ed448.Ed448PrivateKey.generate(), id="ed448"),
        pytest.param("RS256", ec.generate_private_key(ec.SECP256R1()), id="type"),
        pytest.param("RS256", rsa.generate_private_key(65537, 1024), id="weak-rsa"),
        pytest.param("RS256", b"-----BEGIN PUBLIC KEY-----", id="not-a-key"),
    ],
)
def test_a_key_of_another_kind_is_refused(alg: str, key: Any) -> None:
    """RFC 7518 §3.3: RSA with at least 2048 bits; §3.4: the curve belongs to the algorithm."""
    with pytest.raises(BadKey):
        require_fit(alg, key)


def test_an_odd_rsa_size_is_refused() -> None:
    """RFC 7518 §3.3."""
    with pytest.raises(BadKey):
        generate_private_key("RS256", rsa_bits=1024)
