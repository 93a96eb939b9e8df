"""Sessions of browsers: begun by a sign-in, looked up for every page, listed and ended by their member."""

from __future__ import annotations

import msgspec
from sqlalchemy import delete, insert, select, update

from holdfast.access.attempts import network_of
from holdfast.access.bearers import LoginFrozen, NotApprovedYet, Seen, check_may_sign_in
from holdfast.access.errors import SessionVoid
from holdfast.access.events import AccessRevoked, NewSignIn
from holdfast.access.members import Member
from holdfast.access.roles import permissions_of
from holdfast.access.tables import members
from holdfast.access.tables import sessions as table
from holdfast.access.tokens import digest, new_secret
from holdfast.acting import SYSTEM, Acting
from holdfast.errors import NotFound
from holdfast.languages import say
from holdfast.store import DAY, HOUR, Hot, Read
from holdfast.writes import Ability, Database, Write

IDLE_MS = 60 * DAY  # a session that nobody used for so long has ended
MOST = 50  # sessions of one member; the longest unused one makes room
LONGEST_AGENT = 300  # characters

_SESSION = Hot(
    "SELECT s.id, s.account_id, CASE WHEN m.role_rests THEN 'member' ELSE m.role END, m.approved_at, m.email, "
    "m.email_confirmed_at, m.disabled_at, a.suspended_at, a.deleted_at FROM sessions s "
    "JOIN members m ON m.account_id = s.account_id JOIN accounts a ON a.id = s.account_id "
    "WHERE s.digest = :digest"
)

_USED = Hot("UPDATE sessions SET last_used_at = :now, ip = coalesce(:ip, ip) WHERE id = :id")


class NewSession(msgspec.Struct, frozen=True):
    """A session that has just begun: ``token`` goes into the browser's cookie and is told only now."""

    id: int
    account_id: int
    token: str

    def __repr__(self) -> str:
        """Without the token, which must not end up in a log."""
        return f"NewSession({self.id}, {self.account_id})"


class Session(msgspec.Struct, frozen=True):
    """A session as its member's list shows it; ``ip`` is where it was last used from, times in milliseconds."""

    id: int
    ip: str
    user_agent: str
    method: str
    created_at: int
    last_used_at: int


def session(r: Read, token: str, *, ip: str = "", lets_unconfirmed: bool = False) -> Acting:
    """Who acts in the browser that sent this cookie; ``token_id`` is the session's id.

    Raises :class:`SessionVoid`, and as :func:`bearer` for members who may not use the server at present.
    """
    found = r.fast(_SESSION, digest=digest(token))
    if not found:
        raise SessionVoid()
    session_id, account_id, role, approved, email, confirmed, disabled, suspended, deleted = found[0]
    frozen = disabled or suspended
    check_may_sign_in(approved, email, confirmed, frozen, deleted, lets_unconfirmed=lets_unconfirmed)
    _seen.note(session_id, ip)
    return Acting(account_id, None, permissions_of(role), None, session_id, ip)


def sessions_of(r: Read, account_id: int) -> list[Session]:
    """A member's sessions, the last used first."""
    columns = (table.c[name] for name in Session.__struct_fields__)
    statement = select(*columns).where(table.c.account_id == account_id).order_by(table.c.last_used_at.desc())
    return [Session(*row) for row in r.rows(statement)]


def begin(w: Write, found: Member, method: str, user_agent: str) -> NewSession:
    """Begin a session for a member who has proved who they are; raises a Refused for who may not sign in."""
    frozen = found.disabled_at or found.suspended_at
    try:
        check_may_sign_in(found.approved_at, found.email, found.email_confirmed_at, frozen, found.deleted_at)
    except (LoginFrozen, NotApprovedYet) as refused:  # who has proved to be the member may be told more
        raise type(refused)(account_id=found.account_id) from refused
    present = sessions_of(w, found.account_id)
    agent, network = user_agent[:LONGEST_AGENT], network_of(w.acting.ip)
    known = any(one.user_agent == agent or network_of(one.ip) == network for one in present)
    if len(present) >= MOST:
        w.run(delete(table).where(table.c.id == present[-1].id))
    begun = NewSession(w.new_id(), found.account_id, new_secret())
    row = {
        "id": begun.id,
        "account_id": found.account_id,
        "digest": digest(begun.token),
        "ip": w.acting.ip,
        "user_agent": agent,
        "method": method,
        "created_at": w.now,
        "last_used_at": w.now,
    }
    w.run(insert(table).values(row))
    w.run(update(members).where(members.c.account_id == found.account_id).values(last_sign_in_at=w.now))
    # The first sign-in of all is expected: it is told to nobody.
    is_familiar = known or found.last_sign_in_at is None
    event = NewSignIn(account_id=found.account_id, session_id=begun.id, method=method, is_familiar=is_familiar)
    w.record(event, owner=found.account_id)
    return begun


def sign_out(db: Database, acting: Acting, token: str) -> None:
    """End the session of this cookie; one that has ended already makes no difference."""
    with db.write(acting, Ability.SIGN_IN) as w:
        found = w.first(select(table.c.id, table.c.account_id).where(table.c.digest == digest(token)))
        if found is not None:
            w.run(delete(table).where(table.c.id == found.id))
            event = AccessRevoked(account_id=found.account_id, session_ids=(found.id,))
            w.record(event, owner=found.account_id)


def revoke_session(db: Database, acting: Acting, session_id: int) -> None:
    """End one of the acting member's own sessions. Raises :class:`NotFound` for anything else."""
    with db.write(acting, Ability.SIGN_IN) as w:
        mine = (table.c.id == session_id) & (table.c.account_id == acting.known_id)
        if not w.run(delete(table).where(mine)):
            raise NotFound(say("There is no such session."))
        w.record(AccessRevoked(account_id=acting.known_id, session_ids=(session_id,)))


def revoke_other_sessions(db: Database, acting: Acting) -> int:
    """End all of the acting member's sessions but the one that asks (``acting.token_id``); how many."""
    with db.write(acting, Ability.SIGN_IN) as w:
        return end_all(w, acting.known_id, but=acting.token_id)


def end_all(w: Write, account_id: int, *, but: int | None = None) -> int:
    """End a member's sessions, within another command."""
    which = table.c.account_id == account_id
    if but is not None:
        which = which & (table.c.id != but)
    found = tuple(w.ids(select(table.c.id).where(which)))
    if found:
        w.run(delete(table).where(table.c.id.in_(found)))
        w.record(AccessRevoked(account_id=account_id, session_ids=found), owner=account_id)
    return len(found)


_seen = Seen()


def note_session_use(db: Database) -> None:
    """Write down which sessions were used and which members were active, in one go for many requests."""
    for batch in _seen.take():
        with db.write(SYSTEM, Ability.JOBS) as w:
            for session_id, ip in batch:
                w.run_later(_USED, id=session_id, now=w.now, ip=ip or None)
            active = select(table.c.account_id).where(table.c.id.in_([session_id for session_id, _ in batch]))
            stale = members.c.last_active_at.is_(None) | (members.c.last_active_at < w.now - HOUR)
            w.run(update(members).where(members.c.account_id.in_(active), stale).values(last_active_at=w.now))


def end_idle(w: Write) -> None:
    """End what nobody used for two months."""
    w.run(delete(table).where(table.c.last_used_at < w.now - IDLE_MS))
