"""Grouped notifications, the policy on strangers, and requests."""

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Nothing yet."""
