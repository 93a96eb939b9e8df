"""Direct conversations: one row for each participant and circle of people in a thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import select

from holdfast.acting import Acting
from holdfast.posts import finding
from holdfast.posts.errors import NoSuchConversation
from holdfast.posts.events import ConversationChanged, ConversationDeleted
from holdfast.posts.tables import conversations as table
from holdfast.posts.tables import statuses
from holdfast.posts.visibility import visible_to
from holdfast.store import Hot, Read, Window, page
from holdfast.writes import Ability, Database, Write

_UPSERT = Hot(
    "INSERT INTO conversations (id, account_id, thread_id, participants_key, last_status_id, is_unread) "
    "VALUES (:id, :account, :thread, :others, :status, :unread) "
    "ON CONFLICT (account_id, thread_id, participants_key) DO UPDATE SET is_unread = excluded.is_unread, "
    "last_status_id = CASE WHEN conversations.last_status_id > excluded.last_status_id "
    "THEN conversations.last_status_id ELSE excluded.last_status_id END RETURNING id"
)
_LOCAL = Hot(
    "SELECT a.id FROM accounts a WHERE a.id IN (@ids) AND a.domain IS NULL AND a.deleted_at IS NULL "
    "AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = a.id AND b.target_id = :author)"
)
_ENDING_WITH = Hot(
    "SELECT id, account_id, participants_key, thread_id, last_status_id FROM conversations WHERE thread_id = :thread "
    "AND last_status_id = :status"
)
_IN_THREAD = Hot(
    "SELECT s.id, s.author_id, m.account_id FROM statuses s LEFT JOIN mentions m ON m.status_id = s.id "
    "WHERE s.thread_id = :thread AND s.visibility = 'direct' AND s.boost_of_id IS NULL AND s.deleted_at IS NULL "
    "AND s.restriction IS NULL"
)
_PUT_BACK = Hot(
    "INSERT INTO conversations (id, account_id, thread_id, participants_key, last_status_id, is_unread) "
    "VALUES (:id, :account, :thread, :others, :status, :unread) "
    "ON CONFLICT (account_id, thread_id, participants_key) DO UPDATE SET last_status_id = excluded.last_status_id "
    "WHERE conversations.last_status_id < excluded.last_status_id"
)
_STEP_BACK = Hot("UPDATE conversations SET last_status_id = :status WHERE id = :id")
_DROP = Hot("DELETE FROM conversations WHERE id = :id")
_READ = Hot("UPDATE conversations SET is_unread = :unread WHERE id = :id AND account_id = :account")
_OWN = Hot(
    "SELECT id, last_status_id, participants_key, is_unread FROM conversations WHERE id = :id AND account_id = :account"
)


class Conversation(NamedTuple):
    """A conversation as one participant sees it: the others, the newest post, whether that is unread."""

    id: int
    last_status_id: int
    participants: tuple[int, ...]
    is_unread: bool


def note(w: Write, thread_id: int, status_id: int, author_id: int, mentions: Sequence[int]) -> None:
    """Bring the participants' conversations up to date with a new direct post."""
    circle = {author_id, *mentions}
    for (account_id,) in sorted(w.fast(_LOCAL, ids=list(circle), author=author_id)):
        unread = account_id != author_id
        rows = w.fast(
            _UPSERT,
            id=w.new_id(),
            account=account_id,
            thread=thread_id,
            others=_key(circle, account_id),
            status=status_id,
            unread=unread,
        )
        w.record(
            ConversationChanged(
                conversation_id=rows[0][0], account_id=account_id, status_id=status_id, is_unread=unread
            ),
            owner=account_id,
        )


def step_back(w: Write, thread_id: int, status_id: int) -> None:
    """Let conversations that end with a deleted post end with the one before it, or vanish."""
    for conversation_id in _stepped_back(w, w.fast(_ENDING_WITH, thread=thread_id, status=status_id)):
        w.run_fast(_DROP, id=conversation_id)


def withdraw(w: Write, thread_id: int, status_id: int, *, still_seen_by: int | None) -> None:
    """Let conversations that end with a restricted post end with the one before it, but for who still sees it.

    Where none is before it, the conversation waits unseen for :func:`put_back`.
    """
    ending = w.fast(_ENDING_WITH, thread=thread_id, status=status_id)
    _stepped_back(w, [row for row in ending if row[1] != still_seen_by])


