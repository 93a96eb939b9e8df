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
from holdfast.languages import N_, _, in_time
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
        N_("The request cannot be read"),
        N_("Your browser sent something that this server does not understand."),
        N_("Go back, load the page again and try once more."),
    ),
    401: Words(N_("Please sign in"), N_("This page is for members who are signed in."), N_("Sign in and come back.")),
    403: Words(
        N_("This is not allowed"),
        N_("You may not do this."),
        N_("If you think you should, write to who runs this server."),
    ),
    404: Words(
        N_("There is nothing here"),
        N_("This page does not exist, or you may not see it."),
        N_("Look at the address again. What was here may have been deleted by its author."),
    ),
    405: Words(
        N_("This is not possible here"),
        N_("This address takes other requests."),
        N_("Go back and use the page's links."),
    ),
    410: Words(
        N_("This is gone"), N_("What was here has been deleted for good."), N_("You can look around on the front page.")
    ),
    413: Words(
        N_("This is too large"), N_("What you sent is larger than this server takes."), N_("Choose a smaller file.")
    ),
    422: Words(
        N_("This could not be done"), N_("Something in the form is not right."), N_("Go back, change it and try again.")
    ),
    429: Words(
        N_("Too many attempts"), N_("This was tried too often in a short time."), N_("Wait a little and try again.")
    ),
    500: Words(
        N_("Something is broken on our side"),
        N_("This server made a mistake. Who runs it can find it in the log."),
        N_("Try again in a minute. If it stays like this, write to who runs this server."),
    ),
    503: Words(
        N_("This is paused"), N_("This is not possible at the moment. Reading works."), N_("Try again a little later.")
    ),
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
        return _("Nothing was changed.")
    return _("Nothing was changed or sent. Your browser's Back button brings back what you wrote.")
