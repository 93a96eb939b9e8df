"""Signing in and out, and getting back in: password, second step, passkey, link by letter, recovery code."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from holdfast import access, moderation
from holdfast.access import LoginFrozen, NewSession, NotApprovedYet, NotConfirmedYet, SecondStepNeeded
from holdfast.access.applications import application_way
from holdfast.errors import Problem, Refused
from holdfast.languages import _, say
from holdfast.web.forms import Form, explained
from holdfast.web.pages import Pages, replies_json
from holdfast.web.problems import answer_for
from holdfast.web.replies import Reply, local_path
from holdfast.web.visits import Visit

pages = Pages()

SIGN_IN, SECOND_STEP, FORGOTTEN, RESET = (
    "auth/sign_in.html",
    "auth/second_step.html",
    "auth/forgotten.html",
    "auth/reset.html",
)


@pages.get("/auth/sign_in")
async def sign_in_form(v: Visit) -> Reply:
    """The form; whoever is signed in goes on, unless they ask to be somebody else."""
    to = local_path(v.query("next"))
    if v.is_signed_in and v.query("again") != "1":
        return v.go(to)
    return v.show(SIGN_IN, form=Form().starting_with(login=v.query("name")[:254]), **await _around(v, to))


async def _around(v: Visit, to: str) -> dict[str, Any]:
    parts = urlsplit(to)
    client_id = parse_qs(parts.query).get("client_id", [""])[0] if parts.path == "/oauth/authorize" else ""
    app = await v.read(access.app_by_client_id, client_id) if client_id else None
    return {"next": to, "app_name": app.name if app else ""}


@pages.post("/auth/sign_in")
async def sign_in(v: Visit) -> Reply:
    """Name and password."""
    form = await v.form()
    to = local_path(form.text("next"))
    try:
        session = await v.as_stranger(access.sign_in, form.text("login"), form.raw("password"), user_agent=v.user_agent)
    except SecondStepNeeded as needed:
        return v.show(SECOND_STEP, form=Form(), ticket=needed.ticket, next=to)
    except (NotApprovedYet, NotConfirmedYet, LoginFrozen) as refused:
        return await _not_yet(v, refused)
    except Problem as problem:
        return v.again(SIGN_IN, form, problem, **await _around(v, to))
    return _begun(v, session, to)


@pages.post("/auth/second_step")
async def second_step(v: Visit) -> Reply:
    """The code after the password."""
    form = await v.form()
    ticket, to = form.text("ticket"), local_path(form.text("next"))
    try:
        session = await v.as_stranger(access.second_step, ticket, form.text("code"), user_agent=v.user_agent)
    except access.TokenVoid:
        form.refused(access.TokenVoid(say("This took too long. Please begin anew with your password.")))
        assert form.problem is not None
        return v.again(SIGN_IN, form, form.problem, **await _around(v, to))
    except (NotApprovedYet, NotConfirmedYet, LoginFrozen) as refused:
        return await _not_yet(v, refused)
    except Problem as problem:
        return v.again(SECOND_STEP, form, problem, ticket=ticket, next=to)
    return _begun(v, session, to)


@pages.post("/auth/passkey/options")
async def passkey_options(v: Visit) -> Reply:
    """What the browser is asked, for the script of the sign-in page."""
    await v.form()
    try:
        return replies_json(await v.as_stranger(access.ask_sign_in))
    except Problem as problem:
        return replies_json({"error": explained(problem)}, answer_for(problem)[0])


@pages.post("/auth/passkey")
async def passkey(v: Visit) -> Reply:
    """The browser's answer."""
    form = await v.form()
    to = local_path(form.text("next"))
    try:
        session = await v.as_stranger(access.sign_in_with_passkey, form.raw("answer"), user_agent=v.user_agent)
    except SecondStepNeeded as needed:
        return v.show(SECOND_STEP, form=Form(), ticket=needed.ticket, next=to)
    except (NotApprovedYet, NotConfirmedYet, LoginFrozen) as refused:
        return await _not_yet(v, refused)
    except Problem as problem:
        return v.again(SIGN_IN, form, problem, **await _around(v, to))
    return _begun(v, session, to)


def _begun(v: Visit, session: NewSession, to: str) -> Reply:
    v.begin_session(session.token)
    return v.go(to)


