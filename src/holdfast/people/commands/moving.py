"""Moving to another account: the new one names the old one as its own, then the old one sends its followers there.

Both sides have to say so, or anybody could take somebody's followers.
"""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import delete, func, insert, or_, select, update

from holdfast.acting import SYSTEM, Acting
from holdfast.errors import Invalid, Problem, TooMany, Unavailable
from holdfast.languages import say, say_many
from holdfast.people import names
from holdfast.people.account import Account
from holdfast.people.commands.following import FollowState, follow, unfollow
from holdfast.people.commands.listing import add_to_list
from holdfast.people.commands.parties import acting_account
from holdfast.people.errors import MovedLately, NotMoved
from holdfast.people.events import AccountMoved, AccountMoveUndone, AliasesChanged
from holdfast.people.queries.found import account_by_handle, account_by_id
from holdfast.people.queries.own_lists import lists_with
from holdfast.people.tables import account_aliases, account_moves, accounts, follows
from holdfast.store import DAY, Read
from holdfast.writes import Ability, Database, Write

MOVE_FOLLOWERS = "people.move_followers"
SLICE = 50
"""Followers that one run moves; others' writes wait no longer than it takes."""

MOST_ALIASES = 10
COOL_DOWN_MS = 30 * DAY
"""Between two moves of an account, so that followers are not sent to and fro."""


class MoveFollowers(msgspec.Struct, frozen=True, kw_only=True):
    """Let the next followers of an account that moved follow the new one; ``after`` is the last follow looked at."""

    account_id: int
    target_id: int
    after: int = 0


class Move(msgspec.Struct, frozen=True):
    """A move of an account; times in milliseconds."""

    target_id: int
    started_at: int
    undone_at: int | None


def add_alias(db: Database, acting: Acting, handle: str) -> None:
    """Say that another account of this server is one's own, too. Raises :class:`Invalid` on ``acct``."""
    with db.write(acting, Ability.PROFILE) as w:
        owner = _owner(w)
        other = _named(w, handle)
        if other.id == owner.id:
            raise Invalid.field("acct", "ERR_INVALID", say("This is the account that you are using"))
        mine = account_aliases.c.account_id == owner.id
        if w.exists(select(account_aliases.c.account_id).where(mine, account_aliases.c.target_id == other.id)):
            return
        if w.value(select(func.count()).select_from(account_aliases).where(mine)) >= MOST_ALIASES:
            raise Invalid.field("acct", "ERR_TOO_MANY", say("You can name up to %(most)s accounts", most=MOST_ALIASES))
        w.run(insert(account_aliases).values(account_id=owner.id, target_id=other.id, created_at=w.now))
        w.record(AliasesChanged(account_id=owner.id))


def remove_alias(db: Database, acting: Acting, target_id: int) -> None:
    """Say it no longer; nothing more is needed where it was not said."""
    with db.write(acting, Ability.PROFILE) as w:
        owner = _owner(w)
        mine = (account_aliases.c.account_id == owner.id) & (account_aliases.c.target_id == target_id)
        if w.run(delete(account_aliases).where(mine)):
            w.record(AliasesChanged(account_id=owner.id))


