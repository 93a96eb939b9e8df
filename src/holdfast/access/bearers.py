"""From a bearer token to who acts: one indexed query, nothing cached, so that a revocation holds at once."""

from __future__ import annotations

from functools import lru_cache
from threading import Lock

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
    "SELECT t.id, t.app_id, t.account_id, t.scopes, m.role, m.approved_at, m.email, m.email_confirmed_at, "
    "m.disabled_at, a.suspended_at, a.deleted_at FROM tokens t LEFT JOIN members m ON m.account_id = t.account_id "
    "LEFT JOIN accounts a ON a.id = t.account_id WHERE t.digest = :digest"
)


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


_parsed = lru_cache(512)(scopes.parse)


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
    _seen.note(token_id)
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
    """Tokens used since the last flush; written in one go, since a write for every request would cost a sync each."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._tokens: set[int] = set()

    def note(self, token_id: int) -> None:
        """Remember that it was used."""
        self._tokens.add(token_id)

    def take(self) -> list[int]:
        """Everything noted since the last call."""
        with self._lock:
            found, self._tokens = self._tokens, set()
        return sorted(found)


_seen = Seen()


def note_use(db: Database, _payload: object = None) -> None:
    """Write down which tokens were used, and which members were active; run by a repeating job."""
    found = _seen.take()
    if not found:
        return
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.run(update(tokens).where(tokens.c.id.in_(found)).values(last_used_at=w.now))
        active = tokens.select().with_only_columns(tokens.c.account_id).where(tokens.c.id.in_(found))
        w.run(
            update(members)
            .where(members.c.account_id.in_(active))
            .where((members.c.last_active_at.is_(None)) | (members.c.last_active_at < w.now - DAY // 24))
            .values(last_active_at=w.now)
        )
