"""What languages are called in the language in force."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache

from holdfast.languages.catalogues import SOURCE, locale
from holdfast.languages.speaking import in_force


def language_names(english: Mapping[str, str]) -> list[tuple[str, str]]:
    """Languages by their codes and names, in the order of the names; for those without one, the English one stands."""
    return _named(in_force(), tuple(english.items()))


@cache
def _named(language: str, english: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    known: Mapping[str, str] = {} if language == SOURCE else locale(language).languages
    return sorted(((code, known.get(code, name)) for code, name in english), key=lambda one: _place(one[1]))


def _place(name: str) -> str:
    """Where a name stands in the order: letters with marks beside those without."""
    parts = unicodedata.normalize("NFKD", name.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))
