"""What members do with their notifications."""

from __future__ import annotations

from holdfast import people
from holdfast.acting import Acting
from holdfast.errors import Unauthenticated
from holdfast.notifications.errors import NoSuchNotification
from holdfast.notifications.events import NotificationDismissed, NotificationsCleared
from holdfast.store import Hot
from holdfast.writes import Ability, Database, Write

_DISMISS = Hot("DELETE FROM notifications WHERE id = :id AND account_id = :me")
_CLEAR = Hot("DELETE FROM notifications WHERE account_id = :me")


def dismiss(db: Database, acting: Acting, notification_id: int) -> None:
    """Remove one notification from the own list. Raises :class:`NoSuchNotification`."""
    with db.write(acting, Ability.RELATIONS) as w:
        me = present(w, acting)
        if not w.run_fast(_DISMISS, id=notification_id, me=me):
            raise NoSuchNotification()
        w.record(NotificationDismissed(notification_id=notification_id, account_id=me))


def clear(db: Database, acting: Acting) -> None:
    """Remove all notifications from the own list."""
    with db.write(acting, Ability.RELATIONS) as w:
        me = present(w, acting)
        if w.run_fast(_CLEAR, me=me):
            w.record(NotificationsCleared(account_id=me))


def present(w: Write, acting: Acting) -> int:
    """The acting account, which must be there and usable. Raises ``Unauthenticated``, ``AccountUnusable``."""
    if acting.account_id is None:
        raise Unauthenticated()
    account = people.account_by_id(w, acting.account_id)
    if account is None or not account.is_present:
        raise people.AccountUnusable()
    return account.id
