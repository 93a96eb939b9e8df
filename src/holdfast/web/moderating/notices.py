"""Notices: letters of hosts, app stores and authorities, how far the work is, and the answers to take away."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import msgspec

from holdfast import evidence, moderation
from holdfast.acting import Acting
from holdfast.documents import as_markdown, as_pdf
from holdfast.errors import Invalid, Problem
from holdfast.languages import N_, say
from holdfast.moderation import Answer, Letter, NoSuchNotice
from holdfast.store import HOUR, Read, Window, read_id
from holdfast.web.forms import Form
from holdfast.web.pages import Pages
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit
from holdfast.writes import Database

pages = Pages()

ADDRESS, READS, WRITES = "/admin/notices", "notices.read", "notices.write"
PAGE = 20
UPLOAD_BYTES = 8 * 1024 * 1024
MOMENT = "%Y-%m-%dT%H:%M"
KINDS = (
    ("host", N_("The company that hosts this server")),
    ("app_store", N_("An app store")),
    ("authority", N_("An authority")),
    ("order", N_("An order of an authority: one hour at most")),
)
HOURS = (
    ("1", N_("One hour")),
    ("4", N_("Four hours")),
    ("24", N_("One day")),
    ("48", N_("Two days")),
    ("168", N_("One week")),
)
STATES = {
    "not_found": N_("Not found here"),
    "open": N_("Open"),
    "contained": N_("Hidden until somebody decides"),
    "decided": N_("Decided"),
}
_START = {"kind": "host", "category": "illegal", "hours": "24"}


@pages.get(ADDRESS, needs=READS)
async def listing(v: Visit) -> Reply:
    """All notices with how far they are, and the form for one more."""
    return v.show("admin/notices.html", form=Form().starting_with(**_START), done=v.done, **await _around(v))


async def _around(v: Visit) -> dict[str, Any]:
    window = Window(max_id=read_id(v.query("max_id")), limit=PAGE + 1)

    def look(r: Read) -> list[Answer]:
        found = moderation.notices_listing(r, v.acting, window)
        return [moderation.answer_to(r, v.acting, one.id, v.db.clock.now()) for one in found]

    found = await v.read(look)
    older = f"{ADDRESS}?max_id={found[PAGE - 1].notice.id}" if len(found) > PAGE else ""
    categories = [(one.key, one.title) for one in moderation.HARMS.values()]
    around = {"kinds": KINDS, "hours": HOURS, "harms": categories, "may_write": v.acting.may(WRITES)}
    return {"answers": found[:PAGE], "older": older, **around}


@pages.post(ADDRESS, needs=WRITES, body_limit=UPLOAD_BYTES)
async def add(v: Visit) -> Reply:
    """Take a letter in."""
    form = await v.form()
    try:
        letter = Letter(
            sender=form.text("sender"),
            body=await _body(form),
            deadline=_deadline(form, v.db.clock.now()),
            kind=form.choice("kind", [value for value, words in KINDS]),
            category=form.text("category"),
            reference=form.text("reference"),
        )
        number = await v.write(moderation.add_notice, letter)
    except Problem as problem:
        return v.again("admin/notices.html", form.starting_with(**_START), problem, done="", **await _around(v))
    return v.go(f"{ADDRESS}/{number}?done=saved")


async def _body(form: Form) -> str:
    """The letter: the uploaded file, or what was pasted."""
    file = form.files.get("file")
    if file is None:
        return form.text("body")
    return (await file.read()).decode("utf-8-sig", "replace")


def _deadline(form: Form, now: int) -> int:
    text = form.text("moment")
    if not text:
        return now + int(form.choice("hours", [value for value, words in HOURS])) * HOUR
    try:
        return int(datetime.strptime(text[:16], MOMENT).replace(tzinfo=UTC).timestamp() * 1000)
    except ValueError as fault:
        message = say("Write a day and a time like 2026-12-01T18:00")
        raise Invalid.field("moment", "ERR_INVALID", message) from fault


@pages.get(f"{ADDRESS}/{{id:str}}", needs=READS)
async def one(v: Visit) -> Reply:
    """One notice: its entries, what became of them, the letter itself."""

    def look(r: Read, acting: Acting, number: int) -> dict[str, Any]:
        answer = moderation.answer_to(r, acting, number, v.db.clock.now())
        return {"answer": answer, "letter": moderation.letter_of(r, acting, number)}

    found = await v.read(look, v.acting, _number(v.argument("id")))
    around: dict[str, Any] = {"states": STATES, "problems": moderation.PROBLEMS, "kinds": dict(KINDS)}
    return v.show("admin/notice.html", form=None, done=v.done, may_write=v.acting.may(WRITES), **found, **around)


@pages.get(f"{ADDRESS}/{{id:str}}/answer.md", needs=READS)
async def as_text(v: Visit) -> Reply:
    """The answer as a letter."""
    answer = await _answer(v)
    body = moderation.answer_as_markdown(answer, v.db.local_domain).encode("utf-8", "replace")
    return _download(Reply(body, 200, "text/markdown; charset=utf-8"), f"answer-{answer.notice.id}.md")


@pages.get(f"{ADDRESS}/{{id:str}}/answer.zip", needs=READS)
async def as_pack(v: Visit) -> Reply:
    """The answer as PDF, text and data, signed by the server."""
    answer = await _answer(v)
    body = await asyncio.to_thread(_packed, v.db, answer)
    return _download(Reply(body, 200, "application/zip"), f"answer-{answer.notice.id}.zip")


def _packed(db: Database, answer: Answer) -> bytes:
    letter = moderation.answer_document(answer, db.local_domain)
    data = msgspec.json.format(msgspec.json.encode(answer), indent=2)
    files = {"answer.pdf": as_pdf(letter), "answer.md": as_markdown(letter).encode(), "answer.json": data}
    return evidence.pack(db, "answer", files, answer.made_at)


@pages.get(f"{ADDRESS}/{{id:str}}/answer.json", needs=READS)
async def as_json(v: Visit) -> Reply:
    """The answer for machines."""
    answer = await _answer(v)
    body = msgspec.json.format(msgspec.json.encode(answer), indent=2)
    return _download(Reply(body, 200, "application/json"), f"answer-{answer.notice.id}.json")


@pages.post(f"{ADDRESS}/answered", needs=WRITES)
async def answered(v: Visit) -> Reply:
    """Note that the answer was sent."""
    form = await v.form()
    number = form.identifier()
    await v.write(moderation.mark_answered, number)
    return v.go(f"{ADDRESS}/{number}?done=saved")


async def _answer(v: Visit) -> Answer:
    return await v.read(moderation.answer_to, v.acting, _number(v.argument("id")), v.db.clock.now())


def _number(written: str) -> int:
    number = read_id(written)
    if number is None:
        raise NoSuchNotice()
    return number


def _download(answer: Reply, name: str) -> Reply:
    answer.header("cache-control", "private, no-store")
    return answer.header("content-disposition", f'attachment; filename="{name}"')
