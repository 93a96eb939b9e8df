"""Measures on accounts are lifted: what decisions put in force ends now, whoever took them."""

from __future__ import annotations

from sqlalchemy import select

from holdfast import people
from holdfast.access import ranks
from holdfast.acting import Acting
from holdfast.moderation import measures
from holdfast.moderation.cases import DECIDE, GRAVE, held
from holdfast.moderation.errors import IsAboutYou, NotForYou
from holdfast.moderation.records import COLUMNS, from_row
from holdfast.moderation.tables import decisions
from holdfast.moderation.undoing import end
from holdfast.people import AccountNotFound
from holdfast.writes import Ability, Database

_COLUMN = {
    "suspend": "suspended_at",
    "limit": "limited_at",
    "freeze": "posting_frozen_at",
    "sensitive": "sensitized_at",
}
_HELD_BY = {"suspend": ("suspend", "delete")}


def lift(db: Database, acting: Acting, account_id: int, aspect: str) -> bool:
    """End what limits an account (``suspend``, ``limit``, ``freeze``, ``sensitive``); whether anything did.

    Its decisions end as if their time were over: cases stay closed, strikes stay. Raises :class:`NotForYou`,
    :class:`IsAboutYou`, :class:`Outranked`, :class:`AccountNotFound`.
    """
    with db.write(acting, Ability.MODERATION) as w:
        if not acting.may(DECIDE) or (aspect == "suspend" and not acting.may(GRAVE)):
            raise NotForYou()
        if account_id == acting.account_id:
            raise IsAboutYou()
        account = people.account_by_id(w, account_id)
        if account is None or account.deleted_at is not None:
            raise AccountNotFound()
        ranks.refuse_outranked(w, account_id)
        was_so = getattr(account, _COLUMN[aspect]) is not None
        kinds = _HELD_BY.get(aspect, (aspect,))
        standing = decisions.c.undone_at.is_(None) & decisions.c.ended_at.is_(None)
        about = (decisions.c.account_id == account_id) & decisions.c.on_account.in_(kinds)
        for row in w.rows(select(*COLUMNS).where(about, standing).order_by(decisions.c.id.desc())):
            found = from_row(row)
            held(w, found.case_id)
            end(w, found)
        measures.put_back_account(w, account_id, aspect)  # where no decision did it
        return was_so
