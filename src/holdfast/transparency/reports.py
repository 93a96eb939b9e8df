"""The public report of a period: frozen when the period is over, published by itself, as page, JSON and CSV.

A figure below :data:`FEWEST` could point at somebody, so it is given as "fewer than 5".
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import func, insert, select

from holdfast import moderation
from holdfast.acting import SYSTEM
from holdfast.moderation.answering import times
from holdfast.moderation.tables import appeals, cases, decisions, signals
from holdfast.store import DAY, Read
from holdfast.transparency.errors import NoSuchReport
from holdfast.transparency.events import ReportPublished
from holdfast.transparency.reckoning import signals_by_source
from holdfast.transparency.tables import transparency_reports
from holdfast.writes import Ability, Database

EVERY = {"month": 1, "half_year": 6, "year": 12}
"""How often reports are published, in months."""
FEWEST = 5
FORM = "holdfast-transparency-1"
_TOO_FEW = f"fewer than {FEWEST}"


class Nothing(msgspec.Struct, frozen=True):
    """The payload of the job."""


class Published(msgspec.Struct, frozen=True):
    """A report as it was published. Times in milliseconds; ``ends`` is the first moment after the period."""

    id: int
    begins: int
    ends: int
    data: dict[str, Any]
    published_at: int


_COLUMNS = tuple(transparency_reports.c[name] for name in Published.__struct_fields__)


def published(r: Read) -> list[Published]:
    """All reports, the newest first; for everybody."""
    return [Published(*row) for row in r.rows(select(*_COLUMNS).order_by(transparency_reports.c.begins.desc()))]


def report_by_id(r: Read, report_id: int) -> Published:
    """One report, for everybody. Raises :class:`NoSuchReport`."""
    row = r.first(select(*_COLUMNS).where(transparency_reports.c.id == report_id))
    if row is None:
        raise NoSuchReport()
    return Published(*row)


def publish_due(db: Database, _: Nothing) -> None:
    """Publish the report of the last period that is over, once; nothing where the setting says ``off``."""
    months = EVERY.get(db.settings.transparency_reports)
    if months is None:
        return
    begins, ends = last_period(db.clock.now(), months)
    with db.write(SYSTEM, Ability.JOBS) as w:
        t = transparency_reports.c
        if w.value(select(t.id).where(t.begins == begins, t.ends == ends)) is not None:
            return
        number = w.new_id()
        row = {"id": number, "begins": begins, "ends": ends, "data": report_between(w, begins, ends)}
        w.run(insert(transparency_reports).values(**row, published_at=w.now))
        w.record(ReportPublished(report_id=number, begins=begins, ends=ends))


def last_period(now: int, months: int) -> tuple[int, int]:
    """The last whole period of so many months that is over at a moment (ms, UTC): its beginning and its end."""
    today = datetime.fromtimestamp(now / 1000, UTC)
    place = (today.year * 12 + today.month - 1) // months * months
    return _month(place - months), _month(place)


def _month(place: int) -> int:
    return int(datetime(place // 12, place % 12 + 1, 1, tzinfo=UTC).timestamp() * 1000)


def report_between(r: Read, begins: int, ends: int) -> dict[str, Any]:
    """The figures of a period: signals, decisions by measure and kind of harm, times, appeals; small ones guarded."""
    return {
        "form": FORM,
        "begins": begins,
        "ends": ends,
        "signals": {source: _guarded(count) for source, count in signals_by_source(r, begins, ends).items()},
        "notices": _signals(r, begins, ends),
        "decisions": _decisions(r, begins, ends),
        "times": _times(r, begins, ends),
        "appeals": _appeals(r, begins, ends),
    }


def _signals(r: Read, begins: int, ends: int) -> list[dict[str, Any]]:
    """What was pointed at, by kind of harm (DSA, Article 15(1)(b))."""
    s = signals.c
    rows = r.rows(
        select(s.category, func.count(), func.count().filter(s.source == "trusted_flagger"))
        .where(s.created_at >= begins, s.created_at < ends, s.source.not_in(("rule", "hash", "classifier")))
        .group_by(s.category)
        .order_by(func.count().desc())
    )
    return [
        {"category": category, "all": _guarded(total), "trusted_flaggers": _guarded(trusted)}
        for category, total, trusted in rows
    ]


def _decisions(r: Read, begins: int, ends: int) -> list[dict[str, Any]]:
    """What was decided, by kind of harm and measure, and how many of it by machines (Article 15(1)(c))."""
    d = decisions.c
    sums: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    rows = r.rows(
        select(d.category, d.on_subject, d.on_account, d.is_automated, func.count())
        .where(d.created_at >= begins, d.created_at < ends, d.undone_at.is_(None))
        .group_by(d.category, d.on_subject, d.on_account, d.is_automated)
    )
    for category, on_subject, on_account, is_automated, count in rows:
        line = sums[category, on_subject, on_account]
        line[0] += count
        line[1] += count if is_automated else 0
    return [
        {"category": c, "on_content": s, "on_accounts": a, "all": _guarded(total), "automated": _guarded(machine)}
        for (c, s, a), (total, machine) in sorted(sums.items(), key=lambda item: -item[1][0])
    ]


def _times(r: Read, begins: int, ends: int) -> dict[str, int | str | None]:
    """The median and 95 % of the time from the first signal to the decision, in milliseconds."""
    c = cases.c
    rows = r.rows(
        select(c.opened_at, c.decided_at).where(c.opened_at >= begins, c.opened_at < ends, c.decided_at.is_not(None))
    )
    found = times([max(decided - opened, 0) for opened, decided in rows])
    return {"p50": found.p50, "p95": found.p95, "decided": _guarded(len(rows))}


def _appeals(r: Read, begins: int, ends: int) -> dict[str, int | str | None]:
    a = appeals.c
    rows = r.rows(select(a.created_at, a.answered_at, a.outcome).where(a.created_at >= begins, a.created_at < ends))
    spent = times([row.answered_at - row.created_at for row in rows if row.answered_at])
    outcomes = [row.outcome for row in rows]
    return {
        "filed": _guarded(len(rows)),
        "upheld": _guarded(outcomes.count("upheld")),
        "overturned": _guarded(outcomes.count("overturned")),
        "p50": spent.p50,
    }


def as_csv(data: dict[str, Any]) -> str:
    """A report as a table of part, kind of harm, measure, indicator and value."""
    out = io.StringIO()
    writing = csv.writer(out, lineterminator="\r\n")
    writing.writerow(("begins", "ends", "part", "category", "measure", "indicator", "value"))
    period = (_day(data["begins"]), _day(data["ends"] - DAY))
    for source, count in data["signals"].items():
        writing.writerow((*period, "signals", "", "", source, count))
    for one in data["notices"]:
        for indicator in ("all", "trusted_flaggers"):
            writing.writerow((*period, "notices", _dsa(one["category"]), "", indicator, one[indicator]))
    for one in data["decisions"]:
        measure = "+".join(word for word in (one["on_content"], one["on_accounts"]) if word != "nothing") or "nothing"
        for indicator in ("all", "automated"):
            writing.writerow((*period, "decisions", _dsa(one["category"]), measure, indicator, one[indicator]))
    for part in ("times", "appeals"):
        for indicator, value in data[part].items():
            unit = "_ms" if indicator in ("p50", "p95") else ""
            writing.writerow((*period, part, "", "", indicator + unit, value))
    return out.getvalue()


def _guarded(count: int) -> int | str:
    return count if count == 0 or count >= FEWEST else _TOO_FEW


def _dsa(category: str) -> str:
    return f"STATEMENT_CATEGORY_{moderation.harm(category).dsa}"


def _day(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d")
