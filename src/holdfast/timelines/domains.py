"""Blocked domains: looked up for those alone who block any, since the ring knows nobody's domain."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from holdfast.posts import Facts
from holdfast.store import Hot, Read
from holdfast.timelines.readers import Reader
from holdfast.timelines.ring import Entry

_OF_DOMAINS = Hot("SELECT id, domain FROM accounts WHERE id IN (@ids) AND domain IN (@domains)")


def without_domains(r: Read, viewer: int, found: dict[int, Facts], domains: Collection[str]) -> dict[int, Facts]:
    """The facts without those of authors from these domains and boosts of them; what the viewer boosted stays."""
    if not domains or not found:
        return found
    authors = list({fact.author_id for fact in found.values()})
    away = {row[0] for row in r.fast(_OF_DOMAINS, ids=authors, domains=list(domains))}
    mine = {fact.boost_of_id for fact in found.values() if fact.author_id == viewer}
    kept = {number: fact for number, fact in found.items() if fact.author_id not in away or number in mine}
    return {number: fact for number, fact in kept.items() if fact.boost_of_id is None or fact.boost_of_id in kept}


def kept_away(r: Read, entry: Entry, viewers: Collection[int], readers: Mapping[int, Reader]) -> set[int]:
    """Those of these viewers who block the domain of an entry's author, or of the author that it boosts."""
    blocking = {viewer: readers[viewer].domains for viewer in viewers if viewer in readers and readers[viewer].domains}
    if not blocking:
        return set()
    authors = [entry.author_id] + ([entry.boosted_author_id] if entry.boosted_author_id is not None else [])
    asked = list(frozenset().union(*blocking.values()))
    met = {row[1] for row in r.fast(_OF_DOMAINS, ids=authors, domains=asked)}
    return {viewer for viewer, domains in blocking.items() if met & domains}
