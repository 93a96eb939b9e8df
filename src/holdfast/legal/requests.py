"""Requests by authorities: taken in, verified, answered or refused, and told to the member unless that is forbidden."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
from sqlalchemy import insert, select, update

from holdfast import notifications
from holdfast.access import send_letter
from holdfast.access.members import find as find_member
from holdfast.access.readers import language_of
from holdfast.acting import SYSTEM, Acting
from holdfast.languages import N_, Sentence, _, say, speaking
from holdfast.legal.errors import CannotAnswer, CannotTake, NoSuchRequest
from holdfast.legal.events import RequestChanged, RequestReceived
from holdfast.legal.tables import legal_handed, legal_requests
from holdfast.moderation import NotForYou
from holdfast.notifications.alerts import plan_alert
from holdfast.people import account_by_id
from holdfast.store import HOUR, Read
from holdfast.writes import Ability, Database, Write

READ, WRITE = "requests.read", "requests.write"
WARN, TELL = "legal.warn", "legal.tell_member"
LONGEST_LINE, LONGEST_TEXT = 300, 20_000  # characters
CHECKS: dict[str, Sentence] = {
    "caller": N_("Called back at a number that was found independently: the authority really asks"),
    "basis": N_("The legal basis exists and covers what is asked"),
    "scope": N_("No more is handed over than is asked, and no more is asked than is needed"),
    "counsel": N_("Counsel was asked, or decided not to be needed"),
}
"""Steps before anything is handed over."""


class Due(msgspec.Struct, frozen=True):
    """Something is due for a request."""

    request_id: int


class NewRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request as it comes in. Times in milliseconds."""

    authority: str
    basis: str
    asked: str
    deadline: int
    contact: str = ""
    reference: str = ""
    account_id: int | None = None
    secret_until: int | None = None


class LegalRequest(msgspec.Struct, frozen=True):
    """A row of ``legal_requests``. ``checks`` has who ticked each step, and when."""

    id: int
    authority: str
    contact: str
    reference: str
    basis: str
    asked: str
    account_id: int | None
    received_at: int
    deadline: int
    secret_until: int | None
    checks: dict[str, list[Any]]
    state: str
    outcome: str
    closed_at: int | None
    told_at: int | None
    taken_by: int | None

    @property
    def missing(self) -> list[str]:
        """The steps that were not taken yet."""
        return [one for one in CHECKS if one not in self.checks]


class Handed(msgspec.Struct, frozen=True):
    """What was handed over, with the SHA-256 of the file where it was one."""

    what: str
    digest: str
    handed_by: int | None
    handed_at: int


_COLUMNS = tuple(legal_requests.c[name] for name in LegalRequest.__struct_fields__)


