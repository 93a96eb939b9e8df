"""Measures: what a decision changes about a post and about an account, and how exactly that is put back.

``apply`` returns what was there before under the aspect that was changed; an aspect that was as wanted already is left
out, so that nothing is put back that the decision did not change.
"""

from __future__ import annotations

from typing import Any, Literal, get_args

from holdfast import people, posts
from holdfast.access import ranks
from holdfast.writes import Write

OnSubject = Literal["nothing", "label", "warning", "less_reach", "hide", "remove", "lock", "contain"]
OnAccount = Literal["nothing", "note", "warning", "strike", "sensitive", "limit", "freeze", "suspend", "delete"]

ON_SUBJECT: tuple[OnSubject, ...] = get_args(OnSubject)
ON_ACCOUNT: tuple[OnAccount, ...] = get_args(OnAccount)

RESTRICTIONS = {"contain": "contained", "hide": "hidden", "remove": "removed"}
GRAVE: frozenset[str] = frozenset({"suspend", "delete"})
"""Measures on an account that need the permission of more than a volunteer."""

TOLD: frozenset[str] = frozenset({"warning", "strike", "sensitive", "limit", "freeze", "suspend", "delete"})
"""Measures on an account that its holder is told of; a note is for the team."""

HARMLESS_ON_SUBJECT: frozenset[str] = frozenset({"nothing"})

Before = dict[str, Any]


def on_post(w: Write, status_id: int, measure: str, words: str) -> Before:
    """Apply a measure to a post. ``words``: the label's, or the warning's."""
    if measure in RESTRICTIONS:
        wanted = RESTRICTIONS[measure]
        before = posts.restrict(w, status_id, wanted)
        return {} if before == wanted else {"restriction": before}
    if measure == "warning":
        return {"warning": list(posts.warn_of(w, status_id, words))}
    if measure == "less_reach":
        visibility = posts.reduce_reach(w, status_id)
        return {"reach": visibility} if visibility == "public" else {}
    if measure == "label":
        return {"label": posts.label(w, status_id, words)}
    if measure == "lock":
        return {"lock": True} if posts.lock_thread(w, status_id) else {}
    return {}


def put_back_post(w: Write, status_id: int, aspect: str, before: Any) -> None:
    """Put one aspect of a post back to what it was."""
    if aspect == "restriction":
        posts.release(w, status_id, before)
    elif aspect == "warning":
        posts.take_warning_back(w, status_id, before)
    elif aspect == "reach":
        posts.restore_reach(w, status_id, before)
    elif aspect == "label":
        posts.label(w, status_id, before)
    elif aspect == "lock":
        posts.unlock_thread(w, status_id)


def on_account(w: Write, account_id: int, measure: str) -> Before:
    """Apply a measure to an account. Strikes and letters are not here: they hang on the decision."""
    if measure in GRAVE:
        return {"suspend": True} if ranks.suspend_in(w, account_id) else {}
    if measure == "limit":
        return {"limit": True} if people.limit_account(w, account_id) else {}
    if measure == "sensitive":
        return {"sensitive": True} if people.sensitize_account(w, account_id) else {}
    if measure == "freeze":
        return {"freeze": True} if people.freeze_posting(w, account_id) else {}
    return {}


def put_back_account(w: Write, account_id: int, aspect: str) -> None:
    """Put one aspect of an account back to what it was."""
    if aspect == "suspend":
        people.restore_account(w, account_id)
    elif aspect == "limit":
        people.lift_limit(w, account_id)
    elif aspect == "sensitive":
        people.desensitize_account(w, account_id)
    elif aspect == "freeze":
        people.thaw_posting(w, account_id)


OF_ACCOUNTS: frozenset[str] = frozenset({"suspend", "limit", "freeze", "sensitive"})
"""Aspects of accounts; all others are of posts."""
