"""Decisions of the moderators as the client API shows them, to the member whom they are about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from holdfast import moderation
from holdfast.mastodon.entities.base import datetime_text
from holdfast.mastodon.rendering.accounts import Accounts
from holdfast.moderation import Appeal, Told
from holdfast.store import Read

_encode = msgspec.json.Encoder().encode

_ON_ACCOUNT = {
    "suspend": "suspend",
    "delete": "suspend",
    "limit": "silence",
    "freeze": "disable",
    "sensitive": "sensitive",
}
_ON_SUBJECT = {
    "hide": "delete_statuses",
    "remove": "delete_statuses",
    "contain": "delete_statuses",
    "warning": "mark_statuses_as_sensitive",
}
_STATES = {"overturned": "approved", "upheld": "rejected"}


def warning_bytes(r: Read, accounts: Accounts, decision_ids: Sequence[int]) -> dict[int, bytes]:
    """Decisions under their ids."""
    found = moderation.told_to_members(r, decision_ids)
    targets = list(dict.fromkeys(one.account_id for one in found))
    shown = dict(zip(targets, accounts.many(r, targets), strict=True))
    return {one.id: _encode(_entity(one, shown[one.account_id])) for one in found}


def _entity(one: Told, target: bytes) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "action": _ON_ACCOUNT.get(one.on_account) or _ON_SUBJECT.get(one.on_subject, "none"),
        "text": one.facts,
        "status_ids": None if one.status_id is None else [str(one.status_id)],
        "target_account": msgspec.Raw(target),
        "appeal": None if one.appeal is None else _appeal(one.appeal),
        "created_at": datetime_text(one.created_at),
    }


def _appeal(one: Appeal) -> dict[str, str]:
    return {"text": one.text, "state": _STATES.get(one.outcome or "", "pending")}
