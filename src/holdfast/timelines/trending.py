"""Working out what is talked about: a job looks at two days, and what is older counts for less and less.

A trend is never one person's doing: each counts once, and it takes several. Left out are posts that are sensitive or
by authors whom moderators limited; a post trends only if its author wants to be found and searched.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from holdfast.acting import SYSTEM
from holdfast.posts import Nothing
from holdfast.store import DAY, HOUR, Hot, Read, first_at, made_at
from holdfast.timelines.trends import KINDS, LINK, STATUS, TAG, verdicts
from holdfast.writes import Ability, Database

SPAN_MS = 2 * DAY
HALF_LIFE_MS = {TAG: 8 * HOUR, STATUS: 8 * HOUR, LINK: 12 * HOUR}
FEWEST_PEOPLE = 3
MOST_KEPT = 200  # of each kind

_OPEN = (
    "s.id >= :first AND s.visibility = 'public' AND s.boost_of_id IS NULL AND s.deleted_at IS NULL "
    "AND s.restriction IS NULL AND NOT s.is_sensitive "
    "AND a.suspended_at IS NULL AND a.deleted_at IS NULL AND a.limited_at IS NULL"
)
_TAGGED = Hot(
    "SELECT t.tag_id, s.author_id, MAX(s.id) FROM statuses s JOIN accounts a ON a.id = s.author_id "  # noqa: S608
    f"JOIN status_tags t ON t.status_id = s.id WHERE {_OPEN} GROUP BY t.tag_id, s.author_id"
)
_LINKED = Hot(
    "SELECT k.card_id, s.author_id, MAX(s.id) FROM statuses s JOIN accounts a ON a.id = s.author_id "  # noqa: S608
    "JOIN status_cards k ON k.status_id = s.id JOIN cards c ON c.id = k.card_id AND c.state = 'ready' "
    f"WHERE {_OPEN} GROUP BY k.card_id, s.author_id"
)
_USUAL = Hot("SELECT tag_id, SUM(accounts) FROM tag_days WHERE day >= :first AND day < :today GROUP BY tag_id")
_LIKED = Hot(
    "SELECT s.id, s.author_id, COUNT(*), COALESCE(MAX(v.views), 0) FROM ("  # noqa: S608
    "SELECT f.status_id AS id, f.account_id AS who FROM favourites f WHERE f.status_id >= :first "
    "UNION SELECT b.boost_of_id, b.author_id FROM statuses b WHERE b.boost_of_id >= :first AND b.deleted_at IS NULL"
    ") m JOIN statuses s ON s.id = m.id AND m.who <> s.author_id JOIN accounts a ON a.id = s.author_id "
    f"LEFT JOIN status_views v ON v.status_id = s.id WHERE {_OPEN} "
    "AND s.in_reply_to_id IS NULL AND s.spoiler_text = '' AND a.is_discoverable AND a.is_indexable "
    "GROUP BY s.id, s.author_id"
)
_CLEAR = Hot("DELETE FROM trends WHERE kind = :kind")
_KEEP = Hot("INSERT INTO trends (kind, subject_id, score) VALUES (:kind, :id, :score)")


def work_out(db: Database, _: Nothing) -> None:
    """Replace the trends by those of now. Reads for as long as it takes; writes in one short transaction."""
    now = db.clock.now()
    with db.read() as r:
        found = {TAG: _tags(r, now), STATUS: _statuses(r, now), LINK: _links(r, now)}
    with db.write(SYSTEM, Ability.JOBS) as w:
        for kind in KINDS:
            best = sorted(found[kind].items(), key=lambda item: (-item[1], -item[0]))[:MOST_KEPT]
            w.run_fast(_CLEAR, kind=kind)
            w.tx.run_many(_KEEP, [{"kind": kind, "id": number, "score": score} for number, score in best])


def _weight(kind: str, status_id: int, now: int) -> float:
    """What a use counts for by its age: 1 now, half after the half-life."""
    return float(0.5 ** (max(now - made_at(status_id), 0) / HALF_LIFE_MS[kind]))


def _by_people(kind: str, rows: Iterable[tuple[Any, ...]], now: int, judged: dict[int, bool]) -> dict[int, float]:
    """Scores by how many people used something, each counted once at its latest use."""
    people: dict[int, list[float]] = defaultdict(list)
    for subject, _, status_id in rows:
        people[subject].append(_weight(kind, status_id, now))
    return {
        subject: sum(weights)
        for subject, weights in people.items()
        if judged.get(subject, len(weights) >= FEWEST_PEOPLE)
    }


def _tags(r: Read, now: int) -> dict[int, float]:
    """Hashtags: what is used by everybody every day has to be used by more to be a trend."""
    today = now // DAY
    usual = dict(r.fast(_USUAL, first=today - 7, today=today - 1))
    scores = _by_people(TAG, r.fast(_TAGGED, first=first_at(now - SPAN_MS)), now, verdicts(r, TAG))
    return {tag: score / math.sqrt(1 + float(usual.get(tag) or 0) / 6) for tag, score in scores.items()}


def _links(r: Read, now: int) -> dict[int, float]:
    return _by_people(LINK, r.fast(_LINKED, first=first_at(now - SPAN_MS)), now, verdicts(r, LINK))


def _statuses(r: Read, now: int) -> dict[int, float]:
    """Posts by how many people favourited or boosted them, a little by how often they were shown; the best of each
    author."""
    judged = verdicts(r, STATUS)
    best: dict[int, tuple[float, int]] = {}
    for status_id, author, people, views in r.fast(_LIKED, first=first_at(now - SPAN_MS)):
        if judged.get(status_id, people >= FEWEST_PEOPLE):
            score = people * (1 + math.log10(1 + float(views)) / 10) * _weight(STATUS, status_id, now)
            best[author] = max(best.get(author, (0.0, 0)), (score, status_id))
    return {status_id: score for score, status_id in best.values()}
