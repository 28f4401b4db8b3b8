"""The world of one module of machines, on SQLite."""

from collections.abc import Iterator

import pytest

from keys.master_key import MasterKeys
from keys.store import KeyRecord
from tests.databases import SQLiteTemplate
from tests.fuzz.world import World, world_at


@pytest.fixture(scope="module")
def world(
    sqlite_template: SQLiteTemplate,
    tmp_path_factory: pytest.TempPathFactory,
    master_keys: MasterKeys,
    first_keys: list[KeyRecord],
    catalogs: None,
) -> Iterator[World]:
    """A provider that registers strangers and has Ada."""
    folder = tmp_path_factory.mktemp("fuzz")
    with (
        sqlite_template.copy() as url,
        world_at(url, folder, master_keys, first_keys, registration="open") as world,
    ):
        yield world
