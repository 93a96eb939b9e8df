"""Texts in templates: ``_`` and its like as Jinja calls them, with everything escaped that is put into a text.

The texts themselves are markup of ours, in the catalogues too; what does not stand in a template as a constant is a
:class:`~holdfast.languages.Sentence`, which says itself and is escaped.
"""

from __future__ import annotations

from functools import lru_cache

from jinja2 import Environment, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from holdfast import languages
from holdfast.languages import Sentence, in_force

EXTENSIONS = ("jinja2.ext.i18n",)


def install(env: Environment) -> None:
    """Let templates say texts: ``_``, ``ngettext``, ``pgettext``, ``npgettext`` and ``{% trans %}``."""
    env.newstyle_gettext = True  # type: ignore[attr-defined]  # values are given to the call, and escaped by it
    env.policies["ext.i18n.trimmed"] = True
    env.globals.update(_=_gettext, gettext=_gettext, pgettext=_pgettext, ngettext=_ngettext, npgettext=_npgettext)
    env.filters["duration"] = _duration


def _gettext(msgid: str, /, **values: object) -> Markup:
    if isinstance(msgid, Sentence):
        return escape(msgid)
    if not values:
        return _whole(in_force(), msgid)
    return _template(msgid) % values


def _pgettext(context: str, msgid: str, /, **values: object) -> Markup:
    return _template(msgid, context=context) % values


def _ngettext(singular: str, plural: str, num: int, /, **values: object) -> Markup:
    return _template(singular, plural, num) % {"num": languages.number(num), **values}


def _npgettext(context: str, singular: str, plural: str, num: int, /, **values: object) -> Markup:
    return _template(singular, plural, num, context) % {"num": languages.number(num), **values}


def _template(msgid: str, plural: str = "", num: int | None = None, context: str = "") -> Markup:
    return Markup(languages.template(msgid, plural, num, context))  # noqa: S704  # a text of ours


@lru_cache(maxsize=4096)
def _whole(_language: str, msgid: str) -> Markup:
    """A text without values, which most are; a page of posts has hundreds."""
    return _template(msgid) % {}


@pass_context  # or Jinja would work constants out once, in the language of the first reader
def _duration(_context: Context, seconds: float) -> str:
    return languages.duration(seconds)
