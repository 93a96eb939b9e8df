"""The words in which pages say what the rooms below name by keys."""

from __future__ import annotations

import re

from holdfast.access import scopes as scope_tree
from holdfast.writes import WHOLE_SERVER, Ability

VISIBILITY = {
    "public": "Public",
    "unlisted": "Quiet public",
    "private": "Followers",
    "direct": "Mentioned people",
}

REGISTRATION = {
    "open": "Open to everybody",
    "approval": "After a look at each request",
    "invite": "By invitation from a member",
    "closed": "Closed",
}

REGISTRATION_CHOICES = (
    (
        "approval",
        "After a look at each request",
        "People say why they want to join, and you or a moderator let them in.",
    ),
    ("invite", "By invitation", "Members make links and send them to people they know."),
    ("open", "Open", "Whoever signs up is in at once. Be ready to moderate."),
    ("closed", "Closed", "Nobody can join."),
)

METHODS = {
    "password": "password",
    "passkey": "passkey",
    "recovery": "recovery code",
    "set-up": "the set-up",
}

ROLES = {"member": "Member", "moderator": "Moderator", "administrator": "Administrator", "owner": "Owner"}

SEVERITIES = {
    "sign_up_requires_approval": "Sign-up only with approval",
    "sign_up_block": "No sign-up",
    "no_access": "No access at all",
}

CATEGORIES = {"spam": "Spam", "legal": "Against the law", "violation": "Against the rules", "other": "Something else"}

_MODES = {
    Ability.SIGN_UP: ("Sign-up", "Sign-up is paused"),
    Ability.POSTING: ("Posting", "Posting is paused"),
    Ability.PROFILE: ("Profile changes", "Profile changes are paused"),
    Ability.MEDIA: ("Uploads", "Uploads are paused"),
    WHOLE_SERVER: ("All writing", "The server is read-only"),
}


def mode_words(ability: str) -> str:
    """That something is switched off."""
    return _MODES.get(ability, ("", "Something is paused"))[1]


def mode_label(ability: str) -> str:
    """What can be switched off."""
    return _MODES.get(ability, (ability, ""))[0]


_WIDE = {
    "read": "See everything that you can see: posts, private messages, notifications, lists, and whom you follow",
    "write": "Do everything in your name: post, delete, follow, block, change your profile",
    "follow": "See and change whom you follow, mute and block",
    "push": "Send you push notifications",
    "profile": "See your name and profile only",
    "admin:read": "See all accounts, reports and blocks of this server, as far as your role allows",
    "admin:write": "Act on accounts, reports and blocks of this server, as far as your role allows",
}
_THINGS = {
    "accounts": ("your account", "your profile"),
    "blocks": ("whom you block", "whom you block"),
    "bookmarks": ("your bookmarks", "your bookmarks"),
    "collections": ("your collections", "your collections"),
    "conversations": ("your conversations", "which conversations are muted or gone"),
    "favourites": ("your favourites", "your favourites"),
    "filters": ("your filters", "your filters"),
    "follows": ("whom you follow", "whom you follow"),
    "lists": ("your lists", "your lists"),
    "media": ("your media", "your media"),
    "mutes": ("whom you mute", "whom you mute"),
    "notifications": ("your notifications", "your notifications"),
    "reports": ("your reports", "reports in your name"),
    "search": ("what a search in your name finds", "searches"),
    "statuses": ("all posts that you can see, private ones too", "posts in your name"),
}


def scope_words(scopes: str | frozenset[str]) -> list[str]:
    """What scopes allow, in plain words, the widest first; what a wider one covers is left out."""
    granted = frozenset(scopes.split()) if isinstance(scopes, str) else scopes
    covered = frozenset().union(*(scope_tree.BELOW.get(scope, frozenset()) for scope in granted))
    wide = [words for scope, words in _WIDE.items() if scope in granted]
    narrow = [_narrow(scope) for scope in sorted(granted - covered - _WIDE.keys())]
    return wide + narrow


def _narrow(scope: str) -> str:
    verb, _, thing = scope.rpartition(":")
    if verb.startswith("admin"):
        kind = "See" if verb.endswith("read") else "Change"
        return f"{kind} {thing.replace('_', ' ')} of this server, as far as your role allows"
    seen, changed = _THINGS.get(thing, (thing, thing))
    if verb == "read":
        return f"See {seen}"
    return "Post, edit and delete in your name" if thing == "statuses" else f"Change {changed}"


