"""Screening: what the server looks for in every post, edit and profile before it is acknowledged.

An entry of action ``signal`` lets a post go out and raises a signal in the same commit; ``contain`` lets it go out
contained; ``refuse`` tells the author why it is not published. The entries are kept in memory until one changes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import delete, insert, select

from holdfast import people
from holdfast.acting import SYSTEM, Acting
from holdfast.events import Recorded
from holdfast.languages import say
from holdfast.moderation import containment
from holdfast.moderation.cases import find
from holdfast.moderation.errors import CannotScreen, NoSuchTerm, NotForYou, ScreenedOut, SubjectGone, TermTaken
from holdfast.moderation.events import TermsChanged
from holdfast.moderation.intake import Signal, raise_signal
from holdfast.moderation.matching import BlockedTerm, Matcher, domain_of, link_of, words_of
from holdfast.moderation.subjects import Subject
from holdfast.moderation.tables import blocked_terms
from holdfast.moderation.taxonomy import HARMS
from holdfast.posts import Candidate
from holdfast.posts.text.scan import Hashtag, Link, normalise_tag, scan
from holdfast.store import Read
from holdfast.writes import Ability, Database, Write

WRITE = "screening.write"
TERM_KINDS = ("term", "domain", "link", "hashtag")
ACTIONS = ("signal", "contain", "refuse")
LONGEST_VALUE, LONGEST_NOTE = 500, 500  # characters
MOST_TERMS = 50_000
_LIST = 0  # under which entries are added one after the other
_COLUMNS = tuple(blocked_terms.c[name] for name in BlockedTerm.__struct_fields__)


class Wanted(NamedTuple):
    """An entry as somebody writes it."""

    kind: str
    value: str
    category: str
    action: str
    note: str = ""


class Blocklist:
    """The entries of one database, kept in memory until one of them changes in any process."""

    def __init__(self, db: Database) -> None:
        self._matcher: Matcher | None = None
        self._number = 0
        self._lock = threading.Lock()
        db.bus.on_commit(self._hear)
        db.bus.on_sealed(self._hear)

    def matcher(self, r: Read) -> Matcher:
        """All entries, ready to look through texts."""
        found = self._matcher
        if found is None:
            number = self._number
            found = Matcher(terms(r))
            with self._lock:
                if number == self._number:  # nothing changed while we looked
                    self._matcher = found
        return found

    def _hear(self, records: Sequence[Recorded]) -> None:
        if any(isinstance(record.event, TermsChanged) for record in records):
            with self._lock:
                self._number += 1
                self._matcher = None


_blocklists: WeakKeyDictionary[Database, Blocklist] = WeakKeyDictionary()


def blocklist(db: Database) -> Blocklist:
    """The entries of a database; one object per process is enough."""
    return _blocklists.get(db) or _blocklists.setdefault(db, Blocklist(db))


def screen_post(w: Write, candidate: Candidate) -> Callable[[Write], None] | None:
    """Look through a post that is about to be written. Raises :class:`ScreenedOut`.

    What it answers is to be called once the post is written, in the same commit.
    """
    matcher = blocklist(w.db).matcher(w)
    if matcher.is_empty:
        return None
    found = matcher.found((candidate.text, candidate.spoiler_text), candidate.links, candidate.tags)
    for one in found:
        if one.action == "refuse":
            raise ScreenedOut(
                say(
                    "This server does not publish posts with “%(value)s”. Take it out and send it again.",
                    value=one.value,
                )
            )
    if not found:
        return None

    def after(w: Write) -> None:
        act(w, Subject.post(candidate.status_id), found)

    return after


def act(w: Write, subject: Subject, found: Sequence[BlockedTerm]) -> None:
    """Raise a signal for each entry that was found in a subject, and contain it if one of them says so."""
    for one in found:
        detail = {"term_id": one.id, "kind": one.kind, "value": one.value}
        signal = Signal(source="rule", category=one.category, said_by=f"screening:{one.id}", detail=detail)
        number = raise_signal(w, subject, signal)
        if one.action == "contain":
            case = find(w, number)
            if case.is_open:
                containment.contain(w, case, "certain")


def screen_profile(db: Database, event: people.ProfileChanged) -> None:
    """Raise signals for what stands in an account's name, bio and fields."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        account = people.account_by_id(w, event.account_id)
        if account is None or not account.is_present:
            return
        fields = [part for field in account.fields for part in (field.name, field.value)]
        texts = [account.username, account.display_name, account.note, *fields]
        links = [token.href for text in texts for token in scan(text) if isinstance(token, Link)]
        found = blocklist(db).matcher(w).found(texts, links)
        try:
            act(w, Subject.account(account.id), found)
        except SubjectGone:
            return


