"""What the API for administrators keeps: blocked addresses, other servers, accounts whose files are covered."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0023"
down_revision = "0022"

ID = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")


def upgrade() -> None:
    """Create the tables and the column."""
    op.add_column("accounts", sa.Column("sensitized_at", sa.BigInteger(), nullable=True))
    op.create_table(
        "canonical_email_blocks",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canonical_email_blocks")),
        sa.UniqueConstraint("digest", name=op.f("uq_canonical_email_blocks_digest")),
    )
    op.create_table(
        "server_blocks",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("rejects_media", sa.Boolean(), nullable=False),
        sa.Column("rejects_reports", sa.Boolean(), nullable=False),
        sa.Column("private_comment", sa.Text(), nullable=False),
        sa.Column("public_comment", sa.Text(), nullable=False),
        sa.Column("is_obfuscated", sa.Boolean(), nullable=False),
        sa.Column("created_by", ID, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_server_blocks")),
        sa.UniqueConstraint("domain", name=op.f("uq_server_blocks_domain")),
    )
    op.create_table(
        "server_allows",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("created_by", ID, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_server_allows")),
        sa.UniqueConstraint("domain", name=op.f("uq_server_allows_domain")),
    )
