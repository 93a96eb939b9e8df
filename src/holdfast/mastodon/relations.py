"""What the caller and other accounts are to each other, and what the caller does about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from msgspec import Meta, Struct

from holdfast import people
from holdfast.errors import NotFound
from holdfast.mastodon.accounts import DEFAULT, MOST, AccountById, Ids, listed
from holdfast.mastodon.endpoints import Call, Endpoints, Reply
from holdfast.mastodon.entities import Account, MutedAccount, Relationship
from holdfast.mastodon.entities.base import datetime_text
from holdfast.mastodon.paging import Page
from holdfast.mastodon.rendering import array
from holdfast.mastodon.statuses import window
from holdfast.store import Read

api = Endpoints()

MOST_DOMAINS = 200
Language = Annotated[str, Meta(max_length=35, pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$")]


class RelationshipsParams(Struct, kw_only=True):
    """Whose relationships are asked for."""

    id: Ids = []
    with_suspended: bool = False


class FollowParams(AccountById, kw_only=True):
    """Whom to follow, and what of them to see; what is left out stays as it is."""

    reblogs: bool | None = None
    notify: bool | None = None
    languages: list[Language] | None = None


class MuteParams(AccountById, kw_only=True):
    """Whom to mute, whether in notifications too, and for how many seconds (0: until taken back)."""

    notifications: bool = True
    duration: int = 0


class NoteParams(AccountById, kw_only=True):
    """About whom the note is; an empty one takes it away."""

    comment: str = ""


class DomainParams(Struct, kw_only=True):
    """A server's domain."""

    domain: str = ""


def relationship_entity(one: people.Relationship) -> Relationship:
    """A relationship of the people room as the client API shows it."""
    return Relationship(
        id=str(one.account_id),
        following=one.following,
        showing_reblogs=one.shows_boosts,
        notifying=one.notifies,
        languages=list(one.languages) if one.languages else None,
        followed_by=one.followed_by,
        blocking=one.blocking,
        blocked_by=one.blocked_by,
        muting=one.muting,
        muting_notifications=one.muting_notifications,
        muting_expires_at=datetime_text(one.muting_expires_at) if one.muting_expires_at else None,
        requested=one.requested,
        requested_by=one.requested_by,
        domain_blocking=one.domain_blocking,
        endorsed=one.endorsed,
        note=one.note,
    )


async def relationship_with(call: Call, account_id: int) -> Relationship:
    """What the caller and one account are to each other by now. Raises :class:`NotFound`."""

    def look(r: Read) -> list[people.Relationship]:
        return people.relationships(r, call.me, [account_id], now=call.db.clock.now(), with_suspended=True)

    found = await call.read(look)
    if not found:
        raise NotFound()
    return relationship_entity(found[0])


@api.get("/api/v1/accounts/relationships", scopes="read:follows", params=RelationshipsParams,
         returns=list[Relationship], tier=1, is_quick=True)  # fmt: skip
def relationships(call: Call, params: RelationshipsParams) -> list[Relationship]:
    """What the caller and these accounts are to each other."""
    now = call.db.clock.now()
    found = people.relationships(call.r, call.me, params.id, now=now, with_suspended=params.with_suspended)
    return [relationship_entity(one) for one in found]


@api.post("/api/v1/accounts/{id}/follow", scopes="write:follows", params=FollowParams, returns=Relationship, tier=2)
async def follow(call: Call, params: FollowParams) -> Relationship:
    """Follow an account, or change how it is followed."""
    await call.write(
        people.follow,
        params.id,
        shows_boosts=params.reblogs,
        notifies=params.notify,
        languages=params.languages,
    )
    return await relationship_with(call, params.id)


@api.post("/api/v1/accounts/{id}/mute", scopes="write:mutes", params=MuteParams, returns=Relationship, tier=2)
async def mute(call: Call, params: MuteParams) -> Relationship:
    """Hide an account's posts, for a time or until taken back."""
    await call.write(people.mute, params.id, duration_s=params.duration, hides_notifications=params.notifications)
    return await relationship_with(call, params.id)


