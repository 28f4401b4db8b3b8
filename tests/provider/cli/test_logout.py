"""flask logout."""

from types import SimpleNamespace

import pytest

from models.logout_delivery import LogoutDelivery
from provider.cli.logout import logout_cli
from tests.provider.cli.conftest import Run, output_of, refusal_of

STATES = ("waiting", "delivered", "refused", "given_up")


@pytest.fixture
def now(command_services: SimpleNamespace) -> int:
    """The time; there is one delivery in each state, two of them to one client."""
    now: int = command_services.clock()
    with command_services.database.session() as session:
        session.add_all(
            LogoutDelivery(
                id=number,
                client_id="photos" if number < 3 else "notes",
                user_id="ada",
                login_session_id=bytes(16),
                state=state,
                tries=number,
                last_error=None if state == "delivered" else "the client answers 503",
                created_at=now - 60,
                next_try_at=now + 40 if state == "waiting" else None,
                give_up_at=now + 100,
                expires_at=now + 1000,
            )
            for number, state in enumerate(STATES, 1)
        )
    return now


def ids_of(run: Run, *options: str) -> list[int]:
    return [each["id"] for each in output_of(run(logout_cli, "list", "--json", *options))]


def test_list_as_json(run: Run, now: int) -> None:
    """The newest first; times are NumericDate; the sign-in by the name that clients know it by."""
    deliveries = output_of(run(logout_cli, "list", "--json"))

    assert [each["state"] for each in deliveries] == [*reversed(STATES)]
    assert deliveries[-1] == {
        "id": 1,
        "client_id": "photos",
        "user_id": "ada",
        "sid": "AAAAAAAAAAAAAAAAAAAAAA",
        "state": "waiting",
        "tries": 1,
        "last_error": "the client answers 503",
        "created_at": now - 60,
        "next_try_at": now + 40,
    }


def test_list_of_some(run: Run, now: int) -> None:
    """By client, by state, or so many."""
    assert ids_of(run, "--client", "photos") == [2, 1]
    assert ids_of(run, "--state", "given_up") == [4]
    assert ids_of(run, "--limit", "3") == [4, 3, 2]


def test_list_as_a_table(run: Run, now: int) -> None:
    """For people."""
    lines = run(logout_cli, "list").stdout.splitlines()

    assert len(lines) == 5
    assert lines[0].split("  ")[0] == "ID"
    assert "given_up" in lines[1]
    assert "the client answers 503" in lines[1]


def test_list_of_nothing(run: Run) -> None:
    """No deliveries, no error."""
    assert run(logout_cli, "list").stdout == "none\n"


def test_retry_of_one(run: Run, now: int, command_services: SimpleNamespace) -> None:
    """Due now, with a whole day of tries before it."""
    assert run(logout_cli, "retry", "4").exit_code == 0

    with command_services.database.reading() as session:
        row = session.get_one(LogoutDelivery, 4)
    assert (row.state, row.tries, row.next_try_at, row.give_up_at) == ("waiting", 0, now, now + 86400)
    assert row.last_error == "the client answers 503"


@pytest.mark.parametrize(
    ("options", "told", "due"),
    [
        pytest.param(["--all"], "3 due now\n", [4, 3, 1], id="all"),
        pytest.param(["--client", "photos"], "1 due now\n", [1], id="client"),
        pytest.param(["--client", "nobody"], "0 due now\n", [], id="stranger"),
    ],
)
def test_retry_of_many(run: Run, now: int, options: list[str], told: str, due: list[int]) -> None:
    """What has succeeded is not sent again."""
    assert run(logout_cli, "retry", *options).stdout == told

    waiting = output_of(run(logout_cli, "list", "--json", "--state", "waiting"))
    assert [each["id"] for each in waiting if each["next_try_at"] == now] == due


@pytest.mark.parametrize(
    "arguments",
    [[], ["1", "--all"], ["--all", "--client", "photos"], ["2"], ["99"], ["0"], ["x"], [str(2**70)]],
)
def test_retry_of_what_cannot_be_repeated(run: Run, now: int, arguments: list[str]) -> None:
    """One line that says what is wrong; nothing changes."""
    assert "ID" in refusal_of(run(logout_cli, "retry", *arguments))
    assert ids_of(run, "--state", "waiting") == [1]
