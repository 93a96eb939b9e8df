"""Posts that wait for their time: when they come, another time for them, or none."""

from __future__ import annotations

from typing import Any

from holdfast import posts
from holdfast.errors import NotFound, Problem
from holdfast.languages import say
from holdfast.posts.scheduling import SHORTEST_WAIT_MS
from holdfast.store import SECOND, Window, read_id
from holdfast.web.forms import Form, field_problem
from holdfast.web.pages import MEMBERS, Pages
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit
from holdfast.web.writing.write_form import moment, moment_in

pages = Pages()

PAGE = "posts/scheduled.html"
MOST_SHOWN = 300  # as many as may wait


async def _values(v: Visit) -> dict[str, Any]:
    waiting = await v.read(posts.scheduled_posts, v.me, Window(limit=MOST_SHOWN))
    return {
        "waiting": sorted(waiting, key=lambda one: one.scheduled_at),
        "moment": moment,
        "soonest": moment(v.db.clock.now() + SHORTEST_WAIT_MS + 60 * SECOND),
    }


@pages.get("/scheduled", needs=MEMBERS)
async def scheduled(v: Visit) -> Reply:
    """All of them, the next one first."""
    return v.show(PAGE, form=Form(), done=v.done, **await _values(v))


def _which(v: Visit) -> int:
    found = read_id(v.argument("scheduled"))
    if found is None:
        raise NotFound()
    return found


@pages.post("/scheduled/{scheduled:str}/move", needs=MEMBERS)
async def move(v: Visit) -> Reply:
    """Give one another time."""
    form = await v.form()
    number = _which(v)
    name = f"scheduled_at_{number}"
    try:
        at = moment_in(form, name)
        if at is None:
            raise field_problem(name, say("Say when it shall be published"))
        await v.write(posts.reschedule, number, at)
    except NotFound:
        raise
    except Problem as problem:
        form.refused(problem, {"scheduled_at": name})
        return v.again(PAGE, form, problem, done="", **await _values(v))
    return v.go("/scheduled?done=rescheduled")


@pages.post("/scheduled/{scheduled:str}/cancel", needs=MEMBERS)
async def cancel(v: Visit) -> Reply:
    """Do not publish one."""
    await v.form()
    await v.write(posts.cancel_scheduled, _which(v))
    return v.go("/scheduled?done=cancelled")
