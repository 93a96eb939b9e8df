"""Sentences that are made where nobody knows who will read them: by rooms below the doors, or once at import."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable

from holdfast.languages.catalogues import SOURCE
from holdfast.languages.speaking import in_force
from holdfast.languages.texts import template
from holdfast.languages.writing import number

_PACKED = "sentence"


class Sentence(str):
    """Words in English that can be said in the reader's language.

    As a string it is its English text, which is what the API, the log and the tests see. A page that shows it says
    it in the language in force (``__html__``, which templates ask for); elsewhere :func:`spoken` does.
    """

    __slots__ = ("_glue", "_msgid", "_num", "_plural", "_values")
    _msgid: str
    _values: dict[str, object]
    _plural: str
    _num: int | None
    _glue: str | None

    def __new__(
        cls,
        msgid: str,
        values: dict[str, object] | None = None,
        plural: str = "",
        num: int | None = None,
        *,
        glue: str | None = None,
    ) -> Sentence:
        """Only by :func:`say` and its like: the catalogue's tools look for their names."""
        given = values or {}
        if glue is not None:
            text = glue.join(str(value) for value in given.values())
        elif not given and num is None and "%(" in msgid:
            text = msgid  # of a table: whoever takes it from there gives the values to ``_``
        else:
            text = (plural if plural and num != 1 else msgid) % _with_num(given, num)
        made = super().__new__(cls, text)
        made._msgid, made._values, made._plural, made._num, made._glue = msgid, given, plural, num, glue
        return made

    def spoken(self) -> str:
        """Itself in the language in force, numbers as it writes them."""
        if not (self._values or self._plural) and in_force() == SOURCE:
            return str(self)
        if self._glue is not None:
            return self._glue.join(str(_said(value)) for value in self._values.values())
        values = {name: _said(value) for name, value in self._values.items()}
        num = self._num if self._num is None else number(self._num)
        return template(self._msgid, self._plural, self._num) % _with_num(values, num)

    def __html__(self) -> str:
        return html.escape(self.spoken())


def _with_num(values: dict[str, object], num: object) -> dict[str, object]:
    return values if num is None else {"num": num, **values}


def _said(value: object) -> object:
    if isinstance(value, Sentence):
        return value.spoken()
    return number(value) if isinstance(value, int) and not isinstance(value, bool) else value


def say(msgid: str, /, **values: object) -> Sentence:
    """A sentence with its values. Numbers among them are written as the reader's language writes them."""
    return Sentence(msgid, values)


def say_many(singular: str, plural: str, num: int, /, **values: object) -> Sentence:
    """A sentence in the form that a number asks for, which stands in it as ``%(num)s``."""
    return Sentence(singular, values, plural, num)


def N_(msgid: str, /) -> Sentence:  # noqa: N802  # what translators' tools call it
    """Words for a table that is made at import; with places for values, they are for ``_(words, name=…)``."""
    return Sentence(msgid)


def joined(parts: Iterable[str], glue: str = "; ") -> Sentence:
    """Several sentences as one."""
    return Sentence("", {str(place): part for place, part in enumerate(parts)}, glue=glue)


def packed(text: str) -> str:
    """A sentence as a text to keep, or to hand to another process; :func:`unpacked` makes it one again."""
    if not isinstance(text, Sentence) or not (text._values or text._plural):
        return str(text)
    values = {name: [packed(value)] if isinstance(value, Sentence) else value for name, value in text._values.items()}
    return json.dumps({_PACKED: [text._msgid, values, text._plural, text._num, text._glue]}, ensure_ascii=False)


def unpacked(text: str) -> Sentence:
    """The sentence of a text that was packed; a text that was kept as it is becomes one without values."""
    if not text.startswith('{"' + _PACKED):
        return Sentence(text.replace("%", "%%"))
    msgid, values, plural, num, glue = json.loads(text)[_PACKED]
    given = {name: unpacked(value[0]) if isinstance(value, list) else value for name, value in values.items()}
    return Sentence(msgid, given, plural, num, glue=glue)


def spoken(text: str) -> str:
    """A text in the language in force, if it is one that can be said in others."""
    return text.spoken() if isinstance(text, Sentence) else text
