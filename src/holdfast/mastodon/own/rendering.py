"""From cases, signals and decisions to what our own API shows of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from holdfast import moderation, posts
from holdfast.mastodon.endpoints import Call
from holdfast.mastodon.entities.base import datetime_text
from holdfast.mastodon.own.entities import CaseDecision, CaseSignal, CaseSubject, DecisionAppeal, Evidence, EvidenceFile
from holdfast.moderation import Appeal, Case, Decision
from holdfast.moderation.cases import Signal
from holdfast.posts import Content
from holdfast.store import Read


def moment(ms: int | None) -> str | None:
    """A moment as text, where there is one."""
    return None if ms is None else datetime_text(ms)


def text_id(number: int | None) -> str | None:
    """An id as text, where there is one."""
    return None if number is None else str(number)


def case_entities(r: Read, call: Call, found: Sequence[Case]) -> list[dict[str, Any]]:
    """Cases as they stand in the queue, in the same few queries however many there are."""
    owners = list(dict.fromkeys(one.account_id for one in found if one.account_id is not None))
    shown = dict(zip(owners, call.renderer.accounts.many(r, owners), strict=False))
    now = call.db.clock.now()
    return [_case(one, shown.get(one.account_id or 0), now) for one in found]


def case_details(r: Read, call: Call, one: Case) -> dict[str, Any]:
    """A case with its evidence, signals and decisions."""
    now = call.db.clock.now()
    step = moderation.proposal(r, one.account_id, one.severity, now) if one.account_id else None
    return case_entities(r, call, [one])[0] | {
        "evidence": evidence_of(r, call, one),
        "signals": [signal_entity(each) for each in moderation.signals_of(r, one.id)],
        "decisions": [decision_entity(each) for each in moderation.decisions_in(r, one.id)],
        "strikes": moderation.counted(r, one.account_id, now) if one.account_id else 0,
        "proposal": step.measure if step else None,
    }


def _case(one: Case, account: bytes | None, now: int) -> dict[str, Any]:
    holder = one.holder(now)
    return {
        "id": str(one.id),
        "subject": CaseSubject(kind=one.subject_kind, key=one.subject),
        "account": None if account is None else msgspec.Raw(account),
        "category": one.category,
        "severity": one.severity,
        "probability": one.probability,
        "reach": one.reach,
        "views": one.views,
        "priority": one.priority,
        "why": str(one.weighing.words(now)),
        "language": one.language,
        "signals_count": one.signals_count,
        "opened_at": datetime_text(one.opened_at),
        "deadline": datetime_text(one.deadline),
        "is_overdue": one.is_open and one.deadline <= now,
        "contained_at": moment(one.contained_at),
        "looked_at": moment(one.looked_at),
        "decided_at": moment(one.decided_at),
        "closed_at": moment(one.closed_at),
        "revision": one.revision,
        "claimed_by_id": text_id(holder),
        "claimed_until": None if holder is None else moment(one.claimed_until),
        "needs": one.needs,
    }


def evidence_of(r: Read, call: Call, one: Case) -> list[Evidence]:
    """The post that a case is about, or on which its file hangs; its files are named, not loaded."""
    ids = posts_of(r, one)
    known = posts.unaided(r, None).known(ids)
    return [
        _evidence(call.db.base_url, content, is_deleted=number not in known or known[number].is_gone)
        for number, content in posts.contents(r, ids).items()
    ]


def posts_of(r: Read, one: Case) -> list[int]:
    """The ids of the posts that a case is about."""
    if one.subject_kind == "post":
        return [one.about.id]
    file = posts.media_by_ids(r, [one.about.id]).get(one.about.id) if one.subject_kind == "media" else None
    return [file.status_id] if file is not None and file.status_id is not None else []


def _evidence(base_url: str, c: Content, *, is_deleted: bool) -> Evidence:
    return Evidence(
        id=str(c.id),
        url=c.uri if c.domain else f"{base_url}/@{c.username}/{c.id}",
        visibility=c.visibility,
        content=c.html,
        spoiler_text=c.spoiler_text,
        language=c.language,
        created_at=datetime_text(c.created_at),
        edited_at=moment(c.edited_at),
        restriction=c.restriction,
        is_deleted=is_deleted,
        files=[EvidenceFile(id=str(row[0]), type=row[2], description=row[8] or None) for row in c.media],
    )


def signal_entity(one: Signal) -> CaseSignal:
    """One signal."""
    return CaseSignal(
        id=str(one.id),
        case_id=str(one.case_id),
        source=one.source,
        category=one.category,
        confidence=one.confidence,
        comment=one.comment,
        account_id=text_id(one.account_id),
        report_id=text_id(one.report_id),
        outcome=one.outcome,
        created_at=datetime_text(one.created_at),
    )


def decision_entity(one: Decision) -> CaseDecision:
    """One decision, for the team."""
    return CaseDecision(
        id=str(one.id),
        case_id=str(one.case_id),
        account_id=text_id(one.account_id),
        status_id=text_id(one.status_id),
        decided_by_id=text_id(one.decided_by),
        measure=one.on_subject,
        account_measure=one.on_account,
        category=one.category,
        rule_ids=[str(number) for number in one.rule_ids],
        law=one.law,
        facts=one.facts,
        note=one.note,
        label=one.label,
        state="stands" if one.stands else "ended" if one.undone_at is None else "undone",
        is_automated=one.is_automated,
        is_provisional=one.is_provisional,
        closes=one.closes,
        created_at=datetime_text(one.created_at),
        until=moment(one.until),
        ended_at=moment(one.ended_at),
        told_at=moment(one.delivered_at),
        undone_at=moment(one.undone_at),
    )


def appeal_entity(one: Appeal) -> DecisionAppeal:
    """One appeal."""
    return DecisionAppeal(
        id=str(one.id),
        decision_id=str(one.decision_id),
        account_id=str(one.account_id),
        text=one.text,
        created_at=datetime_text(one.created_at),
        deadline=datetime_text(one.deadline),
        answered_at=moment(one.answered_at),
        outcome=one.outcome,
        answer=one.answer,
    )
