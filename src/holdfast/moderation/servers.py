"""Other servers that are limited, refused or allowed. This server speaks with none yet: what is kept here is what the
door of federation will go by. Today the public list of blocks shows it, and no reports of a server come in whose
reports are refused.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Table, delete, insert, select, update

from holdfast.access.policies import normalise_domain
from holdfast.acting import Acting
from holdfast.errors import Invalid
from holdfast.languages import say
from holdfast.moderation.errors import CannotBlockServer, NoSuchServer, NotForYou, ServerBlocked
from holdfast.moderation.events import ServersChanged
from holdfast.moderation.tables import server_allows, server_blocks
from holdfast.store import Read, Window, page
from holdfast.writes import Ability, Database, Write

WRITE_SERVERS = "servers.write"
SEVERITIES = ("noop", "silence", "suspend")
LONGEST_REMARK = 2_000
_LOCK = 0  # under which entries are made one after the other


class ServerBlock(msgspec.Struct, frozen=True):
    """A row of ``server_blocks``."""

    id: int
    domain: str
    severity: str
    rejects_media: bool
    rejects_reports: bool
    private_comment: str
    public_comment: str
    is_obfuscated: bool
    created_at: int

    @property
    def shown_domain(self) -> str:
        """The domain as everybody sees it: with stars in its middle, if its name shall not be told."""
        if not self.is_obfuscated:
            return self.domain
        name, _, rest = self.domain.rpartition(".")
        kept = max(len(name) // 4, 1)
        return f"{name[:kept]}{'*' * max(len(name) - 2 * kept, 1)}{name[-kept:]}.{rest}"


class ServerAllow(msgspec.Struct, frozen=True):
    """A row of ``server_allows``."""

    id: int
    domain: str
    created_at: int


class ServerChange(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants of a block; None leaves it as it is, or at its default."""

    severity: str | None = None
    rejects_media: bool | None = None
    rejects_reports: bool | None = None
    private_comment: str | None = None
    public_comment: str | None = None
    is_obfuscated: bool | None = None


_NEW = {
    "severity": "silence",
    "rejects_media": False,
    "rejects_reports": False,
    "private_comment": "",
    "public_comment": "",
    "is_obfuscated": False,
}
_BLOCK = tuple(server_blocks.c[name] for name in ServerBlock.__struct_fields__)
_ALLOW = tuple(server_allows.c[name] for name in ServerAllow.__struct_fields__)


def block_server(db: Database, acting: Acting, domain: str, wanted: ServerChange) -> int:
    """Limit or refuse another server; the block's id.

    Raises :class:`NotForYou`, :class:`CannotBlockServer`, :class:`ServerBlocked` with the ``existing_id``.
    """
    with db.write(acting, Ability.MODERATION) as w:
        _may(acting)
        name = _named(w, domain)
        known = w.value(select(server_blocks.c.id).where(server_blocks.c.domain == name))
        if known is not None:
            raise ServerBlocked(existing_id=int(known))
        number = w.new_id()
        row = _NEW | _checked(wanted)
        w.run(
            insert(server_blocks).values(id=number, domain=name, created_by=acting.account_id, created_at=w.now, **row)
        )
        w.record(ServersChanged(what="block", entry_id=number))
        return number


def change_server_block(db: Database, acting: Acting, block_id: int, wanted: ServerChange) -> None:
    """Change what is given of a block. Raises :class:`NotForYou`, :class:`NoSuchServer`, :class:`CannotBlockServer`."""
    with db.write(acting, Ability.MODERATION) as w:
        server_block(w, acting, block_id)
        values = _checked(wanted)
        if values:
            w.run(update(server_blocks).where(server_blocks.c.id == block_id).values(values))
            w.record(ServersChanged(what="block", entry_id=block_id))


def unblock_server(db: Database, acting: Acting, block_id: int) -> None:
    """Lift a block. Raises :class:`NotForYou`, :class:`NoSuchServer`."""
    _drop(db, acting, server_blocks, "block", block_id)


