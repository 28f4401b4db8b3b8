"""base64url is read strictly."""

import pytest

from keys import base64url


def test_bytes_come_back() -> None:
    """RFC 7515 appendix C: the example."""
    data = bytes([3, 236, 255, 224, 193])

    text = base64url.encode(data)

    assert text == "A-z_4ME"
    assert base64url.decode(text) == data


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("A-z_4ME=", id="padding"),
        pytest.param("A-z_4MF", id="padding-bits"),
        pytest.param("A-z_4", id="impossible-length"),
        pytest.param("A+z/4ME", id="other-alphabet"),
        pytest.param("A-z_ 4ME", id="space"),
        pytest.param("A-z_4ME\n", id="newline"),
        pytest.param("A-z_4Mé", id="not-ascii"),
        pytest.param("\udcff", id="surrogate"),
    ],
)
def test_every_other_spelling_is_refused(text: str) -> None:
    """RFC 7515 §2: no padding, no line breaks; RFC 4648 §3.5: padding bits are zero."""
    with pytest.raises(ValueError):  # noqa: PT011 - the kind of error is all that is promised
        base64url.decode(text)
