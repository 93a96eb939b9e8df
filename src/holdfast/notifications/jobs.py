"""What is told after something happened, and taken back after it was undone.

Each job looks whether the thing is still so: one that failed at first may run after the one that undoes it.
"""

from __future__ import annotations

import msgspec

from holdfast.access import ROLES, EmailConfirmed, MemberSignedUp
from holdfast.acting import SYSTEM
from holdfast.notifications.telling import take_back, tell, tell_all, turn
from holdfast.people import (
    AccountDeleted,
    Blocked,
    DomainBlocked,
    FollowAccepted,
    Followed,
    FollowRejected,
    FollowRequested,
    FollowRequestWithdrawn,
    Unfollowed,
)
from holdfast.posts import (
    PollClosed,
    StatusDeleted,
    StatusEdited,
    StatusFavourited,
    StatusPublished,
    StatusUnfavourited,
    seen_by,
)
from holdfast.store import Hot, Read
from holdfast.writes import Ability, Database, Question, Write

SPREAD = "notifications.spread"
QUOTING = "notifications.quoting"
DROP = "notifications.drop"
SLICE = 200
"""Receivers of one run; the rest waits for the next, so that nobody's write waits long."""

_IS_OUT = Hot("SELECT 1 FROM statuses WHERE id = :status AND deleted_at IS NULL")
_FOLLOWS = Hot("SELECT 1 FROM follows WHERE account_id = :source AND target_id = :target")
_ASKS = Hot("SELECT 1 FROM follow_requests WHERE account_id = :source AND target_id = :target")
_FAVOURITES = Hot("SELECT 1 FROM favourites WHERE account_id = :account AND status_id = :status")
# The order is what makes SQLite take the index of those who want to be told, which is empty for most authors.
IS_WATCHED = Hot("SELECT account_id FROM follows WHERE target_id = :author AND notifies ORDER BY account_id LIMIT 1")
_IS_SHARED = Hot(
    "SELECT 1 FROM statuses WHERE boost_of_id = :status AND deleted_at IS NULL UNION ALL "
    "SELECT 1 FROM statuses WHERE quote_of_id = :status AND quote_state = 'accepted' AND deleted_at IS NULL LIMIT 1"
)
_QUOTING = Hot(
    "SELECT id, author_id FROM statuses WHERE quote_of_id = :source AND id > :after AND quote_state = 'accepted' "
    "AND deleted_at IS NULL ORDER BY id LIMIT :most"
)
_RECEIVERS = {
    "status": Hot(
        "SELECT account_id FROM follows WHERE target_id = :source AND notifies AND account_id > :after "
        "ORDER BY account_id LIMIT :most"
    ),
    "update": Hot(
        "SELECT author_id FROM statuses WHERE boost_of_id = :source AND deleted_at IS NULL AND author_id > :after "
        "ORDER BY author_id LIMIT :most"
    ),
    "poll": Hot(
        "SELECT DISTINCT account_id FROM poll_votes WHERE poll_id = :source AND account_id > :after "
        "ORDER BY account_id LIMIT :most"
    ),
}
_STAFF = Hot(
    "SELECT account_id FROM members WHERE role IN (@roles) AND approved_at IS NOT NULL AND disabled_at IS NULL"
)
_OF_STATUS = Hot("DELETE FROM notifications WHERE status_id = :status")
_BETWEEN = Hot(
    "DELETE FROM notifications WHERE from_account_id = :sender AND account_id = :account "
    "AND kind NOT IN ('admin.sign_up', 'admin.report')"
)
_FROM_DOMAIN = Hot(
    "DELETE FROM notifications WHERE account_id = :account "
    "AND from_account_id IN (SELECT id FROM accounts WHERE domain = :domain)"
)
_DROP = Hot(
    "DELETE FROM notifications WHERE id IN (SELECT id FROM notifications WHERE account_id = :account "
    "UNION SELECT id FROM notifications WHERE from_account_id = :account LIMIT :most)"
)

_ALL_ELSE = (
    Hot("DELETE FROM notification_requests WHERE account_id = :account OR from_account_id = :account"),
    Hot("DELETE FROM notification_permissions WHERE account_id = :account OR from_account_id = :account"),
    Hot("DELETE FROM notification_policies WHERE account_id = :account"),
    Hot("DELETE FROM notification_waves WHERE account_id = :account"),
    Hot("DELETE FROM push_subscriptions WHERE account_id = :account"),
)


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """Tell many of one thing, slice after slice: a new status, an edit, the end of a poll."""

    what: str
    source: int  # the author, the edited status or the poll
    from_account_id: int
    status_id: int
    after: int = 0  # the last receiver so far
    occasion: int = 0
    without: tuple[int, ...] = ()


