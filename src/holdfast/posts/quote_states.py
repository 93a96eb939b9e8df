"""What a viewer sees of quoted posts, and whether they may quote a post themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from holdfast.people import Hidden
from holdfast.posts.facts import Facts
from holdfast.posts.memory import Known, Sight
from holdfast.posts.policy import may_quote


class Quoted(NamedTuple):
    """A quote as one viewer sees it, under the name that the client API gives its state.

    ``facts`` are those of the quoted post where the viewer may see it, be it that they would rather not.
    """

    state: str
    facts: Facts | None


def quoted(sight: Sight, page: Iterable[Facts], now: int) -> dict[int, Quoted]:
    """What the posts of a page quote, under the ids of those that quote something.

    Asks nothing where nothing is quoted; else for the quoted posts, and what the viewer hides, whatever their number.
    """
    quoting = [f for f in page if f.quote_of_id is not None]
    if not quoting:
        return {}
    live = {f.quote_of_id for f in quoting if f.quote_of_id is not None and f.quote_state == "accepted"}
    known = sight.known(live) if live else {}
    shown = sight.facts(live) if live else {}
    others = any(one.author_id != sight.viewer for one in shown.values())
    hidden = sight.hidden(now) if others else None
    return {
        f.id: _seen(known.get(f.quote_of_id or 0), shown.get(f.quote_of_id or 0), hidden)
        if f.quote_state == "accepted"
        else Quoted(f.quote_state or "revoked", None)
        for f in quoting
    }


def _seen(known: Known | None, facts: Facts | None, hidden: Hidden | None) -> Quoted:
    if known is None or known.is_deleted:
        return Quoted("deleted", None)
    if facts is None:
        return Quoted("unauthorized", None)
    if hidden is None:
        return Quoted("accepted", facts)
    if facts.author_id in hidden.blocked:
        return Quoted("blocked_account", facts)
    if known.author_domain is not None and known.author_domain in hidden.domains:
        return Quoted("blocked_domain", facts)
    return Quoted("muted_account" if facts.author_id in hidden.muted else "accepted", facts)


def is_usually_quotable(viewer: int | None, f: Facts) -> bool:
    """What holds for most posts: every member may quote what its author lets everybody quote."""
    return viewer is not None and f.quote_policy == "public"


def quoting_exceptions(sight: Sight, page: Collection[Facts]) -> dict[int, bool]:
    """Whether the viewer may quote a post, for those where :func:`is_usually_quotable` does not tell; never boosts.

    One query without memory. On a page whose authors let everybody quote them this looks at every post but once.
    """
    viewer = sight.viewer
    if viewer is None:
        return {}
    follows, blocks = sight.follows_and_blocks(f.author_id for f in page)
    found: dict[int, bool] = {}
    for f in [f for f in page if f.quote_policy != "public" or f.author_id in blocks]:
        if f.boost_of_id is not None:
            continue
        follows_author, blocks_author = f.author_id in follows, f.author_id in blocks
        may = may_quote(viewer, f.author_id, f.visibility, f.quote_policy, follows=follows_author, blocks=blocks_author)
        if may is not is_usually_quotable(viewer, f):
            found[f.id] = may
    return found
