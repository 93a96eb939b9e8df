"""Which open streams have to end because of what has happened: one rule for every door that keeps some open."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from holdfast.access.events import AccessRevoked, MemberLeft, SignInDisabled, SignUpBlocksChanged
from holdfast.access.sign_up_blocks import Gate
from holdfast.events import Event
from holdfast.people import AccountDeleted, AccountSuspended

_CLOSING: frozenset[type[Event]] = frozenset({SignInDisabled, MemberLeft, AccountSuspended, AccountDeleted})

ENDING: frozenset[type[Event]] = _CLOSING | {AccessRevoked, SignUpBlocksChanged}
"""The events that :func:`ended_by` has something to say of."""


class Opened(Protocol):
    """An open stream: whose, by which app's token or browser's session (both are in ``token_id``), from where."""

    @property
    def account_id(self) -> int: ...

    @property
    def token_id(self) -> int | None: ...

    @property
    def ip(self) -> str: ...


class Ended(NamedTuple):
    """Which streams end, and why."""

    which: Callable[[Opened], bool]
    reason: str


def ended_by(event: Event, gate: Gate) -> Ended | None:
    """What an event ends; None where it ends nothing. ``gate`` has heard of the event before."""
    if isinstance(event, AccessRevoked):
        revoked = frozenset((*event.token_ids, *event.session_ids))
        return Ended(lambda one: one.token_id in revoked, "access was revoked")
    if isinstance(event, SignUpBlocksChanged):
        return Ended(lambda one: gate.refuses(one.ip), "the network was blocked")
    if type(event) in _CLOSING:
        closed: int = event.account_id  # type: ignore[attr-defined]
        return Ended(lambda one: one.account_id == closed, "the account was closed")
    return None
