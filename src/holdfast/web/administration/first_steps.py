"""The first page of the administration, and what an owner has yet to do after the set-up."""

from __future__ import annotations

from typing import Any

from holdfast import access, jobs, moderation
from holdfast.access import letters
from holdfast.access import set_up_steps as steps
from holdfast.errors import Misconfigured, Problem
from holdfast.languages import N_
from holdfast.people import Account
from holdfast.store import Read
from holdfast.web.forms import Form
from holdfast.web.pages import Pages
from holdfast.web.replies import Reply
from holdfast.web.tasks import Task
from holdfast.web.visits import Visit

pages = Pages()

OVERVIEW, TASKS, EMAIL = "admin/overview.html", "admin/first_steps.html", "admin/email.html"
OWNER = "server.own"


@pages.get("/admin", needs="accounts.read")
async def overview(v: Visit) -> Reply:
    """What waits for somebody, and what an owner has yet to do."""

    def look(r: Read) -> dict[str, Any]:
        tasks = _tasks(r, v) if v.acting.may(OWNER) and not steps.put_off(r).is_hidden else []
        return {"tasks": [task for task in tasks if not task.state], "many": len(tasks), "waiting": _waiting(r, v)}

    return v.show(OVERVIEW, form=None, done=v.done, **await v.read(look))


def _waiting(r: Read, v: Visit) -> list[tuple[str, str, int]]:
    """Address, words and number of what this member can see to."""
    failed = jobs.counts(r).get("failed", 0)
    found = (
        ("accounts.approve", "/admin/approvals", N_("Requests to join"), access.pending_count),
        ("cases.read", "/admin/cases", N_("Open cases"), lambda r: moderation.open_count(r, v.acting)),
        ("jobs.write", "/admin/jobs", N_("Failed jobs"), lambda _: failed),
        ("modes.write", "/admin/modes", N_("What is switched off"), lambda _: len(v.modes)),
    )
    counted = [(address, words, count(r)) for needs, address, words, count in found if v.acting.may(needs)]
    return [one for one in counted if one[2]]


def _tasks(r: Read, v: Visit) -> list[Task]:
    """What an owner sees to once, and what of it is done."""
    member, put_off = v.member, steps.put_off(r)
    assert member is not None
    return [
        Task(N_("The set-up"), N_("Name, domain, rules, who may join, your account."), "done", "/admin/server"),
        _second_factor(r, member),
        Task(
            N_("Recovery codes"),
            N_("On paper, so that a lost phone does not lock you out."),
            _done(access.recovery_codes_left(r, member.id) > 0),
            "/settings/recovery_codes",
        ),
        Task(
            N_("E-mail"),
            N_("Confirms addresses and sets forgotten passwords anew. A server can do without."),
            N_("None for now") if put_off.goes_without_email and not v.db.config.boot.email else _done(_has_email(v)),
            "/admin/setup/email",
        ),
        Task(
            N_("Terms and privacy notice"),
            N_("Before sign-up is open to everybody."),
            _done(bool(access.document_versions(r, "terms") and access.document_versions(r, "privacy"))),
            "/admin/documents",
        ),
        Task(
            N_("A first post"),
            N_("So that whoever comes finds something to read."),
            _done(member.statuses_count > 0),
            "/write",
        ),
        Task(
            N_("First members"),
            N_("Make an invitation link and send it on."),
            _done(access.how_many(r) > 1 or bool(access.invites_of(r, most=1))),
            "/settings/invites",
        ),
    ]


def _done(is_done: bool) -> str:
    return "done" if is_done else ""


def _second_factor(r: Read, member: Account) -> Task:
    """A passkey; an authenticator app is as good."""
    has_app = access.member(r, member.id).totp_enabled_at is not None
    done = _done(has_app or bool(access.passkeys_of(r, member.id)))
    hint = N_("So that a password alone does not open the server. Codes of an authenticator app do as well.")
    return Task(N_("A passkey"), hint, done, "/settings/totp" if has_app else "/settings/passkeys")


def _has_email(v: Visit) -> bool:
    return bool(v.db.config.boot.email)


@pages.get("/admin/setup", needs=OWNER)
async def first_steps(v: Visit) -> Reply:
    """All of it, done or not."""

    def look(r: Read) -> dict[str, Any]:
        return {"tasks": _tasks(r, v), "is_hidden": steps.put_off(r).is_hidden}

    return v.show(TASKS, form=None, done=v.done, address=v.db.local_domain, **await v.read(look))


@pages.post("/admin/setup/hide", needs=OWNER)
async def hide(v: Visit) -> Reply:
    """Keep it off the first page, or show it there again."""
    form = await v.form()
    is_hidden = form.text("show") != "yes"
    await v.write(steps.hide, is_hidden)
    return v.go("/admin?done=hidden" if is_hidden else "/admin")


@pages.get("/admin/setup/email", needs=OWNER)
async def email(v: Visit) -> Reply:
    """Who carries the letters, and a way to try it."""
    form = Form().starting_with(to=await _own_address(v))
    return v.show(EMAIL, form=form, done=v.done, **await _email(v))


async def _own_address(v: Visit) -> str:
    return (await v.read(access.member, v.me)).email or ""


async def _email(v: Visit) -> dict[str, Any]:
    names, wrong = (), ""
    try:
        names = letters.email_vendors(v.db)  # type: ignore[assignment]
    except Misconfigured as problem:
        wrong = problem.said
    file = v.db.config.file or str(v.db.config.data_dir.resolve() / "holdfast.toml")
    domain = v.db.settings.domain or "example.org"
    lines = f'email = ["smtp://user:password@mail.{domain}:587"]\nemail_from = "noreply@{domain}"'
    return {"vendors": names, "wrong": wrong, "file": file, "lines": lines, "put_off": await v.read(steps.put_off)}


@pages.post("/admin/setup/email/test", needs=OWNER)
async def test_email(v: Visit) -> Reply:
    """Send a letter and say how it went."""
    form = await v.form()
    try:
        await v.in_thread(letters.send_test, form.text("to"))
        await v.write(steps.note_tested_email)
    except Problem as problem:
        form.refused(problem, {"email": "to"})
        return v.again(EMAIL, form, problem, done="", **await _email(v))
    return v.go("/admin/setup/email?done=letter_taken")


@pages.post("/admin/setup/email/none", needs=OWNER)
async def no_email(v: Visit) -> Reply:
    """Go without for now."""
    await v.form()
    await v.write(steps.go_without_email)
    return v.go("/admin/setup?done=saved")
