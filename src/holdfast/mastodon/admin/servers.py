"""Other servers: limited, refused or allowed, for when this one speaks with any."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Literal

from msgspec import Struct

from holdfast.mastodon.binding import Id
from holdfast.mastodon.endpoints import Call, Endpoints, Reply, reply
from holdfast.mastodon.entities import AdminDomainAllow, AdminDomainBlock
from holdfast.mastodon.entities.base import datetime_text
from holdfast.mastodon.paging import Page
from holdfast.mastodon.statuses import window
from holdfast.moderation import servers
from holdfast.moderation.errors import ServerBlocked
from holdfast.moderation.servers import ServerAllow, ServerBlock, ServerChange
from holdfast.store import Read

api = Endpoints()

BLOCKS, ALLOWS = "/api/v1/admin/domain_blocks", "/api/v1/admin/domain_allows"
READS_BLOCKS, WRITES_BLOCKS = "admin:read:domain_blocks", "admin:write:domain_blocks"
READS_ALLOWS, WRITES_ALLOWS = "admin:read:domain_allows", "admin:write:domain_allows"
DEFAULT, MOST = 100, 200


class ById(Struct, kw_only=True):
    """The entry in the path."""

    id: Id


class _Block(Struct, kw_only=True):
    severity: Literal["silence", "suspend", "noop"] | None = None
    reject_media: bool | None = None
    reject_reports: bool | None = None
    private_comment: str | None = None
    public_comment: str | None = None
    obfuscate: bool | None = None

    def change(self) -> ServerChange:
        """The same for the moderation room."""
        return ServerChange(
            severity=self.severity,
            rejects_media=self.reject_media,
            rejects_reports=self.reject_reports,
            private_comment=self.private_comment,
            public_comment=self.public_comment,
            is_obfuscated=self.obfuscate,
        )


class BlockParams(_Block, kw_only=True):
    """What is done about a server."""

    domain: str = ""


class ChangeParams(_Block, kw_only=True):
    """What changes."""

    id: Id


class AllowParams(Struct, kw_only=True):
    """Which server."""

    domain: str = ""


@api.get(BLOCKS, scopes=READS_BLOCKS, params=Page, returns=list[AdminDomainBlock], tier=4)
def blocks(call: Call, params: Page) -> Reply:
    """Servers that are limited or refused, the newest first."""
    part = window(params, DEFAULT, MOST)
    found = servers.server_blocks_page(call.r, call.acting, part)
    return call.page([_block(one) for one in found], [one.id for one in found], part.limit)


@api.get(f"{BLOCKS}/{{id}}", scopes=READS_BLOCKS, params=ById, returns=AdminDomainBlock, tier=4)
def block(call: Call, params: ById) -> AdminDomainBlock:
    """One of them."""
    return _one_block(call.r, call, params.id)


@api.post(BLOCKS, scopes=WRITES_BLOCKS, params=BlockParams, returns=AdminDomainBlock, tier=4)
async def add_block(call: Call, params: BlockParams) -> Any:
    """Limit or refuse a server; 422 with the entry that there is already."""
    try:
        number = await call.write(servers.block_server, params.domain, params.change())
    except ServerBlocked as fault:
        known: Any = fault.details["existing_id"]
        there = await call.read(_one_block, call, known)
        return reply({"error": fault.message, "existing_domain_block": there}, 422)
    return await call.read(_one_block, call, number)


@api.put(f"{BLOCKS}/{{id}}", scopes=WRITES_BLOCKS, params=ChangeParams, returns=AdminDomainBlock, tier=4)
async def change_block(call: Call, params: ChangeParams) -> AdminDomainBlock:
    """Change what is done about a server."""
    await call.write(servers.change_server_block, params.id, params.change())
    return await call.read(_one_block, call, params.id)


@api.delete(f"{BLOCKS}/{{id}}", scopes=WRITES_BLOCKS, params=ById, returns=AdminDomainBlock, tier=4)
async def lift_block(call: Call, params: ById) -> AdminDomainBlock:
    """Limit or refuse a server no longer; the answer tells it for the last time."""
    before = await call.read(_one_block, call, params.id)
    await call.write(servers.unblock_server, params.id)
    return before


@api.get(ALLOWS, scopes=READS_ALLOWS, params=Page, returns=list[AdminDomainAllow], tier=4)
def allows(call: Call, params: Page) -> Reply:
    """Servers that are allowed, the newest first."""
    part = window(params, DEFAULT, MOST)
    found = servers.server_allows_page(call.r, call.acting, part)
    return call.page([_allow(one) for one in found], [one.id for one in found], part.limit)


@api.get(f"{ALLOWS}/{{id}}", scopes=READS_ALLOWS, params=ById, returns=AdminDomainAllow, tier=4)
def allow(call: Call, params: ById) -> AdminDomainAllow:
    """One of them."""
    return _one_allow(call.r, call, params.id)


@api.post(ALLOWS, scopes=WRITES_ALLOWS, params=AllowParams, returns=AdminDomainAllow, tier=4)
async def add_allow(call: Call, params: AllowParams) -> AdminDomainAllow:
    """Allow a server."""
    return await call.read(_one_allow, call, await call.write(servers.allow_server, params.domain))


@api.delete(f"{ALLOWS}/{{id}}", scopes=WRITES_ALLOWS, params=ById, returns=AdminDomainAllow, tier=4)
async def drop_allow(call: Call, params: ById) -> AdminDomainAllow:
    """Allow a server no longer; the answer tells it for the last time."""
    before = await call.read(_one_allow, call, params.id)
    await call.write(servers.disallow_server, params.id)
    return before


def _one_block(r: Read, call: Call, block_id: int) -> AdminDomainBlock:
    return _block(servers.server_block(r, call.acting, block_id))


def _one_allow(r: Read, call: Call, entry_id: int) -> AdminDomainAllow:
    return _allow(servers.server_allow(r, call.acting, entry_id))


def _block(one: ServerBlock) -> AdminDomainBlock:
    return AdminDomainBlock(
        id=str(one.id),
        domain=one.domain,
        digest=sha256(one.domain.encode()).hexdigest(),
        created_at=datetime_text(one.created_at),
        severity=one.severity,
        reject_media=one.rejects_media,
        reject_reports=one.rejects_reports,
        private_comment=one.private_comment or None,
        public_comment=one.public_comment or None,
        obfuscate=one.is_obfuscated,
    )


def _allow(one: ServerAllow) -> AdminDomainAllow:
    return AdminDomainAllow(id=str(one.id), domain=one.domain, created_at=datetime_text(one.created_at))
