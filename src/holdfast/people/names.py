"""What a name may be: local usernames, handles of other servers, and the names that people are shown under.

Two keys keep usernames apart: ``username_key`` (the same name in other letters' case) and ``skeleton``
(another name that looks the same). Both are meant for unique columns.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from holdfast.errors import Invalid
from holdfast.languages import say

LONGEST_USERNAME = 30
"""Characters of the longest local username."""

LONGEST_REMOTE_USERNAME = 255
"""Characters of the longest username of another server."""

LONGEST_DISPLAY_NAME = 30
"""Code points of the longest display name."""

_RESERVED_NAMES = """
    about abuse access account accounts activitypub actor admin administration administrator administrators
    admins all announcement announcements anonymous api apps auth authorize billing bot bots contact everyone
    deleted everybody ftp guest help helpdesk here holdfast hostmaster imap inbox info instance internal
    invite jobs legal login logout mail mailer_daemon marketing me media mod moderation moderator moderators
    mods newsletter nobody noreply no_reply null oauth official operator operators outbox owner owners payment
    payments pop pop3 postmaster press privacy public register relay report reports robot root rules sales
    search security server service settings setup shared_inbox shop signin signout signup smtp staff static
    status streaming support sys sysadmin system tags team terms tos trust undefined undisclosed
    unsubscribe usenet users verify void webmaster well_known www you
"""

RESERVED = frozenset(_RESERVED_NAMES.split())
"""Names that speak for the server or stand in its addresses; the set-up may still give them to the owner."""

_USERNAME = re.compile(r"[A-Za-z0-9_]+\Z", re.ASCII)
_REMOTE_USERNAME = re.compile(r"[A-Za-z0-9_]++(?:[.\-]++[A-Za-z0-9_]++)*+\Z")
_HOST = re.compile(r"(?!-)[a-z0-9_\-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_\-]{1,63}(?<!-))*+\Z")
_PORT = re.compile(r"[0-9]{1,5}\Z")
# Embeddings, overrides and isolates reach beyond the name into the text around it; the plain marks
# LRM and RLM do not, and right-to-left names need them. Interlinear and byte-order signs are invisible.
_HIDDEN = re.compile(r"[\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u00ad\u180e]")
# Joined signs need these between them; alone they make a name that nobody can see.
_INVISIBLE = frozenset("\u200b\u200c\u200d\u200e\u200f\u115f\u1160\u3164\uffa0\u2800")


@dataclass(frozen=True, slots=True)
class Handle:
    """A name and where it lives; ``domain`` is lower-case ASCII, or None for this server."""

    username: str
    domain: str | None

    def __str__(self) -> str:
        return f"{self.username}@{self.domain}" if self.domain else self.username


def check_username(name: str, *, reserved_allowed: bool = False) -> str:
    """Give back a name that a member may choose: 1 to 30 ASCII letters, digits, underscores; not reserved.

    Raises Invalid on ``username`` with ERR_BLANK, ERR_TOO_LONG, ERR_INVALID or ERR_RESERVED. Set-up allows
    reserved names, so that the owner can be ``admin``.
    """
    if not name or not name.strip():
        raise Invalid.field("username", "ERR_BLANK", say("Username can't be blank"))
    if len(name) > LONGEST_USERNAME:
        raise Invalid.field(
            "username", "ERR_TOO_LONG", say("Username is too long (at most %(most)s characters)", most=LONGEST_USERNAME)
        )
    if not _USERNAME.match(name):
        raise Invalid.field(
            "username", "ERR_INVALID", say("Username may only have the letters a to z, digits and underscores")
        )
    if not reserved_allowed and is_reserved(name):
        raise Invalid.field("username", "ERR_RESERVED", say("Username is reserved"))
    return name


def username_key(name: str) -> str:
    """Give the key under which a username is unique whatever its letters' case."""
    return name.casefold()


def is_reserved(name: str) -> bool:
    """Tell whether a name is reserved or looks like a reserved one; underscores around it hide nothing."""
    bare = name.strip("_") or name
    return bare.casefold() in RESERVED or skeleton(bare) in _reserved_skeletons()


