"""Statuses kept in memory: their facts, who may see them, and what members did with them.

Asking the database who may see forty posts costs more than all else in answering a timeline. So each process keeps
what the rule of ``visibility`` goes by, under the number that the change log's :class:`~holdfast.writes.Hearing` had
when it was read. A :class:`Sight` is one viewer's look: it answers from memory only while the process has heard of
everything that the database holds, and only what :func:`~holdfast.posts.visibility.may_see` lets through for sure;
all else is asked of the database, by the clause that says the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import select

from holdfast import people
from holdfast.people.tables import accounts
from holdfast.posts.facts import COLUMNS, NO_FLAGS, WITH_AUTHOR, Facts, Flags
from holdfast.posts.facts import facts as asked_facts
from holdfast.posts.facts import flags as asked_flags
from holdfast.posts.tables import statuses
from holdfast.posts.visibility import REMOVED, Audience, may_see
from holdfast.store import Clock, Hot, Read, in_ids
from holdfast.writes import Hearing

KEPT_STATUSES = 60_000
KEPT_VIEWERS = 5_000
KEPT_MARKS = 4_000  # statuses of which it is known what one viewer did with them
_EXTRA = (
    statuses.c.deleted_at,
    statuses.c.in_reply_to_id,
    statuses.c.in_reply_to_account_id,
    accounts.c.suspended_at,
    accounts.c.deleted_at,
    accounts.c.limited_at,
    accounts.c.domain,
    statuses.c.restriction,
)
_KNOWN = Hot(
    lambda: select(*COLUMNS, *_EXTRA).select_from(WITH_AUTHOR).where(in_ids(statuses.c.id, "ids"))  # of everybody
)
_REVISION = Hot("SELECT relations_revision FROM accounts WHERE id = :viewer")
_WIDTH = len(COLUMNS)
_FOLLOWS_AND_BLOCKS = Hot(
    "SELECT 0, target_id FROM follows WHERE account_id = :viewer AND target_id IN (@ids) "
    "UNION ALL SELECT 1, target_id FROM blocks WHERE account_id = :viewer AND target_id IN (@ids)"
)

FAVOURITED, BOOSTED, BOOKMARKED, PINNED, OWN, MUTED = 1, 2, 4, 8, 16, 32
"""Bits of what a viewer has done with a status (or, ``OWN``, has written; ``MUTED``: its conversation)."""

_OF_BOOSTS = FAVOURITED | BOOSTED | BOOKMARKED | MUTED  # a boost tells what the viewer did with what it boosts


class Known:
    """A status as it was read. ``checked`` is the number up to which nothing has changed about it."""

    __slots__ = (
        "author_domain", "checked", "facts", "is_deleted", "is_gone", "is_listed", "is_open", "restriction",
        "stands_alone",
    )  # fmt: skip

    def __init__(self, row: Sequence[Any], number: int) -> None:
        self.facts = Facts._make(row[:_WIDTH])
        deleted, parent, parent_author, suspended, gone, limited, domain, self.restriction = row[_WIDTH:]
        visibility = self.facts.visibility
        author_is_gone = suspended is not None or gone is not None
        audience = Audience(
            self.facts.author_id,
            visibility,
            is_deleted=deleted is not None,
            restriction=self.restriction,
            author_is_gone=author_is_gone,
        )
        self.is_deleted = audience.is_deleted
        self.is_gone = audience.is_deleted or author_is_gone
        self.is_open = may_see(None, audience)  # then everybody may whom the author does not block
        self.stands_alone = parent is None or parent_author == self.facts.author_id  # one's own threads stay whole
        self.is_listed = visibility == "public" and self.is_open and self.facts.boost_of_id is None and limited is None
        self.author_domain: str | None = domain
        self.checked = number


class Ties:
    """Whom a viewer follows and hides, at one ``relations_revision``."""

    __slots__ = ("checked", "follows", "hidden", "revision")

    def __init__(self, revision: int, follows: people.FollowSet, hidden: people.Hidden, number: int) -> None:
        self.revision = revision
        self.follows = follows
        self.hidden = hidden
        self.checked = number


class Memory:
    """One for each process: what is known of statuses and viewers."""

    def __init__(self, hearing: Hearing, clock: Clock) -> None:
        self.hearing = hearing
        self.clock = clock
        self.statuses: dict[int, Known] = {}
        self.ties: dict[int, Ties] = {}
        self.marks: dict[int, tuple[int, dict[int, int]]] = {}

    def sight(self, r: Read, viewer: int | None) -> Sight:
        """One viewer's look; for no longer than the look at the database that it goes with."""
        number = self.hearing.number  # before the database is asked: what is read from now on is no older
        return Sight(self, r, viewer, number, is_current=self.hearing.is_current(r))

    def keep(self, known: Known) -> None:
        """Keep a status; the oldest kept go when there are too many."""
        _make_room(self.statuses, KEPT_STATUSES)
        self.statuses[known.facts.id] = known


