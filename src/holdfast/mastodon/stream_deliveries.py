"""From an event to messages: whom it reaches on which stream, asked of the database once for all of them.

Runs in a reader thread. One post is rendered once for all who see the same bytes, and apart for those who do not.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from holdfast import announcements, filters, notifications, people, posts
from holdfast.errors import NotFound
from holdfast.events import Event, Recorded
from holdfast.mastodon.rendering import Renderer
from holdfast.mastodon.rendering.announcements import announcement_entities
from holdfast.mastodon.rendering.conversations import conversation_bytes
from holdfast.mastodon.stream_connections import Message
from holdfast.mastodon.stream_names import (
    DIRECT,
    LIST,
    NOTIFICATIONS,
    USER,
    Key,
    hashtag_keys,
    public_keys,
)
from holdfast.store import Read
from holdfast.timelines import (
    Entry,
    Home,
    Reader,
    entry_from,
    entry_with,
    is_source,
    kept_away,
    lists_reached,
    reached,
)
from holdfast.writes import Database

log = logging.getLogger(__name__)

_encode = msgspec.json.Encoder().encode

PUMPED: frozenset[type[Event]] = frozenset(
    {
        posts.StatusPublished,
        posts.StatusEdited,
        posts.StatusDeleted,
        posts.StatusRestricted,
        posts.StatusModerated,
        posts.QuoteRevoked,
        posts.ConversationChanged,
        filters.FiltersChanged,
        notifications.NotificationCreated,
        notifications.NotificationsMerged,
        announcements.AnnouncementPublished,
        announcements.AnnouncementReacted,
        announcements.AnnouncementWithdrawn,
    }
)
RELATIONS: frozenset[type[Event]] = frozenset(
    {
        people.Followed,
        people.FollowChanged,
        people.FollowAccepted,
        people.Unfollowed,
        people.Blocked,
        people.Unblocked,
        people.Muted,
        people.Unmuted,
        people.DomainBlocked,
        people.DomainUnblocked,
        people.ListChanged,
        posts.TagFollowed,
        posts.TagUnfollowed,
    }
)
_OfStatus = (
    posts.StatusPublished
    | posts.StatusEdited
    | posts.QuoteRevoked
    | posts.StatusModerated
    | posts.StatusDeleted
    | posts.StatusRestricted
)
_AT_HOME = frozenset({USER, LIST})
MOST_BOOSTS = 500
"""Boosts of a post that went out of sight of which streams are told, the newest."""

_WITHOUT_POSTS = frozenset({NOTIFICATIONS, DIRECT})

Interest = Mapping[Key, frozenset[int]]
"""Who has subscribed to what, of this process's connections."""


class Delivery(NamedTuple):
    """A message, its place in the change log, and for whom it is on which stream."""

    seq: int
    message: Message
    to: Mapping[Key, Collection[int]]
    is_notification: bool = False


_USER, _NOTIFICATIONS, _DIRECT = Key(USER), Key(NOTIFICATIONS), Key(DIRECT)


