"""The words of a text as search knows them: the same for what is written and for what is looked for.

Upper and lower case are one, accents on Latin, Greek, Cyrillic, Hebrew and Arabic letters count for nothing, and
scripts that put no spaces between words are taken letter by letter: what is looked for there is a row of letters.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable

from holdfast.store import BREAK, LONGEST_WORD

_PLAIN = re.compile("[0-9a-z]+")
_POINTS = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0640]")
_UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff]")
_UNSPACED = (
    "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u19e0-\u19ff"  # Thai, Lao, Tibetan, Burmese, Khmer
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"  # kana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
)
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ς": "σ"}
)


def _ranges(categories: str) -> str:
    """Every mark of Unicode as the inside of a character class; scripts of India write vowels with them."""
    found: list[list[int]] = []
    for number in range(0x300, sys.maxunicode if sys.maxunicode < 0x1F000 else 0x1F000):
        if unicodedata.category(chr(number)) in categories:
            if found and found[-1][1] == number - 1:
                found[-1][1] = number
            else:
                found.append([number, number])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in found)


_LETTER = rf"(?:[^\W_]|[{_ranges('Mn Mc')}])"
_WORD = re.compile(rf"(?={_LETTER})[{_UNSPACED}]|(?:(?![{_UNSPACED}]){_LETTER})+")
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")


def fold(text: str) -> str:
    """A text in the form in which words are compared."""
    text = unicodedata.normalize("NFKC", text).casefold()
    if text.isascii():
        return text
    bare = _POINTS.sub("", _UNSEEN.sub("", unicodedata.normalize("NFD", text)))
    return unicodedata.normalize("NFC", bare.translate(_LETTERS))


def words(text: str) -> list[str]:
    """The words of a text in order."""
    folded = fold(text)
    found = (_PLAIN if folded.isascii() else _WORD).findall(folded)
    return [word[:LONGEST_WORD] for word in found]


def words_of_parts(parts: Iterable[str]) -> list[str]:
    """The words of several texts, between which no phrase reaches over."""
    found: list[str] = []
    for part in parts:
        if part:
            if found:
                found.append(BREAK)
            found += words(part)
    return found


def is_unspaced(word: str) -> bool:
    """Whether a word is a letter of a script without spaces."""
    return _IS_UNSPACED.match(word) is not None
