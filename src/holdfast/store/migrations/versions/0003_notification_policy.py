"""Grouped notifications, the policy on strangers, requests, and the yearly look back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0003"
down_revision = "0002"

ID = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")


def upgrade() -> None:
    """Put older notifications into the groups that they were shown in, and make room for what is set aside."""
    op.add_column("notifications", sa.Column("group_key", sa.Text(), nullable=True))
    op.add_column("notifications", sa.Column("is_filtered", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(
        "UPDATE notifications SET group_key = kind || '-' || status_id || '-' || "
        "(created_at / 3600000) WHERE kind IN ('favourite', 'reblog')"
    )
    op.execute(
        "UPDATE notifications SET group_key = kind || '-' || (created_at / 3600000) "
        "WHERE kind IN ('follow', 'admin.sign_up')"
    )
    _indexes()
    _aside()
    op.create_table(
        "annual_reports",
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("refresh_id", ID, nullable=False),
        sa.Column("data", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=True),
        sa.Column("read_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "year", name=op.f("pk_annual_reports")),
        sa.UniqueConstraint("refresh_id", name=op.f("uq_annual_reports_refresh_id")),
    )


def _indexes() -> None:
    for name, columns, words in (
        ("shown", ["account_id", "id"], "NOT is_filtered"),
        ("filtered", ["account_id", "from_account_id", "id"], "is_filtered"),
        ("group_key", ["account_id", "group_key", "id"], "group_key IS NOT NULL"),
    ):
        where = sa.text(words)
        op.create_index(
            f"ix_notifications_{name}", "notifications", columns, sqlite_where=where, postgresql_where=where
        )


def _aside() -> None:
    op.create_table(
        "notification_policies",
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("for_not_following", sa.Text(), nullable=False),
        sa.Column("for_not_followers", sa.Text(), nullable=False),
        sa.Column("for_new_accounts", sa.Text(), nullable=False),
        sa.Column("for_private_mentions", sa.Text(), nullable=False),
        sa.Column("for_limited_accounts", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_notification_policies")),
    )
    op.create_table(
        "notification_requests",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("from_account_id", ID, nullable=False),
        sa.Column("last_status_id", ID, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_requests")),
        sa.UniqueConstraint(
            "account_id", "from_account_id", name=op.f("uq_notification_requests_account_id_from_account_id")
        ),
    )
    op.create_index("ix_notification_requests_account_id_id", "notification_requests", ["account_id", "id"])
    op.create_index("ix_notification_requests_from_account_id", "notification_requests", ["from_account_id"])
    op.create_table(
        "notification_permissions",
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("from_account_id", ID, autoincrement=False, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "from_account_id", name=op.f("pk_notification_permissions")),
    )
    op.create_index("ix_notification_permissions_from_account_id", "notification_permissions", ["from_account_id"])
    op.create_table(
        "notification_waves",
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_notification_waves")),
    )
