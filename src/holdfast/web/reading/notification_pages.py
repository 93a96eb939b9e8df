"""What a member was told, in groups; the requests in which strangers wait; and who is let through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

from holdfast import notifications, people
from holdfast.errors import Invalid, Problem
from holdfast.languages import N_, say
from holdfast.notifications import ABOUT_STATUSES, SAMPLES, Choice, Group, Policy
from holdfast.store import Read, Window, read_id
from holdfast.web.forms import Form
from holdfast.web.pages import MEMBERS, Pages
from holdfast.web.reading.cards import Card
from holdfast.web.reading.feeds import PAGE, cards_for, ways, window_of
from holdfast.web.reading.persons import Person, persons
from holdfast.web.reading.screening import screened
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()

POLICY = "settings/notifications.html"
LIKED = ("favourite", "reblog")
"""What others did with a post of the member's: one row for each post."""

TABS: tuple[tuple[str, str, tuple[str, ...]], ...] = (  # name in the address, words, kinds
    ("", N_("All"), ()),
    ("mentions", N_("Mentions"), ("mention",)),
    ("likes", N_("Favourites and boosts"), LIKED),
    ("follows", N_("Follows"), ("follow", "follow_request")),
    ("posts", N_("Posts"), ("status", "update", "poll", "quote", "quoted_update")),
)

DRAWINGS = {
    "mention": "at-sign",
    "status": "bell",
    "reblog": "repeat-2",
    "follow": "user-plus",
    "follow_request": "user-plus",
    "favourite": "star",
    "poll": "chart-bar",
    "update": "pencil",
    "quote": "quote",
    "quoted_update": "pencil",
    "admin.sign_up": "users",
    "admin.report": "flag",
    "moderation_warning": "flag",
}

