"""What a filter may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import UNSET, UnsetType

from holdfast.errors import Invalid
from holdfast.languages import say

CONTEXTS = ("home", "notifications", "public", "thread", "account")
ACTIONS = ("warn", "hide", "blur")
MOST_FILTERS = 200
MOST_KEYWORDS = 200  # of one filter
MOST_STATUSES = 500  # of one filter
LONGEST_TITLE, LONGEST_KEYWORD = 256, 512  # characters
LONGEST_S = 10 * 366 * 24 * 3600


def title(text: str) -> str:
    """A title as it is kept. Raises :class:`Invalid`."""
    return _text("title", text, LONGEST_TITLE)


def contexts(names: Sequence[str]) -> list[str]:
    """Where a filter holds, each place once. Raises :class:`Invalid` for none, and for unknown ones."""
    wanted = list(dict.fromkeys(name for name in names if name))
    if not wanted:
        raise Invalid.field(
            "context", "ERR_BLANK", say("A filter needs a context: %(known)s", known=", ".join(CONTEXTS))
        )
    if not set(wanted) <= set(CONTEXTS):
        raise Invalid.field("context", "ERR_INCLUSION", say("A context is one of %(known)s", known=", ".join(CONTEXTS)))
    return wanted


def action(name: str) -> str:
    """What happens to what a filter catches. Raises :class:`Invalid`."""
    if name not in ACTIONS:
        raise Invalid.field(
            "filter_action", "ERR_INCLUSION", say("filter_action is one of %(known)s", known=", ".join(ACTIONS))
        )
    return name


def duration(seconds: int | None) -> int | None:
    """For how long a filter holds, in seconds; 0 and None: until taken back. Raises :class:`Invalid`."""
    if seconds is not None and not 0 <= seconds <= LONGEST_S:
        raise Invalid.field("expires_in", "ERR_INVALID", say("expires_in is between 0 seconds and ten years"))
    return seconds or None


def keyword_values(text: str | UnsetType, whole_word: bool | UnsetType, *, is_new: bool) -> dict[str, Any]:
    """The columns of a keyword that a change sets. Raises :class:`Invalid`."""
    values: dict[str, Any] = {"is_whole_word": True} if is_new else {}
    if whole_word is not UNSET:
        values["is_whole_word"] = whole_word
    if text is not UNSET:
        values["keyword"] = _text("keyword", text, LONGEST_KEYWORD)
    elif is_new:
        raise Invalid.field("keyword", "ERR_BLANK", say("keyword must not be empty"))
    return values


def check_complete(values: Mapping[str, Any]) -> None:
    """Raise :class:`Invalid` for a new filter without title or context."""
    if "title" not in values:
        raise Invalid.field("title", "ERR_BLANK", say("title must not be empty"))
    if "contexts" not in values:
        contexts(())


def may_have_more(already: int) -> None:
    """Raise :class:`Invalid` for somebody who has as many filters as one may."""
    if already >= MOST_FILTERS:
        raise Invalid.field("title", "ERR_TOO_MANY", say("You can have up to %(most)s filters", most=MOST_FILTERS))


def check_count(keywords: int) -> None:
    """Raise :class:`Invalid` for a filter with too many keywords."""
    if keywords > MOST_KEYWORDS:
        raise Invalid.field(
            "keywords_attributes", "ERR_TOO_MANY", say("A filter has up to %(most)s keywords", most=MOST_KEYWORDS)
        )


def may_name_more(already: int) -> None:
    """Raise :class:`Invalid` for a filter that names as many posts as it may."""
    if already >= MOST_STATUSES:
        raise Invalid.field("status_id", "ERR_TOO_MANY", say("A filter names up to %(most)s posts", most=MOST_STATUSES))


def _text(field: str, text: str, longest: int) -> str:
    cleaned = text.strip()
    if not cleaned:
        raise Invalid.field(field, "ERR_BLANK", say("%(field)s must not be empty", field=field))
    if len(cleaned) > longest:
        raise Invalid.field(
            field,
            "ERR_TOO_LONG",
            say("%(field)s is too long (at most %(longest)s characters)", field=field, longest=longest),
        )
    return cleaned
