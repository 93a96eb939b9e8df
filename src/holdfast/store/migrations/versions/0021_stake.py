"""What hangs on a case beside what it is about; indexes for long queues."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Add the column, say which cases letters and orders have named, and let indexes hold what is asked for."""
    op.add_column("cases", sa.Column("stake", sa.Float(), server_default="1", nullable=False))
    op.execute(
        "UPDATE cases SET stake = 10000000000 WHERE id IN "
        "(SELECT case_id FROM signals WHERE source IN ('notice', 'order'))"
    )
    op.drop_index("ix_cases_closed_at", table_name="cases")
    for name, column, where in (
        ("ix_cases_closed_at", "closed_at", sa.text("closed_at IS NOT NULL")),
        ("ix_cases_contained", "contained_at", sa.text("closed_at IS NULL AND contained_at IS NOT NULL")),
    ):
        op.create_index(name, "cases", [column], sqlite_where=where, postgresql_where=where)
