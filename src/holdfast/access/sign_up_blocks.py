"""Whom sign-up keeps out: providers of e-mail addresses, and networks with three severities."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import delete, insert, select, update

from holdfast.access import policies
from holdfast.access.errors import NetworkBlocked, NotPermitted
from holdfast.access.events import SignUpBlocksChanged
from holdfast.access.policies import InvalidIpRange, IpRules, Severity
from holdfast.access.tables import email_domain_blocks as domains_table
from holdfast.access.tables import ip_blocks as ips_table
from holdfast.acting import Acting
from holdfast.errors import Invalid, NotFound
from holdfast.events import Recorded
from holdfast.languages import say
from holdfast.store import MINUTE, Read, Window, page
from holdfast.writes import Ability, Database, Write

LONGEST_COMMENT = 500
RELOAD_MS = MINUTE  # ends of blocks are noticed that late by the gate


class EmailDomainBlock(msgspec.Struct, frozen=True):
    """A provider (and all below its domain) whose addresses cannot sign up."""

    id: int
    domain: str
    comment: str
    created_at: int


class NetworkBlock(msgspec.Struct, frozen=True):
    """A network and what is done about it; ``expires_at`` in milliseconds, None for no end."""

    id: int
    network: str
    severity: str
    comment: str
    expires_at: int | None
    created_at: int


class BlockNotFound(NotFound):
    """There is no such block."""

    key = "block_not_found"


def email_domain_blocks(r: Read) -> list[EmailDomainBlock]:
    """All blocked providers, newest first."""
    columns = (domains_table.c[name] for name in EmailDomainBlock.__struct_fields__)
    return [EmailDomainBlock(*row) for row in r.rows(select(*columns).order_by(domains_table.c.id.desc()))]


def blocked_email_domains(r: Read) -> frozenset[str]:
    """The domains alone."""
    return frozenset(r.values(select(domains_table.c.domain)))


def email_domain_block(r: Read, acting: Acting, block_id: int) -> EmailDomainBlock:
    """One blocked provider, for who may block. Raises :class:`NotPermitted`, :class:`BlockNotFound`."""
    _may(acting)
    columns = (domains_table.c[name] for name in EmailDomainBlock.__struct_fields__)
    row = r.first(select(*columns).where(domains_table.c.id == block_id))
    if row is None:
        raise BlockNotFound()
    return EmailDomainBlock(*row)


def email_domain_blocks_page(r: Read, acting: Acting, window: Window) -> list[EmailDomainBlock]:
    """Blocked providers, newest first, for who may block. Raises :class:`NotPermitted`."""
    _may(acting)
    columns = (domains_table.c[name] for name in EmailDomainBlock.__struct_fields__)
    return [EmailDomainBlock(*row) for row in page(r, select(*columns), domains_table.c.id, window)]


def ip_block(r: Read, acting: Acting, block_id: int) -> NetworkBlock:
    """One blocked network, for who may block. Raises :class:`NotPermitted`, :class:`BlockNotFound`."""
    _may(acting)
    columns = (ips_table.c[name] for name in NetworkBlock.__struct_fields__)
    row = r.first(select(*columns).where(ips_table.c.id == block_id))
    if row is None:
        raise BlockNotFound()
    return NetworkBlock(*row)


def ip_blocks_page(r: Read, acting: Acting, window: Window) -> list[NetworkBlock]:
    """Blocked networks, newest first, for who may block. Raises :class:`NotPermitted`."""
    _may(acting)
    columns = (ips_table.c[name] for name in NetworkBlock.__struct_fields__)
    return [NetworkBlock(*row) for row in page(r, select(*columns), ips_table.c.id, window)]


def block_email_domain(db: Database, acting: Acting, domain: str, comment: str = "") -> int:
    """Block a provider; its block's id. Asked again for the same one: nothing new."""
    with db.write(acting, Ability.MODERATION) as w:
        _may(acting)
        name = policies.normalise_domain(domain)
        known = w.value(select(domains_table.c.id).where(domains_table.c.domain == name))
        if known is not None:
            return int(known)
        block_id = w.new_id()
        row = {"id": block_id, "domain": name, "comment": comment.strip()[:LONGEST_COMMENT], "created_at": w.now}
        w.run(insert(domains_table).values(row))
        w.record(SignUpBlocksChanged(what="email_domain", block_id=block_id))
        return block_id


def unblock_email_domain(db: Database, acting: Acting, block_id: int) -> None:
    """Lift a provider's block. Raises :class:`BlockNotFound`."""
    with db.write(acting, Ability.MODERATION) as w:
        _may(acting)
        if not w.run(delete(domains_table).where(domains_table.c.id == block_id)):
            raise BlockNotFound()
        w.record(SignUpBlocksChanged(what="email_domain", block_id=block_id, is_lifted=True))


def ip_blocks(r: Read) -> list[NetworkBlock]:
    """All blocked networks, also those whose time is over; newest first."""
    columns = (ips_table.c[name] for name in NetworkBlock.__struct_fields__)
    return [NetworkBlock(*row) for row in r.rows(select(*columns).order_by(ips_table.c.id.desc()))]


