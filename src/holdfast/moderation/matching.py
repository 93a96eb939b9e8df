"""Looking for thousands of terms, links, domains and hashtags in one text at once.

A term is found as whole words. Texts and terms are compared in one form: compatibility forms and case folded, invisible
characters left out, letters that look like Latin ones taken for them. Each word of a text is looked up among the first
words of all terms, so that the time depends on the text and not on how many terms there are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

import msgspec

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W_\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
"""Scripts that write without blanks have each of their characters as a word."""

_ALIKE = str.maketrans(
    "аеорсухіјѕһԁӏвкмнтгαοερνικυτχʟ" + "ıɑɡ",
    "aeopcyxijshdlbkmhtraoepvikutxl" + "iag",
)
"""Cyrillic, Greek and other small letters that read like Latin ones."""


class BlockedTerm(msgspec.Struct, frozen=True):
    """A row of ``blocked_terms``; ``value`` is normalised. Times in milliseconds."""

    id: int
    kind: str  # term, link, domain, hashtag
    value: str
    category: str
    action: str  # signal, contain, refuse
    note: str
    created_by: int | None
    created_at: int
    swept_to: int | None  # the sweep over older posts: the last id that it has looked at
    swept_count: int
    swept_found: int
    swept_at: int | None  # when it was through


def words_of(text: str) -> list[str]:
    """The words of a text in the form in which they are compared."""
    plain = "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if unicodedata.category(c) != "Cf")
    return _WORD.findall(plain.translate(_ALIKE))


def link_of(url: str) -> str:
    """A link in the form in which it is compared: host and path, without what differs for the same page."""
    parts = _split(url)
    host = _host(parts)
    return f"{host}{parts.path.rstrip('/')}{'?' + parts.query if parts.query else ''}" if host else ""


def domain_of(url: str) -> str:
    """The host of a link, without ``www.``."""
    return _host(_split(url))


def _split(url: str) -> Any:
    try:
        return urlsplit(url.strip() if "://" in url else f"https://{url.strip()}")
    except ValueError:
        return urlsplit("")


def _host(parts: Any) -> str:
    try:
        return (parts.hostname or "").rstrip(".").removeprefix("www.").encode("idna").decode().lower()
    except UnicodeError:
        return ""


class Matcher:
    """All terms of a server, prepared for looking through many texts."""

    def __init__(self, terms: Iterable[BlockedTerm]) -> None:
        self._words: dict[str, list[tuple[tuple[str, ...], BlockedTerm]]] = {}
        self._named: dict[tuple[str, str], BlockedTerm] = {}
        for one in terms:
            if one.kind == "term":
                words = tuple(one.value.split())
                self._words.setdefault(words[0], []).append((words, one))
            else:
                self._named[one.kind, one.value] = one
        self.is_empty = not self._words and not self._named

    def found(self, texts: Sequence[str], links: Iterable[str] = (), tags: Iterable[str] = ()) -> list[BlockedTerm]:
        """The terms that stand in these texts, links and hashtags, each once."""
        hits: dict[int, BlockedTerm] = {}
        if self._words:
            for text in texts:
                self._look(words_of(text), hits)
        if self._named:
            for kind, value in _names(links, tags):
                one = self._named.get((kind, value))
                if one is not None:
                    hits[one.id] = one
        return list(hits.values())

    def _look(self, words: list[str], hits: dict[int, BlockedTerm]) -> None:
        for place, word in enumerate(words):
            for wanted, one in self._words.get(word, ()):
                if tuple(words[place : place + len(wanted)]) == wanted:
                    hits[one.id] = one


def _names(links: Iterable[str], tags: Iterable[str]) -> Iterable[tuple[str, str]]:
    for link in links:
        whole = link_of(link)
        yield "link", whole
        yield "link", whole.partition("?")[0]
        labels = domain_of(link).split(".")
        for start in range(len(labels)):
            yield "domain", ".".join(labels[start:])
    for tag in tags:
        yield "hashtag", tag.casefold()
