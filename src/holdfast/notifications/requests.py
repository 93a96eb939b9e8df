"""Whom a member lets through: their policy, and the requests in which the rest waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from holdfast.acting import SYSTEM, Acting
from holdfast.notifications.commands import present
from holdfast.notifications.errors import NoSuchRequest
from holdfast.notifications.events import (
    NotificationPolicyChanged,
    NotificationRequestAccepted,
    NotificationRequestDismissed,
    NotificationsMerged,
)
from holdfast.notifications.reception import Choice, Policy
from holdfast.store import LARGEST_ID, Hot, Read, Window
from holdfast.writes import Ability, Database, Write

MERGE, DISCARD = "notifications.merge", "notifications.discard"
SLICE = 500
"""Notifications that one run of a job moves."""

_FIELDS = ", ".join(Policy._fields)
_POLICY = Hot(f"SELECT {_FIELDS} FROM notification_policies WHERE account_id = :me")  # noqa: S608
_KEEP = Hot(
    f"INSERT INTO notification_policies (account_id, {_FIELDS}, updated_at) "  # noqa: S608
    f"VALUES (:me, {', '.join(f':{name}' for name in Policy._fields)}, :now) ON CONFLICT (account_id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in (*Policy._fields, "updated_at"))
)
# A request stands while it holds anything, and its sender has not been let through or gone since.
_STANDING = (
    "FROM notification_requests q JOIN accounts s ON s.id = q.from_account_id WHERE q.account_id = :me "
    "AND s.suspended_at IS NULL AND s.deleted_at IS NULL AND EXISTS (SELECT 1 FROM notifications n "
    "WHERE n.account_id = :me AND n.from_account_id = q.from_account_id AND n.is_filtered) "
    "AND NOT EXISTS (SELECT 1 FROM notification_permissions p WHERE p.account_id = :me "
    "AND p.from_account_id = q.from_account_id)"
)
_COLUMNS = (
    "q.id, q.from_account_id, q.last_status_id, q.created_at, q.updated_at, (SELECT COUNT(*) FROM notifications n "
    "WHERE n.account_id = :me AND n.from_account_id = q.from_account_id AND n.is_filtered)"
)
_PAGES = {
    onward: Hot(
        f"SELECT {_COLUMNS} {_STANDING} AND q.id > :above AND q.id < :below "
        f"ORDER BY q.id {'ASC' if onward else 'DESC'} LIMIT :most"
    )
    for onward in (False, True)
}
_BY_IDS = Hot(f"SELECT {_COLUMNS} {_STANDING} AND q.id IN (@ids) ORDER BY q.id DESC")
_SUMMARY = Hot(
    "SELECT COUNT(*), COALESCE(SUM(held), 0) FROM (SELECT (SELECT COUNT(*) FROM notifications n "  # noqa: S608
    "WHERE n.account_id = :me AND n.from_account_id = q.from_account_id AND n.is_filtered) AS held "
    f"{_STANDING}) waiting"
)
_WAVE = Hot("SELECT ends_at FROM notification_waves WHERE account_id = :me AND ends_at > :now")
_IS_MERGING = Hot(
    "SELECT 1 FROM notification_permissions p JOIN notifications n ON n.account_id = p.account_id "
    "AND n.from_account_id = p.from_account_id AND n.is_filtered WHERE p.account_id = :me LIMIT 1"
)
_ASKED = Hot("SELECT id, from_account_id FROM notification_requests WHERE account_id = :me AND id IN (@ids)")
_PERMIT = Hot(
    "INSERT INTO notification_permissions (account_id, from_account_id, created_at) VALUES (:me, :sender, :now) "
    "ON CONFLICT (account_id, from_account_id) DO NOTHING"
)
_CLOSE = Hot("DELETE FROM notification_requests WHERE id = :id AND account_id = :me")
_HELD = (
    "SELECT n.id FROM notifications n WHERE n.account_id = :me AND n.from_account_id = :sender AND n.is_filtered "
    "AND n.id <= :last LIMIT :most"
)
_MERGE = Hot(f"UPDATE notifications SET is_filtered = FALSE WHERE id IN ({_HELD})")  # noqa: S608
_DISCARD = Hot(f"DELETE FROM notifications WHERE id IN ({_HELD})")  # noqa: S608


class Summary(NamedTuple):
    """How much waits: requests, notifications in them, and until when a wave of strangers is expected to last (ms)."""

    requests: int
    notifications: int
    wave_ends_at: int | None


class Request(NamedTuple):
    """Notifications of one account that wait; times in milliseconds."""

    id: int
    from_account_id: int
    last_status_id: int | None
    created_at: int
    updated_at: int
    size: int


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What waits of one account for one member, up to a notification."""

    account_id: int
    from_account_id: int
    last: int