def block_ip(
    db: Database,
    acting: Acting,
    network: str,
    severity: str,
    *,
    comment: str = "",
    expires_in_ms: int | None = None,
    is_new: bool = False,
) -> int:
    """Block a network, or change the block that it has; the block's id. Raises :class:`Invalid`, also for a network
    that has a block where it ``is_new``."""
    with db.write(acting, Ability.MODERATION) as w:
        _may(acting)
        parsed = str(policies.parse_ip_range(network))
        if is_new:
            _free_network(w, network)
        values = {
            "severity": _severity_named(severity),
            "comment": comment.strip()[:LONGEST_COMMENT],
            "expires_at": w.now + expires_in_ms if expires_in_ms is not None else None,
        }
        block_id = w.value(select(ips_table.c.id).where(ips_table.c.network == parsed))
        if block_id is None:
            block_id = w.new_id()
            w.run(insert(ips_table).values(values | {"id": block_id, "network": parsed, "created_at": w.now}))
        else:
            w.run(update(ips_table).where(ips_table.c.id == block_id).values(values))
        w.record(SignUpBlocksChanged(what="ip", block_id=block_id))
        return int(block_id)


def change_ip_block(
    db: Database,
    acting: Acting,
    block_id: int,
    *,
    network: str | None = None,
    severity: str | None = None,
    comment: str | None = None,
    expires_in_ms: int | None = None,
) -> None:
    """Change what is given of a network's block. Raises :class:`BlockNotFound`, :class:`Invalid`."""
    with db.write(acting, Ability.MODERATION) as w:
        _may(acting)
        ip_block(w, acting, block_id)
        values: dict[str, object] = {}
        if network is not None:
            values["network"] = _free_network(w, network, but=block_id)
        if severity is not None:
            values["severity"] = _severity_named(severity)
        if comment is not None:
            values["comment"] = comment.strip()[:LONGEST_COMMENT]
        if expires_in_ms is not None:
            values["expires_at"] = w.now + expires_in_ms
        if values:
            w.run(update(ips_table).where(ips_table.c.id == block_id).values(values))
            w.record(SignUpBlocksChanged(what="ip", block_id=block_id))


def _free_network(w: Write, network: str, *, but: int | None = None) -> str:
    parsed = str(policies.parse_ip_range(network))
    known = w.value(select(ips_table.c.id).where(ips_table.c.network == parsed))
    if known is not None and known != but:
        raise Invalid.field("ip", "ERR_TAKEN", say("There is a block of this network already."))
    return parsed


def _severity_named(severity: str) -> str:
    if severity not in tuple(Severity):
        known = ", ".join(Severity)
        raise Invalid.field("severity", "ERR_INCLUSION", say("Severity must be one of %(known)s", known=known))
    return severity


def unblock_ip(db: Database, acting: Acting, block_id: int) -> None:
    """Lift a network's block. Raises :class:`BlockNotFound`."""
    with db.write(acting, Ability.MODERATION) as w:
        _may(acting)
        if not w.run(delete(ips_table).where(ips_table.c.id == block_id)):
            raise BlockNotFound()
        w.record(SignUpBlocksChanged(what="ip", block_id=block_id, is_lifted=True))


def forget_ended_ip_blocks(w: Write) -> None:
    """Drop the blocks of networks whose time is over."""
    w.run(delete(ips_table).where(ips_table.c.expires_at < w.now))


def ip_rules(r: Read, now: int) -> IpRules:
    """The blocks of networks that hold now."""
    live = ips_table.c.expires_at.is_(None) | (ips_table.c.expires_at > now)
    rows = r.rows(select(ips_table.c.network, ips_table.c.severity).where(live))
    return IpRules(policies.IpBlock(policies.parse_ip_range(net), Severity(severity)) for net, severity in rows)


def ip_severity(r: Read, ip: str, now: int) -> Severity | None:
    """The severest block that holds an address; None for none, and for what is no address."""
    return _severity(ip_rules(r, now), ip)


class Gate:
    """Tells the doors which addresses have no access at all; asks the database only when blocks changed."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._rules: IpRules | None = None
        self._loaded_at = 0
        db.bus.on_commit(self._notice)
        db.bus.on_sealed(self._notice)

    def refuses(self, ip: str) -> bool:
        """Whether nothing is served to this address."""
        now = self._db.clock.now()
        rules = self._rules
        if rules is None or now - self._loaded_at > RELOAD_MS:
            self._loaded_at = now
            with self._db.read() as r:
                rules = self._rules = ip_rules(r, now)
        return bool(rules) and _severity(rules, ip) is Severity.NO_ACCESS

    def check(self, ip: str) -> None:
        """Raise :class:`NetworkBlocked` for an address to which nothing is served."""
        if self.refuses(ip):
            raise NetworkBlocked()

    def _notice(self, records: Sequence[Recorded]) -> None:
        if any(isinstance(record.event, SignUpBlocksChanged) for record in records):
            self._rules = None


def _severity(rules: IpRules, ip: str) -> Severity | None:
    try:
        return rules.severity(ip)
    except InvalidIpRange:
        return None  # a socket file or a test client: no network to speak of


def _may(acting: Acting) -> None:
    if not acting.may("sign_up.block"):
        raise NotPermitted()
