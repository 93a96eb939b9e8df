"""From a bearer token to who acts: one indexed query, or what it found last time.

What is kept holds only in a look that is current (:class:`Looking`): a revocation, a frozen login and another role
are heard of before anybody is let in by memory, whichever process they happened in.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from threading import Lock
from typing import Protocol

from sqlalchemy import update

from holdfast.access import scopes
from holdfast.access.roles import permissions_of
from holdfast.access.tables import members, tokens
from holdfast.access.tokens import digest
from holdfast.acting import SYSTEM, Acting
from holdfast.errors import Refused, Unauthenticated
from holdfast.store import DAY, Hot, Read
from holdfast.writes import Ability, Database

_BEARER = Hot(
    "SELECT t.id, t.app_id, t.account_id, t.scopes, CASE WHEN m.role_rests THEN 'member' ELSE m.role END, "
    "m.approved_at, m.email, m.email_confirmed_at, "
    "m.disabled_at, a.suspended_at, a.deleted_at FROM tokens t LEFT JOIN members m ON m.account_id = t.account_id "
    "LEFT JOIN accounts a ON a.id = t.account_id WHERE t.digest = :digest"
)

_USED = Hot("UPDATE tokens SET last_used_at = :now, last_ip = coalesce(:ip, last_ip) WHERE id = :id")
AT_ONCE = 500  # rows in one write, so that nobody waits long for it


class BadToken(Unauthenticated):
    """The access token is invalid"""

    key = "invalid_token"


class LoginFrozen(Refused):
    """Your login is currently disabled"""

    key = "login_frozen"


class NotApprovedYet(Refused):
    """Your login is currently pending approval"""

    key = "pending_approval"


class NotConfirmedYet(Refused):
    """Your login is missing a confirmed e-mail address"""

    key = "unconfirmed"


KEPT_TOKENS = 20_000
_parsed = lru_cache(512)(scopes.parse)


class Looking(Protocol):
    """A look at the database that knows whether what was kept about some ids still holds."""

    r: Read

    @property
    def number(self) -> int:
        """Under which to keep what is read in this look."""

    def holds(self, kept: int, *ids: int) -> bool:
        """Whether what was kept under a number, about these ids, may be used in this look."""


class Bearers:
    """Who acts with which token, kept in memory; one object per process."""

    def __init__(self) -> None:
        self._kept: dict[bytes, tuple[int, Acting]] = {}  # by digest: the number, and who

    def acting(self, look: Looking, token: str, *, ip: str, lets_unconfirmed: bool = False) -> Acting:
        """As :func:`bearer`. Apps' own tokens are looked up each time: they may be cleared away without an event."""
        name = digest(token)
        kept = self._kept.get(name)
        if kept is not None and look.holds(kept[0], kept[1].known_id):
            found = kept[1]
            _seen.note(found.token_id or 0, ip)
            return found if found.ip == ip else replace(found, ip=ip)
        found = bearer(look.r, token, ip=ip, lets_unconfirmed=lets_unconfirmed)
        if not lets_unconfirmed and found.account_id is not None:
            if len(self._kept) >= KEPT_TOKENS:
                self._kept.clear()
            self._kept[name] = (look.number, found)
        return found


def bearer(r: Read, token: str, *, ip: str = "", lets_unconfirmed: bool = False) -> Acting:
    """Who acts with this token.

    Raises :class:`BadToken` for one that is unknown or revoked, and a Refused for a member whose login
    is frozen, waits for approval or lacks a confirmed address (unless ``lets_unconfirmed``).
    """
    found = r.fast(_BEARER, digest=digest(token))
    if not found:
        raise BadToken()
    (token_id, app_id, account_id, granted, role, approved, email, confirmed, disabled, suspended, deleted) = found[0]
    if account_id is not None:
        check_may_sign_in(approved, email, confirmed, disabled or suspended, deleted, lets_unconfirmed=lets_unconfirmed)
    _seen.note(token_id, ip)
    return Acting(account_id, _parsed(granted), permissions_of(role), app_id, token_id, ip)


def check_may_sign_in(
    approved: int | None,
    email: str | None,
    confirmed: int | None,
    frozen: int | None,
    deleted: int | None,
    *,
    lets_unconfirmed: bool = False,
) -> None:
    """Raise the Refused that fits when a member may not use the server at present."""
    if deleted:
        raise BadToken()
    if frozen:
        raise LoginFrozen()
    if lets_unconfirmed:
        return
    if not approved:
        raise NotApprovedYet()
    if email and not confirmed:
        raise NotConfirmedYet()


class Seen:
    """What was used since the last flush, and from where; written in batches, since a write for every request would
    cost a sync each."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._from: dict[int, str] = {}

    def note(self, used_id: int, ip: str) -> None:
        """Remember that it was used."""
        self._from[used_id] = ip

    def take(self) -> list[list[tuple[int, str]]]:
        """Everything noted since the last call, in batches: (what was used, the last address)."""
        with self._lock:
            found, self._from = self._from, {}
        used = sorted(found.items())
        return [used[start : start + AT_ONCE] for start in range(0, len(used), AT_ONCE)]


_seen = Seen()


def note_use(db: Database, _payload: object = None) -> None:
    """Write down which tokens were used, and which members were active; run by a repeating job."""
    for batch in _seen.take():
        with db.write(SYSTEM, Ability.JOBS) as w:
            for token_id, ip in batch:
                w.run_later(_USED, id=token_id, now=w.now, ip=ip or None)
            found = [token_id for token_id, _ in batch]
            active = tokens.select().with_only_columns(tokens.c.account_id).where(tokens.c.id.in_(found))
            w.run(
                update(members)
                .where(members.c.account_id.in_(active))
                .where((members.c.last_active_at.is_(None)) | (members.c.last_active_at < w.now - DAY // 24))
                .values(last_active_at=w.now)
            )
