"""Who may do what with a status, in the form that another server software gave it and apps know."""

from __future__ import annotations

_SEEN_BY = {
    "public": ["public"],
    "unlisted": ["public"],
    "private": ["author", "followers", "mentioned"],
    "direct": ["author", "mentioned"],
}
_BOOSTED_BY = {"public": ["public"], "unlisted": ["public"], "private": ["author"], "direct": []}
_REPLIED_BY = {
    "followers": ["author", "followers", "mentioned"],
    "mentioned": ["author", "mentioned"],
    "nobody": ["author"],
    "locked": [],
}
LOCKED = "locked"
"""In place of a reply policy: moderators let nobody reply, the author neither."""


def interaction_policy(visibility: str, reply_policy: str) -> dict[str, dict[str, list[str]]]:
    """The ``interaction_policy`` of a status whose author lets others reply only, or moderators nobody.

    Nobody is asked for approval.
    """
    seen_by = _SEEN_BY[visibility]
    replied_by = [one for one in _REPLIED_BY[reply_policy] if seen_by == ["public"] or one in seen_by]
    return {
        name: {"always": always, "with_approval": []}
        for name, always in (
            ("can_favourite", seen_by),
            ("can_reply", replied_by),
            ("can_reblog", _BOOSTED_BY[visibility]),
        )
    }
