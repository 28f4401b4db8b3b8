"""Basic authentication: any header is read or refused; what was encoded comes back."""

import base64
from urllib.parse import quote_plus

from hypothesis import given
from hypothesis import strategies as st

from validators.basic_auth import read_basic

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(TEXTS.filter(bool), TEXTS)
def test_what_is_encoded_comes_back(client_id: str, secret: str) -> None:
    """RFC 6749 §2.3.1."""
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"

    assert read_basic(f"Basic {base64.b64encode(pair.encode()).decode()}") == (client_id, secret)


@given(st.text(max_size=60))
def test_any_header_is_read_or_refused(text: str) -> None:
    """Never an exception."""
    for header in (text, f"Basic {text}"):
        pair = read_basic(header)
        assert pair is None or pair[0]


@given(st.binary(max_size=40))
def test_any_credentials_are_read_or_refused(raw: bytes) -> None:
    """Never an exception."""
    pair = read_basic(f"Basic {base64.b64encode(raw).decode()}")

    assert pair is None or (pair[0] and b":" in raw)
