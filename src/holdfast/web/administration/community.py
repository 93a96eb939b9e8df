"""Administration: requests to join, members, whom sign-up keeps out, rules and texts. ``operating`` has the rest."""

from __future__ import annotations

from typing import Any

from holdfast import access, people
from holdfast.access import Member, applications
from holdfast.errors import NotFound, Problem
from holdfast.languages import N_
from holdfast.store import DAY, Read, read_id
from holdfast.web.forms import Form
from holdfast.web.pages import Pages
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit
from holdfast.web.words import ROLES, SEVERITIES

pages = Pages()

PER_PAGE = 100
APPROVALS, MEMBERS_LIST = "admin/approvals.html", "admin/members.html"
BLOCKS, RULES, DOCUMENTS = "admin/blocks.html", "admin/rules.html", "admin/documents.html"
SAME = {
    ("email",): N_("the e-mail address"),
    ("network",): N_("the network"),
    ("name",): N_("the name"),
    ("email", "network"): N_("the e-mail address and the network"),
    ("email", "name"): N_("the e-mail address and the name"),
    ("network", "name"): N_("the network and the name"),
    ("email", "network", "name"): N_("the e-mail address, the network and the name"),
}
"""What an applicant has in common with somebody who was turned down."""
DURATIONS = ("", "1", "7", "30", "365")
BLOCK_DEFAULTS = {"severity": "sign_up_requires_approval", "expires_in": "30"}


@pages.get("/admin/approvals", needs="accounts.approve")
async def approvals(v: Visit) -> Reply:
    """Who asks to join."""
    return v.show(APPROVALS, form=None, done=v.done, **await _applicants(v))


async def _applicants(v: Visit) -> dict[str, Any]:
    def look(r: Read) -> dict[str, Any]:
        pending = access.pending(r)
        words = applications.words_of(r, [one.account_id for one in pending])
        askers = {one.asked_by for said in words.values() for one in said if one.asked_by}
        return {
            "pending": pending,
            "words": words,
            "rejections": {one.account_id: applications.earlier_rejections(r, v.db, one) for one in pending},
            "askers": {number: one.username for number, one in people.accounts_by_ids(r, askers).items()},
            "same": SAME,
            "most": applications.LONGEST_WORDS,
        }

    return await v.read(look)


@pages.post("/admin/approvals/ask", needs="accounts.approve")
async def ask(v: Visit) -> Reply:
    """Ask somebody who wants to join."""
    form = await v.form()
    try:
        await v.write(applications.ask_applicant, form.identifier(), form.raw("text"))
    except Problem as problem:
        return v.again(APPROVALS, form, problem, done="", **await _applicants(v))
    return v.go("/admin/approvals?done=asked_applicant")


@pages.post("/admin/approvals/approve", needs="accounts.approve")
async def approve(v: Visit) -> Reply:
    """Let somebody in."""
    form = await v.form()
    await v.write(access.approve, form.identifier())
    return v.go("/admin/approvals?done=approved")


@pages.post("/admin/approvals/reject", needs="accounts.approve")
async def reject(v: Visit) -> Reply:
    """Turn somebody down."""
    form = await v.form()
    try:
        await v.write(access.reject, form.identifier(), form.text("reason"))
    except Problem as problem:
        return v.again(APPROVALS, form, problem, done="", **await _applicants(v))
    return v.go("/admin/approvals?done=rejected")


async def _members(v: Visit) -> dict[str, Any]:
    name, start = v.query("name").strip(), read_id(v.query("after")) or 0

    def look(r: Read) -> list[Member]:
        if name:
            found = access.by_login(r, name)
            return [found] if found else []
        return access.listing(r, after=start, most=PER_PAGE + 1)

    found = await v.read(look)
    more = found[PER_PAGE - 1].account_id if len(found) > PER_PAGE else 0
    return {"members": found[:PER_PAGE], "name": name, "more": more, "role_words": ROLES}


@pages.get("/admin/members", needs="accounts.read")
async def members(v: Visit) -> Reply:
    """Everybody, in the order in which they joined."""
    return v.show(MEMBERS_LIST, form=None, done=v.done, **await _members(v))