def add_request(db: Database, acting: Acting, new: NewRequest) -> int:
    """Take a request in; its id. Raises ``NotForYou``, :class:`CannotTake`."""
    for name in ("authority", "basis", "asked"):
        if not getattr(new, name).strip():
            raise CannotTake.field(name, "ERR_BLANK", say("This cannot be left empty."))
    for name, most in (
        ("authority", LONGEST_LINE), ("contact", LONGEST_LINE), ("reference", LONGEST_LINE), ("basis", LONGEST_LINE),
        ("asked", LONGEST_TEXT),
    ):  # fmt: skip
        if len(getattr(new, name)) > most:
            raise CannotTake.field(name, "ERR_TOO_LONG", say("At most %(most)s characters.", most=most))
    with db.write(acting, Ability.MODERATION) as w:
        _permit(w, WRITE)
        if new.account_id is not None and account_by_id(w, new.account_id) is None:
            raise CannotTake.field("account_id", "ERR_INVALID", say("There is no such member."))
        if new.deadline <= w.now:
            raise CannotTake.field("deadline", "ERR_PAST", say("The deadline must lie in the future."))
        number = w.new_id()
        row = msgspec.structs.asdict(new) | {"id": number, "received_at": w.now, "checks": {}}
        w.run(insert(legal_requests).values(**row, taken_by=acting.account_id))
        w.record(RequestReceived(request_id=number, deadline=new.deadline))
        left = new.deadline - w.now
        for delay in (left * 3 // 4, left):
            w.enqueue(WARN, Due(number), delay_ms=delay)
        return number


def tick(db: Database, acting: Acting, request_id: int, check: str) -> None:
    """Note that a step was taken. Raises ``NotForYou``, :class:`NoSuchRequest`, :class:`CannotTake`."""
    if check not in CHECKS:
        raise CannotTake.field("check", "ERR_INCLUSION", say("There is no such step."))
    with db.write(acting, Ability.MODERATION) as w:
        found = _open(w, request_id)
        if check not in found.checks:
            by = None if acting.account_id is None else str(acting.account_id)
            _note(w, request_id, checks=found.checks | {check: [by, w.now]})
            w.record(RequestChanged(request_id=request_id, what="checked", detail=check))


def record_handed(db: Database, acting: Acting, request_id: int, what: str, content: bytes | None = None) -> None:
    """Record what was handed over; of a file its digest, not its content. Every step has to be ticked before.

    Raises ``NotForYou``, :class:`NoSuchRequest`, :class:`CannotTake`, :class:`CannotAnswer`.
    """
    if not what.strip() or len(what) > LONGEST_LINE:
        raise CannotTake.field("what", "ERR_BLANK", say("Write in a line what was handed over."))
    digest = "" if content is None else hashlib.sha256(content).hexdigest()
    with db.write(acting, Ability.MODERATION) as w:
        found = _open(w, request_id)
        if found.missing:
            raise CannotAnswer(say("Steps are missing: tick them first."))
        row = {"id": w.new_id(), "request_id": request_id, "what": what.strip(), "digest": digest}
        w.run(insert(legal_handed).values(**row, handed_by=acting.account_id, handed_at=w.now))
        w.record(RequestChanged(request_id=request_id, what="handed_over", detail=digest))


def close_request(db: Database, acting: Acting, request_id: int, state: str, outcome: str) -> None:
    """Answer or refuse a request; the member is told, now or when the order's secrecy ends.

    Raises ``NotForYou``, :class:`NoSuchRequest`, :class:`CannotTake`, :class:`CannotAnswer`.
    """
    if state not in ("answered", "refused"):
        raise CannotTake.field("state", "ERR_INCLUSION", say("A request is answered or refused."))
    if not outcome.strip() or len(outcome) > LONGEST_TEXT:
        raise CannotTake.field("outcome", "ERR_BLANK", say("Write how it ended."))
    with db.write(acting, Ability.MODERATION) as w:
        found = _open(w, request_id)
        if state == "answered" and found.missing:
            raise CannotAnswer(say("Steps are missing: tick them first."))
        _note(w, request_id, state=state, outcome=outcome.strip(), closed_at=w.now)
        w.record(RequestChanged(request_id=request_id, what=state))
        if found.account_id is not None:
            w.enqueue(TELL, Due(request_id), delay_ms=max((found.secret_until or 0) - w.now, 0))


def request(r: Read, acting: Acting, request_id: int) -> LegalRequest:
    """One request. Raises ``NotForYou``, :class:`NoSuchRequest`."""
    if not acting.may(READ):
        raise NotForYou()
    return _find(r, request_id)


def requests_listing(r: Read, acting: Acting, *, only_open: bool = False) -> list[LegalRequest]:
    """Requests: what is open first, the soonest due first. Raises ``NotForYou``."""
    if not acting.may(READ):
        raise NotForYou()
    c = legal_requests.c
    statement = select(*_COLUMNS).order_by(c.closed_at.is_not(None), c.deadline)
    return [LegalRequest(*row) for row in r.rows(statement.where(c.closed_at.is_(None)) if only_open else statement)]


def handed_over(r: Read, request_id: int) -> list[Handed]:
    """What was handed over for a request, in order."""
    c = legal_handed.c
    columns = (c[name] for name in Handed.__struct_fields__)
    return [Handed(*row) for row in r.rows(select(*columns).where(c.request_id == request_id).order_by(c.id))]


def requests_about(r: Read, account_id: int) -> list[LegalRequest]:
    """The requests about a member that they were told of, the newest first."""
    c = legal_requests.c
    mine = (c.account_id == account_id) & c.told_at.is_not(None)
    return [LegalRequest(*row) for row in r.rows(select(*_COLUMNS).where(mine).order_by(c.id.desc()))]


def warn(db: Database, due: Due) -> None:
    """Push a warning to those at the desk when a quarter of the time is left, and when none is."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        try:
            found = _find(w, due.request_id)
        except NoSuchRequest:
            return
        if found.closed_at is not None:
            return
        is_over = found.deadline <= w.now
        title = say("No time is left: a request") if is_over else say("A quarter of the time is left: a request")
        for account_id in notifications.staff_with(w, WRITE):
            plan_alert(w, account_id, title, say("By an authority."), path=f"/admin/requests/{found.id}",
                       topic=f"request{found.id}", until=w.now + HOUR)  # fmt: skip


def tell_member(db: Database, due: Due) -> None:
    """Tell the member whom a request was about: on their page, and by letter where there is an address."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.serialise(due.request_id)
        found = _find(w, due.request_id)
        if found.told_at is not None or found.account_id is None:
            return
        _note(w, found.id, told_at=w.now)
        w.record(RequestChanged(request_id=found.id, what="member_told"), owner=found.account_id)
    with db.read() as r:
        member = find_member(r, found.account_id)
    if member is None or member.email is None or member.email_confirmed_at is None or not db.config.boot.email:
        return
    with speaking(language_of(db, member.locale)):
        send_letter(
            db,
            member.email,
            "request",
            _("An authority has asked about you"),
            [
                _(
                    "Hello @%(name)s, %(authority)s has asked this server about you, and the request is closed now.",
                    name=member.username,
                    authority=found.authority,
                ),
                _("There stands what was asked and what was handed over. A lawyer can tell you what you can do."),
            ],
            link=(_("Requests about you"), f"{db.base_url}/settings/requests"),
        )


def _open(w: Write, request_id: int) -> LegalRequest:
    _permit(w, WRITE)
    w.serialise(request_id)
    found = _find(w, request_id)
    if found.closed_at is not None:
        raise CannotAnswer(say("This request is closed."))
    return found


def _permit(w: Write, permission: str) -> None:
    if not w.acting.may(permission):
        raise NotForYou()


def _note(w: Write, request_id: int, **values: Any) -> None:
    w.run(update(legal_requests).where(legal_requests.c.id == request_id).values(**values))


def _find(r: Read, request_id: int) -> LegalRequest:
    row = r.first(select(*_COLUMNS).where(legal_requests.c.id == request_id))
    if row is None:
        raise NoSuchRequest()
    return LegalRequest(*row)
