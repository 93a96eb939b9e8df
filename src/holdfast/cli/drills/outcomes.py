"""What a drill has come to, read from the tables: nothing counts as hidden or decided that is not on record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil

import msgspec
from sqlalchemy import select

from holdfast import moderation
from holdfast.acting import SYSTEM
from holdfast.cli.drills.living import Drill
from holdfast.cli.drills.plans import END, Plan
from holdfast.moderation.tables import cases, decisions, signals
from holdfast.store import DAY, HOUR, MINUTE, Read, made_at
from holdfast.writes import Database

HIDING = ("contain", "hide", "remove")


class Shares(msgspec.Struct, frozen=True):
    """Of the planted posts, in per cent: out of sight within a minute and an hour, decided by people within a day."""

    within_minute: float
    within_hour: float
    decided_in_day: float


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a drill; shares in per cent, lengths of time in milliseconds.

    ``after_letter`` counts from the letter, ``after_known`` from the first report, finding or letter about each post,
    ``after_posting`` from its publication.
    """

    planted: int
    refused: int
    ordinary: int
    reported_planted: int
    reported_ordinary: int
    hidden_before_letter: int
    after_letter: Shares
    after_known: Shares
    after_posting: Shares
    still_visible: int
    let_stand: int
    visible_p50: int | None
    visible_p95: int | None
    wrongly_contained: int
    wrongly_contained_share: float
    wrongly_contained_p50: int | None
    wrongly_removed: int
    decisions: int
    answer: str


class _Course(msgspec.Struct):
    """What became of one post: when it was first reported, known of, hidden and decided."""

    posted: int
    reported: int | None = None
    known: int | None = None
    hidden: int | None = None
    contained: int | None = None
    decided: int | None = None
    measure: str = ""


def outcome_of(db: Database, plan: Plan, drill: Drill) -> Outcome:
    """Read the figures."""
    with db.read() as r:
        courses = _courses(r, drill)
        answer = moderation.answer_to(r, SYSTEM, drill.notice_id, db.clock.now())
        words = moderation.answer_as_markdown(answer, db.local_domain)
    planted = [one for number, one in courses.items() if number in drill.planted]
    others = [one for number, one in courses.items() if number not in drill.planted]
    wrong = [one for one in others if one.contained is not None]
    end = drill.start + END
    visible = [(one.hidden or end) - one.posted for one in planted]
    return Outcome(
        planted=len(planted),
        refused=drill.refused,
        ordinary=plan.ordinary,
        reported_planted=sum(one.reported is not None for one in planted),
        reported_ordinary=sum(one.reported is not None for one in others),
        hidden_before_letter=sum(_by(one.hidden, drill.letter_at - 1) for one in planted),
        after_letter=_shares(planted, [drill.letter_at] * len(planted)),
        after_known=_shares(planted, [one.known or drill.letter_at for one in planted]),
        after_posting=_shares(planted, [one.posted for one in planted]),
        still_visible=sum(one.hidden is None or one.measure == "nothing" for one in planted),
        let_stand=sum(one.measure == "nothing" for one in planted),
        visible_p50=_rank(visible, 0.5),
        visible_p95=_rank(visible, 0.95),
        wrongly_contained=len(wrong),
        wrongly_contained_share=round(100 * len(wrong) / max(plan.ordinary, 1), 4),
        wrongly_contained_p50=_rank([(one.decided or end) - (one.contained or 0) for one in wrong], 0.5),
        wrongly_removed=sum(one.measure == "remove" for one in others),
        decisions=sum(one.decided is not None for one in courses.values()),
        answer=words,
    )


def _courses(r: Read, drill: Drill) -> dict[int, _Course]:
    """Every planted post, and every other one that there was a signal about."""
    found = {number: _Course(made_at(number)) for number in drill.planted}
    about_posts = cases.c.subject_kind == "post"
    said = select(cases.c.subject, signals.c.source, signals.c.created_at).join(cases, cases.c.id == signals.c.case_id)
    for subject, source, at in r.rows(said.where(about_posts).order_by(signals.c.id)):
        one = found.setdefault(int(subject), _Course(made_at(int(subject))))
        one.known = one.known or at
        if source == "member":
            one.reported = one.reported or at
    taken = select(
        cases.c.subject, decisions.c.decided_by, decisions.c.on_subject, decisions.c.created_at
    ).join(cases, cases.c.id == decisions.c.case_id)  # fmt: skip
    for subject, by, measure, at in r.rows(taken.where(about_posts).order_by(decisions.c.id)):
        one = found[int(subject)]
        if measure in HIDING:
            one.hidden = one.hidden or at
        if by is None:
            one.contained = one.contained or at
        else:
            one.decided, one.measure = one.decided or at, measure
    return found


def _shares(courses: Sequence[_Course], since: Sequence[int]) -> Shares:
    pairs = list(zip(courses, since, strict=True))

    def share(holds: Iterable[bool]) -> float:
        return round(100 * sum(holds) / max(len(pairs), 1), 1)

    return Shares(
        share(_by(one.hidden, at + MINUTE) for one, at in pairs),
        share(_by(one.hidden, at + HOUR) for one, at in pairs),
        share(_by(one.decided, at + DAY) for one, at in pairs),
    )


def _by(at: int | None, latest: int) -> bool:
    return at is not None and at <= latest


def _rank(lengths: Sequence[int], share: float) -> int | None:
    ordered = sorted(lengths)
    return ordered[max(ceil(share * len(ordered)) - 1, 0)] if ordered else None
