"""How the server has been doing, as plots: what the database knows, and what each process has noted hour by hour."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from holdfast import access, figures, jobs, moderation
from holdfast.figures import Counts, Hour, Period, merged, percentile
from holdfast.languages import N_, _
from holdfast.store import DAY, Read
from holdfast.web.pages import Pages
from holdfast.web.plots import SIZES, TIMES, Plot, Series, plot, shares
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit
from holdfast.writes import Database

pages = Pages()

Labels = list[tuple[str, str]]
Noted = Callable[[str, Callable[[Hour], float | None]], Series]
"""Gives a series its name and the value of each step, from what was noted."""

CHOICES = (("hours", N_("48 hours")), ("days", N_("30 days")), ("weeks", N_("52 weeks")))


class Drawn(NamedTuple):
    """A plot with a word for its ids and a sentence beside its heading."""

    ids: str
    plot: Plot
    hint: str = ""


@pages.get("/admin/metrics", needs="metrics.read")
async def metrics(v: Visit) -> Reply:
    """All plots of one stretch of time."""
    chosen = v.query("period")
    kind = chosen if chosen in figures.PERIODS else "days"
    period = figures.period_until(kind, v.db.clock.now())

    def look(r: Read) -> dict[str, Any]:
        return {"plots": _plots(v.db, r, period), "facts": _facts(r, v)}

    return v.show("admin/metrics.html", form=None, done="", choices=CHOICES, kind=kind, **await v.read(look))


def _facts(r: Read, v: Visit) -> list[tuple[str, int]]:
    """How it stands at this moment."""
    now, waiting = v.db.clock.now(), jobs.counts(r)
    return [
        (_("Members"), access.how_many(r)),
        (_("Here within a day"), figures.active_since(r, now - DAY)),
        (_("Here within a week"), figures.active_since(r, now - 7 * DAY)),
        (_("Open cases"), moderation.open_count(r, v.acting)),
        (_("Jobs that wait"), jobs.overdue(r, now)),
        (_("Jobs that failed"), waiting.get("failed", 0)),
    ]


def _plots(db: Database, r: Read, period: Period) -> list[Drawn]:
    labels = [(period.label(start), period.label(start, is_long=True)) for start in period.starts]
    steps = _steps(r, period)

    def noted(name: str, value: Callable[[Hour], float | None]) -> Series:
        return Series(name, [None if one is None else value(one) for one in steps])

    return [
        *_of_people(labels, noted, figures.counts_in(db, r, period)),
        *_of_requests(labels, noted),
        *_of_the_machine(labels, noted),
    ]


def _of_people(labels: Labels, noted: Noted, counts: Counts) -> list[Drawn]:
    active = [
        noted(_("Within a week"), lambda one: one.active_week),
        noted(_("Within a day"), lambda one: one.active_day),
    ]
    filed, left = Series(_("Reports"), counts.reports), Series(_("Open cases, at the end"), counts.open_cases)
    return [
        Drawn(
            "members",
            plot(_("Active members"), labels, lines=active),
            _("Who was signed in and used the server, in the day and in the week before."),
        ),
        Drawn("sign-ups", plot(_("Sign-ups"), labels, bars=[Series(_("Sign-ups"), counts.joined)])),
        Drawn(
            "posts", plot(_("Posts"), labels, bars=[Series(_("Posts"), counts.posts)]), _("By members, without boosts.")
        ),
        Drawn("reports", plot(_("Reports and cases"), labels, bars=[filed], lines=[left])),
    ]


def _of_requests(labels: Labels, noted: Noted) -> list[Drawn]:
    times = [
        noted(_("95 of 100 within"), lambda one: percentile(one.durations, 0.95)),
        noted(_("Half within"), lambda one: percentile(one.durations, 0.5)),
    ]
    ends = [
        noted(_("Answered"), lambda one: one.requests - one.refused - one.failed),
        noted(_("Refused (4xx)"), lambda one: one.refused),
        noted(_("Failed (5xx)"), lambda one: one.failed),
    ]
    return [
        Drawn("requests", plot(_("Requests"), labels, bars=[noted(_("Requests"), lambda one: one.requests)])),
        Drawn(
            "answer-times",
            plot(_("Answer times"), labels, lines=times, unit=TIMES),
            _("From the request's arrival to the last byte of its answer; streams are left out."),
        ),
        Drawn("outcomes", shares(_("How requests ended"), labels, ends)),
    ]


def _of_the_machine(labels: Labels, noted: Noted) -> list[Drawn]:
    queue = [
        noted(_("Waiting, at most"), lambda one: one.jobs_waiting),
        noted(_("Failed"), lambda one: one.jobs_failed),
    ]
    room = [
        noted(_("Pictures, films and sounds"), lambda one: one.media_bytes),
        noted(_("Database"), lambda one: one.database_bytes),
    ]
    free, memory = noted(_("Free"), lambda one: one.free_bytes), noted(_("At most"), lambda one: one.memory_bytes)
    return [
        Drawn("jobs", plot(_("Jobs"), labels, lines=queue), _("Waiting are those whose time has come.")),
        Drawn(
            "streams",
            plot(_("Open streams"), labels, lines=[noted(_("At most"), lambda one: one.streams)]),
            _("Apps and pages that are told at once what happens."),
        ),
        Drawn("storage", plot(_("Storage"), labels, lines=room, unit=SIZES)),
        Drawn("free", plot(_("Free room"), labels, lines=[free], unit=SIZES), _("On the disk of the data folder.")),
        Drawn(
            "memory", plot(_("Memory"), labels, lines=[memory], unit=SIZES), _("Of the server, without what it starts.")
        ),
    ]


def _steps(r: Read, period: Period) -> list[Hour | None]:
    """What was noted in each step; None where no process ran."""
    found: list[list[Hour]] = [[] for _ in range(period.many)]
    for hour, noted in figures.hours_since(r, period.start):
        if (place := period.place(hour)) is not None:
            found[place].append(noted)
    return [merged(hours) if hours else None for hours in found]