class QuotesEdited(msgspec.Struct, frozen=True, kw_only=True):
    """Tell those who quoted a status that it was edited, slice after slice."""

    status_id: int
    from_account_id: int
    after: int = 0  # the last quoting status so far
    occasion: int = 0


class Drop(msgspec.Struct, frozen=True):
    """Remove all notifications to and from an account that is gone."""

    account_id: int


def names_somebody(event: StatusPublished) -> bool:
    """Whether a new status mentions, boosts or quotes anybody."""
    return bool(event.mentions) or event.boosted_author_id is not None or event.quoted_author_id is not None


def is_watched(event: StatusPublished) -> Question | bool:
    """Whether any follower wants to be told of this author's posts: neither of boosts nor of answers to others."""
    if event.boost_of_id is not None or event.visibility == "direct":
        return False
    if event.in_reply_to_account_id not in (None, event.author_id):
        return False
    return IS_WATCHED, {"author": event.author_id}


def concerns_somebody(event: StatusEdited) -> Question | bool:
    """Whether an edit mentions somebody new, or what was edited was boosted or quoted by anybody."""
    return True if event.new_mentions else (_IS_SHARED, {"status": event.status_id})


def tell_named(db: Database, event: StatusPublished) -> None:
    """Tell those whom a status mentions, or whose status is boosted or quoted."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        if event.boosted_author_id is None:
            tell_all(w, event.mentions, "mention", event.author_id, status_id=event.status_id)
            if event.quoted_author_id is not None:  # who may not see the quote, learns nothing of it
                quoted = seen_by(w, event.status_id, [event.quoted_author_id])
                tell_all(w, quoted, "quote", event.author_id, status_id=event.status_id)
        elif w.fast(_IS_OUT, status=event.status_id):
            tell(w, event.boosted_author_id, "reblog", event.author_id, status_id=event.boost_of_id)


def tell_watchers(db: Database, event: StatusPublished) -> None:
    """Tell the followers who want to know of every post; those whom it mentions know already."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        _slice(
            w,
            Spread(
                what="status",
                source=event.author_id,
                from_account_id=event.author_id,
                status_id=event.status_id,
                without=event.mentions,
            ),
        )


def tell_edited(db: Database, event: StatusEdited) -> None:
    """Tell those whom an edit mentions for the first time, and those who boosted or quoted what reads differently."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        tell_all(w, event.new_mentions, "mention", event.author_id, status_id=event.status_id)
        _slice(
            w,
            Spread(
                what="update",
                source=event.status_id,
                from_account_id=event.author_id,
                status_id=event.status_id,
                occasion=event.revision,
            ),
        )
        _tell_quoting(
            w,
            QuotesEdited(status_id=event.status_id, from_account_id=event.author_id, occasion=event.revision),
        )


def tell_quoting(db: Database, payload: QuotesEdited) -> None:
    """Tell the next slice of those who quoted what was edited."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        _tell_quoting(w, payload)


def _tell_quoting(w: Write, payload: QuotesEdited) -> None:
    """Each is told of a post of their own: the one that quotes what was edited."""
    rows = w.fast(_QUOTING, source=payload.status_id, after=payload.after, most=SLICE)
    for quoting_id, author_id in rows:
        tell(
            w,
            author_id,
            "quoted_update",
            payload.from_account_id,
            status_id=quoting_id,
            occasion=payload.occasion,
        )
    if len(rows) == SLICE:
        w.enqueue(QUOTING, msgspec.structs.replace(payload, after=rows[-1][0]))


def tell_poll_closed(db: Database, event: PollClosed) -> None:
    """Tell a poll's author and voters that it has ended."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        tell(w, event.author_id, "poll", event.author_id, status_id=event.status_id)
        _slice(
            w,
            Spread(what="poll", source=event.poll_id, from_account_id=event.author_id, status_id=event.status_id),
        )


def spread(db: Database, payload: Spread) -> None:
    """Tell the next slice."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        _slice(w, payload)


def _slice(w: Write, payload: Spread) -> None:
    rows = w.fast(_RECEIVERS[payload.what], source=payload.source, after=payload.after, most=SLICE)
    receivers = [row[0] for row in rows if row[0] not in payload.without]
    tell_all(
        w,
        receivers,
        payload.what,  # type: ignore[arg-type]
        payload.from_account_id,
        status_id=payload.status_id,
        occasion=payload.occasion,
    )
    if len(rows) == SLICE:
        w.enqueue(SPREAD, msgspec.structs.replace(payload, after=rows[-1][0]))


