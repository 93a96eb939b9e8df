"""What a member's filters found in statuses, spliced into the bytes that everybody else gets without it.

Every status tells in ``filtered`` which filters caught it, whatever their context: apps know where they show it.
What ``hide`` filters catch is left out by the server itself only at home and in notifications, lists' timelines and
streams included, which is what version 1 of the API promises for ``irreversible``; in public timelines, threads and
profiles it stays, marked, so that pages and threads have no holes that an app could not explain. Members' own posts
are never filtered.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from holdfast.filters import Catching, Filter, Match, hides
from holdfast.mastodon import entities as e
from holdfast.mastodon.entities.base import datetime_text
from holdfast.posts import Facts, Sight

_encode = msgspec.json.Encoder().encode

_NONE = b'"filtered":[]'
"""Cannot come out of what somebody wrote: a quote inside a JSON text has a backslash before it."""


def filter_entity(one: Filter, *, is_whole: bool = True) -> e.Filter:
    """A filter as its owner sees it; what caught a status is told without keywords and statuses."""
    entity = e.Filter(
        id=str(one.id),
        title=one.title,
        context=list(one.contexts),
        expires_at=datetime_text(one.expires_at) if one.expires_at is not None else None,
        filter_action=one.action,
    )
    if is_whole:
        entity.keywords = [
            e.FilterKeyword(id=str(word.id), keyword=word.keyword, whole_word=word.is_whole_word)
            for word in one.keywords
        ]
        entity.statuses = [e.FilterStatus(id=str(kept.id), status_id=str(kept.status_id)) for kept in one.statuses]
    return entity


class Filtered:
    """Marks statuses for those who have filters."""

    def __init__(self, catching: Catching) -> None:
        self._catching = catching

    def mark(self, sight: Sight, facts: Mapping[int, Facts], done: dict[int, bytes], context: str | None) -> None:
        """Put what the viewer's filters found into the bytes of statuses; leave out what they hide in a context."""
        for number, matches in self._catching.found(sight, facts).items():
            if number not in done:
                continue
            if context is not None and any(hides(one, context) for one in matches):
                del done[number]
                continue
            times = 1 if facts[number].boost_of_id is None else 2  # in a boost, the boosted status has it too
            marks = b'"filtered":' + _encode([_result(one) for one in matches])
            done[number] = marks.join(done[number].rsplit(_NONE, times))


def _result(match: Match) -> e.FilterResult:
    return e.FilterResult(
        filter=filter_entity(match.filter, is_whole=False),
        keyword_matches=list(match.keywords) or None,
        status_matches=[str(number) for number in match.status_ids] or None,
    )
