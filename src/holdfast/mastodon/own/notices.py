"""Letters of hosts, app stores and authorities: taken in, listed, shown, answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct

from holdfast import moderation
from holdfast.errors import Invalid
from holdfast.mastodon.binding import Id
from holdfast.mastodon.endpoints import Call, Endpoints, Reply
from holdfast.mastodon.entities.base import datetime_text
from holdfast.mastodon.own.cases import READS, WRITES
from holdfast.mastodon.own.entities import (
    HostNotice,
    HostNoticeDetails,
    LetterText,
    NoticeItem,
    NoticeTimes,
)
from holdfast.mastodon.own.rendering import moment, text_id
from holdfast.mastodon.paging import Page
from holdfast.mastodon.statuses import milliseconds, window
from holdfast.moderation import LONGEST_LETTER, Answer, ItemAnswer, Letter, Times
from holdfast.store import HOUR, Read

api = Endpoints(is_ours=True)

NOTICES = "/api/holdfast/v1/notices"
DEFAULT, MOST = 20, 80
BODY_BYTES = LONGEST_LETTER * 4 + 100_000


class ById(Struct, kw_only=True):
    """The notice in the path."""

    id: Id


class LetterParams(Struct, kw_only=True):
    """A letter as it came, and by when it wants an answer: a moment, or hours from now."""

    sender: str
    body: str
    deadline: datetime | None = None
    hours: float | None = None
    kind: str = "host"
    category: str = "illegal"
    reference: str = ""


@api.get(NOTICES, scopes=READS, params=Page, returns=list[HostNotice], tier=4)
def listing(call: Call, params: Page) -> Reply:
    """Letters with how far they are, the newest first."""
    part = window(params, DEFAULT, MOST)
    found = moderation.notices_listing(call.r, call.acting, part)
    now = call.db.clock.now()
    answers = [moderation.answer_to(call.r, call.acting, one.id, now) for one in found]
    return call.page([HostNotice(**_summary(one)) for one in answers], [one.id for one in found], part.limit)


@api.post(NOTICES, scopes=WRITES, params=LetterParams, returns=HostNoticeDetails, tier=4, body_limit=BODY_BYTES)
async def add(call: Call, params: LetterParams) -> HostNoticeDetails:
    """Take a letter in: everything of ours that it names becomes a case with its deadline."""
    letter = Letter(
        sender=params.sender,
        body=params.body,
        deadline=_deadline(params, call.db.clock.now()),
        kind=params.kind,
        category=params.category,
        reference=params.reference,
    )
    return await call.read(_details, call, await call.write(moderation.add_notice, letter))


@api.get(f"{NOTICES}/{{id}}", scopes=READS, params=ById, returns=HostNoticeDetails, tier=4)
def show(call: Call, params: ById) -> HostNoticeDetails:
    """A letter's entries and what became of each."""
    return _details(call.r, call, params.id)


@api.get(f"{NOTICES}/{{id}}/items", scopes=READS, params=ById, returns=list[NoticeItem], tier=4)
def items(call: Call, params: ById) -> list[NoticeItem]:
    """The entries alone, in the order of the letter."""
    return _details(call.r, call, params.id).items


@api.get(f"{NOTICES}/{{id}}/letter", scopes=READS, params=ById, returns=LetterText, tier=4)
def letter(call: Call, params: ById) -> LetterText:
    """The letter as it came."""
    return LetterText(text=moderation.letter_of(call.r, call.acting, params.id))


@api.get(f"{NOTICES}/{{id}}/answer", scopes=READS, params=ById, returns=LetterText, tier=4)
def answer(call: Call, params: ById) -> LetterText:
    """The answer as a letter in Markdown, as things stand."""
    found = moderation.answer_to(call.r, call.acting, params.id, call.db.clock.now())
    return LetterText(text=moderation.answer_as_markdown(found, call.db.local_domain))


@api.post(f"{NOTICES}/{{id}}/answered", scopes=WRITES, params=ById, returns=HostNoticeDetails, tier=4)
async def answered(call: Call, params: ById) -> HostNoticeDetails:
    """Note that the answer was sent."""
    await call.write(moderation.mark_answered, params.id)
    return await call.read(_details, call, params.id)


def _deadline(params: LetterParams, now: int) -> int:
    if params.deadline is not None:
        return milliseconds(params.deadline)
    if params.hours is None:
        raise Invalid.field("deadline", "ERR_BLANK", "Name the deadline, or how many hours there are.")
    return now + int(max(-1e6, min(params.hours, 1e6)) * HOUR)


def _details(r: Read, call: Call, notice_id: int) -> HostNoticeDetails:
    found = moderation.answer_to(r, call.acting, notice_id, call.db.clock.now())
    return HostNoticeDetails(**_summary(found), items=[_item(one) for one in found.items])


def _summary(found: Answer) -> dict[str, Any]:
    one = found.notice
    counts = {name: getattr(found, name) for name in ("found", "not_found", "decided", "contained", "open")}
    return counts | {
        "id": str(one.id),
        "kind": one.kind,
        "sender": one.sender,
        "reference": one.reference,
        "category": one.category,
        "received_at": datetime_text(one.received_at),
        "deadline": datetime_text(one.deadline),
        "added_by_id": text_id(one.added_by),
        "answered_at": moment(one.answered_at),
        "items_count": len(found.items),
        "until_acted": _times(found.until_acted),
        "until_decided": _times(found.until_decided),
        "is_deadline_met": found.is_deadline_met,
    }


def _times(found: Times) -> NoticeTimes:
    return NoticeTimes(p50=_seconds(found.p50), p95=_seconds(found.p95), most=_seconds(found.most))


def _seconds(ms: int | None) -> float | None:
    return None if ms is None else ms / 1000


def _item(one: ItemAnswer) -> NoticeItem:
    return NoticeItem(
        position=one.position,
        written=one.written,
        state=one.state,
        problem=one.problem,
        problem_text=str(moderation.PROBLEMS.get(one.problem, "")),
        gone_at=moment(one.gone_at),
        subject_kind=one.subject_kind,
        case_id=text_id(one.case_id),
        seen_at=moment(one.seen_at),
        contained_at=moment(one.contained_at),
        decided_at=moment(one.decided_at),
        after=_seconds(one.after),
        measure=one.on_subject,
        account_measure=one.on_account,
        rules=list(one.rules),
        law=one.law,
        decided_by=one.decided_by,
        is_in_time=one.is_in_time,
    )
