"""Link previews, verified links, import, moving accounts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0008"
down_revision = "0007"

ID = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    _cards()


def _cards() -> None:
    op.create_table(
        "cards",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("asked_url", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), server_default="link", nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("provider_name", sa.Text(), server_default="", nullable=False),
        sa.Column("provider_url", sa.Text(), server_default="", nullable=False),
        sa.Column("author_name", sa.Text(), server_default="", nullable=False),
        sa.Column("author_url", sa.Text(), server_default="", nullable=False),
        sa.Column("author_id", ID, nullable=True),
        sa.Column("is_unattributed", sa.Boolean(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=True),
        sa.Column("image_key", sa.Text(), nullable=True),
        sa.Column("image_width", sa.Integer(), server_default="0", nullable=False),
        sa.Column("image_height", sa.Integer(), server_default="0", nullable=False),
        sa.Column("blurhash", sa.Text(), nullable=True),
        sa.Column("fetched_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cards")),
        sa.UniqueConstraint("asked_url", name=op.f("uq_cards_asked_url")),
    )
    op.create_index("ix_cards_url", "cards", ["url"])
    op.create_table(
        "status_cards",
        sa.Column("status_id", ID, autoincrement=False, nullable=False),
        sa.Column("card_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("status_id", name=op.f("pk_status_cards")),
    )
    op.create_index("ix_status_cards_card_id_status_id", "status_cards", ["card_id", "status_id"])
