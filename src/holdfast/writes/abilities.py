"""Service modes: what the server can do for its members right now, checked by every write.

A switched-off ability refuses its writes with a reason in words. Reading, signing in, jobs, moderation
and the switches themselves always pass.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Column, Table, Text, delete, insert

from holdfast.errors import Unavailable
from holdfast.languages import N_, joined
from holdfast.store import Hot, Id, Read, Time, Transaction, metadata


class Ability(StrEnum):
    """What a write is part of."""

    SIGN_UP = "sign_up"
    POSTING = "posting"
    PROFILE = "profile"
    MEDIA = "media"
    RELATIONS = "relations"  # follows, blocks, mutes, favourites, bookmarks: falls only with the whole server
    SIGN_IN = "sign_in"
    MODERATION = "moderation"
    ADMINISTRATION = "administration"
    JOBS = "jobs"


WHOLE_SERVER = "server"
SWITCHES = (Ability.SIGN_UP, Ability.POSTING, Ability.PROFILE, Ability.MEDIA, WHOLE_SERVER)
"""What can be switched off, as named on the command line."""

ALWAYS = frozenset({Ability.SIGN_IN, Ability.MODERATION, Ability.ADMINISTRATION, Ability.JOBS})

service_modes = Table(
    "service_modes",
    metadata,
    Column("ability", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("since", Time, nullable=False),
    Column("until", Time),  # an honest estimate; null is "we do not know"
    Column("set_by", Id),
)

_MODES = Hot("SELECT ability, reason, since, until FROM service_modes")
_REMEMBERED = "service modes"
UNKNOWN_WAIT_S = 300

_WORDS = {
    Ability.SIGN_UP: N_("Sign-up is paused"),
    Ability.POSTING: N_("Posting is paused"),
    Ability.PROFILE: N_("Profile changes are paused"),
    Ability.MEDIA: N_("Uploads are paused"),
    WHOLE_SERVER: N_("The server is read-only"),
}


class SwitchedOff(Unavailable):
    """This is switched off for the time being. Reading works."""

    key = "service_mode"


class Mode:
    """One switched-off ability: why, since when, and until when (milliseconds, None when nobody knows)."""

    __slots__ = ("ability", "reason", "since", "until")

    def __init__(self, ability: str, reason: str, since: int, until: int | None) -> None:
        self.ability = ability
        self.reason = reason
        self.since = since
        self.until = until


def modes(read: Read) -> list[Mode]:
    """Everything that is switched off now."""
    return [Mode(*row) for row in read.fast(_MODES)]


def check(read: Read, ability: Ability, now: int) -> None:
    """Raise :class:`SwitchedOff` when writes of this ability are refused at present.

    The commands of one transaction ask the database once.
    """
    if ability in ALWAYS:
        return
    for mode in _remembered(read) if isinstance(read, Transaction) else modes(read):
        if mode.ability in (ability, WHOLE_SERVER):
            wait = max((mode.until - now) / 1000, 1) if mode.until else UNKNOWN_WAIT_S
            words = _WORDS.get(mode.ability, N_("This is switched off"))
            message = joined((words, mode.reason), ": ") if mode.reason else joined((words, ""), ".")
            raise SwitchedOff(message, retry_after=wait, ability=str(mode.ability), reason=mode.reason)


def _remembered(tx: Transaction) -> list[Mode]:
    found: list[Mode] | None = tx.remembered.get(_REMEMBERED)
    if found is None:
        found = tx.remembered[_REMEMBERED] = modes(tx)
    return found


def switch_off(tx: Transaction, ability: str, reason: str, now: int, until: int | None, by: int | None) -> None:
    """Refuse an ability's writes from now on."""
    switch_on(tx, ability)
    tx.run(insert(service_modes).values(ability=ability, reason=reason, since=now, until=until, set_by=by))


def switch_on(tx: Transaction, ability: str) -> bool:
    """Allow an ability's writes again; whether they were refused."""
    tx.remembered.pop(_REMEMBERED, None)
    return tx.run(delete(service_modes).where(service_modes.c.ability == ability)) > 0
