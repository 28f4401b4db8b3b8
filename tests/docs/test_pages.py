"""The pages of docs/: what they tell to type works, and every guide says whether it was run."""

import json
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from provider.first_run import WELCOME
from provider.setting_kinds import CHECKOUT
from provider.settings import Settings
from tests.docs.commands_on_a_page import read_page
from validators.set_up import LIFETIME_SECONDS

DOCS = CHECKOUT / "docs"
GUIDES = sorted(path for path in (DOCS / "guides").glob("*.md") if path.name != "index.md")
FLOWS = sorted((DOCS / "flows").glob("*.md"))
TYPED = [DOCS / "quickstart.md", DOCS / "concepts.md", DOCS / "guides" / "index.md", *GUIDES, *FLOWS]


def name_of(path: Path) -> str:
    return str(path.relative_to(DOCS))


@pytest.mark.parametrize("path", TYPED, ids=name_of)
def test_its_commands_work(path: Path, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In their order, at an empty provider, with the files that the page shows."""
    page = read_page(path)
    for name, text in page.files.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)

    for arguments in page.commands:
        with app.app_context():
            done = app.test_cli_runner().invoke(args=arguments, input="a long password\n" * 2)

        assert (done.exit_code, done.stderr) == (0, ""), (arguments, done.output)

    assert page.commands


@pytest.mark.parametrize("path", [CHECKOUT / "README.md", DOCS / "quickstart.md"], ids=lambda path: path.name)
def test_the_first_run_says_what_the_page_shows(path: Path) -> None:
    """To the letter, but for the token."""
    issuer = Settings().issuer
    link = f"{issuer}/setup?token=J0vC…"

    assert WELCOME.format(issuer=issuer, link=link, minutes=LIFETIME_SECONDS // 60) in path.read_text()


def test_every_decision_is_in_the_navigation() -> None:
    """Of those in docs/adr/."""
    navigation = (CHECKOUT / "mkdocs.yml").read_text()

    assert [path.name for path in (DOCS / "adr").glob("*.md") if f"adr/{path.name}" not in navigation] == []


@pytest.mark.parametrize("path", [*GUIDES, *FLOWS], ids=name_of)
def test_every_file_is_read_by_a_command(path: Path) -> None:
    """A document that nobody registers could be wrong unnoticed."""
    page = read_page(path)

    assert set(page.files) <= {word for command in page.commands for word in command}
    assert any(command[:2] == ["client", "create"] for command in page.commands)


@pytest.mark.parametrize("path", GUIDES, ids=name_of)
def test_what_is_registered_is_what_the_application_uses(path: Path) -> None:
    """A client identifier that the page sets is used again below; so is the issuer."""
    page = read_page(path)
    settings = path.read_text().partition("## Configure")[2]

    chosen = [
        command[command.index("--client-id") + 1] for command in page.commands if "--client-id" in command
    ]

    assert all(each in settings for each in chosen if "CLIENT_ID" not in settings)
    assert "https://id.example.org" in settings or 'os.environ["ISSUER"]' in settings.replace("'", '"')


@pytest.mark.parametrize("path", GUIDES, ids=name_of)
def test_a_guide_says_whether_it_was_run(path: Path) -> None:
    """On its own page and in the table of all, alike, with a version."""
    said = path.read_text().partition("\n## Run?\n\n")[2]
    row = re.search(rf"\({re.escape(path.name)}\) \| (yes|no)", (DOCS / "guides" / "index.md").read_text())

    assert row
    assert said.startswith("Yes" if row[1] == "yes" else "Not run.")
    assert row[1] == "no" or re.search(r"\d+\.\d+\.\d+", said)


def test_a_named_test_is_there() -> None:
    """Guides name the tests that run them."""
    named = {test for path in GUIDES for test in re.findall(r"`(tests/[^`]+)`", path.read_text())}

    assert named
    assert all((CHECKOUT / test).exists() for test in named)


def test_endpoints_are_there(http: FlaskClient) -> None:
    """docs/endpoints.md names what the provider has, each path as it is."""
    rows = re.findall(r"(?m)^\| (`/.*?) \|", (DOCS / "endpoints.md").read_text())
    named = {path for row in rows for path in re.findall(r"`([^`]+)`", row)}

    known = set(json.loads(http.get("/openapi.json").data)["paths"])

    assert len(named) > 20
    assert named <= known


def test_every_flow_has_a_picture_and_a_place_in_the_list() -> None:
    """Pages, pictures and their sources go together."""
    pages = {path.stem for path in FLOWS}

    assert pages == {path.stem for path in (DOCS / "images" / "flows").glob("*.txt")}
    assert all(f"(flows/{page}.md)" in (DOCS / "flows.md").read_text() for page in pages)
    assert all(f"(../images/flows/{path.stem}.svg)" in path.read_text() for path in FLOWS)
