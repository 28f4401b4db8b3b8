"""The provider ``op`` over each kind of database, for modules whose outcome the store decides.

A module imports the fixture under its own name, which puts it in the place of the general one.
"""

from collections.abc import Iterator

import pytest

from keys.master_key import MasterKeys
from keys.store import KeyRecord
from tests.conformance.op import Provider, running
from tests.databases import Template


@pytest.fixture(scope="module")
def op(
    request: pytest.FixtureRequest,
    database_kind: str,
    master_keys: MasterKeys,
    first_keys: list[KeyRecord],
    catalogs: None,
) -> Iterator[Provider]:
    """A provider over a database of each kind."""
    template: Template = request.getfixturevalue(f"{database_kind}_template")
    with template.copy() as url, running(url, master_keys, first_keys) as provider:
        yield provider
