"""Decisions: taken in a case, in force at once, told after a minute in which one key takes them back."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import insert, update

from holdfast import access
from holdfast.access import ranks
from holdfast.acting import Acting
from holdfast.languages import say
from holdfast.moderation import claims, measures, planning, strikes
from holdfast.moderation.cases import DECIDE, GRAVE, Case, held, set_outcome, settle_reports
from holdfast.moderation.errors import CannotDecide, IsAboutYou, NotForYou
from holdfast.moderation.events import CaseDecided
from holdfast.moderation.records import decisions_in, meanwhile
from holdfast.moderation.subjects import post_of, standing
from holdfast.moderation.tables import cases, decisions
from holdfast.moderation.taxonomy import HARMS
from holdfast.moderation.undoing import end
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
) -> int:
    """Decide in a case; the decision's id. It is in force when this returns, and told after a minute.

    ``seen`` is the case's revision that the decision was made upon. Raises :class:`NoSuchCase`, :class:`NotForYou`,
    :class:`IsAboutYou`, :class:`ClaimedByOther`, :class:`DecidedMeanwhile`, :class:`CannotDecide`.
    """
    with db.write(acting, Ability.MODERATION) as w:
        return decide_in(w, case_id, verdict, seen=seen)


def decide_in(w: Write, case_id: int, verdict: Verdict, *, seen: int | None = None) -> int:
    """The same in a transaction that is open. Raises as :func:`decide`, before anything is changed."""
    found = held(w, case_id)
    _may_decide(w, found, verdict)
    claims.refuse_other(w, found)
    if not found.is_open or (seen is not None and seen != found.revision):
        raise meanwhile(w, found)
    check_verdict(w, verdict)
    _check_fit(w, found, verdict)
    if verdict.closes or verdict.on_subject != "nothing":
        found = _end_provisional(w, found)
    number = _put(w, found, verdict, decided_by=w.acting.account_id)
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


def _may_decide(w: Write, case: Case, verdict: Verdict) -> None:
    acting = w.acting
    if not acting.may(DECIDE) or not acting.may(case.needs):
        raise NotForYou()
    if case.account_id is not None and case.account_id == acting.account_id:
        raise IsAboutYou()
    refuse_grave(acting, verdict)
    if verdict.on_account != "nothing" and case.account_id is not None:
        ranks.refuse_outranked(w, case.account_id)


def refuse_grave(acting: Acting, verdict: Verdict) -> None:
    """Raise :class:`NotForYou` for a measure that needs a role of more."""
    if verdict.on_account in measures.GRAVE and not acting.may(GRAVE):
        raise NotForYou(
            say("Your role cannot suspend or delete accounts: propose it in the case, or escalate the case.")
        )


def _check_fit(w: Write, case: Case, verdict: Verdict) -> None:
    """Raise :class:`CannotDecide` for what does not fit the case."""
    if verdict.on_subject != "nothing" and post_of(w, case.about) is None:
        raise CannotDecide.field("on_subject", "ERR_INVALID", say("This case is not about a post that still exists."))
    if verdict.on_account != "nothing" and case.account_id is None:
        raise CannotDecide.field("on_account", "ERR_INVALID", say("This case is not about anybody's account."))


def check_verdict(w: Write, verdict: Verdict) -> None:
    """Raise :class:`CannotDecide` for what no case can be decided with, or what breaks a limit."""
    if verdict.on_subject not in measures.ON_SUBJECT or verdict.on_subject == "contain":
        raise CannotDecide.field("on_subject", "ERR_INCLUSION", say("There is no such measure on a post."))
    if verdict.on_account not in measures.ON_ACCOUNT:
        raise CannotDecide.field("on_account", "ERR_INCLUSION", say("There is no such measure on an account."))
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
        "created_at": w.now,
        "until": verdict.until,
    }
    words = {name: getattr(verdict, name).strip() for name in ("law", "facts", "note", "label")}
    w.run(insert(decisions).values(row | words | ({"note": note} if note else {})))
    _follow(w, case, verdict, number)
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


def _follow(w: Write, case: Case, verdict: Verdict, number: int) -> None:
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
    elif verdict.on_account in measures.GRAVE:
        wait = UNDO_DAYS * DAY if verdict.on_account == "suspend" else settings.letter_wait_seconds * SECOND
        planning.erase(w, number, w.now + wait)


def _settle(w: Write, case: Case, verdict: Verdict) -> None:
    """What a decision makes of its case and of the signals in it."""
    values: dict[str, Any] = {"revision": cases.c.revision + 1}
    if case.decided_at is None:
        values["decided_at"] = w.now
    if case.looked_at is None:
        values["looked_at"] = w.now
    category = HARMS[verdict.category or case.category]
    case = msgspec.structs.replace(case, category=category.key, severity=category.severity)
    values |= {"category": case.category, "severity": case.severity, "contained_at": case.contained_at}
    values["priority"] = case.weighing.value
    if verdict.closes:
        values |= {"closed_at": w.now, "claimed_by": None, "claimed_until": None}
        if verdict.rests:
            found = standing(w, case.about, w.now)
            values["rests_at_version"] = found.version if found else ""
            values["rests_until_views"] = verdict.rests_until_views
        felt = verdict.on_subject != "nothing" or verdict.on_account != "nothing"
        set_outcome(w, case.id, "upheld" if felt else "rejected")
    w.run(update(cases).where(cases.c.id == case.id).values(**values))
    settle_reports(w, case.id)


def _end_provisional(w: Write, case: Case) -> Case:
    """A person decides: what was contained for the time being is so no more; the case as it is then."""
    for found in decisions_in(w, case.id):
        if found.is_provisional and found.stands:
            end(w, found)
    return msgspec.structs.replace(case, contained_at=None)
