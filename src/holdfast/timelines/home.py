"""The home timeline: what the followed wrote and boosted, from the ring and, behind its end, from the database."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from heapq import merge
from itertools import chain, islice, takewhile
from threading import Lock
from typing import NamedTuple

from holdfast.people import ListMembers, ListNotFound
from holdfast.posts import Facts, Sight, facts
from holdfast.store import Clock, Hot, Read, Window
from holdfast.timelines import older
from holdfast.timelines.domains import without_domains
from holdfast.timelines.older import entry_of
from holdfast.timelines.readers import KEPT_READERS, Reader, Readers
from holdfast.timelines.ring import Entry, Ring

_NEWEST = Hot(
    "SELECT s.id, s.author_id, s.visibility, s.boost_of_id, o.author_id, s.in_reply_to_account_id, s.language "
    "FROM statuses s LEFT JOIN statuses o ON o.id = s.boost_of_id WHERE s.deleted_at IS NULL "
    "ORDER BY s.id DESC LIMIT :most"
)
_TAGS = Hot(
    "SELECT st.status_id, t.name FROM status_tags st JOIN tags t ON t.id = st.tag_id WHERE st.status_id >= :first"
)
KEPT_ENTRIES = 60  # of the top of each reader's timeline
SPARE = 2  # asked for beyond a page's size, for what turns out to be invisible or shown already


class _Top(NamedTuple):
    """The top of a reader's timeline as it was, and what it was made from."""

    reader: Reader
    epoch: int
    newest: int
    entries: list[Entry]


class HomePage(NamedTuple):
    """The ids of a page in order, and the facts of its statuses (and of what they boost)."""

    ids: list[int]
    facts: dict[int, Facts]


class Home:
    """Home timelines over one ring."""

    def __init__(self, ring: Ring, clock: Clock) -> None:
        self.ring = ring
        self._readers = Readers(clock)
        self._tops: OrderedDict[int, _Top] = OrderedDict()
        self._lock = Lock()

    def page(self, r: Read, viewer: int, window: Window, sight: Sight | None = None) -> HomePage:
        """A page, newest first: at most ``window.limit`` statuses, all of them visible to the reader."""
        reader = self.reader(r, viewer, sight)
        if window.max_id is None and not window.since_id and window.min_id is None:
            return _taken(_seen(r, viewer, reader, sight), self._from_top(r, viewer, reader), window.limit)
        return self._page(r, viewer, reader, window, sight, lambda entry: shows(entry, viewer, reader))

    def list_page(self, r: Read, viewer: int, list_id: int, window: Window, sight: Sight | None = None) -> HomePage:
        """A page of a list's timeline. Raises :class:`ListNotFound`, also for lists of others."""
        reader = self.reader(r, viewer, sight)
        one = reader.lists.get(list_id)
        if one is None:
            raise ListNotFound()
        inside = replace(reader, authors=one.members & reader.authors, tags=frozenset())
        return self._page(r, viewer, inside, window, sight, lambda entry: shows_in_list(entry, viewer, reader, one))

    def _page(
        self,
        r: Read,
        viewer: int,
        reader: Reader,
        window: Window,
        sight: Sight | None,
        shown: Callable[[Entry], bool],
    ) -> HomePage:
        """What the reader's sources give within a window, as far as it is shown there."""
        seen = _seen(r, viewer, reader, sight)
        above = max(window.since_id or 0, window.min_id or 0)
        if window.min_id is None:
            source = self._newest_first(r, reader, window.max_id, above)
            return _taken(seen, filter(shown, source), window.limit)
        found = _taken(seen, filter(shown, self._oldest_first(r, reader, above, window.max_id)), window.limit)
        found.ids.reverse()
        return found

    def _from_top(self, r: Read, viewer: int, reader: Reader) -> Iterable[Entry]:
        """The first page's source: what the reader was shown last time, and only what is new scanned for."""
        newest, epoch = self.ring.newest(), self.ring.epoch
        top = self._tops.get(viewer)
        if top is None or top.reader is not reader or top.epoch != epoch:
            source = self._newest_first(r, reader, None, 0)
            entries = list(islice(_shown(source, viewer, reader), KEPT_ENTRIES))
        elif top.newest != newest:
            fresh = self._newest_first(r, reader, None, top.newest)
            entries = [*_shown(fresh, viewer, reader), *top.entries][:KEPT_ENTRIES]
        else:
            entries = top.entries
        with self._lock:
            self._tops[viewer] = _Top(reader, epoch, newest, entries)
            if len(self._tops) > KEPT_READERS:
                self._tops.popitem(last=False)
        below = entries[-1].id if len(entries) == KEPT_ENTRIES else None
        if below is None:
            return entries
        return chain(entries, _shown(self._newest_first(r, reader, below, 0), viewer, reader))

    def reader(self, r: Read, viewer: int, sight: Sight | None = None) -> Reader:
        """Whom a reader follows and hides; read again only when that has changed."""
        return self._readers.get(r, viewer, sight)

    def _newest_first(self, r: Read, reader: Reader, below: int | None, above: int) -> Iterator[Entry]:
        held = self.ring.newest_first(reader.authors, below=below, above=above)
        if reader.tags:
            held = _merged(held, iter(self.ring.tagged(reader.tags, below=below, above=above)))
        oldest = self.ring.oldest()
        if oldest <= above:
            return held
        start = oldest if below is None else min(below, oldest)
        return chain(held, older.newest_first(r, reader, start, above))

    def _oldest_first(self, r: Read, reader: Reader, above: int, below: int | None) -> Iterator[Entry]:
        held = self.ring.oldest_first(reader.authors, above=above)
        if reader.tags:
            tagged = self.ring.tagged(reader.tags, below=None, above=above)
            held = _merged(held, reversed(tagged), newest_first=False)
        oldest = self.ring.oldest()
        if oldest > above:
            held = chain(older.oldest_first(r, reader, above, oldest), held)
        return held if below is None else takewhile(lambda entry: entry.id < below, held)


