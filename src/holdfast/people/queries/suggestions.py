"""Whom a member might want to follow, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, exists, func, select

from holdfast.people.queries.clauses import (
    blocks_viewer,
    follows_exists,
    requests_exists,
    viewer_blocks,
    viewer_blocks_domain_of,
    viewer_mutes,
)
from holdfast.people.queries.found import is_present
from holdfast.people.tables import accounts, dismissed_suggestions, featured_accounts, follows
from holdfast.store import Read

FEATURED, OF_FRIENDS, MOST_FOLLOWED = "featured", "friends_of_friends", "most_followed"
FRIENDS = 200
"""Of the followed, the latest so many are asked whom they follow."""


class Suggestion(NamedTuple):
    """An account, and everything that speaks for it."""

    account_id: int
    sources: tuple[str, ...]


def suggestions(r: Read, viewer_id: int, limit: int, *, now: int) -> list[Suggestion]:
    """Accounts that want to be found and that the viewer has nothing to do with yet: named by the staff, followed by
    those whom the viewer follows (the most first), then the most followed. ``now`` in milliseconds."""
    found: dict[int, list[str]] = {}
    for source, statement in (
        (FEATURED, _featured()),
        (OF_FRIENDS, _of_friends(viewer_id)),
        (MOST_FOLLOWED, _most_followed()),
    ):
        for number in r.ids(statement.where(*_is_new_to(viewer_id, now)).limit(limit)):
            found.setdefault(number, []).append(source)
    return [Suggestion(number, tuple(sources)) for number, sources in list(found.items())[:limit]]


def _is_new_to(viewer_id: int, now: int) -> list[Any]:
    dismissed = exists(
        select(1).where(
            dismissed_suggestions.c.account_id == viewer_id, dismissed_suggestions.c.target_id == accounts.c.id
        )
    )
    return [
        accounts.c.id != viewer_id,
        accounts.c.is_discoverable.is_(True),
        accounts.c.limited_at.is_(None),
        accounts.c.moved_to_id.is_(None),
        accounts.c.memorial_at.is_(None),
        is_present(),
        ~dismissed,
        ~follows_exists(viewer_id, accounts.c.id),
        ~requests_exists(viewer_id, accounts.c.id),
        ~blocks_viewer(accounts.c.id, viewer_id),
        ~viewer_blocks(viewer_id, accounts.c.id),
        ~viewer_mutes(viewer_id, accounts.c.id, now),
        ~viewer_blocks_domain_of(viewer_id, accounts.c.id),
    ]


def _featured() -> Select[Any]:
    return (
        select(accounts.c.id)
        .join(featured_accounts, featured_accounts.c.account_id == accounts.c.id)
        .order_by(featured_accounts.c.created_at.desc(), accounts.c.id)
    )


def _of_friends(viewer_id: int) -> Select[Any]:
    """Whom those follow whom the viewer follows, as far as they show it."""
    friend, theirs = accounts.alias("friend"), follows.alias("theirs")
    latest = (
        select(follows.c.target_id)
        .where(follows.c.account_id == viewer_id)
        .order_by(follows.c.id.desc())
        .limit(FRIENDS)
        .subquery()
    )
    return (
        select(accounts.c.id)
        .select_from(
            latest.join(friend, friend.c.id == latest.c.target_id)
            .join(theirs, theirs.c.account_id == friend.c.id)
            .join(accounts, accounts.c.id == theirs.c.target_id)
        )
        .where(friend.c.hides_collections.is_(False))
        .group_by(accounts.c.id, accounts.c.followers_count)
        .order_by(func.count().desc(), accounts.c.followers_count.desc(), accounts.c.id)
    )


def _most_followed() -> Select[Any]:
    """On a young server these may have no follower at all: to be one of the first is what a newcomer is there for."""
    return select(accounts.c.id).order_by(accounts.c.followers_count.desc(), accounts.c.id)


def featured_accounts_listing(r: Read) -> Sequence[int]:
    """Accounts that the staff suggests to everybody, the latest first."""
    return r.ids(select(featured_accounts.c.account_id).order_by(featured_accounts.c.created_at.desc()))
