"""Administration of the running server: its settings, service modes and jobs."""

from __future__ import annotations

from typing import Any

from holdfast import access, jobs
from holdfast.access import modes as switches
from holdfast.access import setup
from holdfast.acting import Acting
from holdfast.errors import Invalid, Misconfigured, Problem
from holdfast.languages import N_, known, name_of, say
from holdfast.store import MINUTE, Read
from holdfast.web.forms import Form, field_problem
from holdfast.web.pages import Pages
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit
from holdfast.web.words import REGISTRATION_CHOICES, mode_label
from holdfast.writes import SWITCHES, Ability, Database, modes

pages = Pages()

SERVER, MODES = "admin/server.html", "admin/modes.html"

FIELDS = (
    ("name", N_("Name"), "text", ""),
    ("short_description", N_("In one or two sentences"), "area", N_("Shown on the front page and in directories.")),
    ("description", N_("About page"), "area", N_("Plain text; an empty line begins a new paragraph.")),
    ("contact_email", N_("E-mail address for questions"), "text", N_("Shown to everybody.")),
    ("contact_username", N_("Account for questions"), "text", N_("The name of a member.")),
    (
        "source_url",
        N_("Where your source is"),
        "text",
        N_("If you changed the software; else empty: it offers itself."),
    ),
    ("registration", N_("Sign-up"), "registration", ""),
    ("registration_message", N_("What people read while sign-up is closed"), "area", ""),
    ("minimum_age_years", N_("Smallest age at sign-up"), "number", N_("In years; 0 does not ask.")),
    (
        "default_language",
        N_("Language of the server"),
        "language",
        N_("For pages and letters, where neither the reader nor their browser asks for another."),
    ),
    ("timeline_needs_sign_in", N_("Only members may read the public timelines"), "tick", ""),
    ("most_characters", N_("Longest post, in characters"), "number", ""),
    ("new_account_posts_per_hour", N_("Posts per hour by new accounts"), "number", N_("0 is no limit.")),
    ("new_account_hours", N_("For how many hours an account counts as new"), "number", ""),
)


@pages.get("/admin/server", needs="settings.write")
async def server(v: Visit) -> Reply:
    """The settings in force."""
    return v.show(SERVER, form=_present(v), done=v.done, **await _around(v))


def _present(v: Visit, **more: str) -> Form:
    return Form().starting_with(**{name: getattr(v.db.settings, name) for name, *about in FIELDS}, **more)


async def _around(v: Visit) -> dict[str, Any]:
    fixed = v.db.config.fixed
    return {
        "fields": [field for field in FIELDS if field[0] not in fixed],
        "fixed": [label for name, label, kind, hint in FIELDS if name in fixed],
        "registration_choices": REGISTRATION_CHOICES,
        "page_languages": [(language, name_of(language)) for language in known()],
        "may_take_domain": "domain" not in fixed and await v.read(access.how_many) <= 1,
    }


@pages.post("/admin/server", needs="settings.write")
async def change_server(v: Visit) -> Reply:
    """Change what is not set in the configuration file."""
    form = await v.form()
    values: dict[str, Any] = {}
    for name, _label, kind, _hint in FIELDS:
        if name not in v.db.config.fixed:
            values[name] = form.ticked(name) if kind == "tick" else form.text(name)
    try:
        await v.write(_change_settings, values)
    except Problem as problem:
        return v.again(SERVER, form, problem, done="", **await _around(v))
    return v.go("/admin/server?done=saved")


def _change_settings(db: Database, acting: Acting, values: dict[str, Any]) -> None:
    with db.write(acting, Ability.ADMINISTRATION):
        if not acting.may("settings.write"):
            raise access.NotPermitted()
        if not values.get("name", "x"):
            raise Invalid.field("name", "ERR_BLANK", say("The community needs a name"))
        db.set_settings(acting, values)


@pages.post("/admin/server/domain", needs="server.own")
async def take_domain(v: Visit) -> Reply:
    """Take the public domain, as long as nobody else has joined."""
    sent = await v.form()
    form = _present(v, domain=sent.text("domain"))  # the other form on the page keeps what is in force
    try:
        await v.write(setup.take_domain, sent.text("domain").removeprefix("https://").strip("/"))
    except Misconfigured as problem:
        return v.again(SERVER, form, field_problem("domain", problem.said), done="", **await _around(v))
    except Problem as problem:
        return v.again(SERVER, form, problem, done="", **await _around(v))
    return v.go("/admin/server?done=saved")


@pages.get("/admin/modes", needs="modes.write")
async def service_modes(v: Visit) -> Reply:
    """What is switched off."""
    return v.show(MODES, form=None, done=v.done, **await _modes(v))


async def _modes(v: Visit) -> dict[str, Any]:
    off = {mode.ability: mode for mode in await v.read(modes)}
    return {"switches": [(str(ability), mode_label(ability), off.get(str(ability))) for ability in SWITCHES]}


@pages.post("/admin/modes/off", needs="modes.write")
async def switch_off(v: Visit) -> Reply:
    """Refuse something for the time being."""
    form = await v.form()
    try:
        minutes = form.number("minutes", least=1, most=60 * 24 * 30, label=N_("Minutes"))
        until = v.db.clock.now() + minutes * MINUTE if minutes else None
        await v.write(switches.switch_off, form.text("ability"), reason=form.text("reason")[:300], until=until)
    except Problem as problem:
        return v.again(MODES, form, problem, done="", **await _modes(v))
    return v.go("/admin/modes?done=saved")


@pages.post("/admin/modes/on", needs="modes.write")
async def switch_on(v: Visit) -> Reply:
    """Allow it again."""
    form = await v.form()
    await v.write(switches.switch_on, form.text("ability"))
    return v.go("/admin/modes?done=saved")


@pages.get("/admin/jobs", needs="jobs.write")
async def job_list(v: Visit) -> Reply:
    """What failed."""

    def look(r: Read) -> dict[str, Any]:
        return {"counts": jobs.counts(r), "failed": jobs.listing(r, "failed", 100)}

    return v.show("admin/jobs.html", form=None, done=v.done, **await v.read(look))


@pages.post("/admin/jobs/retry", needs="jobs.write")
async def retry(v: Visit) -> Reply:
    """Let one failed job, or all of them, run again."""
    form = await v.form()
    await v.write(_retry, form.identifier() if form.text("id") else None)
    return v.go("/admin/jobs?done=retried")


def _retry(db: Database, acting: Acting, job_id: int | None) -> None:
    with db.write(acting, Ability.ADMINISTRATION) as w:
        if not acting.may("jobs.write"):
            raise access.NotPermitted()
        jobs.retry(w.tx, w.now, job_id)
        w.after_commit(db.wake_jobs)
