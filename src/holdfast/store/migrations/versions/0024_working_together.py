"""One verdict over many cases."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0024"
down_revision = "0023"

ID = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "bulk_decisions",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("verdict", sa.JSON(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), server_default="0", nullable=False)
            for name in ("decided", "skipped", "undone")
        ),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("stopped_at", sa.BigInteger(), nullable=True),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("undoing_at", sa.BigInteger(), nullable=True),
        sa.Column("undone_by", ID, nullable=True),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_decisions")),
    )
    op.create_table(
        "bulk_items",
        sa.Column("bulk_id", ID, autoincrement=False, nullable=False),
        sa.Column("case_id", ID, autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("decision_id", ID, nullable=True),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("bulk_id", "case_id", name=op.f("pk_bulk_items")),
    )
    op.create_index("ix_bulk_items_outcome", "bulk_items", ["bulk_id", "outcome", "case_id"])