class Sight:
    """What one viewer sees in one look at the database. ``number`` is what to keep things under that are read in it."""

    __slots__ = ("_hidden", "_memory", "_ties", "is_current", "number", "r", "viewer")

    def __init__(
        self, memory: Memory | None, r: Read, viewer: int | None, number: int = 0, *, is_current: bool
    ) -> None:
        self.r = r
        self.viewer = viewer
        self.is_current = is_current
        self.number = number
        self._memory = memory
        self._ties: Ties | None = None
        self._hidden: people.Hidden | None = None

    def holds(self, kept: int, *ids: int) -> bool:
        """Whether what was kept under a number, about these ids, may be used in this look."""
        return self.is_current and self._memory is not None and self._memory.hearing.changed(*ids) <= kept

    def known(self, ids: Collection[int]) -> dict[int, Known]:
        """Statuses whoever may see them, those that are gone included; what is not in memory is read in one query."""
        memory, number = self._memory, self.number
        if memory is None or not self.is_current:
            return {row[0]: Known(row, number) for row in self.r.fast(_KNOWN, ids=list(ids))}
        kept, changed = memory.statuses, memory.hearing.changed
        found: dict[int, Known] = {}
        missing: list[int] = []
        for one in ids:
            known = kept.get(one)
            if known is None:
                missing.append(one)
            elif known.checked >= number:
                found[one] = known
            elif changed(one, known.facts.author_id) <= known.checked:
                known.checked = number
                found[one] = known
            else:
                missing.append(one)
        if missing:
            for row in self.r.fast(_KNOWN, ids=missing):
                known = found[row[0]] = Known(row, number)
                memory.keep(known)
        return found

    def facts(self, ids: Collection[int]) -> dict[int, Facts]:
        """The facts of those that the viewer may see, and of what those boost."""
        if not self.is_current:
            return self._asked(ids)
        known = self.known(ids)
        boosted = [
            k.facts.boost_of_id
            for k in known.values()
            if k.facts.boost_of_id is not None and k.facts.boost_of_id not in known
        ]
        if boosted:
            known |= self.known(boosted)
        found: dict[int, Facts] = {}
        unsure: list[int] = []
        blockers = frozenset[int]() if self.viewer is None else (self._ties or self.ties()).hidden.blocked_by
        for number, one in known.items():
            facts = one.facts
            # What strangers may see is seen by everybody whom its author does not block.
            verdict = True if one.is_open and facts.author_id not in blockers else self._may_see(one)
            if verdict and facts.boost_of_id is not None:
                original = known.get(facts.boost_of_id)
                verdict = original is not None and self._may_see(original)
            if verdict:
                found[number] = facts
            elif verdict is None:
                unsure.append(number)
        if unsure:
            found |= asked_facts(self.r, self.viewer, unsure)
        return found

    def _asked(self, ids: Collection[int]) -> dict[int, Facts]:
        found = asked_facts(self.r, self.viewer, list(ids))
        inner = [f.boost_of_id for f in found.values() if f.boost_of_id is not None and f.boost_of_id not in found]
        return found | asked_facts(self.r, self.viewer, inner) if inner else found

    def _may_see(self, known: Known) -> bool | None:
        """Whether the viewer may see a status, whatever it boosts; None: that has to be asked of the database."""
        viewer = self.viewer
        if viewer is None or known.is_gone:
            return known.is_open
        if known.restriction is not None:
            return known.restriction != REMOVED and viewer == known.facts.author_id
        ties = self._ties or self.ties()
        author = known.facts.author_id
        is_blocked = author in ties.hidden.blocked_by
        if known.is_open and not is_blocked:
            return True
        follows = author in ties.follows.ids
        audience = Audience(author, known.facts.visibility, viewer_follows=follows, author_blocks_viewer=is_blocked)
        if may_see(viewer, audience):
            return True
        return False if is_blocked else None  # the viewer may be mentioned

    def listed(self, ids: Iterable[int], *, stand_alone: bool = False) -> dict[int, Facts]:
        """Those that belong into public lists, by authors whom the viewer may and wants to meet, in order."""
        known = self.known(list(ids))
        found: dict[int, Facts] = {}
        hidden = None if self.viewer is None else (self._ties or self.ties()).hidden
        for number in ids:
            one = known.get(number)
            if one is None or not one.is_listed or (stand_alone and not one.stands_alone):
                continue
            if hidden is not None:
                if one.facts.author_id in hidden.ids:
                    continue
                if hidden.domains and one.author_domain in hidden.domains:
                    continue
            found[number] = one.facts
        return found

    def hides(self, known: Known) -> bool:
        """Whether the viewer does not want to meet an author: blocked, muted, or of a blocked domain."""
        if self.viewer is None:
            return False
        hidden = (self._ties or self.ties()).hidden
        author = known.facts.author_id
        if author in hidden.blocked or author in hidden.muted:
            return True
        return known.author_domain is not None and known.author_domain in hidden.domains

    def hidden(self, now: int) -> people.Hidden | None:
        """Whom the viewer hides at a moment (ms); None for strangers. Three queries without memory."""
        if self.viewer is None:
            return None
        if self._memory is not None and self.is_current:
            return (self._ties or self.ties()).hidden
        if self._hidden is None:
            self._hidden = people.hidden_ids(self.r, self.viewer, now=now)
        return self._hidden

    def follows_and_blocks(self, authors: Iterable[int]) -> tuple[Collection[int], Collection[int]]:
        """Whom of these authors the viewer follows, and whom the viewer blocks; one query without memory."""
        if self.viewer is None:
            return (), ()
        if self._memory is not None and self.is_current:
            ties = self._ties or self.ties()
            return ties.follows.ids, ties.hidden.blocked
        others = set(authors) - {self.viewer}
        rows = self.r.fast(_FOLLOWS_AND_BLOCKS, viewer=self.viewer, ids=list(others)) if others else []
        return {row[1] for row in rows if not row[0]}, {row[1] for row in rows if row[0]}

    def ties(self) -> Ties:
        """Whom the viewer follows and hides; read again when that has changed, or when a mute has ended."""
        viewer, memory = self.viewer, self._memory
        if viewer is None or memory is None:
            raise LookupError("only members have ties, and only a look that is aided by memory keeps them")
        kept, now = memory.ties.get(viewer), memory.clock.now()
        if kept is not None and kept.hidden.until is not None and now >= kept.hidden.until:
            kept = None
        if kept is not None and self.holds(kept.checked, viewer):
            self._ties = kept
            return kept
        rows = self.r.fast(_REVISION, viewer=viewer)
        revision = rows[0][0] if rows else 0
        if kept is not None and kept.revision == revision:
            made = Ties(revision, kept.follows, kept.hidden, self.number)
        else:
            follows, hidden = people.follow_set(self.r, viewer), people.hidden_ids(self.r, viewer, now=now)
            made = Ties(revision, follows, hidden, self.number)
        _make_room(memory.ties, KEPT_VIEWERS)
        memory.ties[viewer] = self._ties = made
        return made

    def marks(self, page: Collection[Facts]) -> dict[int, int]:
        """What the viewer has done with these statuses, as bits; those with none are left out."""
        viewer = self.viewer
        if viewer is None or not page:
            return {}
        kept = self._kept_marks(viewer)
        unknown = [fact for fact in page if fact.boost_of_id is None and fact.id not in kept]
        if unknown:
            if len(kept) > KEPT_MARKS:
                kept.clear()
                unknown = [fact for fact in page if fact.boost_of_id is None]
            kept.update(_bits(asked_flags(self.r, viewer, unknown), viewer, unknown))
        found: dict[int, int] = {}
        for fact in page:
            original = fact.boost_of_id
            bits = kept[fact.id] if original is None else kept.get(original, 0) & _OF_BOOSTS
            if bits:
                found[fact.id] = bits
        return found

    def _kept_marks(self, viewer: int) -> dict[int, int]:
        memory = self._memory
        if memory is None or not self.is_current:
            return {}
        changed = memory.hearing.changed(viewer)
        if changed > self.number:  # this look is older than what others keep by now
            return {}
        found = memory.marks.get(viewer)
        if found is None or changed > found[0]:
            _make_room(memory.marks, KEPT_VIEWERS)
            found = memory.marks[viewer] = (self.number, {})
        return found[1]


def unaided(r: Read, viewer: int | None) -> Sight:
    """A look that asks the database for everything."""
    return Sight(None, r, viewer, 0, is_current=False)


def _bits(flags: Flags, viewer: int, page: Iterable[Facts]) -> dict[int, int]:
    """Flags as bits, one number for every status."""
    if flags is NO_FLAGS:
        return {fact.id: OWN if fact.author_id == viewer else 0 for fact in page}
    return {
        fact.id: FAVOURITED * (fact.id in flags.favourited)
        + BOOSTED * (fact.id in flags.boosted)
        + BOOKMARKED * (fact.id in flags.bookmarked)
        + PINNED * (fact.id in flags.pinned)
        + OWN * (fact.author_id == viewer)
        + MUTED * (fact.thread_id in flags.muted)
        for fact in page
    }


def _make_room(kept: dict[int, Any], most: int) -> None:
    """Drop an eighth of what was kept first, when there is more than the most."""
    if len(kept) >= most:
        for key in list(islice(kept, most // 8)):
            kept.pop(key, None)
