"""What the schedule of erasure needs: when contacts were erased, and which row of the change log tells of a look."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0030"
down_revision = "0029"

ID = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")


def upgrade() -> None:
    """Add the columns, and indexes of what is not erased yet."""
    op.add_column("looks", sa.Column("change_id", ID, nullable=True))
    op.add_column("visitors", sa.Column("erased_at", sa.BigInteger(), nullable=True))
    for name, table, where in (
        ("ix_visitors_named", "visitors", sa.text("erased_at IS NULL")),
        ("ix_signals_networks", "signals", sa.text("source = 'visitor' AND said_by IS NOT NULL")),
    ):
        op.create_index(name, table, ["id"], sqlite_where=where, postgresql_where=where)
