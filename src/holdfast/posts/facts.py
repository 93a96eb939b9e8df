"""What a door needs to show statuses: small facts for every page, the full content only for what it has not cached."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from holdfast.people.tables import accounts
from holdfast.posts.cards import OF_STATUSES, Card
from holdfast.posts.tables import statuses
from holdfast.posts.visibility import visible_to
from holdfast.store import Hot, Read, in_ids


class Facts(NamedTuple):
    """What changes often about a status and its author; ``revision`` and ``author_revision`` name the rest."""

    id: int
    revision: int
    author_id: int
    boost_of_id: int | None
    thread_id: int
    poll_id: int | None
    replies_count: int
    boosts_count: int
    favourites_count: int
    quotes_count: int
    author_revision: int
    followers_count: int
    following_count: int
    statuses_count: int
    last_status_at: int | None
    visibility: str
    quote_of_id: int | None
    quote_state: str | None
    quote_policy: str


class Found(list[int]):
    """Ids of statuses in order, with the facts that the same statement has read, so that nobody asks twice."""

    def __init__(self, rows: Iterable[tuple[Any, ...]] = ()) -> None:
        self.facts = {row[0]: Facts._make(row) for row in rows}
        super().__init__(self.facts)

    @classmethod
    def of(cls, ids: Iterable[int], facts: dict[int, Facts]) -> Found:
        """A page whose facts are known (and of what it boosts, too)."""
        found = cls()
        found.extend(ids)
        found.facts = facts
        return found


class Flags(NamedTuple):
    """What a viewer has done with the statuses of a page, as sets of status ids (``muted``: thread ids)."""

    favourited: frozenset[int]
    boosted: frozenset[int]
    bookmarked: frozenset[int]
    pinned: frozenset[int]
    muted: frozenset[int]
    touched: frozenset[int]  # own posts and those with any mark but ``muted``


COLUMNS = (
    statuses.c.id,
    statuses.c.revision,
    statuses.c.author_id,
    statuses.c.boost_of_id,
    statuses.c.thread_id,
    statuses.c.poll_id,
    statuses.c.replies_count,
    statuses.c.boosts_count,
    statuses.c.favourites_count,
    statuses.c.quotes_count,
    accounts.c.revision,
    accounts.c.followers_count,
    accounts.c.following_count,
    accounts.c.statuses_count,
    accounts.c.last_status_at,
    statuses.c.visibility,
    statuses.c.quote_of_id,
    statuses.c.quote_state,
    statuses.c.quote_policy,
)
"""The columns of :class:`Facts`, for statements over ``statuses`` joined with the author's ``accounts`` row."""

WITH_AUTHOR = statuses.join(accounts, accounts.c.id == statuses.c.author_id)

_FACTS = Hot(
    lambda: (
        select(*COLUMNS)
        .select_from(WITH_AUTHOR)
        .where(in_ids(statuses.c.id, "ids"), visible_to(bindparam("viewer"), joined_author=accounts))
    )
)
_VISIBLE = Hot(lambda: select(statuses.c.id).where(in_ids(statuses.c.id, "ids"), visible_to(bindparam("viewer"))))
_FLAGS = Hot(
    "SELECT 0, status_id FROM favourites WHERE account_id = :viewer AND status_id IN (@ids) "
    "UNION ALL SELECT 1, boost_of_id FROM statuses WHERE boost_of_id IN (@ids) AND author_id = :viewer "
    "AND deleted_at IS NULL "
    "UNION ALL SELECT 2, status_id FROM bookmarks WHERE account_id = :viewer AND status_id IN (@ids) "
    "UNION ALL SELECT 4, thread_id FROM thread_mutes WHERE account_id = :viewer AND thread_id IN (@threads)"
)
_PINS = Hot("SELECT 3, status_id FROM pins WHERE account_id = :viewer AND status_id IN (@own)")
NO_FLAGS = Flags(*(frozenset(),) * 6)


def facts(r: Read, viewer: int | None, ids: Sequence[int]) -> dict[int, Facts]:
    """The facts of those of these statuses that the viewer may see."""
    if not ids:
        return {}
    return {row[0]: Facts._make(row) for row in r.fast(_FACTS, ids=list(ids), viewer=viewer)}


def visible_ids(r: Read, viewer: int | None, ids: Sequence[int]) -> set[int]:
    """Those of these statuses that the viewer may see."""
    if not ids:
        return set()
    return {row[0] for row in r.fast(_VISIBLE, ids=list(ids), viewer=viewer)}


def flags(r: Read, viewer: int | None, page: Collection[Facts]) -> Flags:
    """What the viewer has done with these statuses; one query whatever their number, one more for own ones."""
    if viewer is None or not page:
        return NO_FLAGS
    ids = [fact.id for fact in page if fact.boost_of_id is None]
    threads = list({fact.thread_id for fact in page})
    own = [fact.id for fact in page if fact.author_id == viewer]  # only these can be pinned
    asked: list[tuple[Hot, dict[str, Any]]] = [(_FLAGS, {"viewer": viewer, "ids": ids, "threads": threads})]
    if own:
        asked.append((_PINS, {"viewer": viewer, "own": own}))
    rows = list(chain.from_iterable(r.fast_several(*asked)))
    if not rows and not own:
        return NO_FLAGS
    found: tuple[set[int], ...] = (set(), set(), set(), set(), set())
    for kind, number in rows:
        found[kind].add(number)
    favourited, boosted, bookmarked, pinned, muted = (frozenset(part) for part in found)
    touched = frozenset(own).union(favourited, boosted, bookmarked)
    return Flags(favourited, boosted, bookmarked, pinned, muted, touched)


