"""RFC 8628 §6.1: codes that people type."""

import pytest

from validators.user_codes import ALPHABET, new_user_code, read_user_code, show_user_code


def test_a_new_code_is_read_as_shown() -> None:
    """Eight letters of twenty, in two groups."""
    code = new_user_code()

    assert len(code) == 8
    assert set(code) <= set(ALPHABET)
    assert read_user_code(show_user_code(code)) == code


def test_codes_differ() -> None:
    """RFC 8628 §5.1: 34 bits of randomness."""
    assert len({new_user_code() for _ in range(200)}) == 200


@pytest.mark.parametrize(
    "typed", ["wdjb mjht", "WDJB_MJHT", "w-d-j-b-m-j-h-t", "\tWDJB\u2014MJHT\n", "ＷＤＪＢＭＪＨＴ"]
)
def test_separators_and_case_mean_nothing(typed: str) -> None:
    """RFC 8628 §6.1."""
    assert read_user_code(typed) == "WDJBMJHT"


@pytest.mark.parametrize(
    "typed", ["", "WDJB-MJH", "WDJB-MJHTT", "WDJB-MJH0", "AEIO-UYAE", "W" * 65, "ßßßßßßßß"]
)
def test_anything_else_is_no_code(typed: str) -> None:
    """Letters outside of the alphabet are not guessed at."""
    assert read_user_code(typed) is None
