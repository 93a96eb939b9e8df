"""The sweep of a screening entry over the posts that were there before it: looked at first, then run as a job."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import update

from holdfast.acting import SYSTEM, Acting
from holdfast.moderation import screening
from holdfast.moderation.errors import NoSuchTerm, NotForYou, SubjectGone
from holdfast.moderation.matching import BlockedTerm, Matcher
from holdfast.moderation.subjects import Subject
from holdfast.moderation.tables import blocked_terms
from holdfast.posts.text.scan import Hashtag, Link, scan
from holdfast.posts.visibility import EVERYONE
from holdfast.store import Hot, Read
from holdfast.writes import Ability, Database, Write

SWEEP = "moderation.sweep_term"
BATCH = 500
MOST_PREVIEWED = 20_000
SAMPLES = 5
LONGEST_SAMPLE = 200  # characters
_END = 2**63 - 1  # above every id

_BELOW = Hot(
    "SELECT id, text, spoiler_text, visibility FROM statuses WHERE id < :below AND boost_of_id IS NULL "
    "AND deleted_at IS NULL ORDER BY id DESC LIMIT :most"
)


class Sweep(msgspec.Struct, frozen=True):
    """An entry is to be looked for in older posts."""

    term_id: int


class Preview(msgspec.Struct, frozen=True):
    """What a sweep would find: how many of the newest posts, with some of the public ones as (id, text)."""

    looked_at: int
    found: int
    samples: list[tuple[int, str]]


def preview(r: Read, acting: Acting, term_id: int) -> Preview:
    """Look through the newest posts for an entry, without doing anything. Raises :class:`NotForYou`,
    :class:`NoSuchTerm`."""
    if not acting.may(screening.WRITE):
        raise NotForYou()
    matcher = Matcher([screening.term(r, term_id)])
    rows = r.fast(_BELOW, below=_END, most=MOST_PREVIEWED)
    hits = [row for row in rows if _matches(matcher, row)]
    public = [(int(row[0]), str(row[1])[:LONGEST_SAMPLE]) for row in hits if row[3] in EVERYONE]
    return Preview(len(rows), len(hits), public[:SAMPLES])  # private posts are read in cases, where that is noted


def begin_sweep(db: Database, acting: Acting, term_id: int) -> None:
    """Look for an entry in all older posts. Raises :class:`NotForYou`, :class:`NoSuchTerm`."""
    with db.write(acting, Ability.MODERATION) as w:
        if not acting.may(screening.WRITE):
            raise NotForYou()
        screening.term(w, term_id)
        _note(w, term_id, swept_to=w.new_id(), swept_count=0, swept_found=0, swept_at=None)
        w.enqueue(SWEEP, Sweep(term_id), dedupe=f"sweep:{term_id}")


def sweep(db: Database, due: Sweep) -> None:
    """Look through some posts and go on from there; what was done so far is kept."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        try:
            found = screening.term(w, due.term_id)
        except NoSuchTerm:
            return
        if found.swept_to is None or found.swept_at is not None:
            return
        rows = w.fast(_BELOW, below=found.swept_to, most=BATCH)
        hits = _act(w, found, rows)
        is_through = len(rows) < BATCH
        _note(
            w,
            found.id,
            swept_to=int(rows[-1][0]) if rows else found.swept_to,
            swept_count=found.swept_count + len(rows),
            swept_found=found.swept_found + hits,
            swept_at=w.now if is_through else None,
        )
        if not is_through:
            w.enqueue(SWEEP, due)


def _act(w: Write, found: BlockedTerm, rows: Sequence[Sequence[object]]) -> int:
    matcher, hits = Matcher([found]), 0
    for row in rows:
        if not _matches(matcher, row):
            continue
        try:
            screening.act(w, Subject.post(int(str(row[0]))), [found])
        except SubjectGone:
            continue
        hits += 1
    return hits


def _matches(matcher: Matcher, row: Sequence[object]) -> bool:
    text, warning = str(row[1]), str(row[2])
    tokens = scan(text)
    links = [token.href for token in tokens if isinstance(token, Link)]
    tags = [token.tag.name for token in tokens if isinstance(token, Hashtag)]
    return bool(matcher.found((text, warning), links, tags))


def _note(w: Write, term_id: int, **values: object) -> None:
    w.run(update(blocked_terms).where(blocked_terms.c.id == term_id).values(**values))
