"""The living page of the design system: every token and every component, made by the templates that pages use."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

from holdfast.errors import FieldError, Invalid
from holdfast.languages import N_, _, date, day_of_year, say
from holdfast.people import DEFAULT_AVATAR, DEFAULT_HEADER
from holdfast.store import DAY, HOUR
from holdfast.web.forms import Form
from holdfast.web.pages import Pages
from holdfast.web.plots import TIMES, Plot, Series, plot, shares
from holdfast.web.reading.cards import Card, Choice, Counts, Link, Marks, Poll, Quote
from holdfast.web.replies import Reply
from holdfast.web.tasks import Task
from holdfast.web.visits import Visit

pages = Pages()

COLOURS = {
    "bg": N_("the page"),
    "surface": N_("cards, menus, bars"),
    "sunk": N_("what lies below: warnings, the chosen tab"),
    "text": N_("words"),
    "muted": N_("times, handles, hints"),
    "accent": N_("links, the main button, what is chosen"),
    "danger": N_("what cannot be undone, and what went wrong"),
    "warn": N_("paused, overdue"),
    "ok": N_("done"),
    "boost": N_("boosted"),
    "favourite": N_("favourited"),
    "border": N_("around what can be operated"),
    "hairline": N_("between things; carries no meaning"),
    "focus": N_("where the keyboard is"),
}
"""The names of the colours in ``tokens.css``, and what each is for."""

TASKS = (
    Task(N_("Something to do"), N_("With a hint."), "", "/styleguide"),
    Task(N_("Something else"), N_("It is over."), "done", "/styleguide"),
    Task(N_("A third thing"), N_("It has to wait."), N_("Later")),
)

_SIZES = re.compile(r"--(size-\d+|space-\d+|radius-\w+): ([^;]+);")


@pages.get("/styleguide")
async def styleguide(v: Visit) -> Reply:
    """Tokens and components, for those who build pages."""
    sizes = _SIZES.findall(v.web.assets.body("css/all.css").decode())
    return v.show(
        "server/styleguide.html",
        colours=COLOURS,
        sizes=[(name, value) for name, value in sizes if name.startswith("size")],
        spaces=[(name, value) for name, value in sizes if not name.startswith("size")],
        form=_form(),
        posts=_posts(v.db.clock.now()),
        plots=_plots(),
        tasks=TASKS,
        icons=sorted(v.web.assets.symbols),
    )


def _plots() -> list[Plot]:
    labels = [
        (day_of_year(at), date(at, short=True)) for at in (datetime(2026, 5, day, tzinfo=UTC) for day in range(1, 15))
    ]
    posts: list[float | None] = [12, 15, 9, 11, None, None, 14, 18, 22, 19, None, 21, None, 17]
    people: list[float | None] = [6, 7, 5, 5, None, None, 6, 8, 9, 9, None, 9, None, 8]
    alone = [3 if place == 9 else None for place in range(14)]
    times = [
        Series(_("95 of 100 within"), [v and v * 31 for v in posts]),
        Series(_("Half within"), [v and v * 9 for v in people]),
    ]
    parts = [Series(_("Kept"), posts), Series(_("Hidden"), people), Series(_("Removed"), [v and 1 for v in posts])]
    filed, left = Series(_("Filed"), [v or 0 for v in people]), Series(_("Open cases"), [v or 4 for v in posts])
    return [
        plot(_("Lines, with gaps"), labels, lines=times, unit=TIMES),
        plot(_("Bars, with a line"), labels, bars=[filed], lines=[left]),
        shares(_("Shares in time"), labels, parts),
        plot(_("One value"), labels, lines=[Series(_("Posts"), alone)]),
        plot(_("None yet"), labels, lines=[Series(_("Posts"), [None] * 14)]),
    ]


def _form() -> Form:
    problem = Invalid(say("The name is taken"), fields=(FieldError("name", "ERR_TAKEN", say("The name is taken")),))
    return Form().starting_with(name="ada", about="Keeps the light.", is_on="yes", mode="open").refused(problem)


def _posts(now: int) -> list[Card]:
    plain = Card(
        id=1,
        shown_id=1,
        author_id=1,
        url="/styleguide#post-1",
        full_url="/styleguide#post-1",
        author_url="/styleguide",
        avatar_url=DEFAULT_AVATAR,
        name="Ada Lighthouse",
        handle="ada",
        visibility="public",
        created_at=now - HOUR,
        edited_at=None,
        language="en",
        html="<p>A post with a few words, as most are. Averyveryverylongwordthathasnospacesinitwrapsallthesame.</p>",
        warning="",
        is_sensitive=False,
        is_reply=False,
        answers_other=False,
        in_reply_to_id=None,
        pictures=(),
        poll=None,
        counts=("2 replies", "1 boost"),
        numbers=Counts(2, 1, 1200),
        marks=Marks(is_favourited=True),
        is_mine=False,
        is_folded=False,
    )
    choices = Choice("Tea", 3, 75), Choice("Coffee", 1, 25)
    poll = Poll(1, choices, (0,), False, False, 4, now + DAY, False, False)
    warned = replace(plain, id=2, shown_id=2, warning="Food", edited_at=now, visibility="unlisted", is_reply=True)
    asked = replace(plain, id=3, shown_id=3, poll=poll, booster="Bo", booster_url="/styleguide")
    quoted = replace(plain, id=4, shown_id=4)
    quoting = replace(plain, id=5, shown_id=5, quote=Quote("", quoted), quotes_another=False)
    title, words = "The harbour in winter", "Ice, and who breaks it."
    leads_to = Link("/styleguide", title, words, "harbour.example", DEFAULT_HEADER, 600, 200)
    linking = replace(plain, id=6, shown_id=6, link=leads_to)
    return [plain, warned, asked, quoting, linking]
