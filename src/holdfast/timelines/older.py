"""Behind the ring's end: the same entries from the database, in spans of time so that each query touches few rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from holdfast.store import DAY, Hot, Read, first_at, made_at
from holdfast.timelines.readers import Reader
from holdfast.timelines.ring import Entry

_BY_AUTHORS = Hot(
    "SELECT s.id, s.author_id, s.visibility, s.boost_of_id, o.author_id, s.in_reply_to_account_id, s.language "
    "FROM statuses s LEFT JOIN statuses o ON o.id = s.boost_of_id "
    "WHERE s.author_id IN (@authors) AND s.id > :above AND s.id < :below AND s.deleted_at IS NULL "
    "ORDER BY s.id DESC LIMIT :most"
)
_TAGGED = Hot(
    "SELECT s.id, s.author_id, s.visibility, s.boost_of_id, NULL, s.in_reply_to_account_id, s.language "
    "FROM statuses s WHERE s.id IN (SELECT st.status_id FROM status_tags st JOIN tags t ON t.id = st.tag_id "
    "WHERE t.name IN (@tags) AND st.status_id > :above AND st.status_id < :below) "
    "AND s.visibility = 'public' AND s.boost_of_id IS NULL AND s.deleted_at IS NULL ORDER BY s.id DESC LIMIT :most"
)
_FIRST = Hot("SELECT MIN(id) FROM statuses")
FIRST_SPAN_MS = 2 * DAY
MOST = 200  # rows of one query


def newest_first(r: Read, reader: Reader, below: int, above: int) -> Iterator[Entry]:
    """Entries with ``above < id < below``, looking back in growing spans."""
    span = FIRST_SPAN_MS
    floor = max(above, _before_the_first(r))
    while below > floor:
        start = max(floor, first_at(made_at(below) - span))
        entries, whole_above = _between(r, reader, start, below)
        yield from entries
        if whole_above > start:
            below = whole_above + 1
        else:
            below, span = start + 1 if start > floor else floor, span * 3


def oldest_first(r: Read, reader: Reader, above: int, below: int) -> Iterator[Entry]:
    """The same the other way round, looking forward."""
    span = FIRST_SPAN_MS
    start = max(above, _before_the_first(r))
    while start + 1 < below:
        end = min(below, max(first_at(made_at(start) + span), start + 2))
        entries = list(newest_first(r, reader, end, start))
        yield from reversed(entries)
        start, span = end - 1, span * 3 if len(entries) < MOST else FIRST_SPAN_MS


def _before_the_first(r: Read) -> int:
    return (r.fast(_FIRST)[0][0] or 1) - 1


def _between(r: Read, reader: Reader, above: int, below: int) -> tuple[list[Entry], int]:
    """What one look at each source gives, newest first, and the id above which that is everything."""
    found: dict[int, Entry] = {}
    whole_above = above
    looks: list[tuple[Hot, dict[str, Any]]] = [(_BY_AUTHORS, {"authors": list(reader.authors)})]
    if reader.tags:
        looks.append((_TAGGED, {"tags": list(reader.tags)}))
    for statement, values in looks:
        rows = r.fast(statement, above=above, below=below, most=MOST, **values)
        found.update((row[0], entry_of(row)) for row in rows)
        if len(rows) == MOST:
            whole_above = max(whole_above, rows[-1][0] - 1)
    return [found[number] for number in sorted(found, reverse=True) if number > whole_above], whole_above


def entry_of(row: tuple[Any, ...], tags: tuple[str, ...] = ()) -> Entry:
    """A row of the statements above, and of others with the same columns, as an entry."""
    number, author, visibility, boost_of, boosted_author, reply_to, language = row
    return Entry(number, author, visibility, boost_of, boosted_author, reply_to, language, tags)
