"""Types of authorization details, and details that wait with a device or a backchannel request."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

WAITING = ("device_codes", "backchannel_requests")


def upgrade() -> None:
    op.create_table(
        "authorization_types",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("schema", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_authorization_types")),
    )
    for table in WAITING:
        op.add_column(table, sa.Column("authorization_details", sa.Text(), nullable=True))


def downgrade() -> None:
    for table in WAITING:
        op.drop_column(table, "authorization_details")
    op.drop_table("authorization_types")