def terms(r: Read) -> list[BlockedTerm]:
    """Every entry, by kind and value."""
    statement = select(*_COLUMNS).order_by(blocked_terms.c.kind, blocked_terms.c.value)
    return [BlockedTerm(*row) for row in r.rows(statement)]


def term(r: Read, term_id: int) -> BlockedTerm:
    """One entry. Raises :class:`NoSuchTerm`."""
    row = r.first(select(*_COLUMNS).where(blocked_terms.c.id == term_id))
    if row is None:
        raise NoSuchTerm()
    return BlockedTerm(*row)


def add_term(db: Database, acting: Acting, wanted: Wanted) -> BlockedTerm:
    """Look for something from now on. Raises :class:`NotForYou`, :class:`CannotScreen`, :class:`TermTaken`."""
    value = checked(wanted)
    with db.write(acting, Ability.MODERATION) as w:
        _may_write(acting)
        w.serialise(_LIST)
        if w.exists(
            select(blocked_terms.c.id).where(blocked_terms.c.kind == wanted.kind, blocked_terms.c.value == value)
        ):
            raise TermTaken()
        number = w.new_id()
        row = wanted._asdict() | {"value": value, "note": wanted.note.strip()}
        w.run(insert(blocked_terms).values(id=number, created_by=acting.account_id, created_at=w.now, **row))
        w.record(TermsChanged(), owner=acting.account_id)
        return term(w, number)


def drop_term(db: Database, acting: Acting, term_id: int) -> BlockedTerm:
    """Look for something no longer. Raises :class:`NotForYou`, :class:`NoSuchTerm`."""
    with db.write(acting, Ability.MODERATION) as w:
        _may_write(acting)
        found = term(w, term_id)
        w.run(delete(blocked_terms).where(blocked_terms.c.id == term_id))
        w.record(TermsChanged(), owner=acting.account_id)
        return found


def checked(wanted: Wanted) -> str:
    """The value in the form in which it is compared. Raises :class:`CannotScreen`."""
    if wanted.kind not in TERM_KINDS:
        raise CannotScreen.field("kind", "ERR_INCLUSION", say("Choose a word, a domain, a link or a hashtag"))
    if wanted.action not in ACTIONS:
        raise CannotScreen.field("action", "ERR_INCLUSION", say("Choose what is done"))
    if wanted.category not in HARMS:
        raise CannotScreen.field("category", "ERR_INCLUSION", say("There is no such category."))
    if len(wanted.note) > LONGEST_NOTE:
        raise CannotScreen.field(
            "note", "ERR_TOO_LONG", say("A note has at most %(most)s characters", most=LONGEST_NOTE)
        )
    if len(wanted.value) > LONGEST_VALUE:
        words = say("An entry has at most %(most)s characters", most=LONGEST_VALUE)
        raise CannotScreen.field("value", "ERR_TOO_LONG", words)
    value = _normalised(wanted.kind, wanted.value)
    if not value or (wanted.kind == "domain" and "." not in value):
        raise CannotScreen.field("value", "ERR_INVALID", say("This is nothing that could be found in a post"))
    return value


def _normalised(kind: str, value: str) -> str:
    if kind == "term":
        return " ".join(words_of(value))
    if kind == "domain":
        return domain_of(value)
    return link_of(value) if kind == "link" else normalise_tag(value.strip().lstrip("#"))


def _may_write(acting: Acting) -> None:
    if not acting.may(WRITE):
        raise NotForYou()


def met_by(r: Read, db: Database, text: str) -> list[BlockedTerm]:
    """The entries that a text would meet if it were posted."""
    tokens = scan(text)
    links = [token.href for token in tokens if isinstance(token, Link)]
    tags = [token.tag.name for token in tokens if isinstance(token, Hashtag)]
    return blocklist(db).matcher(r).found((text,), links, tags)
