"""The one door for telling a member something, and for taking it back when it is no longer so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from holdfast.notifications.events import NotificationCreated
from holdfast.notifications.kinds import DUTIES, GROUPED, GROUPED_BY_STATUS, OWN, Kind
from holdfast.notifications.reception import received
from holdfast.store import HOUR, Hot
from holdfast.writes import Write

_STANDS = Hot(
    "SELECT 1 FROM accounts s WHERE s.id = :sender AND s.suspended_at IS NULL AND s.deleted_at IS NULL "
    "AND (CAST(:status AS BIGINT) IS NULL OR EXISTS "
    "(SELECT 1 FROM statuses p WHERE p.id = CAST(:status AS BIGINT) AND p.deleted_at IS NULL))"
)
_PRESENT = (
    "SELECT a.id FROM accounts a WHERE a.id IN (@ids) AND a.domain IS NULL AND a.suspended_at IS NULL "
    "AND a.deleted_at IS NULL"
)
_ON_DUTY = Hot(f"{_PRESENT} AND a.id <> :sender ORDER BY a.id")
_WILLING = Hot(
    f"{_PRESENT} AND (a.id <> :sender OR :itself = 1) "  # noqa: S608
    "AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = a.id AND b.target_id = :sender) "
    "AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = :sender AND b.target_id = a.id) "
    "AND NOT EXISTS (SELECT 1 FROM mutes m WHERE m.account_id = a.id AND m.target_id = :sender "
    "AND m.hides_notifications AND (m.expires_at IS NULL OR m.expires_at > :now)) "
    "AND NOT EXISTS (SELECT 1 FROM domain_blocks d JOIN accounts s ON s.domain = d.domain "
    "WHERE d.account_id = a.id AND s.id = :sender) "
    "AND NOT EXISTS (SELECT 1 FROM thread_mutes t JOIN statuses p ON p.thread_id = t.thread_id "
    "WHERE t.account_id = a.id AND p.id = :status) "
    "ORDER BY a.id"
)
_INSERT = Hot(
    "INSERT INTO notifications (id, account_id, kind, from_account_id, status_id, report_id, decision_id, dedupe, "
    "created_at, group_key, is_filtered) VALUES (:id, :account, :kind, :sender, :status, :report, :decision, :dedupe, "
    ":now, :group, CAST(:aside AS BOOLEAN)) ON CONFLICT (dedupe) DO NOTHING"
)
_TAKE_BACK = Hot("DELETE FROM notifications WHERE dedupe = :dedupe")
_TURN = Hot(
    "UPDATE notifications SET kind = :kind, dedupe = :new, group_key = :group WHERE dedupe = :old "
    "AND NOT EXISTS (SELECT 1 FROM notifications n WHERE n.dedupe = :new)"
)
_RUNNING = Hot("SELECT MAX(group_key) FROM notifications WHERE account_id = :account AND group_key IN (@keys)")
_REQUEST = Hot(
    "INSERT INTO notification_requests (id, account_id, from_account_id, last_status_id, created_at, updated_at) "
    "VALUES (:id, :account, :sender, :status, :now, :now) ON CONFLICT (account_id, from_account_id) DO UPDATE SET "
    "last_status_id = COALESCE(excluded.last_status_id, notification_requests.last_status_id), "
    "updated_at = excluded.updated_at"
)

GROUP_HOURS = 12
"""The longest that a group goes on: a later one opens a group of its own."""


class Subject(NamedTuple):
    """What members are told."""

    kind: Kind
    sender: int
    status_id: int | None
    report_id: int | None
    decision_id: int | None
    occasion: int

    @property
    def about(self) -> int:
        """The id of what it is about; 0 for the sender alone."""
        return self.status_id or self.report_id or self.decision_id or 0


def tell(
    w: Write,
    account_id: int,
    kind: Kind,
    from_account_id: int,
    *,
    status_id: int | None = None,
    report_id: int | None = None,
    decision_id: int | None = None,
    occasion: int = 0,
) -> bool:
    """Tell one member something; whether they were told. See :func:`tell_all`."""
    told = tell_all(
        w,
        (account_id,),
        kind,
        from_account_id,
        status_id=status_id,
        report_id=report_id,
        decision_id=decision_id,
        occasion=occasion,
    )
    return told > 0


def tell_all(
    w: Write,
    account_ids: Iterable[int],
    kind: Kind,
    from_account_id: int,
    *,
    status_id: int | None = None,
    report_id: int | None = None,
    decision_id: int | None = None,
    occasion: int = 0,
) -> int:
    """Tell members something that an account did (to a status); how many were told.

    Everybody is told once, however often this is asked (``occasion`` tells the edits of a status apart), and
    nobody of their own deeds, except that a poll's author learns of its end, and a member of decisions about
    them. Left out are those who keep the account away (blocks of either side, mutes that hide notifications,
    blocked domains), who muted the conversation, and whose policy drops it; where the policy sets it aside, it
    waits in a request and counts as told. Nobody is told of a deleted status or by an account that is gone.
    What the staff must know passes all of that.
    """
    ids = list(dict.fromkeys(account_ids))
    if not ids or not w.fast(_STANDS, sender=from_account_id, status=status_id):
        return 0
    if kind in DUTIES:
        rows = w.fast(_ON_DUTY, ids=ids, sender=from_account_id)
    else:
        rows = w.fast(_WILLING, ids=ids, sender=from_account_id, itself=int(kind in OWN), status=status_id, now=w.now)
    choices = received(w, [row[0] for row in rows], kind, from_account_id, status_id)
    subject = Subject(kind, from_account_id, status_id, report_id, decision_id, occasion)
    return sum(
        _insert(w, account_id, subject, is_aside=choice == "filter")
        for account_id, choice in choices.items()
        if choice != "drop"
    )


def _insert(w: Write, account_id: int, told: Subject, *, is_aside: bool) -> bool:
    """Tell one member, or set it aside for them; False when they know already."""
    number = w.new_id()
    is_new = w.run_fast(
        _INSERT,
        id=number,
        account=account_id,
        kind=told.kind,
        sender=told.sender,
        status=told.status_id,
        report=told.report_id,
        decision=told.decision_id,
        dedupe=once(account_id, told.kind, told.sender, told.about, told.occasion),
        now=w.now,
        group=_group(w, account_id, told.kind, told.status_id),
        aside=int(is_aside),
    )
    if not is_new:
        return False
    if is_aside:
        w.run_fast(_REQUEST, id=w.new_id(), account=account_id, sender=told.sender, status=told.status_id, now=w.now)
    event = NotificationCreated(notification_id=number, account_id=account_id, what=told.kind, is_filtered=is_aside)
    w.record(event, owner=account_id)
    return True


def _group(w: Write, account_id: int, kind: str, status_id: int | None) -> str | None:
    """The group that a notification joins: one that began within half a day, or a new one; None where it is alone."""
    if kind not in GROUPED:
        return None
    start = f"{kind}-{status_id}-" if kind in GROUPED_BY_STATUS else f"{kind}-"
    hour = w.now // HOUR
    keys = [f"{start}{hour - back}" for back in range(GROUP_HOURS)]
    running = w.fast(_RUNNING, account=account_id, keys=keys)[0][0]
    return running if running is not None else keys[0]


def take_back(w: Write, account_id: int, kind: Kind, from_account_id: int, *, status_id: int | None = None) -> None:
    """Remove what a member was told, because it is no longer so."""
    w.run_fast(_TAKE_BACK, dedupe=once(account_id, kind, from_account_id, status_id or 0))


def turn(w: Write, account_id: int, kind: Kind, into: Kind, from_account_id: int) -> None:
    """Let a notification become another one in its place: a follow request that was accepted, a follow."""
    old, new = once(account_id, kind, from_account_id), once(account_id, into, from_account_id)
    w.run_fast(_TURN, old=old, new=new, kind=into, group=_group(w, account_id, into, None))
    w.run_fast(_TAKE_BACK, dedupe=old)


def once(account_id: int, kind: str, from_account_id: int, subject_id: int = 0, occasion: int = 0) -> str:
    """What makes a notification the same one."""
    return f"{kind}:{account_id}:{from_account_id}:{subject_id}:{occasion}"
