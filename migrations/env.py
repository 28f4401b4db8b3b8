"""Run by Alembic for each command; ``provider/migrate.py`` hands it a connection in a transaction."""

from alembic import context

from provider.migrate import target_metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=target_metadata(),
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
