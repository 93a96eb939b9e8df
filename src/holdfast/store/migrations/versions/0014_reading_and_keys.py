"""How members read: what is covered of media, whether warnings open by themselves, and their own keys."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0012"


def upgrade() -> None:
    """Add the columns; everybody begins as it was before."""
    op.add_column("accounts", sa.Column("media_display", sa.Text(), server_default="default", nullable=False))
    op.add_column("accounts", sa.Column("opens_warnings", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("accounts", sa.Column("has_shortcuts", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("accounts", sa.Column("shortcuts", sa.JSON(), server_default="{}", nullable=False))
