"""How long a text is, as members see it and as the apps of the field count it."""

from __future__ import annotations

import unicodedata

from holdfast.posts.text.scan import Handle, Link, scan, without_controls

URL_LENGTH = 23
"""Characters that any link counts for, however long it is."""

_CLUSTER = 16  # the longest emoji in use has 11 code points


def character_count(text: str, url_length: int = URL_LENGTH) -> int:
    """Count characters as members see them: a link counts ``url_length``, ``@name@domain`` its name only.

    A letter with its combining marks, or an emoji with its modifiers, counts once: the apps of the field
    count so, and refusing what their counters allow would be our fault. Past ``_CLUSTER`` code points each
    further one counts, so that stacked marks cannot smuggle a book into one character.
    """
    text = without_controls(text)
    count = at = 0
    for token in scan(text):
        if isinstance(token, Link):
            count += _clusters(text[at : token.start]) + url_length
            at = token.end
        elif isinstance(token, Handle) and token.domain:
            count += _clusters(text[at : token.start]) + 1 + len(token.name)
            at = token.end
    return count + _clusters(text[at:])


def _clusters(text: str) -> int:
    """Count characters as seen: close to Unicode's grapheme clusters, from the standard library alone."""
    if text.isascii():
        return len(text)
    count = size = 0
    joined = flag = False
    for char in text:
        point = ord(char)
        regional = 0x1F1E6 <= point <= 0x1F1FF
        extends = (
            joined
            or (regional and flag)
            or 0x1F3FB <= point <= 0x1F3FF
            or 0xE0020 <= point <= 0xE007F
            or point == 0x200D
            or 0x1160 <= point <= 0x11FF
            or (point > 0x2FF and unicodedata.category(char)[0] == "M")
        )
        if extends and 0 < size < _CLUSTER:
            size += 1
        else:
            count, size = count + 1, 1
        joined = point == 0x200D
        flag = regional and not (flag and extends)
    return count
