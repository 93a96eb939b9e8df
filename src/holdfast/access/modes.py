"""Switching abilities off and on by hand; the switches themselves are kept by ``writes``."""

from __future__ import annotations

from typing import ClassVar

from holdfast import writes
from holdfast.acting import Acting
from holdfast.errors import Invalid, Refused
from holdfast.events import Event
from holdfast.languages import say
from holdfast.writes import SWITCHES, Ability, Database


class ServiceModeChanged(Event, frozen=True, kw_only=True):
    """An ability was switched off (with a reason) or on again."""

    kind: ClassVar[str] = "service_mode.changed"
    ability: str
    is_on: bool
    reason: str = ""
    until: int | None = None


def switch_off(db: Database, acting: Acting, ability: str, *, reason: str, until: int | None = None) -> None:
    """Refuse an ability's writes from now on. ``until`` (milliseconds) is an estimate that members are told.

    Raises :class:`Invalid` for what cannot be switched, :class:`Refused` without the permission.
    """
    _check(acting, ability)
    with db.write(acting, Ability.ADMINISTRATION) as w:
        writes.switch_off(w.tx, ability, reason, w.now, until, acting.account_id)
        w.record(ServiceModeChanged(ability=ability, is_on=False, reason=reason, until=until))


def switch_on(db: Database, acting: Acting, ability: str) -> bool:
    """Allow an ability's writes again; whether they were refused."""
    _check(acting, ability)
    with db.write(acting, Ability.ADMINISTRATION) as w:
        was_off = writes.switch_on(w.tx, ability)
        if was_off:
            w.record(ServiceModeChanged(ability=ability, is_on=True))
        return was_off


def _check(acting: Acting, ability: str) -> None:
    if not acting.may("modes.write"):
        raise Refused()
    if ability not in SWITCHES:
        known = ", ".join(SWITCHES)
        raise Invalid.field(
            "ability",
            "ERR_INCLUSION",
            say("%(ability)s cannot be switched; use one of: %(known)s.", ability=ability, known=known),
        )
