"""Video and audio, and custom emoji."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0006"
down_revision = "0005"

ID = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")


def upgrade() -> None:
    """Give media what a recording in work needs, and create the emoji's table."""
    op.add_column("media", sa.Column("source_key", sa.Text(), nullable=True))
    op.add_column("media", sa.Column("attempts", sa.Integer(), server_default="0", nullable=False))
    op.add_column("media", sa.Column("problem", sa.Text(), nullable=True))
    op.create_table(
        "custom_emojis",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("shortcode", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("image_key", sa.Text(), nullable=False),
        sa.Column("still_key", sa.Text(), nullable=False),
        sa.Column("is_disabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custom_emojis")),
        sa.UniqueConstraint("shortcode", name=op.f("uq_custom_emojis_shortcode")),
    )
