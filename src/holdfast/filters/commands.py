"""Making and changing filters. Each change bumps its owner's revision, by which matchers are kept in memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType
from sqlalchemy import delete, func, insert, select, update

from holdfast import people, posts
from holdfast.acting import SYSTEM, Acting
from holdfast.errors import Invalid
from holdfast.filters import policy
from holdfast.filters.errors import FilterNotFound
from holdfast.filters.events import FiltersChanged
from holdfast.filters.queries import (
    Filter,
    FilteredStatus,
    Keyword,
    filter_by_id,
    filtered_status_by_id,
    keyword_by_id,
)
from holdfast.filters.tables import filter_keywords, filter_statuses, filters
from holdfast.languages import say
from holdfast.people import AccountDeleted
from holdfast.store import SECOND, Hot
from holdfast.writes import Ability, Database, Write

_TOUCH = Hot("UPDATE accounts SET relations_revision = relations_revision + 1 WHERE id = :id")


class KeywordChange(msgspec.Struct, frozen=True, kw_only=True):
    """A keyword as it shall be: a new one without ``id``; ``is_gone`` takes one away."""

    id: int | None = None
    keyword: str | UnsetType = UNSET
    is_whole_word: bool | UnsetType = UNSET
    is_gone: bool = False


class FilterChange(msgspec.Struct, frozen=True, kw_only=True):
    """What a filter shall be; what is left out stays as it is. ``expires_in_s`` None: until taken back."""

    title: str | UnsetType = UNSET
    contexts: Sequence[str] | UnsetType = UNSET
    action: str | UnsetType = UNSET
    expires_in_s: int | UnsetType | None = UNSET
    keywords: Sequence[KeywordChange] = ()


def create_filter(db: Database, acting: Acting, change: FilterChange) -> Filter:
    """Make a filter with its keywords; it warns unless said otherwise.

    Raises :class:`Invalid` with the field, :class:`FilterNotFound` for a keyword with an id.
    """
    with db.write(acting, Ability.RELATIONS) as w:
        owner_id = _owner(w)
        values = {"action": "warn", "expires_at": None} | _checked(change, w.now)
        policy.check_complete(values)
        policy.may_have_more(w.value(select(func.count()).where(filters.c.account_id == owner_id)))
        filter_id = w.new_id()
        w.run(insert(filters).values(values | {"id": filter_id, "account_id": owner_id, "created_at": w.now}))
        return _changed(w, filter_by_id(w, owner_id, filter_id), change.keywords)


def change_filter(db: Database, acting: Acting, filter_id: int, change: FilterChange) -> Filter:
    """Change a filter and its keywords. Raises :class:`FilterNotFound`, also for a keyword of another filter."""
    with db.write(acting, Ability.RELATIONS) as w:
        found = filter_by_id(w, _owner(w), filter_id)
        values = _checked(change, w.now)
        if values:
            w.run(update(filters).where(filters.c.id == found.id).values(values))
        return _changed(w, found, change.keywords)


def delete_filter(db: Database, acting: Acting, filter_id: int) -> None:
    """Delete a filter. Raises :class:`FilterNotFound`."""
    with db.write(acting, Ability.RELATIONS) as w:
        found = filter_by_id(w, _owner(w), filter_id)
        _delete(w, [found.id])
        _record(w, found)


def change_keyword(db: Database, acting: Acting, keyword_id: int, change: KeywordChange) -> Keyword:
    """Change a keyword. Raises :class:`FilterNotFound`, :class:`Invalid`."""
    with db.write(acting, Ability.RELATIONS) as w:
        _, found = keyword_by_id(w, _owner(w), keyword_id)
        _changed(w, found, [msgspec.structs.replace(change, id=keyword_id)])
        return keyword_by_id(w, found.account_id, keyword_id)[0]


def add_keyword(db: Database, acting: Acting, filter_id: int, change: KeywordChange) -> Keyword:
    """Add a keyword to a filter. Raises :class:`FilterNotFound`, :class:`Invalid`."""
    with db.write(acting, Ability.RELATIONS) as w:
        found = filter_by_id(w, _owner(w), filter_id)
        return max(_changed(w, found, [change]).keywords, key=lambda one: one.id)


def delete_keyword(db: Database, acting: Acting, keyword_id: int) -> None:
    """Take a keyword away. Raises :class:`FilterNotFound`."""
    with db.write(acting, Ability.RELATIONS) as w:
        _, found = keyword_by_id(w, _owner(w), keyword_id)
        _changed(w, found, [KeywordChange(id=keyword_id, is_gone=True)])


def add_status(db: Database, acting: Acting, filter_id: int, status_id: int) -> FilteredStatus:
    """Let a filter name a post. Already named: nothing happens.

    Raises :class:`FilterNotFound`, and :class:`Invalid` for a post that the member may not see.
    """
    with db.write(acting, Ability.RELATIONS) as w:
        found = filter_by_id(w, _owner(w), filter_id)
        for one in found.statuses:
            if one.status_id == status_id:
                return one
        if status_id not in posts.visible_ids(w, found.account_id, [status_id]):
            raise Invalid.field("status_id", "ERR_INVALID", say("There is no such post that you can see"))
        policy.may_name_more(len(found.statuses))
        entry = FilteredStatus(w.new_id(), found.id, status_id)
        w.run(insert(filter_statuses).values(msgspec.structs.asdict(entry)))
        _record(w, found)
        return entry


def remove_status(db: Database, acting: Acting, entry_id: int) -> FilteredStatus:
    """Let a filter name a post no longer; what it was. Raises :class:`FilterNotFound`."""
    with db.write(acting, Ability.RELATIONS) as w:
        entry, found = filtered_status_by_id(w, _owner(w), entry_id)
        w.run(delete(filter_statuses).where(filter_statuses.c.id == entry.id))
        _record(w, found)
        return entry


def change_single(db: Database, acting: Acting, keyword_id: int, change: FilterChange) -> tuple[Keyword, Filter]:
    """Change a keyword together with its filter, as version 1 of the API does.

    What the filter's other keywords do must not change by that: raises :class:`Invalid` then.
    """
    with db.write(acting, Ability.RELATIONS) as w:
        _, found = keyword_by_id(w, _owner(w), keyword_id)
        values = _checked(change, w.now)
        if len(found.keywords) > 1 and any(_now(found, name) != value for name, value in values.items()):
            raise Invalid.field(
                "phrase", "ERR_INVALID", say("This filter has several keywords; change it in a newer app")
            )
        if values:
            w.run(update(filters).where(filters.c.id == found.id).values(values))
        _changed(w, found, [msgspec.structs.replace(one, id=keyword_id) for one in change.keywords])
        return keyword_by_id(w, found.account_id, keyword_id)


def delete_single(db: Database, acting: Acting, keyword_id: int) -> None:
    """Take a keyword away, and its filter with the last one, as version 1 of the API does."""
    with db.write(acting, Ability.RELATIONS) as w:
        _, found = keyword_by_id(w, _owner(w), keyword_id)
        if len(found.keywords) > 1 or found.statuses:
            w.run(delete(filter_keywords).where(filter_keywords.c.id == keyword_id))
        else:
            _delete(w, [found.id])
        _record(w, found)


def forget_filters(db: Database, event: AccountDeleted) -> None:
    """Delete the filters of a deleted account."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        _delete(w, w.ids(select(filters.c.id).where(filters.c.account_id == event.account_id)))


