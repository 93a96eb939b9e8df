"""The two sides of a relation: found and locked together, counted together."""

from __future__ import annotations

from holdfast.people.account import Account
from holdfast.people.errors import AccountNotFound, AccountUnusable, NotWithYourself
from holdfast.people.queries.found import accounts_by_ids
from holdfast.store import Hot
from holdfast.writes import Write

_COUNT = Hot(
    "UPDATE accounts SET followers_count = followers_count + :followers, "
    "following_count = following_count + :following, relations_revision = relations_revision + :revision "
    "WHERE id = :id"
)
_TOUCH = Hot("UPDATE accounts SET relations_revision = relations_revision + 1 WHERE id = :id")
_UNFOLLOW = Hot("DELETE FROM follows WHERE account_id = :source AND target_id = :target")
_WITHDRAW = Hot("DELETE FROM follow_requests WHERE account_id = :source AND target_id = :target")
_UNLIST = Hot("DELETE FROM list_members WHERE account_id = :target AND owner_id = :source")
_UNENDORSE = Hot("DELETE FROM endorsements WHERE account_id = :source AND target_id = :target")


def acting_account(account: Account | None) -> Account:
    """The account that acts. Raises :class:`AccountUnusable` when it is suspended or gone."""
    if account is None or not account.is_present:
        raise AccountUnusable
    return account


def pair(w: Write, target_id: int, *, target_may_be_suspended: bool = True) -> tuple[Account, Account]:
    """Who acts and whom it concerns, both held until the commit so that no two commands race about them.

    Raises :class:`NotWithYourself`, :class:`AccountUnusable`, :class:`AccountNotFound`.
    """
    source_id = w.acting.known_id
    if source_id == target_id:
        raise NotWithYourself
    for account_id in sorted((source_id, target_id)):  # always in this order: no deadlocks
        w.serialise(account_id)
    found = accounts_by_ids(w, (source_id, target_id))
    source = acting_account(found.get(source_id))
    target = found.get(target_id)
    if target is None or target.deleted_at is not None:
        raise AccountNotFound
    if target.suspended_at is not None and not target_may_be_suspended:
        raise AccountNotFound
    return source, target


def count_follow(w: Write, source_id: int, target_id: int, by: int) -> None:
    """Keep both counters with a follow that began (1) or ended (-1), in id order as everywhere."""
    for account_id in sorted((source_id, target_id)):
        ours = account_id == source_id
        w.run_later(_COUNT, id=account_id, followers=0 if ours else by, following=by if ours else 0, revision=int(ours))


def touch(w: Write, *account_ids: int) -> None:
    """Let caches know that these accounts' relations are others now."""
    for account_id in sorted(account_ids):
        w.run_fast(_TOUCH, id=account_id)


def end_follow(w: Write, source_id: int, target_id: int) -> bool:
    """Remove a follow with all that hangs on it; whether there was one."""
    if not w.run_fast(_UNFOLLOW, source=source_id, target=target_id):
        return False
    w.run_fast(_UNENDORSE, source=source_id, target=target_id)
    unlist(w, source_id, target_id)
    count_follow(w, source_id, target_id, -1)
    return True


def unlist(w: Write, source_id: int, target_id: int) -> None:
    """Take somebody out of all lists of an account that follows them no longer."""
    w.run_fast(_UNLIST, source=source_id, target=target_id)


def end_request(w: Write, source_id: int, target_id: int) -> bool:
    """Remove a follow request; whether there was one."""
    return w.run_fast(_WITHDRAW, source=source_id, target=target_id) > 0


def end_endorsement(w: Write, source_id: int, target_id: int) -> bool:
    """Remove an endorsement; whether there was one."""
    return w.run_fast(_UNENDORSE, source=source_id, target=target_id) > 0
