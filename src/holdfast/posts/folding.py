"""Replies that an author folds away: they stay and can be read, yet come last and apart, for everybody."""

from __future__ import annotations

from collections.abc import Collection

from holdfast.acting import Acting
from holdfast.posts import finding, policy
from holdfast.posts.errors import CannotFold
from holdfast.posts.events import ReplyFolded, ReplyUnfolded
from holdfast.posts.policy import Standing
from holdfast.store import Hot, Read
from holdfast.writes import Ability, Database, Write

_STANDINGS = Hot(
    f"SELECT {', '.join(f's.{name}' for name in Standing._fields)}, s.folded_by_id, first.author_id "  # noqa: S608
    "FROM statuses s LEFT JOIN statuses first ON first.id = s.thread_id WHERE s.id IN (@ids)"
)
_SET = Hot("UPDATE statuses SET folded_by_id = :by, revision = revision + 1 WHERE id = :id")


def fold(db: Database, acting: Acting, status_id: int) -> None:
    """Fold a reply away, for everybody, with all that was said beneath it.

    The author of the post that is replied to may, and the author of the conversation's first post; no role replaces
    being one of them. Raises :class:`NoSuchStatus`, :class:`CannotFold`.
    """
    with db.write(acting, Ability.POSTING) as w:
        account_id, reply, host, folded_by = _found(w, acting, status_id)
        policy.may_fold(account_id, reply, host)
        if folded_by is None:
            w.run_fast(_SET, id=reply.id, by=account_id)
            w.record(ReplyFolded(status_id=reply.id, author_id=reply.author_id, account_id=account_id))


def unfold(db: Database, acting: Acting, status_id: int) -> None:
    """Let a reply stand in its place again: who folded it may, and the author of the conversation's first post.

    Raises :class:`NoSuchStatus`, :class:`CannotFold`.
    """
    with db.write(acting, Ability.POSTING) as w:
        account_id, reply, host, folded_by = _found(w, acting, status_id)
        _check(account_id, reply, host, folded_by)
        if folded_by is not None:
            w.run_fast(_SET, id=reply.id, by=None)
            w.record(ReplyUnfolded(status_id=reply.id, author_id=reply.author_id, account_id=account_id))


def foldable(r: Read, viewer: int, ids: Collection[int]) -> set[int]:
    """Those of these posts that the viewer may fold away or, where that is done, unfold; one query."""
    found: set[int] = set()
    for *fields, folded_by, host in r.fast(_STANDINGS, ids=list(ids)) if ids else ():
        reply = Standing(*fields)
        try:
            _check(viewer, reply, host, folded_by)
        except CannotFold:
            continue
        found.add(reply.id)
    return found


def _check(account_id: int, reply: Standing, host: int | None, folded_by: int | None) -> None:
    if folded_by is None:
        policy.may_fold(account_id, reply, host)
    else:
        policy.may_unfold(account_id, host, folded_by)


def _found(w: Write, acting: Acting, status_id: int) -> tuple[int, Standing, int | None, int | None]:
    """Who acts, the reply, who began the conversation that it stands in, and who folded it."""
    account_id = finding.active(w, acting).id
    reply = finding.visible_original(w, account_id, status_id)
    *_, folded_by, host = w.fast(_STANDINGS, ids=[reply.id])[0]
    return account_id, reply, host, folded_by
