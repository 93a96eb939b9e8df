"""Numbers for each day of a stretch, by name: what the API for administrators calls measures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, FromClause, Select, func, select

from holdfast.access.tables import members
from holdfast.acting import Acting
from holdfast.errors import Invalid
from holdfast.figures.counting import active_since
from holdfast.figures.errors import NoFigures, nameless, unknown
from holdfast.figures.tables import server_hours
from holdfast.languages import say
from holdfast.moderation.tables import reports
from holdfast.people.tables import accounts, follows
from holdfast.posts.tables import favourites, media, status_tags, statuses, tag_days
from holdfast.store import DAY, Read, first_at

READ = "metrics.read"
MOST_DAYS = 400
_CENTURY = (946_684_800_000, 4_102_444_800_000)


class Days(NamedTuple):
    """A stretch of whole days (UTC): the first moment in milliseconds, and how many."""

    start: int
    many: int

    @property
    def end(self) -> int:
        """The first moment behind it."""
        return self.start + self.many * DAY

    @property
    def before(self) -> Days:
        """The stretch of the same length before it."""
        return Days(self.start - self.many * DAY, self.many)


class Measured(NamedTuple):
    """A measure: a number for each day, their total, and that of the stretch before (None where there is none)."""

    key: str
    unit: str | None
    daily: list[int]
    total: int
    previous: int | None


def days_between(start: int, end: int) -> Days:
    """The days from the one of ``start`` to the one of ``end`` (ms). Raises :class:`Invalid`."""
    check_span(start, end)
    first, last = start // DAY, end // DAY
    if not 0 < last - first + 1 <= MOST_DAYS:
        words = say("Ask for at least one day and at most %(most)s.", most=MOST_DAYS)
        raise Invalid.field("end_at", "ERR_INVALID", words)
    return Days(first * DAY, last - first + 1)


def check_span(start: int, end: int) -> None:
    """Raise :class:`Invalid` for moments (ms) that are not of this century."""
    if not _CENTURY[0] <= start <= end < _CENTURY[1]:
        raise Invalid.field("start_at", "ERR_INVALID", say("Ask for a start, and an end behind it, in this century."))


def measure(r: Read, acting: Acting, key: str, days: Days, *, now: int, about: str = "") -> Measured:
    """One measure; ``about`` is a hashtag's id or a server's name for those that need it.

    Raises :class:`NoFigures` for who may not see figures, :class:`Invalid` for what is no measure.
    """
    may_read(acting)
    count = _SERVER.get(key)
    if count is not None:
        daily, before = count(r, days, now), count(r, days.before, now)
        return Measured(key, None, daily, sum(daily), sum(before))
    if key in _OF_TAG:
        if not about.isdecimal() or len(about) > 18:
            raise nameless(key, "id")
        daily, before = (_OF_TAG[key](r, part, int(about)) for part in (days, days.before))
        return Measured(key, None, daily, sum(daily), sum(before))
    if key not in _OF_DOMAIN:
        raise unknown(key)
    if not about:
        raise nameless(key, "domain")
    daily = _by_day(r, _OF_DOMAIN[key](about.lower()), days)
    return Measured(key, "bytes" if key == "instance_media_attachments" else None, daily, sum(daily), None)


def may_read(acting: Acting) -> None:
    """Raise :class:`NoFigures` for who may not see how the server has been doing."""
    if not acting.may(READ):
        raise NoFigures()


class _Counted(NamedTuple):
    """What is counted or added up over a column of moments (or, ``by_id``, of ids)."""

    source: FromClause
    at: ColumnElement[int]
    which: tuple[ColumnElement[bool], ...] = ()
    value: ColumnElement[int] = func.count()
    by_id: bool = False


def _by_day(r: Read, one: _Counted, days: Days) -> list[int]:
    return [_number(r, one, days.start + number * DAY) for number in range(days.many)]


def _number(r: Read, one: _Counted, start: int) -> int:
    first, behind = (first_at(start), first_at(start + DAY)) if one.by_id else (start, start + DAY)
    inside: Select[Any] = select(one.value).select_from(one.source).where(one.at >= first, one.at < behind, *one.which)
    return int(r.value(inside) or 0)


def _active(r: Read, days: Days, now: int) -> list[int]:
    """Members who were here within a day, as it was noted last on each day; for today as it is."""
    at, number = server_hours.c.hour, server_hours.c.active_day
    rows = r.rows(select(at, number).where(at >= days.start, at < days.end).order_by(at))
    found = {hour // DAY: count for hour, count in rows} | {now // DAY: active_since(r, now - DAY)}
    return [found.get(days.start // DAY + place, 0) for place in range(days.many)]


def _simply(*counted: _Counted) -> Callable[[Read, Days, int], list[int]]:
    def count(r: Read, days: Days, now: int) -> list[int]:  # noqa: ARG001
        return [sum(numbers) for numbers in zip(*(_by_day(r, one, days) for one in counted), strict=True)]

    return count


_LOCAL = (statuses.c.is_local.is_(True), statuses.c.deleted_at.is_(None))
_ANSWERS = (*_LOCAL, statuses.c.boost_of_id.is_not(None) | statuses.c.in_reply_to_id.is_not(None))
_SERVER: Mapping[str, Callable[[Read, Days, int], list[int]]] = {
    "active_users": _active,
    "new_users": _simply(_Counted(members, members.c.created_at)),
    "interactions": _simply(
        _Counted(favourites, favourites.c.id, by_id=True),
        _Counted(statuses, statuses.c.id, _ANSWERS, by_id=True),
    ),
    "opened_reports": _simply(_Counted(reports, reports.c.created_at)),
    "resolved_reports": _simply(_Counted(reports, reports.c.acted_at)),
}


def _of_tag(column: ColumnElement[int]) -> Callable[[Read, Days, int], list[int]]:
    def count(r: Read, days: Days, tag_id: int) -> list[int]:
        first = days.start // DAY
        inside = (tag_days.c.tag_id == tag_id) & tag_days.c.day.between(first, first + days.many - 1)
        found = {row[0]: row[1] for row in r.rows(select(tag_days.c.day, column).where(inside))}
        return [int(found.get(first + number, 0)) for number in range(days.many)]

    return count


def _servers_of_tag(r: Read, days: Days, tag_id: int) -> list[int]:
    joined = status_tags.join(statuses, statuses.c.id == status_tags.c.status_id).join(
        accounts, accounts.c.id == statuses.c.author_id
    )
    servers = func.count(func.coalesce(accounts.c.domain, "").distinct())
    which = (status_tags.c.tag_id == tag_id, statuses.c.deleted_at.is_(None))
    return _by_day(r, _Counted(joined, status_tags.c.status_id, which, servers, by_id=True), days)


_OF_TAG: Mapping[str, Callable[[Read, Days, int], list[int]]] = {
    "tag_accounts": _of_tag(tag_days.c.accounts),
    "tag_uses": _of_tag(tag_days.c.uses),
    "tag_servers": _servers_of_tag,
}


def _owned(table: Any, owner: ColumnElement[int]) -> Callable[[str], _Counted]:
    joined = table.join(accounts, accounts.c.id == owner)
    return lambda domain: _Counted(joined, table.c.created_at, (accounts.c.domain == domain,))


def _media_of(domain: str) -> _Counted:
    joined = media.join(accounts, accounts.c.id == media.c.account_id)
    return _Counted(joined, media.c.created_at, (accounts.c.domain == domain,), func.sum(media.c.byte_count))


_OF_DOMAIN: Mapping[str, Callable[[str], _Counted]] = {
    "instance_accounts": lambda domain: _Counted(accounts, accounts.c.created_at, (accounts.c.domain == domain,)),
    "instance_media_attachments": _media_of,
    "instance_reports": _owned(reports, reports.c.target_id),
    "instance_statuses": _owned(statuses, statuses.c.author_id),
    "instance_follows": _owned(follows, follows.c.target_id),
    "instance_followers": _owned(follows, follows.c.account_id),
}
MEASURES = (*_SERVER, *_OF_TAG, *_OF_DOMAIN)
