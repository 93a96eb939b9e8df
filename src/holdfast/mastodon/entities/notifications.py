"""Notifications, their groups and policies, and the reports and warnings they carry."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, UnsetType

from holdfast.mastodon.entities.accounts import Account, PartialAccountWithAvatar
from holdfast.mastodon.entities.base import Datetime, Entity, one_of
from holdfast.mastodon.entities.collections import Collection
from holdfast.mastodon.entities.statuses import Status

PolicyChoice = Annotated[str, one_of("accept", "filter", "drop")]


class Report(Entity, kw_only=True):
    """A report that the caller made."""

    id: str
    action_taken: bool
    action_taken_at: Datetime | None
    category: Annotated[str, one_of("spam", "legal", "violation", "other")]
    comment: str
    forwarded: bool
    created_at: Datetime
    status_ids: list[str] | None
    collection_ids: list[str] | None
    rule_ids: list[str] | None
    target_account: Account


class Appeal(Entity, kw_only=True):
    """What became of an objection to a decision."""

    text: str
    state: Annotated[str, one_of("approved", "rejected", "pending")]


class AccountWarning(Entity, kw_only=True):
    """What the moderators did, and to what."""

    id: str
    action: Annotated[
        str,
        one_of(
            "none",
            "disable",
            "mark_statuses_as_sensitive",
            "delete_statuses",
            "sensitive",
            "silence",
            "suspend",
        ),
    ]
    text: str
    status_ids: list[str] | None
    target_account: Account
    appeal: Appeal | None
    created_at: Datetime


class RelationshipSeveranceEvent(Entity, kw_only=True):
    """Followers and follows lost to a block."""

    id: str
    type: Annotated[str, one_of("domain_block", "user_domain_block", "account_suspension")]
    purged: bool
    target_name: str
    followers_count: int
    following_count: int
    created_at: Datetime


class NotificationFallback(Entity, kw_only=True):
    """Words for clients that do not know a notification's type."""

    title: str
    summary: str | None
    details: str | None


class Notification(Entity, kw_only=True):
    """Something the caller is told."""

    id: str
    type: Annotated[
        str,
        one_of(
            "mention",
            "status",
            "reblog",
            "follow",
            "follow_request",
            "favourite",
            "poll",
            "update",
            "admin.sign_up",
            "admin.report",
            "severed_relationships",
            "moderation_warning",
            "quote",
            "quoted_update",
            "added_to_collection",
            "collection_update",
        ),
    ]
    group_key: str
    created_at: Datetime
    account: Account
    status: Status | UnsetType = UNSET
    report: Report | UnsetType = UNSET
    event: RelationshipSeveranceEvent | UnsetType = UNSET
    moderation_warning: AccountWarning | UnsetType = UNSET
    fallback: NotificationFallback | UnsetType = UNSET
    collection: Collection | UnsetType = UNSET


class NotificationGroup(Entity, kw_only=True):
    """Notifications of one kind about one thing, together."""

    group_key: str
    notifications_count: int
    type: Annotated[
        str,
        one_of(
            "mention",
            "status",
            "reblog",
            "follow",
            "follow_request",
            "favourite",
            "poll",
            "update",
            "admin.sign_up",
            "admin.report",
            "severed_relationships",
            "moderation_warning",
            "quote",
            "quoted_update",
        ),
    ]
    most_recent_notification_id: str
    page_min_id: str | UnsetType = UNSET
    page_max_id: str | UnsetType = UNSET
    latest_page_notification_at: Datetime | UnsetType = UNSET
    sample_account_ids: list[str]
    status_id: str | UnsetType = UNSET
    report: Report | UnsetType = UNSET
    event: RelationshipSeveranceEvent | UnsetType = UNSET
    moderation_warning: AccountWarning | UnsetType = UNSET
    fallback: NotificationFallback | UnsetType = UNSET


class GroupedNotificationsResults(Entity, kw_only=True):
    """A page of groups, and the accounts and statuses they name."""

    accounts: list[Account]
    partial_accounts: list[PartialAccountWithAvatar] | UnsetType = UNSET
    statuses: list[Status]
    notification_groups: list[NotificationGroup]


class NotificationPolicySummary(Entity, kw_only=True):
    """`summary` of `NotificationPolicy`."""

    pending_requests_count: int
    pending_notifications_count: int


class NotificationPolicy(Entity, kw_only=True):
    """Whose notifications are let through, set aside or dropped."""

    for_not_following: PolicyChoice
    for_not_followers: PolicyChoice
    for_new_accounts: PolicyChoice
    for_private_mentions: PolicyChoice
    for_limited_accounts: PolicyChoice
    summary: NotificationPolicySummary


class V1NotificationPolicySummary(Entity, kw_only=True):
    """`summary` of `V1NotificationPolicy`."""

    pending_requests_count: int
    pending_notifications_count: int


class V1NotificationPolicy(Entity, kw_only=True):
    """Whose notifications are set aside, in the words of API v1."""

    filter_not_following: bool
    filter_not_followers: bool
    filter_new_accounts: bool
    filter_private_mentions: bool
    summary: V1NotificationPolicySummary


class NotificationRequest(Entity, kw_only=True):
    """Notifications of one account that were set aside."""

    id: str
    created_at: Datetime
    updated_at: Datetime
    account: Account
    notifications_count: str
    last_status: Status | UnsetType = UNSET
