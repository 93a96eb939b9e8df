"""What a member's filters found in statuses, spliced into the bytes that everybody else gets without it.

Every status tells in ``filtered`` which filters caught it, whatever their context: apps know where they show it.
What ``hide`` filters catch is left out by the server itself only at home and in notifications, lists' timelines and
streams included, which is what version 1 of the API promises for ``irreversible``; in public timelines, threads and
profiles it stays, marked, so that pages and threads have no holes that an app could not explain. Members' own posts
are never filtered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from holdfast import posts
from holdfast.filters import Filter, Filters, Match, Matcher, folded
from holdfast.mastodon import entities as e
from holdfast.mastodon.entities.base import datetime_text
from holdfast.mastodon.rendering.cache import RevisionCache
from holdfast.posts import Content, Facts, Sight
from holdfast.posts.text import plain
from holdfast.store import Clock, Read

_encode = msgspec.json.Encoder().encode

TEXT_BYTES = 8 * 1024 * 1024
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
    """Marks statuses for those who have filters; the texts that are looked through are kept by revision."""

    def __init__(self, filters: Filters, clock: Clock) -> None:
        self._filters = filters
        self._clock = clock
        self._texts: RevisionCache[int, str] = RevisionCache(TEXT_BYTES)

    def mark(self, sight: Sight, facts: Mapping[int, Facts], done: dict[int, bytes], context: str | None) -> None:
        """Put what the viewer's filters found into the bytes of statuses; leave out what they hide in a context."""
        matcher = self._filters.of(sight.r, sight.viewer, sight)
        if matcher is None:
            return
        found = self._found(sight, facts, matcher)
        for number, matches in found.items():
            if number not in done:
                continue
            if context is not None and any(_hides(one, context) for one in matches):
                del done[number]
                continue
            times = 1 if facts[number].boost_of_id is None else 2  # in a boost, the boosted status has it too
            marks = b'"filtered":' + _encode([_result(one) for one in matches])
            done[number] = marks.join(done[number].rsplit(_NONE, times))

    def _found(self, sight: Sight, facts: Mapping[int, Facts], matcher: Matcher) -> dict[int, list[Match]]:
        """The matches of each status that has any, boosts with those of what they boost."""
        originals = [one for one in facts.values() if one.boost_of_id is None and one.author_id != sight.viewer]
        texts = self._texts_of(sight.r, originals)
        boosts: dict[int, list[int]] = {}
        for one in facts.values():
            if one.boost_of_id is not None:
                boosts.setdefault(one.boost_of_id, []).append(one.id)
        found: dict[int, list[Match]] = {}
        now = self._clock.now()
        for one in originals:
            matches = matcher.matches(texts[one.id], [one.id], now)
            if matches:
                found[one.id] = matches
            for boost in boosts.get(one.id, ()):
                both = matcher.matches(texts[one.id], [one.id, boost], now)
                if both:
                    found[boost] = both
        return found

    def _texts_of(self, r: Read, originals: Iterable[Facts]) -> dict[int, str]:
        found: dict[int, str] = {}
        missing: list[Facts] = []
        for one in originals:
            kept = self._texts.get(one.id, one.revision)
            if kept is None:
                missing.append(one)
            else:
                found[one.id] = kept
        if missing:
            polls = [one.poll_id for one in missing if one.poll_id is not None]
            options = {poll.status_id: poll.options for poll in posts.poll_facts(r, None, polls).values()}
            for number, content in posts.contents(r, [one.id for one in missing]).items():
                text = found[number] = _searched(content, options.get(number, ()))
                self._texts.put(number, content.revision, text, len(text) * 2)
        for one in missing:
            found.setdefault(one.id, "")  # gone in this very moment
        return found


def _searched(content: Content, options: Sequence[str]) -> str:
    """All words of a status: content warning, text, poll, descriptions of media."""
    described = [row[8] for row in content.media if row[8]]
    return "\n".join(folded(part) for part in (content.spoiler_text, plain(content.html), *options, *described))


def _hides(match: Match, context: str) -> bool:
    return match.filter.action == "hide" and context in match.filter.contexts


def _result(match: Match) -> e.FilterResult:
    return e.FilterResult(
        filter=filter_entity(match.filter, is_whole=False),
        keyword_matches=list(match.keywords) or None,
        status_matches=[str(number) for number in match.status_ids] or None,
    )
