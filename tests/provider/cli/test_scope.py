"""flask scope."""

from types import SimpleNamespace

import pytest

from provider.cli.scope import scope_cli
from tests.provider.cli.conftest import Run, output_of, refusal_of


def test_create_prints_the_scope(run: Run, command_services: SimpleNamespace) -> None:
    """Stored as given, each claim once; lists say the same."""
    created = output_of(
        run(
            scope_cli,
            *("create", "groups", "--claim", "groups", "--claim", "https://example.org/roles"),
            *("--claim", "groups", "--description", "See your groups", "--json"),
        )
    )

    assert created == {
        "name": "groups",
        "claims": ["groups", "https://example.org/roles"],
        "description": "See your groups",
        "created_at": command_services.clock(),
    }
    assert output_of(run(scope_cli, "list", "--json")) == [created]


def test_list_as_a_table(run: Run) -> None:
    """For people."""
    assert run(scope_cli, "list").stdout == "none\n"
    made = run(scope_cli, "create", "groups", "--claim", "groups")

    assert made.exit_code == 0
    assert run(scope_cli, "list").stdout == made.stdout
    assert "groups" in made.stdout


def test_delete(run: Run) -> None:
    """Once."""
    run(scope_cli, "create", "groups", "--claim", "groups")

    assert run(scope_cli, "delete", "groups").exit_code == 0
    assert output_of(run(scope_cli, "list", "--json")) == []
    assert refusal_of(run(scope_cli, "delete", "groups")).startswith("Error: NAME")


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        *(
            pytest.param([name], "NAME", id=name)
            for name in ("openid", "profile", "email", "address", "phone", "offline_access")
        ),
        pytest.param([""], "NAME", id="empty"),
        pytest.param(["two words"], "NAME", id="space"),
        pytest.param(['a"b'], "NAME", id="quote"),
        pytest.param(["a\\b"], "NAME", id="backslash"),
        pytest.param(["그룹"], "NAME", id="not-ascii"),
        pytest.param(["a" * 201], "NAME", id="long"),
        *(
            pytest.param(["groups", "--claim", name], "--claim", id=f"claim-{name}")
            for name in ("iss", "sub", "aud", "exp", "nonce", "acr", "scope", "client_id", "_claim_names")
        ),
        pytest.param(["groups", "--claim", "groups#ko"], "--claim", id="language"),
        pytest.param(["groups", "--claim", "a b"], "--claim", id="claim-space"),
        pytest.param(["groups", "--claim", "a\u2028b"], "--claim", id="claim-line"),
        pytest.param(["groups", "--claim", ""], "--claim", id="claim-empty"),
        pytest.param(["groups", "--claim", "c" * 201], "--claim", id="claim-long"),
        pytest.param(["groups", *(f"--claim=c{n}" for n in range(51))], "--claim", id="many-claims"),
        pytest.param(["groups", "--description", "d" * 301], "--description", id="huge-description"),
        pytest.param(["groups", "--description", "a\x1b[2Jb"], "--description", id="terminal"),
        pytest.param(["groups", "--description", "a\u202eb"], "--description", id="bidi"),
        pytest.param(["groups", "--description", ""], "--description", id="no-description"),
    ],
)
def test_what_is_refused(run: Run, arguments: list[str], option: str) -> None:
    """RFC 6749 §3.3; Core §2, §5.4: what belongs to the protocol stays its own. Nothing is written."""
    assert refusal_of(run(scope_cli, "create", *arguments)).startswith(f"Error: {option}")
    assert output_of(run(scope_cli, "list", "--json")) == []


def test_a_name_is_defined_once(run: Run) -> None:
    """Deleting it first is how it changes: whoever allowed it is then asked again."""
    run(scope_cli, "create", "groups")

    assert "defined already" in refusal_of(run(scope_cli, "create", "groups", "--claim", "roles"))
