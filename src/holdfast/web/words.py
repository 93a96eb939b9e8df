"""The words in which pages say what the rooms below name by keys.

They are English until a page shows them, in its reader's language.
"""

from __future__ import annotations

import re

from holdfast.access import scopes as scope_tree
from holdfast.languages import N_, _
from holdfast.writes import WHOLE_SERVER, Ability

VISIBILITY = {
    "public": N_("Public"),
    "unlisted": N_("Quiet public"),
    "private": N_("Followers"),
    "direct": N_("Mentioned people"),
}

REGISTRATION = {
    "open": N_("Open to everybody"),
    "approval": N_("After a look at each request"),
    "invite": N_("By invitation from a member"),
    "closed": N_("Closed"),
}

REGISTRATION_CHOICES = (
    (
        "approval",
        N_("After a look at each request"),
        N_("People say why they want to join, and you or a moderator let them in."),
    ),
    ("invite", N_("By invitation"), N_("Members make links and send them to people they know.")),
    ("open", N_("Open"), N_("Whoever signs up is in at once. Be ready to moderate.")),
    ("closed", N_("Closed"), N_("Nobody can join.")),
)

METHODS = {
    "password": N_("password"),
    "passkey": N_("passkey"),
    "recovery": N_("recovery code"),
    "set-up": N_("the set-up"),
}

ROLES = {
    "member": N_("Member"),
    "moderator": N_("Moderator"),
    "administrator": N_("Administrator"),
    "owner": N_("Owner"),
}

SEVERITIES = {
    "sign_up_requires_approval": N_("Sign-up only with approval"),
    "sign_up_block": N_("No sign-up"),
    "no_access": N_("No access at all"),
}

CATEGORIES = {
    "spam": N_("Spam"),
    "legal": N_("Against the law"),
    "violation": N_("Against the rules"),
    "other": N_("Something else"),
}

_MODES = {
    Ability.SIGN_UP: (N_("Sign-up"), N_("Sign-up is paused")),
    Ability.POSTING: (N_("Posting"), N_("Posting is paused")),
    Ability.PROFILE: (N_("Profile changes"), N_("Profile changes are paused")),
    Ability.MEDIA: (N_("Uploads"), N_("Uploads are paused")),
    WHOLE_SERVER: (N_("All writing"), N_("The server is read-only")),
}


def mode_words(ability: str) -> str:
    """That something is switched off."""
    return _MODES.get(ability, ("", N_("Something is paused")))[1]


def mode_label(ability: str) -> str:
    """What can be switched off."""
    return _MODES.get(ability, (ability, ""))[0]


_WIDE = {
    "read": N_("See everything that you can see: posts, private messages, notifications, lists, and whom you follow"),
    "write": N_("Do everything in your name: post, delete, follow, block, change your profile"),
    "follow": N_("See and change whom you follow, mute and block"),
    "push": N_("Send you push notifications"),
    "profile": N_("See your name and profile only"),
    "admin:read": N_("See all accounts, reports and blocks of this server, as far as your role allows"),
    "admin:write": N_("Act on accounts, reports and blocks of this server, as far as your role allows"),
}
_NARROW = {
    "read:accounts": N_("See your account"),
    "read:blocks": N_("See whom you block"),
    "read:bookmarks": N_("See your bookmarks"),
    "read:collections": N_("See your collections"),
    "read:favourites": N_("See your favourites"),
    "read:filters": N_("See your filters"),
    "read:follows": N_("See whom you follow"),
    "read:lists": N_("See your lists"),
    "read:mutes": N_("See whom you mute"),
    "read:notifications": N_("See your notifications"),
    "read:search": N_("See what a search in your name finds"),
    "read:statuses": N_("See all posts that you can see, private ones too"),
    "write:accounts": N_("Change your profile"),
    "write:blocks": N_("Change whom you block"),
    "write:bookmarks": N_("Change your bookmarks"),
    "write:collections": N_("Change your collections"),
    "write:conversations": N_("Change which conversations are muted or gone"),
    "write:favourites": N_("Change your favourites"),
    "write:filters": N_("Change your filters"),
    "write:follows": N_("Change whom you follow"),
    "write:lists": N_("Change your lists"),
    "write:media": N_("Change your media"),
    "write:mutes": N_("Change whom you mute"),
    "write:notifications": N_("Change your notifications"),
    "write:reports": N_("Change reports in your name"),
    "write:statuses": N_("Post, edit and delete in your name"),
    "admin:read:accounts": N_("See accounts of this server, as far as your role allows"),
    "admin:read:canonical_email_blocks": N_("See blocked e-mail addresses of this server, as far as your role allows"),
    "admin:read:domain_allows": N_("See allowed domains of this server, as far as your role allows"),
    "admin:read:domain_blocks": N_("See blocked domains of this server, as far as your role allows"),
    "admin:read:email_domain_blocks": N_("See blocked e-mail domains of this server, as far as your role allows"),
    "admin:read:ip_blocks": N_("See blocked networks of this server, as far as your role allows"),
    "admin:read:reports": N_("See reports of this server, as far as your role allows"),
    "admin:write:accounts": N_("Change accounts of this server, as far as your role allows"),
    "admin:write:canonical_email_blocks": N_(
        "Change blocked e-mail addresses of this server, as far as your role allows"
    ),
    "admin:write:domain_allows": N_("Change allowed domains of this server, as far as your role allows"),
    "admin:write:domain_blocks": N_("Change blocked domains of this server, as far as your role allows"),
    "admin:write:email_domain_blocks": N_("Change blocked e-mail domains of this server, as far as your role allows"),
    "admin:write:ip_blocks": N_("Change blocked networks of this server, as far as your role allows"),
    "admin:write:reports": N_("Change reports of this server, as far as your role allows"),
}


