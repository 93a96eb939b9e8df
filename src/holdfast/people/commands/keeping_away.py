"""Blocks, mutes and blocked servers."""

from __future__ import annotations

from sqlalchemy import delete, insert, select, update

from holdfast.acting import Acting
from holdfast.errors import Invalid
from holdfast.languages import say
from holdfast.people import names
from holdfast.people.commands.parties import acting_account, end_endorsement, end_follow, end_request, pair, touch
from holdfast.people.events import (
    Blocked,
    DomainBlocked,
    DomainUnblocked,
    FollowRejected,
    FollowRequestWithdrawn,
    Muted,
    Unblocked,
    Unfollowed,
    Unmuted,
)
from holdfast.people.jobs import SEVER, Sever
from holdfast.people.queries.found import account_by_id
from holdfast.people.tables import domain_blocks, mutes
from holdfast.store import SECOND, Hot
from holdfast.writes import Ability, Database

LONGEST_MUTE_S = 10 * 366 * 86_400
"""Seconds of the longest mute with an end."""

_BLOCK = Hot(
    "INSERT INTO blocks (id, account_id, target_id, created_at) VALUES (:id, :source, :target, :now) "
    "ON CONFLICT (account_id, target_id) DO NOTHING"
)
_UNBLOCK = Hot("DELETE FROM blocks WHERE account_id = :source AND target_id = :target")
_UNMUTE = Hot("DELETE FROM mutes WHERE account_id = :source AND target_id = :target")
_BLOCK_DOMAIN = Hot(
    "INSERT INTO domain_blocks (id, account_id, domain, created_at) VALUES (:id, :owner, :domain, :now) "
    "ON CONFLICT (account_id, domain) DO NOTHING"
)


def block(db: Database, acting: Acting, target_id: int) -> None:
    """Keep somebody away: follows, requests and endorsements end on both sides."""
    with db.write(acting, Ability.RELATIONS) as w:
        source, target = pair(w, target_id)
        if not w.run_fast(_BLOCK, id=w.new_id(), source=source.id, target=target.id, now=w.now):
            return
        for one, other in ((source.id, target.id), (target.id, source.id)):
            if end_follow(w, one, other):
                w.record(Unfollowed(account_id=one, target_id=other))
            end_endorsement(w, one, other)
        if end_request(w, source.id, target.id):
            w.record(FollowRequestWithdrawn(account_id=source.id, target_id=target.id))
        if end_request(w, target.id, source.id):
            w.record(FollowRejected(account_id=target.id, target_id=source.id))
        touch(w, source.id, target.id)
        w.record(Blocked(account_id=source.id, target_id=target.id))


def unblock(db: Database, acting: Acting, target_id: int) -> None:
    """Take a block back; what it ended does not return."""
    with db.write(acting, Ability.RELATIONS) as w:
        source, target = pair(w, target_id)
        if not w.run_fast(_UNBLOCK, source=source.id, target=target.id):
            return
        touch(w, source.id, target.id)
        w.record(Unblocked(account_id=source.id, target_id=target.id))


def mute(
    db: Database, acting: Acting, target_id: int, *, duration_s: int = 0, hides_notifications: bool = True
) -> None:
    """Hide somebody's posts, for a time or (0) until taken back; muting again sets both anew.

    Raises :class:`Invalid` for a duration below 0 or past ``LONGEST_MUTE_S`` seconds.
    """
    if not 0 <= duration_s <= LONGEST_MUTE_S:
        raise Invalid.field("duration", "ERR_INVALID", say("The duration is between 0 seconds and ten years"))
    with db.write(acting, Ability.RELATIONS) as w:
        source, target = pair(w, target_id)
        expires_at = w.now + duration_s * SECOND if duration_s else None
        which = (mutes.c.account_id == source.id) & (mutes.c.target_id == target.id)
        before = w.first(select(mutes.c.hides_notifications, mutes.c.expires_at).where(which))
        if before is not None and tuple(before) == (hides_notifications, expires_at):
            return
        new = {"hides_notifications": hides_notifications, "expires_at": expires_at}
        if before is None:
            keys = {"id": w.new_id(), "account_id": source.id, "target_id": target.id, "created_at": w.now}
            w.run(insert(mutes).values(keys | new))
        else:
            w.run(update(mutes).where(which).values(new))
        touch(w, source.id)
        w.record(
            Muted(
                account_id=source.id,
                target_id=target.id,
                hides_notifications=hides_notifications,
                expires_at=expires_at,
            )
        )


def unmute(db: Database, acting: Acting, target_id: int) -> None:
    """Take a mute back."""
    with db.write(acting, Ability.RELATIONS) as w:
        source, target = pair(w, target_id)
        if not w.run_fast(_UNMUTE, source=source.id, target=target.id):
            return
        touch(w, source.id)
        w.record(Unmuted(account_id=source.id, target_id=target.id))


def block_domain(db: Database, acting: Acting, domain: str) -> None:
    """Keep a whole server away; a job then ends the follows with its accounts, both ways.

    Raises :class:`Invalid` for what is no domain, or this server's own.
    """
    domain = names.normalise_domain(domain)
    with db.write(acting, Ability.RELATIONS) as w:
        w.serialise(acting.known_id)
        owner = acting_account(account_by_id(w, acting.known_id))
        if domain == w.db.local_domain.casefold():
            raise Invalid.field("domain", "ERR_INVALID", say("This is your own server's domain"))
        if not w.run_fast(_BLOCK_DOMAIN, id=w.new_id(), owner=owner.id, domain=domain, now=w.now):
            return
        touch(w, owner.id)
        w.enqueue(SEVER, Sever(account_id=owner.id, domain=domain))
        w.record(DomainBlocked(account_id=owner.id, domain=domain))


def unblock_domain(db: Database, acting: Acting, domain: str) -> None:
    """Take a server's block back. Raises :class:`Invalid` for what is no domain."""
    domain = names.normalise_domain(domain)
    with db.write(acting, Ability.RELATIONS) as w:
        w.serialise(acting.known_id)
        owner = acting_account(account_by_id(w, acting.known_id))
        mine = (domain_blocks.c.account_id == owner.id) & (domain_blocks.c.domain == domain)
        if not w.run(delete(domain_blocks).where(mine)):
            return
        touch(w, owner.id)
        w.record(DomainUnblocked(account_id=owner.id, domain=domain))
