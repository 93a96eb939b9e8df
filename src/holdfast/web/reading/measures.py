"""What pages say of what moderators did to a post."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.languages import N_
from holdfast.web.problems import Words


@dataclass(frozen=True, slots=True)
class Measures:
    """What moderators did to a post that is shown all the same. What they removed is shown as evidence only."""

    restriction: str | None = None
    label: str = ""
    is_locked: bool = False  # nobody can reply


NO_MEASURES = Measures()


INSTEAD = {
    "contained": (
        403,
        Words(
            N_("This post is hidden for now"),
            N_("It is hidden until somebody has checked it."),
            N_("Come back later: if it keeps the rules, it will be here again."),
        ),
    ),
    "hidden": (
        403,
        Words(
            N_("This post is hidden"),
            N_("The moderators have hidden it."),
            N_("Only its author can see it. You can look around."),
        ),
    ),
    "removed": (
        410,
        Words(
            N_("This post was removed"),
            N_("The moderators have removed it."),
            N_("You can look around on the front page."),
        ),
    ),
}
"""What is said in the place of a post that moderators took out of sight, to whoever could see it otherwise."""
