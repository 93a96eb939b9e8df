"""The replies to a post as a tree, as deep as a page can show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from holdfast.web.reading.cards import Card


@dataclass(slots=True)
class Branch:
    """A reply with the replies to it."""

    post: Card
    replies: list[Branch]

    @property
    def count(self) -> int:
        """How many replies hang below, at any depth."""
        return sum(1 + branch.count for branch in self.replies)


def tree(root: int, replies: Iterable[Card], deepest: int = 40) -> list[Branch]:
    """Replies as a tree below a post. Replies below one that is not shown hang where that would; very deep ones
    stand beside each other, so that no chain of replies can exhaust anything."""
    branches: dict[int, tuple[Branch, int]] = {}
    top: list[Branch] = []
    for card in replies:
        branch = Branch(card, [])
        above = branches.get(card.in_reply_to_id or root)
        depth = 0 if above is None else above[1] + 1
        if above is None:
            top.append(branch)
        elif depth < deepest:
            above[0].replies.append(branch)
        else:
            depth = above[1]
            top.append(branch)
        branches[card.id] = (branch, depth)
    return top