def allow_server(db: Database, acting: Acting, domain: str) -> int:
    """Allow another server; the entry's id. Asked again for the same one: nothing new.

    Raises :class:`NotForYou`, :class:`CannotBlockServer`.
    """
    with db.write(acting, Ability.MODERATION) as w:
        _may(acting)
        name = _named(w, domain)
        known = w.value(select(server_allows.c.id).where(server_allows.c.domain == name))
        if known is not None:
            return int(known)
        number = w.new_id()
        row = {"id": number, "domain": name, "created_by": acting.account_id, "created_at": w.now}
        w.run(insert(server_allows).values(row))
        w.record(ServersChanged(what="allow", entry_id=number))
        return number


def disallow_server(db: Database, acting: Acting, entry_id: int) -> None:
    """Take a server off the list of those that are allowed. Raises :class:`NotForYou`, :class:`NoSuchServer`."""
    _drop(db, acting, server_allows, "allow", entry_id)


def server_block(r: Read, acting: Acting, block_id: int) -> ServerBlock:
    """One block. Raises :class:`NotForYou`, :class:`NoSuchServer`."""
    _may(acting)
    row = r.first(select(*_BLOCK).where(server_blocks.c.id == block_id))
    if row is None:
        raise NoSuchServer()
    return ServerBlock(*row)


def server_blocks_page(r: Read, acting: Acting, window: Window) -> list[ServerBlock]:
    """Blocks, the newest first. Raises :class:`NotForYou`."""
    _may(acting)
    return [ServerBlock(*row) for row in page(r, select(*_BLOCK), server_blocks.c.id, window)]


def public_server_blocks(r: Read) -> list[ServerBlock]:
    """The blocks that everybody may know of, by domain: those that do anything."""
    felt = server_blocks.c.severity != "noop"
    return [ServerBlock(*row) for row in r.rows(select(*_BLOCK).where(felt).order_by(server_blocks.c.domain))]


def server_allow(r: Read, acting: Acting, entry_id: int) -> ServerAllow:
    """One server that is allowed. Raises :class:`NotForYou`, :class:`NoSuchServer`."""
    _may(acting)
    row = r.first(select(*_ALLOW).where(server_allows.c.id == entry_id))
    if row is None:
        raise NoSuchServer()
    return ServerAllow(*row)


def server_allows_page(r: Read, acting: Acting, window: Window) -> list[ServerAllow]:
    """Servers that are allowed, the newest first. Raises :class:`NotForYou`."""
    _may(acting)
    return [ServerAllow(*row) for row in page(r, select(*_ALLOW), server_allows.c.id, window)]


def rejects_reports(r: Read, domain: str) -> bool:
    """Whether no reports of a server, or of one above it, are taken in."""
    labels = domain.lower().split(".")
    names: Sequence[str] = [".".join(labels[start:]) for start in range(len(labels))]
    return r.exists(
        select(server_blocks.c.id).where(server_blocks.c.domain.in_(names), server_blocks.c.rejects_reports.is_(True))
    )


def _drop(db: Database, acting: Acting, table: Table, what: str, entry_id: int) -> None:
    with db.write(acting, Ability.MODERATION) as w:
        _may(acting)
        if not w.run(delete(table).where(table.c.id == entry_id)):
            raise NoSuchServer()
        w.record(ServersChanged(what=what, entry_id=entry_id))


def _named(w: Write, domain: str) -> str:
    w.serialise(_LOCK)
    try:
        name = normalise_domain(domain)
    except Invalid:
        name = ""
    if "." not in name:
        raise CannotBlockServer.field("domain", "ERR_INVALID", say("Name a server, like example.org."))
    if name == w.db.local_domain.lower():
        raise CannotBlockServer.field("domain", "ERR_INVALID", say("This server does not block itself."))
    return name


def _checked(wanted: ServerChange) -> dict[str, object]:
    values = {name: value for name, value in msgspec.structs.asdict(wanted).items() if value is not None}
    if values.get("severity", "noop") not in SEVERITIES:
        raise CannotBlockServer.field("severity", "ERR_INCLUSION", say("There is no such severity."))
    for name in ("private_comment", "public_comment"):
        if len(values.get(name, "")) > LONGEST_REMARK:
            words = say("A comment has at most %(most)s characters", most=LONGEST_REMARK)
            raise CannotBlockServer.field(name, "ERR_TOO_LONG", words)
    return values


def _may(acting: Acting) -> None:
    if not acting.may(WRITE_SERVERS):
        raise NotForYou()
