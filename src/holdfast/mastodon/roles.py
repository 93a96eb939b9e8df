"""Roles in the words of the client API."""

from __future__ import annotations

from holdfast import people
from holdfast.access import Role as OurRole
from holdfast.mastodon.entities import Role
from holdfast.mastodon.rendering.accounts import ROLE_COLORS

# Which bits of the documented role stand for which of our permissions.
_BITS = {
    "server.own": 0x1,
    "audit.read": 0x4,
    "metrics.read": 0x8,
    "reports.write": 0x10,
    "servers.write": 0x20,
    "settings.write": 0x40,
    "sign_up.block": 0x80,
    "trends.write": 0x100,
    "appeals.decide": 0x200,
    "accounts.suspend": 0x400,
    "invites.revoke": 0x800,
    "rules.write": 0x1000,
    "announcements.write": 0x2000,
    "emoji.write": 0x4000,
    "invites.create": 0x10000,
    "roles.grant": 0x20000,
    "accounts.reset": 0x40000,
}
_SEES_FEEDS = 0x100000


def role_entity(role: OurRole) -> Role:
    """A role with what it permits."""
    bits = _SEES_FEEDS
    for permission in role.permissions:
        bits |= _BITS.get(permission, 0)
    return Role(
        id=str(role.rank),
        name=role.title,
        color=ROLE_COLORS.get(role.name, ""),
        permissions=str(bits),
        highlighted=role.is_shown,
        collection_limit=people.MOST_COLLECTIONS,
    )
