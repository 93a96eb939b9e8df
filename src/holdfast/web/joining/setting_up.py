"""The owner's first visit: a list of steps, each saved when it is done, until the owner's account is made.

The link's token goes into a cookie, so that no address of a step carries it. The steps after the account are in
``administration/first_steps``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from holdfast import access
from holdfast.access import set_up_steps as steps
from holdfast.access import setup
from holdfast.access.set_up_steps import Answers
from holdfast.acting import Acting
from holdfast.errors import Conflict, FieldError, Invalid, Misconfigured, Problem
from holdfast.languages import N_, in_force, say, spoken
from holdfast.web.forms import Form, field_problem
from holdfast.web.pages import Pages
from holdfast.web.replies import Reply
from holdfast.web.tasks import Task
from holdfast.web.visits import Visit
from holdfast.web.words import REGISTRATION, REGISTRATION_CHOICES
from holdfast.writes import Database

pages = Pages()

COOKIE = "setup"
COOKIE_LASTS_S = 30 * 24 * 3600  # the link brings it back
SUGGESTED_RULES = (
    N_("Be kind. Attack arguments, never people."),
    N_("No hate against people for what they are."),
    N_("Nothing that is against the law where this server is run."),
)
LABELS = {
    "community": (N_("Name and domain"), N_("What your community is called, and where people reach it.")),
    "rules": (N_("Rules"), N_("What members agree to.")),
    "registration": (N_("Who may join"), N_("Everybody, those whom you let in, or nobody yet.")),
    "account": (N_("Your account"), N_("It owns the server. With it the server opens.")),
}
AFTER = N_("After your account")
LATER = (
    Task(N_("Safe sign-in"), N_("A passkey or codes, and recovery codes on paper."), AFTER),
    Task(N_("E-mail"), N_("Who carries this server's letters, or none for now."), AFTER),
    Task(N_("First members"), N_("A first post, and invitations."), AFTER),
)


@pages.get("/setup", before_set_up=True)
async def overview(v: Visit) -> Reply:
    """The steps, for whoever has the link."""
    token = v.query("token")
    if setup.is_valid_token(v.db, token):
        v.set_cookie(COOKIE, token, COOKIE_LASTS_S)
        return v.go("/setup")
    if v.db.settings.is_set_up and v.acting.may("server.own"):
        return v.go("/admin/setup")
    if token or not _is_open(v):
        return _void(v)
    found = await v.read(steps.answers)
    missing = found.missing
    tasks = [Task(*LABELS[name], "" if name in missing else "done", f"/setup/{name}") for name in steps.BEFORE]
    address = "" if missing else "/setup/account"
    tasks.append(Task(*LABELS["account"], N_("After the steps above") if missing else "", address))
    done = len(steps.BEFORE) - len(missing)
    return v.show("setup/overview.html", tasks=tasks, later=LATER, done=done, many=len(tasks), next=_next(found))


def _is_open(v: Visit) -> bool:
    return setup.is_valid_token(v.db, v.cookie(COOKIE))


def _void(v: Visit) -> Reply:
    return v.show("setup/void.html", 410)


def _next(found: Answers) -> str:
    """Where the next open step is."""
    return f"/setup/{found.missing[0]}" if found.missing else "/setup/account"


@pages.get("/setup/community", before_set_up=True)
async def community(v: Visit) -> Reply:
    """Name and domain."""
    if not _is_open(v):
        return _void(v)
    found = (await v.read(steps.answers)).community or steps.Community()
    form = Form().starting_with(name=found.name, short_description=found.short_description, domain=found.domain)
    return v.show("setup/community.html", form=form, **_around(v, "community"))


def _around(v: Visit, name: str) -> dict[str, Any]:
    return {
        "heading": LABELS[name][0],
        "number": list(LABELS).index(name) + 1,
        "many": len(LABELS),
        "fixed": v.db.config.fixed,
        "fixed_words": REGISTRATION.get(v.db.config.fixed.get("registration", "")),
        "registration_choices": REGISTRATION_CHOICES,
    }


@pages.post("/setup/community", before_set_up=True)
async def answer_community(v: Visit) -> Reply:
    """Save them."""
    form = await v.form()
    domain = form.text("domain").removeprefix("https://").strip("/")
    found = steps.Community(form.text("name"), form.text("short_description"), domain)
    return await _answered(v, form, "community", steps.answer_community, found)


async def _answered(v: Visit, form: Form, name: str, command: Callable[..., None], answer: object) -> Reply:
    try:
        await v.write(command, v.cookie(COOKIE), answer)
    except (setup.AlreadySetUp, steps.LinkVoid):
        return _void(v)
    except Misconfigured as problem:
        wrong = field_problem("domain", problem.said)
        return v.again(f"setup/{name}.html", form, wrong, **_around(v, name))
    except Problem as problem:
        return v.again(f"setup/{name}.html", form, problem, **_around(v, name))
    return v.go(_next(await v.read(steps.answers)))


@pages.get("/setup/rules", before_set_up=True)
async def rules(v: Visit) -> Reply:
    """The rules, one on each line; some to begin with."""
    if not _is_open(v):
        return _void(v)
    found = (await v.read(steps.answers)).rules
    shown = [spoken(rule) for rule in SUGGESTED_RULES] if found is None else found
    form = Form().starting_with(rules="\n".join(shown))
    return v.show("setup/rules.html", form=form, **_around(v, "rules"))


@pages.post("/setup/rules", before_set_up=True)
async def answer_rules(v: Visit) -> Reply:
    """Save them."""
    form = await v.form()
    return await _answered(v, form, "rules", steps.answer_rules, form.lines("rules"))


@pages.get("/setup/registration", before_set_up=True)
async def registration(v: Visit) -> Reply:
    """Who may join."""
    if not _is_open(v):
        return _void(v)
    form = Form().starting_with(registration=(await v.read(steps.answers)).registration or "approval")
    return v.show("setup/registration.html", form=form, **_around(v, "registration"))


@pages.post("/setup/registration", before_set_up=True)
async def answer_registration(v: Visit) -> Reply:
    """Save it."""
    form = await v.form()
    return await _answered(v, form, "registration", steps.answer_registration, form.text("registration"))


@pages.get("/setup/account", before_set_up=True)
async def account(v: Visit) -> Reply:
    """The owner's account, once the steps before are done."""
    if not _is_open(v):
        return _void(v)
    found = await v.read(steps.answers)
    if found.missing:
        return v.go(_next(found))
    return v.show("setup/account.html", form=Form(), **_around(v, "account"))


