"""Blocked e-mail addresses, of which only a digest is kept: all spellings that reach one person have the same."""

from __future__ import annotations

import re
from hashlib import sha256

import msgspec
from sqlalchemy import delete, insert, select

from holdfast.access import policies
from holdfast.access.errors import NotPermitted
from holdfast.access.events import SignUpBlocksChanged
from holdfast.access.sign_up_blocks import BlockNotFound
from holdfast.access.tables import canonical_email_blocks as table
from holdfast.acting import Acting
from holdfast.errors import Invalid
from holdfast.languages import say
from holdfast.store import Read, Window, page
from holdfast.writes import Ability, Database

_DIGEST = re.compile(r"[0-9a-f]{64}")


class CanonicalEmailBlock(msgspec.Struct, frozen=True):
    """A blocked address by its digest (SHA-256 in hex)."""

    id: int
    digest: str
    created_at: int


_COLUMNS = tuple(table.c[name] for name in CanonicalEmailBlock.__struct_fields__)


def digest_of(email: str) -> str:
    """What is kept of an address. Raises :class:`InvalidEmail`."""
    return sha256(policies.canonical_email(policies.normalise_email(email)).encode()).hexdigest()


def is_blocked_email(r: Read, email: str) -> bool:
    """Whether an address is blocked in any of its spellings."""
    return r.exists(select(table.c.id).where(table.c.digest == digest_of(email)))


def block_email(db: Database, acting: Acting, *, email: str = "", digest: str = "") -> int:
    """Block an address, or the one with this digest; the block's id. Raises :class:`NotPermitted`, :class:`Invalid`."""
    with db.write(acting, Ability.MODERATION) as w:
        _may(acting)
        if not email and not _DIGEST.fullmatch(digest):
            words = say("Give an address, or the SHA-256 of one in 64 hexadecimal digits.")
            raise Invalid.field("canonical_email_hash", "ERR_INVALID", words)
        kept = digest_of(email) if email else digest
        if w.exists(select(table.c.id).where(table.c.digest == kept)):
            raise Invalid.field("canonical_email_hash", "ERR_TAKEN", say("This address is blocked already."))
        number = w.new_id()
        w.run(insert(table).values(id=number, digest=kept, created_at=w.now))
        w.record(SignUpBlocksChanged(what="email", block_id=number))
        return number


def unblock_email(db: Database, acting: Acting, block_id: int) -> None:
    """Lift the block of an address. Raises :class:`NotPermitted`, :class:`BlockNotFound`."""
    with db.write(acting, Ability.MODERATION) as w:
        _may(acting)
        if not w.run(delete(table).where(table.c.id == block_id)):
            raise BlockNotFound()
        w.record(SignUpBlocksChanged(what="email", block_id=block_id, is_lifted=True))


def email_block(r: Read, acting: Acting, block_id: int) -> CanonicalEmailBlock:
    """One block. Raises :class:`NotPermitted`, :class:`BlockNotFound`."""
    _may(acting)
    row = r.first(select(*_COLUMNS).where(table.c.id == block_id))
    if row is None:
        raise BlockNotFound()
    return CanonicalEmailBlock(*row)


def email_blocks(r: Read, acting: Acting, window: Window) -> list[CanonicalEmailBlock]:
    """Blocked addresses, newest first. Raises :class:`NotPermitted`."""
    _may(acting)
    return [CanonicalEmailBlock(*row) for row in page(r, select(*_COLUMNS), table.c.id, window)]


def email_blocks_of(r: Read, acting: Acting, email: str) -> list[CanonicalEmailBlock]:
    """The blocks that an address meets. Raises :class:`NotPermitted`, :class:`InvalidEmail`."""
    _may(acting)
    return [CanonicalEmailBlock(*row) for row in r.rows(select(*_COLUMNS).where(table.c.digest == digest_of(email)))]


def _may(acting: Acting) -> None:
    if not acting.may("sign_up.block"):
        raise NotPermitted()
