"""flask user."""

import json
from types import SimpleNamespace

import pytest

from provider.cli.user import user_cli
from tests.provider.cli.conftest import Run, output_of, refusal_of
from validators.audit_directory import AuditDirectory

PASSWORD = "correct horse"


def test_person_is_printed_with_sub(run: Run, command_services: SimpleNamespace) -> None:
    """OpenID Connect Core §5.1: claims from standard input; the password is nowhere in the answer."""
    claims = json.dumps({"name": "에이다", "email": "ada@example.com", "email_verified": True})

    user = output_of(run(user_cli, "create", "ada", "--claims", "-", stdin=claims))

    assert user == {
        "sub": user["sub"],
        "username": "ada",
        "email": "ada@example.com",
        "claims": {"name": "에이다", "email_verified": True},
        "has_password": False,
        "created_at": command_services.clock(),
        "updated_at": command_services.clock(),
        "disabled_at": None,
        "is_operator": False,
    }
    assert output_of(run(user_cli, "show", user["sub"])) == user


@pytest.mark.parametrize("ending", ["", "\n", "\r\n", "\nanother line\n"])
def test_password_is_the_first_line(run: Run, command_services: SimpleNamespace, ending: str) -> None:
    """Line ends belong to the terminal."""
    made = run(user_cli, "create", "ada", "--password-stdin", stdin=PASSWORD + ending)

    assert output_of(made)["has_password"]
    assert command_services.people.authenticate("ada", PASSWORD)


@pytest.mark.parametrize(
    ("args", "stdin", "names"),
    [
        pytest.param(("a@b",), "", "NAME: must be 1 to 64", id="name"),
        pytest.param(("ada", "--email", "ada"), "", "--email: must be an e-mail address", id="email"),
        pytest.param(("ada", "--claims", "-"), '{"sub": "x"}', "--claims: sub is a name", id="sub"),
        pytest.param(("ada", "--claims", "-"), "x", "--claims: must be a JSON object", id="not-json"),
        pytest.param(("ada", "--password-stdin"), "short", "--password-stdin: a password has", id="short"),
        pytest.param(
            ("ada", "--password-stdin"), b"\xff" * 9, "--password-stdin: must be UTF-8", id="not-utf-8"
        ),
        pytest.param(
            ("ada", "--claims", "-", "--password-stdin"), "{}", "cannot both read", id="stdin-twice"
        ),
        pytest.param((), "", "Missing argument 'NAME'", id="no-name"),
    ],
)
def test_bad_input_is_one_line_and_writes_nothing(
    run: Run, args: tuple[str, ...], stdin: str | bytes, names: str
) -> None:
    """The line names the option and what is allowed."""
    line = refusal_of(run(user_cli, "create", *args, stdin=stdin))

    assert names in line
    assert output_of(run(user_cli, "list", "--json")) == []


def test_taken_name_is_one_line(run: Run) -> None:
    """Names and addresses share one namespace."""
    output_of(run(user_cli, "create", "ada"))

    assert "NAME: is taken" in refusal_of(run(user_cli, "create", "ADA"))


@pytest.mark.parametrize("command", ["show", "disable", "enable", "delete", "operator", "set-password"])
def test_nobody_is_one_line(run: Run, command: str) -> None:
    """Nothing to show or change."""
    assert "NAME: there is nobody" in refusal_of(run(user_cli, command, "nobody"))


def test_disable_and_enable(run: Run, command_services: SimpleNamespace) -> None:
    """In the list a person's state is a word."""
    output_of(run(user_cli, "create", "ada", "--password-stdin", stdin=PASSWORD))

    assert run(user_cli, "disable", "ada").exit_code == 0
    assert not command_services.people.authenticate("ada", PASSWORD)
    assert " disabled " in run(user_cli, "list").stdout

    assert run(user_cli, "enable", "ada").exit_code == 0
    assert command_services.people.authenticate("ada", PASSWORD)
    assert " active " in run(user_cli, "list").stdout


def test_the_role_of_an_operator_comes_and_goes(run: Run, command_services: SimpleNamespace) -> None:
    """Shown with the person, and each time a security event of theirs; the last one may go by command."""
    ada = output_of(run(user_cli, "create", "ada", "--operator"))
    grace = output_of(run(user_cli, "create", "grace"))
    assert run(user_cli, "operator", "grace").exit_code == 0
    assert run(user_cli, "operator", "ada", "--remove").exit_code == 0

    assert (ada["is_operator"], grace["is_operator"]) == (True, False)
    listed = {each["username"]: each["is_operator"] for each in output_of(run(user_cli, "list", "--json"))}
    assert listed == {"ada": False, "grace": True}
    assert " operator " in run(user_cli, "list").stdout
    events = AuditDirectory(command_services.database, command_services.digests).list(limit=100)
    assert [(each.event, each.user_id) for each in reversed(events) if each.user_id] == [
        ("operator_made", ada["sub"]),
        ("operator_made", grace["sub"]),
        ("operator_removed", ada["sub"]),
    ]
    assert run(user_cli, "operator", "grace", "--remove").exit_code == 0


def test_new_password_from_standard_input(run: Run, command_services: SimpleNamespace) -> None:
    """For scripts."""
    output_of(run(user_cli, "create", "ada"))

    assert run(user_cli, "set-password", "ada", "--password-stdin", stdin=PASSWORD).exit_code == 0

    assert command_services.people.authenticate("ada", PASSWORD)


def test_new_password_is_asked_for_twice(run: Run, command_services: SimpleNamespace) -> None:
    """For people at a terminal; it is not shown."""
    output_of(run(user_cli, "create", "ada"))

    result = run(user_cli, "set-password", "ada", stdin=f"{PASSWORD}\n{PASSWORD}\n")

    assert result.exit_code == 0
    assert PASSWORD not in result.output
    assert command_services.people.authenticate("ada", PASSWORD)


def test_deleted_person_is_gone(run: Run) -> None:
    """The name is free again, the sub is not."""
    first = output_of(run(user_cli, "create", "ada"))

    assert run(user_cli, "delete", "ada").exit_code == 0

    assert output_of(run(user_cli, "list", "--json")) == []
    assert output_of(run(user_cli, "create", "ada"))["sub"] != first["sub"]
