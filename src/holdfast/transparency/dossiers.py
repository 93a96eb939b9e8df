"""The dossier: what a host or an app store asks for, from the rows of this minute, with nothing typed again."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import func, select

import holdfast
from holdfast import access, moderation
from holdfast.acting import Acting
from holdfast.documents import Block, Bullets, Document, Facts, Heading, Paragraph, Table, moment, span
from holdfast.moderation import NotForYou
from holdfast.moderation.answering import times
from holdfast.moderation.tables import appeals, cases, decisions
from holdfast.store import DAY, Read, Window
from holdfast.transparency.improving import plan
from holdfast.transparency.reckoning import (
    overturns,
    signals_by_source,
    staffing,
    times_by_category,
    workload,
)
from holdfast.writes import Database

FORM = "holdfast-dossier-1"
DOSSIER_DAYS = 90
MOST_NOTICES = 80
_READ = "transparency.read"


def dossier(db: Database, r: Read, acting: Acting, *, days: int = DOSSIER_DAYS) -> dict[str, Any]:
    """Everything about how moderation does, over the last ``days``; as plain data. Raises ``NotForYou``."""
    if not acting.may(_READ):
        raise NotForYou()
    now = db.clock.now()
    since = now - days * DAY
    return {
        "form": FORM,
        "made_at": now,
        "since": since,
        "server": {"domain": db.local_domain, "name": db.settings.name, "software": f"Holdfast {holdfast.__version__}"},
        "contact": db.settings.contact_email,
        "open": _open(r, now),
        "times": msgspec.to_builtins(times_by_category(r, since, now, now)),
        "signals": signals_by_source(r, since, now),
        "decisions": _measures(r, since),
        "notices": _notices(r, acting, now),
        "appeals": _appeals(r, since),
        "overturns": msgspec.to_builtins(overturns(r, since, now)),
        "staff": staffing(r, now),
        "work": msgspec.to_builtins(workload(r, since, now)),
        "rules": [{"id": rule.id, "text": rule.text} for rule in access.rules(r)],
        "plan": [msgspec.to_builtins(one) | {"id": str(one.id)} for one in plan(r)],
    }


def _open(r: Read, now: int) -> dict[str, Any]:
    c = cases.c
    total, oldest, overdue, contained = r.first(
        select(
            func.count(),
            func.min(c.opened_at),
            func.count().filter(c.deadline < now),
            func.count(c.contained_at),
        ).where(c.closed_at.is_(None))
    )
    return {
        "cases": total,
        "oldest_opened_at": oldest,
        "oldest_age": None if oldest is None else now - oldest,
        "overdue": overdue,
        "contained": contained,
    }


def _measures(r: Read, since: int) -> dict[str, Any]:
    d = decisions.c
    within = (d.created_at >= since, d.undone_at.is_(None))
    told: dict[str, Any] = {}
    for name, column in (("on_content", d.on_subject), ("on_accounts", d.on_account)):
        rows = r.rows(select(column, func.count()).where(*within).group_by(column).order_by(func.count().desc()))
        told[name] = {measure: int(count) for measure, count in rows}
    told["automated"] = int(r.value(select(func.count()).where(*within, d.is_automated.is_(True))) or 0)
    return told


def _notices(r: Read, acting: Acting, now: int) -> list[dict[str, Any]]:
    if not acting.may("notices.read"):
        return []
    found = []
    for one in moderation.notices_listing(r, acting, Window(limit=MOST_NOTICES)):
        answer = moderation.answer_to(r, acting, one.id, now)
        found.append(
            {
                "id": str(one.id),
                "kind": one.kind,
                "sender": one.sender,
                "received_at": one.received_at,
                "deadline": one.deadline,
                "answered_at": one.answered_at,
                "items": len(answer.items),
                "found": answer.found,
                "decided": answer.decided,
                "contained": answer.contained,
                "open": answer.open,
                "p50": answer.until_acted.p50,
                "p95": answer.until_acted.p95,
                "is_deadline_met": answer.is_deadline_met,
            }
        )
    return found


def _appeals(r: Read, since: int) -> dict[str, Any]:
    a = appeals.c
    rows = r.rows(select(a.created_at, a.answered_at, a.outcome, a.deadline).where(a.created_at >= since))
    answered = [(row.answered_at - row.created_at, row.answered_at <= row.deadline) for row in rows if row.answered_at]
    spent = times([length for length, _ in answered])
    return {
        "filed": len(rows),
        "answered": len(answered),
        "overturned": sum(row.outcome == "overturned" for row in rows),
        "in_time": sum(in_time for _, in_time in answered),
        "p50": spent.p50,
        "p95": spent.p95,
    }


def dossier_document(data: dict[str, Any]) -> Document:
    """The dossier to read. Documents are in English: they leave the house."""
    waiting = data["open"]
    facts = Facts(
        (
            ("Server", f"{data['server']['name']} ({data['server']['domain']}), {data['server']['software']}"),
            ("Contact", data["contact"]),
            ("Period", f"{moment(data['since'])} to {moment(data['made_at'])}"),
            ("Open cases", f"{waiting['cases']}, of them overdue {waiting['overdue']}, hidden {waiting['contained']}"),
            ("Age of the oldest open case", span(waiting["oldest_age"]) or "no case is open"),
        )
    )
    blocks = (facts, *_times(data), *_done(data), *_letters(data), *_fair(data), *_people(data), *_planned(data))
    return Document(f"Moderation of {data['server']['domain']}", blocks, data["made_at"])


def _times(data: dict[str, Any]) -> list[Block]:
    rows = tuple(
        (
            "all" if one["category"] == "all" else str(moderation.harm(one["category"]).title),
            str(one["opened"]),
            str(one["open"]),
            str(one["overdue"]),
            span(one["look_p50"]),
            span(one["look_p95"]),
            span(one["decision_p50"]),
            span(one["decision_p95"]),
            _share(one["in_time"]),
            _share(one["acted_in_time"]),
        )
        for one in data["times"]
    )
    columns = ("Kind of harm", "Cases", "Open", "Overdue", "First look p50", "p95", "Decision p50", "p95",
               "Decided in time", "Decided or hidden in time")  # fmt: skip
    return [Heading("From signal to decision"), Table(columns, rows, (6, 2, 2, 2, 3, 3, 3, 3, 3, 3))]


def _done(data: dict[str, Any]) -> list[Block]:
    sums = data["decisions"]
    items = tuple(
        f"{name}: " + ", ".join(f"{measure.replace('_', ' ')} {count}" for measure, count in sums[key].items())
        for name, key in (("On content", "on_content"), ("On accounts", "on_accounts"))
        if sums[key]
    )
    sources = ", ".join(f"{source.replace('_', ' ')} {count}" for source, count in data["signals"].items())
    return [
        Heading("What came in and what was done"),
        Bullets((f"Signals: {sources or 'none'}", *items, f"By a machine alone: {sums['automated']}")),
    ]


def _letters(data: dict[str, Any]) -> list[Block]:
    rows = tuple(
        (
            one["sender"],
            moment(one["received_at"]),
            moment(one["deadline"]),
            f"{one['items']} ({one['found']} found)",
            f"{one['decided']} + {one['contained']}",
            str(one["open"]),
            span(one["p95"]),
            {True: "yes", False: "no", None: "not due yet"}[one["is_deadline_met"]],
        )
        for one in data["notices"]
    )
    columns = ("From", "Received", "Deadline", "Entries", "Decided + hidden", "Open", "95 % within", "In time")
    table = Table(columns, rows, (5, 4, 4, 3, 3, 2, 3, 2))
    return [Heading("Letters of hosts, app stores and authorities"), table if rows else Paragraph("None.")]


def _fair(data: dict[str, Any]) -> list[Block]:
    sums = data["appeals"]
    answered = f"answered: {sums['answered']}, in time {sums['in_time']}"
    words = f"Filed: {sums['filed']}; {answered}; overturned: {sums['overturned']}"
    more = f"Half answered within {span(sums['p50'])}, 95 % within {span(sums['p95'])}" if sums["answered"] else ""
    rules = {str(rule["id"]): rule["text"] for rule in data["rules"]}
    rows = tuple(
        (kind, rules.get(one["of"], one["of"]), str(one["decisions"]), str(one["appealed"]), str(one["overturned"]),
         _share(one["overturned"] / one["decisions"]))
        for kind in ("rule", "person")
        for one in data["overturns"][kind]
    )  # fmt: skip
    table = Table(("By", "Which", "Decisions", "Appealed", "Overturned", "Share"), rows, (2, 8, 2, 2, 2, 2))
    return [Heading("Appeals"), Bullets(tuple(one for one in (words, more) if one)), *([table] if rows else [])]


def _people(data: dict[str, Any]) -> list[Block]:
    rows = tuple(
        (one["role"].replace("_", " "), str(one["people"]), str(one["day"]), str(one["week"])) for one in data["staff"]
    )
    return [
        Heading("Who moderates"),
        Table(("Role", "People", "At work within a day", "Within a week"), rows),
        Heading("Rules"),
        Bullets(tuple(rule["text"] for rule in data["rules"]) or ("None are written down.",)),
    ]


def _planned(data: dict[str, Any]) -> list[Block]:
    rows = tuple(
        (one["text"], one["responsible"], moment(one["due_at"])[:10], moment(one["done_at"])[:10] or "open")
        for one in data["plan"]
    )
    table = Table(("Measure", "Responsible", "Due", "Done"), rows, (8, 3, 2, 2))
    return [Heading("Improvement plan"), table if rows else Paragraph("No measures are planned.")]


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.1%}"
