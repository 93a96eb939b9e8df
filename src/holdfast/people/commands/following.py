"""Following and being followed."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import Table, func, insert, null, select, update

from holdfast.acting import Acting
from holdfast.people import policy
from holdfast.people.account import Account
from holdfast.people.commands.parties import count_follow, end_follow, end_request, pair, touch
from holdfast.people.errors import RequestNotFound
from holdfast.people.events import (
    FollowAccepted,
    FollowChanged,
    Followed,
    FollowRejected,
    FollowRequested,
    FollowRequestWithdrawn,
    Unfollowed,
)
from holdfast.people.queries.clauses import (
    blocks_viewer,
    viewer_blocks,
    viewer_blocks_domain_of,
)
from holdfast.people.tables import follow_requests, follows
from holdfast.store import Read
from holdfast.writes import Ability, Database, Write


class FollowState(StrEnum):
    """What came of asking to follow."""

    FOLLOWING = "following"
    REQUESTED = "requested"


def follow(
    db: Database,
    acting: Acting,
    target_id: int,
    *,
    shows_boosts: bool | None = None,
    notifies: bool | None = None,
    languages: Sequence[str] | None = None,
) -> FollowState:
    """Follow an account, or ask to when it approves by hand; already following, change the options that are given.

    Options left out (None) keep what they were; for a new follow boosts are shown, posts do not notify, all
    languages come through. An empty ``languages`` takes a limit away. Raises :class:`AccountNotFound` (also for
    suspended accounts), :class:`NotWithYourself`, :class:`FollowRefused`, :class:`TooManyFollows`.
    """
    options = _options(shows_boosts, notifies, languages)
    with db.write(acting, Ability.RELATIONS) as w:
        source, target = pair(w, target_id, target_may_be_suspended=False)
        for table, state in ((follows, FollowState.FOLLOWING), (follow_requests, FollowState.REQUESTED)):
            if _exists(w, table, source.id, target.id):
                _change_options(w, table, source.id, target.id, options)
                return state
        _may_begin(w, source, target)
        approval = policy.needs_approval(source, target)
        table = follow_requests if approval else follows
        w.run(insert(table).values(_new_row(w, source.id, target.id, options)))
        if approval:
            w.record(FollowRequested(account_id=source.id, target_id=target.id))
            return FollowState.REQUESTED
        count_follow(w, source.id, target.id, 1)
        w.record(Followed(account_id=source.id, target_id=target.id))
        return FollowState.FOLLOWING


def _options(shows_boosts: bool | None, notifies: bool | None, languages: Sequence[str] | None) -> dict[str, Any]:
    given: dict[str, Any] = {}
    if shows_boosts is not None:
        given["shows_boosts"] = shows_boosts
    if notifies is not None:
        given["notifies"] = notifies
    if languages is not None:
        given["languages"] = list(dict.fromkeys(languages)) or None
    return given


def _new_row(w: Write, source_id: int, target_id: int, options: dict[str, Any]) -> dict[str, Any]:
    row = {"shows_boosts": True, "notifies": False, "languages": None} | options
    row |= {"id": w.new_id(), "account_id": source_id, "target_id": target_id, "created_at": w.now}
    return _as_kept(row)


def _as_kept(row: dict[str, Any]) -> dict[str, Any]:
    """No limit of languages is SQL's NULL, not a JSON null, so that statements may ask for it."""
    return row | {"languages": null()} if row.get("languages", ()) is None else row


def _exists(r: Read, table: Table, source_id: int, target_id: int) -> bool:
    return r.exists(select(table.c.id).where(table.c.account_id == source_id, table.c.target_id == target_id))


def _may_begin(w: Write, source: Account, target: Account) -> None:
    blocked, domain_blocked = w.first(
        select(
            blocks_viewer(target.id, source.id) | viewer_blocks(source.id, target.id),
            viewer_blocks_domain_of(source.id, target.id),
        )
    )
    policy.may_follow(target, blocked=bool(blocked), domain_blocked=bool(domain_blocked))
    asked = select(func.count()).select_from(follow_requests).where(follow_requests.c.account_id == source.id)
    policy.may_follow_more(source.following_count + int(w.value(asked)), w.db.settings)


def _change_options(w: Write, table: Table, source_id: int, target_id: int, options: dict[str, Any]) -> None:
    which = (table.c.account_id == source_id) & (table.c.target_id == target_id)
    now = w.first(select(table.c.shows_boosts, table.c.notifies, table.c.languages).where(which))._mapping
    changed = {name: value for name, value in options.items() if now[name] != value}
    if not changed:
        return
    w.run(update(table).where(which).values(_as_kept(changed)))
    touch(w, source_id)
    w.record(FollowChanged(account_id=source_id, target_id=target_id))


def unfollow(db: Database, acting: Acting, target_id: int) -> None:
    """Stop following, or take a follow request back; no more is needed if there is neither."""
    with db.write(acting, Ability.RELATIONS) as w:
        source, target = pair(w, target_id)
        if end_follow(w, source.id, target.id):
            w.record(Unfollowed(account_id=source.id, target_id=target.id))
        if end_request(w, source.id, target.id):
            w.record(FollowRequestWithdrawn(account_id=source.id, target_id=target.id))


def accept_request(db: Database, acting: Acting, requester_id: int) -> None:
    """Let somebody follow who asked to. Raises :class:`RequestNotFound` for one who neither asks nor follows."""
    with db.write(acting, Ability.RELATIONS) as w:
        target, requester = pair(w, requester_id)
        which = (follow_requests.c.account_id == requester.id) & (follow_requests.c.target_id == target.id)
        asked = w.first(
            select(follow_requests.c.shows_boosts, follow_requests.c.notifies, follow_requests.c.languages).where(which)
        )
        if asked is None:
            if _exists(w, follows, requester.id, target.id):
                return
            raise RequestNotFound
        end_request(w, requester.id, target.id)
        options = _options(asked.shows_boosts, asked.notifies, asked.languages)
        w.run(insert(follows).values(_new_row(w, requester.id, target.id, options)))
        count_follow(w, requester.id, target.id, 1)
        w.record(FollowAccepted(account_id=requester.id, target_id=target.id))


def reject_request(db: Database, acting: Acting, requester_id: int) -> None:
    """Turn a follow request down; nothing happens when there is none (any more)."""
    with db.write(acting, Ability.RELATIONS) as w:
        target, requester = pair(w, requester_id)
        if end_request(w, requester.id, target.id):
            w.record(FollowRejected(account_id=requester.id, target_id=target.id))


def remove_follower(db: Database, acting: Acting, follower_id: int) -> None:
    """Let somebody follow no longer; they may ask or follow again."""
    with db.write(acting, Ability.RELATIONS) as w:
        target, follower = pair(w, follower_id)
        if end_follow(w, follower.id, target.id):
            w.record(Unfollowed(account_id=follower.id, target_id=target.id))
