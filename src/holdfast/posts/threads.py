"""A conversation as a tree: what came before a post, and what was said to it."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, case, literal, select

from holdfast.posts import finding
from holdfast.posts.facts import Facts
from holdfast.posts.memory import Sight
from holdfast.posts.tables import statuses
from holdfast.posts.visibility import not_hidden_for, visible_to
from holdfast.store import Hot, Read, SystemClock

MOST_IN_THREAD = 4_000
"""Posts that a thread shows at most, in each direction."""

_clock = SystemClock()


class Thread(NamedTuple):
    """Ids of the posts before a post, oldest first, and of those below it, each answer beneath what it answers.

    ``folded`` are the replies that an author folded away, with what hangs beneath them: they come after the others.
    """

    ancestors: list[int]
    descendants: list[int]
    folded: list[int]


def thread(r: Read, viewer: int | None, status_id: int, most: int = MOST_IN_THREAD) -> Thread:
    """The conversation around a post, as far as the viewer may and wants to see it. Raises :class:`NoSuchStatus`."""
    status = finding.visible_original(r, viewer, status_id)
    values: dict[str, Any] = {"id": status.id, "most": most}
    if viewer is not None:
        values |= {"viewer": viewer, "now": _clock.now()}
    signed_in = viewer is not None
    ancestors: list[int] = []
    if status.in_reply_to_id is not None:
        ancestors = [row[0] for row in r.fast(_ancestors(signed_in), **values)]
    return Thread(ancestors, *_depth_first(status.id, r.fast(_descendants(signed_in), **values)))


_IN_THREAD = Hot(
    "SELECT id, in_reply_to_id, folded_by_id FROM statuses WHERE thread_id = :thread AND boost_of_id IS NULL "
    "LIMIT :most"
)


def thread_seen(sight: Sight, status_id: int) -> tuple[Thread, dict[int, Facts]]:
    """As :func:`thread`, with the facts of its posts: the whole conversation is read by one index and judged in memory.

    Raises :class:`NoSuchStatus`.
    """
    facts = sight.facts([status_id]) if sight.is_current else {}
    asked = facts.get(status_id)
    if asked is not None and asked.boost_of_id is not None:
        asked = facts.get(asked.boost_of_id)
    if asked is None:  # or it is not there, which the other way says
        return thread(sight.r, sight.viewer, status_id), {}
    found = sight.r.fast(_IN_THREAD, thread=asked.thread_id, most=MOST_IN_THREAD + 1)
    parents = {number: parent for number, parent, _ in found}
    if len(parents) > MOST_IN_THREAD or asked.id not in parents:
        return thread(sight.r, sight.viewer, status_id), {}
    known = sight.known(parents)
    seen = sight.facts(parents)
    shown = {number for number in seen if number in known and not sight.hides(known[number])}
    before: list[int] = []
    above = parents[asked.id]
    while above is not None:
        if above in shown:
            before.append(above)
        above = parents.get(above)
    rows = [(number, parent, number in shown, by) for number, parent, by in found if parent is not None]
    return Thread(before[::-1], *_depth_first(asked.id, rows)), seen


@cache
def _ancestors(signed_in: bool) -> Hot:
    def build() -> Select[Any]:
        above = (
            select(statuses.c.in_reply_to_id.label("id"), literal(1).label("depth"))
            .where(statuses.c.id == bindparam("id"))
            .cte("above", recursive=True)
        )
        step = statuses.alias("step")
        above = above.union_all(
            select(step.c.in_reply_to_id, above.c.depth + 1)
            .select_from(above)
            .join(step, step.c.id == above.c.id)
            .where(above.c.depth < bindparam("most"))
        )
        return (
            select(statuses.c.id)
            .select_from(above)
            .join(statuses, statuses.c.id == above.c.id)
            .where(_seen(signed_in))
            .order_by(above.c.depth.desc())
        )

    return Hot(build)


@cache
def _descendants(signed_in: bool) -> Hot:
    def build() -> Select[Any]:
        below = (
            select(statuses.c.id, statuses.c.in_reply_to_id.label("parent"), literal(1).label("depth"))
            .where(statuses.c.in_reply_to_id == bindparam("id"))
            .cte("below", recursive=True)
        )
        step = statuses.alias("step")
        below = below.union_all(
            select(step.c.id, step.c.in_reply_to_id, below.c.depth + 1)
            .select_from(below)
            .join(step, step.c.in_reply_to_id == below.c.id)
            .where(below.c.depth < bindparam("most"))
        )
        few = select(below.c.id, below.c.parent).limit(bindparam("most")).cte("few")
        return (
            select(few.c.id, few.c.parent, case((_seen(signed_in), 1), else_=0), statuses.c.folded_by_id)
            .select_from(few)
            .join(statuses, statuses.c.id == few.c.id)
        )

    return Hot(build)


def _seen(signed_in: bool) -> Any:
    viewer: Any = bindparam("viewer") if signed_in else None
    return and_(visible_to(viewer), not_hidden_for(viewer, bindparam("now")))


def _depth_first(root: int, rows: list[tuple[Any, ...]]) -> tuple[list[int], list[int]]:
    """The visible ones, children by id beneath their parent; what hangs below a hidden post keeps its place.

    What is folded away comes apart, with all beneath it.
    """
    children: dict[int, list[int]] = {}
    seen: set[int] = set()
    folded: set[int] = set()
    for number, parent, shown, folded_by in rows:
        children.setdefault(parent, []).append(number)
        if shown:
            seen.add(number)
        if folded_by is not None:
            folded.add(number)
    order, apart = _walk(children.get(root, ()), children, seen, folded)
    return order, _walk(apart, children, seen, frozenset())[0]


def _walk(
    start: Iterable[int], children: dict[int, list[int]], seen: AbstractSet[int], folded: AbstractSet[int]
) -> tuple[list[int], list[int]]:
    """What is seen from here downwards, and the folded ones at which it stops, whether they are seen or not."""
    order: list[int] = []
    apart: list[int] = []
    waiting = sorted(start, reverse=True)
    while waiting:
        number = waiting.pop()
        if number in folded:
            apart.append(number)
            continue
        if number in seen:
            order.append(number)
        waiting += sorted(children.get(number, ()), reverse=True)
    return order, apart
