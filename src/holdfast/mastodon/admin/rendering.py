"""Accounts and reports as administrators see them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from holdfast import access, posts
from holdfast.access import roster
from holdfast.access.roster import Entry, SeenAt
from holdfast.mastodon.endpoints import Call
from holdfast.mastodon.entities import Rule, RuleTranslation
from holdfast.mastodon.entities.base import datetime_text
from holdfast.mastodon.roles import role_entity
from holdfast.moderation import Report, handling
from holdfast.store import Read


def account_entities(r: Read, call: Call, found: Sequence[Entry]) -> list[dict[str, Any]]:
    """Accounts in the order given, in the same few queries however many there are."""
    ids = [one.id for one in found]
    shown = call.renderer.accounts.many(r, ids)
    if not call.acting.may(roster.READ):  # who works on reports need not know where people sign in
        return [_account(_without_secrets(one), [], account) for one, account in zip(found, shown, strict=True)]
    seen = roster.seen_at(r, ids) if ids else {}
    return [_account(one, seen[one.id], account) for one, account in zip(found, shown, strict=True)]


def _without_secrets(one: Entry) -> Entry:
    return msgspec.structs.replace(one, email=None, sign_up_reason=None, app_id=None, invited_by=None)


def accounts_by_ids(r: Read, call: Call, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Accounts under their ids."""
    wanted = list(dict.fromkeys(ids))
    entries = roster.roster_entries(r, wanted)
    return {int(one["id"]): one for one in account_entities(r, call, list(entries.values()))}


def one_account(r: Read, call: Call, account_id: int) -> dict[str, Any]:
    """One account. Raises :class:`NotPermitted`, :class:`MemberNotFound`."""
    return account_entities(r, call, [roster.roster_entry(r, call.acting, account_id)])[0]


def _account(one: Entry, seen: Sequence[SeenAt], shown: bytes) -> dict[str, Any]:
    is_member = one.role is not None
    entity: dict[str, Any] = {
        "id": str(one.id),
        "username": one.username,
        "domain": one.domain,
        "created_at": datetime_text(one.created_at),
        "email": one.email or "",
        "ip": seen[0].ip if seen else None,
        "ips": [{"ip": each.ip, "used_at": datetime_text(each.used_at)} for each in seen],
        "locale": one.locale or "en",
        "invite_request": one.sign_up_reason or None,
        "role": role_entity(access.ROLES.get(one.role or "", access.ROLES["member"])),
        "confirmed": is_member and (one.email is None or one.email_confirmed_at is not None),
        "approved": not is_member or one.approved_at is not None,
        "disabled": one.disabled_at is not None or one.posting_frozen_at is not None,
        "sensitized": one.sensitized_at is not None,
        "silenced": one.limited_at is not None,
        "suspended": one.suspended_at is not None or one.deleted_at is not None,
        "account": msgspec.Raw(shown),
    }
    if one.app_id is not None:
        entity["created_by_application_id"] = str(one.app_id)
    if one.invited_by is not None:
        entity["invited_by_account_id"] = str(one.invited_by)
    return entity


def report_entities(r: Read, call: Call, found: Sequence[Report]) -> list[dict[str, Any]]:
    """Reports in the order given."""
    handled = handling.handling_of(r, found, call.db.clock.now())
    people = {number for one in found for number in (one.account_id, one.target_id)}
    people |= {number for one in handled.values() for number in (one.held_by, one.settled_by) if number is not None}
    accounts = accounts_by_ids(r, call, people)
    statuses = _statuses(r, call, [number for one in found for number in one.status_ids])
    rules = {one.id: one for one in access.rules_by_ids(r, list({n for one in found for n in one.rule_ids}))}
    return [
        {
            "id": str(one.id),
            "action_taken": one.acted_at is not None,
            "action_taken_at": None if one.acted_at is None else datetime_text(one.acted_at),
            "category": one.category,
            "comment": one.comment,
            "forwarded": one.forwards,
            "created_at": datetime_text(one.created_at),
            "updated_at": datetime_text(handled[one.id].changed_at),
            "account": accounts[one.account_id],
            "target_account": accounts[one.target_id],
            "assigned_account": accounts.get(handled[one.id].held_by or 0),
            "action_taken_by_account": accounts.get(handled[one.id].settled_by or 0),
            "statuses": [msgspec.Raw(statuses[number]) for number in one.status_ids if number in statuses],
            "rules": [_rule(rules[number]) for number in one.rule_ids if number in rules],
        }
        for one in found
        if one.account_id in accounts and one.target_id in accounts
    ]


def _statuses(r: Read, call: Call, ids: Sequence[int]) -> dict[int, bytes]:
    """Posts as they stand, whoever may see them; only those that are erased by now are left out."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return {}
    there = posts.contents(r, wanted)
    known = {number: one.facts for number, one in posts.unaided(r, None).known(wanted).items() if number in there}
    return call.renderer.statuses.by_id(r, call.me, list(known), known)


def _rule(one: access.Rule) -> Rule:
    return Rule(
        id=str(one.id),
        text=one.text,
        hint=one.hint,
        translations={
            language: RuleTranslation(text=words.text, hint=words.hint) for language, words in one.translations.items()
        },
    )
