"""Legal holds and the sealed copies that they keep."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0026"
down_revision = "0025"

ID = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "holds",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), server_default="", nullable=False),
        sa.Column("recipient", sa.Text(), server_default="", nullable=False),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=True),
        sa.Column("is_automatic", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("placed_by", ID, nullable=True),
        sa.Column("placed_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("lifted_by", ID, nullable=True),
        sa.Column("lifted_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
    )
    op.create_index("ix_holds_subject", "holds", ["kind", "subject_id"])
    op.create_index("ix_holds_lifted_at", "holds", ["lifted_at"])
    op.create_table(
        "held_copies",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("hold_id", ID, nullable=False),
        sa.Column("blob_key", sa.Text(), nullable=False),
        sa.Column("content_digest", sa.Text(), nullable=False),
        sa.Column("byte_count", ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_copies")),
    )
    op.create_index("ix_held_copies_hold_id", "held_copies", ["hold_id"])
