"""What becomes of what an account does to members: it is shown, set aside in a request, or dropped.

A member's policy says so for strangers of several sorts. When many strangers write to one member within minutes,
what comes of strangers is set aside whatever the policy accepts, until they have been quiet for as long again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from holdfast.access import ROLES
from holdfast.notifications.events import WaveBegan
from holdfast.notifications.kinds import UNSOLICITED
from holdfast.store import DAY, MINUTE, Hot, first_at
from holdfast.writes import Write

Choice = Literal["accept", "filter", "drop"]

NEW_FOR_MS = 30 * DAY
"""So long an account counts as new."""

FOLLOWER_AFTER_MS = 3 * DAY
"""A follower of less than this is not one whom the member has got used to."""

WAVE_MS = 10 * MINUTE
"""Strangers within this make a wave; so long after the last one it is over."""

MOST_COUNTED = 500

_RANK: dict[str, int] = {"accept": 0, "filter": 1, "drop": 2}

_FACTS = Hot(
    "SELECT a.id, p.for_not_following, p.for_not_followers, p.for_new_accounts, p.for_private_mentions, "
    "p.for_limited_accounts, "
    "EXISTS (SELECT 1 FROM follows f WHERE f.account_id = a.id AND f.target_id = :sender), "
    "EXISTS (SELECT 1 FROM follows f WHERE f.account_id = :sender AND f.target_id = a.id AND f.created_at < :settled), "
    "EXISTS (SELECT 1 FROM notification_permissions q WHERE q.account_id = a.id AND q.from_account_id = :sender) "
    "FROM accounts a LEFT JOIN notification_policies p ON p.account_id = a.id WHERE a.id IN (@ids)"
)
_SENDER = Hot(
    "SELECT a.created_at, a.limited_at, m.role FROM accounts a LEFT JOIN members m ON m.account_id = a.id "
    "WHERE a.id = :sender"
)
_PRIVATE = Hot("SELECT thread_id FROM statuses WHERE id = :status AND visibility = 'direct'")
# Whom a member has written to is no stranger: of their own will, or in the same private conversation.
_ADDRESSED = Hot(
    "SELECT 1 FROM mentions m JOIN statuses s ON s.id = m.status_id WHERE m.account_id = :sender "
    "AND s.author_id = :me AND s.deleted_at IS NULL LIMIT 1"
)
_ANSWERED = Hot(
    "SELECT 1 FROM statuses s JOIN mentions m ON m.status_id = s.id WHERE s.thread_id = :thread "
    "AND s.author_id = :me AND m.account_id = :sender AND s.deleted_at IS NULL LIMIT 1"
)
_WAVE = Hot("SELECT ends_at FROM notification_waves WHERE account_id = :me")
_STRANGERS = Hot(
    "SELECT COUNT(DISTINCT n.from_account_id) FROM (SELECT from_account_id FROM notifications "
    "WHERE account_id = :me AND id > :first AND kind = 'mention' ORDER BY id DESC LIMIT :most) n "
    "WHERE NOT EXISTS (SELECT 1 FROM follows f WHERE f.account_id = :me AND f.target_id = n.from_account_id) "
    "AND NOT EXISTS (SELECT 1 FROM notification_permissions q WHERE q.account_id = :me "
    "AND q.from_account_id = n.from_account_id) "
    "AND NOT EXISTS (SELECT 1 FROM mentions m JOIN statuses s ON s.id = m.status_id "
    "WHERE m.account_id = n.from_account_id AND s.author_id = :me AND s.deleted_at IS NULL)"
)
_RAISE = Hot(
    "INSERT INTO notification_waves (account_id, began_at, ends_at) VALUES (:me, :now, :ends) "
    "ON CONFLICT (account_id) DO UPDATE SET began_at = excluded.began_at, ends_at = excluded.ends_at"
)
_PROLONG = Hot("UPDATE notification_waves SET ends_at = :ends WHERE account_id = :me")


class Policy(NamedTuple):
    """What a member wants done with whom; an account of several sorts gets the strictest."""

    for_not_following: Choice = "accept"
    for_not_followers: Choice = "accept"
    for_new_accounts: Choice = "accept"
    for_private_mentions: Choice = "accept"
    for_limited_accounts: Choice = "filter"


class Sender(NamedTuple):
    """What a policy asks of who does something."""

    is_new: bool
    is_limited: bool
    is_staff: bool


def received(
    w: Write, account_ids: Sequence[int], kind: str, from_account_id: int, status_id: int | None
) -> dict[int, Choice]:
    """What becomes of something for each of these members."""
    if kind not in UNSOLICITED:
        return dict.fromkeys(account_ids, "accept")
    sender = _sender(w, from_account_id)
    private = w.fast(_PRIVATE, status=status_id) if kind == "mention" else []
    found: dict[int, Choice] = {}
    rows = w.fast(_FACTS, ids=list(account_ids), sender=from_account_id, settled=w.now - FOLLOWER_AFTER_MS)
    for me, *kept, follows, is_followed, is_permitted in rows:
        if is_permitted or sender.is_staff or me == from_account_id:
            found[me] = "accept"
            continue
        policy = Policy(*kept) if kept[0] is not None else Policy()
        is_unasked = bool(private) and not follows and not _has_answered(w, me, from_account_id, private[0][0])
        choice = _strictest(policy, sender, bool(follows), bool(is_followed), is_unasked)
        if choice == "accept" and kind == "mention" and not follows and _is_in_wave(w, me, from_account_id):
            choice = "filter"
        found[me] = choice
    return found


def _sender(w: Write, account_id: int) -> Sender:
    created_at, limited_at, role = w.fast(_SENDER, sender=account_id)[0]
    known = ROLES.get(role or "")
    is_staff = known is not None and "reports.read" in known.permissions
    return Sender(created_at > w.now - NEW_FOR_MS, limited_at is not None, is_staff)


def _strictest(policy: Policy, sender: Sender, follows: bool, is_followed: bool, is_unasked: bool) -> Choice:
    concerned = (
        (policy.for_not_following, not follows),
        (policy.for_not_followers, not is_followed),
        (policy.for_new_accounts, sender.is_new and not follows),
        (policy.for_private_mentions, is_unasked),
        (policy.for_limited_accounts, sender.is_limited and not follows),
    )
    return max((choice for choice, holds in concerned if holds), key=_RANK.__getitem__, default="accept")


def _has_answered(w: Write, me: int, sender: int, thread: int) -> bool:
    return bool(w.fast(_ANSWERED, me=me, sender=sender, thread=thread))


def _is_in_wave(w: Write, me: int, sender: int) -> bool:
    """Whether a stranger's mention is one too many; a wave that it belongs to lasts longer."""
    threshold = w.db.settings.pile_on_strangers
    if not threshold or w.fast(_ADDRESSED, me=me, sender=sender):
        return False
    wave = w.fast(_WAVE, me=me)
    if wave and wave[0][0] > w.now:
        w.run_fast(_PROLONG, me=me, ends=w.now + WAVE_MS)
        return True
    strangers = w.fast(_STRANGERS, me=me, first=first_at(w.now - WAVE_MS), most=MOST_COUNTED)[0][0]
    if strangers < threshold:
        return False
    w.run_fast(_RAISE, me=me, now=w.now, ends=w.now + WAVE_MS)
    w.record(WaveBegan(account_id=me, strangers=int(strangers)), owner=me)
    return True