def policy(r: Read, account_id: int) -> Policy:
    """Whom a member lets through."""
    rows = r.fast(_POLICY, me=account_id)
    return Policy(*rows[0]) if rows else Policy()


def summary(r: Read, account_id: int, *, now: int) -> Summary:
    """What waits for a member."""
    count, held = r.fast(_SUMMARY, me=account_id)[0]
    wave = r.fast(_WAVE, me=account_id, now=now)
    return Summary(int(count), int(held), wave[0][0] if wave else None)


def change_policy(db: Database, acting: Acting, changes: Mapping[str, Choice]) -> None:
    """Change some of the own policy's choices, by the names of :class:`Policy`; what waits already goes on waiting."""
    with db.write(acting, Ability.RELATIONS) as w:
        me = present(w, acting)
        before = policy(w, me)
        after = before._replace(**changes)
        if after != before:
            w.run_fast(_KEEP, me=me, now=w.now, **after._asdict())
            w.record(NotificationPolicyChanged(account_id=me))


def requests(r: Read, account_id: int, window: Window) -> list[Request]:
    """A page of a member's requests, those that began last first."""
    onward = window.min_id is not None
    rows = r.fast(
        _PAGES[onward],
        me=account_id,
        above=(window.min_id if onward else window.since_id) or 0,
        below=LARGEST_ID if window.max_id is None else window.max_id,
        most=window.limit,
    )
    found = [Request(*row) for row in rows]
    return found[::-1] if onward else found


def request(r: Read, account_id: int, request_id: int) -> Request:
    """One of a member's requests. Raises :class:`NoSuchRequest`."""
    rows = r.fast(_BY_IDS, me=account_id, ids=[request_id])
    if not rows:
        raise NoSuchRequest()
    return Request(*rows[0])


def is_merged(r: Read, account_id: int) -> bool:
    """Whether everything of accounts that the member has let through is in the own list by now."""
    return not r.fast(_IS_MERGING, me=account_id)


def accept_requests(db: Database, acting: Acting, ids: Sequence[int]) -> None:
    """Let these accounts through from now on; a job brings back what waits. Raises :class:`NoSuchRequest`."""
    with db.write(acting, Ability.RELATIONS) as w:
        me = present(w, acting)
        for number, sender in _mine(w, me, ids):
            w.run_fast(_PERMIT, me=me, sender=sender, now=w.now)
            w.run_fast(_CLOSE, id=number, me=me)
            w.record(NotificationRequestAccepted(account_id=me, from_account_id=sender))
            w.enqueue(MERGE, Held(account_id=me, from_account_id=sender, last=w.new_id()))


def dismiss_requests(db: Database, acting: Acting, ids: Sequence[int]) -> None:
    """Throw away what waits in these requests; the next thing opens a new one. Raises :class:`NoSuchRequest`."""
    with db.write(acting, Ability.RELATIONS) as w:
        me = present(w, acting)
        for number, sender in _mine(w, me, ids):
            w.run_fast(_CLOSE, id=number, me=me)
            w.record(NotificationRequestDismissed(account_id=me, from_account_id=sender))
            w.enqueue(DISCARD, Held(account_id=me, from_account_id=sender, last=w.new_id()))


def _mine(w: Write, me: int, ids: Sequence[int]) -> list[tuple[Any, ...]]:
    rows = w.fast(_ASKED, me=me, ids=list(ids))
    if len(rows) < len(set(ids)):
        raise NoSuchRequest()
    return rows


def merge(db: Database, payload: Held) -> None:
    """Bring back a slice of what waits; goes on until nothing does, and says so."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        if _moved(w, _MERGE, payload) == SLICE:
            w.enqueue(MERGE, payload)
        elif is_merged(w, payload.account_id):
            w.record(NotificationsMerged(account_id=payload.account_id), owner=payload.account_id)


def discard(db: Database, payload: Held) -> None:
    """Throw away a slice of what waits; goes on until nothing is left."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        if _moved(w, _DISCARD, payload) == SLICE:
            w.enqueue(DISCARD, payload)


def _moved(w: Write, how: Hot, payload: Held) -> int:
    return w.run_fast(how, me=payload.account_id, sender=payload.from_account_id, last=payload.last, most=SLICE)
