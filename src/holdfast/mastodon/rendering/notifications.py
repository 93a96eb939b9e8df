"""Notifications as the client API shows them: accounts, statuses and reports of a page in batches."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from html import escape

import msgspec

from holdfast import moderation
from holdfast.mastodon.entities import NotificationFallback
from holdfast.mastodon.entities.base import datetime_text
from holdfast.mastodon.rendering.accounts import Accounts
from holdfast.mastodon.rendering.reports import report_bytes
from holdfast.mastodon.rendering.statuses import Statuses
from holdfast.notifications import ABOUT_STATUSES, Notification
from holdfast.posts import Sight
from holdfast.store import HOUR, Read

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode

GROUPED_BY_STATUS = frozenset({"favourite", "reblog"})
GROUPED_BY_TIME = frozenset({"follow", "admin.sign_up"})
"""Kinds of which those within an hour share a group."""

FALLBACKS = {
    "mention": "You were mentioned",
    "status": "Somebody you follow posted",
    "reblog": "Your post was boosted",
    "follow": "You have a new follower",
    "follow_request": "Somebody asks to follow you",
    "favourite": "Your post was favourited",
    "poll": "A poll has ended",
    "update": "A post that you boosted was edited",
    "admin.sign_up": "Somebody signed up",
    "admin.report": "A new report was filed",
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
        about = list({n.status_id for n in found if n.status_id is not None})
        statuses = self._statuses.by_id(r, viewer, about, sight=sight)
        senders = list({n.from_account_id for n in found})
        accounts = dict(zip(senders, self._accounts.many(r, senders, sight), strict=True))
        report_ids = [n.report_id for n in found if n.report_id is not None]
        reports = (
            report_bytes(r, self._accounts, list(moderation.reports_by_ids(r, report_ids).values()))
            if report_ids
            else {}
        )
        done = []
        for one in found:
            status = statuses.get(one.status_id) if one.status_id is not None else None
            if status is None and one.kind in ABOUT_STATUSES:
                continue
            report = reports.get(one.report_id) if one.report_id is not None else None
            is_known = not supported or one.kind in supported
            done.append(_joined(one, accounts[one.from_account_id], status, report, is_known))
        return done


def group_key(one: Notification) -> str:
    """The name of the group that a notification belongs to."""
    if one.kind in GROUPED_BY_STATUS:
        return f"{one.kind}-{one.status_id}-{one.created_at // HOUR}"
    if one.kind in GROUPED_BY_TIME:
        return f"{one.kind}-{one.created_at // HOUR}"
    return f"ungrouped-{one.id}"


@lru_cache(16_384)
def _head(one: Notification) -> bytes:
    """What never changes about a notification, open for the account."""
    return (
        f'{{"id":"{one.id}","type":"{one.kind}","group_key":"{group_key(one)}",'
        f'"created_at":"{datetime_text(one.created_at)}","account":'
    ).encode()


def _joined(one: Notification, account: bytes, status: bytes | None, report: bytes | None, is_known: bool) -> bytes:
    parts = [_head(one), account]
    if status is not None:
        parts += (b',"status":', status)
    if report is not None:
        parts += (b',"report":', report)
    if not is_known:
        parts += (b',"fallback":', _encode(_in_words(one, account, status)))
    parts.append(b"}")
    return b"".join(parts)


def _in_words(one: Notification, account: bytes, status: bytes | None) -> NotificationFallback:
    """What to show instead of a kind that the client does not know: what happened, by whom, on which status."""
    handle = escape(_decode(account)["acct"])
    content = _decode(status)["content"] if status is not None else None
    return NotificationFallback(title=FALLBACKS[one.kind], summary=f"@{handle}", details=content or None)
