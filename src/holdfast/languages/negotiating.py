"""Which language a browser asks for."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.languages.catalogues import known

_LONGEST = 500  # characters of the header; browsers send fewer than a hundred


def closest(tag: str, otherwise: str) -> str:
    """The language that comes closest to one that somebody has named once (``de_AT``), or else the other."""
    return negotiate(tag.replace("_", "-"), known()) or otherwise


def negotiate(header: str, offered: Sequence[str]) -> str:
    """The language that Accept-Language (RFC 9110, section 12.5.4) likes best of the offered ones; empty for none.

    ``de-AT`` is content with ``de``, and ``pt`` with ``pt-BR``. What cannot be read in the header is passed over.
    """
    wanted, refused = _ranges(header[:_LONGEST])
    left = [tag for tag in offered if not any(_covers(no, tag) for no in refused)]
    for asked in wanted:
        if asked == "*":
            return left[0] if left else ""
        found = _best(asked, left)
        if found:
            return found
    return ""


def _ranges(header: str) -> tuple[list[str], list[str]]:
    """What is wanted, the best first, and what is refused."""
    weighed: list[tuple[float, str]] = []
    for part in header.split(","):
        tag, _, rest = part.partition(";")
        tag, quality = tag.strip().lower(), _quality(rest)
        if quality is not None and (tag == "*" or (tag.isascii() and tag.replace("-", "").isalnum())):
            weighed.append((quality, tag))
    wanted = [tag for quality, tag in sorted(weighed, key=lambda one: -one[0]) if quality > 0]
    return wanted, [tag for quality, tag in weighed if quality == 0 and tag not in wanted]


def _quality(text: str) -> float | None:
    name, _, value = text.strip().partition("=")
    if not name:
        return 1.0
    try:
        quality = float(value)
    except ValueError:
        return None
    return quality if name.strip() == "q" and 0 <= quality <= 1 else None


def _best(asked: str, offered: Sequence[str]) -> str:
    """The offered language for one that is asked for: itself, its wider ones, or another of its kind."""
    by_name = {tag.lower(): tag for tag in offered}
    narrowed = asked
    while narrowed:
        if narrowed in by_name:
            return by_name[narrowed]
        narrowed = narrowed.rpartition("-")[0]
    kind = asked.partition("-")[0]
    return next((tag for name, tag in by_name.items() if name.partition("-")[0] == kind), "")


def _covers(refused: str, tag: str) -> bool:
    name = tag.lower()
    return refused != "*" and (name == refused or name.startswith(f"{refused}-"))
