"""Single keys that do something on pages: what each does as it comes, and the member's own in their place.

A key belongs to one action among those of its kind; an action may have none. The keys after the first of a pair, as in
"g h", are a kind of their own: they wait for the first. So are the keys of the team's console: on its pages they come
before the others.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

from holdfast.errors import FieldError, Invalid
from holdfast.languages import N_, Sentence, joined, say


class Shortcut(NamedTuple):
    """What a key does, in words; ``to`` is where a key leads that is pressed after the key of :data:`GOING`."""

    action: str
    key: str
    words: str
    to: str = ""
    is_case: bool = False  # on pages of the team's cases

    @property
    def kind(self) -> str:
        """Among which others its key is its own: ``case``, ``to``, or neither."""
        return "case" if self.is_case else "to" if self.to else ""


GOING = "go"
"""The action whose key waits for a second one."""

SHORTCUTS = (
    Shortcut("next", "j", N_("Next post")),
    Shortcut("previous", "k", N_("Post before")),
    Shortcut("open", "o", N_("Open the post")),
    Shortcut("favourite", "l", N_("Favourite")),
    Shortcut("boost", "b", N_("Boost")),
    Shortcut("bookmark", "f", N_("Bookmark")),
    Shortcut("reply", "r", N_("Reply")),
    Shortcut("write", "n", N_("Write a post")),
    Shortcut("news", ".", N_("Show new posts")),
    Shortcut("search", "/", N_("Search")),
    Shortcut("help", "?", N_("List the keys")),
    Shortcut(GOING, "g", N_("Go somewhere, with a second key")),
    Shortcut("go_home", "h", N_("Home"), "/home"),
    Shortcut("go_notifications", "n", N_("Notifications"), "/notifications"),
    Shortcut("go_explore", "e", N_("Explore"), "/explore"),
    Shortcut("go_public", "p", N_("Live feed"), "/public"),
    Shortcut("go_bookmarks", "b", N_("Bookmarks"), "/bookmarks"),
    Shortcut("go_messages", "m", N_("Messages"), "/conversations"),
    Shortcut("go_catch_up", "c", N_("Catch up"), "/catch-up"),
    Shortcut("go_settings", "s", N_("Settings"), "/settings"),
    Shortcut("case_take", "c", N_("Take the next case"), is_case=True),
    Shortcut("case_nothing", "n", N_("No measure, and on to the next case"), is_case=True),
    Shortcut("case_label", "l", N_("Choose: a label"), is_case=True),
    Shortcut("case_warn", "w", N_("Choose: a warning"), is_case=True),
    Shortcut("case_hide", "h", N_("Choose: hide"), is_case=True),
    Shortcut("case_remove", "r", N_("Choose: remove"), is_case=True),
    Shortcut("case_suspend", "s", N_("Choose: suspend"), is_case=True),
    Shortcut("case_escalate", "e", N_("Escalate"), is_case=True),
    Shortcut("case_undo", "z", N_("Undo the last decision"), is_case=True),
    Shortcut("case_choose", "x", N_("Tick the case for one decision over many"), is_case=True),
    Shortcut("case_back", "u", N_("Back to the queue"), is_case=True),
)
_BY_ACTION = {one.action: one for one in SHORTCUTS}


def shortcuts_of(own: Mapping[str, str]) -> list[Shortcut]:
    """All actions with a member's keys; one without a key has an empty one."""
    return [one._replace(key=own.get(one.action, one.key)) for one in SHORTCUTS]


def changed(keys: Mapping[str, str]) -> dict[str, str]:
    """The keys that differ from those that come by themselves; an action that is not named has the one that comes.

    Raises :class:`Invalid` that names each action whose key is none, or is another's as well.
    """
    wanted = {action: unicodedata.normalize("NFC", key.strip()) for action, key in keys.items()}
    unknown = wanted.keys() - _BY_ACTION.keys()
    wrong = [
        FieldError(action, "ERR_INCLUSION", say("There is no action %(action)s", action=action))
        for action in sorted(unknown)
    ]
    wrong += [
        FieldError(action, "ERR_INVALID", say("A key is one character: a letter, a digit or a sign"))
        for action, key in wanted.items()
        if key and action not in unknown and not (len(key) == 1 and key.isprintable())
    ]
    if not wrong:
        wrong = _doubles(shortcuts_of(wanted))
    if wrong:
        raise Invalid(fields=wrong)
    return {action: key for action, key in sorted(wanted.items()) if key != _BY_ACTION[action].key}


def _doubles(shortcuts: list[Shortcut]) -> list[FieldError]:
    """A complaint for every action whose key another of its kind has, too."""
    owners: dict[tuple[str, str], list[Shortcut]] = {}
    for one in shortcuts:
        if one.key:
            owners.setdefault((one.kind, one.key), []).append(one)
    return [
        FieldError(one.action, "ERR_TAKEN", _taken(several, one))
        for several in owners.values()
        if len(several) > 1
        for one in several
    ]


def _taken(several: list[Shortcut], by: Shortcut) -> Sentence:
    others = joined((one.words for one in several if one is not by), ", ")
    return say("The key %(key)s is also for: %(others)s", key=by.key, others=others)
