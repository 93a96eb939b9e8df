"""What is to be done, as lists on pages show it."""

from __future__ import annotations

from typing import NamedTuple


class Task(NamedTuple):
    """One thing to do: words, a hint, its state, where it is done.

    The state is empty while it is to do, ``done``, or a word or two on why it is neither.
    """

    label: str
    hint: str
    state: str = ""
    address: str = ""
