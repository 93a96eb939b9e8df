"""When and how those of the team are told of cases whose time runs out."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0025"
down_revision = "0024"

ID = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "warning_choices",
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("by_push", sa.Text(), nullable=False),
        sa.Column("by_letter", sa.Text(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_warning_choices")),
    )
