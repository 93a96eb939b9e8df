"""A member's old posts that delete themselves: what goes, what is kept, when, and how many it would be now."""

from __future__ import annotations

from typing import Any

from holdfast.errors import Problem
from holdfast.languages import N_, ngettext
from holdfast.posts import old_posts
from holdfast.posts.old_posts import Rules
from holdfast.store import Read
from holdfast.web.forms import Form
from holdfast.web.pages import MEMBERS, Pages
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()

OLD_POSTS = "settings/old_posts.html"
AGES = {
    "7": N_("1 week"),
    "14": N_("2 weeks"),
    "30": N_("1 month"),
    "60": N_("2 months"),
    "90": N_("3 months"),
    "180": N_("6 months"),
    "365": N_("1 year"),
    "730": N_("2 years"),
}
KEPT = (
    ("keeps_pinned", N_("Pinned posts")),
    ("keeps_bookmarked", N_("Posts that you have bookmarked")),
    ("keeps_favourited", N_("Posts that you have favourited")),
    ("keeps_polls", N_("Polls")),
    ("keeps_media", N_("Posts with pictures, films or sounds")),
    ("keeps_direct", N_("Posts that only mentioned people see")),
)


@pages.get("/settings/old-posts", needs=MEMBERS)
async def old_posts_form(v: Visit) -> Reply:
    """What is set."""
    rules, next_run_at = await v.read(old_posts.plan_of, v.me)
    values: dict[str, Any] = {name: getattr(rules, name) for name in rules.__struct_fields__}
    form = Form().starting_with(**values | {"is_on": next_run_at is not None, "age_days": str(rules.age_days)})
    return v.show(OLD_POSTS, form=form, done=v.done, **await _around(v, rules))


async def _around(v: Visit, rules: Rules | None) -> dict[str, Any]:
    """What the page says beside its form; ``rules`` are those by which the posts that would go are counted."""

    def look(r: Read) -> dict[str, Any]:
        count = old_posts.count(r, v.me, rules, v.db.clock.now()) if rules is not None else None
        return {"count_now": count, "next_run_at": old_posts.plan_of(r, v.me).next_run_at}

    ages: list[tuple[str, str]] = list(AGES.items())
    if rules is not None and str(rules.age_days) not in AGES:
        ages.append((str(rules.age_days), ngettext("%(num)s day", "%(num)s days", rules.age_days)))
    return {"ages": ages, "kept": KEPT, **await v.read(look)}


@pages.post("/settings/old-posts", needs=MEMBERS)
async def set_old_posts(v: Visit) -> Reply:
    """Save it, or only count what would go."""
    form = await v.form()
    try:
        rules = _rules(form)
        if form.ticked("try"):
            return v.show(OLD_POSTS, form=form, done="", **await _around(v, rules))
        await v.write(old_posts.set_rules, rules, is_on=form.ticked("is_on"))
    except Problem as problem:
        return v.again(OLD_POSTS, form, problem, done="", **await _around(v, None))
    return v.go("/settings/old-posts?done=saved")


def _rules(form: Form) -> Rules:
    """What the form says. Raises :class:`Invalid`."""
    found = Rules(
        age_days=form.number("age_days", least=old_posts.YOUNGEST_DAYS, most=old_posts.OLDEST_DAYS, label=N_("Age"))
        or 0,
        least_favourites=form.number("least_favourites", least=1, label=N_("Favourites")),
        least_boosts=form.number("least_boosts", least=1, label=N_("Boosts")),
        **{name: form.ticked(name) for name, words in KEPT},
    )
    old_posts.check_rules(found)
    return found
