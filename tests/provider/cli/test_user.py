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


def token_of(link: str, page: str) -> str:
    """Return the token of a link to one of the pages."""
    start = f"http://localhost:9031/{page}?token="
    assert link.startswith(start)
    return link.removeprefix(start)


def test_an_invitation_is_a_person_and_a_link(run: Run, command_services: SimpleNamespace) -> None:
    """For three days, once; the person is there and cannot sign in before."""
    clock = command_services.clock

    invited = output_of(run(user_cli, "invite", "ada", "--email", "ada@example.com", "--operator"))

    assert invited["expires_at"] == clock() + 3 * 86400
    assert output_of(run(user_cli, "show", "ada")) == {
        name: value for name, value in invited.items() if name not in ("link", "expires_at")
    }
    assert (invited["email"], invited["has_password"], invited["is_operator"]) == (
        *("ada@example.com", False),
        True,
    )
    token = token_of(invited["link"], "welcome")
    assert command_services.account_links.set_password(token, PASSWORD) is not None
    assert command_services.people.authenticate("ada", PASSWORD)


def test_a_reset_link_leaves_the_password_until_it_is_used(
    run: Run, command_services: SimpleNamespace
) -> None:
    """Asked for by mistake, it locks nobody out; a fresh one ends the old one."""
    output_of(run(user_cli, "create", "ada", "--password-stdin", stdin=PASSWORD))
    links, clock = command_services.account_links, command_services.clock

    old = token_of(output_of(run(user_cli, "reset-link", "ada"))["link"], "welcome")
    fresh = output_of(run(user_cli, "reset-link", "ADA", "--days", "7"))

    assert command_services.people.authenticate("ada", PASSWORD)
    assert fresh["expires_at"] == clock() + 7 * 86400
    assert links.find(old) is None
    assert links.find(token_of(fresh["link"], "welcome")) is not None


def test_the_set_up_link_is_for_an_empty_provider(run: Run, command_services: SimpleNamespace) -> None:
    """A fresh one each time; none once anybody is there."""
    first = run(user_cli, "setup-link").stdout.strip()
    second = run(user_cli, "setup-link").stdout.strip()

    assert not command_services.set_up.is_open(token_of(first, "setup"))
    assert command_services.set_up.is_open(token_of(second, "setup"))
    output_of(run(user_cli, "create", "ada"))
    assert not command_services.set_up.is_open(token_of(second, "setup"))
    assert "somebody is here already" in refusal_of(run(user_cli, "setup-link"))


@pytest.mark.parametrize(
    ("args", "says"),
    [
        pytest.param(("invite", "ada"), "NAME: is taken", id="taken"),
        pytest.param(("invite", "grace", "--email", "x"), "--email: must be an e-mail", id="email"),
        pytest.param(("invite", "grace", "--days", "0"), "'--days': 0 is not in the range", id="no-day"),
        pytest.param(("reset-link", "ada", "--days", "31"), "'--days': 31 is not in", id="many-days"),
        pytest.param(("reset-link", "mary"), "NAME: is disabled", id="disabled"),
        pytest.param(("reset-link", "nobody"), "NAME: there is nobody", id="nobody"),
    ],
)
def test_no_link_for_what_cannot_be(run: Run, args: tuple[str, ...], says: str) -> None:
    """One line, and nothing is written."""
    output_of(run(user_cli, "create", "ada"))
    output_of(run(user_cli, "create", "mary"))
    run(user_cli, "disable", "mary")

    assert says in refusal_of(run(user_cli, *args))
    assert len(output_of(run(user_cli, "list", "--json"))) == 2


def test_no_link_is_kept_with_the_event(run: Run, command_services: SimpleNamespace) -> None:
    """Who was invited is; how they come in is not."""
    token = token_of(output_of(run(user_cli, "invite", "ada"))["link"], "welcome")

    (event,) = AuditDirectory(command_services.database, command_services.digests).list(limit=100)
    assert json.loads(event.details) | {"operator": ""} == {
        **{"command": "user invite", "arguments": "ada", "operator": ""},
    }
    assert token not in str(event)


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
