"""Personal data that moderation needs for a time only: every day what is over is erased, unless a legal hold keeps it.

Contacts are name and address of people who gave notice without an account, networks the keyed hashes that stand for
where such notices came from, looks who of the team has looked at what. The change log keeps the commitments of what is
erased, so that its chain can be verified as before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

import msgspec

from holdfast import events
from holdfast.acting import SYSTEM
from holdfast.config import ServerSettings
from holdfast.evidence.events import PersonalDataErased
from holdfast.evidence.holds import held_cases
from holdfast.store import DAY, Hot, first_at
from holdfast.writes import Ability, Database, Write

What = Literal["contacts", "networks", "looks"]
BEGIN, ERASE = "evidence.begin_erasing", "evidence.erase_some"
SLICE = 200
"""Rows that one job touches before it lets others write."""

_CONTACTS = Hot(
    "SELECT v.id FROM visitors v WHERE v.id > :after AND v.id < :end AND v.erased_at IS NULL AND NOT EXISTS "
    "(SELECT 1 FROM signals s JOIN cases c ON c.id = s.case_id WHERE s.visitor_id = v.id "
    "AND (c.closed_at IS NULL OR c.closed_at > :before)) ORDER BY v.id LIMIT :most"
)
_CASES_OF = Hot("SELECT visitor_id, case_id FROM signals WHERE visitor_id IN (@ids)")
_FORGET_CONTACTS = Hot("UPDATE visitors SET name = '', email = '', erased_at = :now WHERE id IN (@ids)")
_NETWORKS = Hot(
    "SELECT s.id, s.case_id FROM signals s JOIN cases c ON c.id = s.case_id WHERE s.id > :after AND s.id < :end "
    "AND s.source = 'visitor' AND s.said_by IS NOT NULL AND c.closed_at <= :before ORDER BY s.id LIMIT :most"
)
_FORGET_NETWORKS = Hot("UPDATE signals SET said_by = NULL WHERE id IN (@ids)")
_LOOKS = Hot(
    "SELECT id, case_id FROM looks WHERE id > :after AND id < :end AND created_at <= :before ORDER BY id LIMIT :most"
)
_CHANGES_OF = Hot("SELECT change_id FROM looks WHERE id IN (@ids) AND change_id IS NOT NULL")
_FORGET_LOOKS = Hot("DELETE FROM looks WHERE id IN (@ids)")


class Nothing(msgspec.Struct, frozen=True):
    """The payload of the repeating job."""


class Some(msgspec.Struct, frozen=True):
    """Some more of one kind of data is to be erased; ``after`` is the last row that was looked at."""

    what: What
    after: int = 0


class _Kind(NamedTuple):
    """How one kind of data ends: its days, its rows with their cases that are over, and what erases some of them."""

    days: Callable[[ServerSettings], int]
    over: Callable[[Write, dict[str, int]], list[tuple[int, set[int]]]]
    forget: Callable[[Write, Sequence[int]], None]


def begin(db: Database, _: Nothing) -> None:
    """Let everything be erased whose time is over."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        for what, kind in _KINDS.items():
            if kind.days(db.settings):
                w.enqueue(ERASE, Some(what))


def erase_some(db: Database, due: Some) -> None:
    """Erase a slice of what is over and not held; then wait for the next turn."""
    kind = _KINDS[due.what]
    days = kind.days(db.settings)
    if not days:
        return
    with db.write(SYSTEM, Ability.JOBS) as w:
        before = w.now - days * DAY
        rows = kind.over(w, {"after": due.after, "before": before, "end": first_at(before), "most": SLICE})
        held = held_cases(w, set().union(*(cases for _, cases in rows)))
        free = [number for number, cases in rows if not cases & held]
        if free:
            kind.forget(w, free)
            w.record(PersonalDataErased(what=due.what, rows=len(free)))
        if len(rows) == SLICE:
            w.enqueue(ERASE, Some(due.what, rows[-1][0]))


def _contacts(w: Write, where: dict[str, int]) -> list[tuple[int, set[int]]]:
    found: dict[int, set[int]] = {row[0]: set() for row in w.fast(_CONTACTS, **where)}
    if found:
        for visitor_id, case_id in w.fast(_CASES_OF, ids=list(found)):
            found[visitor_id].add(case_id)
    return list(found.items())


def _forget_contacts(w: Write, ids: Sequence[int]) -> None:
    w.run_fast(_FORGET_CONTACTS, ids=ids, now=w.now)


def _rows(statement: Hot) -> Callable[[Write, dict[str, Any]], list[tuple[int, set[int]]]]:
    return lambda w, where: [(number, {case_id}) for number, case_id in w.fast(statement, **where)]


def _forget_networks(w: Write, ids: Sequence[int]) -> None:
    w.run_fast(_FORGET_NETWORKS, ids=ids)


def _forget_looks(w: Write, ids: Sequence[int]) -> None:
    events.erase(w.tx, [row[0] for row in w.fast(_CHANGES_OF, ids=ids)])
    w.run_fast(_FORGET_LOOKS, ids=ids)


_KINDS: dict[What, _Kind] = {
    "contacts": _Kind(lambda settings: settings.notice_contact_days, _contacts, _forget_contacts),
    "networks": _Kind(lambda settings: settings.network_days, _rows(_NETWORKS), _forget_networks),
    "looks": _Kind(lambda settings: settings.looks_days, _rows(_LOOKS), _forget_looks),
}
