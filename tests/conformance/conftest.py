"""Fixtures of the suite's modules."""

from collections.abc import Iterator

import pytest

from keys.master_key import MasterKeys
from keys.store import KeyRecord
from tests.conformance.op import Provider, running
from tests.conformance.suite import Suite
from tests.databases import SQLiteTemplate


@pytest.fixture(scope="module")
def op(
    sqlite_template: SQLiteTemplate, master_keys: MasterKeys, first_keys: list[KeyRecord], catalogs: None
) -> Iterator[Provider]:
    """A provider over SQLite; ``every_store`` has one for each kind of database."""
    with sqlite_template.copy() as url, running(url, master_keys, first_keys) as provider:
        yield provider


@pytest.fixture
def suite(request: pytest.FixtureRequest, op: Provider) -> Iterator[Suite]:
    """The suite at the beginning of a module: a client of its own, nobody signed in."""
    response_type, response_mode = getattr(request, "param", ("code", None))
    suite = Suite(op, response_type, response_mode)
    yield suite
    suite.clean_up()
