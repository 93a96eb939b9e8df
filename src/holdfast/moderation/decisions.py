"""Decisions: taken in a case, in force at once, told after a minute in which one key takes them back."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import insert, select, update

from holdfast import access
from holdfast.access import ranks
from holdfast.acting import Acting
from holdfast.languages import say
from holdfast.moderation import claims, measures, planning, strikes
from holdfast.moderation.cases import DECIDE, GRAVE, OVERSEE, Case, held
from holdfast.moderation.errors import CannotDecide, CannotUndo, IsAboutYou, NotForYou
from holdfast.moderation.events import AppealAnswered, CaseDecided, DecisionEnded, DecisionUndone
from holdfast.moderation.records import COLUMNS, Decision, decision, decisions_in, from_row, meanwhile
from holdfast.moderation.subjects import post_of, standing
from holdfast.moderation.tables import appeals, cases, decisions, signals
from holdfast.moderation.taxonomy import HARMS
from holdfast.store import DAY, SECOND
from holdfast.writes import Ability, Database, Write

LONGEST_FACTS = 5_000  # characters; as the DSA Transparency Database takes them
LONGEST_LABEL = 200
UNDO_DAYS = 30
"""A suspended account is erased after this, and can be restored until then."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody decides. Times in milliseconds; ``until`` None is for good.

    ``facts`` are told to the member, ``note`` stays with the team. ``rests``: more signals about the same version do
    not open the case again, until it is shown ``rests_until_views`` times (None: whatever its reach).
    """

    on_subject: str = "nothing"
    on_account: str = "nothing"
    category: str | None = None
    rule_ids: tuple[int, ...] = ()
    law: str = ""
    facts: str = ""
    note: str = ""
    label: str = ""
    until: int | None = None
    closes: bool = True
    rests: bool = False
    rests_until_views: int | None = None


def decide(
    db: Database,
    acting: Acting,
    case_id: int,
    verdict: Verdict,
    *,
    seen: int | None = None,
    batch_id: int | None = None,
) -> int:
    """Decide in a case; the decision's id. It is in force when this returns, and told after a minute.

    ``seen`` is the case's revision that the decision was made upon. Raises :class:`NoSuchCase`, :class:`NotForYou`,
    :class:`IsAboutYou`, :class:`ClaimedByOther`, :class:`DecidedMeanwhile`, :class:`CannotDecide`.
    """
    with db.write(acting, Ability.MODERATION) as w:
        found = held(w, case_id)
        _may_decide(w, found, verdict)
        claims.refuse_other(w, found)
        if not found.is_open or (seen is not None and seen != found.revision):
            raise meanwhile(w, found)
        _check(w, found, verdict)
        _end_provisional(w, found, keeps=not verdict.closes and verdict.on_subject == "nothing")
        number = _put(w, found, verdict, decided_by=acting.account_id, batch_id=batch_id)
        _settle(w, found, verdict)
        planning.deliver(w, number, delay_ms=w.db.settings.letter_wait_seconds * SECOND)
        return number


def contain(w: Write, case: Case, reason: str) -> bool:
    """Take the provisional decision to hide what a case is about; False when nothing is there to be hidden."""
    if post_of(w, case.about) is None:
        return False
    verdict = Verdict(on_subject="contain", category=case.category, closes=False)
    number = _put(w, case, verdict, decided_by=None, is_automated=True, note=reason)
    planning.deliver(w, number, delay_ms=0)
    return True


def undo(db: Database, acting: Acting, decision_id: int) -> None:
    """Take a decision back: everything it changed is as before and the case open again.

    Whoever took it may, and who oversees. Raises :class:`NoSuchDecision`, :class:`NotForYou`, :class:`CannotUndo`.
    """
    with db.write(acting, Ability.MODERATION) as w:
        found = decision(w, decision_id)
        case = held(w, found.case_id)
        found = decision(w, decision_id)  # as it is now that nobody else changes it
        own = acting.account_id is not None and found.decided_by == acting.account_id
        if not acting.may(DECIDE) or not (own or found.decided_by is None or acting.may(OVERSEE)):
            raise NotForYou()
        if found.account_id is not None and found.account_id == acting.account_id:
            raise IsAboutYou()
        take_back(w, found, case)


def take_back(w: Write, found: Decision, case: Case, *, appeal_id: int | None = None) -> None:
    """Put back all that a decision changed and open its case again; after an appeal the case stays closed.

    Raises :class:`CannotUndo`.
    """
    if found.undone_at is not None:
        raise CannotUndo(say("This decision has been undone already."))
    if found.ended_at is None:
        put_back(w, found)
    strikes.withdraw(w, found.id)
    w.run(
        update(decisions)
        .where(decisions.c.id == found.id)
        .values(undone_at=w.now, undone_by=w.acting.account_id, overturned_by_appeal_id=appeal_id)
    )
    if appeal_id is None:
        _settle_appeal(w, found)
    values: dict[str, Any] = {"revision": cases.c.revision + 1}
    if found.is_provisional:
        values["contained_at"] = None
    if found.closes and appeal_id is None:
        values |= {"closed_at": None, "rests_at_version": None, "rests_until_views": None}
        _outcome(w, case.id, None)
    elif appeal_id is not None:
        _outcome(w, case.id, "rejected")
    w.run(update(cases).where(cases.c.id == case.id).values(**values))
    delivered = found.delivered_at is not None
    w.record(
        DecisionUndone(case_id=case.id, decision_id=found.id, account_id=found.account_id, was_delivered=delivered),
        owner=found.account_id,
    )
    if delivered and found.is_felt and not found.is_provisional:
        planning.withdraw(w, found.id)


def _settle_appeal(w: Write, found: Decision) -> None:
    """Who undoes a decision has given right to the appeal that waits for an answer."""
    row = w.first(select(appeals.c.id).where(appeals.c.decision_id == found.id, appeals.c.answered_at.is_(None)))
    if row is None or found.account_id is None:
        return
    answered = {"answered_at": w.now, "answered_by": w.acting.account_id, "outcome": "overturned"}
    w.run(update(appeals).where(appeals.c.id == row.id).values(answered))
    event = AppealAnswered(appeal_id=row.id, decision_id=found.id, account_id=found.account_id, outcome="overturned")
    w.record(event, owner=found.account_id)


def end(w: Write, found: Decision) -> None:
    """Let a decision end whose time is over; what it changed is put back."""
    if not found.stands:
        return
    put_back(w, found)
    w.run(update(decisions).where(decisions.c.id == found.id).values(ended_at=w.now))
    ended = DecisionEnded(case_id=found.case_id, decision_id=found.id, account_id=found.account_id)
    w.record(ended, owner=found.account_id)


def put_back(w: Write, found: Decision) -> None:
    """Restore each aspect that a decision changed, unless a later one holds it: that one restores it in its time."""
    for aspect, before in found.before.items():
        if _leave_to_later(w, found, aspect, before):
            continue
        if aspect in measures.OF_ACCOUNTS and found.account_id is not None:
            measures.put_back_account(w, found.account_id, aspect)
        elif found.status_id is not None:
            measures.put_back_post(w, found.status_id, aspect, before)


def _leave_to_later(w: Write, found: Decision, aspect: str, before: Any) -> bool:
    on_account = aspect in measures.OF_ACCOUNTS
    same = decisions.c.account_id == found.account_id if on_account else decisions.c.status_id == found.status_id
    stands = decisions.c.undone_at.is_(None) & decisions.c.ended_at.is_(None) & (decisions.c.id > found.id)
    for row in w.rows(select(*COLUMNS).where(same, stands).order_by(decisions.c.id)):
        later = from_row(row)
        if aspect in later.before:
            changed = later.before | {aspect: before}
            w.run(update(decisions).where(decisions.c.id == later.id).values(before=changed))
            return True
        if on_account and aspect in _wanted(later):  # it found things as it wanted them, and still wants them
            w.run(update(decisions).where(decisions.c.id == later.id).values(before=later.before | {aspect: before}))
            return True
    return False


def _wanted(found: Decision) -> set[str]:
    return {"delete": {"suspend"}}.get(found.on_account, {found.on_account})


def _may_decide(w: Write, case: Case, verdict: Verdict) -> None:
    acting = w.acting
    if not acting.may(DECIDE) or not acting.may(case.needs):
        raise NotForYou()
    if case.account_id is not None and case.account_id == acting.account_id:
        raise IsAboutYou()
    if verdict.on_account in measures.GRAVE and not acting.may(GRAVE):
        raise NotForYou(
            say("Your role cannot suspend or delete accounts: propose it in the case, or escalate the case.")
        )
    if verdict.on_account != "nothing" and case.account_id is not None:
        ranks.refuse_outranked(w, case.account_id)


def _check(w: Write, case: Case, verdict: Verdict) -> None:
    """Raise :class:`CannotDecide` for what does not fit the case or breaks a limit."""
    if verdict.on_subject not in measures.ON_SUBJECT or verdict.on_subject == "contain":
        raise CannotDecide.field("on_subject", "ERR_INCLUSION", say("There is no such measure on a post."))
    if verdict.on_account not in measures.ON_ACCOUNT:
        raise CannotDecide.field("on_account", "ERR_INCLUSION", say("There is no such measure on an account."))
    if verdict.on_subject != "nothing" and post_of(w, case.about) is None:
        raise CannotDecide.field("on_subject", "ERR_INVALID", say("This case is not about a post that still exists."))
    if verdict.on_account != "nothing" and case.account_id is None:
        raise CannotDecide.field("on_account", "ERR_INVALID", say("This case is not about anybody's account."))
    if verdict.category is not None and verdict.category not in HARMS:
        raise CannotDecide.field("category", "ERR_INCLUSION", say("There is no such category."))
    if verdict.on_subject == "label" and not verdict.label.strip():
        raise CannotDecide.field("label", "ERR_BLANK", say("Write what the label shall say."))
    if len(verdict.label) > LONGEST_LABEL:
        raise CannotDecide.field(
            "label", "ERR_TOO_LONG", say("A label has at most %(most)s characters.", most=LONGEST_LABEL)
        )
    if len(verdict.facts) > LONGEST_FACTS:
        raise CannotDecide.field(
            "facts", "ERR_TOO_LONG", say("The reasons have at most %(most)s characters.", most=LONGEST_FACTS)
        )
    if verdict.until is not None and verdict.until <= w.now:
        raise CannotDecide.field("until", "ERR_PAST", say("The end of a measure must lie in the future."))
    if verdict.until is not None and verdict.on_account == "delete":
        raise CannotDecide.field("until", "ERR_INVALID", say("A deletion has no end."))
    known = {rule.id for rule in access.rules_by_ids(w, list(verdict.rule_ids))}
    if set(verdict.rule_ids) - known:
        raise CannotDecide.field("rule_ids", "ERR_INVALID", say("There is no such rule on this server."))


def _put(
    w: Write,
    case: Case,
    verdict: Verdict,
    *,
    decided_by: int | None,
    batch_id: int | None = None,
    is_automated: bool = False,
    note: str = "",
) -> int:
    """Apply the measures and write the decision down."""
    number, status_id = w.new_id(), post_of(w, case.about)
    before = _applied(w, case, verdict, status_id)
    row = {
        "id": number,
        "case_id": case.id,
        "account_id": case.account_id,
        "status_id": status_id,
        "decided_by": decided_by,
        "on_subject": verdict.on_subject,
        "on_account": verdict.on_account,
        "category": verdict.category or case.category,
        "rule_ids": list(verdict.rule_ids),
        "before": before,
        "is_automated": is_automated,
        "is_provisional": verdict.on_subject == "contain",
        "closes": verdict.closes,
        "batch_id": batch_id,
        "created_at": w.now,
        "until": verdict.until,
    }
    words = {name: getattr(verdict, name).strip() for name in ("law", "facts", "note", "label")}
    w.run(insert(decisions).values(row | words | ({"note": note} if note else {})))
    _follow(w, case, verdict, number, is_suspended="suspend" in before)
    return number


def _applied(w: Write, case: Case, verdict: Verdict, status_id: int | None) -> measures.Before:
    """Change what the verdict wants changed; what was there before."""
    before: measures.Before = {}
    if status_id is not None and verdict.on_subject != "nothing":
        words = verdict.label or HARMS[verdict.category or case.category].title
        before |= measures.on_post(w, status_id, verdict.on_subject, words)
    if case.account_id is not None and verdict.on_account != "nothing":
        before |= measures.on_account(w, case.account_id, verdict.on_account)
    return before


def _follow(w: Write, case: Case, verdict: Verdict, number: int, *, is_suspended: bool) -> None:
    """What hangs on a decision: its event, its strike, its end, the erasure of an account that it took away."""
    event = CaseDecided(
        case_id=case.id,
        decision_id=number,
        account_id=case.account_id,
        on_subject=verdict.on_subject,
        on_account=verdict.on_account,
        closes=verdict.closes,
    )
    w.record(event, owner=case.account_id)
    settings = w.db.settings
    if case.account_id is not None and verdict.on_account == "strike":
        ends = w.now + settings.strike_days * DAY if settings.strike_days else None
        strikes.add(w, case.account_id, number, verdict.category or case.category, expires_at=ends)
    if verdict.until is not None:
        planning.end(w, number, verdict.until)
    elif verdict.on_account in measures.GRAVE and is_suspended:
        wait = UNDO_DAYS * DAY if verdict.on_account == "suspend" else settings.letter_wait_seconds * SECOND
        planning.erase(w, number, w.now + wait)


def _settle(w: Write, case: Case, verdict: Verdict) -> None:
    """What a decision makes of its case and of the signals in it."""
    values: dict[str, Any] = {"revision": cases.c.revision + 1}
    if case.decided_at is None:
        values["decided_at"] = w.now
    if case.looked_at is None:
        values["looked_at"] = w.now
    if verdict.category is not None:
        values["category"] = verdict.category
        values["severity"] = HARMS[verdict.category].severity
    if verdict.closes:
        values |= {"closed_at": w.now, "claimed_by": None, "claimed_until": None, "contained_at": None}
        if verdict.rests:
            found = standing(w, case.about, w.now)
            values["rests_at_version"] = found.version if found else ""
            values["rests_until_views"] = verdict.rests_until_views
        felt = verdict.on_subject != "nothing" or verdict.on_account != "nothing"
        _outcome(w, case.id, "upheld" if felt else "rejected")
    w.run(update(cases).where(cases.c.id == case.id).values(**values))


def _outcome(w: Write, case_id: int, outcome: str | None) -> None:
    w.run(update(signals).where(signals.c.case_id == case_id).values(outcome=outcome))


def _end_provisional(w: Write, case: Case, *, keeps: bool) -> None:
    """A person decides: what was contained for the time being is so no more."""
    if keeps:
        return
    for found in decisions_in(w, case.id):
        if found.is_provisional and found.stands:
            end(w, found)
