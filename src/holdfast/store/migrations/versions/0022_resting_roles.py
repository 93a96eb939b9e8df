"""Roles rest until their holders have a second factor."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("members", sa.Column("role_since", sa.BigInteger(), nullable=True))
    op.add_column("members", sa.Column("role_rests", sa.Boolean(), server_default=sa.false(), nullable=False))
