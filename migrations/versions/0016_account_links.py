"""Links by which somebody chooses a password."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None

INDEXES = ("expires_at", "user_id")


def upgrade() -> None:
    op.create_table(
        "account_links",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_account_links_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_account_links")),
    )
    for column in INDEXES:
        op.create_index(op.f(f"ix_account_links_{column}"), "account_links", [column], unique=False)


def downgrade() -> None:
    for column in INDEXES:
        op.drop_index(op.f(f"ix_account_links_{column}"), table_name="account_links")
    op.drop_table("account_links")
