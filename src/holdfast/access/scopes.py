"""What an app may do for a member: the tree of OAuth scopes.

A wide scope covers the narrow ones below it: `read` covers `read:statuses`, `admin:write` covers
`admin:write:reports`. `follow` is an old name for reading and writing follows, blocks and mutes.
`profile` and `push` stand alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from holdfast.errors import Invalid

_READ = "accounts blocks bookmarks collections favourites filters follows lists mutes notifications search statuses"
_WRITE = (
    "accounts blocks bookmarks collections conversations favourites filters follows lists media mutes "
    "notifications reports statuses"
)
_ADMIN = "accounts canonical_email_blocks domain_allows domain_blocks email_domain_blocks ip_blocks reports"


def _branch(wide: str, narrow: str) -> frozenset[str]:
    return frozenset(f"{wide}:{name}" for name in narrow.split())


BELOW: dict[str, frozenset[str]] = {
    "profile": frozenset(),
    "push": frozenset(),
    "read": _branch("read", _READ),
    "write": _branch("write", _WRITE),
    "follow": _branch("read", "follows blocks mutes") | _branch("write", "follows blocks mutes"),
    "admin:read": _branch("admin:read", _ADMIN),
    "admin:write": _branch("admin:write", _ADMIN),
}
ALL: frozenset[str] = frozenset(BELOW).union(*BELOW.values())
DEFAULT: frozenset[str] = frozenset({"read"})  # what an app gets that asks for nothing


class UnknownScope(Invalid):
    """The requested scope is invalid, unknown, or malformed."""

    key = "invalid_scope"


def parse(text: str) -> frozenset[str]:
    """Read scopes separated by blanks; the empty text is the empty set. Raises UnknownScope."""
    scopes = frozenset(text.split())
    if not scopes <= ALL:
        raise UnknownScope()
    return scopes


def text(scopes: Iterable[str]) -> str:
    """Write scopes as one text, sorted, as `parse` reads it."""
    return " ".join(sorted(scopes))


def spread(granted: Iterable[str]) -> frozenset[str]:
    """Add to the scopes all those below them."""
    scopes = frozenset(granted)
    return scopes.union(*(BELOW.get(scope, frozenset()) for scope in scopes))


def covers(granted: Iterable[str], needed: str) -> bool:
    """Tell whether the granted scopes allow what is needed.

    `needed` is one scope, `a|b` for any of several, `a&b` for all; `&` binds tighter. Nothing
    needed is always covered.
    """
    if not needed:
        return True
    have = spread(granted)
    return any(have.issuperset(group.split("&")) for group in needed.split("|"))


def narrower(requested: Iterable[str], registered: Iterable[str]) -> bool:
    """Tell whether the requested scopes stay within what the app registered for."""
    return spread(registered).issuperset(requested)
