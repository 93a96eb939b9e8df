"""Questions to those who ask to join, and what finds those again who were turned down."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0019"
down_revision = "0018"

ID = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "application_words",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("is_question", sa.Boolean(), nullable=False),
        sa.Column("asked_by", ID, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_words")),
    )
    op.create_index("ix_application_words_account_id", "application_words", ["account_id"])
    op.create_table(
        "rejections",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("email_digest", sa.LargeBinary(), nullable=True),
        sa.Column("network_digest", sa.LargeBinary(), nullable=True),
        sa.Column("name_digest", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rejected_by", ID, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rejections")),
    )
    for name in ("email_digest", "name_digest", "network_digest"):
        op.create_index(f"ix_rejections_{name}", "rejections", [name])
