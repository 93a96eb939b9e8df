"""What moderators do to posts and accounts: out of sight, warnings, labels, locked conversations, frozen posting."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("statuses", sa.Column("restriction", sa.Text(), nullable=True))
    op.add_column("statuses", sa.Column("label", sa.Text(), nullable=True))
    op.add_column("statuses", sa.Column("staff_warning", sa.Text(), nullable=True))
    op.add_column("statuses", sa.Column("locked_at", sa.BigInteger(), nullable=True))
    op.add_column("accounts", sa.Column("posting_frozen_at", sa.BigInteger(), nullable=True))
