"""Networks from which nobody signs up, or nothing is served."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from holdfast import access
from holdfast.access import sign_up_blocks
from holdfast.access.sign_up_blocks import NetworkBlock
from holdfast.errors import Invalid
from holdfast.mastodon.binding import Id
from holdfast.mastodon.endpoints import Call, Endpoints, Reply
from holdfast.mastodon.entities import AdminIpBlock
from holdfast.mastodon.entities.base import datetime_text
from holdfast.mastodon.paging import Page
from holdfast.mastodon.statuses import window
from holdfast.store import DAY, SECOND, Read

api = Endpoints()

NETWORKS = "/api/v1/admin/ip_blocks"
READS, WRITES = "admin:read:ip_blocks", "admin:write:ip_blocks"
DEFAULT, MOST = 100, 200
LONGEST_MS = 36_500 * DAY

Severity = Literal["sign_up_requires_approval", "sign_up_block", "no_access"]


class ById(Struct, kw_only=True):
    """The block in the path."""

    id: Id


class AddParams(Struct, kw_only=True):
    """A network, what is done about it, and for how many seconds."""

    severity: Severity
    ip: str = "0.0.0.0/32"
    comment: str = ""
    expires_in: int | None = None


class ChangeParams(ById, kw_only=True):
    """What changes."""

    ip: str | None = None
    severity: Severity | None = None
    comment: str | None = None
    expires_in: int | None = None


@api.get(NETWORKS, scopes=READS, params=Page, returns=list[AdminIpBlock], tier=4)
def listing(call: Call, params: Page) -> Reply:
    """Blocked networks, the newest first."""
    part = window(params, DEFAULT, MOST)
    found = sign_up_blocks.ip_blocks_page(call.r, call.acting, part)
    return call.page([_entity(one) for one in found], [one.id for one in found], part.limit)


@api.get(f"{NETWORKS}/{{id}}", scopes=READS, params=ById, returns=AdminIpBlock, tier=4)
def show(call: Call, params: ById) -> AdminIpBlock:
    """One blocked network."""
    return _one(call.r, call, params.id)


@api.post(NETWORKS, scopes=WRITES, params=AddParams, returns=AdminIpBlock, tier=4)
async def add(call: Call, params: AddParams) -> AdminIpBlock:
    """Block a network."""
    number = await call.write(
        access.block_ip,
        params.ip,
        params.severity,
        comment=params.comment,
        expires_in_ms=_lasts(params.expires_in),
        is_new=True,
    )
    return await call.read(_one, call, number)


@api.put(f"{NETWORKS}/{{id}}", scopes=WRITES, params=ChangeParams, returns=AdminIpBlock, tier=4)
async def change(call: Call, params: ChangeParams) -> AdminIpBlock:
    """Change what is given of a block."""
    await call.write(
        sign_up_blocks.change_ip_block,
        params.id,
        network=params.ip or None,
        severity=params.severity,
        comment=params.comment,
        expires_in_ms=_lasts(params.expires_in),
    )
    return await call.read(_one, call, params.id)


@api.delete(
    f"{NETWORKS}/{{id}}",
    scopes="admin:write:domain_blocks|admin:write:ip_blocks",
    params=ById,
    returns=AdminIpBlock,
    tier=4,
)
async def drop(call: Call, params: ById) -> AdminIpBlock:
    """Block a network no longer; the answer tells it for the last time."""
    before = await call.read(_one, call, params.id)
    await call.write(access.unblock_ip, params.id)
    return before


def _lasts(seconds: int | None) -> int | None:
    if seconds is None:
        return None
    if not 0 < seconds * SECOND <= LONGEST_MS:
        raise Invalid.field("expires_in", "ERR_INCLUSION", "expires_in must be a number of seconds from now.")
    return seconds * SECOND


def _one(r: Read, call: Call, block_id: int) -> AdminIpBlock:
    return _entity(sign_up_blocks.ip_block(r, call.acting, block_id))


def _entity(one: NetworkBlock) -> AdminIpBlock:
    return AdminIpBlock(
        id=str(one.id),
        ip=one.network,
        severity=one.severity,
        comment=one.comment,
        created_at=datetime_text(one.created_at),
        expires_at=None if one.expires_at is None else datetime_text(one.expires_at),
    )
