"""A member's data in files: taking it along, and bringing it from another server."""

from __future__ import annotations

import io
from typing import Any

from holdfast import continuity
from holdfast.errors import Invalid, Problem
from holdfast.languages import _, say, spoken
from holdfast.store import Read
from holdfast.web.forms import Form
from holdfast.web.pages import MEMBERS, Pages
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()

IMPORT = "settings/import.html"
MOST_SHOWN = 100
"""Lines that could not be used which the page shows; the file of them has all."""

WAYS = ("merge", "overwrite")


@pages.get("/settings/export", needs=MEMBERS)
async def export_page(v: Visit) -> Reply:
    """What the files hold."""
    return v.show("settings/export.html", form=None, done="", kinds=continuity.KINDS)


@pages.post("/settings/export", needs=MEMBERS)
async def export(v: Visit) -> Reply:
    """The file with everything."""
    await v.form()
    account = v.member
    assert account is not None

    def packed(r: Read) -> bytes:
        out = io.BytesIO()
        continuity.write_archive(v.db, r, account, out)
        return out.getvalue()

    return _file(await v.read(packed), "application/zip", f"{account.username}.zip")


@pages.post("/settings/export/csv", needs=MEMBERS)
async def export_csv(v: Visit) -> Reply:
    """What other servers take, one kind at a time."""
    kind = (await v.form()).choice("kind", continuity.KINDS)
    text = await v.read(continuity.write_csv, v.db.local_domain, v.me, kind)
    return _file(text.encode(), "text/csv; charset=utf-8", continuity.KINDS[kind].file)


@pages.get("/settings/import", needs=MEMBERS)
async def import_page(v: Visit) -> Reply:
    """Where a file is given, and how far the given ones are."""
    return v.show(IMPORT, form=Form().starting_with(kind="following", way="merge"), done=v.done, **await _far(v))


@pages.post("/settings/import", needs=MEMBERS, body_limit=continuity.MOST_BYTES + 64 * 1024)
async def start_import(v: Visit) -> Reply:
    """Take a file."""
    form = await v.form()
    try:
        kind = form.choice("kind", continuity.KINDS)
        overwrites = form.choice("way", WAYS) == "overwrite"
        file = form.files.get("file")
        if file is None:
            raise Invalid.field("file", "ERR_BLANK", say("Choose a file"))
        await v.write(continuity.start_import, kind, await file.read(), overwrites=overwrites)
    except Problem as problem:
        return v.again(IMPORT, form, problem, done="", **await _far(v))
    return v.go("/settings/import?done=import")


@pages.post("/settings/import/unused", needs=MEMBERS)
async def unused(v: Visit) -> Reply:
    """The lines that could not be used, as a file."""
    found = await v.read(continuity.own_import, v.me, (await v.form()).identifier())
    lines = await v.read(continuity.unused_lines, found.id)
    text = continuity.csv_text(
        (_("Line"), _("Text"), _("Reason")), ((one.line, one.text, spoken(one.reason)) for one in lines)
    )
    return _file(text.encode(), "text/csv; charset=utf-8", f"unused-{continuity.KINDS[found.kind].file}")


async def _far(v: Visit) -> dict[str, Any]:
    def found(r: Read) -> list[tuple[continuity.Import, list[continuity.UnusedLine]]]:
        mine = continuity.imports_of(r, v.me)
        return [(one, continuity.unused_lines(r, one.id, most=MOST_SHOWN)) for one in mine]

    choices = [(name, kind.label) for name, kind in continuity.KINDS.items()]
    return {"imports": await v.read(found), "kinds": continuity.KINDS, "choices": choices, "most_shown": MOST_SHOWN}


def _file(body: bytes, kind: str, name: str) -> Reply:
    answer = Reply(body, 200, kind).header("cache-control", "no-store")
    return answer.header("content-disposition", f'attachment; filename="{name}"')
