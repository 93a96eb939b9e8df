"""What those who run the server have to say to its members, on top of their feeds."""

from __future__ import annotations

from holdfast import announcements
from holdfast.announcements import Announcement
from holdfast.store import Read
from holdfast.web.pages import MEMBERS, Pages
from holdfast.web.replies import Reply, local_path
from holdfast.web.visits import Visit

pages = Pages()


def news_for(r: Read, v: Visit) -> list[Announcement]:
    """What the staff has to say and a member has not put aside; nothing for strangers."""
    me = v.acting.account_id
    found = announcements.active(r, v.db.clock.now()) if me is not None else []
    read = announcements.read_by(r, me, [one.id for one in found]) if me is not None and found else set()
    return [one for one in found if one.id not in read]


@pages.post("/announcements/dismiss", needs=MEMBERS)
async def dismiss_announcement(v: Visit) -> Reply:
    """Put an announcement aside."""
    form = await v.form()
    await v.write(announcements.dismiss, form.identifier())
    return v.go(local_path(form.raw("next"), "/public"))