@pages.post("/setup/account", before_set_up=True)
async def make_account(v: Visit) -> Reply:
    """Make it, let everything take effect in one transaction, and sign the owner in."""
    form = await v.form()
    if not _is_open(v):
        return _void(v)
    owner, password = form.text("username"), form.raw("password")
    try:
        encoded = await v.as_stranger(_checked, form)
        owned = steps.Owner(owner, form.text("email") or None, encoded, in_force())
        await v.write(steps.finish, v.cookie(COOKIE), owned)
    except (setup.AlreadySetUp, steps.LinkVoid):
        return _void(v)
    except steps.StepsMissing:
        return v.go("/setup")
    except Misconfigured as problem:  # since the domain was answered
        return v.again("setup/account.html", form, Conflict(problem.said), **_around(v, "account"))
    except Problem as problem:
        return v.again("setup/account.html", form, problem, **_around(v, "account"))
    session = await v.as_stranger(access.sign_in, owner, password, user_agent=v.user_agent)
    v.begin_session(session.token)
    v.set_cookie(COOKIE, "", 0)
    return v.go("/admin/setup")


def _checked(db: Database, _acting: Acting, form: Form) -> str:
    """The password's hash. Raises :class:`Invalid` with everything that is wrong."""
    wrong: list[FieldError] = []
    owner, encoded = form.text("username"), ""
    if not owner:
        wrong.append(FieldError("username", "ERR_BLANK", say("Choose a name for your account")))
    try:
        encoded = access.hash_password(db, form.raw("password"), name=owner, email=form.text("email"))
    except Invalid as fault:
        wrong += fault.fields
    if wrong:
        raise Invalid(fields=wrong)
    return encoded
