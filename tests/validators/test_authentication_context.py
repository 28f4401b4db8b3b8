"""``acr`` (OpenID Connect Core §2)."""

import pytest

from validators.authentication_context import PASSWORD, PROTECTED_PASSWORD, reachable, reached


@pytest.mark.parametrize(
    ("amr", "wanted", "is_https", "acr"),
    [
        pytest.param("pwd", [], True, PROTECTED_PASSWORD, id="says-most"),
        pytest.param("pwd", [PASSWORD, PROTECTED_PASSWORD], True, PASSWORD, id="order-of-the-client"),
        pytest.param("pwd", ["phr"], True, PROTECTED_PASSWORD, id="unknown"),
        pytest.param("pwd", [PROTECTED_PASSWORD], False, PASSWORD, id="http-protects-nothing"),
        pytest.param("mfa pwd", [], False, PASSWORD, id="among-others"),
        pytest.param("", [PASSWORD], True, None, id="nothing-known"),
        pytest.param("fpt", [PASSWORD], True, None, id="no-password"),
    ],
)
def test_what_was_done_is_told(amr: str, wanted: list[str], is_https: bool, acr: str | None) -> None:
    """Core §2: a context is claimed only for a sign-in that satisfied it."""
    assert reached(amr, wanted, is_https=is_https) == acr
    assert acr is None or acr in reachable(is_https=is_https)
