"""What guards a member's sign-in: password, sessions and apps, passkeys, authenticator app, recovery codes."""

from __future__ import annotations

from typing import Any

from holdfast import access
from holdfast.access import Enrolment
from holdfast.access import totp as totp_codes
from holdfast.errors import Problem
from holdfast.languages import _
from holdfast.store import Read
from holdfast.web.forms import Form, explained
from holdfast.web.pages import MEMBERS, Pages, replies_json
from holdfast.web.problems import answer_for
from holdfast.web.replies import Reply
from holdfast.web.settings.account import me
from holdfast.web.visits import Visit

pages = Pages()

PASSWORD = "settings/password.html"  # noqa: S105
SESSIONS = "settings/sessions.html"
PASSKEYS = "settings/passkeys.html"
TOTP = "settings/totp.html"
CODES = "settings/recovery_codes.html"


@pages.get("/settings/password", needs=MEMBERS)
async def password_form(v: Visit) -> Reply:
    """Where the password is changed."""
    return v.show(PASSWORD, form=Form(), done=v.done, member=await me(v))


@pages.post("/settings/password", needs=MEMBERS)
async def password(v: Visit) -> Reply:
    """Change it; other sessions end."""
    form = await v.form()
    try:
        await v.in_thread(access.change_password, form.raw("current_password"), form.raw("new_password"))
    except Problem as problem:
        form.refused(problem, {"password": "new_password"})
        return v.again(PASSWORD, form, problem, done="", member=await me(v))
    return v.go("/settings/password?done=password")


@pages.get("/settings/sessions", needs=MEMBERS)
async def sessions(v: Visit) -> Reply:
    """Where one is signed in, and which apps one let in."""

    def look(r: Read) -> dict[str, Any]:
        return {"sessions": access.sessions_of(r, v.me), "apps": access.authorized_apps(r, v.me)}

    return v.show(SESSIONS, form=None, done=v.done, **await v.read(look))


@pages.post("/settings/sessions/end", needs=MEMBERS)
async def end_session(v: Visit) -> Reply:
    """End one session."""
    form = await v.form()
    await v.write(access.revoke_session, form.identifier())
    return v.go("/settings/sessions?done=ended")


@pages.post("/settings/sessions/end_others", needs=MEMBERS)
async def end_others(v: Visit) -> Reply:
    """End all sessions but this one."""
    await v.form()
    await v.write(access.revoke_other_sessions)
    return v.go("/settings/sessions?done=ended")


@pages.post("/settings/apps/end", needs=MEMBERS)
async def end_app(v: Visit) -> Reply:
    """Shut an app out."""
    form = await v.form()
    await v.write(access.revoke_app, form.identifier())
    return v.go("/settings/sessions?done=shut_out")


async def _passkeys(v: Visit) -> dict[str, Any]:
    return {"passkeys": await v.read(access.passkeys_of, v.me), "member": await me(v)}


@pages.get("/settings/passkeys", needs=MEMBERS)
async def passkeys(v: Visit) -> Reply:
    """One's passkeys."""
    return v.show(PASSKEYS, form=Form(), done=v.done, **await _passkeys(v))


@pages.post("/settings/passkeys/options", needs=MEMBERS)
async def passkey_options(v: Visit) -> Reply:
    """What the browser is asked, for the script of the page; after the password."""
    form = await v.form()
    try:
        await v.in_thread(access.prove, form.raw("password"))
        return replies_json(await v.in_thread(access.ask_registration))
    except Problem as problem:
        return replies_json({"error": explained(problem)}, answer_for(problem)[0])


@pages.post("/settings/passkeys", needs=MEMBERS)
async def add_passkey(v: Visit) -> Reply:
    """The browser's answer."""
    form = await v.form()
    try:
        await v.in_thread(access.add_passkey, form.raw("answer"), form.text("name"))
    except Problem as problem:
        return v.again(PASSKEYS, form, problem, done="", **await _passkeys(v))
    return v.go("/settings/passkeys?done=added")


