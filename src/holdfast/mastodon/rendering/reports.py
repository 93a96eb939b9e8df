"""Reports as the client API shows them, to who filed them and to the staff."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from holdfast.mastodon.entities.base import datetime_text
from holdfast.mastodon.rendering.accounts import Accounts
from holdfast.moderation import Report
from holdfast.store import Read

_encode = msgspec.json.Encoder().encode


def report_bytes(r: Read, accounts: Accounts, found: Sequence[Report]) -> dict[int, bytes]:
    """Reports under their ids."""
    targets = list(dict.fromkeys(one.target_id for one in found))
    shown = dict(zip(targets, accounts.many(r, targets), strict=True))
    return {one.id: _encode(_entity(one, shown[one.target_id])) for one in found}


def _entity(one: Report, target: bytes) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "action_taken": one.acted_at is not None,
        "action_taken_at": None if one.acted_at is None else datetime_text(one.acted_at),
        "category": one.category,
        "comment": one.comment,
        "forwarded": one.forwards,
        "created_at": datetime_text(one.created_at),
        "status_ids": [str(number) for number in one.status_ids] or None,
        "collection_ids": [str(number) for number in one.collection_ids] or None,
        "rule_ids": [str(number) for number in one.rule_ids] or None,
        "target_account": msgspec.Raw(target),
    }
