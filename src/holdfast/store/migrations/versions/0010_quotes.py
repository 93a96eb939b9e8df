"""Quotes: what a post quotes, whether its author lets it, and who may quote it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0010"
down_revision = "0009"

ID = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")


def upgrade() -> None:
    """Add the columns. Whoever wrote before there were quotes has not agreed to any: ``nobody`` until they do."""
    op.add_column("statuses", sa.Column("quote_of_id", ID, nullable=True))
    op.add_column("statuses", sa.Column("quote_state", sa.Text(), nullable=True))
    op.add_column("statuses", sa.Column("quote_policy", sa.Text(), server_default="nobody", nullable=False))
    op.create_index(
        "ix_statuses_quote_of_id_id",
        "statuses",
        ["quote_of_id", "id"],
        sqlite_where=sa.text("quote_of_id IS NOT NULL"),
        postgresql_where=sa.text("quote_of_id IS NOT NULL"),
    )
    op.create_index(
        "ix_statuses_author_id_quote_of_id",
        "statuses",
        ["author_id", "quote_of_id"],
        sqlite_where=sa.text("quote_of_id IS NOT NULL"),
        postgresql_where=sa.text("quote_of_id IS NOT NULL"),
    )
