"""Collections, announcements, yearly reports."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0009"
down_revision = "0008"

ID = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    _announcements()
    _collections()
    op.add_column("invites", sa.Column("collection_id", ID, nullable=True))
    op.add_column("reports", sa.Column("collection_ids", sa.JSON(), server_default="[]", nullable=False))


def _announcements() -> None:
    op.create_table(
        "announcements",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("author_id", ID, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("mentions", sa.JSON(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("status_ids", sa.JSON(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=True),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.Column("is_all_day", sa.Boolean(), nullable=False),
        sa.Column("publish_at", sa.BigInteger(), nullable=True),
        sa.Column("published_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcements")),
    )
    op.create_index("ix_announcements_published_at", "announcements", ["published_at"])
    op.create_table(
        "announcement_reads",
        sa.Column("announcement_id", ID, autoincrement=False, nullable=False),
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("announcement_id", "account_id", name=op.f("pk_announcement_reads")),
    )
    op.create_index("ix_announcement_reads_account_id", "announcement_reads", ["account_id"])
    op.create_table(
        "announcement_reactions",
        sa.Column("announcement_id", ID, autoincrement=False, nullable=False),
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("announcement_id", "account_id", "name", name=op.f("pk_announcement_reactions")),
    )
    op.create_index("ix_announcement_reactions_account_id", "announcement_reactions", ["account_id"])


def _collections() -> None:
    op.create_table(
        "collections",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("tag_name", sa.Text(), nullable=True),
        sa.Column("is_sensitive", sa.Boolean(), nullable=False),
        sa.Column("is_discoverable", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collections")),
    )
    op.create_index("ix_collections_account_id", "collections", ["account_id"])
    op.create_table(
        "collection_items",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("collection_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection_items")),
        sa.UniqueConstraint("collection_id", "account_id", name=op.f("uq_collection_items_collection_id_account_id")),
    )
    op.create_index("ix_collection_items_account_id", "collection_items", ["account_id"])
