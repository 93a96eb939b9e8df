"""Signals come in: each belongs to the one open case about its subject, which it makes or makes more urgent."""

from __future__ import annotations

from typing import Any

import msgspec

from holdfast.moderation import containment, deadlines, planning
from holdfast.moderation.cases import OPEN, Case, find, settle_reports, weighing
from holdfast.moderation.errors import SubjectGone
from holdfast.moderation.events import CaseOpened, SignalRaised
from holdfast.moderation.priority import CROWD, STAKES, both
from holdfast.moderation.subjects import Standing, Subject, standing
from holdfast.moderation.taxonomy import CONFIDENCE, harm
from holdfast.store import Hot
from holdfast.writes import Write

_RESTING = Hot(
    "SELECT id FROM cases WHERE subject_kind = :kind AND subject = :subject AND closed_at IS NOT NULL "
    "AND rests_at_version = :version AND (rests_until_views IS NULL OR rests_until_views > :views) "
    "ORDER BY id DESC LIMIT 1"
)
_SAID = Hot("SELECT 1 FROM signals WHERE case_id = :case AND source = :source AND account_id = :by LIMIT 1")
_SAID_ELSEWHERE = Hot("SELECT 1 FROM signals WHERE case_id = :case AND source = :source AND said_by = :by LIMIT 1")
_RECORD = Hot(
    "SELECT COUNT(*), COALESCE(SUM(CASE WHEN outcome = 'upheld' THEN 1 ELSE 0 END), 0) FROM signals "
    "WHERE account_id = :account AND outcome IN ('upheld', 'rejected')"
)
_OPEN_CASE = Hot(
    "INSERT INTO cases (id, subject_kind, subject, account_id, category, severity, probability, stake, reach, views, "
    "measured_at, priority, language, signals_count, opened_at, deadline) VALUES (:id, :kind, :subject, :account, "
    ":category, :severity, :probability, :stake, :reach, :views, :now, :priority, :language, 1, :now, :deadline)"
)
_HEIGHTEN = Hot(
    "UPDATE cases SET category = :category, severity = :severity, probability = :probability, stake = :stake, "
    "deadline = :deadline, reach = :reach, views = :views, measured_at = :now, priority = :priority, "
    "signals_count = signals_count + 1 WHERE id = :id"
)
_PUT = Hot(
    "INSERT INTO signals (id, case_id, source, category, confidence, comment, account_id, report_id, notice_item_id, "
    "visitor_id, said_by, detail, created_at) VALUES (:id, :case, :source, :category, :confidence, :comment, :account, "
    ":report, :item, :visitor, :said_by, :detail, :now)"
)
_ONE_MORE = Hot("UPDATE cases SET signals_count = signals_count + 1 WHERE id = :id")

PRIOR = 4
"""A reporter's own record counts as much as the general one once this many of their signals were decided."""