def scope_words(scopes: str | frozenset[str]) -> list[str]:
    """What scopes allow, in plain words, the widest first; what a wider one covers is left out."""
    granted = frozenset(scopes.split()) if isinstance(scopes, str) else scopes
    covered = frozenset().union(*(scope_tree.BELOW.get(scope, frozenset()) for scope in granted))
    wide: list[str] = [words for scope, words in _WIDE.items() if scope in granted]
    narrow: list[str] = [_NARROW[scope] for scope in sorted(granted - covered - _WIDE.keys())]
    return wide + narrow


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
        return _("%(browser)s on %(system)s", browser=name, system=system) if system else name
    return re.sub(r"\s+", " ", user_agent)[:60] or _("Unknown browser")


MAIN_MENU = (  # address, icon, words, whether only where there is room
    ("/home", "house", N_("Home"), False),
    ("/explore", "compass", N_("Explore"), False),
    ("/write", "square-pen", N_("Write"), False),
    ("/notifications", "bell", N_("Notifications"), False),
    ("/conversations", "mail", N_("Messages"), True),
    ("/public", "radio", N_("Live feed"), True),
    ("/lists", "list", N_("Lists"), True),
    ("/bookmarks", "bookmark", N_("Bookmarks"), True),
    ("/favourites", "star", N_("Favourites"), True),
    ("/you", "circle-user", N_("You"), False),
    ("/settings", "settings", N_("Settings"), True),
)

SETTINGS_MENU = (
    ("/settings/profile", N_("Profile")),
    ("/settings/preferences", N_("Posting")),
    ("/settings/appearance", N_("Appearance")),
    ("/settings/reading", N_("Reading")),
    ("/settings/keys", N_("Keyboard")),
    ("/settings/notifications", N_("Whom you let through")),
    ("/settings/push", N_("Push notifications")),
    ("/settings/filters", N_("Filters")),
    ("/settings/hidden", N_("Muted and blocked")),
    ("/settings/decisions", N_("Decisions about you")),
    ("/settings/requests", N_("Requests about you")),
    ("/settings/reports", N_("Your reports")),
    ("/settings/old-posts", N_("Old posts")),
    ("/settings/collections", N_("Collections")),
    ("/settings/invites", N_("Invitations")),
    ("/settings/password", N_("Password")),
    ("/settings/passkeys", N_("Passkeys")),
    ("/settings/totp", N_("Authenticator app")),
    ("/settings/recovery_codes", N_("Recovery codes")),
    ("/settings/email", N_("E-mail address")),
    ("/settings/sessions", N_("Sessions and apps")),
    ("/settings/export", N_("Take your data with you")),
    ("/settings/import", N_("Bring your data along")),
    ("/settings/moving", N_("Move to another account")),
    ("/settings/delete", N_("Delete your account")),
)

