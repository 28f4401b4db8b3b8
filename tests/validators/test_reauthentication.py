"""When a signed-in person must sign in again (OpenID Connect Core §3.1.2.1)."""

from typing import Any

import pytest

from validators.login_sessions import SessionRecord
from validators.reauthentication import needs_login

SESSION = SessionRecord(
    id=bytes(16),
    user_id="ada",
    auth_time=1000,
    amr="pwd",
    last_seen_at=1000,
    expires_at=9000,
    user_name="ada",
    user_email=None,
    user_claims="{}",
    user_updated_at=1000,
    consented_scope=None,
)


@pytest.mark.parametrize(
    ("changes", "needed"),
    [
        pytest.param({}, False, id="nothing-asked"),
        pytest.param({"prompts": frozenset({"login"})}, True, id="prompt-login"),
        pytest.param({"prompts": frozenset({"select_account"})}, True, id="prompt-select_account"),
        pytest.param({"prompts": frozenset({"consent"})}, False, id="prompt-consent"),
        pytest.param({"prompts": frozenset({"none"})}, False, id="prompt-none"),
        pytest.param({"prompts": frozenset({"login", "consent"})}, True, id="prompt-login-consent"),
        pytest.param({"max_age": 100, "now": 1100}, False, id="max_age-exactly"),
        pytest.param({"max_age": 100, "now": 1101}, True, id="max_age-over"),
        pytest.param({"max_age": 0, "now": 1000}, True, id="max_age-0-in-the-same-second"),
        pytest.param({"max_age": 0, "now": 1001}, True, id="max_age-0"),
        pytest.param({"max_age": 5, "now": 900}, False, id="clock-set-back"),
        pytest.param({"is_another": False}, False, id="hint-of-the-same"),
        pytest.param({"is_another": True}, True, id="hint-of-another"),
    ],
)
def test_a_sign_in_before_the_request(changes: dict[str, Any], needed: bool) -> None:
    """OpenID Connect Core §3.1.2.1."""
    asked: dict[str, Any] = {
        "prompts": frozenset(),
        "max_age": None,
        "is_another": False,
        "signed_in_for_request": False,
        "now": 1000,
    }

    assert needs_login(SESSION, **(asked | changes)) is needed


@pytest.mark.parametrize(
    ("is_another", "needed"),
    [pytest.param(False, False, id="no-hint"), pytest.param(True, True, id="hint-of-another")],
)
def test_a_sign_in_for_the_request(is_another: bool, needed: bool) -> None:
    """DESIGN §3: satisfies prompt=login and any max_age, but is nobody else's."""
    assert (
        needs_login(
            SESSION,
            prompts=frozenset({"login"}),
            max_age=0,
            is_another=is_another,
            signed_in_for_request=True,
            now=5000,
        )
        is needed
    )
