"""Say what keeps pages from being read in every language: texts that are not marked, catalogues that are not complete.

`make messages` brings the catalogues to what the source says; docs/translating.md tells the rest.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import bare_texts
import messages
from babel.messages.catalog import Message

VALUE = re.compile(r"%(?:\(\w+\))?.?")
TAG = re.compile(r"<[^>]*>")


def complaints() -> list[str]:
    """Everything that is wrong, one sentence each."""
    found = messages.collect()
    wrong = [*found.wrong, *bare_texts.in_templates(), *bare_texts.in_errors()]
    for path in messages.catalogues():
        wrong += in_catalogue(path, found)
    for message in found.places:
        texts = (message.msgid, message.plural)
        wrong += [f"{text!r}: {_bad_value(text)}" for text in texts if _bad_value(text)]
    return wrong


def in_catalogue(path: Path, found: messages.Found) -> list[str]:
    """What is wrong with one catalogue."""
    name = path.name
    try:
        catalogue = messages.read(path)
    except Exception as fault:
        return [f"{name} cannot be read: {fault}"]
    wrong = [f"{name}: {text!r} is not in the source any more: run `make messages`." for text in catalogue.obsolete]
    for message in catalogue:
        if message.id:
            wrong += [f"{name}: {_first(message)!r} {what}" for what in _in_message(message)]
    if path.read_text(encoding="utf-8") != messages.written(found, path):
        wrong.append(f"{name} is not what the source says: run `make messages`.")
    return wrong


def _in_message(message: Message) -> list[str]:
    if message.fuzzy:
        return ["is marked as fuzzy: look at it, then take the mark away."]
    strings = [message.string] if isinstance(message.string, str) else list(message.string)
    if not all(strings):
        return ["is not translated."]
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    wrong = []
    for place, string in enumerate(strings):
        original = ids[min(place, len(ids) - 1)]
        loose = {"%(num)s"} if len(ids) > 1 else set()  # "one post" may do without the number
        if _values(string) - loose != _values(original) - loose or not _values(string) <= _values("".join(ids)):
            wrong.append(f"has other values in its translation: {string!r}")
        if sorted(TAG.findall(string)) != sorted(TAG.findall(original)):
            wrong.append(f"has other tags in its translation: {string!r}")
        if string.strip() != string and original.strip() == original:
            wrong.append("begins or ends with a blank in its translation.")
    return wrong


def _values(text: str) -> set[str]:
    return set(VALUE.findall(text)) - {"%%"}


def _bad_value(text: str) -> str:
    """A value that is no ``%(name)s``, or a percent sign that is not doubled."""
    bad = [value for value in VALUE.findall(text) if value != "%%" and not re.fullmatch(r"%\(\w+\)s", value)]
    return f"{bad[0]!r} is no value; a value is %(name)s, a percent sign %%." if bad else ""


def _first(message: Message) -> str:
    return message.id if isinstance(message.id, str) else str(message.id[0])


def main() -> int:
    """Print what is wrong, one line each."""
    wrong = complaints()
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
