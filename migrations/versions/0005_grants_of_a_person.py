"""A person's grants are found by index, so that the account page costs the same however many there are."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_grants_user_id"), "grants", ["user_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_grants_user_id"), table_name="grants")