async def _not_yet(v: Visit, refused: Refused) -> Reply:
    """Who gave the right password is told why it does not let them in; by the decision itself, where one did it."""
    account_id = refused.details.get("account_id")
    if isinstance(refused, LoginFrozen) and isinstance(account_id, int):
        way_in = await v.read(moderation.way_in_for, v.db, account_id)
        if way_in:
            return v.go(way_in)
    if isinstance(refused, NotApprovedYet) and isinstance(account_id, int):
        return v.go(application_way(v.db, account_id))
    if isinstance(refused, NotApprovedYet):
        heading, words = (
            _("Not yet"),
            _("Your request to join is being looked at. You can sign in once somebody let you in."),
        )
        to, label = "/", _("To the front page")
    elif isinstance(refused, NotConfirmedYet):
        heading, words = (
            _("Confirm your address first"),
            _("A letter with a link was sent to your e-mail address. Open it there."),
        )
        to, label = "/auth/confirm/again", _("Have the letter sent again")
    else:
        contact = v.db.settings.contact_email
        heading, words = (
            _("Your sign-in is frozen"),
            _("You cannot sign in at present. Nothing of yours was deleted. Ask who runs this server why."),
        )
        if contact:
            words = _(
                "You cannot sign in at present. Nothing of yours was deleted. "
                "Write to %(email)s if you want to know why.",
                email=contact,
            )
        to, label = "/about", _("About this server")
    return v.tell(heading, words, to=to, label=label, status=403)


@pages.post("/auth/sign_out")
async def sign_out(v: Visit) -> Reply:
    """End the session of this browser."""
    await v.form()
    if v.session_token:
        await v.write(access.sign_out, v.session_token)
    v.end_session()
    return v.go("/")


@pages.get("/auth/forgotten")
async def forgotten_form(v: Visit) -> Reply:
    """The ways back in that work now."""
    return v.show(FORGOTTEN, form=Form(), can_write=access.needs_email(v.db))


@pages.post("/auth/forgotten")
async def forgotten(v: Visit) -> Reply:
    """Send a link; says the same for every name."""
    form = await v.form()
    try:
        await v.as_stranger(access.ask_reset, form.text("login"))
    except Problem as problem:
        return v.again(FORGOTTEN, form, problem, can_write=access.needs_email(v.db))
    words = [
        _("If this name or address has an account with a confirmed e-mail address, a link is on its way there."),
        _("It works once, for one hour."),
    ]
    return v.tell(_("Look into your mail"), *words)


@pages.post("/auth/recover")
async def recover(v: Visit) -> Reply:
    """A new password by a recovery code."""
    form = await v.form()
    try:
        await v.as_stranger(
            access.reset_with_recovery_code, form.text("name"), form.text("code"), form.raw("new_password")
        )
    except Problem as problem:
        form.refused(problem, {"password": "new_password"})
        return v.again(FORGOTTEN, form, problem, can_write=access.needs_email(v.db))
    return _password_set(v)


@pages.get("/auth/reset")
async def reset_form(v: Visit) -> Reply:
    """Where a link for a new password leads."""
    token = v.query("token")
    if not token:
        return v.go("/auth/forgotten")
    try:
        found = await v.db.run_read(access.check_reset, v.db, token)
    except access.TokenVoid as problem:
        return v.again(FORGOTTEN, Form(), problem, can_write=access.needs_email(v.db))
    return v.show(RESET, form=Form(), token=token, username=found.username)


@pages.post("/auth/reset")
async def reset(v: Visit) -> Reply:
    """Set the new password."""
    form = await v.form()
    token = form.text("token")
    try:
        found = await v.db.run_read(access.check_reset, v.db, token)
        await v.as_stranger(access.reset_password, token, form.raw("password"))
    except access.TokenVoid as problem:
        return v.again(FORGOTTEN, form, problem, can_write=access.needs_email(v.db))
    except Problem as problem:
        return v.again(RESET, form, problem, token=token, username=found.username)
    return _password_set(v)


def _password_set(v: Visit) -> Reply:
    v.end_session()
    words = _("Your new password counts from now on. You were signed out everywhere, apps too.")
    return v.tell(_("Done"), words, to="/auth/sign_in", label=_("Sign in"))
