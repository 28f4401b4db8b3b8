"""Where the schema stands, without the tool that moves it: a server does not load that."""

from functools import cache

from sqlalchemy import Connection, text

from provider.setting_kinds import CHECKOUT

MIGRATIONS = CHECKOUT / "migrations"
STORED = text("SELECT version_num FROM alembic_version")


def stored_revision(connection: Connection) -> str | None:
    """Return the revision of a database that has tables; ``None`` where they are gone.

    Raises:
        SQLAlchemyError: it never had any.
    """
    revision: str | None = connection.execute(STORED).scalar()
    return revision


@cache
def older_revisions() -> frozenset[str]:
    """Return the revisions that this checkout knows to be behind its own; read once for a process."""
    names = sorted(path.name for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    return frozenset(name.partition("_")[0] for name in names[:-1])
