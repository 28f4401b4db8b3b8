"""flask grants."""

from types import SimpleNamespace

import pytest

from models.grant import Grant
from provider.cli.grants import grants_cli
from tests.provider.cli.conftest import Run, output_of, refusal_of

FIRST = "AAAAAAAAAAAAAAAAAAAAAA"
SECOND = "AAAAAAAAAAAAAAAAAAAAAQ"


@pytest.fixture
def ada(command_services: SimpleNamespace) -> str:
    """The sub of a person who has granted two things to one client, one of which has expired."""
    sub: str = command_services.people.create("ada").id
    command_services.client_directory.create({"redirect_uris": ["https://client.example/cb"]}, "photos")
    with command_services.database.session() as session:
        session.add_all(
            Grant(
                id=number.to_bytes(16),
                client_id="photos",
                user_id=sub,
                scope="openid",
                resource="",
                salt=bytes(16),
                key_version=1,
                generation=1,
                created_at=number,
                expires_at=command_services.clock() + (60 if number == 0 else -1),
            )
            for number in (0, 1)
        )
    return sub


def test_list_as_json(run: Run, ada: str, command_services: SimpleNamespace) -> None:
    """The newest first; times are NumericDate."""
    grants = output_of(run(grants_cli, "list", "--json"))

    assert [grant["id"] for grant in grants] == [SECOND, FIRST]
    assert grants[1] == {
        "id": FIRST,
        "client_id": "photos",
        "user_id": ada,
        "scope": "openid",
        "created_at": 0,
        "expires_at": command_services.clock() + 60,
        "revoked_at": None,
        "state": "live",
    }


def test_list_as_a_table(run: Run, ada: str) -> None:
    """For people."""
    lines = run(grants_cli, "list", "--user", "ada", "--client", "photos", "--limit", "1").stdout.splitlines()

    assert len(lines) == 2
    assert lines[1].split()[:5] == [SECOND, "photos", ada, "openid", "expired"]


def test_list_of_another_person_is_empty(run: Run, ada: str, command_services: SimpleNamespace) -> None:
    """Only theirs."""
    command_services.people.create("grace")

    assert output_of(run(grants_cli, "list", "--user", "grace", "--json")) == []


def test_one_grant_is_revoked(run: Run, ada: str) -> None:
    """RFC 7009 §2.1: and with it every token it ever gave."""
    assert run(grants_cli, "revoke", FIRST).exit_code == 0

    states = {grant["id"]: grant["state"] for grant in output_of(run(grants_cli, "list", "--json"))}
    assert states == {FIRST: "revoked", SECOND: "expired"}


def test_all_grants_are_revoked(run: Run, ada: str) -> None:
    """The remedy for a stolen key."""
    assert run(grants_cli, "revoke", "--all", "--yes").stdout == "2 revoked\n"
    assert run(grants_cli, "revoke", "--all", "--yes").stdout == "0 revoked\n"


@pytest.mark.parametrize(
    ("args", "names"),
    [
        pytest.param(("revoke",), "ID: give either", id="neither"),
        pytest.param(("revoke", FIRST, "--all"), "ID: give either", id="both"),
        pytest.param(("revoke", "AAAA"), "ID: must be a grant's ID", id="short"),
        pytest.param(("revoke", "A" * 21 + "B"), "ID: must be a grant's ID", id="padding-bits"),
        pytest.param(("revoke", "A" * 21 + "!"), "ID: must be a grant's ID", id="alphabet"),
        pytest.param(("revoke", "가" * 22), "ID: must be a grant's ID", id="hangul"),
        pytest.param(("revoke", "B" * 21 + "A"), "ID: there is no such grant", id="unknown"),
        pytest.param(("list", "--user", "nobody"), "--user: there is nobody", id="nobody"),
        pytest.param(("list", "--client", "nobody"), "--client: there is no such client", id="no-client"),
        pytest.param(("list", "--limit", "0"), "'--limit': 0 is not in the range 1<=x<=100000", id="limit"),
        pytest.param(
            ("list", "--limit", "many"), "'--limit': 'many' is not a valid integer", id="limit-word"
        ),
    ],
)
def test_bad_input_is_one_line_and_revokes_nothing(
    run: Run, ada: str, args: tuple[str, ...], names: str
) -> None:
    """The line names the option and what is allowed."""
    assert names in refusal_of(run(grants_cli, *args))

    assert all(grant["revoked_at"] is None for grant in output_of(run(grants_cli, "list", "--json")))


def test_prune_tells_what_it_removed(run: Run, ada: str) -> None:
    """Only what has expired."""
    result = run(grants_cli, "prune")

    assert result.stdout.splitlines() == [
        "grants: 1",
        "revoked_tokens: 0",
        "authorization_requests: 0",
        "device_codes: 0",
        "used_assertions: 0",
        "login_sessions: 0",
        "logout_deliveries: 0",
        "backchannel_requests: 0",
        "ping_deliveries: 0",
        "audit_events: 0",
        "account_links: 0",
    ]
    assert [grant["id"] for grant in output_of(run(grants_cli, "list", "--json"))] == [FIRST]
