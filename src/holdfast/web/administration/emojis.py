"""Administration of custom emoji."""

from __future__ import annotations

import asyncio
from typing import Any

from holdfast import posts
from holdfast.errors import Invalid, Problem
from holdfast.languages import say
from holdfast.web.forms import Form
from holdfast.web.pages import Pages
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()

EMOJIS = "admin/emojis.html"
UPLOAD_BYTES = 5 * 1024 * 1024


async def _found(v: Visit) -> dict[str, Any]:
    return {"emojis": await v.read(posts.all_emojis)}


@pages.get("/admin/emojis", needs="emoji.write")
async def emojis(v: Visit) -> Reply:
    """Every emoji, and the form for one more."""
    return v.show(EMOJIS, form=Form(), done=v.done, **await _found(v))


@pages.post("/admin/emojis", needs="emoji.write", body_limit=UPLOAD_BYTES)
async def add(v: Visit) -> Reply:
    """One more emoji."""
    form = await v.form()
    try:
        picture = form.files.get("file")
        if picture is None:
            raise Invalid.field("file", "ERR_BLANK", say("Choose a picture"))
        name = posts.check_shortcode(form.text("shortcode"))
        stored = await asyncio.to_thread(posts.store_emoji, v.db, await picture.read())
        await v.write(posts.add_emoji, name, *stored, category=form.text("category"), replace=form.ticked("replace"))
    except Problem as problem:
        return v.again(EMOJIS, form, problem, done="", **await _found(v))
    return v.go("/admin/emojis?done=saved")


@pages.post("/admin/emojis/disable", needs="emoji.write")
async def disable(v: Visit) -> Reply:
    """Let an emoji be used no longer, or again."""
    form = await v.form()
    await v.write(posts.disable_emoji, form.text("shortcode"), is_disabled=form.text("change") == "disable")
    return v.go("/admin/emojis?done=saved")


@pages.post("/admin/emojis/remove", needs="emoji.write")
async def remove(v: Visit) -> Reply:
    """Take an emoji away for good."""
    form = await v.form()
    await v.write(posts.remove_emoji, form.text("shortcode"))
    return v.go("/admin/emojis?done=removed")