def tell_favourited(db: Database, event: StatusFavourited) -> None:
    """Tell the author of a favourite."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        if w.fast(_FAVOURITES, account=event.account_id, status=event.status_id):
            tell(w, event.author_id, "favourite", event.account_id, status_id=event.status_id)


def take_favourite_back(db: Database, event: StatusUnfavourited) -> None:
    """Let a favourite that was taken back not be told any more."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        if not w.fast(_FAVOURITES, account=event.account_id, status=event.status_id):
            take_back(w, event.author_id, "favourite", event.account_id, status_id=event.status_id)


def take_status_back(db: Database, event: StatusDeleted) -> None:
    """Let nothing be told of a deleted status, nor of a boost that was taken back."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        if event.boost_of_id is None:
            w.run_fast(_OF_STATUS, status=event.status_id)
        else:
            w.run_fast(_OF_BOOST, status=event.boost_of_id, sender=event.author_id)


_OF_BOOST = Hot(
    "DELETE FROM notifications WHERE status_id = :status AND kind = 'reblog' AND from_account_id = :sender "
    "AND NOT EXISTS (SELECT 1 FROM statuses s WHERE s.boost_of_id = :status AND s.author_id = :sender "
    "AND s.deleted_at IS NULL)"
)


def tell_followed(db: Database, event: Followed) -> None:
    """Tell an account of its new follower."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        if w.fast(_FOLLOWS, source=event.account_id, target=event.target_id):
            tell(w, event.target_id, "follow", event.account_id)


def take_follow_back(db: Database, event: Unfollowed) -> None:
    """Let a follow that ended not be told any more."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        if not w.fast(_FOLLOWS, source=event.account_id, target=event.target_id):
            take_back(w, event.target_id, "follow", event.account_id)


def tell_requested(db: Database, event: FollowRequested) -> None:
    """Tell an account who asks to follow it."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        if w.fast(_ASKS, source=event.account_id, target=event.target_id):
            tell(w, event.target_id, "follow_request", event.account_id)


def take_request_back(db: Database, event: FollowRequestWithdrawn | FollowRejected) -> None:
    """Let a follow request that is off the table not be told any more."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        if not w.fast(_ASKS, source=event.account_id, target=event.target_id):
            take_back(w, event.target_id, "follow_request", event.account_id)


def turn_request(db: Database, event: FollowAccepted) -> None:
    """Let an accepted request read as a follow in the list; who accepted it knows already."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        turn(w, event.target_id, "follow_request", "follow", event.account_id)


def part(db: Database, event: Blocked) -> None:
    """Let both sides of a block hear no more of each other, nor see what they heard before."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.run_fast(_BETWEEN, sender=event.target_id, account=event.account_id)
        w.run_fast(_BETWEEN, sender=event.account_id, account=event.target_id)


def part_from_domain(db: Database, event: DomainBlocked) -> None:
    """Remove what a member was told of accounts on a server that they blocked."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.run_fast(_FROM_DOMAIN, account=event.account_id, domain=event.domain)


def begin_dropping(db: Database, event: AccountDeleted) -> None:
    """Remove what was told to and of an account that is gone."""
    drop(db, Drop(event.account_id))


def drop(db: Database, payload: Drop) -> None:
    """Remove a slice; goes on until none is left."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        if w.run_fast(_DROP, account=payload.account_id, most=SLICE) == SLICE:
            w.enqueue(DROP, payload)
            return
        for statement in _ALL_ELSE:
            w.run_fast(statement, account=payload.account_id)


def is_complete(event: MemberSignedUp) -> bool:
    """Whether a sign-up waits for no letter: unconfirmed ones never come before the staff."""
    return not event.needs_confirmation


def is_first_address(event: EmailConfirmed) -> bool:
    """Whether a confirmation completes a sign-up."""
    return not event.is_change


def tell_signed_up(db: Database, event: MemberSignedUp | EmailConfirmed) -> None:
    """Tell the staff of a new member."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        tell_all(w, staff_with(w, "accounts.approve"), "admin.sign_up", event.account_id)


def staff_with(r: Read, permission: str) -> list[int]:
    """The accounts of members whose role has a permission."""
    roles = [role.name for role in ROLES.values() if permission in role.permissions]
    return [row[0] for row in r.fast(_STAFF, roles=roles)]
