"""What is written in a drill: the texts that are planted, and ordinary ones around them."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

import msgspec

from holdfast.cli.demo import english
from holdfast.cli.demo.wording import Speaker
from holdfast.errors import Invalid

HARSH_BUT_ORDINARY = (
    "That hill killed my legs, and I shall do it again on {day}.",
    "We were murdered on the pitch, {n} to nothing. Drinks at {place} all the same.",
    "If the printer jams once more I will throw it out of the window.",
    "The last episode destroyed me. Nobody tell me who survives.",
    "Shot {n} rolls of film by {place}; two of them are even sharp.",
    "This soup is the bomb. Come and get some at {time}.",
    "I could strangle whoever put the alarm on {time} on a {day}.",
    "The choir slaughtered that fugue, and the audience loved it.",
)
"""Words of violence that mean none: one post in fifty is such a one, for whoever looks for words."""

HARSH = 0.02
LONGEST_LINE = 5_000


def samples() -> tuple[str, ...]:
    """The texts that come with Holdfast."""
    return _lines(Path(__file__).with_name("samples.txt").read_text(encoding="utf-8"))


def read_texts(path: Path) -> tuple[str, ...]:
    """The texts in a file: one a line, or a column ``text`` of a .csv, or a key ``text`` of a .jsonl.

    Raises :class:`Invalid` with what is wrong with it.
    """
    try:
        written = path.read_text(encoding="utf-8-sig")
    except OSError as fault:
        raise Invalid(f"'{path}' cannot be read: {fault.strerror}.") from fault
    except UnicodeDecodeError as fault:
        raise Invalid(f"'{path}' is not UTF-8. Save it as UTF-8 text.") from fault
    read = {".csv": _table, ".jsonl": _json, ".ndjson": _json}.get(path.suffix.lower(), _lines)
    found = read(written)
    if not found:
        raise Invalid(f"'{path}' holds no text. Write one text a line, or name a column (CSV) or key (JSON) 'text'.")
    if any(len(text) > LONGEST_LINE for text in found):
        raise Invalid(f"'{path}' holds a text of more than {LONGEST_LINE:,} characters; no post is that long.")
    return found


def _lines(written: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in written.splitlines() if line.strip())


def _table(written: str) -> tuple[str, ...]:
    rows = list(csv.reader(io.StringIO(written)))
    names = [name.strip().lower() for name in rows[0]] if rows else []
    at = names.index("text") if "text" in names else 0
    body = rows[1:] if "text" in names else rows
    return tuple(row[at].strip() for row in body if len(row) > at and row[at].strip())


def _json(written: str) -> tuple[str, ...]:
    found: list[str] = []
    for number, line in enumerate(written.splitlines(), 1):
        if not line.strip():
            continue
        try:
            value = msgspec.json.decode(line)
        except msgspec.DecodeError as fault:
            raise Invalid(f"Line {number} is no JSON: {fault}.") from fault
        text = value.get("text") if isinstance(value, dict) else value
        if not isinstance(text, str):
            raise Invalid(f"Line {number} has no text: write a string, or an object with the key 'text'.")
        found.append(text.strip())
    return tuple(text for text in found if text)


class Ordinary:
    """Says what harms nobody, hardly ever twice the same."""

    def __init__(self, rng: random.Random) -> None:
        self._random = rng
        self._speaker = Speaker(rng)
        self._topics = list(english.TALK.values())

    def text(self) -> str:
        """A post."""
        if self._random.random() < HARSH:
            return self._speaker.filled(self._random.choice(HARSH_BUT_ORDINARY))
        beginnings, others, tags = self._random.choice(self._topics)
        parts = [self._random.choice(beginnings), *self._random.sample(others, self._random.randint(0, 2))]
        words = self._speaker.filled(" ".join(parts))
        return f"{words}\n\n#{self._random.choice(tags)}" if self._random.random() < 0.2 else words
