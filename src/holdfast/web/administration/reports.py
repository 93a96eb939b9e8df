"""Reports in the administration: read with all that belongs to them. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from holdfast import access, moderation, people
from holdfast.errors import NotFound
from holdfast.moderation import Report
from holdfast.people import Account
from holdfast.store import Read, Window, read_id
from holdfast.web.pages import Pages
from holdfast.web.reading.cards import evidence
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit
from holdfast.web.words import CATEGORIES

pages = Pages()

ADDRESS, NEEDS = "/admin/reports", "reports.read"
PAGE = 40


@pages.get(ADDRESS, needs=NEEDS)
async def listing(v: Visit) -> Reply:
    """Every report but those about who reads, the newest first."""
    window = Window(max_id=read_id(v.query("max_id")), limit=PAGE + 1)

    def look(r: Read) -> tuple[list[Report], dict[int, Account]]:
        found = moderation.reports_about_others(r, v.me, window)
        return found, _accounts(r, found)

    found, accounts = await v.read(look)
    older = f"{ADDRESS}?max_id={found[PAGE - 1].id}" if len(found) > PAGE else ""
    around: dict[str, Any] = {"form": None, "done": "", "accounts": accounts, "categories": CATEGORIES, "older": older}
    return v.show("admin/reports.html", reports=found[:PAGE], **around)


@pages.get(f"{ADDRESS}/{{id:str}}", needs=NEEDS)
async def one(v: Visit) -> Reply:
    """One report: its posts, its rules, and the reports that belong with it."""
    number = read_id(v.argument("id"))
    if number is None:
        raise NotFound()
    found = await v.read(_report, v, number)
    return v.show("admin/report.html", form=None, done="", categories=CATEGORIES, **found)


def _report(r: Read, v: Visit, number: int) -> dict[str, Any]:
    found = moderation.report_about_others(r, v.me, number)
    siblings = [one for one in moderation.siblings(r, number) if one.target_id != v.me]
    posts = evidence(r, found.status_ids, v.db.base_url)
    return {
        "report": found,
        "posts": posts,
        "erased": len(found.status_ids) - len(posts),
        "rules": access.rules_by_ids(r, found.rule_ids),
        "siblings": siblings,
        "accounts": _accounts(r, [found, *siblings]),
    }


def _accounts(r: Read, reports: Iterable[Report]) -> dict[int, Account]:
    """Who reported and who is reported."""
    return people.accounts_by_ids(r, {number for one in reports for number in (one.account_id, one.target_id)})
