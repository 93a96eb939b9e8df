"""A decision as it is read by who may not sign in any more: why, until when, an appeal, and their data to take along.

The address came by letter, or by the right password; see ``moderation.ways_in``.
"""

from __future__ import annotations

import io
from typing import Any

from holdfast import continuity, moderation
from holdfast.access import TokenVoid
from holdfast.errors import NotFound, Problem
from holdfast.people import Account
from holdfast.store import Read
from holdfast.web.forms import Form
from holdfast.web.pages import Pages
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()

PAGE = "moderation/decided.html"


@pages.get("/decisions/{key:str}")
async def decided(v: Visit) -> Reply:
    """The statement of reasons."""
    return v.show(PAGE, is_secret=True, form=Form(), done=v.done, **await _around(v))


@pages.post("/decisions/{key:str}/appeal")
async def appeal(v: Visit) -> Reply:
    """Have somebody else look at it."""
    form = await v.form()
    around = await _around(v)
    try:
        await v.write(moderation.appeal_with, v.argument("key"), form.text("text"))
    except Problem as problem:
        return v.again(PAGE, form, problem, is_secret=True, done="", **around)
    return v.go(f"/decisions/{v.argument('key')}?done=appealed")


@pages.post("/decisions/{key:str}/export")
async def export(v: Visit) -> Reply:
    """The file with everything that is the member's."""
    await v.form()
    account: Account = (await _around(v))["account"]

    def packed(r: Read) -> bytes:
        out = io.BytesIO()
        continuity.write_archive(v.db, r, account, out)
        return out.getvalue()

    answer = Reply(await v.read(packed), 200, "application/zip").header("cache-control", "private, no-store")
    return answer.header("content-disposition", f'attachment; filename="{account.username}.zip"')


async def _around(v: Visit) -> dict[str, Any]:
    key = v.argument("key")
    try:
        said, account = await v.read(moderation.read_with, v.db, key)
    except TokenVoid as void:
        raise NotFound() from void
    at = f"/decisions/{key}"
    return {
        "said": said,
        "account": account,
        "appeal_at": f"{at}/appeal",
        "export_at": f"{at}/export",
        "most": moderation.LONGEST_APPEAL,
    }