def _seen(r: Read, viewer: int, reader: Reader, sight: Sight | None) -> Callable[[list[int]], dict[int, Facts]]:
    """How to ask which of some statuses the reader may see and wants to meet."""

    def seen(ids: list[int]) -> dict[int, Facts]:
        found = facts(r, viewer, ids) if sight is None else sight.facts(ids)
        return without_domains(r, viewer, found, reader.domains)

    return seen


def _shown(source: Iterable[Entry], viewer: int, reader: Reader) -> Iterator[Entry]:
    return (entry for entry in source if shows(entry, viewer, reader))


def _taken(seen: Callable[[list[int]], dict[int, Facts]], source: Iterable[Entry], limit: int) -> HomePage:
    """The first entries that the reader may see, each post once, however often it was boosted."""
    entries = iter(source)
    page = HomePage([], {})
    shown: set[int] = set()
    while len(page.ids) < limit:
        batch = list(islice(entries, limit - len(page.ids) + SPARE))
        if not batch:
            break
        asked = {entry.id for entry in batch}
        asked.update([entry.boost_of_id for entry in batch if entry.boost_of_id is not None])
        page.facts.update(seen(list(asked)))
        for entry in batch:
            original = entry.boost_of_id or entry.id
            if entry.id in page.facts and original not in shown and len(page.ids) < limit:
                shown.add(original)
                page.ids.append(entry.id)
    return page


def shows(entry: Entry, viewer: int, reader: Reader) -> bool:
    """Whether an entry by a followed author (or with a followed hashtag) belongs into the reader's home timeline."""
    return entry.author_id not in reader.exclusive and _belongs(entry, viewer, reader)


def shows_in_list(entry: Entry, viewer: int, reader: Reader, one: ListMembers) -> bool:
    """Whether an entry belongs into the timeline of a reader's list: as at home, and by the list's rule of replies."""
    author = entry.author_id
    if author not in one.members or author not in reader.authors or not _belongs(entry, viewer, reader):
        return False
    to = entry.in_reply_to_account_id
    if to is None or to in (author, viewer):
        return True
    if one.replies_policy == "list":
        return to in one.members
    return one.replies_policy == "followed" and to in reader.authors


def _belongs(entry: Entry, viewer: int, reader: Reader) -> bool:
    author = entry.author_id
    if author == viewer:
        return True
    if author in reader.hidden:
        return False
    if author not in reader.authors:  # here for its hashtag: replies and boosts come from followed people only
        return entry.boost_of_id is None and entry.in_reply_to_account_id is None
    if entry.boost_of_id is not None:
        return author not in reader.without_boosts and entry.boosted_author_id not in reader.hidden
    languages = reader.languages.get(author)
    if languages and entry.language and entry.language not in languages:
        return False
    to = entry.in_reply_to_account_id
    return to is None or to in (author, viewer) or (to in reader.authors and to not in reader.hidden)


def load(r: Read, ring: Ring, capacity: int) -> None:
    """Fill a ring with the newest posts of the database."""
    rows = r.fast(_NEWEST, most=capacity)
    tags: dict[int, list[str]] = {}
    if rows:
        for status_id, name in r.fast(_TAGS, first=rows[-1][0]):
            tags.setdefault(status_id, []).append(name)
    entries = [entry_of(row, tuple(tags.get(row[0], ()))) for row in reversed(rows)]
    ring.fill(entries, holds_all=len(rows) < capacity)


def _merged(one: Iterator[Entry], other: Iterator[Entry], *, newest_first: bool = True) -> Iterator[Entry]:
    """Two sources in the same order as one, without doubles."""
    last = 0
    for entry in merge(one, other, key=lambda entry: entry.id, reverse=newest_first):
        if entry.id != last:
            yield entry
        last = entry.id
