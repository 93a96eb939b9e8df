"""Notifications in groups: what several accounts did to one thing within half a day reads as one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import NamedTuple

from holdfast import people
from holdfast.acting import Acting
from holdfast.notifications.commands import present
from holdfast.notifications.errors import NoSuchNotification
from holdfast.notifications.events import NotificationDismissed, NotificationGroupDismissed
from holdfast.notifications.kinds import GROUPED
from holdfast.notifications.queries import COLUMNS, MARKER, PLAIN, SHOWN, Notification, one, page, wanted
from holdfast.store import Hot, Read, Window, read_id
from holdfast.writes import Ability, Database

SAMPLES = 8
"""Accounts that a group is shown with."""

MOST_ACCOUNTS = 1_000
"""Accounts of one group that are listed, the newest."""

_ALONE = "ungrouped-"
_FIRST_LOOK, _LARGEST_LOOK = 2, 5_000  # rows for each wanted group, and rows of one look

_TOTALS = {
    aside: Hot(
        "SELECT n.group_key, COUNT(*), MAX(n.id) "
        f"{SHOWN} AND n.group_key IN (@keys) {'' if aside else 'AND NOT n.is_filtered'} GROUP BY n.group_key"
    )
    for aside in (False, True)
}
_OF_GROUP = Hot(f"SELECT {COLUMNS} {SHOWN} AND NOT n.is_filtered AND n.group_key = :key ORDER BY n.id DESC LIMIT :most")
_UNREAD = Hot(
    "SELECT COUNT(*) FROM (SELECT DISTINCT CASE WHEN n.kind IN (@grouped) AND n.group_key IS NOT NULL "  # noqa: S608
    f"THEN n.group_key ELSE '{_ALONE}' || n.id END {PLAIN} AND n.id > :above LIMIT :most) unread"
)
_DISMISS = Hot("DELETE FROM notifications WHERE account_id = :me AND group_key = :key AND NOT is_filtered")
_DISMISS_ONE = Hot("DELETE FROM notifications WHERE account_id = :me AND id = :id")


class Group(NamedTuple):
    """Notifications that read as one: those on this page (newest first), how many there are, the newest of all."""

    key: str
    members: tuple[Notification, ...]
    size: int
    newest_id: int


class GroupPage(NamedTuple):
    """A page of groups, the newest first, and the ids that it reaches from and to."""

    groups: list[Group]
    newest_id: int | None
    oldest_id: int | None
    is_full: bool


def key_of(one: Notification, grouped: Collection[str] = GROUPED) -> str:
    """The group that a notification is shown in, to an app that can group these kinds."""
    return one.group_key if one.group_key is not None and one.kind in grouped else f"{_ALONE}{one.id}"


def grouped_page(
    r: Read,
    account_id: int,
    window: Window,
    *,
    now: int,
    grouped: Collection[str] = GROUPED,
    kinds: Collection[str] = (),
    without: Collection[str] = (),
    from_account_id: int | None = None,
    with_filtered: bool = False,
) -> GroupPage:
    """A page of a member's notifications in groups. A group that goes on beyond the page is met again on the next."""
    onward = window.min_id is not None
    found: dict[str, list[Notification]] = {}
    taken: list[int] = []
    part, size = window, min(window.limit * _FIRST_LOOK, _LARGEST_LOOK)
    is_full = False
    while not is_full:
        part = replace(part, limit=size)
        rows = page(
            r, account_id, part, now=now, kinds=kinds, without=without, from_account_id=from_account_id,
            with_filtered=with_filtered,
        )  # fmt: skip
        for told in reversed(rows) if onward else rows:
            key = key_of(told, grouped)
            if key not in found and len(found) == window.limit:
                is_full = True
                break
            found.setdefault(key, []).append(told)
            taken.append(told.id)
        if len(rows) < size:
            break
        part = replace(part, min_id=rows[0].id) if onward else replace(part, max_id=rows[-1].id)
        size = min(size * 4, _LARGEST_LOOK)
    groups = _complete(r, account_id, found, now=now, with_filtered=with_filtered)
    return GroupPage(groups, max(taken, default=None), min(taken, default=None), is_full)


def _complete(
    r: Read, account_id: int, found: dict[str, list[Notification]], *, now: int, with_filtered: bool
) -> list[Group]:
    keys = [key for key in found if not key.startswith(_ALONE)]
    totals = {}
    if keys:
        rows = r.fast(_TOTALS[with_filtered], me=account_id, now=now, keys=keys)
        totals = {key: (int(count), int(newest)) for key, count, newest in rows}
    groups = []
    for key, told in found.items():
        members = tuple(sorted(told, reverse=True))
        count, newest = totals.get(key, (len(members), members[0].id))
        groups.append(Group(key, members, count, newest))
    return sorted(groups, key=lambda group: group.members[0].id, reverse=True)


def group(r: Read, account_id: int, key: str, *, now: int, most: int = SAMPLES) -> Group:
    """One group with its newest members. Raises :class:`NoSuchNotification`."""
    number = _alone(key)
    if number is not None:
        told = one(r, account_id, number, now=now)
        return Group(key, (told,), 1, told.id)
    rows = r.fast(_OF_GROUP, me=account_id, key=key, now=now, most=most)
    if not rows:
        raise NoSuchNotification()
    members = [Notification(*row) for row in rows]
    return _complete(r, account_id, {key: members}, now=now, with_filtered=False)[0]


def accounts_of_group(r: Read, account_id: int, key: str, *, now: int) -> list[int]:
    """Who is in a group, the newest first, at most :data:`MOST_ACCOUNTS`. Raises :class:`NoSuchNotification`."""
    members = group(r, account_id, key, now=now, most=MOST_ACCOUNTS).members
    return list(dict.fromkeys(told.from_account_id for told in members))


def unread_groups(
    r: Read,
    account_id: int,
    *,
    now: int,
    most: int,
    grouped: Collection[str] = GROUPED,
    kinds: Collection[str] = (),
    without: Collection[str] = (),
    from_account_id: int | None = None,
) -> int:
    """How many groups have something newer than the member's marker; counting stops at ``most``."""
    marker = people.markers(r, account_id, [MARKER]).get(MARKER)
    rows = r.fast(
        _UNREAD,
        me=account_id,
        now=now,
        grouped=[kind for kind in grouped if kind in GROUPED],
        kinds=wanted(kinds, without),
        sender=from_account_id or 0,
        above=marker.last_read_id if marker else 0,
        most=most,
    )
    return int(rows[0][0])


def dismiss_group(db: Database, acting: Acting, key: str) -> None:
    """Remove a group from the own list; one that is gone already is no error."""
    with db.write(acting, Ability.RELATIONS) as w:
        me = present(w, acting)
        number = _alone(key)
        if number is not None:
            if w.run_fast(_DISMISS_ONE, me=me, id=number):
                w.record(NotificationDismissed(notification_id=number, account_id=me))
        elif w.run_fast(_DISMISS, me=me, key=key):
            w.record(NotificationGroupDismissed(account_id=me, group_key=key))


def _alone(key: str) -> int | None:
    """The notification that stands alone under this key. Raises :class:`NoSuchNotification` for a key of none."""
    if not key.startswith(_ALONE):
        return None
    number = read_id(key.removeprefix(_ALONE))
    if number is None:
        raise NoSuchNotification()
    return number
