"""What happens in moderation. What was written in confidence is not repeated here."""

from __future__ import annotations

from typing import ClassVar

from holdfast.events import Event


class ReportFiled(Event, frozen=True, kw_only=True):
    """A member reported an account (and some of its statuses) to the moderators."""

    kind: ClassVar[str] = "report.filed"
    report_id: int
    account_id: int
    target_id: int
    category: str


class ReportChanged(Event, frozen=True, kw_only=True):
    """The team says what a report is about."""

    kind: ClassVar[str] = "report.changed"
    report_id: int
    category: str


class ServersChanged(Event, frozen=True, kw_only=True):
    """Another server is blocked or allowed, or no longer; ``what`` is block or allow."""

    kind: ClassVar[str] = "servers.changed"
    what: str
    entry_id: int


class SignalRaised(Event, frozen=True, kw_only=True):
    """Something points at harm; it belongs to a case."""

    kind: ClassVar[str] = "signal.raised"
    signal_id: int
    case_id: int
    source: str
    category: str


class CaseOpened(Event, frozen=True, kw_only=True):
    """There is a case about something that had none."""

    kind: ClassVar[str] = "case.opened"
    case_id: int
    subject_kind: str
    category: str
    deadline: int


class CaseChanged(Event, frozen=True, kw_only=True):
    """A case's clock, place or way has changed: ``what`` is claimed, released, assigned, escalated, recategorised,
    warned, measured or reopened."""

    kind: ClassVar[str] = "case.changed"
    case_id: int
    what: str
    detail: str = ""


class CaseLookedAt(Event, frozen=True, kw_only=True):
    """A member of the team looked at a case or at what it holds; ``what`` is case, grey, colour or private."""

    kind: ClassVar[str] = "case.looked_at"
    case_id: int
    account_id: int
    what: str


class CaseContained(Event, frozen=True, kw_only=True):
    """A subject is hidden for the time being, because nobody was free in time or the signals are grave and sure."""

    kind: ClassVar[str] = "case.contained"
    case_id: int
    reason: str  # overdue, certain, person


class CaseDecided(Event, frozen=True, kw_only=True):
    """A decision is in force; its letter has not left yet."""

    kind: ClassVar[str] = "case.decided"
    case_id: int
    decision_id: int
    account_id: int | None
    on_subject: str
    on_account: str
    closes: bool


class WordWritten(Event, frozen=True, kw_only=True):
    """Somebody wrote in a case: among the team (then ``account_id`` is None), or between the team and a member."""

    kind: ClassVar[str] = "case.word_written"
    case_id: int
    word_id: int
    audience: str
    account_id: int | None
    by_team: bool


class BulkChanged(Event, frozen=True, kw_only=True):
    """A bulk decision was begun, stopped, resumed, finished, is being undone or is undone. Each decision that it took
    or took back has its own event."""

    kind: ClassVar[str] = "bulk.changed"
    bulk_id: int
    what: str
    cases: int = 0


class DecisionUndone(Event, frozen=True, kw_only=True):
    """A decision was taken back and all that it changed was put back."""

    kind: ClassVar[str] = "decision.undone"
    case_id: int
    decision_id: int
    account_id: int | None
    was_delivered: bool


class DecisionEnded(Event, frozen=True, kw_only=True):
    """The time of a decision is over and what it changed was put back."""

    kind: ClassVar[str] = "decision.ended"
    case_id: int
    decision_id: int
    account_id: int | None


class DecisionDelivered(Event, frozen=True, kw_only=True):
    """A decision with its reasons was told to the member whom it is about."""

    kind: ClassVar[str] = "decision.delivered"
    case_id: int
    decision_id: int
    account_id: int


class AppealFiled(Event, frozen=True, kw_only=True):
    """A member asks that somebody else looks at a decision."""

    kind: ClassVar[str] = "appeal.filed"
    appeal_id: int
    decision_id: int
    account_id: int


class AppealAnswered(Event, frozen=True, kw_only=True):
    """Somebody else than who decided has looked at a decision again; the outcome is upheld or overturned."""

    kind: ClassVar[str] = "appeal.answered"
    appeal_id: int
    decision_id: int
    account_id: int
    outcome: str


class TermsChanged(Event, frozen=True, kw_only=True):
    """What screening looks for has changed."""

    kind: ClassVar[str] = "screening.changed"


class NoticeReceived(Event, frozen=True, kw_only=True):
    """A letter of a host, app store or authority was taken in."""

    kind: ClassVar[str] = "notice.received"
    notice_id: int
    sent_by: str
    items: int


class NoticeAnswered(Event, frozen=True, kw_only=True):
    """The answer to a letter was sent."""

    kind: ClassVar[str] = "notice.answered"
    notice_id: int
