"""Bring the catalogues to what the source says: `make messages`.

New texts come in untranslated, what is gone goes. `--take LANGUAGE FILE` puts translations in from a JSON file:
{"text": "translation", "text with a plural": ["one", "many"], "context\\u0004text": "translation"}.
`--new LANGUAGE` begins a catalogue; its code is a tag such as fr or pt-BR.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import messages
from babel import Locale

HEAD = """\
# {name} for Holdfast.
msgid ""
msgstr ""
"Language: {code}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural}\\n"
"""


def begin(code: str) -> None:
    """A catalogue with no translation in it."""
    from babel.messages.plurals import get_plural

    path = messages.FOLDER / f"{code}.po"
    if path.exists():
        sys.exit(f"{path.name} is there already.")
    locale = Locale.parse(code, sep="-")
    head = HEAD.format(name=locale.english_name, code=code, plural=get_plural(locale).plural_forms)
    path.write_text(head + "\n", encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Write every catalogue, or say what keeps from it."""
    more: dict[str, dict[str, str | list[str]]] = {}
    if arguments[:1] == ["--new"]:
        begin(arguments[1])
    elif arguments[:1] == ["--take"]:
        more[arguments[1]] = json.loads(Path(arguments[2]).read_text(encoding="utf-8"))
    found = messages.collect()
    for sentence in found.wrong:
        print(sentence, file=sys.stderr)
    for path in messages.catalogues():
        path.write_text(messages.written(found, path, more.get(path.stem)), encoding="utf-8")
        known = {
            f"{message.context}\x04{message.msgid}" if message.context else message.msgid for message in found.places
        }
        for text in sorted(more.get(path.stem, {}).keys() - known):
            print(f"No such text in the source: {text!r}", file=sys.stderr)
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
