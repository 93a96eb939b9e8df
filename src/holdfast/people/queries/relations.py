"""What accounts are to each other: for badges on profiles, and for what a timeline leaves out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from holdfast.store import Hot, Read

_RELATIONS = Hot(
    "SELECT 'following', target_id, shows_boosts, notifies, CAST(0 AS BIGINT), CAST(languages AS TEXT) "
    "FROM follows WHERE account_id = :me AND target_id IN (@ids) "
    "UNION ALL SELECT 'requested', target_id, shows_boosts, notifies, CAST(0 AS BIGINT), CAST(languages AS TEXT) "
    "FROM follow_requests WHERE account_id = :me AND target_id IN (@ids) "
    "UNION ALL SELECT 'followed_by', account_id, TRUE, TRUE, 0, '' "
    "FROM follows WHERE target_id = :me AND account_id IN (@ids) "
    "UNION ALL SELECT 'requested_by', account_id, TRUE, TRUE, 0, '' "
    "FROM follow_requests WHERE target_id = :me AND account_id IN (@ids) "
    "UNION ALL SELECT 'blocking', target_id, TRUE, TRUE, 0, '' "
    "FROM blocks WHERE account_id = :me AND target_id IN (@ids) "
    "UNION ALL SELECT 'blocked_by', account_id, TRUE, TRUE, 0, '' "
    "FROM blocks WHERE target_id = :me AND account_id IN (@ids) "
    "UNION ALL SELECT 'muting', target_id, hides_notifications, TRUE, COALESCE(expires_at, 0), '' "
    "FROM mutes WHERE account_id = :me AND target_id IN (@ids) AND (expires_at IS NULL OR expires_at > :now) "
    "UNION ALL SELECT 'endorsed', target_id, TRUE, TRUE, 0, '' "
    "FROM endorsements WHERE account_id = :me AND target_id IN (@ids) "
    "UNION ALL SELECT 'note', target_id, TRUE, TRUE, 0, comment "
    "FROM account_notes WHERE account_id = :me AND target_id IN (@ids)"
)
_OTHERS = Hot(
    "SELECT a.id, a.suspended_at, d.domain FROM accounts AS a LEFT JOIN domain_blocks AS d "
    "ON d.domain = a.domain AND d.account_id = :me WHERE a.deleted_at IS NULL AND a.id IN (@ids)"
)
_FOLLOWS = Hot("SELECT target_id, shows_boosts, CAST(languages AS TEXT), notifies FROM follows WHERE account_id = :me")
_BLOCKS = Hot(
    "SELECT 1, target_id FROM blocks WHERE account_id = :me UNION ALL "
    "SELECT 0, account_id FROM blocks WHERE target_id = :me"
)
_MUTES = Hot(
    "SELECT target_id, expires_at, hides_notifications FROM mutes "
    "WHERE account_id = :me AND (expires_at IS NULL OR expires_at > :now)"
)
_DOMAINS = Hot("SELECT domain FROM domain_blocks WHERE account_id = :me")


class Relationship(msgspec.Struct):
    """What the viewer and another account are to each other; one field for each that the client API shows."""

    account_id: int
    following: bool = False
    shows_boosts: bool = False
    notifies: bool = False
    languages: tuple[str, ...] | None = None
    followed_by: bool = False
    blocking: bool = False
    blocked_by: bool = False
    muting: bool = False
    muting_notifications: bool = False
    muting_expires_at: int | None = None  # milliseconds
    requested: bool = False
    requested_by: bool = False
    domain_blocking: bool = False
    endorsed: bool = False
    note: str = ""


def relationships(
    r: Read, viewer_id: int, ids: Sequence[int], *, now: int, with_suspended: bool = False
) -> list[Relationship]:
    """One for each account that exists, in the order of the ids; two queries, however many there are."""
    if not ids:
        return []
    known = {
        number: Relationship(number, domain_blocking=domain is not None)
        for number, suspended_at, domain in r.fast(_OTHERS, me=viewer_id, ids=list(ids))
        if with_suspended or suspended_at is None
    }
    if known:
        for kind, other, first, second, moment, words in r.fast(_RELATIONS, me=viewer_id, ids=list(known), now=now):
            _apply(known[other], kind, bool(first), bool(second), moment, words)
    return [known[number] for number in dict.fromkeys(ids) if number in known]


def _apply(to: Relationship, kind: str, first: bool, second: bool, moment: int, words: str | None) -> None:
    if kind == "note":
        to.note = words or ""
        return
    setattr(to, kind, True)
    if kind in {"following", "requested"}:
        to.shows_boosts, to.notifies, to.languages = first, second, _languages(words)
    elif kind == "muting":
        to.muting_notifications, to.muting_expires_at = first, moment or None


def _languages(kept: str | None) -> tuple[str, ...] | None:
    """The limit of a follow as it is kept; NULL and JSON's null are none."""
    found: tuple[str, ...] | None = msgspec.json.decode(kept, type=tuple[str, ...] | None) if kept else None
    return found or None


@dataclass(frozen=True, slots=True)
class FollowSet:
    """Whom an account follows, and what of them it wants to see. Valid for one ``relations_revision``."""

    ids: frozenset[int]
    without_boosts: frozenset[int]
    languages: dict[int, frozenset[str]]  # only those with a limit
    marked: frozenset[int] = frozenset()  # it wants to be told of every post

    def __contains__(self, account_id: object) -> bool:
        return account_id in self.ids

    def __iter__(self) -> Iterator[int]:
        return iter(self.ids)

    def __len__(self) -> int:
        return len(self.ids)


def follow_set(r: Read, account_id: int) -> FollowSet:
    """Whom an account follows; in one query."""
    rows = r.fast(_FOLLOWS, me=account_id)
    limits = {target: _languages(kept) for target, _, kept, _ in rows if kept}
    return FollowSet(
        ids=frozenset(row[0] for row in rows),
        without_boosts=frozenset(row[0] for row in rows if not row[1]),
        languages={target: frozenset(limit) for target, limit in limits.items() if limit},
        marked=frozenset(row[0] for row in rows if row[3]),
    )


@dataclass(frozen=True, slots=True)
class Hidden:
    """Whose posts an account is not shown. Valid for one ``relations_revision``, and until ``until`` (ms)."""

    blocked: frozenset[int]
    blocked_by: frozenset[int]
    muted: frozenset[int]
    muted_notifications: frozenset[int]
    domains: frozenset[str]
    until: int | None  # when the next mute ends; None: no mute has an end
    ids: frozenset[int]  # blocked, blocked by and muted together

    def __contains__(self, account_id: object) -> bool:
        return account_id in self.ids


def hidden_ids(r: Read, account_id: int, *, now: int) -> Hidden:
    """Accounts that this one blocks or mutes or is blocked by, and the domains it blocks; three queries."""
    sides: list[tuple[Any, ...]] = r.fast(_BLOCKS, me=account_id)
    quiet = r.fast(_MUTES, me=account_id, now=now)
    blocked = frozenset(other for mine, other in sides if mine)
    blocked_by = frozenset(other for mine, other in sides if not mine)
    muted = frozenset(row[0] for row in quiet)
    return Hidden(
        blocked=blocked,
        blocked_by=blocked_by,
        muted=muted,
        muted_notifications=frozenset(row[0] for row in quiet if row[2]),
        domains=frozenset(row[0] for row in r.fast(_DOMAINS, me=account_id)),
        until=min((row[1] for row in quiet if row[1] is not None), default=None),
        ids=blocked | blocked_by | muted,
    )
