"""Notifications as the client API shows them: accounts, statuses and reports of a page in batches."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from html import escape
from typing import Any

import msgspec

from holdfast import moderation
from holdfast.mastodon.entities import NotificationFallback, PartialAccountWithAvatar
from holdfast.mastodon.entities.base import datetime_text
from holdfast.mastodon.rendering.accounts import Accounts, array
from holdfast.mastodon.rendering.reports import report_bytes
from holdfast.mastodon.rendering.statuses import Statuses
from holdfast.mastodon.rendering.warnings import warning_bytes
from holdfast.notifications import ABOUT_STATUSES, SAMPLES, Group, Notification, key_of
from holdfast.posts import Sight
from holdfast.store import Read

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode

FALLBACKS = {
    "mention": "You were mentioned",
    "status": "Somebody you follow posted",
    "reblog": "Your post was boosted",
    "follow": "You have a new follower",
    "follow_request": "Somebody asks to follow you",
    "favourite": "Your post was favourited",
    "poll": "A poll has ended",
    "update": "A post that you boosted was edited",
    "quote": "Your post was quoted",
    "quoted_update": "A post that you quoted was edited",
    "admin.sign_up": "Somebody signed up",
    "admin.report": "A new report was filed",
    "moderation_warning": "The moderators have decided about you",
}
"""Titles for clients that do not know a kind."""


class Notifications:
    """Renders notifications over the renderers of accounts and statuses."""

    def __init__(self, accounts: Accounts, statuses: Statuses) -> None:
        self._accounts = accounts
        self._statuses = statuses

    def many(
        self,
        r: Read,
        viewer: int,
        found: Sequence[Notification],
        *,
        supported: Collection[str] = (),
        sight: Sight | None = None,
    ) -> list[bytes]:
        """Notifications in their order; those whose status the viewer may not see (any more) are left out.

        Kinds that are not among ``supported`` (when any are named) carry words to show instead.
        """
        statuses, accounts, about = self._named(r, viewer, found, {n.from_account_id for n in found}, sight)
        done = []
        for one in found:
            status = statuses.get(one.status_id) if one.status_id is not None else None
            if status is None and one.kind in ABOUT_STATUSES:
                continue
            carried = about.get(one.report_id or one.decision_id or 0)
            is_known = not supported or one.kind in supported
            done.append(_joined(one, accounts[one.from_account_id], status, carried, is_known))
        return done

    def groups(
        self,
        r: Read,
        viewer: int,
        found: Sequence[Group],
        *,
        supported: Collection[str] = (),
        is_partial: bool = False,
        sight: Sight | None = None,
    ) -> bytes:
        """Groups in their order with the accounts and statuses that they name, each once. Groups about a status that
        the viewer may not see (any more) are left out. ``is_partial`` gives only the newest account of each group
        whole."""
        newest = [group.members[0] for group in found]
        samples = [_samples(group) for group in found]
        statuses, accounts, about = self._named(r, viewer, newest, {one for few in samples for one in few}, sight)
        shown, whole, rest, named = [], {}, {}, {}
        for group, few in zip(found, samples, strict=True):
            one = group.members[0]
            status = statuses.get(one.status_id) if one.status_id is not None else None
            if status is None and one.kind in ABOUT_STATUSES:
                continue
            if status is not None and one.status_id is not None:
                named[one.status_id] = status
            carried = about.get(one.report_id or one.decision_id or 0)
            is_known = not supported or one.kind in supported
            words = None if is_known else _encode(_in_words(one, accounts[one.from_account_id], status))
            shown.append(_group(group, few, carried, words))
            whole.update({few[0]: accounts[few[0]]} if is_partial else {number: accounts[number] for number in few})
            rest.update({number: accounts[number] for number in few})
        parts = [b'{"accounts":', array(list(whole.values()))]
        if is_partial:
            parts += (b',"partial_accounts":', array([_partial(a) for n, a in rest.items() if n not in whole]))
        parts += (b',"statuses":', array(list(named.values())), b',"notification_groups":', array(shown), b"}")
        return b"".join(parts)

    def _named(
        self, r: Read, viewer: int, found: Sequence[Notification], account_ids: Collection[int], sight: Sight | None
    ) -> tuple[dict[int, bytes], dict[int, bytes], dict[int, bytes]]:
        """The statuses and accounts of a page, and the reports and decisions that it is about, under their ids."""
        status_ids = list({n.status_id for n in found if n.status_id is not None})
        statuses = self._statuses.by_id(r, viewer, status_ids, sight=sight, context="notifications")
        senders = list(account_ids)
        accounts = dict(zip(senders, self._accounts.many(r, senders, sight), strict=True))
        report_ids = [n.report_id for n in found if n.report_id is not None]
        decision_ids = [n.decision_id for n in found if n.decision_id is not None]
        about: dict[int, bytes] = {}
        if report_ids:
            about |= report_bytes(r, self._accounts, list(moderation.reports_by_ids(r, report_ids).values()))
        if decision_ids:
            about |= warning_bytes(r, self._accounts, decision_ids)
        return statuses, accounts, about


def _samples(group: Group) -> list[int]:
    return list(dict.fromkeys(one.from_account_id for one in group.members))[:SAMPLES]


def _group(group: Group, samples: list[int], carried: bytes | None, words: bytes | None) -> bytes:
    one = group.members[0]
    entity: dict[str, Any] = {
        "group_key": group.key,
        "notifications_count": group.size,
        "type": one.kind,
        "most_recent_notification_id": str(group.newest_id),
        "page_min_id": str(group.members[-1].id),
        "page_max_id": str(one.id),
        "latest_page_notification_at": datetime_text(one.created_at),
        "sample_account_ids": [str(number) for number in samples],
    }
    if one.status_id is not None:
        entity["status_id"] = str(one.status_id)
    if carried is not None:
        entity[_carries(one)] = msgspec.Raw(carried)
    if words is not None:
        entity["fallback"] = msgspec.Raw(words)
    return _encode(entity)


def _partial(account: bytes) -> bytes:
    """Just enough of an account to show its picture."""
    return _encode(msgspec.convert(_decode(account), PartialAccountWithAvatar))


@lru_cache(16_384)
def _head(one: Notification) -> bytes:
    """What never changes about a notification, open for the account."""
    return (
        f'{{"id":"{one.id}","type":"{one.kind}","group_key":"{key_of(one)}",'
        f'"created_at":"{datetime_text(one.created_at)}","account":'
    ).encode()


def _carries(one: Notification) -> str:
    """The attribute under which what it is about is shown."""
    return "report" if one.report_id is not None else "moderation_warning"


def _joined(one: Notification, account: bytes, status: bytes | None, carried: bytes | None, is_known: bool) -> bytes:
    parts = [_head(one), account]
    if status is not None:
        parts += (b',"status":', status)
    if carried is not None:
        parts += (f',"{_carries(one)}":'.encode(), carried)
    if not is_known:
        parts += (b',"fallback":', _encode(_in_words(one, account, status)))
    parts.append(b"}")
    return b"".join(parts)


def _in_words(one: Notification, account: bytes, status: bytes | None) -> NotificationFallback:
    """What to show instead of a kind that the client does not know: what happened, by whom, on which status."""
    handle = escape(_decode(account)["acct"])
    content = _decode(status)["content"] if status is not None else None
    return NotificationFallback(title=FALLBACKS[one.kind], summary=f"@{handle}", details=content or None)
