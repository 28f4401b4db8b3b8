"""flask events, and the events that commands are."""

import json
import os
from types import SimpleNamespace

import pytest
from sqlalchemy import update

from models.audit_event import AuditEvent
from provider.cli.events import events_cli
from provider.cli.scope import scope_cli
from provider.cli.user import user_cli
from tests.provider.cli.conftest import Run, output_of


def test_a_command_that_changes_something_is_an_event(run: Run) -> None:
    """Which command, on what, by which operator; no option, for one may be a secret; looking is none."""
    run(user_cli, "create", "ada", "--password-stdin", stdin="correct horse battery staple\n")
    run(scope_cli, "create", "groups", "--description", "a secret of sorts")
    run(scope_cli, "list")
    run(scope_cli, "create", "groups")  # refused: it is there

    events = output_of(run(events_cli, "list", "--json"))

    assert [(each["command"], each["arguments"]) for each in events] == [
        ("scope create", "groups"),
        ("user create", "ada"),
    ]
    assert all(each["event"] == "operator_command" and each["operator"] for each in events)
    assert "secret" not in json.dumps(events)
    assert "horse" not in json.dumps(events)


def test_an_operator_without_a_name_is_a_number(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Containers may run as a user that the system does not know."""
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 54321)

    run(scope_cli, "create", "groups")

    assert output_of(run(events_cli, "list", "--json"))[0]["operator"] == "54321"


def test_events_of_one_person(run: Run, command_services: SimpleNamespace) -> None:
    """By name, as everywhere."""
    user = output_of(run(user_cli, "create", "ada"))
    command_services.audit_trail.record("signed_in", {"user_id": user["sub"], "address": "192.0.2.1"})

    shown = run(events_cli, "list", "--user", "ada").stdout

    assert shown.count("\n") == 2
    assert "signed_in" in shown
    assert "192.0.2.1" in shown


def test_tail_prints_what_comes(run: Run, command_services: SimpleNamespace) -> None:
    """Only what is kept from now on; here nothing is."""
    command_services.audit_trail.record("signed_in", {})

    assert run(events_cli, "tail", "--for", "0.01").stdout == ""


def test_verify_tells_of_a_change(run: Run, command_services: SimpleNamespace) -> None:
    """Exit status 1, and where."""
    for _ in range(2):
        command_services.audit_trail.record("signed_in", {})
    assert run(events_cli, "verify").stdout == "2 events of 1 chains, as they were written\n"
    with command_services.database.session() as session:
        session.execute(update(AuditEvent).where(AuditEvent.sequence == 1).values(user_id="eve"))

    found = run(events_cli, "verify")

    assert found.exit_code == 1
    assert "1: was changed or forged" in found.stdout
    assert found.stderr == "Error: 1 faults in 2 events of 1 chains\n"
