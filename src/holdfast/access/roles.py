"""Roles as sets of permissions; rooms that need more add theirs here, and nobody asks for a role by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

RoleName = Literal["owner", "administrator", "auditor", "moderator", "volunteer", "trusted_flagger", "member"]

MEMBER: frozenset[str] = frozenset({"invites.create"})
TRUSTED_FLAGGER: frozenset[str] = MEMBER | {"signals.trusted"}
VOLUNTEER: frozenset[str] = MEMBER | {"cases.read", "cases.decide", "reports.read"}
AUDITOR: frozenset[str] = MEMBER | {
    "cases.read",
    "reports.read",
    "accounts.read",
    "audit.read",
    "evidence.export",
    "holds.read",
    "notices.read",
    "requests.read",
    "transparency.read",
}
MODERATOR: frozenset[str] = VOLUNTEER | {
    "cases.decide_grave",
    "appeals.decide",
    "evidence.export",
    "notices.read",
    "notices.write",
    "screening.write",
    "signals.raise",
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
    "cases.oversee",
    "holds.read",
    "holds.write",
    "requests.read",
    "requests.write",
    "transparency.read",
    "transparency.write",
    "servers.write",
    "settings.write",
    "rules.write",
    "emoji.write",
    "announcements.write",
    "documents.write",
    "roles.grant",
    "jobs.write",
    "modes.write",
    "metrics.read",
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
    "trusted_flagger": Role(1, "trusted_flagger", "Trusted flagger", TRUSTED_FLAGGER, is_shown=False),
    "volunteer": Role(2, "volunteer", "Volunteer moderator", VOLUNTEER, is_shown=False),
    "moderator": Role(3, "moderator", "Moderator", MODERATOR, is_shown=True),
    "auditor": Role(4, "auditor", "Auditor", AUDITOR, is_shown=False),
    "administrator": Role(5, "administrator", "Administrator", ADMINISTRATOR, is_shown=True),
    "owner": Role(6, "owner", "Owner", OWNER, is_shown=True),
}


def permissions_of(role: str | None) -> frozenset[str]:
    """What a role may do; nothing for a role that this version does not know."""
    found = ROLES.get(role or "")
    return found.permissions if found else frozenset()
