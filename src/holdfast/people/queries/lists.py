"""Lists of related accounts, newest relation first, in pages by the relation's id."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Table, and_, or_, select

from holdfast.people import tables
from holdfast.people.queries.clauses import blocks_viewer, follows_exists, viewer_blocks
from holdfast.people.queries.found import is_present
from holdfast.store import Hot, Read, Window, page


class Listed(NamedTuple):
    """One entry of a list: the cursor to page by, and who it is."""

    cursor: int
    account_id: int


class MutedEntry(NamedTuple):
    """One entry of the muted accounts; ``expires_at`` in milliseconds, None until taken back."""

    cursor: int
    account_id: int
    expires_at: int | None


class DomainEntry(NamedTuple):
    """One blocked domain."""

    cursor: int
    domain: str


class Marker(NamedTuple):
    """How far somebody has read a timeline; ``updated_at`` in milliseconds."""

    last_read_id: int
    version: int
    updated_at: int


def _listed(
    r: Read, relation: Table, owner: str, owner_id: int, shown: str, window: Window, *rules: ColumnElement[bool]
) -> list[Listed]:
    statement = (
        select(relation.c.id, relation.c[shown])
        .join(tables.accounts, tables.accounts.c.id == relation.c[shown])
        .where(relation.c[owner] == owner_id, is_present(), *rules)
    )
    return [Listed(*row) for row in page(r, statement, relation.c.id, window)]


def _open_to(r: Read, viewer_id: int | None, account_id: int) -> bool:
    """Whether somebody may see whom an account follows and who follows it."""
    if viewer_id == account_id:
        return True
    rules = [tables.accounts.c.id == account_id, is_present(), tables.accounts.c.hides_collections.is_(False)]
    if viewer_id is not None:
        rules.append(~blocks_viewer(tables.accounts.c.id, viewer_id))
    return r.exists(select(tables.accounts.c.id).where(*rules))


def _not_blocked(viewer_id: int | None, column: ColumnElement[int]) -> list[ColumnElement[bool]]:
    if viewer_id is None:
        return []
    return [and_(~blocks_viewer(column, viewer_id), ~viewer_blocks(viewer_id, column))]


def followers(r: Read, viewer_id: int | None, account_id: int, window: Window) -> list[Listed]:
    """Who follows an account; nobody when it hides its collections from this viewer."""
    if not _open_to(r, viewer_id, account_id):
        return []
    rules = _not_blocked(viewer_id, tables.follows.c.account_id)
    return _listed(r, tables.follows, "target_id", account_id, "account_id", window, *rules)


def following(r: Read, viewer_id: int | None, account_id: int, window: Window) -> list[Listed]:
    """Whom an account follows; nobody when it hides its collections from this viewer."""
    if not _open_to(r, viewer_id, account_id):
        return []
    rules = _not_blocked(viewer_id, tables.follows.c.target_id)
    return _listed(r, tables.follows, "account_id", account_id, "target_id", window, *rules)


def blocks(r: Read, account_id: int, window: Window) -> list[Listed]:
    """Whom an account blocks."""
    return _listed(r, tables.blocks, "account_id", account_id, "target_id", window)


def mutes(r: Read, account_id: int, window: Window, *, now: int) -> list[MutedEntry]:
    """Whom an account mutes at this time (milliseconds)."""
    statement = (
        select(tables.mutes.c.id, tables.mutes.c.target_id, tables.mutes.c.expires_at)
        .join(tables.accounts, tables.accounts.c.id == tables.mutes.c.target_id)
        .where(
            tables.mutes.c.account_id == account_id,
            is_present(),
            or_(tables.mutes.c.expires_at.is_(None), tables.mutes.c.expires_at > now),
        )
    )
    return [MutedEntry(*row) for row in page(r, statement, tables.mutes.c.id, window)]


def follow_requests(r: Read, account_id: int, window: Window) -> list[Listed]:
    """Who asks to follow an account."""
    return _listed(r, tables.follow_requests, "target_id", account_id, "account_id", window)


_REQUEST_COUNT = Hot(
    "SELECT COUNT(*) FROM follow_requests f JOIN accounts a ON a.id = f.account_id "
    "WHERE f.target_id = :target AND a.suspended_at IS NULL AND a.deleted_at IS NULL"
)


def request_count(r: Read, account_id: int) -> int:
    """How many present accounts ask to follow this one."""
    return int(r.fast(_REQUEST_COUNT, target=account_id)[0][0])


def domain_blocks(r: Read, account_id: int, window: Window) -> list[DomainEntry]:
    """Which servers an account blocks."""
    statement = select(tables.domain_blocks.c.id, tables.domain_blocks.c.domain).where(
        tables.domain_blocks.c.account_id == account_id
    )
    return [DomainEntry(*row) for row in page(r, statement, tables.domain_blocks.c.id, window)]


def endorsements_of(r: Read, viewer_id: int | None, account_id: int, window: Window) -> list[Listed]:
    """Whom an account features on its profile."""
    rules = _not_blocked(viewer_id, tables.endorsements.c.target_id)
    return _listed(r, tables.endorsements, "account_id", account_id, "target_id", window, *rules)


def familiar_followers(r: Read, viewer_id: int, ids: Sequence[int], *, most: int = 80) -> dict[int, list[int]]:
    """For each id, who of those that the viewer follows follows it; those who hide their collections do not count."""
    found: dict[int, list[int]] = {number: [] for number in ids}
    if not found:
        return found
    target = tables.accounts.alias()
    statement = (
        select(tables.follows.c.target_id, tables.follows.c.account_id)
        .join(tables.accounts, tables.accounts.c.id == tables.follows.c.account_id)
        .join(target, target.c.id == tables.follows.c.target_id)
        .where(
            tables.follows.c.target_id.in_(list(found)),
            follows_exists(viewer_id, tables.follows.c.account_id),
            is_present(),
            tables.accounts.c.hides_collections.is_(False),
            target.c.hides_collections.is_(False),
        )
        .order_by(tables.follows.c.id.desc())
    )
    for number, follower in r.rows(statement):
        if len(found[number]) < most:
            found[number].append(follower)
    return found


def note_about(r: Read, account_id: int, target_id: int) -> str:
    """The private note that one account keeps about another; empty when there is none."""
    mine = (tables.account_notes.c.account_id == account_id) & (tables.account_notes.c.target_id == target_id)
    return str(r.value(select(tables.account_notes.c.comment).where(mine)) or "")


def markers(r: Read, account_id: int, timelines: Sequence[str]) -> dict[str, Marker]:
    """How far an account has read the named timelines; those it has never marked are left out."""
    statement = select(
        tables.markers.c.timeline, tables.markers.c.last_read_id, tables.markers.c.version, tables.markers.c.updated_at
    ).where(tables.markers.c.account_id == account_id, tables.markers.c.timeline.in_(list(timelines)))
    return {row[0]: Marker(*row[1:]) for row in r.rows(statement)}
