"""Screeners: asked about every post and every edit just before it is written; the site registers them.

A screener answers within a few milliseconds from what is in memory or in indexed tables. It refuses by
raising a kind of :class:`Refused` or :class:`Invalid` whose sentence the author reads; whatever it is
unsure about it lets pass, for a job to look at longer. What must happen to a post that passes, in the same commit,
it answers with: that is called once the post is written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from holdfast.writes import Write

After = Callable[[Write], None]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A post that is about to be written, or an edit of one (then ``is_edit``)."""

    status_id: int
    author_id: int
    text: str
    spoiler_text: str
    visibility: str
    mentions: tuple[int, ...]
    tags: tuple[str, ...]
    links: tuple[str, ...]
    media_ids: tuple[int, ...]
    in_reply_to_account_id: int | None
    is_edit: bool = False


class Screener(Protocol):
    """Anything that may refuse a post before it is written, or do something once it is."""

    def __call__(self, w: Write, candidate: Candidate) -> After | None: ...


class Screening:
    """The screeners of this process, in the order in which they are asked."""

    def __init__(self) -> None:
        self.screeners: list[Screener] = []

    def add(self, screener: Screener) -> None:
        """Ask this one too, from now on."""
        if screener not in self.screeners:
            self.screeners.append(screener)

    def remove(self, screener: Screener) -> None:
        """Ask this one no longer."""
        self.screeners.remove(screener)

    def ask(self, w: Write, candidate: Candidate) -> list[After]:
        """Ask all; the first refusal is raised. What is answered is to be called once the post is written."""
        answers = [screener(w, candidate) for screener in self.screeners]
        return [after for after in answers if after is not None]


screening = Screening()
"""Filled once while the application is built."""