class Signal(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody or something says of a subject. ``deadline`` (ms) where the source names one.

    ``said_by`` tells apart those who have no account here: whoever says a thing again does not make it likelier.
    """

    source: str
    category: str
    confidence: float | None = None  # how likely it is right; None: as signals of its source are
    comment: str = ""
    account_id: int | None = None
    report_id: int | None = None
    notice_item_id: int | None = None
    visitor_id: int | None = None
    said_by: str | None = None
    detail: Any = None
    deadline: int | None = None


def raise_signal(w: Write, subject: Subject, signal: Signal) -> int:
    """Take a signal in; the id of its case. Raises :class:`SubjectGone`.

    A subject that a decision lets rest is not opened again by more signals of the same version.
    """
    w.serialise(subject.lock)
    now_standing = standing(w, subject, w.now)
    if now_standing is None:
        raise SubjectGone()
    open_ = w.fast(OPEN, kind=subject.kind, subject=subject.key)
    if open_:
        found = find(w, open_[0][0])
        confidence = _confidence(w, signal, found.id)
        _put(w, found.id, signal, confidence)
        _heighten(w, found, signal, confidence, now_standing)
        return found.id
    resting = w.fast(
        _RESTING, kind=subject.kind, subject=subject.key, version=now_standing.version, views=now_standing.views
    )
    if resting:
        _put(w, resting[0][0], signal, 0.0)
        w.run_fast(_ONE_MORE, id=resting[0][0])
        settle_reports(w, resting[0][0])
        return int(resting[0][0])
    return _open(w, subject, signal, now_standing)


def _open(w: Write, subject: Subject, signal: Signal, found: Standing) -> int:
    number, category = w.new_id(), harm(signal.category)
    confidence, stake = _confidence(w, signal, None), STAKES.get(signal.source, 1.0)
    deadline = _deadline(w, signal)
    place = weighing(category.severity, confidence, stake, found.reach, deadline, None)
    w.run_fast(
        _OPEN_CASE,
        id=number,
        kind=subject.kind,
        subject=subject.key,
        account=found.account_id,
        category=category.key,
        severity=category.severity,
        probability=confidence,
        stake=stake,
        reach=found.reach,
        views=found.views,
        priority=place.value,
        language=found.language,
        now=w.now,
        deadline=deadline,
    )
    w.record(
        CaseOpened(case_id=number, subject_kind=subject.kind, category=category.key, deadline=deadline),
        owner=found.account_id,
    )
    _put(w, number, signal, confidence)
    planning.wind(w, number, w.now, deadline)
    if containment.is_sure(w, category.severity, confidence):
        containment.contain_if_sure(w, find(w, number))
    return number


def _heighten(w: Write, case: Case, signal: Signal, confidence: float, found: Standing) -> None:
    """Let a case be as grave, as likely and as urgent as all its signals together."""
    new = harm(signal.category)
    category = new if new.severity > case.severity else harm(case.category)
    probability = both(case.probability, confidence, is_crowd=signal.source in CROWD)
    stake = max(case.stake, STAKES.get(signal.source, 1.0))
    deadline = min(case.deadline, _deadline(w, signal))
    place = weighing(category.severity, probability, stake, found.reach, deadline, case.contained_at)
    w.run_fast(
        _HEIGHTEN,
        id=case.id,
        category=category.key,
        severity=category.severity,
        probability=probability,
        stake=stake,
        deadline=deadline,
        reach=found.reach,
        views=found.views,
        now=w.now,
        priority=place.value,
    )
    if deadline < case.deadline:
        planning.wind(w, case.id, case.opened_at, deadline)
    if containment.is_sure(w, category.severity, probability):
        containment.contain_if_sure(w, find(w, case.id))


def _put(w: Write, case_id: int, signal: Signal, confidence: float) -> None:
    number = w.new_id()
    w.run_fast(
        _PUT,
        id=number,
        case=case_id,
        source=signal.source,
        category=harm(signal.category).key,
        confidence=confidence,
        comment=signal.comment,
        account=signal.account_id,
        report=signal.report_id,
        item=signal.notice_item_id,
        visitor=signal.visitor_id,
        said_by=signal.said_by,
        detail=msgspec.json.encode(signal.detail if signal.detail is not None else {}).decode(),
        now=w.now,
    )
    event = SignalRaised(signal_id=number, case_id=case_id, source=signal.source, category=signal.category)
    w.record(event, owner=signal.account_id)


def _confidence(w: Write, signal: Signal, case_id: int | None) -> float:
    """How much a signal counts: as it says itself, or as its source has been right; nothing for a repetition."""
    if case_id is not None and _is_repeated(w, signal, case_id):
        return 0.0
    if signal.confidence is not None:
        return signal.confidence
    general = CONFIDENCE[signal.source]
    if signal.account_id is None:
        return general
    decided, upheld = w.fast(_RECORD, account=signal.account_id)[0]
    return float((general * PRIOR + upheld) / (PRIOR + decided))


def _is_repeated(w: Write, signal: Signal, case_id: int) -> bool:
    if signal.account_id is not None:
        return bool(w.fast(_SAID, case=case_id, source=signal.source, by=signal.account_id))
    if signal.said_by is not None:
        return bool(w.fast(_SAID_ELSEWHERE, case=case_id, source=signal.source, by=signal.said_by))
    return False


def _deadline(w: Write, signal: Signal) -> int:
    latest = w.now + deadlines.allowed(w.db.settings, signal.category, signal.source)
    return latest if signal.deadline is None else min(latest, signal.deadline)
