"""A member's own settings: profile, address, invitations, deletion. ``security`` guards the sign-in."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any, Literal

from holdfast import access, people
from holdfast.access import Invite, Member
from holdfast.errors import Problem
from holdfast.languages import N_, _, say
from holdfast.people import Account, Bio, ProfileChange, ProfileField
from holdfast.posts.picture_worker import picture_worker
from holdfast.posts.profile_pictures import store_profile_picture
from holdfast.posts.text import Mentioned, find_mentions, render_bio, render_field
from holdfast.store import DAY, Read
from holdfast.web.forms import Form, field_problem
from holdfast.web.pages import MEMBERS, Pages
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit
from holdfast.writes import Ability, check_mode

pages = Pages()

PROFILE = "settings/profile.html"
EMAIL = "settings/email.html"
INVITES = "settings/invites.html"
DELETE = "settings/delete.html"
PICTURES: tuple[Literal["avatar"], Literal["header"]] = ("avatar", "header")
UPLOAD_LIMIT = 40 * 1024 * 1024  # bytes of a form with two pictures; the limit for one is a server setting
DURATIONS = ("", "1", "7", "30", "365")


@pages.get("/settings", needs=MEMBERS)
async def settings(v: Visit) -> Reply:
    """The first page of the settings."""
    return v.go("/settings/profile")


async def me(v: Visit) -> Member:
    """The member who visits."""
    return await v.read(access.member, v.me)


@pages.get("/settings/profile", needs=MEMBERS)
async def profile_form(v: Visit) -> Reply:
    """The profile as it was written."""
    account = v.member
    assert account is not None
    values: dict[str, Any] = {
        "display_name": account.display_name,
        "bio": account.note,
        "is_locked": account.is_locked,
        "is_discoverable": account.is_discoverable,
        "hides_collections": account.hides_collections,
        "is_bot": account.is_bot,
    }
    for n, field in enumerate(account.fields):
        values |= {f"label_{n}": field.name, f"value_{n}": field.value}
    return v.show(PROFILE, form=Form().starting_with(**values), done=v.done, fields=_rows(v))


def _rows(v: Visit) -> int:
    return v.db.settings.most_profile_fields


@pages.post("/settings/profile", needs=MEMBERS, body_limit=UPLOAD_LIMIT)
async def profile(v: Visit) -> Reply:
    """Change it. Texts become HTML before the write, which then only stores them."""
    form = await v.form()
    rows = [(form.text(f"label_{n}"), form.text(f"value_{n}")) for n in range(_rows(v))]
    bio = form.text("bio")
    try:
        known = await v.read(_mentioned, v, "\n".join([bio, *(value for label, value in rows)]))
        about, fields = _rendered(v, bio, rows, known)
        change = ProfileChange(
            display_name=form.text("display_name"),
            bio=about,
            fields=fields,
            is_locked=form.ticked("is_locked"),
            is_discoverable=form.ticked("is_discoverable"),
            hides_collections=form.ticked("hides_collections"),
            is_bot=form.ticked("is_bot"),
            **await _pictures(v, form),
        )
        await v.write(people.update_profile, change)
    except Problem as problem:
        form.refused(problem, {"note": "bio"})
        for kind in form.files:  # a browser fills in no file on its own
            form.wrong.setdefault(kind, _("This picture was not kept. Choose it once more."))
        return v.again(PROFILE, form, problem, done="", fields=_rows(v))
    return v.go("/settings/profile?done=saved")


async def _pictures(v: Visit, form: Form) -> dict[str, Any]:
    """The keys of pictures that were sent, stored before the write; None for one that goes."""
    found: dict[str, Any] = {}
    for kind in PICTURES:
        upload = form.files.get(kind)
        if upload is not None:
            await v.read(check_mode, Ability.PROFILE, v.db.clock.now())
            store = partial(store_profile_picture, v.db, picture_worker(), upload.file, kind)
            found[f"{kind}_key"] = await asyncio.to_thread(store)
        elif form.ticked(f"without_{kind}"):
            found[f"{kind}_key"] = None
    return found


def _rendered(
    v: Visit, bio: str, rows: list[tuple[str, str]], known: dict[tuple[str, str | None], Mentioned]
) -> tuple[Bio, list[ProfileField]]:
    def found(name: str, domain: str | None) -> Mentioned | None:
        return known.get((name, domain))

    domain, base = v.db.local_domain, v.db.base_url
    about = Bio(bio, render_bio(bio, domain=domain, base_url=base, resolve_mention=found).html)
    fields = [
        ProfileField(name, value, render_field(value, domain=domain, base_url=base, resolve_mention=found).html)
        for name, value in rows
    ]
    return about, fields


def _mentioned(r: Read, v: Visit, text: str) -> dict[tuple[str, str | None], Mentioned]:
    handles = find_mentions(text, v.db.local_domain) if "@" in text else []

    def url(account: Account) -> str:
        return f"{v.db.base_url}/@{account.username}" if account.domain is None else account.uri

    return {
        key: Mentioned(account.id, account.username, account.domain, url(account))
        for key, account in people.accounts_by_handles(r, handles).items()
    }


@pages.get("/settings/email", needs=MEMBERS)
async def email_form(v: Visit) -> Reply:
    """The address, and where another one is given."""
    return v.show(EMAIL, form=Form(), done=v.done, member=await me(v), needs_email=access.needs_email(v.db))


@pages.post("/settings/email", needs=MEMBERS)
async def email(v: Visit) -> Reply:
    """Another address, after the password."""
    form = await v.form()
    try:
        await v.in_thread(access.prove, form.raw("password"))
        await v.write(access.change_email, form.text("email"))
    except Problem as problem:
        return v.again(EMAIL, form, problem, done="", member=await me(v), needs_email=access.needs_email(v.db))
    return v.go(f"/settings/email?done={'letter' if access.needs_email(v.db) else 'saved'}")


@pages.post("/settings/email/again", needs=MEMBERS)
async def email_again(v: Visit) -> Reply:
    """The letter once more."""
    form = await v.form()
    try:
        await v.in_thread(access.count_confirmation)
        await v.write(access.resend_confirmation)
    except Problem as problem:
        return v.again(EMAIL, form, problem, done="", member=await me(v), needs_email=access.needs_email(v.db))
    return v.go("/settings/email?done=letter")


@pages.get("/settings/invites", needs=MEMBERS)
async def invites_page(v: Visit) -> Reply:
    """One's own invitations."""
    form = Form().starting_with(most_uses="1", expires_in="7")
    return v.show(INVITES, form=form, done=v.done, **await _invites(v))