@pages.post("/settings/passkeys/rename", needs=MEMBERS)
async def rename_passkey(v: Visit) -> Reply:
    """Call it something else."""
    form = await v.form()
    await v.write(access.rename_passkey, form.identifier(), form.text("name"))
    return v.go("/settings/passkeys?done=saved")


@pages.post("/settings/passkeys/remove", needs=MEMBERS)
async def remove_passkey(v: Visit) -> Reply:
    """Take it away."""
    form = await v.form()
    try:
        await v.write(access.remove_passkey, form.identifier())
    except access.LastWayIn as problem:
        return v.again(PASSKEYS, form, problem, done="", **await _passkeys(v))
    return v.go("/settings/passkeys?done=removed")


async def _totp(v: Visit, form: Form, enrolment: Enrolment | None = None, problem: Problem | None = None) -> Reply:
    member = await me(v)
    if problem is not None:
        return v.again(TOTP, form, problem, is_secret=True, done="", member=member, enrolment=enrolment)
    return v.show(TOTP, is_secret=True, form=form, done=v.done, member=member, enrolment=enrolment)


@pages.get("/settings/totp", needs=MEMBERS)
async def totp(v: Visit) -> Reply:
    """Whether an authenticator app is in force."""
    return await _totp(v, Form())


@pages.post("/settings/totp", needs=MEMBERS)
async def begin_totp(v: Visit) -> Reply:
    """A key for the app; after the password."""
    form = await v.form()
    try:
        await v.in_thread(access.prove, form.raw("password"))
        enrolment = await v.write(access.begin_totp)
    except Problem as problem:
        return await _totp(v, form, problem=problem)
    return await _totp(v, Form(), enrolment)


@pages.post("/settings/totp/confirm", needs=MEMBERS)
async def confirm_totp(v: Visit) -> Reply:
    """The first code: from now on they are asked for."""
    form = await v.form()
    try:
        codes = await v.write(access.confirm_totp, form.text("code"))
    except Problem as problem:
        enrolment = await _begun_enrolment(v)
        form.refused(problem)
        form.wrong.setdefault("code", explained(problem))
        return await _totp(v, form, enrolment, problem)
    return await _codes(v, Form(), codes, _("Your authenticator app is in force."))


async def _begun_enrolment(v: Visit) -> Enrolment | None:
    """The key that waits for its first code, to be shown again after a wrong one."""
    found = await me(v)
    if found.totp_secret is None or found.totp_enabled_at is not None:
        return None
    address = f"{found.username}@{v.db.local_domain}"
    uri = totp_codes.provisioning_uri(found.totp_secret, address, v.db.settings.name)
    return Enrolment(uri, totp_codes.grouped(found.totp_secret))


@pages.post("/settings/totp/remove", needs=MEMBERS)
async def remove_totp(v: Visit) -> Reply:
    """Sign in without codes again; after the password."""
    form = await v.form()
    try:
        await v.in_thread(access.prove, form.raw("password"))
        await v.write(access.disable_totp)
    except Problem as problem:
        return await _totp(v, form, problem=problem)
    return v.go("/settings/totp?done=totp_off")


async def _codes(v: Visit, form: Form, codes: list[str], done: str = "") -> Reply:
    left = await v.read(access.recovery_codes_left, v.me)
    return v.show(CODES, is_secret=True, form=form, done=done, codes=codes, left=left, member=await me(v))


@pages.get("/settings/recovery_codes", needs=MEMBERS)
async def recovery_codes(v: Visit) -> Reply:
    """How many codes are left."""
    return await _codes(v, Form(), [])


@pages.post("/settings/recovery_codes", needs=MEMBERS)
async def new_recovery_codes(v: Visit) -> Reply:
    """Ten new codes, shown only now; after the password."""
    form = await v.form()
    try:
        await v.in_thread(access.prove, form.raw("password"))
        codes = await v.write(access.new_recovery_codes)
    except Problem as problem:
        left = await v.read(access.recovery_codes_left, v.me)
        return v.again(CODES, form, problem, is_secret=True, done="", codes=[], left=left, member=await me(v))
    return await _codes(v, Form(), codes)
