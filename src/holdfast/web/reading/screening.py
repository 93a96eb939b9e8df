"""What a reader's filters say of the posts on a page: which not to show, and which not at first sight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal, NamedTuple

from holdfast import posts
from holdfast.filters import hides
from holdfast.posts import Sight
from holdfast.store import Read
from holdfast.web.visits import Visit

Context = Literal["home", "public", "thread", "account", "notifications"]
"""Where posts are read, by the names that filters have for it."""


class Caught(NamedTuple):
    """What the viewer's filters want of a post that is shown after all: folded behind their titles, or without its
    pictures at first sight."""

    by: tuple[str, ...] = ()
    is_blurred: bool = False


NOT_CAUGHT = Caught()


class Screen(NamedTuple):
    """What the viewer's filters say of some posts, by id: which to leave out, and which not to show at first sight."""

    hidden: frozenset[int] = frozenset()
    caught: Mapping[int, Caught] = MappingProxyType({})

    def folds(self, number: int) -> bool:
        """Whether a post must be asked for before it is read."""
        return number in self.hidden or bool(self.caught.get(number, NOT_CAUGHT).by)


NO_SCREEN = Screen()


def screened(r: Read, v: Visit, ids: Sequence[int], context: Context, sight: Sight | None = None) -> Screen:
    """Look through posts and what they quote for the reader's filters; for who has none, no query is asked."""
    me = v.acting.account_id
    if me is None or not ids or not v.web.kept.filters.owners([me]):
        return NO_SCREEN
    sight = sight or v.web.kept.posts.sight(r, me)
    facts = sight.facts(ids)
    quoted = posts.quoted(sight, facts.values(), v.db.clock.now()).values()
    inside = {one.facts.id: one.facts for one in quoted if one.facts is not None}
    found = {
        number: [match for match in matches if context in match.filter.contexts]
        for number, matches in v.web.kept.catching.found(sight, facts | inside).items()
    }
    hidden = frozenset(number for number, some in found.items() if any(hides(match, context) for match in some))
    caught = {
        number: Caught(
            tuple(match.filter.title for match in some if match.filter.action == "warn"),
            is_blurred=any(match.filter.action == "blur" for match in some),
        )
        for number, some in found.items()
        if some
    }
    return Screen(hidden, caught)
