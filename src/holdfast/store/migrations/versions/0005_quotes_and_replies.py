"""Quotes, who may reply, scheduled posts, automatic deletion."""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Nothing yet."""
