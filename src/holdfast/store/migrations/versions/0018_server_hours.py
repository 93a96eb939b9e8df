"""What a server notes of itself hour by hour."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0018"
down_revision = "0017"

NUMBER = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
NUMBERS = (
    "streams",
    "memory_bytes",
    "jobs_waiting",
    "jobs_failed",
    "database_bytes",
    "media_bytes",
    "free_bytes",
    "active_day",
    "active_week",
)


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "server_hours",
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("requests", NUMBER, nullable=False),
        sa.Column("refused", NUMBER, nullable=False),
        sa.Column("failed", NUMBER, nullable=False),
        sa.Column("durations", sa.JSON(), nullable=False),
        *(sa.Column(name, NUMBER, nullable=False) for name in NUMBERS),
        sa.PrimaryKeyConstraint("hour", "place", name=op.f("pk_server_hours")),
    )
