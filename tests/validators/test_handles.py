"""Names and addresses in one namespace."""

import pytest

from validators.handles import email_problem, handle_of, name_problem


@pytest.mark.parametrize(
    ("written", "handle"),
    [
        pytest.param("Ada", "ada", id="case"),
        pytest.param("  Ada ", "ada", id="spaces-at-ends"),
        pytest.param("Ａｄａ", "ada", id="full-width"),
        pytest.param("Straße", "strasse", id="sharp-s"),
        pytest.param("ﬁona", "fiona", id="ligature"),
        pytest.param("cafe\u0301", "caf\u00e9", id="decomposed"),
        pytest.param("한글", "한글", id="hangul"),
        pytest.param("Ada@Example.COM", "ada@example.com", id="address"),
    ],
)
def test_canonical_form(written: str, handle: str) -> None:
    """Unicode §3.13: NFKC and case folding, stable when applied again."""
    assert handle_of(written) == handle
    assert handle_of(handle) == handle


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("", id="empty"),
        pytest.param("   ", id="spaces"),
        pytest.param("a@b", id="at-sign"),
        pytest.param("a＠b", id="full-width-at-sign"),
        pytest.param("ada\u0000", id="nul"),
        pytest.param("ada\n", id="line-end"),
        pytest.param("a\u200bda", id="zero-width"),
        pytest.param("a\u202eda", id="bidi"),
        pytest.param("\ud800", id="lone-surrogate"),
        pytest.param("x" * 65, id="long"),
    ],
)
def test_unsound_name(name: str) -> None:
    """A name looks like no address and like no other name."""
    assert name_problem(name)


@pytest.mark.parametrize("name", ["a", "x" * 64, "Ada Lovelace", "홍길동", "o'neil-2"])
def test_sound_name(name: str) -> None:
    """Any script, spaces within."""
    assert name_problem(name) is None


@pytest.mark.parametrize(
    "email",
    [
        pytest.param("ada", id="no-at-sign"),
        pytest.param("@example.com", id="no-local-part"),
        pytest.param("ada@", id="no-domain"),
        pytest.param("a@b@example.com", id="two-at-signs"),
        pytest.param("a＠b@example.com", id="second-at-sign-once-folded"),
        pytest.param("a da@example.com", id="space"),
        pytest.param("ada@example.com\n", id="line-end"),
        pytest.param("x" * 250 + "@example.com", id="long"),
    ],
)
def test_unsound_address(email: str) -> None:
    """RFC 5321 §4.5.3.1.3: at most 254 characters; one at sign."""
    assert email_problem(email)


@pytest.mark.parametrize("email", ["ada@example.com", "ada+test@mail.example.com", "홍길동@예시.한국"])
def test_sound_address(email: str) -> None:
    """RFC 6531: any script."""
    assert email_problem(email) is None
