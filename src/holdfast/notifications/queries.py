"""A member's notifications: pages, single ones, how many are unread."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from holdfast import people
from holdfast.notifications.errors import NoSuchNotification
from holdfast.notifications.kinds import KINDS
from holdfast.store import LARGEST_ID, Hot, Read, Window

COLUMNS = (
    "n.id, n.account_id, n.kind, n.from_account_id, n.status_id, n.report_id, n.created_at, n.group_key, n.decision_id"
)
# A mute hides what was told before it, and so do moderators who take the post out of sight, for as long as that lasts;
# duties are shown whatever happened to the sender.
SHOWN = (
    "FROM notifications n JOIN accounts s ON s.id = n.from_account_id WHERE n.account_id = :me "
    "AND s.suspended_at IS NULL AND s.deleted_at IS NULL "
    "AND NOT EXISTS (SELECT 1 FROM statuses h WHERE h.id = n.status_id AND h.restriction IS NOT NULL "
    "AND (h.restriction = 'removed' OR h.author_id <> n.account_id)) "
    "AND (n.kind IN ('admin.sign_up', 'admin.report') OR NOT EXISTS "
    "(SELECT 1 FROM mutes m WHERE m.account_id = :me AND m.target_id = n.from_account_id "
    "AND m.hides_notifications AND (m.expires_at IS NULL OR m.expires_at > :now)))"
)
PLAIN = f"{SHOWN} AND NOT n.is_filtered AND n.kind IN (@kinds) AND (:sender = 0 OR n.from_account_id = :sender)"
CHOSEN = f"{SHOWN} AND n.kind IN (@kinds) AND (:sender = 0 OR n.from_account_id = :sender)"
_BETWEEN = "AND n.id > :above AND n.id < :below ORDER BY n.id"
# Under (going onward, with what was set aside).
_PAGES = {
    (onward, aside): Hot(
        f"SELECT {COLUMNS} {CHOSEN if aside else PLAIN} {_BETWEEN} {'ASC' if onward else 'DESC'} LIMIT :most"
    )
    for onward in (False, True)
    for aside in (False, True)
}
_ONE = Hot(f"SELECT {COLUMNS} {SHOWN} AND n.id = :id")
_COUNT = Hot(f"SELECT COUNT(*) FROM (SELECT n.id {PLAIN} AND n.id > :above LIMIT :most) unread")  # noqa: S608
_BY_IDS = Hot(f"SELECT {COLUMNS} FROM notifications n WHERE n.id IN (@ids)")  # noqa: S608

MARKER = "notifications"


class Notification(NamedTuple):
    """Something a member was told; ``created_at`` in milliseconds."""

    id: int
    account_id: int
    kind: str
    from_account_id: int
    status_id: int | None
    report_id: int | None
    created_at: int
    group_key: str | None = None  # None: it stands alone
    decision_id: int | None = None


def page(
    r: Read,
    account_id: int,
    window: Window,
    *,
    now: int,
    kinds: Collection[str] = (),
    without: Collection[str] = (),
    from_account_id: int | None = None,
    with_filtered: bool = False,
) -> list[Notification]:
    """A member's notifications, newest first: of these kinds (none named: all), without those, from one account;
    what was set aside in requests only when it is asked for."""
    onward = window.min_id is not None
    rows = r.fast(
        _PAGES[onward, with_filtered],
        me=account_id,
        now=now,
        kinds=wanted(kinds, without),
        sender=from_account_id or 0,
        above=(window.min_id if onward else window.since_id) or 0,
        below=LARGEST_ID if window.max_id is None else window.max_id,
        most=window.limit,
    )
    found = [Notification(*row) for row in rows]
    return found[::-1] if onward else found


def one(r: Read, account_id: int, notification_id: int, *, now: int) -> Notification:
    """One of a member's notifications. Raises :class:`NoSuchNotification`."""
    rows = r.fast(_ONE, me=account_id, id=notification_id, now=now)
    if not rows:
        raise NoSuchNotification()
    return Notification(*rows[0])


def by_ids(r: Read, ids: Sequence[int]) -> dict[int, Notification]:
    """Notifications of any members, for streams."""
    if not ids:
        return {}
    return {row[0]: Notification(*row) for row in r.fast(_BY_IDS, ids=list(ids))}


def unread_count(
    r: Read,
    account_id: int,
    *,
    now: int,
    most: int,
    kinds: Collection[str] = (),
    without: Collection[str] = (),
    from_account_id: int | None = None,
) -> int:
    """How many notifications are newer than the member's marker; counting stops at ``most``."""
    marker = people.markers(r, account_id, [MARKER]).get(MARKER)
    rows = r.fast(
        _COUNT,
        me=account_id,
        now=now,
        kinds=wanted(kinds, without),
        sender=from_account_id or 0,
        above=marker.last_read_id if marker else 0,
        most=most,
    )
    return int(rows[0][0])


def wanted(kinds: Collection[str], without: Collection[str]) -> list[str]:
    """The kinds that a client asks for."""
    return [kind for kind in KINDS if (not kinds or kind in kinds) and kind not in without]
