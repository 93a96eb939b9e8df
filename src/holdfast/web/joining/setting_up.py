"""The owner's first visit: one form that makes an empty server a community."""

from __future__ import annotations

from typing import Any, get_args

from holdfast import access
from holdfast.access import setup
from holdfast.acting import SYSTEM, Acting
from holdfast.config import Registration
from holdfast.errors import FieldError, Invalid, Misconfigured, Problem
from holdfast.languages import N_, in_force, say, spoken
from holdfast.web.forms import Form, field_problem
from holdfast.web.pages import MEMBERS, Pages
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit
from holdfast.web.words import REGISTRATION_CHOICES
from holdfast.writes import Database

pages = Pages()

FORM = "setup/form.html"
SUGGESTED_RULES = (
    N_("Be kind. Attack arguments, never people."),
    N_("No hate against people for what they are."),
    N_("Nothing that is against the law where this server is run."),
)


@pages.get("/setup", before_set_up=True)
async def set_up_form(v: Visit) -> Reply:
    """The form, for whoever has the link."""
    token = v.query("token")
    if not setup.is_valid_token(v.db, token):
        return _void(v)
    form = Form().starting_with(registration="approval", rules="\n".join(spoken(rule) for rule in SUGGESTED_RULES))
    return v.show(FORM, is_secret=True, form=form, **_around(v, token))


def _around(v: Visit, token: str) -> dict[str, Any]:
    return {
        "token": token,
        "domain_is_fixed": "domain" in v.db.config.fixed,
        "registration_choices": REGISTRATION_CHOICES,
    }


def _void(v: Visit) -> Reply:
    return v.show("setup/void.html", 410)


@pages.post("/setup", before_set_up=True)
async def set_up(v: Visit) -> Reply:
    """Make it all in one transaction, and sign the owner in."""
    form = await v.form()
    token = form.text("token")
    if not setup.is_valid_token(v.db, token):
        return _void(v)
    try:
        ready = await v.as_stranger(_checked, form)
        await v.db.run_write(_set_up, SYSTEM, ready)
    except setup.AlreadySetUp:
        return _void(v)
    except Misconfigured as problem:
        wrong = field_problem("domain", problem.said)
        return v.again(FORM, form, wrong, is_secret=True, **_around(v, token))
    except Problem as problem:
        return v.again(FORM, form, problem, is_secret=True, **_around(v, token))
    session = await v.as_stranger(access.sign_in, ready.owner, form.raw("password"), user_agent=v.user_agent)
    v.begin_session(session.token)
    return v.go("/setup/next")


def _set_up(db: Database, _acting: Acting, form: setup.SetUp) -> int:
    return setup.set_up(db, form)


def _checked(db: Database, _acting: Acting, form: Form) -> setup.SetUp:
    """What the form says, with the password hashed. Raises :class:`Invalid` with everything that is wrong."""
    wrong: list[FieldError] = []
    name, owner, email = form.text("name"), form.text("username"), form.text("email")
    if not name or len(name) > 100:
        wrong.append(FieldError("name", "ERR_BLANK", say("Give the community a name of up to 100 characters")))
    if len(form.text("short_description")) > 500:
        wrong.append(
            FieldError("short_description", "ERR_TOO_LONG", say("The description has more than 500 characters"))
        )
    if not owner:
        wrong.append(FieldError("username", "ERR_BLANK", say("Choose a name for your account")))
    if form.text("registration") not in get_args(Registration):
        wrong.append(FieldError("registration", "ERR_INCLUSION", say("Say who may join")))
    encoded = ""
    try:
        encoded = access.hash_password(db, form.raw("password"), name=owner, email=email)
    except Invalid as fault:
        wrong += fault.fields
    if wrong:
        raise Invalid(fields=wrong)
    return setup.SetUp(
        name=name,
        registration=form.text("registration"),  # type: ignore[arg-type]
        owner=owner,
        email=email or None,
        password_hash=encoded,
        domain=form.text("domain").removeprefix("https://").strip("/"),
        short_description=form.text("short_description"),
        rules=tuple(form.lines("rules")),
        language=in_force(),
    )


@pages.get("/setup/next", needs=MEMBERS)
async def next_steps(v: Visit) -> Reply:
    """What an owner does next."""
    return v.show("setup/next.html", address=v.db.local_domain)
