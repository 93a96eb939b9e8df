"""Suggestions: put aside by a member, or made to everybody by the staff."""

from __future__ import annotations

from sqlalchemy import delete, or_

from holdfast.acting import SYSTEM, Acting
from holdfast.errors import Refused
from holdfast.languages import say
from holdfast.people.commands.parties import pair
from holdfast.people.errors import AccountNotFound
from holdfast.people.events import AccountDeleted, AccountFeatured, SuggestionDismissed
from holdfast.people.queries.found import account_by_id
from holdfast.people.tables import dismissed_suggestions, featured_accounts
from holdfast.store import Hot
from holdfast.writes import Ability, Database

_DISMISS = Hot(
    "INSERT INTO dismissed_suggestions (account_id, target_id, created_at) VALUES (:source, :target, :now) "
    "ON CONFLICT (account_id, target_id) DO NOTHING"
)
_FEATURE = Hot(
    "INSERT INTO featured_accounts (account_id, created_at) VALUES (:account, :now) ON CONFLICT (account_id) DO NOTHING"
)


def dismiss_suggestion(db: Database, acting: Acting, target_id: int) -> None:
    """Never be told again to follow somebody. Raises :class:`AccountNotFound`."""
    with db.write(acting, Ability.RELATIONS) as w:
        source, target = pair(w, target_id)
        if w.run_fast(_DISMISS, source=source.id, target=target.id, now=w.now):
            w.record(SuggestionDismissed(account_id=source.id, target_id=target.id))


def feature_account(db: Database, acting: Acting, account_id: int, *, is_featured: bool) -> bool:
    """Suggest an account to everybody, or no longer; whether that changes anything. For administrators.

    One that does not want to be found is shown to nobody all the same. Raises :class:`AccountNotFound`.
    """
    if not acting.may("settings.write"):
        raise Refused(say("Only administrators suggest accounts to everybody."))
    with db.write(acting, Ability.ADMINISTRATION) as w:
        found = account_by_id(w, account_id)
        if found is None or not found.is_present:
            raise AccountNotFound
        if is_featured:
            changed = w.run_fast(_FEATURE, account=account_id, now=w.now)
        else:
            changed = w.run(delete(featured_accounts).where(featured_accounts.c.account_id == account_id))
        if changed:
            w.record(AccountFeatured(account_id=account_id, is_featured=is_featured))
        return bool(changed)


def forget_suggestions(db: Database, event: AccountDeleted) -> None:
    """Drop what a deleted account put aside, and what others did about it."""
    gone = event.account_id
    with db.write(SYSTEM, Ability.JOBS) as w:
        dismissed = or_(dismissed_suggestions.c.account_id == gone, dismissed_suggestions.c.target_id == gone)
        w.run(delete(dismissed_suggestions).where(dismissed))
        w.run(delete(featured_accounts).where(featured_accounts.c.account_id == gone))
