"""E-mail addresses and providers that cannot sign up."""

from __future__ import annotations

from msgspec import Struct

from holdfast import access
from holdfast.access import canonical_blocks, roster, sign_up_blocks
from holdfast.access.canonical_blocks import CanonicalEmailBlock
from holdfast.access.sign_up_blocks import EmailDomainBlock
from holdfast.mastodon.binding import Id
from holdfast.mastodon.endpoints import Call, Endpoints, Reply
from holdfast.mastodon.entities import AdminCanonicalEmailBlock, AdminEmailDomainBlock, HistoryDay
from holdfast.mastodon.entities.base import datetime_text
from holdfast.mastodon.paging import Page
from holdfast.mastodon.statuses import window
from holdfast.store import DAY, SECOND, Read

api = Endpoints()

ADDRESSES, PROVIDERS = "/api/v1/admin/canonical_email_blocks", "/api/v1/admin/email_domain_blocks"
READS_ADDRESSES, WRITES_ADDRESSES = "admin:read:canonical_email_blocks", "admin:write:canonical_email_blocks"
READS_PROVIDERS, WRITES_PROVIDERS = "admin:read:email_domain_blocks", "admin:write:email_domain_blocks"
DEFAULT, MOST = 100, 200
HISTORY_DAYS = 7


class ById(Struct, kw_only=True):
    """The block in the path."""

    id: Id


class AddressParams(Struct, kw_only=True):
    """An address, or the hash of one."""

    email: str = ""
    canonical_email_hash: str = ""


class TestParams(Struct, kw_only=True):
    """An address."""

    email: str


class ProviderParams(Struct, kw_only=True):
    """A provider's domain."""

    domain: str = ""


@api.get(ADDRESSES, scopes=READS_ADDRESSES, params=Page, returns=list[AdminCanonicalEmailBlock], tier=4)
def addresses(call: Call, params: Page) -> Reply:
    """Blocked addresses, the newest first."""
    part = window(params, DEFAULT, MOST)
    found = canonical_blocks.email_blocks(call.r, call.acting, part)
    return call.page([_address(one) for one in found], [one.id for one in found], part.limit)


@api.post(
    f"{ADDRESSES}/test", scopes=READS_ADDRESSES, params=TestParams, returns=list[AdminCanonicalEmailBlock], tier=4
)
async def test(call: Call, params: TestParams) -> list[AdminCanonicalEmailBlock]:
    """The blocks that an address meets, however it is spelt."""
    found = await call.read(canonical_blocks.email_blocks_of, call.acting, params.email)
    return [_address(one) for one in found]


@api.get(f"{ADDRESSES}/{{id}}", scopes=READS_ADDRESSES, params=ById, returns=AdminCanonicalEmailBlock, tier=4)
def address(call: Call, params: ById) -> AdminCanonicalEmailBlock:
    """One blocked address."""
    return _address(canonical_blocks.email_block(call.r, call.acting, params.id))


@api.post(ADDRESSES, scopes=WRITES_ADDRESSES, params=AddressParams, returns=AdminCanonicalEmailBlock, tier=4)
async def add_address(call: Call, params: AddressParams) -> AdminCanonicalEmailBlock:
    """Block an address in all its spellings."""
    number = await call.write(
        canonical_blocks.block_email, email=params.email, digest=params.canonical_email_hash.strip().lower()
    )
    return _address(await call.read(canonical_blocks.email_block, call.acting, number))


@api.delete(f"{ADDRESSES}/{{id}}", scopes=WRITES_ADDRESSES, params=ById, returns=AdminCanonicalEmailBlock, tier=4)
async def drop_address(call: Call, params: ById) -> AdminCanonicalEmailBlock:
    """Block an address no longer."""
    before = await call.read(canonical_blocks.email_block, call.acting, params.id)
    await call.write(canonical_blocks.unblock_email, params.id)
    return _address(before)


@api.get(PROVIDERS, scopes=READS_PROVIDERS, params=Page, returns=list[AdminEmailDomainBlock], tier=4)
def providers(call: Call, params: Page) -> Reply:
    """Blocked providers, the newest first."""
    part = window(params, DEFAULT, MOST)
    found = sign_up_blocks.email_domain_blocks_page(call.r, call.acting, part)
    body = [_provider(call.r, call, one) for one in found]
    return call.page(body, [one.id for one in found], part.limit)


@api.get(f"{PROVIDERS}/{{id}}", scopes=READS_PROVIDERS, params=ById, returns=AdminEmailDomainBlock, tier=4)
def provider(call: Call, params: ById) -> AdminEmailDomainBlock:
    """One blocked provider."""
    return _one_provider(call.r, call, params.id)


@api.post(PROVIDERS, scopes=WRITES_PROVIDERS, params=ProviderParams, returns=AdminEmailDomainBlock, tier=4)
async def add_provider(call: Call, params: ProviderParams) -> AdminEmailDomainBlock:
    """Block a provider, with all below its domain."""
    return await call.read(_one_provider, call, await call.write(access.block_email_domain, params.domain))


@api.delete(f"{PROVIDERS}/{{id}}", scopes=WRITES_PROVIDERS, params=ById, returns=AdminEmailDomainBlock, tier=4)
async def drop_provider(call: Call, params: ById) -> AdminEmailDomainBlock:
    """Block a provider no longer; the answer tells it for the last time."""
    before = await call.read(_one_provider, call, params.id)
    await call.write(access.unblock_email_domain, params.id)
    return before


def _address(one: CanonicalEmailBlock) -> AdminCanonicalEmailBlock:
    return AdminCanonicalEmailBlock(id=str(one.id), canonical_email_hash=one.digest)


def _one_provider(r: Read, call: Call, block_id: int) -> AdminEmailDomainBlock:
    return _provider(r, call, sign_up_blocks.email_domain_block(r, call.acting, block_id))


def _provider(r: Read, call: Call, one: EmailDomainBlock) -> AdminEmailDomainBlock:
    now = call.db.clock.now()
    joined = roster.sign_ups_by_day(r, one.domain, now, HISTORY_DAYS)
    return AdminEmailDomainBlock(
        id=str(one.id),
        domain=one.domain,
        created_at=datetime_text(one.created_at),
        history=[
            HistoryDay(day=str((now // DAY - back) * DAY // SECOND), accounts=str(count), uses=str(count))
            for back, count in enumerate(joined)
        ],
    )
