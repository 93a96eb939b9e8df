"""Saying texts in the language in force."""

from __future__ import annotations

from holdfast.languages.catalogues import SOURCE, catalogue
from holdfast.languages.speaking import in_force
from holdfast.languages.writing import number


def _(msgid: str, /, **values: object) -> str:
    """A text in the language in force, with its values."""
    return template(msgid) % values


def pgettext(context: str, msgid: str, /, **values: object) -> str:
    """The same where the context tells apart what English has one word for."""
    return template(msgid, context=context) % values


def ngettext(singular: str, plural: str, num: int, /, **values: object) -> str:
    """The form that a number asks for; ``%(num)s`` is the number as this language writes it."""
    return template(singular, plural, num) % {"num": number(num), **values}


def npgettext(context: str, singular: str, plural: str, num: int, /, **values: object) -> str:
    """The form that a number asks for, where the context tells apart what English has one word for."""
    return template(singular, plural, num, context) % {"num": number(num), **values}


def template(msgid: str, plural: str = "", num: int | None = None, context: str = "") -> str:
    """A text in the language in force before its values are put in; in English where it has no translation."""
    language = in_force()
    found = "" if language == SOURCE else catalogue(language).find(msgid, num, context)
    if found:
        return found
    return plural if plural and num != 1 else msgid