@pages.post("/admin/members/role", needs="roles.grant")
async def set_role(v: Visit) -> Reply:
    """Give a role."""
    form = await v.form()
    return await _changed(v, form, access.set_role, form.text("role"))


async def _changed(v: Visit, form: Form, command: object, *values: object) -> Reply:
    try:
        await v.write(command, form.identifier(), *values)  # type: ignore[arg-type]
    except Problem as problem:
        return v.again(MEMBERS_LIST, form, problem, done="", **await _members(v))
    return v.go("/admin/members?done=saved")


@pages.post("/admin/members/suspend", needs="accounts.suspend")
async def suspend(v: Visit) -> Reply:
    """Hide an account and all it has."""
    return await _changed(v, await v.form(), access.suspend)


@pages.post("/admin/members/unsuspend", needs="accounts.suspend")
async def unsuspend(v: Visit) -> Reply:
    """Lift a suspension."""
    return await _changed(v, await v.form(), access.unsuspend)


@pages.post("/admin/members/freeze", needs="accounts.suspend")
async def freeze(v: Visit) -> Reply:
    """Freeze the sign-in only."""
    return await _changed(v, await v.form(), access.disable_sign_in)


@pages.post("/admin/members/thaw", needs="accounts.suspend")
async def thaw(v: Visit) -> Reply:
    """Let sign in again."""
    return await _changed(v, await v.form(), access.enable_sign_in)


@pages.post("/admin/members/reset", needs="accounts.reset")
async def reset(v: Visit) -> Reply:
    """A link for a new password, shown once."""
    form = await v.form()
    account_id = form.identifier()
    try:
        link = await v.write(access.reset_link, account_id, drops_second_factor=form.ticked("drops_second_factor"))
    except Problem as problem:
        return v.again(MEMBERS_LIST, form, problem, done="", **await _members(v))
    found = await v.read(access.member, account_id)
    return v.show("admin/reset_link.html", is_secret=True, form=None, done="", link=link, username=found.username)


async def _blocks(v: Visit) -> dict[str, Any]:
    def look(r: Read) -> dict[str, Any]:
        return {"networks": access.ip_blocks(r), "domains": access.email_domain_blocks(r)}

    found = await v.read(look)
    return found | {"severity_words": SEVERITIES, "severity_choices": list(SEVERITIES.items())}


@pages.get("/admin/blocks", needs="sign_up.block")
async def blocks(v: Visit) -> Reply:
    """Networks and providers that are kept out."""
    form = Form().starting_with(**BLOCK_DEFAULTS)
    return v.show(BLOCKS, form=form, done=v.done, **await _blocks(v))


@pages.post("/admin/blocks/networks", needs="sign_up.block")
async def block_network(v: Visit) -> Reply:
    """Block a network."""
    form = await v.form()
    try:
        days = form.choice("expires_in", DURATIONS)
        await v.write(
            access.block_ip,
            form.text("ip"),
            form.text("severity"),
            comment=form.text("comment"),
            expires_in_ms=int(days) * DAY if days else None,
        )
    except Problem as problem:
        return v.again(BLOCKS, form.starting_with(**BLOCK_DEFAULTS), problem, done="", **await _blocks(v))
    return v.go("/admin/blocks?done=saved")


@pages.post("/admin/blocks/networks/lift", needs="sign_up.block")
async def lift_network(v: Visit) -> Reply:
    """Lift it."""
    form = await v.form()
    await v.write(access.unblock_ip, form.identifier())
    return v.go("/admin/blocks?done=lifted")


@pages.post("/admin/blocks/domains", needs="sign_up.block")
async def block_provider(v: Visit) -> Reply:
    """Block a provider of e-mail addresses."""
    form = await v.form()
    try:
        await v.write(access.block_email_domain, form.text("email"), form.text("domain_comment"))
    except Problem as problem:
        return v.again(BLOCKS, form.starting_with(**BLOCK_DEFAULTS), problem, done="", **await _blocks(v))
    return v.go("/admin/blocks?done=saved")