def move_account(db: Database, acting: Acting, handle: str) -> None:
    """Send one's followers to another account, which names this one as its own; a job moves them.

    Raises :class:`Invalid` on ``acct``, :class:`MovedLately` within 30 days of the last move.
    """
    with db.write(acting, Ability.PROFILE) as w:
        target_id = _named(w, handle).id
        for account_id in sorted({w.acting.known_id, target_id}):  # two who move to each other do not pass unseen
            w.serialise(account_id)
        owner, target = _owner(w), _named(w, handle)
        if target.id == owner.id:
            raise Invalid.field("acct", "ERR_INVALID", say("This is the account that you are using"))
        if target.moved_to_id is not None:
            raise Invalid.field("acct", "ERR_INVALID", say("That account has moved itself"))
        names_us = (account_aliases.c.account_id == target.id) & (account_aliases.c.target_id == owner.id)
        if not w.exists(select(account_aliases.c.account_id).where(names_us)):
            words = say(
                "@%(name)s does not name this account as its own yet: sign in there and add it first",
                name=target.username,
            )
            raise Invalid.field("acct", "ERR_INVALID", words)
        found = last_move(w, owner.id)
        if found is not None and w.now - found.started_at < COOL_DOWN_MS:
            days = -(-(found.started_at + COOL_DOWN_MS - w.now) // DAY)
            when = say_many("in %(num)s day", "in %(num)s days", days)
            raise MovedLately(say("You have moved lately. You can move again %(when)s.", when=when))
        values = {"id": w.new_id(), "account_id": owner.id, "target_id": target.id, "started_at": w.now}
        w.run(insert(account_moves).values(values))
        _point(w, owner.id, target.id)
        w.enqueue(MOVE_FOLLOWERS, MoveFollowers(account_id=owner.id, target_id=target.id))
        w.record(AccountMoved(account_id=owner.id, target_id=target.id))


def undo_move(db: Database, acting: Acting) -> None:
    """Be here again. Followers who have been moved stay where they are; the others are not moved any more.

    Raises :class:`NotMoved`.
    """
    with db.write(acting, Ability.PROFILE) as w:
        owner = _owner(w)
        if owner.moved_to_id is None:
            raise NotMoved()
        _end(w, owner.id)


def move_followers(db: Database, payload: MoveFollowers) -> None:
    """Let a slice of the followers follow the new account instead; goes on until there is none left.

    Who cannot follow the new account (a block, a suspension) keeps following the old one.
    """
    with db.write(SYSTEM, Ability.JOBS) as w:
        source = account_by_id(w, payload.account_id)
        if source is None or source.moved_to_id != payload.target_id or source.deleted_at is not None:
            return  # undone meanwhile
        chosen = select(follows.c.id, follows.c.account_id, follows.c.shows_boosts, follows.c.notifies)
        rows = w.rows(
            chosen.add_columns(follows.c.languages)
            .where(follows.c.target_id == source.id, follows.c.id > payload.after)
            .order_by(follows.c.id)
            .limit(SLICE)
        )
        for _, follower_id, boosts, notifies, languages in rows:
            options = {"shows_boosts": bool(boosts), "notifies": bool(notifies), "languages": languages or ()}
            try:
                _move_one(db, follower_id, payload, options)
            except (Unavailable, TooMany):
                raise  # nothing is wrong with this follower: the job is run again later
            except Problem:
                continue
        if len(rows) == SLICE:
            w.enqueue(MOVE_FOLLOWERS, msgspec.structs.replace(payload, after=rows[-1][0]))


def _move_one(db: Database, follower_id: int, payload: MoveFollowers, options: dict[str, Any]) -> None:
    """In one piece: who cannot follow the new account has not left the old one either."""
    acting = Acting(account_id=follower_id)
    with db.write(SYSTEM, Ability.JOBS) as w:
        inside = lists_with(w, follower_id, payload.account_id)
        unfollow(db, acting, payload.account_id)
        if follow(db, acting, payload.target_id, **options) is FollowState.FOLLOWING:
            there = {one.id for one in lists_with(w, follower_id, payload.target_id)}
            for one in inside:
                if one.id not in there:
                    add_to_list(db, acting, one.id, [payload.target_id])


def forget_moves(db: Database, event: Any) -> None:
    """Remove what a deleted account said of its other ones, and let nobody point to it."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        gone = event.account_id
        w.run(
            delete(account_aliases).where(
                or_(account_aliases.c.account_id == gone, account_aliases.c.target_id == gone)
            )
        )
        for number in w.ids(select(accounts.c.id).where(accounts.c.moved_to_id == gone).order_by(accounts.c.id)):
            _end(w, number)
        w.run(delete(account_moves).where(account_moves.c.account_id == gone))


def aliases_of(r: Read, account_id: int) -> list[int]:
    """The accounts that an account names as its own, in the order in which it did."""
    chosen = select(account_aliases.c.target_id).where(account_aliases.c.account_id == account_id)
    return r.ids(chosen.order_by(account_aliases.c.created_at, account_aliases.c.target_id))


def last_move(r: Read, account_id: int) -> Move | None:
    """An account's latest move, undone ones too."""
    moves = account_moves.c
    chosen = select(moves.target_id, moves.started_at, moves.undone_at).where(moves.account_id == account_id)
    row = r.first(chosen.order_by(moves.id.desc()).limit(1))
    return Move(*row) if row is not None else None


def _owner(w: Write) -> Account:
    w.serialise(w.acting.known_id)
    return acting_account(account_by_id(w, w.acting.known_id))


def _named(w: Write, handle: str) -> Account:
    asked = names.parse_handle(handle, domain=w.db.local_domain)
    if asked.domain is not None:
        raise Invalid.field(
            "acct", "ERR_INVALID", say("That account is on another server, which cannot be reached yet")
        )
    found = account_by_handle(w, asked.username)
    if found is None or not found.is_present:
        raise Invalid.field(
            "acct",
            "ERR_INVALID",
            say("There is no account called %(username)s on this server", username=asked.username),
        )
    return found


def _point(w: Write, account_id: int, target_id: int | None) -> None:
    change = update(accounts).where(accounts.c.id == account_id)
    w.run(change.values(moved_to_id=target_id, revision=accounts.c.revision + 1))


def _end(w: Write, account_id: int) -> None:
    standing = (account_moves.c.account_id == account_id) & account_moves.c.undone_at.is_(None)
    w.run(update(account_moves).where(standing).values(undone_at=w.now))
    _point(w, account_id, None)
    w.record(AccountMoveUndone(account_id=account_id), owner=account_id)
