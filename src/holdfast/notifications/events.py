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


class NotificationDismissed(Event, frozen=True, kw_only=True):
    """A member removed one notification from the own list."""

    kind: ClassVar[str] = "notification.dismissed"
    notification_id: int
    account_id: int


class NotificationsCleared(Event, frozen=True, kw_only=True):
    """A member removed all notifications from the own list."""

    kind: ClassVar[str] = "notification.cleared"
    account_id: int
