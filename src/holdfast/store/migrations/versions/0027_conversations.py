"""What is written in cases, and word to those who reported."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0027"
down_revision = "0026"

ID = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")


def upgrade() -> None:
    """Create the table and the column."""
    op.create_table(
        "case_words",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("account_id", ID, nullable=True),
        sa.Column("written_by", ID, nullable=True),
        sa.Column("is_from_team", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_words")),
    )
    op.create_index("ix_case_words_case_id", "case_words", ["case_id", "id"])
    op.create_index("ix_case_words_account_id", "case_words", ["account_id", "case_id", "id"])
    op.add_column("reports", sa.Column("told_at", sa.BigInteger(), nullable=True))
