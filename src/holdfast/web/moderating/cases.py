"""One case for the team with all that decides it, the decision, and its undo.

Only what is asked for is shown: files of a reported post are named, not loaded.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from holdfast import access, moderation, people, posts
from holdfast.errors import Problem
from holdfast.evidence import EXPORT, pack_case
from holdfast.languages import N_, say
from holdfast.moderation import (
    DECIDE,
    GRAVE,
    HARMS,
    OVERSEE,
    READ,
    CannotDecide,
    Case,
    ClaimedByOther,
    DecidedMeanwhile,
    Decision,
    NoSuchCase,
    NoSuchDecision,
    Verdict,
    Word,
)
from holdfast.store import DAY, Read, read_id
from holdfast.web.forms import Form
from holdfast.web.moderating.queue import ADDRESS, KINDS, asked_in, back_to, filter_of
from holdfast.web.pages import Pages
from holdfast.web.presenting import moment
from holdfast.web.reading.cards import evidence
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()

ONE = "moderation/case.html"

ON_SUBJECT = (
    ("nothing", N_("No measure")),
    ("label", N_("A label")),
    ("warning", N_("A content warning")),
    ("less_reach", N_("Less reach")),
    ("lock", N_("Lock the conversation")),
    ("hide", N_("Hide")),
    ("remove", N_("Remove")),
)
ON_ACCOUNT = (
    ("nothing", N_("No measure")),
    ("note", N_("A note for the team")),
    ("warning", N_("A warning")),
    ("strike", N_("A strike")),
    ("sensitive", N_("Cover what is attached")),
    ("limit", N_("Limit")),
    ("freeze", N_("Freeze posting")),
    ("suspend", N_("Suspend")),
    ("delete", N_("Delete")),
)
DURATIONS = (
    ("0", N_("For good")),
    ("1", N_("For a day")),
    ("7", N_("For a week")),
    ("30", N_("For thirty days")),
)
GRAVE_ONES = ("suspend", "delete")
"""What only those may do who have the permission for it."""

BEGINS = {"on_subject": "nothing", "on_account": "nothing", "days": "0", "closes": "yes"}
"""What the form says before anybody has: nothing is done, and the case is closed with that."""

TO_WORDS = {"team": N_("The team"), "reporter": N_("Those who reported it"), "author": N_("Whose it is")}
"""Whom one writes to in a case."""

SOURCES = {
    "member": N_("A member"),
    "visitor": N_("Somebody without an account"),
    "trusted_flagger": N_("A trusted flagger"),
    "server": N_("Another server"),
    "notice": N_("A notice"),
    "order": N_("An order"),
    "rule": N_("A rule"),
    "hash": N_("A known file"),
    "classifier": N_("A classifier"),
    "juror": N_("A juror"),
}


@pages.get(f"{ADDRESS}/{{id:str}}/evidence.zip", needs=EXPORT)
async def pack(v: Visit) -> Reply:
    """The evidence of a case, signed."""
    number = read_id(v.argument("id"))
    if number is None:
        raise NoSuchCase()
    body = await v.read(lambda r: pack_case(v.db, r, v.acting, number))
    answer = Reply(body, 200, "application/zip").header("cache-control", "private, no-store")
    return answer.header("content-disposition", f'attachment; filename="case-{number}.zip"')


@pages.get(f"{ADDRESS}/{{id:str}}", needs=READ)
async def one(v: Visit) -> Reply:
    """One case. Who looks is written down."""
    found = await v.read(around, v)
    await v.write(moderation.look, found["case"].id, "private" if found["is_private"] else "case")
    last = await v.read(_last, v)
    form = Form().starting_with(**BEGINS, category=found["case"].category)
    asked = urlencode(asked_in(v.query("asked")))
    return v.show(ONE, form=form, done=v.done, asked=asked, **found | {"last": last})


@pages.post(f"{ADDRESS}/{{id:str}}", needs=DECIDE)
async def decide(v: Visit) -> Reply:
    """Decide in it. Whoever comes late learns who was faster, and keeps what they wrote."""
    form, number = await v.form(), _number(v)
    asked = urlencode(asked_in(form.text("asked")))
    try:
        seen = form.number("seen", most=2**31 - 1)
        decided = await v.write(moderation.decide, number, verdict_in(v, form), seen=seen)
    except NoSuchCase:
        raise
    except (ClaimedByOther, DecidedMeanwhile) as problem:
        who = await v.read(_who, problem)
        return v.again(ONE, form, CannotDecide(who), done="", asked=asked, **await v.read(around, v))
    except Problem as problem:
        return v.again(ONE, form, problem, done="", asked=asked, **await v.read(around, v))
    if form.text("then") == "next":
        return await _next(v, form, decided)
    return v.go(back_to(f"{ADDRESS}/{number}", "decided", form))


async def _next(v: Visit, form: Form, decided: int) -> Reply:
    """The next case with its heading in focus, and the way to undo what was just decided; the queue if none is left."""
    asked = asked_in(form.text("asked"))
    found = await v.write(moderation.claim_next, filter_of(asked, v.me))
    known = {"last": str(decided)} | ({"asked": urlencode(asked)} if asked else {})
    if found is None:
        return v.go(f"{ADDRESS}?{urlencode(asked | {'done': 'no_case_left'})}#heading")
    return v.go(f"{ADDRESS}/{found.id}?{urlencode(known)}#heading")


def _last(r: Read, v: Visit) -> Decision | None:
    """The decision that led here, as long as it stands."""
    number = read_id(v.query("last"))
    try:
        found = moderation.decision(r, number) if number is not None else None
    except NoSuchDecision:
        return None
    return found if found is not None and found.decided_by == v.me and found.stands else None


@pages.post(f"{ADDRESS}/{{id:str}}/undo", needs=DECIDE)
async def undo(v: Visit) -> Reply:
    """Take one of its decisions back."""
    form = await v.form()
    await v.write(moderation.undo, form.identifier("decision"))
    return v.go(back_to(f"{ADDRESS}/{_number(v)}", "decision_undone", form))


@pages.post(f"{ADDRESS}/{{id:str}}/release", needs=DECIDE)
async def release(v: Visit) -> Reply:
    """Give it back to the queue."""
    form = await v.form()
    await v.write(moderation.release, _number(v))
    return v.go(f"{ADDRESS}?{urlencode({'done': 'case_given_back'} | asked_in(form.text('asked')))}")


@pages.post(f"{ADDRESS}/{{id:str}}/escalate", needs=DECIDE)
async def escalate(v: Visit) -> Reply:
    """Leave it to those who may decide about more."""
    form = await v.form()
    needs = OVERSEE if v.acting.may(GRAVE) else GRAVE
    await v.write(moderation.escalate, _number(v), needs)
    return v.go(f"{ADDRESS}?{urlencode({'done': 'case_escalated'} | asked_in(form.text('asked')))}")


def verdict_in(v: Visit, form: Form) -> Verdict:
    """What a form decides. Raises :class:`Invalid`."""
    days = form.choice("days", [value for value, _ in DURATIONS], "0")
    return Verdict(
        on_subject=form.text("on_subject") or "nothing",
        on_account=form.text("on_account") or "nothing",
        category=form.text("category") or None,
        rule_ids=tuple(number for number in map(read_id, form.several("rule")) if number is not None),
        law=form.text("law"),
        facts=form.text("facts"),
        note=form.text("note"),
        label=form.text("label"),
        until=v.db.clock.now() + int(days) * DAY if days != "0" else None,
        closes=form.ticked("closes"),
        rests=form.ticked("rests"),
    )


def around(r: Read, v: Visit) -> dict[str, Any]:
    """A case with all that its page shows."""
    found = moderation.case(r, v.acting, _number(v))
    now, signals = v.db.clock.now(), moderation.signals_of(r, found.id)
    decisions = moderation.decisions_in(r, found.id)
    said = moderation.words_in(r, v.acting, found.id)
    same = moderation.of_account(r, found.account_id) if found.account_id else []
    shown = evidence(r, _posts_of(r, found), v.db.base_url)
    post, is_gone = shown[0] if shown else (None, False)
    spoken = {one.account_id for one in signals} | {n for one in said for n in (one.account_id, one.written_by)}
    ids = spoken | {one.decided_by for one in decisions} | {found.account_id, found.claimed_by}
    step = moderation.proposal(r, found.account_id, found.severity, now) if found.account_id else None
    return {
        "case": found,
        "post": post,
        "is_gone": is_gone,
        "is_private": post is not None and post.visibility in ("private", "direct"),
        "why": found.weighing.words(now),
        "now": now,
        "holder": found.holder(now),
        "signals": signals,
        **_talk(r, found, said),
        "named": _rules_named(r, {one.id: one.report_id for one in signals if one.report_id}),
        "decisions": decisions,
        "may_undo": {one.id for one in decisions if _may_undo(v, one)},
        "others": [one for one in same if one.id != found.id],
        "strikes": moderation.counted(r, found.account_id, now) if found.account_id else 0,
        "proposal": next((words for value, words in ON_ACCOUNT if step and value == step.measure), ""),
        "accounts": people.accounts_by_ids(r, {number for number in ids if number}),
        "rules": access.rules(r),
        "harms": HARMS,
        "kinds": KINDS,
        "sources": SOURCES,
        "on_subject": [(value, words, "") for value, words in ON_SUBJECT],
        "on_account": measures_on_account(v),
        "post_names": {"contain": N_("Contained")} | dict(ON_SUBJECT),
        "account_names": dict(ON_ACCOUNT),
        "durations": DURATIONS,
        "harm_choices": [(one.key, one.title) for one in HARMS.values()],
        **_permitted(v, found),
    }


def _talk(r: Read, found: Case, said: list[Word]) -> dict[str, Any]:
    """What was written in a case, and to whom one can write."""
    there = {"team": True, "reporter": bool(moderation.reporters_of(r, found.id)), "author": bool(found.account_id)}
    return {
        "said": said,
        "audiences": [(key, TO_WORDS[key]) for key in moderation.AUDIENCES if there[key]],
        "to_words": TO_WORDS,
        "wording": Form().starting_with(audience="team"),
    }


def _permitted(v: Visit, found: Case) -> dict[str, Any]:
    """What the visitor may do with a case; ``last`` is for the decision that led here."""
    can_work = v.acting.may(DECIDE)
    may_decide = can_work and v.acting.may(found.needs) and found.is_open
    return {
        "last": None,
        "can_work": can_work,
        "may_decide": may_decide,
        "may_export": v.acting.may(EXPORT),
        "may_hold": v.acting.may("holds.write"),
    }


def _posts_of(r: Read, case: Case) -> list[int]:
    """The post that a case is about, or on which its file hangs."""
    if case.subject_kind == "post":
        return [case.about.id]
    file = posts.media_by_ids(r, [case.about.id]).get(case.about.id) if case.subject_kind == "media" else None
    return [file.status_id] if file is not None and file.status_id is not None else []


def _rules_named(r: Read, reported: dict[int, int]) -> dict[int, list[str]]:
    """The rules that reports name, under the ids of the signals that were made of them."""
    reports = moderation.reports_by_ids(r, list(reported.values()))
    ids = sorted({number for one in reports.values() for number in one.rule_ids})
    rules = {rule.id: rule.text for rule in access.rules_by_ids(r, ids)}
    return {
        signal: [rules[number] for number in reports[report].rule_ids if number in rules]
        for signal, report in reported.items()
        if report in reports
    }


def measures_on_account(v: Visit) -> list[tuple[str, str, str]]:
    """The measures on an account that the member's role may take."""
    return [(value, words, "") for value, words in ON_ACCOUNT if value not in GRAVE_ONES or v.acting.may(GRAVE)]


def _may_undo(v: Visit, one: Decision) -> bool:
    """As the command sees it: who decided may, who oversees, and for what nobody decided, whoever decides."""
    is_own = one.decided_by in (None, v.me)
    return one.undone_at is None and v.acting.may(DECIDE) and (is_own or v.acting.may(OVERSEE))


def _who(r: Read, problem: ClaimedByOther | DecidedMeanwhile) -> str:
    """Who was faster, what they did and when, in one sentence."""
    details = problem.details
    number: Any = details.get("claimed_by") or details.get("decided_by")
    account = people.account_by_id(r, number) if number else None
    name = f"@{account.handle}" if account else "-"
    if isinstance(problem, ClaimedByOther):
        until: Any = details["until"]
        return say("%(name)s works on this case until %(time)s. Nothing of yours was applied; what you wrote is kept.",
                   name=name, time=moment(until))  # fmt: skip
    at: Any = details.get("decided_at")
    if at is None:
        return problem.message
    return say("%(name)s decided this case at %(time)s. Nothing of yours was applied; what you wrote is kept.",
               name=name, time=moment(at))  # fmt: skip


def _number(v: Visit) -> int:
    number = read_id(v.argument("id"))
    if number is None:
        raise NoSuchCase()
    return number