@api.post("/api/v1/accounts/{id}/note", scopes="write:accounts", params=NoteParams, returns=Relationship)
async def note(call: Call, params: NoteParams) -> Relationship:
    """Keep a private note about an account."""
    await call.write(people.set_note, params.id, params.comment)
    return await relationship_with(call, params.id)


def _declare(action: str, scope: str, command: Callable[..., Any], promise: str, tier: int = 3) -> None:
    """One endpoint for each plain action: the command, then the relationship as it now is."""

    async def act(call: Call, params: AccountById) -> Relationship:
        await call.write(command, params.id)
        return await relationship_with(call, params.id)

    act.__doc__ = promise
    act.__name__ = action
    act.__module__ = __name__
    path = f"/api/v1/accounts/{{id}}/{action}"
    api.post(path, scopes=scope, params=AccountById, returns=Relationship, tier=tier)(act)


_declare("unfollow", "write:follows", people.unfollow, "Follow an account no longer.", 2)
_declare("remove_from_followers", "write:follows", people.remove_follower, "Let an account follow no longer.")
_declare("block", "write:blocks", people.block, "Keep an account away.", 2)
_declare("unblock", "write:blocks", people.unblock, "Take a block back.", 2)
_declare("unmute", "write:mutes", people.unmute, "Take a mute back.", 2)
_declare("endorse", "write:accounts", people.endorse, "Feature an account on the own profile.")
_declare("unendorse", "write:accounts", people.unendorse, "Feature an account no longer.")
_declare("pin", "write:accounts", people.endorse, "Feature an account on the own profile (old name).")
_declare("unpin", "write:accounts", people.unendorse, "Feature an account no longer (old name).")


@api.get("/api/v1/blocks", scopes="read:blocks", params=Page, returns=list[Account], tier=2)
def blocks(call: Call, params: Page) -> Reply:
    """Whom the caller blocks."""
    part = window(params, DEFAULT, MOST)
    return listed(call, people.blocks(call.r, call.me, part), part.limit)


@api.get("/api/v1/mutes", scopes="read:mutes|follow", params=Page, returns=list[MutedAccount], tier=2)
def mutes(call: Call, params: Page) -> Reply:
    """Whom the caller mutes, and until when."""
    part = window(params, DEFAULT, MOST)
    found = people.mutes(call.r, call.me, part, now=call.db.clock.now())
    accounts = call.renderer.accounts.many(call.r, [entry.account_id for entry in found])
    ends = [f'"{datetime_text(e.expires_at)}"' if e.expires_at else "null" for e in found]
    shown = [account[:-1] + f',"mute_expires_at":{end}}}'.encode() for account, end in zip(accounts, ends, strict=True)]
    return call.page(array(shown), [entry.cursor for entry in found], part.limit)


@api.get("/api/v1/endorsements", scopes="read:accounts", params=Page, returns=list[Account])
def endorsements(call: Call, params: Page) -> Reply:
    """Whom the caller features."""
    part = window(params, DEFAULT, MOST)
    return listed(call, people.endorsements_of(call.r, call.me, call.me, part), part.limit)


@api.get("/api/v1/domain_blocks", scopes="read:blocks|follow", params=Page, returns=list[str])
def domain_blocks(call: Call, params: Page) -> Reply:
    """Which servers the caller blocks."""
    part = window(params, 100, MOST_DOMAINS)
    found = people.domain_blocks(call.r, call.me, part)
    return call.page([entry.domain for entry in found], [entry.cursor for entry in found], part.limit)


@api.post("/api/v1/domain_blocks", scopes="write:blocks|follow", params=DomainParams, returns=dict[str, str])
async def block_domain(call: Call, params: DomainParams) -> dict[str, str]:
    """Keep a whole server away."""
    await call.write(people.block_domain, params.domain)
    return {}


@api.delete("/api/v1/domain_blocks", scopes="write:blocks|follow", params=DomainParams, returns=dict[str, str])
async def unblock_domain(call: Call, params: DomainParams) -> dict[str, str]:
    """Take a server's block back."""
    await call.write(people.unblock_domain, params.domain)
    return {}
