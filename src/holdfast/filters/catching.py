"""What a member's filters catch among the posts of a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from holdfast import posts
from holdfast.filters.matching import Match, folded
from holdfast.filters.memory import Filters
from holdfast.posts import Content, Facts, Sight
from holdfast.posts.text import plain
from holdfast.store import Clock, Read, RevisionCache

TEXT_BYTES = 8 * 1024 * 1024


class Catching:
    """Looks through posts for those who have filters; the texts that are looked through are kept by revision.

    One for each process. Members' own posts are never caught.
    """

    def __init__(self, filters: Filters, clock: Clock) -> None:
        self._filters = filters
        self._clock = clock
        self._texts: RevisionCache[int, str] = RevisionCache(TEXT_BYTES)

    def found(self, sight: Sight, facts: Mapping[int, Facts]) -> dict[int, list[Match]]:
        """The matches of each status that has any, boosts with those of what they boost; no query without filters."""
        matcher = self._filters.of(sight.r, sight.viewer, sight)
        if matcher is None:
            return {}
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


def hides(match: Match, context: str) -> bool:
    """Whether what was caught is not to be shown at all in a context (``home``, ``notifications`` …)."""
    return match.filter.action == "hide" and context in match.filter.contexts


def _searched(content: Content, options: Sequence[str]) -> str:
    """All words of a status: content warning, text, poll, descriptions of media."""
    described = [row[8] for row in content.media if row[8]]
    return "\n".join(folded(part) for part in (content.spoiler_text, plain(content.html), *options, *described))
