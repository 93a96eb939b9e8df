"""Muting conversations: no more notifications from them."""

from __future__ import annotations

from holdfast.acting import Acting
from holdfast.posts import finding
from holdfast.posts.events import ThreadMuted, ThreadUnmuted
from holdfast.store import Hot
from holdfast.writes import Ability, Database

_MUTE = Hot(
    "INSERT INTO thread_mutes (account_id, thread_id, created_at) VALUES (:account, :thread, :now) "
    "ON CONFLICT (account_id, thread_id) DO NOTHING"
)
_UNMUTE = Hot("DELETE FROM thread_mutes WHERE account_id = :account AND thread_id = :thread")


def mute_thread(db: Database, acting: Acting, status_id: int) -> None:
    """Mute the conversation that a post is part of. Raises :class:`NoSuchStatus`."""
    with db.write(acting, Ability.RELATIONS) as w:
        account_id = finding.active(w, acting).id
        thread_id = finding.visible(w, account_id, status_id).thread_id
        if w.run_fast(_MUTE, account=account_id, thread=thread_id, now=w.now):
            w.record(ThreadMuted(account_id=account_id, thread_id=thread_id))


def unmute_thread(db: Database, acting: Acting, status_id: int) -> None:
    """Hear of a conversation again. Raises :class:`NoSuchStatus`."""
    with db.write(acting, Ability.RELATIONS) as w:
        account_id = finding.active(w, acting).id
        thread_id = finding.visible(w, account_id, status_id).thread_id
        if w.run_fast(_UNMUTE, account=account_id, thread=thread_id):
            w.record(ThreadUnmuted(account_id=account_id, thread_id=thread_id))
