"""Reporting somebody to the moderators: which posts, what is wrong with them, and what the member can do at once."""

from __future__ import annotations

from typing import Any, NamedTuple, cast
from urllib.parse import urlencode

from holdfast import access, moderation, people, posts
from holdfast.access import Rule
from holdfast.errors import NotFound, Problem
from holdfast.languages import N_
from holdfast.moderation import Category
from holdfast.people import Account
from holdfast.store import Read, Window, read_id
from holdfast.web.forms import Form
from holdfast.web.pages import MEMBERS, Pages
from holdfast.web.reading.cards import Card, profile_url, shown_name
from holdfast.web.reading.feeds import cards_for
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()

REPORT = "moderation/report.html"
MORE_POSTS = 20
CATEGORIES: tuple[tuple[Category, str, str], ...] = (
    ("violation", N_("It breaks a rule of this server"), N_("Tick the rules below.")),
    ("spam", N_("It is spam"), N_("Advertising, fraud, or the same over and over.")),
    ("legal", N_("I believe it is against the law"), N_("Say in your words which content is meant and why.")),
    ("other", N_("Something else"), N_("Say below what it is.")),
)


class Subject(NamedTuple):
    """Who is reported, with posts of theirs that the report can name."""

    account: Account
    cards: list[Card]
    rules: list[Rule]


@pages.get("/report")
async def report_form(v: Visit) -> Reply:
    """The form, for a post (``?post=``) or an account (``?account=``); strangers, and whoever names neither, go to
    the one that needs no account."""
    account_id, status_id = read_id(v.query("account")), read_id(v.query("post"))
    if not v.is_signed_in or (account_id is None and status_id is None):
        named = {name: v.query(name) for name in ("post", "account") if v.query(name)}
        return v.go(f"/report/notice{'?' if named else ''}{urlencode(named)}")
    subject = await v.read(_subject, v, account_id, [status_id] if status_id is not None else [])
    form = Form().starting_with(category="violation" if subject.rules else "other")
    return v.show(REPORT, form=form, **_values(subject, {status_id} if status_id is not None else set()))


def _subject(r: Read, v: Visit, account_id: int | None, named: list[int]) -> Subject:
    """Who is meant: the account, or the author of the first post. Raises :class:`NotFound`."""
    first = cards_for(r, v, named)
    number = account_id if account_id is not None else first[0].author_id if first else None
    account = people.account_by_id(r, number) if number is not None else None
    if account is None or account.deleted_at is not None or account.id == v.me:
        raise NotFound()
    more = posts.profile_posts(r, v.me, account.id, Window(limit=MORE_POSTS), excludes_boosts=True)
    rest = cards_for(r, v, [one for one in more if one not in named])
    return Subject(account, [*(card for card in first if card.author_id == account.id), *rest], access.rules(r))


def _values(subject: Subject, ticked: set[int]) -> dict[str, Any]:
    return {
        "account": subject.account,
        "name": shown_name(subject.account),
        "posts": subject.cards,
        "rules": subject.rules,
        "categories": [one for one in CATEGORIES if one[0] != "violation" or subject.rules],
        "ticked": ticked,
    }


@pages.post("/report", needs=MEMBERS)
async def report(v: Visit) -> Reply:
    """File it, say what happens next, and offer to keep the account away at once."""
    form = await v.form()
    account_id = form.identifier("account")
    status_ids, rule_ids = _ids(form, "post"), _ids(form, "rule")
    try:
        category = cast("Category", form.choice("category", [name for name, _, _ in CATEGORIES]))
        await v.write(
            moderation.report,
            account_id,
            status_ids=status_ids,
            comment=form.text("comment"),
            category=category,
            rule_ids=rule_ids,
            forward=form.ticked("forward"),
        )
    except Problem as problem:
        subject = await v.read(_subject, v, account_id, status_ids)
        return v.again(REPORT, form, problem, **_values(subject, set(status_ids)))
    account = await v.read(people.account_by_id, account_id)
    if account is None:
        raise NotFound()
    return v.show("moderation/reported.html", account=account, name=shown_name(account), url=profile_url(account))


def _ids(form: Form, name: str) -> list[int]:
    return [number for text in form.several(name) if (number := read_id(text)) is not None]
