"""Joining: the sign-up form in its four modes, invitations, and confirming an e-mail address."""

from __future__ import annotations

from typing import Any

import msgspec

from holdfast import access, people
from holdfast.access import Document, Invite, Rule, SignUpForm
from holdfast.access.challenge import WAITING_S
from holdfast.acting import Acting
from holdfast.errors import Problem
from holdfast.languages import _
from holdfast.people import Account
from holdfast.store import Read
from holdfast.web.forms import Form
from holdfast.web.pages import Pages
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()

SIGN_UP = "auth/sign_up.html"


@pages.get("/auth/sign_up")
async def sign_up_form(v: Visit) -> Reply:
    """The form, or why there is none."""
    return await _form_or_reason(v, Form(), "")


@pages.get("/invite/{code:str}")
async def invited(v: Visit) -> Reply:
    """The form for somebody who was invited."""
    return await _form_or_reason(v, Form(), v.argument("code"))


async def _form_or_reason(v: Visit, form: Form, code: str) -> Reply:
    if v.is_signed_in:
        return v.go("/")
    mode = v.db.settings.registration
    if mode == "closed":
        message = v.db.settings.registration_message or _("This server takes no new members at present.")
        return v.show("auth/not_open.html", 403, heading=_("Sign-up is closed"), message=message)
    if mode == "invite" and not code:
        message = _("You can join this server with an invitation. Ask a member for a link, and open it here.")
        return v.show("auth/not_open.html", 403, heading=_("You need an invitation"), message=message)
    if not code:
        return v.show(SIGN_UP, form=form, **await _around(v, None))
    try:
        invite = await v.read(access.open_invite, code, v.db.clock.now())
    except access.InviteVoid:
        message = _("It was used up, taken back, or its time is over. Ask for a new link.")
        return v.show("auth/not_open.html", 410, heading=_("This invitation is not valid any more"), message=message)
    return v.show(SIGN_UP, form=form.starting_with(invite_code=invite.code), **await _around(v, invite))


async def _around(v: Visit, invite: Invite | None) -> dict[str, Any]:
    """What stands around the form."""

    def look(r: Read) -> tuple[list[Rule], Document | None, Account | None]:
        inviter = people.account_by_id(r, invite.created_by) if invite else None
        return access.rules(r), access.document(r, "terms", now=v.db.clock.now()), inviter

    rules, terms, inviter = await v.read(look)
    needs_approval = v.db.settings.registration == "approval" and invite is None
    return {
        "heading": _("Ask to join") if needs_approval else _("Sign up"),
        "rules": rules,
        "terms": terms,
        "inviter": inviter,
        "needs_approval": needs_approval,
        "needs_email": access.needs_email(v.db),
        "domain": v.db.local_domain,
        "challenge": msgspec.json.encode(access.new_challenge(v.db)).decode(),
        "waiting": access.new_waiting_token(v.db),
        "waiting_s": WAITING_S,
    }


@pages.post("/auth/sign_up")
async def sign_up(v: Visit) -> Reply:
    """Take in what the form says."""
    form = await v.form()
    filled = SignUpForm(
        username=form.text("username"),
        password=form.raw("password"),
        email=form.text("email"),
        agreement=form.ticked("agreement"),
        reason=form.text("reason"),
        date_of_birth=form.text("date_of_birth"),
        invite_code=form.text("invite_code"),
        challenge=form.raw("challenge"),
        waiting=form.text("waiting"),
        locale=v.language,
    )
    try:
        ready = await v.as_stranger(access.prepare, filled)
        joined = await v.db.run_write(access.sign_up, Acting(ip=v.ip), ready)
    except access.RegistrationClosed:
        return await _form_or_reason(v, form, "")
    except access.InviteNeeded:
        return await _form_or_reason(v, form, "")
    except Problem as problem:
        return await _sign_up_again(v, form, problem)
    if not joined.needs_confirmation and not joined.needs_approval:
        session = await v.as_stranger(access.sign_in, filled.username, filled.password, user_agent=v.user_agent)
        v.begin_session(session.token)
        return v.go("/welcome")
    waits = "letter" if joined.needs_confirmation else "approval"
    return v.go(f"/auth/welcome?waits={waits}{'&then=approval' if joined.needs_approval else ''}")


async def _sign_up_again(v: Visit, form: Form, problem: Problem) -> Reply:
    try:
        invite = await v.read(access.open_invite, form.text("invite_code"), v.db.clock.now())
    except access.InviteVoid:
        invite = None
    around = await _around(v, invite)
    if isinstance(problem, access.SentTooSoon):
        around["waiting"] = form.text("waiting")  # it goes on growing older
    return v.again(SIGN_UP, form, problem, **around)


@pages.get("/auth/welcome")
async def welcome(v: Visit) -> Reply:
    """What a new member waits for."""
    words = []
    if v.query("waits") == "letter":
        words.append(_("A letter is on its way to your e-mail address. Open the link in it; it works for three days."))
        if v.query("then") == "approval":
            words.append(_("After that, somebody looks at your request."))
    else:
        words.append(_("Your request is sent. Somebody looks at it before you can sign in."))
    words.append(_("Your name is kept for you until then."))
    return v.tell(_("Thank you"), *words)


@pages.get("/auth/confirm")
async def confirm_form(v: Visit) -> Reply:
    """A button, not the link itself: programs that look through letters open every link."""
    token = v.query("token")
    if not token:
        return v.go("/auth/confirm/again")
    return v.show("auth/confirm.html", form=Form(), token=token)


@pages.post("/auth/confirm")
async def confirm(v: Visit) -> Reply:
    """Confirm the address."""
    form = await v.form()
    token = form.text("token")
    try:
        account_id = await v.db.run_write(access.confirm_email, Acting(ip=v.ip), token)
    except Problem as problem:
        return v.again("auth/confirm.html", form, problem, token=token)
    found = await v.read(access.find, account_id)
    if found is not None and found.is_pending:
        words = _("Your address is confirmed. Now somebody looks at your request before you can sign in.")
        return v.tell(_("Confirmed"), words)
    to, label = ("/settings/email", _("To your settings")) if v.is_signed_in else ("/auth/sign_in", _("Sign in"))
    return v.tell(_("Confirmed"), _("Your address is confirmed."), to=to, label=label)


@pages.get("/auth/confirm/again")
async def confirm_again_form(v: Visit) -> Reply:
    """Where the letter is asked for again."""
    return v.show("auth/confirm_again.html", form=Form())


@pages.post("/auth/confirm/again")
async def confirm_again(v: Visit) -> Reply:
    """Send the letter again; says the same for every address."""
    form = await v.form()
    try:
        await v.as_stranger(access.ask_confirmation, form.text("email"))
    except Problem as problem:
        return v.again("auth/confirm_again.html", form, problem)
    words = _("If an address waits for its confirmation there, the letter is on its way.")
    return v.tell(_("Look into your mail"), words)
