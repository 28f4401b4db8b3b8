"""The schema's revisions, on both databases."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from models.database import Database
from provider import migrate


def tables(database: Database) -> set[str]:
    with database.reading() as session:
        return set(inspect(session.connection()).get_table_names())


def test_migrated_schema_is_what_the_models_say(database: Database) -> None:
    """DESIGN: a fresh database and one that came up revision by revision are the same."""
    with database.reading() as session:
        context = MigrationContext.configure(session.connection())

        differences = compare_metadata(context, migrate.target_metadata())

    assert differences == []


def test_downgrade_to_base_leaves_no_table_and_upgrade_brings_all_back(database: Database) -> None:
    """Every revision has a downgrade."""
    migrate.downgrade(database, "base")
    after_downgrade = tables(database)

    migrate.upgrade(database)

    assert after_downgrade == {"alembic_version"}
    assert tables(database) == {"alembic_version", *migrate.target_metadata().tables}


def columns(database: Database) -> dict[str, dict[str, bool]]:
    """Return of each table's columns whether an insert that does not know them works."""
    with database.reading() as session:
        inspector = inspect(session.connection())
        return {
            table: {each["name"]: each["nullable"] or each["default"] is not None for each in found}
            for (_, table), found in inspector.get_multi_columns().items()
        }


def test_revisions_only_add(database: Database) -> None:
    """docs/deployment.md: an older version finds what it needs in a newer schema, and may omit the rest."""
    newer = columns(database)
    for revision in migrate.revisions()[1:]:
        migrate.downgrade(database, revision)
        older = columns(database)

        for table, known in older.items():
            assert known.keys() <= newer[table].keys(), revision
            assert all(may_lack for name, may_lack in newer[table].items() if name not in known), revision
        newer = older


def test_upgrade_of_a_newest_schema_changes_nothing(database: Database) -> None:
    """The first run may be repeated."""
    before = tables(database)

    migrate.upgrade(database)

    assert tables(database) == before
    assert migrate.current(database) == migrate.newest()


def test_empty_database_has_no_revision(database: Database) -> None:
    """A database without tables is told from a migrated one."""
    migrate.downgrade(database, "base")

    assert migrate.current(database) is None


def test_unknown_revision_is_refused_and_nothing_changes(database: Database) -> None:
    """A wrong value is a clear error."""
    with pytest.raises(migrate.UnknownRevision, match="9999"):
        migrate.downgrade(database, "9999")

    assert migrate.current(database) == migrate.newest()
