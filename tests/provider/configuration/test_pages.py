"""docs/configuration-as-code.md: every document on the page can be applied, and does what the page says."""

import json
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from provider.cli.configuration import apply_cli
from provider.configuration.registers import MEMBERS
from provider.setting_kinds import CHECKOUT
from tests.provider.configuration.conftest import Commands

PAGE = (CHECKOUT / "docs" / "configuration-as-code.md").read_text()
DOCUMENTS = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]
MADE, CHANGED = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the documents' references lead somewhere."""
    monkeypatch.setenv("SHOP_SECRET", "s" * 43)
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "job").write_text("j" * 43)
    return tmp_path


def applied(commands: Commands, folder: Path, document: dict[str, Any], *options: str) -> str:
    file = folder / "paper.json"
    file.write_text(json.dumps(document))
    result = commands.run(apply_cli, str(file), *options)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: list(document)[-1])
def test_every_document_is_good(commands: Commands, folder: Path, document: dict[str, Any]) -> None:
    """And the second time it changes nothing."""
    assert applied(commands, folder, document) != "nothing to do\n"
    assert applied(commands, folder, document) == "nothing to do\n"


def test_reports_are_as_on_the_page(commands: Commands, folder: Path) -> None:
    """Word for word, but for the secret."""
    document = deepcopy(DOCUMENTS[0])
    made = applied(commands, folder, document)
    document["clients"][0]["client_name"] = "Shop"
    document["clients"].pop()
    document["resources"] = []

    assert re.sub(r"client_secret: \S+", "client_secret: …", made) == MADE
    assert applied(commands, folder, document, "--prune") == CHANGED


def test_the_page_names_every_kind() -> None:
    """And no other."""
    assert tuple(re.findall(r"(?m)^\| `(\w+)` \|", PAGE)) == MEMBERS
