"""What the database drivers tell of a statement that failed."""

import psycopg
import pytest

from models.drivers import PostgreSQLDriver


@pytest.mark.parametrize(
    ("error", "is_certain"),
    [
        pytest.param(psycopg.errors.SerializationFailure(), True, id="40001"),
        pytest.param(psycopg.errors.DeadlockDetected(), True, id="40P01"),
        pytest.param(psycopg.errors.AdminShutdown(), False, id="57P01"),
        pytest.param(psycopg.OperationalError(), False, id="lost"),
    ],
)
def test_which_postgresql_errors_may_be_tried_again(error: Exception, is_certain: bool) -> None:
    """DESIGN §4: one retry on 40001 and 40P01, certainly rolled back."""
    assert PostgreSQLDriver().has_certainly_not_run(error) is is_certain