def _owner(w: Write) -> int:
    w.serialise(w.acting.known_id)
    found = people.account_by_id(w, w.acting.known_id)
    if found is None or not found.is_present:
        raise people.AccountUnusable()
    return found.id


def _checked(change: FilterChange, now: int) -> dict[str, Any]:
    """The columns that a change sets. Raises :class:`Invalid`."""
    values: dict[str, Any] = {}
    if change.title is not UNSET:
        values["title"] = policy.title(change.title)
    if change.contexts is not UNSET:
        values["contexts"] = policy.contexts(change.contexts)
    if change.action is not UNSET:
        values["action"] = policy.action(change.action)
    if change.expires_in_s is not UNSET:
        seconds = policy.duration(change.expires_in_s)
        values["expires_at"] = None if seconds is None else now + seconds * SECOND
    return values


def _changed(w: Write, found: Filter, changes: Sequence[KeywordChange]) -> Filter:
    """Change keywords; the filter as it is now."""
    known = {one.id: one for one in found.keywords}
    table = filter_keywords
    for one in changes:
        if one.id is not None and one.id not in known:
            raise FilterNotFound()
        if one.is_gone:
            if one.id is not None:
                w.run(delete(table).where(table.c.id == one.id))
            continue
        values = policy.keyword_values(one.keyword, one.is_whole_word, is_new=one.id is None)
        if one.id is None:
            w.run(insert(table).values(values | {"id": w.new_id(), "filter_id": found.id}))
        elif values:
            w.run(update(table).where(table.c.id == one.id).values(values))
    _record(w, found)
    after = filter_by_id(w, found.account_id, found.id)
    policy.check_count(len(after.keywords))
    return after


def _now(found: Filter, name: str) -> Any:
    return list(found.contexts) if name == "contexts" else getattr(found, name)


def _delete(w: Write, filter_ids: Sequence[int]) -> None:
    for table in (filter_keywords, filter_statuses):
        w.run(delete(table).where(table.c.filter_id.in_(filter_ids)))
    w.run(delete(filters).where(filters.c.id.in_(filter_ids)))


def _record(w: Write, found: Filter) -> None:
    w.run_fast(_TOUCH, id=found.account_id)
    w.record(FiltersChanged(account_id=found.account_id, filter_id=found.id))
