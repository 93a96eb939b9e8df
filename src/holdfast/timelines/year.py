"""What a member did in a year, in numbers. Ids carry the time, so a year is a range of ids."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from holdfast.store import Hot, Read, first_at, made_at

FIRST_YEAR = 2016
MOST_NAMED = 10
"""Hashtags, apps and accounts that are named, the most frequent."""

MOST_POLLS_SHARE, BOOSTS_PER_POST = 10, 2

_MINE = "s.author_id = :me AND s.id >= :first AND s.id < :after AND s.deleted_at IS NULL AND s.restriction IS NULL"
_POSTS = Hot(
    "SELECT s.id, s.boost_of_id IS NOT NULL, s.in_reply_to_id IS NOT NULL, s.poll_id IS NOT NULL "  # noqa: S608
    f"FROM statuses s WHERE {_MINE}"
)
_TOP = {
    name: Hot(
        f"SELECT s.id FROM statuses s WHERE {_MINE} AND s.boost_of_id IS NULL AND s.{column} > 0 "  # noqa: S608
        f"AND s.visibility IN ('public', 'unlisted') ORDER BY s.{column} DESC, s.id DESC LIMIT 1"
    )
    for name, column in (
        ("by_reblogs", "boosts_count"),
        ("by_favourites", "favourites_count"),
        ("by_replies", "replies_count"),
    )
}
_TAGS = Hot(
    "SELECT t.display_name, COUNT(*) FROM statuses s JOIN status_tags st ON st.status_id = s.id "  # noqa: S608
    f"JOIN tags t ON t.id = st.tag_id WHERE {_MINE} GROUP BY t.id, t.display_name ORDER BY 2 DESC, 1 LIMIT :most"
)
_APPS = Hot(
    f"SELECT a.name, COUNT(*) FROM statuses s JOIN apps a ON a.id = s.app_id WHERE {_MINE} "  # noqa: S608
    "GROUP BY a.name ORDER BY 2 DESC, 1 LIMIT :most"
)
_ANSWERED = Hot(
    f"SELECT s.in_reply_to_account_id, COUNT(*) FROM statuses s WHERE {_MINE} "  # noqa: S608
    "AND s.in_reply_to_account_id <> :me GROUP BY s.in_reply_to_account_id ORDER BY 2 DESC, 1 LIMIT :most"
)
_BOOSTED = Hot(
    f"SELECT o.author_id, COUNT(*) FROM statuses s JOIN statuses o ON o.id = s.boost_of_id WHERE {_MINE} "  # noqa: S608
    "AND o.author_id <> :me GROUP BY o.author_id ORDER BY 2 DESC, 1 LIMIT :most"
)
_FOLLOWS = {
    "following": Hot("SELECT id FROM follows WHERE account_id = :me AND id < :after"),
    "followers": Hot("SELECT id FROM follows WHERE target_id = :me AND id < :after"),
}
# The members who posted in that year, and how many of them posted less.
_OTHERS = Hot(
    "SELECT COUNT(*), COALESCE(SUM(CASE WHEN written < :mine THEN 1 ELSE 0 END), 0) FROM (SELECT s.author_id, "
    "COUNT(*) AS written FROM statuses s WHERE s.is_local AND s.id >= :first AND s.id < :after "
    "AND s.deleted_at IS NULL AND s.author_id <> :me GROUP BY s.author_id) others"
)


def year_of(at: int) -> int:
    """The year (UTC) of a time in milliseconds."""
    return datetime.fromtimestamp(at / 1000, UTC).year


def span(year: int) -> tuple[int, int]:
    """The first id of a year, and the first one after it."""
    first, after = (int(datetime(number, 1, 1, tzinfo=UTC).timestamp() * 1000) for number in (year, year + 1))
    return first_at(first), first_at(after)


def numbers(r: Read, account_id: int, year: int) -> dict[str, Any]:
    """What an account did in a year, as JSON that is kept: ids are texts, counts are numbers."""
    first, after = span(year)
    mine = {"me": account_id, "first": first, "after": after}
    posts = r.fast(_POSTS, **mine)
    boosts = sum(1 for row in posts if row[1])
    replies = sum(1 for row in posts if row[2] and not row[1])
    polls = sum(1 for row in posts if row[3])
    alone = len(posts) - boosts - replies
    others, below = r.fast(_OTHERS, mine=len(posts), **mine)[0]
    return {
        "archetype": archetype(alone=alone, replies=replies, boosts=boosts, polls=polls),
        "type_distribution": {"total": len(posts), "reblogs": boosts, "replies": replies, "standalone": alone},
        "top_statuses": {name: _first(r.fast(top, **mine)) for name, top in _TOP.items()},
        "most_used_apps": [{"name": name, "count": count} for name, count in _most(r, _APPS, mine)],
        "commonly_interacted_with_accounts": _accounts(r, _ANSWERED, mine),
        "time_series": _months(r, account_id, year, [row[0] for row in posts]),
        "top_hashtags": [{"name": name, "count": count} for name, count in _most(r, _TAGS, mine)],
        "most_reblogged_accounts": _accounts(r, _BOOSTED, mine),
        "percentiles": round(100 * int(below) / int(others), 1) if others else 100.0,
    }


def archetype(*, alone: int, replies: int, boosts: int, polls: int) -> str:
    """The word for how somebody spent a year: what they did most of."""
    if not alone + replies + boosts:
        return "lurker"
    if polls and polls * MOST_POLLS_SHARE >= alone:
        return "pollster"
    if boosts > alone * BOOSTS_PER_POST:
        return "booster"
    return "replier" if replies > alone else "oracle"


def _first(rows: list[tuple[Any, ...]]) -> str | None:
    return str(rows[0][0]) if rows else None


def _most(r: Read, which: Hot, mine: dict[str, int]) -> list[tuple[Any, ...]]:
    return r.fast(which, most=MOST_NAMED, **mine)


def _accounts(r: Read, which: Hot, mine: dict[str, int]) -> list[dict[str, Any]]:
    return [{"account_id": str(number), "count": count} for number, count in _most(r, which, mine)]


def _months(r: Read, account_id: int, year: int, posts: list[int]) -> list[dict[str, int]]:
    """For each month: posts and boosts, and the follows of both directions that began in it."""
    _, after = span(year)
    counts = {"statuses": _by_month(year, posts)}
    for name, which in _FOLLOWS.items():
        counts[name] = _by_month(year, [row[0] for row in r.fast(which, me=account_id, after=after)])
    return [{"month": month, **{name: found[month] for name, found in counts.items()}} for month in range(1, 13)]


def _by_month(year: int, ids: list[int]) -> Counter[int]:
    times = (datetime.fromtimestamp(made_at(number) / 1000, UTC) for number in ids)
    return Counter(time.month for time in times if time.year == year)
