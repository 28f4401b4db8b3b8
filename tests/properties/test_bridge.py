"""Parsing: any bytes give parameters or a problem, never an exception and never a repetition."""

from urllib.parse import parse_qsl, quote_plus

from hypothesis import given
from hypothesis import strategies as st

from provider.bridge import CONTROLS, MAX_LENGTH, parse

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10)
VALUES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="".join(CONTROLS)), max_size=20)
FORM_BYTES = st.text(st.sampled_from("ab=&%+;0Ff\0\xff"), max_size=60).map(
    lambda text: text.encode("latin-1")
)


@given(st.one_of(st.binary(max_size=200), FORM_BYTES))
def test_any_bytes_are_parsed(raw: bytes) -> None:
    """RFC 6749 §3.1, §3.2: what is returned was sent once, is not empty and holds no control."""
    parsed = parse(raw)

    sent = parse_qsl(raw.decode(errors="replace"), keep_blank_values=True)
    for name, value in parsed.parameters.items():
        assert value
        assert len(value) <= MAX_LENGTH
        assert CONTROLS.isdisjoint(value)
        if name not in {"resource", "audience"}:
            assert [v for n, v in sent if n == name and v] == [value]


@given(st.dictionaries(NAMES, VALUES, max_size=20))
def test_what_is_encoded_comes_back(parameters: dict[str, str]) -> None:
    """RFC 6749 appendix B."""
    raw = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in parameters.items())

    parsed = parse(raw.encode())

    assert parsed.problem is None
    assert parsed.parameters == {name: value for name, value in parameters.items() if value}


@given(
    NAMES.filter(lambda name: name not in {"resource", "audience"}), VALUES.filter(bool), VALUES.filter(bool)
)
def test_a_repetition_never_counts(name: str, one: str, other: str) -> None:
    """RFC 6749 §3.1: neither the first nor the last."""
    parsed = parse("&".join(f"{quote_plus(name)}={quote_plus(value)}" for value in (one, other)).encode())

    assert parsed.problem is not None
    assert parsed.parameters == {}
