"""When a grant ends."""

from dataclasses import replace

import pytest

from tests.grant_stories import POLICY
from validators.grants import GRANT_COLUMNS, GrantRecord

DAY = 86400
RECORD = GrantRecord(**(dict.fromkeys(GRANT_COLUMNS) | {"created_at": 1000, "expires_at": 0}))  # type: ignore[arg-type]


def test_an_unspent_grant_outlives_what_its_code_may_give() -> None:
    """DESIGN §4: prune only after the latest end of anything that names the row."""
    assert POLICY.first_end(1000, has_code=True, front_channel_seconds=0) == 1000 + 60 + 900


def test_a_grant_without_refresh_token_ends_with_its_access_token() -> None:
    """RFC 6749 §4.2.2."""
    assert POLICY.end(RECORD, 2000, 900, has_refresh_token=False) == 2900


@pytest.mark.parametrize(
    ("now", "end"),
    [
        pytest.param(1000, 1000 + 30 * DAY, id="at-once"),
        pytest.param(1000 + 100 * DAY, 1000 + 130 * DAY, id="later"),
        pytest.param(1000 + 335 * DAY, 1000 + 365 * DAY, id="just-the-year"),
        pytest.param(1000 + 350 * DAY, 1000 + 365 * DAY, id="never-over-the-year"),
    ],
)
def test_a_refresh_token_lives_after_its_last_use_within_the_whole(now: int, end: int) -> None:
    """DESIGN §4: 30 days, and a year in all."""
    assert POLICY.end(RECORD, now, 900, has_refresh_token=True) == end


def test_a_short_whole_rules() -> None:
    """PAPER_GRANT_SECONDS is the bound of bounds."""
    policy = replace(POLICY, grant_seconds=3600)

    assert policy.end(RECORD, 1000, 900, has_refresh_token=True) == 4600
