"""The language in force. Whoever serves a reader sets it for the time of the answer; otherwise it is English."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from holdfast.languages.catalogues import SOURCE, known

_in_force: ContextVar[str] = ContextVar("language", default=SOURCE)

in_force = _in_force.get
"""The language in which texts are said at present."""


def speak(language: str) -> None:
    """Say texts in this language from now on, until the block of :func:`speaking` around ends."""
    _in_force.set(language if language in known() else SOURCE)


@contextmanager
def speaking(language: str = SOURCE) -> Iterator[None]:
    """Say texts in this language inside of the block; English for one that is not known."""
    before = _in_force.set(language if language in known() else SOURCE)
    try:
        yield
    finally:
        _in_force.reset(before)
