"""What can go wrong with notifications."""

from __future__ import annotations

from holdfast.errors import NotFound


class NoSuchNotification(NotFound):
    """Record not found"""

    key = "notification_not_found"


class NoSuchRequest(NotFound):
    """Record not found"""

    key = "notification_request_not_found"


class NoPushSubscription(NotFound):
    """Record not found"""

    key = "push_subscription_not_found"