POLICY_QUESTIONS = (
    ("for_not_following", N_("People whom you do not follow")),
    ("for_not_followers", N_("People who do not follow you, or only for a few days")),
    ("for_new_accounts", N_("Accounts of the last 30 days")),
    ("for_private_mentions", N_("Private mentions that nobody asked for")),
    ("for_limited_accounts", N_("Accounts that the moderators have limited")),
)
POLICY_ANSWERS: tuple[tuple[Choice, str], ...] = (
    ("accept", N_("Tell me")),
    ("filter", N_("Keep it among the requests")),
    ("drop", N_("Throw it away")),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: who did what (kind by kind where several were), when, and the post that it is about."""

    kinds: tuple[str, ...]
    does: str  # the one kind, or "liked": both that a post of the member's can be
    drawing: str
    persons: list[Person]
    others: int  # beyond those who are named
    at: int  # milliseconds
    is_new: bool
    card: Card | None
    is_whole: bool  # the card is shown to be read and answered, not only to be recognised


class Seen(NamedTuple):
    """A page of rows, the ways on, and where the member's mark stands."""

    rows: list[Row]
    newer: str
    older: str
    newest_id: int | None
    marker: int
    waiting: int  # requests
    asking: int  # people who ask to follow


@pages.get("/notifications", needs=MEMBERS)
async def listing(v: Visit) -> Reply:
    """What the member was told, the newest first. Seeing the first page marks it as read."""
    name = v.query("only")
    kinds = next((some for known, _, some in TABS if known == name), ())
    window = window_of(v)
    seen = await v.read(_seen, v, window, kinds, f"only={name}" if kinds else "")
    if not kinds and window.max_id is None and window.min_id is None:
        await _mark_read(v, seen)
    tabs = [(f"/notifications?only={known}" if known else "/notifications", words, some == kinds)
            for known, words, some in TABS]  # fmt: skip
    return v.show(
        "notifications/listing.html",
        rows=seen.rows,
        newer=seen.newer,
        older=seen.older,
        tabs=tabs,
        waiting=seen.waiting,
        asking=seen.asking,
    )


async def _mark_read(v: Visit, seen: Seen) -> None:
    """Move the member's mark on to the newest; while nothing can be written, it stays where it is."""
    if v.request.method != "GET" or seen.newest_id is None or seen.newest_id <= seen.marker:
        return
    try:
        await v.write(people.set_marker, "notifications", seen.newest_id)
    except Problem:
        return
    v.unread = 0


def _seen(r: Read, v: Visit, window: Window, kinds: Sequence[str], keep: str) -> Seen:
    now = v.db.clock.now()
    page = notifications.grouped_page(
        r, v.me, Window(max_id=window.max_id, min_id=window.min_id, limit=PAGE), now=now, kinds=kinds
    )
    mark = people.markers(r, v.me, ["notifications"]).get("notifications")
    marker = mark.last_read_id if mark else 0
    ends = [number for number in (page.newest_id, page.oldest_id) if number is not None]
    newer, older = ways(v, ends, window, has_more=page.is_full, keep=keep)
    return Seen(
        _rows(r, v, page.groups, marker),
        newer,
        older,
        page.newest_id,
        marker,
        notifications.summary(r, v.me, now=now).requests,
        people.request_count(r, v.me),
    )


def _rows(r: Read, v: Visit, groups: Sequence[Group], marker: int) -> list[Row]:
    about = list({one.members[0].status_id: 0 for one in groups if one.members[0].status_id is not None})
    ids = [number for number in about if number is not None]
    screen = screened(r, v, ids, "notifications")
    shown = {card.shown_id: card for card in cards_for(r, v, ids, screen=screen)}
    joined = [
        some
        for some in _joined(groups)
        if some[0].members[0].kind not in ABOUT_STATUSES or some[0].members[0].status_id in shown
    ]
    named = [_senders(some) for some in joined]
    everybody = list(dict.fromkeys(number for few in named for number in few))
    found = {one.id: one for one in persons(r, v, everybody)}
    rows: list[Row] = []
    for some, few in zip(joined, named, strict=True):
        known = [found[number] for number in few if number in found]
        if known:
            is_again = some[0].members[0].status_id in {row.card.id for row in rows if row.card and row.is_whole}
            rows.append(_row(some, known, shown, marker, is_again=is_again))
    return rows


def _joined(groups: Sequence[Group]) -> list[list[Group]]:
    """What was done with one post together, where its newest stands; everything else alone."""
    by_post: dict[int | None, list[Group]] = {}
    found: list[list[Group]] = []
    for group in groups:
        one = group.members[0]
        if one.kind in LIKED and one.status_id in by_post:
            by_post[one.status_id].append(group)
            continue
        found.append([group])
        if one.kind in LIKED:
            by_post[one.status_id] = found[-1]
    return found


def _senders(groups: Sequence[Group]) -> list[int]:
    everybody = [one.from_account_id for group in groups for one in group.members]
    return list(dict.fromkeys(everybody))[:SAMPLES]


def _row(groups: Sequence[Group], few: list[Person], shown: dict[int, Card], marker: int, *, is_again: bool) -> Row:
    first = groups[0].members[0]
    kinds = tuple(dict.fromkeys(group.members[0].kind for group in groups))
    met = {one.from_account_id for group in groups for one in group.members}
    more = sum(group.size - len(group.members) for group in groups)
    return Row(
        kinds=kinds,
        does=kinds[0] if len(kinds) == 1 else "liked",
        drawing=DRAWINGS[kinds[0]],
        persons=few,
        others=max(len(met) - len(few), 0) + more,
        at=first.created_at,
        is_new=max(group.newest_id for group in groups) > marker,
        card=shown.get(first.status_id) if first.status_id is not None else None,
        is_whole=first.kind in ABOUT_STATUSES and first.kind not in LIKED and not is_again,
    )


@pages.get("/notifications/clear", needs=MEMBERS)
async def ask_clear(v: Visit) -> Reply:
    """Ask whether all of them shall go."""
    return v.show("notifications/clear.html")


@pages.post("/notifications/clear", needs=MEMBERS)
async def clear(v: Visit) -> Reply:
    """Remove all notifications."""
    await v.form()
    await v.write(notifications.clear)
    return v.go("/notifications#main")


# ── requests ──


class Waiting(NamedTuple):
    """Somebody of whom something waits."""

    id: int
    person: Person
    size: int
    card: Card | None
    updated_at: int  # milliseconds


@pages.get("/notifications/requests", needs=MEMBERS)
async def requests(v: Visit) -> Reply:
    """Those whom the member's policy holds back."""
    window = window_of(v)

    def look(r: Read) -> tuple[list[Waiting], str, str]:
        found = notifications.requests(r, v.me, window)
        shown = found[-PAGE:] if window.min_id is not None else found[:PAGE]
        newer, older = ways(v, [one.id for one in shown], window, has_more=len(found) > PAGE)
        senders = {one.id: one for one in persons(r, v, [one.from_account_id for one in shown])}
        about = cards_for(r, v, [one.last_status_id for one in shown if one.last_status_id])
        known = {card.shown_id: card for card in about}
        return (
            [
                Waiting(
                    one.id, senders[one.from_account_id], one.size, known.get(one.last_status_id or 0), one.updated_at
                )
                for one in shown
                if one.from_account_id in senders
            ],
            newer,
            older,
        )

    found, newer, older = await v.read(look)
    return v.show("notifications/requests.html", requests=found, newer=newer, older=older)


@pages.post("/notifications/requests", needs=MEMBERS)
async def answer(v: Visit) -> Reply:
    """Let those that are ticked through from now on, or throw away what waits of them."""
    form = await v.form()
    ids = [number for text in form.several("request") if (number := read_id(text)) is not None]
    if not ids:
        raise Invalid.field("request", "ERR_BLANK", say("Tick somebody first; nothing was changed."))
    act = form.choice("act", ("accept", "dismiss"))
    await v.write(notifications.accept_requests if act == "accept" else notifications.dismiss_requests, ids)
    return v.go("/notifications/requests#main")


# ── settings ──


@pages.get("/settings/notifications", needs=MEMBERS)
async def policy_form(v: Visit) -> Reply:
    """What becomes of what strangers do."""
    policy = await v.read(notifications.policy, v.me)
    return _policy(v, Form().starting_with(**policy._asdict()))


def _policy(v: Visit, form: Form) -> Reply:
    return v.show(POLICY, form=form, done=v.done, questions=POLICY_QUESTIONS, answers=POLICY_ANSWERS)


@pages.post("/settings/notifications", needs=MEMBERS)
async def policy(v: Visit) -> Reply:
    """Change it."""
    form = await v.form()
    answers = [value for value, _ in POLICY_ANSWERS]
    changes = {name: cast("Choice", form.choice(name, answers)) for name in Policy._fields}
    await v.write(notifications.change_policy, changes)
    return v.go("/settings/notifications?done=saved")
