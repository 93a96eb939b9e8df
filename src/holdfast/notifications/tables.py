"""Notifications: what a member is told, one row each; whom they let through; what was set aside."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Index, Table, Text, UniqueConstraint, false, text

from holdfast.store import Id, Time, metadata

_SHOWN, _ASIDE = text("NOT is_filtered"), text("is_filtered")
_GROUPED = text("group_key IS NOT NULL")

notifications = Table(
    "notifications",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, nullable=False),  # who is told
    Column("kind", Text, nullable=False),
    Column("from_account_id", Id, nullable=False),
    Column("status_id", Id),
    Column("report_id", Id),
    Column("decision_id", Id),
    Column("dedupe", Text, unique=True),  # one event told once, however often its job runs
    Column("created_at", Time, nullable=False),
    Column("group_key", Text),  # null: stands alone
    Column("is_filtered", Boolean, nullable=False, server_default=false()),  # set aside in a request
    Index("ix_notifications_account_id_id", "account_id", "id"),
    Index("ix_notifications_shown", "account_id", "id", sqlite_where=_SHOWN, postgresql_where=_SHOWN),
    Index(
        "ix_notifications_filtered",
        "account_id",
        "from_account_id",
        "id",
        sqlite_where=_ASIDE,
        postgresql_where=_ASIDE,
    ),
    Index(
        "ix_notifications_group_key",
        "account_id",
        "group_key",
        "id",
        sqlite_where=_GROUPED,
        postgresql_where=_GROUPED,
    ),
    Index("ix_notifications_status_id", "status_id"),
    Index("ix_notifications_from_account_id", "from_account_id"),
)

notification_policies = Table(
    "notification_policies",
    metadata,
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("for_not_following", Text, nullable=False),  # each: accept, filter, drop
    Column("for_not_followers", Text, nullable=False),
    Column("for_new_accounts", Text, nullable=False),
    Column("for_private_mentions", Text, nullable=False),
    Column("for_limited_accounts", Text, nullable=False),
    Column("updated_at", Time, nullable=False),
)

notification_requests = Table(
    "notification_requests",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, nullable=False),
    Column("from_account_id", Id, nullable=False),
    Column("last_status_id", Id),
    Column("created_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
    UniqueConstraint("account_id", "from_account_id"),
    Index("ix_notification_requests_account_id_id", "account_id", "id"),
    Index("ix_notification_requests_from_account_id", "from_account_id"),
)

notification_permissions = Table(
    "notification_permissions",  # who was let through once, whatever the policy says
    metadata,
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("from_account_id", Id, primary_key=True, autoincrement=False),
    Column("created_at", Time, nullable=False),
    Index("ix_notification_permissions_from_account_id", "from_account_id"),
)

notification_waves = Table(
    "notification_waves",  # strangers who write to one member all at once
    metadata,
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("began_at", Time, nullable=False),
    Column("ends_at", Time, nullable=False),
)

push_subscriptions = Table(
    "push_subscriptions",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("token_id", Id, nullable=False, unique=True),  # of an app, or the id of a browser's session: one for each
    Column("account_id", Id, nullable=False, index=True),
    Column("endpoint", Text, nullable=False),
    Column("p256dh", Text, nullable=False),
    Column("auth", Text, nullable=False),
    Column("is_standard", Boolean, nullable=False),
    Column("alerts", JSON, nullable=False),  # the kinds that are pushed
    Column("policy", Text, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
)