async def _invites(v: Visit) -> dict[str, Any]:
    found: list[Invite] = await v.read(access.invites_of, v.me)
    mine = await v.read(people.collections_of, v.me, v.me)
    return {
        "invites": found,
        "collections": [("", _("Nobody in particular")), *((str(one.id), one.name) for one in mine)],
        "now": v.db.clock.now(),
        "invite_url": lambda code: access.invite_url(v.db, code),
    }


@pages.post("/settings/invites", needs=MEMBERS)
async def invite(v: Visit) -> Reply:
    """Make a link."""
    form = await v.form()
    try:
        days = form.choice("expires_in", DURATIONS)
        await v.write(
            access.create_invite,
            most_uses=form.number("most_uses", least=1, most=1000, label=N_("Uses")),
            expires_in_ms=int(days) * DAY if days else None,
            comment=form.text("comment"),
            follows_inviter=form.ticked("follows_inviter"),
            collection_id=form.identifier("collection_id") if form.text("collection_id") else None,
        )
    except Problem as problem:
        return v.again(INVITES, form, problem, done="", **await _invites(v))
    return v.go("/settings/invites?done=made")


@pages.post("/settings/invites/revoke", needs=MEMBERS)
async def revoke_invite(v: Visit) -> Reply:
    """Take a link back."""
    form = await v.form()
    await v.write(access.revoke_invite, form.identifier())
    return v.go("/settings/invites?done=revoked")


@pages.get("/settings/delete", needs=MEMBERS)
async def delete_form(v: Visit) -> Reply:
    """What deleting means."""
    return v.show(DELETE, form=Form(), done="", member=await me(v))


@pages.post("/settings/delete", needs=MEMBERS)
async def delete(v: Visit) -> Reply:
    """Delete the account, once the name is typed and the password right."""
    form = await v.form()
    assert v.member is not None
    try:
        if form.text("confirmation").removeprefix("@").casefold() != v.member.username.casefold():
            raise field_problem(
                "confirmation", say("Type your name as it stands here, so that nothing happens by mistake")
            )
        await v.in_thread(access.prove, form.raw("password"))
        await v.write(access.delete_own_account)
    except Problem as problem:
        return v.again(DELETE, form, problem, done="", member=await me(v))
    v.end_session()
    words = _("Your account is deleted and you are signed out. Your posts are gone for everybody.")
    return v.tell(_("Deleted"), words)
