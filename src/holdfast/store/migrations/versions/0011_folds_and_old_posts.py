"""Folded replies; old posts that delete themselves; translations of rules."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0011"
down_revision = "0010"

ID = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")


def upgrade() -> None:
    """Add the columns and the table."""
    op.add_column("rules", sa.Column("translations", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("statuses", sa.Column("folded_by_id", ID, nullable=True))
    op.create_table(
        "old_post_rules",
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("age_days", sa.Integer(), nullable=False),
        sa.Column("keeps_pinned", sa.Boolean(), nullable=False),
        sa.Column("keeps_bookmarked", sa.Boolean(), nullable=False),
        sa.Column("keeps_favourited", sa.Boolean(), nullable=False),
        sa.Column("keeps_polls", sa.Boolean(), nullable=False),
        sa.Column("keeps_media", sa.Boolean(), nullable=False),
        sa.Column("keeps_direct", sa.Boolean(), nullable=False),
        sa.Column("least_favourites", sa.Integer(), nullable=True),
        sa.Column("least_boosts", sa.Integer(), nullable=True),
        sa.Column("next_run_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_old_post_rules")),
    )
    op.create_index("ix_old_post_rules_next_run_at", "old_post_rules", ["next_run_at"])
