"""Which of many members a post reaches, asked once for all of them: for streams, where one post meets many readers."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple, cast

from sqlalchemy import bindparam, literal_column, select
from sqlalchemy.sql.expression import true

from holdfast.people.tables import accounts
from holdfast.posts.tables import statuses
from holdfast.posts.visibility import Viewer, visible_to
from holdfast.store import Hot, Read, in_ids

_viewers = accounts.alias("viewers")
# A bare name instead of the column: the clause is nested, and a column would bring its table into every level.
_viewer = cast(Viewer, literal_column("viewers.id"))
_SEEN_BY = Hot(
    lambda: (
        select(_viewers.c.id)
        .select_from(statuses.join(_viewers, true()))
        .where(statuses.c.id == bindparam("status"), in_ids(_viewers.c.id, "ids"), visible_to(_viewer))
    )
)
_TOUCHED_BY = Hot(
    "SELECT account_id FROM favourites WHERE status_id = :status AND account_id IN (@ids) "
    "UNION SELECT account_id FROM bookmarks WHERE status_id = :status AND account_id IN (@ids) "
    "UNION SELECT author_id FROM statuses WHERE boost_of_id = :status AND author_id IN (@ids) AND deleted_at IS NULL "
    "UNION SELECT author_id FROM statuses WHERE id = :status AND author_id IN (@ids) "
    "UNION SELECT v.account_id FROM poll_votes v JOIN polls p ON p.id = v.poll_id "
    "WHERE p.status_id = :status AND v.account_id IN (@ids) "
    "UNION SELECT account_id FROM thread_mutes WHERE account_id IN (@ids) "
    "AND thread_id = (SELECT thread_id FROM statuses WHERE id = :status)"
)
_QUOTING = Hot("SELECT author_id, quote_policy, quote_of_id, quote_state FROM statuses WHERE id = :status")
_TOWARDS = Hot(
    "SELECT 'follows', account_id FROM follows WHERE target_id = :author AND account_id IN (@ids) "
    "UNION ALL SELECT 'blocks', account_id FROM blocks WHERE target_id = :author AND account_id IN (@ids) "
    "UNION ALL SELECT 'mutes', account_id FROM mutes WHERE target_id = :author AND account_id IN (@ids) "
    "UNION ALL SELECT 'avoids', d.account_id FROM domain_blocks d JOIN accounts a ON a.domain = d.domain "
    "WHERE a.id = :author AND d.account_id IN (@ids)"
)

_PLACE = Hot(
    "SELECT s.is_local, s.media_count, s.in_reply_to_id, s.in_reply_to_account_id, s.author_id FROM statuses s "
    "JOIN accounts a ON a.id = s.author_id WHERE s.id = :status AND s.visibility = 'public' "
    "AND s.boost_of_id IS NULL AND a.limited_at IS NULL"
)


_BOOSTS = Hot(
    "SELECT id, author_id, visibility FROM statuses WHERE boost_of_id = :status AND deleted_at IS NULL "
    "ORDER BY id DESC LIMIT :most"
)


class Boost(NamedTuple):
    """Who boosted a post, and for whom."""

    id: int
    author_id: int
    visibility: str


def newest_boosts(r: Read, status_id: int, most: int) -> list[Boost]:
    """The newest boosts of a post, whoever may see them."""
    return [Boost(*row) for row in r.fast(_BOOSTS, status=status_id, most=most)]


class PublicPlace(NamedTuple):
    """In which of the public timelines a post stands; hashtags' timelines take replies too."""

    is_local: bool
    has_media: bool
    stands_alone: bool  # no reply to somebody else


def public_place(r: Read, status_id: int) -> PublicPlace | None:
    """Where a post stands (or stood, until its row was removed) among public timelines; None: in none of them."""
    for is_local, media_count, reply_to, replied_to, author_id in r.fast(_PLACE, status=status_id):
        return PublicPlace(bool(is_local), media_count > 0, reply_to is None or replied_to == author_id)
    return None


def seen_by(r: Read, status_id: int, viewers: Collection[int]) -> set[int]:
    """Those of these accounts that may see a status."""
    return _ids(r, _SEEN_BY, status_id, viewers)


def touched_by(r: Read, status_id: int, viewers: Collection[int]) -> set[int]:
    """Those of these accounts to whom a status shows otherwise than to everybody: for it is theirs, or they
    favourited, bookmarked or boosted it, voted in its poll or muted its conversation."""
    return _ids(r, _TOUCHED_BY, status_id, viewers)


def shown_alike(r: Read, status_id: int, viewers: Collection[int]) -> list[set[int]]:
    """Accounts that have not touched a status, in groups: each is shown the same quote in it, and told the same of
    whether it may be quoted. One query where nothing is quoted and the author does not ask for followers."""
    told: dict[int, list[object]] = {viewer: [] for viewer in viewers}
    number: int | None = status_id
    for depth in range(3):  # the post, what it quotes, and the id of what that quotes
        rows = r.fast(_QUOTING, status=number) if number is not None and told else []
        if not rows:
            break
        author, policy, quoted, state = rows[0]
        if depth or policy == "followers":
            for relation, viewer in r.fast(_TOWARDS, author=author, ids=list(told)):
                if relation != "follows" or policy == "followers":
                    told[viewer].append((depth, relation))
        if depth:
            for viewer in seen_by(r, number or 0, told):
                told[viewer].append((depth, "sees"))
            for viewer in touched_by(r, number or 0, told):
                told[viewer].append(viewer)
        number = quoted if state == "accepted" else None
    groups: dict[frozenset[object], set[int]] = {}
    for viewer, marks in told.items():
        groups.setdefault(frozenset(marks), set()).add(viewer)
    return list(groups.values())


def _ids(r: Read, statement: Hot, status_id: int, viewers: Collection[int]) -> set[int]:
    values: dict[str, Any] = {"status": status_id, "ids": list(viewers)}
    return {row[0] for row in r.fast(statement, **values)} if viewers else set()
