"""Following and being followed."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Table, null, select, update

from holdfast.acting import Acting
from holdfast.people import policy
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
from holdfast.people.tables import follow_requests, follows
from holdfast.store import Hot
from holdfast.writes import Ability, Database, Write

# Imports follow thousands of accounts: all that is asked before a follow is asked at once.
_STANDING = Hot(
    "SELECT EXISTS (SELECT 1 FROM follows WHERE account_id = :source AND target_id = :target), "
    "EXISTS (SELECT 1 FROM follow_requests WHERE account_id = :source AND target_id = :target), "
    "EXISTS (SELECT 1 FROM blocks WHERE account_id = :source AND target_id = :target) "
    "OR EXISTS (SELECT 1 FROM blocks WHERE account_id = :target AND target_id = :source), "
    "EXISTS (SELECT 1 FROM domain_blocks d JOIN accounts a ON a.domain = d.domain "
    "WHERE d.account_id = :source AND a.id = :target), "
    "(SELECT COUNT(*) FROM follow_requests WHERE account_id = :source)"
)
_ADD = (
    "INSERT INTO {} (id, account_id, target_id, shows_boosts, notifies, languages, created_at) "
    "VALUES (:id, :account_id, :target_id, :shows_boosts, :notifies, :languages, :created_at)"
)
_FOLLOW, _REQUEST = Hot(_ADD.format("follows")), Hot(_ADD.format("follow_requests"))


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
        standing = _standing(w, source.id, target.id)
        if standing.follows or standing.asks:
            table = follows if standing.follows else follow_requests
            _change_options(w, table, source.id, target.id, options)
            return FollowState.FOLLOWING if standing.follows else FollowState.REQUESTED
        policy.may_follow(target, blocked=standing.blocked, domain_blocked=standing.domain_blocked)
        policy.may_follow_more(source.following_count + standing.asked, w.db.settings)
        if policy.needs_approval(source, target):
            _add(w, _REQUEST, source.id, target.id, options)
            w.record(FollowRequested(account_id=source.id, target_id=target.id))
            return FollowState.REQUESTED
        _add(w, _FOLLOW, source.id, target.id, options)
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


class _Standing(NamedTuple):
    """How the source stands to the target before it asks to follow."""

    follows: bool
    asks: bool
    blocked: bool  # by either side
    domain_blocked: bool
    asked: int  # how many it asks to follow, all in all


def _standing(w: Write, source_id: int, target_id: int) -> _Standing:
    following, asks, blocked, domain_blocked, asked = w.fast(_STANDING, source=source_id, target=target_id)[0]
    return _Standing(bool(following), bool(asks), bool(blocked), bool(domain_blocked), asked)


def _add(w: Write, statement: Hot, source_id: int, target_id: int, options: dict[str, Any]) -> None:
    row = {"shows_boosts": True, "notifies": False, "languages": None} | options
    if row["languages"] is not None:
        row["languages"] = msgspec.json.encode(row["languages"]).decode()
    w.run_later(statement, id=w.new_id(), account_id=source_id, target_id=target_id, created_at=w.now, **row)


def _as_kept(row: dict[str, Any]) -> dict[str, Any]:
    """No limit of languages is SQL's NULL, not a JSON null, so that statements may ask for it."""
    return row | {"languages": null()} if row.get("languages", ()) is None else row


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
            if _standing(w, requester.id, target.id).follows:
                return
            raise RequestNotFound
        end_request(w, requester.id, target.id)
        options = _options(asked.shows_boosts, asked.notifies, asked.languages)
        _add(w, _FOLLOW, requester.id, target.id, options)
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
