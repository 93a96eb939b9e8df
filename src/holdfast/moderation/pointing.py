"""What a letter points at: addresses of this server, handles and hashtags, found in text of any kind.

Letters come as prose, lists, tables or Markdown; links in them carry tracking parameters, lose their scheme, end in a
full stop or are made harmless (``hxxps``, ``[.]``). Nothing here asks the database.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple
from urllib.parse import unquote, urlsplit

Kind = Literal["post", "account", "account_id", "media", "picture", "hashtag", "other", "foreign", "unread"]

LONGEST_WRITTEN = 500  # characters of an entry that are kept

# Brackets, quotes and separators end an address: none of ours has any in it.
_ADDRESS = re.compile(r"(?:h(?:tt|xx)ps?)://[^\s<>\"'`|\\^{}()\[\],;*]+", re.IGNORECASE)
_DEFANGED = re.compile(r"\[\.\]|\(\.\)|\{\.\}|\[:\]", re.IGNORECASE)
_SCHEME = re.compile(r"hxxp", re.IGNORECASE)
_HANDLE = re.compile(r"[\s>*\-•\"'(]*@([A-Za-z0-9_][\w.\-]*(?:@[\w.\-:]+)?)[\s\"'.,;)]*", re.ASCII)
_TRAILING = ".,:;!?'\"…»”’"
_NAME = r"[A-Za-z0-9_][A-Za-z0-9_.\-]*(?:@[A-Za-z0-9_.\-:]+)?"
_ID = r"(\d{1,19})(?=$|[/.])"

_PATHS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("post", re.compile(rf"/@{_NAME}/{_ID}", re.ASCII)),
    ("post", re.compile(rf"/users/{_NAME}/statuses/{_ID}", re.ASCII)),
    ("post", re.compile(rf"/(?:web/)?statuses/{_ID}", re.ASCII)),
    ("post", re.compile(rf"/api/v\d/statuses/{_ID}", re.ASCII)),
    ("account_id", re.compile(rf"/api/v\d/accounts/{_ID}", re.ASCII)),
    ("account", re.compile(rf"/@({_NAME})(?:/(?:with_replies|media|featured|followers|following))?/?$", re.ASCII)),
    ("account", re.compile(rf"/users/({_NAME})/?$", re.ASCII)),
    ("picture", re.compile(r"/media/profile/([A-Za-z0-9_.\-]+)$", re.ASCII)),
    ("media", re.compile(r"/media/(?:small/)?([A-Za-z0-9_.\-]+)$", re.ASCII)),
    ("hashtag", re.compile(r"/tags/([^/]+)/?$")),
)


class Mention(NamedTuple):
    """One entry of a letter: what kind of thing it points at, its id or name there, and how it was written.

    ``other`` is an address of ours that is none of these things, ``foreign`` one of somebody else, ``unread`` a line
    of a list in which nothing was found.
    """

    kind: Kind
    key: str
    written: str


def mentions(body: str, hosts: frozenset[str]) -> list[Mention]:
    """Everything that a letter points at, in its order; ``hosts`` are the names (with port) under which we are known.

    The same thing may come more than once: only the database knows which addresses are one thing.
    """
    without_scheme = _pattern_of(hosts)
    found: list[Mention] = []
    for block in _blocks(body):
        each = [list(_in_line(line, hosts, without_scheme)) for line in block]
        filled = sum(bool(one) for one in each)
        is_list = filled >= 2 and filled * 2 >= len(block)
        for place, (line, here) in enumerate(zip(block, each, strict=True)):
            if here:
                found.extend(here)
            elif is_list and not _is_heading(line, place):
                found.append(Mention("unread", "", _short(line)))
    return found


def _pattern_of(hosts: frozenset[str]) -> re.Pattern[str]:
    names = "|".join(re.escape(host) for host in sorted(hosts))
    return re.compile(rf"(?<![\w.@/\-])(?:www\.)?(?:{names})/[^\s<>\"'`|\\^{{}}()\[\],;*]+", re.IGNORECASE)


def _blocks(body: str) -> Iterator[list[str]]:
    """Runs of lines between empty ones."""
    block: list[str] = []
    for line in body.splitlines():
        if line.strip():
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _is_heading(line: str, place: int) -> bool:
    """Whether a line that points at nothing is the head of the list below it, or a rule under that."""
    words = line.strip()
    is_head = place == 0 and (words.endswith(":") or not any(sign.isdigit() for sign in words))
    return is_head or not any(sign.isalnum() for sign in words)


def _in_line(line: str, hosts: frozenset[str], without_scheme: re.Pattern[str]) -> Iterator[Mention]:
    plain = _SCHEME.sub("http", _DEFANGED.sub(lambda m: m[0][1], line))
    places = [(m.start(), m[0]) for m in _ADDRESS.finditer(plain)]
    places += [(m.start(), f"https://{m[0]}") for m in without_scheme.finditer(plain)]
    for _, address in sorted(places):
        yield _read(address.rstrip(_TRAILING), hosts)
    if not places and (handle := _HANDLE.fullmatch(line)):
        yield Mention("account", handle[1].rstrip("."), _short(line))


def _read(address: str, hosts: frozenset[str]) -> Mention:
    """What one address points at."""
    try:
        parts = urlsplit(address)
        host = parts.netloc.rpartition("@")[2].lower().rstrip(".")
        path = unquote(parts.path)
    except ValueError:
        return Mention("foreign", "", _short(address))
    host = host.removesuffix(":443").removesuffix(":80")
    if host not in hosts and host.removeprefix("www.") not in hosts:
        return Mention("foreign", "", _short(address))
    path = re.sub("/{2,}", "/", path).rstrip(_TRAILING)
    for kind, pattern in _PATHS:
        if match := pattern.match(path):
            return Mention(kind, match[1], _short(address))
    return Mention("other", "", _short(address))


def _short(text: str) -> str:
    words = " ".join(text.replace("\x00", " ").split())
    return words if len(words) <= LONGEST_WRITTEN else words[: LONGEST_WRITTEN - 1] + "…"
