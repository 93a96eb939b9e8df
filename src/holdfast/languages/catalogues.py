"""The catalogues: a ``.po`` file for each language that the source is translated into.

Babel is imported when a catalogue is first wanted: a server that speaks English only never loads it.
"""

from __future__ import annotations

import gettext
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale

SOURCE = "en"  # what the texts in the source are written in
FOLDER = Path(__file__).parent
_BETWEEN = "\x04"  # between a context and its text, as in compiled catalogues


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A language's words. ``words`` has the forms for each text; ``form`` says which one a number takes;
    ``in_scripts`` are the texts that scripts of pages say."""

    words: Mapping[str, tuple[str, ...]]
    form: Callable[[int], int]
    in_scripts: frozenset[str] = frozenset()

    def find(self, msgid: str, num: int | None = None, context: str = "") -> str:
        """The text in this language; empty when it is not translated."""
        forms = self.words.get(f"{context}{_BETWEEN}{msgid}" if context else msgid)
        if not forms:
            return ""
        return forms[0 if num is None else self.form(num)]


_NOTHING = Catalogue({}, lambda _num: 0)


@cache
def known() -> tuple[str, ...]:
    """The languages that pages can be read in, as BCP 47 names them: English and each that has a catalogue."""
    return (SOURCE, *sorted(file.stem for file in FOLDER.glob("*.po")))


@cache
def catalogue(language: str) -> Catalogue:
    """The words of a language; none for English and for what is not known."""
    if language == SOURCE or language not in known():
        return _NOTHING
    from babel.messages.pofile import read_po

    with (FOLDER / f"{language}.po").open("rb") as file:
        read = read_po(file, locale=str(locale(language)))
    words: dict[str, tuple[str, ...]] = {}
    in_scripts = set()
    for message in read:
        if not message.id or message.fuzzy:
            continue
        first = message.id if isinstance(message.id, str) else message.id[0]
        forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        if any(place.endswith(".js") for place, _line in message.locations):
            in_scripts.add(first)
        if forms and all(forms):
            words[f"{message.context}{_BETWEEN}{first}" if message.context else first] = forms
    return Catalogue(words, gettext.c2py(read.plural_expr), frozenset(in_scripts))


def for_scripts(language: str) -> dict[str, object]:
    """What scripts of pages need: their texts, and which form each number from 0 to 199 takes (the rest repeat)."""
    found = catalogue(language)
    texts = {
        text: forms if len(forms) > 1 else forms[0] for text, forms in found.words.items() if text in found.in_scripts
    }
    return {"texts": texts, "forms": [found.form(num) for num in range(200)]}


@cache
def fingerprint() -> bytes:
    """Something that changes when any catalogue does."""
    whole = hashlib.sha256()
    for file in sorted(FOLDER.glob("*.po")):
        whole.update(file.read_bytes())
    return whole.digest()


@cache
def locale(language: str) -> Locale:
    """What Babel knows of a language: its dates, numbers, direction and own name."""
    from babel import Locale

    return Locale.parse(language, sep="-")


@cache
def direction(language: str) -> str:
    """``ltr`` or ``rtl``: how the language is written."""
    return "ltr" if language == SOURCE else locale(language).text_direction


@cache
def name_of(language: str) -> str:
    """What the language calls itself."""
    if language == SOURCE:
        return "English"
    name = locale(language).get_display_name() or language
    return name[0].upper() + name[1:]
