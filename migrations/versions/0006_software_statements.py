"""Whose software statements are believed, and which clients have ever been let in."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "trusted_issuers", sa.Column("for_software", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("clients", sa.Column("used_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("clients", "used_at")
    op.drop_column("trusted_issuers", "for_software")
