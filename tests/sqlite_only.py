"""A ``database_url`` for modules whose tests do not depend on the kind of database: SQLite alone.

A module imports the fixture under its own name, which puts it in the place of the general one.
"""

from collections.abc import Iterator

import pytest

from tests.databases import SQLiteTemplate


@pytest.fixture
def database_url(sqlite_template: SQLiteTemplate) -> Iterator[str]:
    """The URL of a migrated, empty SQLite database of the test's own."""
    with sqlite_template.copy() as url:
        yield url
