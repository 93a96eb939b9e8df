"""The answer to a notice: what became of each entry, when, after how long, under which rule, and by whom.

It holds no content and no names of the team. Documents are in English: they leave the house.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Literal

import msgspec
from sqlalchemy import select

from holdfast import access
from holdfast.acting import Acting
from holdfast.documents import Bullets, Document, Facts, Heading, Table, as_markdown, moment, span
from holdfast.moderation.cases import Case, by_ids
from holdfast.moderation.notices import PROBLEMS, Item, Notice, items_of, notice
from holdfast.moderation.records import COLUMNS, Decision, from_row
from holdfast.moderation.tables import decisions
from holdfast.store import Read

State = Literal["not_found", "open", "contained", "decided"]
_AT_ONCE = 500  # ids in one question


class ItemAnswer(msgspec.Struct, frozen=True):
    """What became of one entry. Times in milliseconds; ``after`` since the letter came, until it was first acted on."""

    position: int
    written: str
    state: State
    problem: str
    gone_at: int | None
    subject_kind: str | None
    case_id: int | None
    seen_at: int | None
    contained_at: int | None
    decided_at: int | None
    after: int | None
    on_subject: str
    on_account: str
    rules: tuple[str, ...]
    law: str
    decided_by: Literal["", "machine", "person"]
    is_in_time: bool | None


class Times(msgspec.Struct, frozen=True):
    """How long it took (ms); None where there is nothing yet."""

    p50: int | None
    p95: int | None
    most: int | None


class Answer(msgspec.Struct, frozen=True):
    """The answer to one notice as things stand at ``made_at`` (ms)."""

    notice: Notice
    made_at: int
    items: tuple[ItemAnswer, ...]
    found: int
    not_found: int
    decided: int
    contained: int
    open: int
    until_acted: Times
    until_decided: Times
    is_deadline_met: bool | None
    """None: something is still open, and the deadline has not passed."""


def answer_to(r: Read, acting: Acting, notice_id: int, now: int) -> Answer:
    """The answer to a notice. Raises :class:`NotForYou`, :class:`NoSuchNotice`."""
    asked = notice(r, acting, notice_id)
    items = items_of(r, notice_id)
    numbers = sorted({item.case_id for item in items if item.case_id is not None})
    parts = [numbers[start : start + _AT_ONCE] for start in range(0, len(numbers), _AT_ONCE)]
    known = {case.id: case for part in parts for case in by_ids(r, part)}
    taken = _decisions(r, parts)
    wanted = {rule for several in taken.values() for one in several for rule in one.rule_ids}
    rules = {rule.id: rule.text for rule in access.rules_by_ids(r, sorted(wanted))}
    answers = [
        _item(asked, item, known[item.case_id], taken.get(item.case_id, ()), rules, now)
        if item.case_id in known
        else _without_case(item)
        for item in items
    ]
    return _summed(asked, tuple(answers), now)


def _decisions(r: Read, parts: Sequence[Sequence[int]]) -> dict[int, list[Decision]]:
    found: dict[int, list[Decision]] = {}
    for part in parts:
        for row in r.rows(select(*COLUMNS).where(decisions.c.case_id.in_(part)).order_by(decisions.c.id)):
            one = from_row(row)
            if one.undone_at is None:
                found.setdefault(one.case_id, []).append(one)
    return found


def _without_case(item: Item) -> ItemAnswer:
    blank = dict.fromkeys(("case_id", "seen_at", "contained_at", "decided_at", "after", "is_in_time"))
    return ItemAnswer(
        position=item.position,
        written=item.written,
        state="not_found",
        problem=item.problem,
        gone_at=item.gone_at,
        subject_kind=item.subject_kind,
        on_subject="",
        on_account="",
        rules=(),
        law="",
        decided_by="",
        **blank,
    )


def _item(
    asked: Notice, item: Item, case: Case, taken: Sequence[Decision], rules: dict[int, str], now: int
) -> ItemAnswer:
    final = next((one for one in reversed(taken) if one.closes), None) if not case.is_open else None
    hidden = next((one for one in taken if one.is_provisional and (one.stands or not case.is_open)), None)
    contained_at = hidden.created_at if hidden else None
    # A decision that an appeal has overturned is not among those that count, and its case stays closed.
    decided_at = final.created_at if final else case.closed_at
    state: State = "decided" if not case.is_open else "contained" if hidden else "open"
    moments = [moment for moment in (contained_at, decided_at) if moment is not None]
    acted = max(min(moments), asked.received_at) if moments and state != "open" else None
    last = final if not case.is_open else hidden
    is_in_time = acted <= asked.deadline if acted is not None else (False if now > asked.deadline else None)
    return ItemAnswer(
        position=item.position,
        written=item.written,
        state=state,
        problem="",
        gone_at=None,
        subject_kind=item.subject_kind,
        case_id=case.id,
        seen_at=case.looked_at,
        contained_at=contained_at,
        decided_at=decided_at,
        after=None if acted is None else acted - asked.received_at,
        on_subject=last.on_subject if last else "",
        on_account=last.on_account if last else "",
        rules=tuple(rules[rule] for rule in last.rule_ids if rule in rules) if last else (),
        law=last.law if last else "",
        decided_by="" if last is None else "machine" if last.is_automated else "person",
        is_in_time=is_in_time,
    )


def _summed(asked: Notice, items: tuple[ItemAnswer, ...], now: int) -> Answer:
    states = [item.state for item in items]
    judged = [item.is_in_time for item in items if item.state != "not_found"]
    met = False if False in judged else None if None in judged else True
    decided = [max(item.decided_at - asked.received_at, 0) for item in items if item.decided_at is not None]
    return Answer(
        notice=asked,
        made_at=now,
        items=items,
        found=len(judged),
        not_found=states.count("not_found"),
        decided=states.count("decided"),
        contained=states.count("contained"),
        open=states.count("open"),
        until_acted=times([item.after for item in items if item.after is not None]),
        until_decided=times(decided),
        is_deadline_met=met,
    )


def times(lengths: Sequence[int]) -> Times:
    """Percentiles (nearest rank) and the longest of some lengths of time."""
    ordered = sorted(lengths)
    if not ordered:
        return Times(None, None, None)

    def rank(share: float) -> int:
        return ordered[max(ceil(share * len(ordered)) - 1, 0)]

    return Times(rank(0.5), rank(0.95), ordered[-1])


def answer_document(answer: Answer, server: str) -> Document:
    """The answer as a letter."""
    asked = answer.notice
    return Document(
        f"Answer of {server} to {asked.sender}",
        (
            Facts(
                (
                    ("Your reference", asked.reference),
                    ("Our number", str(asked.id)),
                    ("Received", moment(asked.received_at)),
                    ("Deadline", moment(asked.deadline)),
                    ("State of", moment(answer.made_at)),
                )
            ),
            Heading("In short"),
            Bullets(
                (
                    f"Entries in the letter: {len(answer.items)}; found on this server: {answer.found}",
                    f"Decided: {answer.decided}; hidden until a person decides: {answer.contained}; "
                    f"open: {answer.open}",
                    f"From receipt to the first action: {_spans(answer.until_acted)}",
                    f"From receipt to the decision: {_spans(answer.until_decided)}",
                    f"Deadline met: {_MET[answer.is_deadline_met]}",
                )
            ),
            Heading("Each entry"),
            Table(_COLUMNS, tuple(_row(item) for item in answer.items), _WIDTHS),
        ),
        answer.made_at,
    )


def answer_as_markdown(answer: Answer, server: str) -> str:
    """The answer as a letter in Markdown."""
    return as_markdown(answer_document(answer, server))


_COLUMNS = (
    "#",
    "As you wrote it",
    "State",
    "First seen",
    "Hidden",
    "Decided",
    "After",
    "What was done",
    "Ground",
    "By",
)
_WIDTHS = (1, 7, 3, 4, 4, 4, 3, 3, 5, 2)
_MET = {True: "yes", False: "no", None: "not due yet"}
_STATES = {"not_found": "not found", "open": "open", "contained": "hidden for the time being", "decided": "decided"}


def _row(item: ItemAnswer) -> tuple[str, ...]:
    state = _STATES[item.state]
    if item.problem:
        state = str(PROBLEMS[item.problem]) + (f" ({moment(item.gone_at)})" if item.gone_at else "")
    done = [word.replace("_", " ") for word in (item.on_subject, item.on_account) if word and word != "nothing"]
    if item.state == "decided" and not done:
        done = ["no measure"]
    return (
        str(item.position),
        item.written,
        state,
        moment(item.seen_at),
        moment(item.contained_at),
        moment(item.decided_at),
        span(item.after),
        ", ".join(done),
        "; ".join([*item.rules, *([item.law] if item.law else [])]),
        item.decided_by,
    )


def _spans(found: Times) -> str:
    if found.p50 is None or found.p95 is None or found.most is None:
        return "nothing yet"
    return f"half within {span(found.p50)}, 95 % within {span(found.p95)}, the longest {span(found.most)}"
