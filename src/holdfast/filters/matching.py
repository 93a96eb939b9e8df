"""Which filters catch a text. Keywords are compared as plain text: nothing that a member writes is a pattern."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from typing import NamedTuple

from holdfast.filters.queries import Filter

_OF_WORDS = frozenset("LMN")  # letters, marks (half of a word in many scripts), digits


class Match(NamedTuple):
    """What a filter found in a post: keywords as written, and the post's own id where the filter names it."""

    filter: Filter
    keywords: tuple[str, ...]
    status_ids: tuple[int, ...]


class _Word(NamedTuple):
    written: str
    folded: str
    opens_word: bool  # the keyword's first letter must begin a word
    ends_word: bool


class Matcher:
    """One member's filters, prepared for looking through many posts."""

    __slots__ = ("_parts", "filters")

    def __init__(self, filters: Sequence[Filter]) -> None:
        self.filters = filters
        self._parts = [(one, _words(one), frozenset(entry.status_id for entry in one.statuses)) for one in filters]

    def matches(self, text: str, status_ids: Collection[int], now: int) -> list[Match]:
        """What these filters find in a post. ``text`` is folded (see :func:`folded`), ``now`` in milliseconds.

        ``status_ids`` are the ids under which the post is known: its own, and that of a boost of it.
        """
        found = []
        for one, words, named in self._parts:
            if one.is_over(now):
                continue
            keywords = tuple(word.written for word in words if _stands_in(word, text))
            ids = tuple(number for number in status_ids if number in named)
            if keywords or ids:
                found.append(Match(one, keywords, ids))
        return found


def folded(text: str) -> str:
    """A text in the form in which keywords are looked for: without differences of case and of presentation."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _words(one: Filter) -> list[_Word]:
    words = []
    for keyword in one.keywords:
        text = folded(keyword.keyword)
        if text:
            whole = keyword.is_whole_word
            words.append(_Word(keyword.keyword, text, whole and _is_of_word(text[0]), whole and _is_of_word(text[-1])))
    return words


def _stands_in(word: _Word, text: str) -> bool:
    at = text.find(word.folded)
    while at >= 0:
        end = at + len(word.folded)
        begins = not word.opens_word or at == 0 or not _is_of_word(text[at - 1])
        if begins and (not word.ends_word or end == len(text) or not _is_of_word(text[end])):
            return True
        at = text.find(word.folded, at + 1)
    return False


def _is_of_word(character: str) -> bool:
    return character == "_" or unicodedata.category(character)[0] in _OF_WORDS
