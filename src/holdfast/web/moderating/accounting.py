"""What moderation accounts for: the public reports, and for those who run the server the dossier, plan and exports."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import msgspec

from holdfast import evidence, moderation, transparency
from holdfast.documents import as_markdown, as_pdf
from holdfast.errors import NotFound, Problem
from holdfast.languages import N_
from holdfast.store import DAY, Read, read_id
from holdfast.transparency import CannotPlan, NoSuchReport, Published
from holdfast.web.forms import Form
from holdfast.web.moderating.cases import ON_ACCOUNT, ON_SUBJECT, SOURCES
from holdfast.web.pages import Pages
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit
from holdfast.writes import Database

pages = Pages()

ADDRESS, PAGE = "/admin/transparency", "moderation/accounting.html"
READS, WRITES = transparency.READ, transparency.WRITE
EVERY = {
    "off": N_("Reports are not published by themselves."),
    "month": N_("A report is published after every month."),
    "half_year": N_("A report is published after every half-year."),
    "year": N_("A report is published after every year."),
}
MEASURES = dict(ON_SUBJECT) | dict(ON_ACCOUNT) | {"contain": N_("Hidden until a person has decided")}


@pages.get("/transparency")
async def public(v: Visit) -> Reply:
    """The reports that were published, and the figures of the newest."""
    found = await v.read(transparency.published)
    return v.show("server/transparency.html", reports=found, latest=found[0] if found else None, **_words())


@pages.get("/transparency/{id:str}")
async def report(v: Visit) -> Reply:
    """One report: as a page, or as ``ID.json`` and ``ID.csv``."""
    name, _dot, form = v.argument("id").partition(".")
    found = await v.read(transparency.report_by_id, _number(name))
    if form == "json":
        return _file(msgspec.json.format(msgspec.json.encode(found.data), indent=1), "application/json", found, form)
    if form == "csv":
        return _file(transparency.as_csv(found.data).encode(), "text/csv; charset=utf-8", found, form)
    if form:
        raise NotFound()
    reports = await v.read(transparency.published)
    return v.show("server/transparency.html", reports=reports, latest=found, **_words())


def _words() -> dict[str, Any]:
    return {"harms": moderation.HARMS, "sources": SOURCES, "measures": MEASURES, "day_ms": DAY}


def _file(body: bytes, kind: str, found: Published, form: str) -> Reply:
    name = f"transparency-{_day(found.begins)}.{form}"
    return Reply(body, 200, kind).header("content-disposition", f'attachment; filename="{name}"')


def _number(written: str) -> int:
    number = read_id(written)
    if number is None:
        raise NoSuchReport()
    return number


@pages.get(ADDRESS, needs=READS)
async def overview(v: Visit) -> Reply:
    """How moderation does now, the plan, and what can be taken away."""
    return v.show(PAGE, form=Form(), done=v.done, **await _around(v))


async def _around(v: Visit) -> dict[str, Any]:
    def look(r: Read) -> dict[str, Any]:
        return {
            "dossier": transparency.dossier(v.db, r, v.acting),
            "plan": transparency.plan(r),
            "reports": transparency.published(r),
        }

    found = await v.read(look)
    ago = v.db.clock.now() - 30 * DAY
    every = EVERY[v.db.settings.transparency_reports]
    return found | {"may_write": v.acting.may(WRITES), "since": _day(ago), "every": every, "harms": moderation.HARMS}


@pages.post(f"{ADDRESS}/plan", needs=WRITES)
async def add(v: Visit) -> Reply:
    """Put a measure into the plan."""
    form = await v.form()
    try:
        await v.write(transparency.add_measure, form.text("text"), _moment(form.text("due")), form.text("responsible"))
    except Problem as problem:
        return v.again(PAGE, form, problem, done="", **await _around(v))
    return v.go(f"{ADDRESS}?done=saved#plan")


@pages.post(f"{ADDRESS}/plan/change", needs=WRITES)
async def change(v: Visit) -> Reply:
    """Note that a measure is done, or take it out."""
    form = await v.form()
    command = transparency.drop_measure if form.text("what") == "drop" else transparency.finish_measure
    await v.write(command, form.identifier())
    return v.go(f"{ADDRESS}?done=saved#plan")


@pages.get(f"{ADDRESS}/dossier.zip", needs=READS)
async def dossier(v: Visit) -> Reply:
    """The dossier as PDF, text and data, signed."""
    data = await v.read(lambda r: transparency.dossier(v.db, r, v.acting))
    body = await asyncio.to_thread(_packed, v.db, data)
    answer = Reply(body, 200, "application/zip").header("cache-control", "private, no-store")
    return answer.header("content-disposition", 'attachment; filename="dossier.zip"')


def _packed(db: Database, data: dict[str, Any]) -> bytes:
    document = transparency.dossier_document(data)
    files = {
        "dossier.pdf": as_pdf(document),
        "dossier.md": as_markdown(document).encode(),
        "dossier.json": msgspec.json.format(msgspec.json.encode(data), indent=1),
    }
    return evidence.pack(db, "dossier", files, data["made_at"])


@pages.get(f"{ADDRESS}/statements.json", needs=READS)
async def statements(v: Visit) -> Reply:
    """Statements of reasons for the DSA Transparency Database; with ``form=csv`` as a table."""
    try:
        since = _moment(v.query("since") or _day(0))
    except CannotPlan as problem:
        raise NotFound() from problem

    def look(r: Read) -> list[dict[str, Any]]:
        return transparency.statements_between(r, v.acting, since, v.db.clock.now())

    found = await v.read(look)
    if v.query("form") == "csv":
        answer = Reply(transparency.statements_as_csv(found).encode(), 200, "text/csv; charset=utf-8")
        name = "statements.csv"
    else:
        body = msgspec.json.format(msgspec.json.encode({"statements": found}), indent=1)
        answer, name = Reply(body, 200, "application/json"), "statements.json"
    answer = answer.header("cache-control", "private, no-store")
    return answer.header("content-disposition", f'attachment; filename="{name}"')


def _moment(written: str) -> int:
    try:
        return int(datetime.strptime(written, "%Y-%m-%d").replace(tzinfo=UTC).timestamp() * 1000)
    except ValueError as fault:
        raise CannotPlan.field("due", "ERR_INVALID", N_("Write the day as 2026-12-31.")) from fault


def _day(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d")
