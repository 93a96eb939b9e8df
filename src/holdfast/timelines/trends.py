"""Trends as they were last worked out, without what the staff has blocked; and its verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, select
from sqlalchemy import delete as remove

from holdfast import posts
from holdfast.acting import Acting
from holdfast.errors import Invalid, NotFound, Refused
from holdfast.events import Event
from holdfast.languages import say
from holdfast.people.tables import accounts
from holdfast.posts import Card, TagDay, TagFacts
from holdfast.posts.tables import cards, statuses, tags
from holdfast.posts.visibility import not_hidden_for, visible_to
from holdfast.store import DAY, Hot, Read, first_at, made_at
from holdfast.timelines.tables import trend_verdicts, trends
from holdfast.writes import Ability, Database

TAG, STATUS, LINK = KINDS = ("tag", "status", "link")
HISTORY_DAYS = 7

_JUDGE = Hot(
    "INSERT INTO trend_verdicts (kind, subject_id, is_allowed, decided_at) VALUES (:kind, :id, :allowed, :now) "
    "ON CONFLICT (kind, subject_id) DO UPDATE SET is_allowed = excluded.is_allowed, decided_at = excluded.decided_at"
)
_VERDICTS = Hot("SELECT subject_id, is_allowed FROM trend_verdicts WHERE kind = :kind")
_SHARES = Hot(
    "SELECT k.card_id, s.id, s.author_id FROM status_cards k JOIN statuses s ON s.id = k.status_id "
    "WHERE k.card_id IN (@ids) AND s.id >= :first AND s.visibility = 'public' AND s.deleted_at IS NULL "
    "AND s.restriction IS NULL"
)
_EXISTS = {
    TAG: Hot("SELECT 1 FROM tags WHERE id = :id"),
    STATUS: Hot("SELECT 1 FROM statuses WHERE id = :id AND deleted_at IS NULL AND boost_of_id IS NULL"),
    LINK: Hot("SELECT 1 FROM cards WHERE id = :id"),
}


MOST_LINKS = 100
"""Trending links that are looked through when one is asked for."""


class TrendJudged(Event, frozen=True, kw_only=True):
    """The staff allows something as a trend, blocks it, or leaves it to the numbers again."""

    kind: ClassVar[str] = "trend.judged"
    subject_kind: str
    subject_id: int
    is_allowed: bool | None


class Trend(NamedTuple):
    """A trend for the staff: blocked ones too. ``is_allowed`` is None where nobody has decided."""

    kind: str
    subject_id: int
    label: str
    score: float
    is_allowed: bool | None
    views: int | None  # of posts


def verdicts(r: Read, kind: str) -> dict[int, bool]:
    """What the staff has decided about subjects of a kind."""
    return {number: bool(allowed) for number, allowed in r.fast(_VERDICTS, kind=kind)}


def _ranked(statement: Select[Any], kind: str, subject: ColumnElement[int], limit: int, offset: int) -> Select[Any]:
    blocked = exists(
        select(1).where(
            trend_verdicts.c.kind == kind,
            trend_verdicts.c.subject_id == trends.c.subject_id,
            trend_verdicts.c.is_allowed.is_(False),
        )
    )
    return (
        statement.join(trends, and_(trends.c.subject_id == subject, trends.c.kind == kind))
        .where(~blocked)
        .order_by(trends.c.score.desc(), trends.c.subject_id.desc())
        .limit(limit)
        .offset(offset)
    )


def trending_tags(r: Read, limit: int, offset: int = 0) -> list[TagFacts]:
    """Hashtags that many people use lately, the strongest first."""
    statement = select(tags.c.id, tags.c.name, tags.c.display_name)
    return [TagFacts(*row) for row in r.rows(_ranked(statement, TAG, tags.c.id, limit, offset))]


def trending_posts(r: Read, viewer: int | None, limit: int, offset: int = 0, *, now: int) -> list[int]:
    """Posts that many people like lately, as far as the viewer may and wants to meet them. ``now`` in milliseconds."""
    statement = (
        select(statuses.c.id)
        .join(accounts, accounts.c.id == statuses.c.author_id)
        .where(
            statuses.c.visibility == "public",
            statuses.c.restriction.is_(None),
            statuses.c.is_sensitive.is_(False),
            accounts.c.limited_at.is_(None),
            accounts.c.is_discoverable.is_(True),
            accounts.c.is_indexable.is_(True),
            visible_to(viewer, joined_author=accounts),
            not_hidden_for(viewer, now),
        )
    )
    return r.ids(_ranked(statement, STATUS, statuses.c.id, limit, offset))


def trending_links(r: Read, limit: int, offset: int = 0) -> list[Card]:
    """Pages that many people share lately, as their previews."""
    columns = [cards.c[name] for name in Card._fields]
    return [Card(*row) for row in r.rows(_ranked(select(*columns), LINK, cards.c.id, limit, offset))]


def is_trending_link(r: Read, url: str) -> bool:
    """Whether many people share a page at present, under the address at which it was found."""
    return any(card.url == url for card in trending_links(r, MOST_LINKS))


def link_history(r: Read, card_ids: Sequence[int], now: int) -> dict[int, list[TagDay]]:
    """How often pages were shared in public on each of the last seven days, newest first. ``now`` in milliseconds."""
    today = now // DAY
    days = range(today, today - HISTORY_DAYS, -1)
    found: dict[tuple[int, int], list[int]] = {}
    first = first_at((today - HISTORY_DAYS + 1) * DAY)
    for card, status, author in r.fast(_SHARES, ids=list(card_ids), first=first):
        found.setdefault((card, made_at(status) // DAY), []).append(author)
    empty: list[int] = []
    return {
        card: [
            TagDay(day * DAY // 1000, len(found.get((card, day), empty)), len(set(found.get((card, day), empty))))
            for day in days
        ]
        for card in card_ids
    }


def judge(db: Database, acting: Acting, kind: str, subject_id: int, *, is_allowed: bool | None) -> None:
    """Allow something as a trend whatever the numbers say, block it, or (None) leave it to the numbers.

    Blocked is blocked at once; what is allowed appears when trends are next worked out. For who has the permission
    ``trends.write``. Raises :class:`NotFound`, :class:`Refused`.
    """
    if not acting.may("trends.write"):
        raise Refused(say("Only moderators decide about trends."))
    if kind not in KINDS:
        raise Invalid(
            say(
                "A trend is a %(known)s or %(kinds)s, not '%(kind)s'.",
                known=", ".join(KINDS[:-1]),
                kinds=KINDS[-1],
                kind=kind,
            )
        )
    with db.write(acting, Ability.MODERATION) as w:
        if not w.fast(_EXISTS[kind], id=subject_id):
            raise NotFound(say("There is no such %(kind)s.", kind=kind))
        if is_allowed is None:
            of_it = (trend_verdicts.c.kind == kind) & (trend_verdicts.c.subject_id == subject_id)
            w.run(remove(trend_verdicts).where(of_it))
        else:
            w.run_fast(_JUDGE, kind=kind, id=subject_id, allowed=is_allowed, now=w.now)
        w.record(TrendJudged(subject_kind=kind, subject_id=subject_id, is_allowed=is_allowed))


def trends_for(r: Read, acting: Acting, kind: str, limit: int) -> list[Trend]:
    """As :func:`trends_for_staff`, for who may decide about them. Raises :class:`Refused`."""
    if not acting.may("trends.write"):
        raise Refused(say("Only moderators decide about trends."))
    return trends_for_staff(r, kind, limit)


def tags_by_ids(r: Read, ids: Sequence[int]) -> list[TagFacts]:
    """Hashtags by their ids, in no order."""
    statement = select(tags.c.id, tags.c.name, tags.c.display_name).where(tags.c.id.in_(list(ids)))
    return [TagFacts(*row) for row in r.rows(statement)]


def cards_by_ids(r: Read, ids: Sequence[int]) -> list[Card]:
    """Previews of pages by their ids, in no order."""
    statement = select(*(cards.c[name] for name in Card._fields)).where(cards.c.id.in_(list(ids)))
    return [Card(*row) for row in r.rows(statement)]


def trends_for_staff(r: Read, kind: str, limit: int) -> list[Trend]:
    """Trends of a kind with their scores and verdicts, blocked ones included; those without a score last."""
    judged = verdicts(r, kind)
    rows = r.rows(
        select(trends.c.subject_id, trends.c.score)
        .where(trends.c.kind == kind)
        .order_by(trends.c.score.desc(), trends.c.subject_id.desc())
        .limit(limit)
    )
    scores = {row.subject_id: row.score for row in rows}
    numbers = [*scores, *(number for number in judged if number not in scores)][:limit]
    labels = _labels(r, kind, numbers)
    views = posts.views_of(r, numbers) if kind == STATUS else {}
    return [
        Trend(
            kind,
            number,
            labels.get(number, ""),
            scores.get(number, 0.0),
            judged.get(number),
            views.get(number, 0) if kind == STATUS else None,
        )
        for number in numbers
    ]


def _labels(r: Read, kind: str, numbers: Sequence[int]) -> dict[int, str]:
    column: dict[str, Any] = {
        TAG: select(tags.c.id, tags.c.display_name).where(tags.c.id.in_(numbers)),
        STATUS: select(statuses.c.id, statuses.c.text).where(statuses.c.id.in_(numbers)),
        LINK: select(cards.c.id, cards.c.url).where(cards.c.id.in_(numbers)),
    }
    return {row[0]: row[1] for row in r.rows(column[kind])}
