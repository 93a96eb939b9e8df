"""Which accounts exist for other people's eyes, and which of them want to be found."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import exists, select

from holdfast import people
from holdfast.access.tables import members
from holdfast.people.tables import accounts
from holdfast.store import Hot, Read

_SHOWN = Hot(
    "SELECT a.id FROM accounts a WHERE a.id IN (@ids) AND a.deleted_at IS NULL AND (a.id = :viewer OR NOT EXISTS "
    "(SELECT 1 FROM members m WHERE m.account_id = a.id AND m.approved_at IS NULL))"
)


def shown(r: Read, ids: Sequence[int], *, viewer: int | None = None) -> set[int]:
    """Those that are neither deleted nor waiting for a moderator's approval; suspended ones are shown emptied."""
    if not ids:
        return set()
    return {row[0] for row in r.fast(_SHOWN, ids=list(ids), viewer=viewer or 0)}


def discoverable(
    r: Read,
    viewer: int | None,
    now: int,
    *,
    newest_first: bool,
    local_only: bool,
    limit: int,
    offset: int,
) -> list[int]:
    """Ids of accounts that want to be found: the last to post first, or the newest. ``now`` in milliseconds."""
    waiting = exists(select(1).where(members.c.account_id == accounts.c.id, members.c.approved_at.is_(None)))
    statement = select(accounts.c.id).where(
        accounts.c.is_discoverable.is_(True), accounts.c.limited_at.is_(None), people.is_present(), ~waiting
    )
    if local_only:
        statement = statement.where(accounts.c.domain.is_(None))
    if viewer is not None:
        statement = statement.where(
            ~people.blocks_viewer(accounts.c.id, viewer),
            ~people.viewer_blocks(viewer, accounts.c.id),
            ~people.viewer_mutes(viewer, accounts.c.id, now),
            ~people.viewer_blocks_domain_of(viewer, accounts.c.id),
        )
    order = accounts.c.id.desc() if newest_first else accounts.c.last_status_at.desc().nulls_last()
    return r.ids(statement.order_by(order, accounts.c.id.desc()).limit(limit).offset(offset))