ADMIN_MENU = (
    ("/admin", N_("Overview"), "accounts.read"),
    ("/admin/approvals", N_("Requests to join"), "accounts.approve"),
    ("/admin/members", N_("Members"), "accounts.read"),
    ("/admin/cases", N_("Cases"), "cases.read"),
    ("/admin/answers", N_("Answers of members"), "cases.read"),
    ("/admin/reports", N_("Reports"), "reports.read"),
    ("/admin/appeals", N_("Appeals"), "appeals.decide"),
    ("/admin/screening", N_("Screening"), "screening.write"),
    ("/admin/notices", N_("Notices"), "notices.read"),
    ("/admin/holds", N_("Legal holds"), "holds.read"),
    ("/admin/requests", N_("Requests by authorities"), "requests.read"),
    ("/admin/warnings", N_("Warnings"), "cases.decide"),
    ("/admin/transparency", N_("Transparency"), "transparency.read"),
    ("/admin/blocks", N_("Who is kept out"), "sign_up.block"),
    ("/admin/rules", N_("Rules"), "rules.write"),
    ("/admin/emojis", N_("Custom emoji"), "emoji.write"),
    ("/admin/announcements", N_("Announcements"), "announcements.write"),
    ("/admin/documents", N_("Terms and privacy"), "documents.write"),
    ("/admin/server", N_("The server"), "settings.write"),
    ("/admin/modes", N_("Service modes"), "modes.write"),
    ("/admin/jobs", N_("Jobs"), "jobs.write"),
    ("/admin/metrics", N_("Metrics"), "metrics.read"),
    ("/admin/setup", N_("First steps"), "server.own"),
)

DONE = {
    "decided": N_("Decided, and in force. The letter leaves after a minute; until then nobody notices an undo."),
    "word_sent": N_("Sent."),
    "bulk_stopped": N_("Halted. What was decided so far stands."),
    "bulk_resumed": N_("It goes on."),
    "bulk_undone": N_("All of it is being taken back."),
    "decision_undone": N_("Taken back. Everything it changed is as before."),
    "case_given_back": N_("Given back to the queue."),
    "case_escalated": N_("Left to those who may decide about more."),
    "no_case_left": N_("No case is left that you could take."),
    "moved": N_("You have moved. Your followers are being sent to the other account."),
    "back": N_("You are here again."),
    "import": N_("The file is taken. What it says is being done; this page shows how far it is."),
    "saved": N_("Saved."),
    "appealed": N_("Your appeal is filed. Somebody else than who decided will look at it."),
    "answered": N_("The appeal is answered."),
    "first_keys": N_("The usual keys are back. What you had chosen is forgotten."),
    "push_on": N_("This browser is told from now on, even while no page is open."),
    "push_off": N_("This browser is told nothing any more."),
    "password": N_("The password is changed. Your other sessions have ended."),
    "ended": N_("Ended."),
    "shut_out": N_("The app can no longer use your account."),
    "added": N_("The passkey is added. You can sign in with it from now on."),
    "removed": N_("Removed."),
    "in_list": N_("Put into the list."),
    "letter": N_("A letter is on its way. Open the link in it."),
    "made": N_("The link is made. Copy it from the list and send it on."),
    "revoked": N_("Taken back. Nobody can join with it any more."),
    "totp_off": N_("You sign in without codes again."),
    "approved": N_("Let in."),
    "rejected": N_("Turned down and erased."),
    "asked_applicant": N_("Asked. Where there is an address, a letter leads to the page for the answer."),
    "hold_placed": N_("Held. The sealed copy is made."),
    "hold_lifted": N_("Lifted. Key and copy are destroyed."),
    "application_answered": N_("Sent. You hear from the team."),
    "lifted": N_("The block is lifted."),
    "published": N_("Published. It is in force now."),
    "draft": N_("Your draft is saved on this server."),
    "files": N_("The form is as you left it, and saved as a draft."),
    "scheduled": N_("Scheduled. It is published by itself when its time comes."),
    "rescheduled": N_("It has another time now."),
    "cancelled": N_("Cancelled. It will not be published."),
    "discarded": N_("The draft is deleted."),
    "hidden": N_("Put away. First steps, in the menu, has it."),
    "letter_taken": N_("The letter was taken. Look whether it arrives."),
    "retried": N_("Tried again. Look here in a moment."),
}
