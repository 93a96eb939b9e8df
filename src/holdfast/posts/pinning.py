"""Pins: posts at the top of their author's profile."""

from __future__ import annotations

from holdfast.acting import Acting
from holdfast.posts import finding, policy
from holdfast.posts.events import StatusPinned, StatusUnpinned
from holdfast.store import Hot
from holdfast.writes import Ability, Database

_IS_PINNED = Hot("SELECT 1 FROM pins WHERE account_id = :account AND status_id = :status")
_COUNT = Hot("SELECT COUNT(*) FROM pins WHERE account_id = :account")
_PIN = Hot("INSERT INTO pins (id, account_id, status_id, created_at) VALUES (:id, :account, :status, :now)")
_UNPIN = Hot("DELETE FROM pins WHERE account_id = :account AND status_id = :status")


def pin(db: Database, acting: Acting, status_id: int) -> None:
    """Put a post at the top of its author's profile. Raises :class:`NoSuchStatus`, :class:`CannotPin`."""
    most = db.settings.most_pins
    with db.write(acting, Ability.POSTING) as w:
        account_id = finding.active(w, acting).id
        status = finding.visible(w, account_id, status_id)
        w.serialise(account_id)  # two pins that would be one too many cannot race
        if w.fast(_IS_PINNED, account=account_id, status=status_id):
            return
        policy.may_pin(account_id, status, w.fast(_COUNT, account=account_id)[0][0], most)
        w.run_fast(_PIN, id=w.new_id(), account=account_id, status=status_id, now=w.now)
        w.record(StatusPinned(status_id=status_id, account_id=account_id))


def unpin(db: Database, acting: Acting, status_id: int) -> None:
    """Take a post from the top of the profile. Raises :class:`NoSuchStatus`."""
    with db.write(acting, Ability.POSTING) as w:
        account_id = finding.active(w, acting).id
        finding.visible(w, account_id, status_id)
        if w.run_fast(_UNPIN, account=account_id, status=status_id):
            w.record(StatusUnpinned(status_id=status_id, account_id=account_id))
