"""What moderators do to accounts that stay, and undo. Who may, is for the rooms above to say.

Each says whether it changed anything: what was so already, is not for this decision to undo.
"""

from __future__ import annotations

from holdfast.events import Event
from holdfast.people.commands.accounts import change_shown
from holdfast.people.errors import AccountNotFound
from holdfast.people.events import (
    AccountLimited,
    AccountRestored,
    AccountSensitized,
    AccountSuspended,
    AccountUnlimited,
    AccountUnsensitized,
    PostingFrozen,
    PostingThawed,
)
from holdfast.people.queries.found import account_by_id
from holdfast.writes import Write


def suspend_account(w: Write, account_id: int) -> bool:
    """Hide an account and all it has from everybody, until it is restored."""
    return _switch(w, account_id, "suspended_at", True, AccountSuspended(account_id=account_id))


def restore_account(w: Write, account_id: int) -> bool:
    """Lift a suspension."""
    return _switch(w, account_id, "suspended_at", False, AccountRestored(account_id=account_id))


def limit_account(w: Write, account_id: int) -> bool:
    """Show an account's posts only to those who follow it; its new follows need approval."""
    return _switch(w, account_id, "limited_at", True, AccountLimited(account_id=account_id))


def lift_limit(w: Write, account_id: int) -> bool:
    """Lift a limitation."""
    return _switch(w, account_id, "limited_at", False, AccountUnlimited(account_id=account_id))


def freeze_posting(w: Write, account_id: int) -> bool:
    """Let an account post, edit, boost and upload no more; it goes on reading, and what it wrote stays."""
    return _switch(w, account_id, "posting_frozen_at", True, PostingFrozen(account_id=account_id))


def thaw_posting(w: Write, account_id: int) -> bool:
    """Let an account post again."""
    return _switch(w, account_id, "posting_frozen_at", False, PostingThawed(account_id=account_id))


def sensitize_account(w: Write, account_id: int) -> bool:
    """Cover whatever an account attaches to its posts from now on, and to those that it edits."""
    return _switch(w, account_id, "sensitized_at", True, AccountSensitized(account_id=account_id))


def desensitize_account(w: Write, account_id: int) -> bool:
    """Let an account decide itself again what is covered."""
    return _switch(w, account_id, "sensitized_at", False, AccountUnsensitized(account_id=account_id))


def _switch(w: Write, account_id: int, column: str, on: bool, event: Event) -> bool:
    w.serialise(account_id)
    account = account_by_id(w, account_id)
    if account is None or account.deleted_at is not None:
        raise AccountNotFound
    if (getattr(account, column) is not None) == on:
        return False
    change_shown(w, account_id, **{column: w.now if on else None})
    w.record(event, owner=account_id)
    return True
