"""Invitations: links by which members let others in, with a limit of uses and an end."""

from __future__ import annotations

import secrets

import msgspec
from sqlalchemy import func, insert, select, update

from holdfast import people
from holdfast.access.errors import InviteVoid, NotPermitted, TooManyInvites
from holdfast.access.events import InviteCreated, InviteRevoked
from holdfast.access.recovery import ALPHABET
from holdfast.access.tables import invites as table
from holdfast.access.tables import members
from holdfast.acting import Acting
from holdfast.errors import Invalid, NotFound
from holdfast.languages import say
from holdfast.store import DAY, Hot, Read
from holdfast.writes import Ability, Database, Write

CODE_LENGTH = 12  # of 32 letters: 60 bits
MOST_OPEN = 30  # of one member
MOST_USES = 1_000
LONGEST_MS = 366 * DAY
LONGEST_COMMENT = 200

_USE = Hot(
    "UPDATE invites SET uses = uses + 1 WHERE code = :code AND revoked_at IS NULL AND (most_uses IS NULL OR "
    "uses < most_uses) AND (expires_at IS NULL OR expires_at > :now) RETURNING id, created_by, follows_inviter"
)


class Invite(msgspec.Struct, frozen=True):
    """An invitation; times in milliseconds, None for no limit."""

    id: int
    code: str
    created_by: int
    comment: str
    most_uses: int | None
    uses: int
    expires_at: int | None
    follows_inviter: bool
    collection_id: int | None
    revoked_at: int | None
    created_at: int

    def is_open(self, now: int) -> bool:
        """Whether somebody can still join with it."""
        left = self.most_uses is None or self.uses < self.most_uses
        return self.revoked_at is None and left and (self.expires_at is None or self.expires_at > now)


class UsedInvite(msgspec.Struct, frozen=True):
    """What a new member's invitation says."""

    id: int
    created_by: int
    follows_inviter: bool


_COLUMNS = tuple(table.c[name] for name in Invite.__struct_fields__)


def create_invite(
    db: Database,
    acting: Acting,
    *,
    most_uses: int | None = None,
    expires_in_ms: int | None = None,
    comment: str = "",
    follows_inviter: bool = False,
    collection_id: int | None = None,
) -> Invite:
    """Make an invitation; who joins with it is offered to follow the people of ``collection_id``, one of one's own.

    Raises :class:`NotPermitted`, :class:`TooManyInvites`, :class:`Invalid`.
    """
    with db.write(acting, Ability.SIGN_UP) as w:
        if not acting.may("invites.create") or acting.account_id is None:
            raise NotPermitted()
        if most_uses is not None and not 1 <= most_uses <= MOST_USES:
            raise Invalid.field("most_uses", "ERR_INVALID", say("Uses must be between 1 and %(most)s", most=MOST_USES))
        if expires_in_ms is not None and not 0 < expires_in_ms <= LONGEST_MS:
            raise Invalid.field("expires_in", "ERR_INVALID", say("An invitation lasts for a year at most"))
        _check_collection(w, acting.account_id, collection_id)
        w.serialise(acting.account_id)
        still_open = table.c.revoked_at.is_(None) & (table.c.expires_at.is_(None) | (table.c.expires_at > w.now))
        has_left = table.c.most_uses.is_(None) | (table.c.uses < table.c.most_uses)
        mine = select(func.count()).where(table.c.created_by == acting.account_id, still_open, has_left)
        if int(w.value(mine)) >= MOST_OPEN:
            raise TooManyInvites()
        found = Invite(
            id=w.new_id(),
            code="".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)),
            created_by=acting.account_id,
            comment=comment.strip()[:LONGEST_COMMENT],
            most_uses=most_uses,
            uses=0,
            expires_at=w.now + expires_in_ms if expires_in_ms is not None else None,
            follows_inviter=follows_inviter,
            collection_id=collection_id,
            revoked_at=None,
            created_at=w.now,
        )
        w.run(insert(table).values(msgspec.structs.asdict(found)))
        w.record(InviteCreated(invite_id=found.id))
        return found


def _check_collection(w: Write, account_id: int, collection_id: int | None) -> None:
    if collection_id is None:
        return
    try:
        owner = people.collection(w, account_id, collection_id).account_id
    except people.CollectionNotFound:
        owner = None
    if owner != account_id:
        raise Invalid.field("collection_id", "ERR_INVALID", say("This is not one of your collections"))


def revoke_invite(db: Database, acting: Acting, invite_id: int) -> None:
    """Let nobody join with it any more; one's own, or anybody's with the permission for it."""
    with db.write(acting, Ability.SIGN_UP) as w:
        owner = w.value(select(table.c.created_by).where(table.c.id == invite_id))
        if owner is None or (owner != acting.account_id and not acting.may("invites.revoke")):
            raise NotFound(say("There is no such invitation."))
        live = (table.c.id == invite_id) & table.c.revoked_at.is_(None)
        if w.run(update(table).where(live).values(revoked_at=w.now)):
            w.record(InviteRevoked(invite_id=invite_id), owner=owner)


def open_invite(r: Read, code: str, now: int) -> Invite:
    """The invitation behind a link. Raises :class:`InviteVoid` when nobody can join with it (any more)."""
    row = r.first(select(*_COLUMNS).where(table.c.code == code.strip().lower()))
    found = Invite(*row) if row else None
    if found is None or not found.is_open(now):
        raise InviteVoid()
    return found


def invites_of(r: Read, account_id: int | None = None, *, most: int = 200) -> list[Invite]:
    """A member's invitations, or everybody's; newest first."""
    statement = select(*_COLUMNS)
    if account_id is not None:
        statement = statement.where(table.c.created_by == account_id)
    return [Invite(*row) for row in r.rows(statement.order_by(table.c.id.desc()).limit(most))]


def invited_to_follow(r: Read, account_id: int) -> int | None:
    """The collection that a member's invitation carried, if any."""
    used = select(members.c.invite_id).where(members.c.account_id == account_id).scalar_subquery()
    found = r.value(select(table.c.collection_id).where(table.c.id == used))
    return int(found) if found is not None else None


def use_invite(w: Write, code: str) -> UsedInvite:
    """Take one use of an invitation, in the sign-up's own transaction. Raises :class:`InviteVoid`."""
    found = w.fast(_USE, code=code.strip().lower(), now=w.now)
    if not found:
        raise InviteVoid()
    invite_id, created_by, follows = found[0]
    return UsedInvite(invite_id, created_by, bool(follows))
