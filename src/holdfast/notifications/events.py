"""What happens to notifications."""

from __future__ import annotations

from typing import ClassVar

from holdfast.events import Event


class NotificationCreated(Event, frozen=True, kw_only=True):
    """A member was told something; ``what`` is its kind (mention, follow …)."""

    kind: ClassVar[str] = "notification.created"
    notification_id: int
    account_id: int
    what: str
    is_filtered: bool = False  # set aside: shown to nobody until the member asks for it


class NotificationDismissed(Event, frozen=True, kw_only=True):
    """A member removed one notification from the own list."""

    kind: ClassVar[str] = "notification.dismissed"
    notification_id: int
    account_id: int


class NotificationsCleared(Event, frozen=True, kw_only=True):
    """A member removed all notifications from the own list."""

    kind: ClassVar[str] = "notification.cleared"
    account_id: int


class NotificationGroupDismissed(Event, frozen=True, kw_only=True):
    """A member removed a group of notifications from the own list."""

    kind: ClassVar[str] = "notification.group_dismissed"
    account_id: int
    group_key: str


class NotificationPolicyChanged(Event, frozen=True, kw_only=True):
    """A member changed whose notifications are let through."""

    kind: ClassVar[str] = "notification.policy_changed"
    account_id: int


class NotificationRequestAccepted(Event, frozen=True, kw_only=True):
    """A member lets an account through from now on; what was set aside of it comes back."""

    kind: ClassVar[str] = "notification.request_accepted"
    account_id: int
    from_account_id: int


class NotificationRequestDismissed(Event, frozen=True, kw_only=True):
    """A member wants nothing of what was set aside of an account."""

    kind: ClassVar[str] = "notification.request_dismissed"
    account_id: int
    from_account_id: int


class NotificationsMerged(Event, frozen=True, kw_only=True):
    """Everything that a member asked back has come back into the own list."""

    kind: ClassVar[str] = "notification.merged"
    account_id: int


class WaveBegan(Event, frozen=True, kw_only=True):
    """Many strangers write to a member at once; what comes of strangers from now on is set aside until it ends."""

    kind: ClassVar[str] = "notification.wave_began"
    account_id: int
    strangers: int


class PushSubscriptionChanged(Event, frozen=True, kw_only=True):
    """An app of a member's has pushes, other ones than before, or none any more."""

    kind: ClassVar[str] = "notification.push_changed"
    account_id: int
    is_ended: bool = False
