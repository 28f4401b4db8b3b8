"""Private keys at rest."""

from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from keys.errors import BadKey, BadSeal
from keys.master_key import MasterKeys
from keys.private_key import PURPOSE, open_private_key, seal_private_key
from keys.sealed import Sealer
from keys.store import KeyRecord


def test_a_sealed_key_comes_back(
    make_record: Callable[..., KeyRecord], private_keys: dict[str, Any], sealer: Sealer
) -> None:
    """RFC 5208: PKCS#8 holds the whole key."""
    record = make_record("ES256")

    key = open_private_key(record.sealed_private, sealer, kid=record.kid, alg="ES256")

    assert key.private_numbers() == private_keys["ES256"].private_numbers()
    assert seal_private_key(key, sealer) != record.sealed_private


@pytest.mark.security
def test_a_key_in_another_s_place_is_refused(make_record: Callable[..., KeyRecord], sealer: Sealer) -> None:
    """Whoever can write the database but not seal may swap rows: the kid would then name another key."""
    record = make_record("ES256")
    other = make_record("ES256", key=ec.generate_private_key(ec.SECP256R1()))

    with pytest.raises(BadKey, match="another key's"):
        open_private_key(other.sealed_private, sealer, kid=record.kid, alg="ES256")


@pytest.mark.security
def test_another_installation_s_key_does_not_open(make_record: Callable[..., KeyRecord]) -> None:
    """A stolen database alone signs nothing."""
    record = make_record("ES256")

    with pytest.raises(BadSeal):
        open_private_key(
            record.sealed_private, Sealer(MasterKeys.generate(), PURPOSE), kid=record.kid, alg="ES256"
        )