class Deliverer:
    """Turns events into deliveries. Keeps what it read of the subscribers until a relation of theirs changes;
    one thread at a time."""

    def __init__(self, db: Database, renderer: Renderer, home: Home, *, is_live: bool) -> None:
        self._is_live = is_live  # events have just happened
        self._db = db
        self._renderer = renderer
        self._home = home
        self._readers: dict[int, Reader] = {}

    def deliveries(self, records: Sequence[Recorded], interest: Interest) -> list[Delivery]:
        """What to send, in the order of the events. An event that cannot be served costs none but itself.

        Without events it only reads what it has to know of new subscribers, so that no post waits for that.
        """
        found: list[Delivery] = []
        waiting = deque(records)
        readers = frozenset[int]().union(*(who for key, who in interest.items() if key.name not in _WITHOUT_POSTS))
        for gone in self._readers.keys() - readers:
            del self._readers[gone]
        if readers - self._readers.keys():
            try:
                with self._db.read() as r:
                    self._get_to_know(r, readers)
            except Exception:
                log.exception("new subscribers could not be read; the next post tries it again")
        while waiting:
            try:
                with self._db.read() as r:
                    while waiting:
                        record = waiting.popleft()
                        found += self._of_event(r, record.seq or 0, record.event, interest, readers)
            except Exception:
                log.exception("an event could not be streamed; the next ones are")
        return found

    def _get_to_know(self, r: Read, readers: frozenset[int]) -> None:
        for account_id in readers - self._readers.keys():
            self._readers[account_id] = self._home.reader(r, account_id)

    def _of_event(
        self, r: Read, seq: int, event: Event, interest: Interest, readers: frozenset[int]
    ) -> Iterable[Delivery]:
        if type(event) in RELATIONS:
            self._readers.pop(event.account_id, None)  # type: ignore[attr-defined]
            self._readers.pop(getattr(event, "target_id", 0), None)
            return ()
        if isinstance(event, _OfStatus):
            self._get_to_know(r, readers)
            return self._of_status(r, seq, event, interest)
        if isinstance(event, notifications.NotificationCreated):
            return () if event.is_filtered else self._told(r, seq, event, interest)
        if isinstance(event, notifications.NotificationsMerged):
            to = _notified(event.account_id, interest)
            return (Delivery(seq, Message("notifications_merged", b"1"), to, is_notification=True),)
        if isinstance(event, filters.FiltersChanged):
            return (Delivery(seq, Message("filters_changed", b""), {_USER: (event.account_id,)}),)
        if isinstance(event, posts.ConversationChanged):
            return self._talked(r, seq, event, interest)
        return self._announced(r, seq, event, interest.get(_USER, frozenset()))

    def _announced(self, r: Read, seq: int, event: Event, everybody: frozenset[int]) -> Iterable[Delivery]:
        if not everybody:
            return
        to = {_USER: everybody}
        if isinstance(event, announcements.AnnouncementPublished):
            found = [one for one in announcements.active(r, self._db.clock.now()) if one.id == event.announcement_id]
            for entity in announcement_entities(r, self._db, None, found):
                yield Delivery(seq, Message("announcement", _encode(entity)), to)
        elif isinstance(event, announcements.AnnouncementReacted):
            count = announcements.count_of(r, event.announcement_id, event.name)
            told = {"name": event.name, "count": count, "announcement_id": str(event.announcement_id)}
            yield Delivery(seq, Message("announcement.reaction", _encode(told)), to)
        elif isinstance(event, announcements.AnnouncementWithdrawn):
            yield Delivery(seq, Message("announcement.delete", str(event.announcement_id).encode()), to)

    def _told(
        self, r: Read, seq: int, event: notifications.NotificationCreated, interest: Interest
    ) -> Iterable[Delivery]:
        to = _notified(event.account_id, interest)
        if not to:
            return
        found = notifications.by_ids(r, [event.notification_id])
        for payload in self._renderer.notifications.many(r, event.account_id, list(found.values())):
            yield Delivery(seq, Message("notification", payload), to, is_notification=True)

    def _talked(self, r: Read, seq: int, event: posts.ConversationChanged, interest: Interest) -> Iterable[Delivery]:
        viewer = event.account_id
        if viewer not in interest.get(_DIRECT, ()):
            return
        try:
            found = posts.conversation(r, viewer, event.conversation_id)
        except NotFound:  # removed meanwhile
            return
        for payload in conversation_bytes(self._renderer, r, viewer, [found]):
            yield Delivery(seq, Message("conversation", payload), {_DIRECT: (viewer,)})

    # ── statuses ──

    def _of_status(self, r: Read, seq: int, event: _OfStatus, interest: Interest) -> Iterable[Delivery]:
        if isinstance(event, posts.StatusDeleted):
            return self._gone(r, seq, _entry_of_gone(event), {event.author_id, *event.mentions}, interest)
        if isinstance(event, posts.StatusRestricted):
            return self._out_of_sight(r, seq, event, interest)
        if isinstance(event, posts.StatusPublished):
            is_fresh = self._is_live and not (event.is_boost or event.is_reply)
            return self._shown(r, seq, "update", entry_from(event), interest, is_fresh=is_fresh)
        entry = entry_with(r, event.status_id, event.tags)
        return () if entry is None else self._shown(r, seq, "status.update", entry, interest, is_fresh=False)

    def _reached(self, r: Read, entry: Entry, interest: Interest) -> dict[Key, set[int]]:
        """Who would be shown an entry where, before asking whether they may see it."""
        found = {_USER: interest[_USER].intersection(reached(entry, self._readers))} if _USER in interest else {}
        to: dict[Key, set[int]] = {key: set(who) for key, who in found.items()}
        for viewer, list_id in lists_reached(entry, self._readers):
            if viewer in interest.get(Key(LIST, list_id), ()):
                to.setdefault(Key(LIST, list_id), set()).add(viewer)
        for key in self._public(r, entry, interest):
            to[key] = {viewer for viewer in interest[key] if entry.author_id not in self._readers[viewer].hidden}
        return to

    def _public(self, r: Read, entry: Entry, interest: Interest) -> list[Key]:
        """The public and hashtag streams with subscribers to which an entry belongs."""
        if entry.visibility != "public" or entry.boost_of_id is not None:
            return []
        tagged = hashtag_keys(entry.tags, is_local=True)
        if not any(key in interest for key in (*public_keys(is_local=True, has_media=True), *tagged, *_REMOTE)):
            return []
        place = posts.public_place(r, entry.id)
        if place is None:
            return []
        keys = hashtag_keys(entry.tags, is_local=place.is_local)
        if place.stands_alone:
            keys += public_keys(is_local=place.is_local, has_media=place.has_media)
        return [key for key in keys if key in interest]

    def _shown(
        self, r: Read, seq: int, name: str, entry: Entry, interest: Interest, *, is_fresh: bool
    ) -> Iterable[Delivery]:
        """A status for all on whose streams it belongs. With a fresh one, only its author has done anything yet."""
        to = self._reached(r, entry, interest)
        viewers = posts.seen_by(r, entry.id, set().union(*to.values()))
        viewers -= kept_away(r, entry, viewers, self._readers)
        if not viewers:
            return
        subject = entry.boost_of_id or entry.id
        apart = {entry.author_id} & viewers if is_fresh else posts.touched_by(r, subject, viewers)
        filtering = self._renderer.filters.owners(viewers)
        alike = posts.shown_alike(r, subject, viewers - apart - filtering)
        for group in alike + [{one} for one in apart - filtering]:
            yield from self._rendered(r, seq, name, entry, group, to)
        for one in filtering:  # what a filter hides at home may be shown elsewhere
            for context, is_home in (("home", True), ("public", False)):
                part = {key: who for key, who in to.items() if (key.name in _AT_HOME) is is_home}
                yield from self._rendered(r, seq, name, entry, {one}, part, context)

    def _rendered(
        self,
        r: Read,
        seq: int,
        name: str,
        entry: Entry,
        group: set[int],
        to: Mapping[Key, set[int]],
        context: str | None = None,
    ) -> Iterable[Delivery]:
        """For a group that is shown the same bytes."""
        own = {key: who & group for key, who in to.items() if not who.isdisjoint(group)}
        if not own:
            return
        found = self._renderer.statuses.by_id(r, next(iter(group)), [entry.id], context=context)
        if entry.id in found:
            yield Delivery(seq, Message(name, found[entry.id]), own)

    def _out_of_sight(self, r: Read, seq: int, event: posts.StatusRestricted, interest: Interest) -> Iterable[Delivery]:
        """Gone with its boosts for everybody but the author, for whom it reads differently if it is not removed."""
        sees = posts.seen_by(r, event.status_id, [event.author_id])
        others = {key: who - sees for key, who in interest.items()}
        entry = Entry(event.status_id, event.author_id, event.visibility, tags=tuple(event.tags))
        yield from self._gone(r, seq, entry, {event.author_id, *event.mentions}, others)
        for boost in posts.newest_boosts(r, event.status_id, MOST_BOOSTS):
            entry = Entry(boost.id, boost.author_id, boost.visibility, event.status_id)
            yield from self._gone(r, seq, entry, {boost.author_id}, others)
        still = entry_with(r, event.status_id, event.tags)
        if sees and still is not None:
            yield from self._shown(r, seq, "status.update", still, interest, is_fresh=False)

    def _gone(self, r: Read, seq: int, entry: Entry, named: Collection[int], interest: Interest) -> Iterable[Delivery]:
        """The id alone, for those who may have been shown the status."""
        is_open = entry.visibility != "direct"
        to: dict[Key, Collection[int]] = {}
        if _USER in interest:
            to[_USER] = [
                viewer
                for viewer in interest[_USER]
                if viewer in named or (is_open and is_source(entry, viewer, self._readers[viewer]))
            ]
        for key, viewers in interest.items():
            if key.name == LIST:
                to[key] = [
                    viewer
                    for viewer in viewers
                    if (is_open or viewer in named) and _is_listed(self._readers[viewer], key, entry.author_id)
                ]
        to.update({key: interest[key] for key in self._public(r, entry, interest)})
        if any(to.values()):
            yield Delivery(seq, Message("delete", str(entry.id).encode()), to)


def _entry_of_gone(event: posts.StatusDeleted) -> Entry:
    """A deleted status as the filters of a feed knew it."""
    return Entry(event.status_id, event.author_id, event.visibility, event.boost_of_id, tags=tuple(event.tags))


_REMOTE = public_keys(is_local=False, has_media=True)


def _is_listed(reader: Reader, key: Key, author_id: int) -> bool:
    one = reader.lists.get(int(key.about))
    return one is not None and author_id in one.members


def _notified(account_id: int, interest: Interest) -> dict[Key, Collection[int]]:
    return {key: (account_id,) for key in (_USER, _NOTIFICATIONS) if account_id in interest.get(key, ())}
