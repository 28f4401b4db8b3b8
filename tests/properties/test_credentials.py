"""Codes and refresh tokens: what is derived is read, what is changed is refused."""

from hypothesis import assume, given
from hypothesis import strategies as st

from keys.master_key import MasterKeys
from validators.credentials import GrantCredentials

CREDENTIALS = GrantCredentials(MasterKeys.generate())
IDS = st.binary(min_size=16, max_size=16)
GENERATIONS = st.integers(0, 2**32 - 1)
CLIENT_IDS = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=40)


@given(IDS, IDS, GENERATIONS, CLIENT_IDS)
def test_what_is_derived_is_read_and_genuine(
    grant_id: bytes, salt: bytes, generation: int, client_id: str
) -> None:
    """DESIGN §4."""
    text = CREDENTIALS.derive(
        key_version=1, grant_id=grant_id, generation=generation, salt=salt, client_id=client_id
    )

    credential = CREDENTIALS.read(text)

    assert credential is not None
    assert credential[:3] == (1, grant_id, generation)
    assert CREDENTIALS.is_genuine(credential, key_version=1, salt=salt, client_id=client_id)


@given(IDS, st.tuples(IDS, GENERATIONS, CLIENT_IDS), st.tuples(IDS, GENERATIONS, CLIENT_IDS))
def test_no_two_grants_share_one(
    grant_id: bytes, one: tuple[bytes, int, str], other: tuple[bytes, int, str]
) -> None:
    """DESIGN §4: salt, generation and client are under the MAC; no boundary between them can be moved."""
    assume(one != other)

    texts = {
        CREDENTIALS.derive(key_version=1, grant_id=grant_id, generation=g, salt=s, client_id=c)
        for s, g, c in (one, other)
    }

    assert len(texts) == 2


@given(st.text(max_size=70))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Never an exception; what is read has one spelling."""
    credential = CREDENTIALS.read(text)

    if credential is not None:
        assert len(text) == 64
        assert not CREDENTIALS.is_genuine(credential, key_version=1, salt=bytes(16), client_id="x")