_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser(user_agent: str) -> str:
    """A browser and its system, as far as the browser tells."""
    name = next((label for mark, label in _BROWSERS if mark in user_agent), "")
    system = next((label for mark, label in _SYSTEMS if mark in user_agent), "")
    if name:
        return f"{name} on {system}" if system else name
    return re.sub(r"\s+", " ", user_agent)[:60] or "Unknown browser"


MAIN_MENU = (  # address, icon, words, whether only where there is room
    ("/home", "house", "Home", False),
    ("/explore", "compass", "Explore", False),
    ("/write", "square-pen", "Write", False),
    ("/notifications", "bell", "Notifications", False),
    ("/conversations", "mail", "Messages", True),
    ("/public", "radio", "Live feed", True),
    ("/lists", "list", "Lists", True),
    ("/bookmarks", "bookmark", "Bookmarks", True),
    ("/favourites", "star", "Favourites", True),
    ("/you", "circle-user", "You", False),
    ("/settings", "settings", "Settings", True),
)

SETTINGS_MENU = (
    ("/settings/profile", "Profile"),
    ("/settings/preferences", "Posting"),
    ("/settings/appearance", "Appearance"),
    ("/settings/reading", "Reading"),
    ("/settings/keys", "Keyboard"),
    ("/settings/notifications", "Whom you let through"),
    ("/settings/push", "Push notifications"),
    ("/settings/filters", "Filters"),
    ("/settings/hidden", "Muted and blocked"),
    ("/settings/old-posts", "Old posts"),
    ("/settings/collections", "Collections"),
    ("/settings/invites", "Invitations"),
    ("/settings/password", "Password"),
    ("/settings/passkeys", "Passkeys"),
    ("/settings/totp", "Authenticator app"),
    ("/settings/recovery_codes", "Recovery codes"),
    ("/settings/email", "E-mail address"),
    ("/settings/sessions", "Sessions and apps"),
    ("/settings/export", "Take your data with you"),
    ("/settings/import", "Bring your data along"),
    ("/settings/moving", "Move to another account"),
    ("/settings/delete", "Delete your account"),
)

ADMIN_MENU = (
    ("/admin/approvals", "Requests to join", "accounts.approve"),
    ("/admin/members", "Members", "accounts.read"),
    ("/admin/reports", "Reports", "reports.read"),
    ("/admin/blocks", "Who is kept out", "sign_up.block"),
    ("/admin/rules", "Rules", "rules.write"),
    ("/admin/emojis", "Custom emoji", "emoji.write"),
    ("/admin/announcements", "Announcements", "announcements.write"),
    ("/admin/documents", "Terms and privacy", "documents.write"),
    ("/admin/server", "The server", "settings.write"),
    ("/admin/modes", "Service modes", "modes.write"),
    ("/admin/jobs", "Jobs", "jobs.write"),
)

DONE = {
    "moved": "You have moved. Your followers are being sent to the other account.",
    "back": "You are here again.",
    "import": "The file is taken. What it says is being done; this page shows how far it is.",
    "saved": "Saved.",
    "first_keys": "The usual keys are back. What you had chosen is forgotten.",
    "push_on": "This browser is told from now on, even while no page is open.",
    "push_off": "This browser is told nothing any more.",
    "password": "The password is changed. Your other sessions have ended.",
    "ended": "Ended.",
    "shut_out": "The app can no longer use your account.",
    "added": "The passkey is added. You can sign in with it from now on.",
    "removed": "Removed.",
    "in_list": "Put into the list.",
    "letter": "A letter is on its way. Open the link in it.",
    "made": "The link is made. Copy it from the list and send it on.",
    "revoked": "Taken back. Nobody can join with it any more.",
    "totp_off": "You sign in without codes again.",
    "approved": "Let in.",
    "rejected": "Turned down and erased.",
    "lifted": "The block is lifted.",
    "published": "Published. It is in force now.",
    "draft": "Your draft is saved on this server.",
    "files": "The form is as you left it, and saved as a draft.",
    "scheduled": "Scheduled. It is published by itself when its time comes.",
    "rescheduled": "It has another time now.",
    "cancelled": "Cancelled. It will not be published.",
    "discarded": "The draft is deleted.",
    "retried": "Tried again. Look here in a moment.",
}