def put_back(w: Write, thread_id: int, status_id: int, author_id: int, mentions: Sequence[int]) -> None:
    """Let conversations end again with a post that is restricted no longer, unless one came after it."""
    circle = {author_id, *mentions}
    for (account_id,) in sorted(w.fast(_LOCAL, ids=list(circle), author=author_id)):
        others = _key(circle, account_id)
        w.run_fast(
            _PUT_BACK, id=w.new_id(), account=account_id, thread=thread_id, others=others, status=status_id,
            unread=False,
        )  # fmt: skip


def _stepped_back(w: Write, ending: Sequence[tuple[Any, ...]]) -> list[int]:
    """Step conversations that end with one post back to the one before it; those that have none."""
    if not ending:
        return []
    thread_id, status_id = ending[0][3:]
    circles: dict[int, set[int]] = {}
    for number, author_id, mentioned in w.fast(_IN_THREAD, thread=thread_id):
        circles.setdefault(number, {author_id}).update({mentioned} - {None})
    alone: list[int] = []
    for conversation_id, account_id, key, *_ in ending:
        left = [
            number
            for number, circle in circles.items()
            if number != status_id and account_id in circle and _key(circle, account_id) == key
        ]
        if left:
            w.run_fast(_STEP_BACK, id=conversation_id, status=max(left))
        else:
            alone.append(conversation_id)
    return alone


def _key(circle: set[int], account_id: int) -> str:
    return ",".join(str(number) for number in sorted(circle - {account_id}))


def conversations(r: Read, account_id: int, window: Window) -> list[Conversation]:
    """A member's direct conversations, newest first; the window goes by ``last_status_id``."""
    statement = (
        select(table.c.id, table.c.last_status_id, table.c.participants_key, table.c.is_unread)
        .join(statuses, statuses.c.id == table.c.last_status_id)
        .where(table.c.account_id == account_id, visible_to(account_id))
    )
    return [_conversation(row) for row in page(r, statement, table.c.last_status_id, window)]


def conversation(r: Read, account_id: int, conversation_id: int) -> Conversation:
    """One of a member's conversations. Raises :class:`NoSuchConversation`."""
    rows = r.fast(_OWN, id=conversation_id, account=account_id)
    if not rows:
        raise NoSuchConversation()
    return _conversation(rows[0])


def _conversation(row: Sequence[object]) -> Conversation:
    number, last, key, unread = row
    others = tuple(int(part) for part in str(key).split(",") if part)
    return Conversation(int(str(number)), int(str(last)), others, bool(unread))


def mark_read(db: Database, acting: Acting, conversation_id: int) -> None:
    """Note that a conversation has been read. Raises :class:`NoSuchConversation`."""
    _set_unread(db, acting, conversation_id, unread=False)


def mark_unread(db: Database, acting: Acting, conversation_id: int) -> None:
    """Note that a conversation wants to be read again. Raises :class:`NoSuchConversation`."""
    _set_unread(db, acting, conversation_id, unread=True)


def _set_unread(db: Database, acting: Acting, conversation_id: int, *, unread: bool) -> None:
    with db.write(acting, Ability.RELATIONS) as w:
        account_id = finding.active(w, acting).id
        found = conversation(w, account_id, conversation_id)
        if found.is_unread == unread:
            return
        w.run_fast(_READ, id=conversation_id, account=account_id, unread=unread)
        w.record(
            ConversationChanged(
                conversation_id=conversation_id,
                account_id=account_id,
                status_id=found.last_status_id,
                is_unread=unread,
            )
        )


def delete_conversation(db: Database, acting: Acting, conversation_id: int) -> None:
    """Remove a conversation from the own list; its posts stay. Raises :class:`NoSuchConversation`."""
    with db.write(acting, Ability.RELATIONS) as w:
        account_id = finding.active(w, acting).id
        conversation(w, account_id, conversation_id)
        w.run_fast(_DROP, id=conversation_id)
        w.record(ConversationDeleted(conversation_id=conversation_id, account_id=account_id))
