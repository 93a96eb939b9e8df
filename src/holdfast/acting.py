"""Who acts: the one value that every command is given, so that nobody is ambient."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Acting:
    """An account (or the system, or nobody) with what it may do in this call.

    ``account_id`` is None for strangers and for the system. ``scopes`` limit an app; ``None`` means
    that no app stands between (web session, command line). ``permissions`` come from the role.
    ``app_id`` names the app that a post is attributed to.
    """

    account_id: int | None = None
    scopes: frozenset[str] | None = None
    permissions: frozenset[str] = field(default_factory=frozenset)
    app_id: int | None = None
    token_id: int | None = None
    ip: str = ""
    is_system: bool = False

    @property
    def known_id(self) -> int:
        """The acting account's id; only for commands whose door has seen to it that somebody is signed in."""
        if self.account_id is None:
            raise LookupError("nobody is acting here")
        return self.account_id

    def may(self, permission: str) -> bool:
        """Whether the role (or the system) grants a permission."""
        return self.is_system or permission in self.permissions


STRANGER = Acting()
SYSTEM = Acting(is_system=True)