_CONTENT = Hot(
    "SELECT s.id, s.revision, s.uri, s.author_id, s.visibility, s.in_reply_to_id, s.in_reply_to_account_id, "
    "s.boost_of_id, s.html, s.spoiler_text, s.is_sensitive, s.language, s.created_at, s.edited_at, a.username, "
    "a.domain, p.name, p.website, s.reply_policy, s.folded_by_id, s.restriction, s.label, s.locked_at, "
    "q.id, q.uri, qa.username, qa.domain, s.media_count "
    "FROM statuses s JOIN accounts a ON a.id = s.author_id LEFT JOIN apps p ON p.id = s.app_id "
    "LEFT JOIN statuses q ON q.id = s.quote_of_id AND s.quote_state = 'accepted' "
    "LEFT JOIN accounts qa ON qa.id = q.author_id WHERE s.id IN (@ids)"
)
_MENTIONED = Hot(
    "SELECT m.status_id, a.id, a.username, a.domain, a.uri FROM mentions m JOIN accounts a ON a.id = m.account_id "
    "WHERE m.status_id IN (@ids) AND a.deleted_at IS NULL ORDER BY m.status_id, m.position"
)
_TAGGED = Hot(
    "SELECT st.status_id, t.name FROM status_tags st JOIN tags t ON t.id = st.tag_id "
    "WHERE st.status_id IN (@ids) ORDER BY st.status_id, t.name"
)
_ATTACHED = Hot(
    "SELECT id, status_id, kind, state, file_name, mime_type, meta, blurhash, description, focus_x, focus_y "
    "FROM media WHERE status_id IN (@ids) ORDER BY status_id, position, id"
)


class Content(NamedTuple):
    """The part of a status that everybody sees alike."""

    id: int
    revision: int
    uri: str
    author_id: int
    visibility: str
    in_reply_to_id: int | None
    in_reply_to_account_id: int | None
    boost_of_id: int | None
    html: str
    spoiler_text: str
    is_sensitive: bool
    language: str | None
    created_at: int
    edited_at: int | None
    username: str
    domain: str | None
    app_name: str | None
    app_website: str | None
    reply_policy: str | None
    folded_by_id: int | None
    restriction: str | None  # by moderators; what is removed is shown to nobody
    label: str | None  # a note of the moderators
    locked_at: int | None
    quoted_id: int | None  # by consent, as it was when the revision was made
    quoted_uri: str | None
    quoted_username: str | None
    quoted_domain: str | None
    media_count: int
    mentions: list[tuple[Any, ...]]  # id, username, domain, uri
    tags: list[str]
    media: list[tuple[Any, ...]]  # as in media_rows
    card: Card | None


_ALL_CONTENT = (_CONTENT, _MENTIONED, _TAGGED, OF_STATUSES)


def contents(r: Read, ids: Sequence[int]) -> dict[int, Content]:
    """The shared content of statuses, in four queries whatever their number. Ask :func:`facts` first who may see it."""
    wanted = list(ids)
    if not wanted:
        return {}
    return _put_together(r, wanted, r.fast_several(*((asked, {"ids": wanted}) for asked in _ALL_CONTENT)))


def just_published(r: Read, author_id: int, status_id: int) -> tuple[Facts, Content] | None:
    """Facts and content of a status for its author, in one exchange; None when it is gone already."""
    wanted = [status_id]
    asked = ((question, {"ids": wanted}) for question in _ALL_CONTENT)
    found, *content = r.fast_several((_FACTS, {"ids": wanted, "viewer": author_id}), *asked)
    if not found:
        return None
    return Facts._make(found[0]), _put_together(r, wanted, content)[status_id]


def _put_together(r: Read, wanted: list[int], asked: list[list[tuple[Any, ...]]]) -> dict[int, Content]:
    rows, people, named, previews = asked
    shown = {row[0]: Card._make(row[1:]) for row in previews}
    mentioned, tagged = _grouped(people), _grouped(named)
    attached: dict[int, list[tuple[Any, ...]]] = {}
    if any(row[-1] for row in rows):
        for row in r.fast(_ATTACHED, ids=wanted):
            attached.setdefault(row[1], []).append(row)
    return {
        row[0]: Content._make(
            (
                *row,
                mentioned.get(row[0], []),
                [tag[0] for tag in tagged.get(row[0], [])],
                attached.get(row[0], []),
                shown.get(row[0]),
            )
        )
        for row in rows
    }


def _grouped(rows: list[tuple[Any, ...]]) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = {}
    for first, *rest in rows:
        found.setdefault(first, []).append(tuple(rest))
    return found
