"""What members, posts and room are made of: what the API for administrators calls dimensions."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, select, text

from holdfast import __version__
from holdfast.access.tables import apps, members
from holdfast.acting import Acting
from holdfast.figures.counting import media_bytes
from holdfast.figures.daily import Days, may_read
from holdfast.figures.errors import nameless, unknown
from holdfast.figures.tables import server_hours
from holdfast.people.tables import accounts
from holdfast.posts.tables import status_tags, statuses
from holdfast.store import Read, first_at

NO_LANGUAGE, THIS_SERVER, THE_WEB = "und", "", "web"
DEFAULT, MOST = 10, 100


class Share(NamedTuple):
    """One part: a key for programs, and how much of it there is; texts are versions."""

    key: str
    value: int | str


class Within(NamedTuple):
    """Of what: days, how many parts at most, and a hashtag's id or a server's name where one is needed."""

    days: Days
    most: int
    about: str = ""


def shares(r: Read, acting: Acting, key: str, within: Within) -> list[Share]:
    """One dimension, the largest part first.

    Raises :class:`NoFigures` for who may not see figures, :class:`Invalid` for what is no dimension.
    """
    may_read(acting)
    if key not in _ALL:
        raise unknown(key)
    if key.startswith("tag_") and (not within.about.isdecimal() or len(within.about) > 18):
        raise nameless(key, "id")
    if key.startswith("instance_") and not within.about:
        raise nameless(key, "domain")
    return _ALL[key](r, within)


def _counted(r: Read, statement: Select[Any], within: Within) -> list[Share]:
    rows = r.rows(statement.order_by(statement.selected_columns[1].desc(), statement.selected_columns[0]))
    return [Share(str(row[0]), int(row[1])) for row in rows[: within.most]]


def _group(key: ColumnElement[Any]) -> Select[Any]:
    return select(key.label("key"), func.count().label("value")).group_by(key)


def _locales(r: Read, within: Within) -> list[Share]:
    """The languages of members who were here lately."""
    here = (members.c.last_active_at >= within.days.start) | (members.c.created_at >= within.days.start)
    return _counted(r, _group(members.c.locale).where(here, members.c.created_at < within.days.end), within)


def _sources(r: Read, within: Within) -> list[Share]:
    """The apps by which members joined."""
    name = func.coalesce(apps.c.name, THE_WEB)
    joined = members.c.created_at.between(within.days.start, within.days.end - 1)
    statement = _group(name).select_from(members.outerjoin(apps, apps.c.id == members.c.app_id)).where(joined)
    return _counted(r, statement, within)


def _posts(within: Within) -> tuple[ColumnElement[bool], ...]:
    first, behind = first_at(within.days.start), first_at(within.days.end)
    return (statuses.c.id >= first, statuses.c.id < behind, statuses.c.deleted_at.is_(None))


_SERVER = func.coalesce(accounts.c.domain, THIS_SERVER)
_LANGUAGE = func.coalesce(statuses.c.language, NO_LANGUAGE)


def _servers(r: Read, within: Within) -> list[Share]:
    """The servers of which posts are."""
    joined = statuses.join(accounts, accounts.c.id == statuses.c.author_id)
    return _counted(r, _group(_SERVER).select_from(joined).where(*_posts(within)), within)


def _of_tag(key: ColumnElement[Any]) -> Callable[[Read, Within], list[Share]]:
    def found(r: Read, within: Within) -> list[Share]:
        joined = status_tags.join(statuses, statuses.c.id == status_tags.c.status_id).join(
            accounts, accounts.c.id == statuses.c.author_id
        )
        with_it = status_tags.c.tag_id == int(within.about)
        return _counted(r, _group(key).select_from(joined).where(with_it, *_posts(within)), within)

    return found


def _accounts_of(r: Read, within: Within) -> list[Share]:
    """The most followed accounts of a server."""
    theirs = accounts.c.domain == within.about.lower()
    return _counted(r, select(accounts.c.username, accounts.c.followers_count).where(theirs), within)


def _languages_of(r: Read, within: Within) -> list[Share]:
    joined = statuses.join(accounts, accounts.c.id == statuses.c.author_id)
    theirs = accounts.c.domain == within.about.lower()
    return _counted(r, _group(_LANGUAGE).select_from(joined).where(theirs, *_posts(within)), within)


def _space(r: Read, within: Within) -> list[Share]:
    """Bytes of the database as noted last, and of what members have sent."""
    newest = select(server_hours.c.database_bytes).order_by(server_hours.c.hour.desc()).limit(1)
    return [Share("database", int(r.value(newest) or 0)), Share("media", media_bytes(r))][: within.most]


def _versions(r: Read, within: Within) -> list[Share]:
    query = "SELECT sqlite_version()" if r.engine == "sqlite" else "SHOW server_version"
    found = [Share("holdfast", __version__), Share("python", platform.python_version())]
    return [*found, Share(r.engine, str(r.value(text(query))).partition(" ")[0])][: within.most]


_ALL: Mapping[str, Callable[[Read, Within], list[Share]]] = {
    "languages": _locales,
    "sources": _sources,
    "servers": _servers,
    "space_usage": _space,
    "software_versions": _versions,
    "tag_servers": _of_tag(_SERVER),
    "tag_languages": _of_tag(_LANGUAGE),
    "instance_accounts": _accounts_of,
    "instance_languages": _languages_of,
}
DIMENSIONS = tuple(_ALL)