@pages.post("/admin/blocks/domains/lift", needs="sign_up.block")
async def lift_provider(v: Visit) -> Reply:
    """Lift it."""
    form = await v.form()
    await v.write(access.unblock_email_domain, form.identifier())
    return v.go("/admin/blocks?done=lifted")


@pages.get("/admin/rules", needs="rules.write")
async def rules(v: Visit) -> Reply:
    """The rules, to be worded."""
    return v.show(RULES, form=Form(), done=v.done, rules=await v.read(access.rules))


@pages.post("/admin/rules", needs="rules.write")
async def add_rule(v: Visit) -> Reply:
    """One more rule."""
    form = await v.form()
    try:
        await v.write(access.add_rule, form.text("text"), form.text("hint"))
    except Problem as problem:
        return v.again(RULES, form, problem, done="", rules=await v.read(access.rules))
    return v.go("/admin/rules?done=saved")


@pages.post("/admin/rules/change", needs="rules.write")
async def change_rule(v: Visit) -> Reply:
    """Word a rule anew, or move it."""
    form = await v.form()
    try:
        await v.write(
            access.change_rule,
            form.identifier(),
            text=form.text("text"),
            hint=form.text("hint"),
            position=form.number("position", most=10_000, label=N_("Place")),
        )
    except Problem as problem:
        return v.again(RULES, form, problem, done="", rules=await v.read(access.rules))
    return v.go("/admin/rules?done=saved")


@pages.post("/admin/rules/translate", needs="rules.write")
async def translate_rule(v: Visit) -> Reply:
    """Give a rule in another language, or take that away."""
    form = await v.form()
    try:
        await v.write(
            access.translate_rule,
            form.identifier(),
            form.text("language"),
            form.text("translated_text"),
            form.text("translated_hint"),
        )
    except Problem as problem:
        form.refused(problem, {"text": "translated_text", "hint": "translated_hint"})
        return v.again(RULES, form, problem, done="", rules=await v.read(access.rules))
    return v.go("/admin/rules?done=saved")


@pages.post("/admin/rules/remove", needs="rules.write")
async def remove_rule(v: Visit) -> Reply:
    """Take a rule out of force."""
    form = await v.form()
    await v.write(access.remove_rule, form.identifier())
    return v.go("/admin/rules?done=removed")


async def _kinds(v: Visit) -> list[tuple[str, str, object]]:
    def look(r: Read) -> list[tuple[str, str, object]]:
        terms, privacy = access.document_versions(r, "terms"), access.document_versions(r, "privacy")
        return [
            ("terms", N_("Terms"), terms[0] if terms else None),
            ("privacy", N_("Privacy notice"), privacy[0] if privacy else None),
        ]

    return await v.read(look)


@pages.get("/admin/documents", needs="documents.write")
async def documents(v: Visit) -> Reply:
    """The texts, to be written."""
    kinds = await _kinds(v)
    return v.show(DOCUMENTS, form=Form().starting_with(**_texts(kinds)), done=v.done, kinds=kinds)


def _texts(kinds: list[tuple[str, str, object]]) -> dict[str, str]:
    return {kind: getattr(present, "text", "") for kind, label, present in kinds}


@pages.post("/admin/documents/{kind:str}", needs="documents.write")
async def publish(v: Visit) -> Reply:
    """Publish a new version."""
    form = await v.form()
    kind = v.argument("kind")
    if kind not in ("terms", "privacy"):
        raise NotFound()
    try:
        days = int(form.choice(f"{kind}_after", ("0", "7", "30"), "0"))
        begins = v.db.clock.now() + days * DAY if days else None
        await v.write(access.publish_document, kind, form.text(kind), effective_at=begins)
    except Problem as problem:
        kinds = await _kinds(v)
        form.starting_with(**_texts(kinds)).refused(problem, {"text": kind})
        return v.again(DOCUMENTS, form, problem, done="", kinds=kinds)
    return v.go("/admin/documents?done=published")
