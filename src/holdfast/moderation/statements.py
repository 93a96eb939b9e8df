"""Statements of reasons: what a decision did, to what, for how long, why, and what can be done about it.

They are read from the decision's row alone, in the language in force; nothing is written twice (DSA, Article 17).
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import ColumnElement, select

from holdfast import access
from holdfast.languages import N_, _
from holdfast.moderation.appealed import Appeal, appeals_of
from holdfast.moderation.errors import NoSuchDecision
from holdfast.moderation.measures import HARMLESS_ON_SUBJECT, TOLD
from holdfast.moderation.records import COLUMNS, Decision, decision, from_row
from holdfast.moderation.tables import decisions
from holdfast.moderation.taxonomy import harm
from holdfast.store import DAY, LARGEST_ID, Read

ON_SUBJECT_WORDS = {
    "label": N_("Your post carries a label."),
    "warning": N_("Your post was put behind a content warning."),
    "less_reach": N_("Your post is shown in fewer places."),
    "hide": N_("Your post was hidden. Only you see it."),
    "remove": N_("Your post was removed."),
    "lock": N_("Nobody can reply to your post any more."),
    "contain": N_("Your post is hidden until a person has looked at it."),
}
ON_ACCOUNT_WORDS = {
    "warning": N_("Your account was warned."),
    "strike": N_("Your account was given a strike."),
    "sensitive": N_("Pictures and other files that you post are covered until somebody wants to see them."),
    "limit": N_("Your account was limited: it is shown to fewer people."),
    "freeze": N_("You cannot post for the time being."),
    "suspend": N_("Your account was suspended."),
    "delete": N_("Your account is deleted."),
}


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """One decision as the member is told it. Times in milliseconds; ``until`` None is for good."""

    id: int
    account_id: int
    status_id: int | None
    measures: tuple[str, ...]
    state: str  # stands, ended, undone
    created_at: int
    until: int | None
    category: str
    category_title: str
    is_illegal: bool
    law: str
    rules: tuple[str, ...]
    facts: str
    is_automated: bool
    appeal_until: int
    may_appeal: bool
    appeal: Appeal | None


def statements_of(
    r: Read, account_id: int, *, now: int, appeal_days: int, most: int = 40, max_id: int | None = None
) -> list[Statement]:
    """What a member was told, newest first."""
    found = (
        select(*COLUMNS)
        .where(decisions.c.account_id == account_id, decisions.c.delivered_at.is_not(None), _is_felt())
        .where(decisions.c.id < (LARGEST_ID if max_id is None else max_id))
        .order_by(decisions.c.id.desc())
        .limit(most)
    )
    return _written(r, [from_row(row) for row in r.rows(found)], now, appeal_days)


def statement_of(r: Read, account_id: int, decision_id: int, *, now: int, appeal_days: int) -> Statement:
    """What a member was told of one decision. Raises :class:`NoSuchDecision` for what they were not told."""
    found = told_decision(r, account_id, decision_id)
    return _written(r, [found], now, appeal_days)[0]


def told_decision(r: Read, account_id: int, decision_id: int) -> Decision:
    """A decision that a member was told of. Raises :class:`NoSuchDecision`."""
    found = decision(r, decision_id)
    if found.account_id != account_id or found.delivered_at is None or not found.is_felt:
        raise NoSuchDecision()
    return found


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A decision that was told, without its reasons in words; what apps get."""

    id: int
    account_id: int
    status_id: int | None
    on_subject: str
    on_account: str
    facts: str
    created_at: int
    appeal: Appeal | None


def told_to_members(r: Read, ids: Sequence[int]) -> list[Told]:
    """Those of these decisions that their members were told of."""
    told = (decisions.c.delivered_at.is_not(None), decisions.c.account_id.is_not(None), _is_felt())
    found = [from_row(row) for row in r.rows(select(*COLUMNS).where(decisions.c.id.in_(list(ids)), *told))]
    appeals = appeals_of(r, [one.id for one in found])
    return [
        Told(
            id=one.id,
            account_id=one.account_id,
            status_id=one.status_id,
            on_subject=one.on_subject,
            on_account=one.on_account,
            facts=one.facts,
            created_at=one.created_at,
            appeal=appeals.get(one.id),
        )
        for one in found
        if one.account_id is not None
    ]


def told_by_ids(r: Read, ids: list[int], *, now: int, appeal_days: int) -> dict[int, Statement]:
    """Statements under the ids of their decisions, of those that were told."""
    found = select(*COLUMNS).where(decisions.c.id.in_(ids), decisions.c.delivered_at.is_not(None), _is_felt())
    return {one.id: one for one in _written(r, [from_row(row) for row in r.rows(found)], now, appeal_days)}


def appeal_ends(found: Decision, appeal_days: int) -> int:
    """Until when (ms) a decision can be appealed against: so many days from when it was told."""
    return (found.delivered_at or found.created_at) + appeal_days * DAY


def state_of(found: Decision) -> str:
    """``stands``, ``ended`` or ``undone``."""
    if found.undone_at is not None:
        return "undone"
    return "stands" if found.ended_at is None else "ended"


def measures_of(found: Decision) -> tuple[str, ...]:
    """What was done, in sentences for the member."""
    words = (ON_SUBJECT_WORDS.get(found.on_subject), ON_ACCOUNT_WORDS.get(found.on_account))
    return tuple(_(one) for one in words if one is not None)


def _is_felt() -> ColumnElement[bool]:
    on_subject = decisions.c.on_subject.not_in(sorted(HARMLESS_ON_SUBJECT))
    return on_subject | decisions.c.on_account.in_(sorted(TOLD))


def _written(r: Read, found: list[Decision], now: int, appeal_days: int) -> list[Statement]:
    ids = list({number for one in found for number in one.rule_ids})
    rules = {rule.id: rule.text for rule in access.rules_by_ids(r, ids)} if ids else {}
    appeals = appeals_of(r, [one.id for one in found])
    return [_statement(one, rules, appeals.get(one.id), now, appeal_days) for one in found]


def _statement(found: Decision, rules: dict[int, str], appeal: Appeal | None, now: int, appeal_days: int) -> Statement:
    kind, ends = harm(found.category), appeal_ends(found, appeal_days)
    assert found.account_id is not None
    return Statement(
        id=found.id,
        account_id=found.account_id,
        status_id=found.status_id,
        measures=measures_of(found),
        state=state_of(found),
        created_at=found.created_at,
        until=found.until,
        category=kind.key,
        category_title=_(kind.title),
        is_illegal=kind.is_illegal,
        law=found.law,
        rules=tuple(rules[number] for number in found.rule_ids if number in rules),
        facts=found.facts,
        is_automated=found.is_automated,
        appeal_until=ends,
        may_appeal=appeal is None and found.undone_at is None and now < ends,
        appeal=appeal,
    )
