"""The one table from kind of error to a page: status, what happened, what was kept, what to do."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.errors import (
    Conflict,
    Invalid,
    Misconfigured,
    NotFound,
    Problem,
    Refused,
    TooMany,
    Unauthenticated,
    Unavailable,
)
from holdfast.languages import _, in_time
from holdfast.web.forms import TooLarge, sentence

STATUS: Mapping[type[Problem], int] = {
    TooLarge: 413,
    Invalid: 422,
    Unauthenticated: 401,
    Refused: 403,
    NotFound: 404,
    Conflict: 422,
    TooMany: 429,
    Unavailable: 503,
    Misconfigured: 500,
    Problem: 500,
}


@dataclass(frozen=True, slots=True)
class Words:
    """An error page: title, what happened, what to do."""

    title: str
    happened: str
    todo: str


WORDS: Mapping[int, Words] = {
    400: Words(
        "The request cannot be read",
        "Your browser sent something that this server does not understand.",
        "Go back, load the page again and try once more.",
    ),
    401: Words("Please sign in", "This page is for members who are signed in.", "Sign in and come back."),
    403: Words(
        "This is not allowed", "You may not do this.", "If you think you should, write to who runs this server."
    ),
    404: Words(
        "There is nothing here",
        "This page does not exist, or you may not see it.",
        "Look at the address again. What was here may have been deleted by its author.",
    ),
    405: Words("This is not possible here", "This address takes other requests.", "Go back and use the page's links."),
    410: Words("This is gone", "What was here has been deleted for good.", "You can look around on the front page."),
    413: Words("This is too large", "What you sent is larger than this server takes.", "Choose a smaller file."),
    422: Words("This could not be done", "Something in the form is not right.", "Go back, change it and try again."),
    429: Words("Too many attempts", "This was tried too often in a short time.", "Wait a little and try again."),
    500: Words(
        "Something is broken on our side",
        "This server made a mistake. Who runs it can find it in the log.",
        "Try again in a minute. If it stays like this, write to who runs this server.",
    ),
    503: Words("This is paused", "This is not possible at the moment. Reading works.", "Try again a little later."),
}


def status_of(problem: Problem) -> int:
    """The HTTP status of a problem, by its kind."""
    return next(STATUS[kind] for kind in type(problem).__mro__ if kind in STATUS)


def answer_for(problem: Problem) -> tuple[int, str]:
    """Status and, where waiting helps, the seconds for Retry-After."""
    if isinstance(problem, TooMany | Unavailable):
        return status_of(problem), str(max(1, math.ceil(problem.retry_after)))
    return status_of(problem), ""


def words_for(status: int, problem: Problem | None = None) -> Words:
    """What an error page says."""
    plain = WORDS.get(status) or (WORDS[500] if status >= 500 else WORDS[400])
    if problem is None or status in (404, 500):
        return plain  # hidden and absent look the same; what broke is for the log
    todo = plain.todo
    if isinstance(problem, TooMany):
        todo = _("You can try again %(when)s.", when=in_time(problem.retry_after))
    elif isinstance(problem, Unavailable):
        # An estimate is told only where somebody gave one.
        todo = _("Try again %(when)s or so.", when=in_time(problem.retry_after))
    return Words(plain.title, sentence(problem.said), todo)


def kept_by(method: str) -> str:
    """What is kept when a request fails."""
    if method in ("GET", "HEAD"):
        return "Nothing was changed."
    return "Nothing was changed or sent. Your browser's Back button brings back what you wrote."
