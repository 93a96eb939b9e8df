"""What moderation looks like in our own API. Ids are texts, moments texts in UTC, lengths of time seconds."""

from __future__ import annotations

from typing import Annotated

from holdfast.mastodon.entities import Account
from holdfast.mastodon.entities.base import Datetime, Entity, one_of
from holdfast.moderation import HARMS, KINDS, ON_ACCOUNT, ON_SUBJECT, SOURCES

Category = Annotated[str, one_of(*HARMS)]
Measure = Annotated[str, one_of(*ON_SUBJECT)]
AccountMeasure = Annotated[str, one_of(*ON_ACCOUNT)]


class CaseSubject(Entity, kw_only=True):
    """What a case is about: an id for posts, accounts and files, a name for the others."""

    kind: Annotated[str, one_of(*KINDS)]
    key: str


class ModerationCase(Entity, kw_only=True):
    """A case as it stands in the queue. ``account``: whose it is, where it is somebody's."""

    id: str
    subject: CaseSubject
    account: Account | None
    category: Category
    severity: int
    probability: float
    reach: float  # views an hour
    views: int
    priority: float
    why: str
    language: str | None
    signals_count: int
    opened_at: Datetime
    deadline: Datetime
    is_overdue: bool
    contained_at: Datetime | None
    looked_at: Datetime | None
    decided_at: Datetime | None
    closed_at: Datetime | None
    revision: int
    claimed_by_id: str | None
    claimed_until: Datetime | None
    needs: str


class EvidenceFile(Entity, kw_only=True):
    """A file of a post, named and not loaded."""

    id: str
    type: str
    description: str | None


class Evidence(Entity, kw_only=True):
    """A post as it stands, also when its author has deleted it. ``content`` is HTML."""

    id: str
    url: str
    visibility: str
    content: str
    spoiler_text: str
    language: str | None
    created_at: Datetime
    edited_at: Datetime | None
    restriction: str | None
    is_deleted: bool
    files: list[EvidenceFile]


class CaseSignal(Entity, kw_only=True):
    """What somebody or something said. ``outcome`` is upheld, rejected, or null while nothing is decided."""

    id: str
    case_id: str
    source: Annotated[str, one_of(*SOURCES)]
    category: Category
    confidence: float
    comment: str
    account_id: str | None
    report_id: str | None
    outcome: str | None
    created_at: Datetime


class CaseDecision(Entity, kw_only=True):
    """A decision. ``decided_by_id`` is null where nobody took it; ``state`` is stands, ended or undone."""

    id: str
    case_id: str
    account_id: str | None
    status_id: str | None
    decided_by_id: str | None
    measure: Measure
    account_measure: AccountMeasure
    category: Category
    rule_ids: list[str]
    law: str
    facts: str
    note: str
    label: str
    state: Annotated[str, one_of("stands", "ended", "undone")]
    is_automated: bool
    is_provisional: bool
    closes: bool
    created_at: Datetime
    until: Datetime | None
    ended_at: Datetime | None
    told_at: Datetime | None
    undone_at: Datetime | None


class CaseDetails(ModerationCase, kw_only=True):
    """A case with all that decides it."""

    evidence: list[Evidence]
    signals: list[CaseSignal]
    decisions: list[CaseDecision]
    strikes: int
    proposal: str | None


class Backlog(Entity, kw_only=True):
    """How much waits."""

    open: int
    overdue: int
    contained: int


class Raised(Entity, kw_only=True):
    """The cases that something said belongs to."""

    case_ids: list[str]


class NoticeTimes(Entity, kw_only=True):
    """How long it took in seconds; null where there is nothing yet."""

    p50: float | None
    p95: float | None
    most: float | None


class HostNotice(Entity, kw_only=True):
    """A letter of a host, an app store or an authority, and how far it is."""

    id: str
    kind: str
    sender: str
    reference: str
    category: Category
    received_at: Datetime
    deadline: Datetime
    added_by_id: str | None
    answered_at: Datetime | None
    items_count: int
    found: int
    not_found: int
    decided: int
    contained: int
    open: int
    until_acted: NoticeTimes
    until_decided: NoticeTimes
    is_deadline_met: bool | None


class NoticeItem(Entity, kw_only=True):
    """One entry of a letter and what became of it. ``after`` in seconds since the letter came."""

    position: int
    written: str
    state: Annotated[str, one_of("not_found", "open", "contained", "decided")]
    problem: str
    problem_text: str
    gone_at: Datetime | None
    subject_kind: str | None
    case_id: str | None
    seen_at: Datetime | None
    contained_at: Datetime | None
    decided_at: Datetime | None
    after: float | None
    measure: str
    account_measure: str
    rules: list[str]
    law: str
    decided_by: Annotated[str, one_of("", "machine", "person")]
    is_in_time: bool | None


class HostNoticeDetails(HostNotice, kw_only=True):
    """A letter with its entries."""

    items: list[NoticeItem]


class LetterText(Entity, kw_only=True):
    """A text as it stands."""

    text: str


class DecisionAppeal(Entity, kw_only=True):
    """An appeal. ``outcome`` is null while it waits."""

    id: str
    decision_id: str
    account_id: str
    text: str
    created_at: Datetime
    deadline: Datetime
    answered_at: Datetime | None
    outcome: Annotated[str, one_of("upheld", "overturned")] | None
    answer: str


class ScreeningTerm(Entity, kw_only=True):
    """Something that is looked for in every post."""

    id: str
    kind: str
    value: str
    category: Category
    action: str
    note: str
    created_at: Datetime


class Reasons(Entity, kw_only=True):
    """A statement of reasons: a decision as its member is told it."""

    id: str
    status_id: str | None
    measures: list[str]
    state: Annotated[str, one_of("stands", "ended", "undone")]
    created_at: Datetime
    until: Datetime | None
    category: Category
    category_title: str
    is_illegal: bool
    law: str
    rules: list[str]
    facts: str
    is_automated: bool
    appeal_until: Datetime
    may_appeal: bool
    appeal: DecisionAppeal | None
