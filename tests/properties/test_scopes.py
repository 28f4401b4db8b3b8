"""Scopes: parsing and the subset rule, for any text."""

from hypothesis import given
from hypothesis import strategies as st

from tests.validators.clients_in_memory import client_of
from validators.scopes import SCOPE_TOKEN, is_allowed, parse_scope

WORDS = st.text(
    st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters='"\\'), min_size=1, max_size=8
)


@given(st.text())
def test_any_text_is_words_or_malformed(text: str) -> None:
    """RFC 6749 §3.3: never an exception; words are well formed, once each, and were sent."""
    words = parse_scope(text)

    if words is not None:
        assert len(set(words)) == len(words)
        assert all(SCOPE_TOKEN.fullmatch(word) for word in words)
        assert set(words) == set(text.split(" ")) - {""}


@given(st.lists(WORDS))
def test_words_come_back_in_order(words: list[str]) -> None:
    """RFC 6749 §3.3."""
    assert parse_scope(" ".join(words)) == list(dict.fromkeys(words))


@given(st.lists(WORDS), st.lists(WORDS))
def test_only_a_subset_is_allowed(registered: list[str], asked: list[str]) -> None:
    """DESIGN §6: exactly the client's own words."""
    client = client_of(scope=" ".join(registered))

    assert is_allowed(asked, client) is (set(asked) <= set(registered))