def skeleton(name: str) -> str:
    """Give the key that all names share which look alike: ``paypa1`` and ``paypal``.

    Names are compared as they are shown, so case counts: a capital I looks like an l, a small i does not.
    Letters of other scripts are brought to the Latin ones they look like.
    """
    table = _lookalikes()
    shown = "".join(table.get(char, char) for char in unicodedata.normalize("NFKD", name))
    return shown.replace("rn", "m").replace("vv", "w").casefold()


def clean_display_name(text: str, *, longest: int = LONGEST_DISPLAY_NAME) -> str:
    """Give a display name on one line, without control and direction-overriding signs; may be empty.

    Raises Invalid on ``display_name`` with ERR_TOO_LONG past ``longest`` code points.
    """
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    text = _HIDDEN.sub("", unicodedata.normalize("NFC", text))
    text = "".join(" " if char.isspace() else char for char in text)
    text = " ".join("".join(char for char in text if unicodedata.category(char) != "Cc").split())
    if all(char in _INVISIBLE or unicodedata.category(char)[0] in "MZ" for char in text):
        return ""
    if len(text) > longest:
        raise Invalid.field(
            "display_name",
            "ERR_TOO_LONG",
            say("Display name is too long (at most %(longest)s characters)", longest=longest),
        )
    return text


def parse_handle(text: str, *, domain: str | None = None) -> Handle:
    """Read ``name``, ``@name``, ``name@domain``, ``@name@domain`` or ``acct:name@domain``.

    A handle at ``domain`` (this server's) is local. Raises Invalid on ``acct`` with ERR_BLANK, ERR_TOO_LONG
    or ERR_INVALID.
    """
    handle = text.strip().removeprefix("acct:").removeprefix("@")
    if not handle:
        raise Invalid.field("acct", "ERR_BLANK", say("Account can't be blank"))
    username, at, host = handle.partition("@")
    if not at:
        if len(username) > LONGEST_USERNAME:
            raise Invalid.field("acct", "ERR_TOO_LONG", say("Account name is too long"))
        if not _USERNAME.match(username):
            raise Invalid.field("acct", "ERR_INVALID", say("Account name is invalid"))
        return Handle(username, None)
    if len(username) > LONGEST_REMOTE_USERNAME:
        raise Invalid.field("acct", "ERR_TOO_LONG", say("Account name is too long"))
    if not _REMOTE_USERNAME.match(username):
        raise Invalid.field("acct", "ERR_INVALID", say("Account name is invalid"))
    known = normalise_domain(host, field="acct")
    ours = domain is not None and known == domain.casefold()
    return Handle(username, None if ours else known)


def normalise_domain(text: str, *, field: str = "domain") -> str:
    """Give a domain (with its port, if it has one) in lower-case ASCII, by IDNA.

    Raises Invalid on ``field`` with ERR_INVALID.
    """
    host, colon, port = text.strip().rstrip(".").partition(":")
    bad = Invalid.field(field, "ERR_INVALID", say("Domain is invalid"))
    if len(host) > 253 or (colon and not (_PORT.match(port) and int(port) < 65536)):
        raise bad
    host = host.lower()
    if not host.isascii() or "xn--" in host:
        import idna  # its tables take milliseconds to load, and most domains need none of them

        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except UnicodeError:
            raise bad from None
    if not _HOST.match(host):
        raise bad
    return f"{host}{colon}{port}"


@cache
def _lookalikes() -> dict[str, str]:
    """From a character to the ASCII letter it looks like, for all that look like one."""
    # 80 ms and a megabyte of tables: loaded when the first name is chosen, not when the server starts.
    from confusable_homoglyphs.confusables import confusables_data  # type: ignore[import-untyped]

    prototypes = {"I": "l", "1": "l", "|": "l", "0": "O"}
    table: dict[str, str] = dict(prototypes)
    for char, others in confusables_data.items():
        if len(char) != 1 or char.isascii():
            continue
        latin = [other["c"] for other in others if other["c"].isascii() and other["c"].isalnum()]
        if latin:
            best = min(latin, key=lambda seen: (len(seen), seen))
            table[char] = "".join(prototypes.get(letter, letter) for letter in best)
    return table


@cache
def _reserved_skeletons() -> frozenset[str]:
    return frozenset(skeleton(shown) for name in RESERVED for shown in (name, name.upper(), name.capitalize()))
