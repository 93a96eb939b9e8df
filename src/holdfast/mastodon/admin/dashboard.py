"""How the server has been doing: measures for each day, dimensions, and who stayed."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import UNSET, Struct

from holdfast import figures
from holdfast.errors import Invalid
from holdfast.figures import Cohort, Measured, Share, Within
from holdfast.mastodon.endpoints import Call, Endpoints
from holdfast.mastodon.entities import (
    AdminCohort,
    AdminDimension,
    AdminDimensionData,
    AdminMeasure,
    AdminMeasureData,
    CohortData,
)
from holdfast.mastodon.entities.base import datetime_text
from holdfast.mastodon.statuses import milliseconds
from holdfast.store import DAY

api = Endpoints()

MOST_KEYS = 20


class OfTag(Struct, kw_only=True):
    """A hashtag."""

    id: str = ""


class OfServer(Struct, kw_only=True):
    """A server."""

    domain: str = ""


class MeasureParams(Struct, kw_only=True):
    """Which measures of which days; hashtags and servers for those that need one."""

    keys: list[str]
    start_at: datetime
    end_at: datetime
    tag_accounts: OfTag | None = None
    tag_uses: OfTag | None = None
    tag_servers: OfTag | None = None
    instance_accounts: OfServer | None = None
    instance_media_attachments: OfServer | None = None
    instance_reports: OfServer | None = None
    instance_statuses: OfServer | None = None
    instance_follows: OfServer | None = None
    instance_followers: OfServer | None = None


class DimensionParams(Struct, kw_only=True):
    """Which dimensions of which days, and how many parts of each."""

    keys: list[str]
    start_at: datetime | None = None
    end_at: datetime | None = None
    limit: int | None = None
    tag_servers: OfTag | None = None
    tag_languages: OfTag | None = None
    instance_accounts: OfServer | None = None
    instance_languages: OfServer | None = None


class RetentionParams(Struct, kw_only=True):
    """Who joined when, by the day or by the month."""

    start_at: datetime
    end_at: datetime
    frequency: str = "day"


@api.post("/api/v1/admin/measures", scopes="admin:read", params=MeasureParams, returns=list[AdminMeasure], tier=4)
async def measures(call: Call, params: MeasureParams) -> list[AdminMeasure]:
    """Numbers for each day of a stretch."""
    _check(params.keys)
    days = figures.days_between(milliseconds(params.start_at), milliseconds(params.end_at))
    now = call.db.clock.now()
    found = [
        await call.read(figures.measure, call.acting, key, days, now=now, about=_about(params, key))
        for key in params.keys
    ]
    return [_measure(one, days.start) for one in found]


@api.post("/api/v1/admin/dimensions", scopes="admin:read", params=DimensionParams, returns=list[AdminDimension], tier=4)
async def dimensions(call: Call, params: DimensionParams) -> list[AdminDimension]:
    """What members, posts and room are made of."""
    _check(params.keys)
    end = milliseconds(params.end_at) if params.end_at else call.db.clock.now()
    start = milliseconds(params.start_at) if params.start_at else end - 29 * DAY
    days = figures.days_between(start, end)
    most = max(1, min(params.limit or 10, 100))
    found = []
    for key in params.keys:
        within = Within(days, most, _about(params, key))
        parts = await call.read(figures.shares, call.acting, key, within)
        found.append(AdminDimension(key=key, data=[_part(call, key, one) for one in parts]))
    return found


@api.post("/api/v1/admin/retention", scopes="admin:read", params=RetentionParams, returns=list[AdminCohort], tier=4)
async def retention(call: Call, params: RetentionParams) -> list[AdminCohort]:
    """Of those who joined in a day or month, how many were here later."""
    by_month = params.frequency == "month"
    start, end = milliseconds(params.start_at), milliseconds(params.end_at)
    found = await call.read(figures.retention, call.acting, start, end, by_month=by_month)
    return [_cohort(one, "month" if by_month else "day") for one in found]


def _check(keys: list[str]) -> None:
    if not 0 < len(keys) <= MOST_KEYS:
        raise Invalid.field("keys", "ERR_INVALID", f"Name at least one key and at most {MOST_KEYS}.")


def _about(params: MeasureParams | DimensionParams, key: str) -> str:
    """The hashtag or server of a key, where it has one."""
    found = getattr(params, key, None) if key.startswith(("tag_", "instance_")) else None
    if isinstance(found, OfTag):
        return found.id
    return found.domain if isinstance(found, OfServer) else ""


def _measure(one: Measured, start: int) -> AdminMeasure:
    return AdminMeasure(
        key=one.key,
        unit=one.unit,
        total=str(one.total),
        human_value=_size(one.total) if one.unit == "bytes" else UNSET,
        previous_total=UNSET if one.previous is None else str(one.previous),
        data=[
            AdminMeasureData(date=datetime_text(start + place * DAY), value=str(value))
            for place, value in enumerate(one.daily)
        ],
    )


def _part(call: Call, key: str, one: Share) -> AdminDimensionData:
    is_size = key == "space_usage"
    part = AdminDimensionData(key=one.key, human_key=_human(call, key, one.key), value=str(one.value))
    if one.key == "" and key in ("servers", "tag_servers"):
        part.key = call.db.local_domain
    if is_size:
        part.unit, part.human_value = "bytes", _size(int(one.value))
    return part


_WORDS = {
    "database": "Database",
    "media": "Media",
    "web": "Website",
    "holdfast": "Holdfast",
    "python": "Python",
    "sqlite": "SQLite",
    "postgresql": "PostgreSQL",
    "und": "No language",
}


def _human(call: Call, dimension: str, key: str) -> str:
    if key == "" and dimension in ("servers", "tag_servers"):
        return call.db.local_domain
    return _WORDS.get(key, key)


def _size(count: int) -> str:
    size = float(count)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} TiB"


def _cohort(one: Cohort, frequency: Literal["day", "month"]) -> AdminCohort:
    return AdminCohort(
        period=datetime_text(one.start),
        frequency=frequency,
        data=[CohortData(date=datetime_text(each.at), rate=each.rate, value=str(each.value)) for each in one.data],
    )
