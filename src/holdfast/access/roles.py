"""Roles as sets of permissions; rooms that need more add theirs here, and nobody asks for a role by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

RoleName = Literal["owner", "administrator", "moderator", "member"]

MEMBER: frozenset[str] = frozenset({"invites.create"})
MODERATOR: frozenset[str] = MEMBER | {
    "reports.read",
    "reports.write",
    "accounts.read",
    "accounts.suspend",
    "accounts.approve",
    "statuses.delete",
    "sign_up.block",
    "invites.revoke",
    "audit.read",
    "trends.write",
}
ADMINISTRATOR: frozenset[str] = MODERATOR | {
    "settings.write",
    "rules.write",
    "emoji.write",
    "announcements.write",
    "documents.write",
    "roles.grant",
    "jobs.write",
    "modes.write",
    "accounts.reset",
}
OWNER: frozenset[str] = ADMINISTRATOR | {"roles.grant_administrator", "server.own"}


@dataclass(frozen=True, slots=True)
class Role:
    """A role: its place in the order, what it is called, and what it may do."""

    rank: int
    name: str
    title: str
    permissions: frozenset[str]
    is_shown: bool  # on profiles


ROLES: dict[str, Role] = {
    "member": Role(0, "member", "", MEMBER, is_shown=False),
    "moderator": Role(1, "moderator", "Moderator", MODERATOR, is_shown=True),
    "administrator": Role(2, "administrator", "Administrator", ADMINISTRATOR, is_shown=True),
    "owner": Role(3, "owner", "Owner", OWNER, is_shown=True),
}


def permissions_of(role: str | None) -> frozenset[str]:
    """What a role may do; nothing for a role that this version does not know."""
    found = ROLES.get(role or "")
    return found.permissions if found else frozenset()
