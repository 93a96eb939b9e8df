"""Find links, hashtags and handles in a text, in time that grows with its length and no faster.

Every repetition in the pattern is possessive: there is nothing to go back to.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address

LONGEST_TAG = 100
"""Code points of the longest hashtag; what is longer stays text."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A hashtag: ``name`` is the normalised key, ``written`` what the author typed."""

    name: str
    written: str


@dataclass(frozen=True, slots=True)
class Link:
    start: int
    end: int
    href: str


@dataclass(frozen=True, slots=True)
class Hashtag:
    start: int
    end: int
    tag: Tag


@dataclass(frozen=True, slots=True)
class Handle:
    start: int
    end: int
    name: str
    domain: str | None


Token = Link | Hashtag | Handle

# Invisible and direction-changing characters end a link, so that it cannot look like another one;
# so does the punctuation of languages that put no space after a link.
_NOT_IN_URLS = (
    r"\s<>\"`\\\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
    "、。，．！？；：「」『』（）【】《》〈〉"
)
_TOKEN = re.compile(
    rf"(?<![A-Za-z0-9@#$_/.\-])[Hh][Tt][Tt][Pp][Ss]?://(?P<url>[^{_NOT_IN_URLS}]++)"
    r"|(?<![\w/)=&])[#＃](?P<tag>[^\s!-/:-@\[-^`{-~]++)"
    r"|(?<![\w/=])@(?P<name>[A-Za-z0-9_]++(?:[.\-]++[A-Za-z0-9_]++)*+)"
    r"(?:@(?P<domain>\w++(?:[.\-]++\w++)*+(?::[0-9]{1,5}+)?+))?+"
)
_AUTHORITY_END = re.compile(r"[/?#]")
_HOST = re.compile(r"(?!-)[a-z0-9_\-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_\-]{1,63}(?<!-))*+\Z")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")

_TRAILING = frozenset(".,;:!?'*&…‘’“”«»")
_CLOSERS = {")": "(", "]": "[", "}": "{"}
_OPENERS = {opener: closer for closer, opener in _CLOSERS.items()}
_JOINERS = "·・\u200c"  # part of a hashtag when inside it


def scan(text: str) -> list[Token]:
    """Find links, hashtags and handles, in order; nothing inside a link is anything else."""
    tokens: list[Token] = []
    at = 0
    while match := _TOKEN.search(text, at):
        at = match.end()
        token: Token | None
        if match["url"]:
            token = _as_link(match)
        elif match["tag"]:
            token = _as_hashtag(match)
            at = match.start() + 1
        else:
            token = _as_handle(match)
        if token:
            tokens.append(token)
            at = token.end
    return tokens


def _as_link(match: re.Match[str]) -> Link | None:
    run = match["url"]
    run = run[: _sentence_trimmed(run)]
    end = _AUTHORITY_END.search(run)
    authority, rest = (run[: end.start()], run[end.start() :]) if end else (run, "")
    host, colon, port = authority.partition(":")
    if colon and not (port.isascii() and port.isdigit() and len(port) <= 5 and int(port) < 65536):
        return None  # a name and password before the host end here too: they serve to deceive
    known = _ascii_host(host)
    if known is None or not _is_public_looking(known):
        return None
    start, url_at = match.start(), match.start("url")
    scheme = match.string[start:url_at].lower()
    return Link(start, url_at + len(run), f"{scheme}{known}{colon}{port}{rest}")


def _as_hashtag(match: re.Match[str]) -> Hashtag | None:
    run = match["tag"]
    length = next((i for i, char in enumerate(run) if not _in_tag(char)), len(run))
    written = run[:length].rstrip(_JOINERS)
    if not written or len(written) > LONGEST_TAG or unicodedata.category(written[0])[0] == "M":
        return None
    if not any(char.isalpha() for char in written):
        return None
    name = normalise_tag(written)
    start = match.start()
    return Hashtag(start, start + 1 + len(written), Tag(name, written)) if name else None


def _as_handle(match: re.Match[str]) -> Handle | None:
    name, domain, start = match["name"], match["domain"], match.start()
    if domain is None:
        local = re.split(r"[.\-]", name, maxsplit=1)[0]  # names of ours have neither dot nor hyphen
        return Handle(start, start + 1 + len(local), local, None)
    host, colon, port = domain.partition(":")
    known = _ascii_host(host)
    if known is None:
        return None
    return Handle(start, match.end(), name, f"{known}{colon}{port}")


def _in_tag(char: str) -> bool:
    return char.isalnum() or char == "_" or char in _JOINERS or unicodedata.category(char)[0] == "M"


def _sentence_trimmed(run: str) -> int:
    """Where a link ends when the punctuation after it belongs to the sentence around it."""
    surplus = {closer: run.count(closer) - run.count(opener) for closer, opener in _CLOSERS.items()}
    end = len(run)
    while end:
        char = run[end - 1]
        if char in _OPENERS:
            surplus[_OPENERS[char]] += 1
        elif surplus.get(char, 0) > 0:
            surplus[char] -= 1
        elif char not in _TRAILING:
            break
        end -= 1
    return end


@lru_cache(maxsize=4096)
def _ascii_host(host: str) -> str | None:
    """Give a host in lower-case ASCII; None when it is not one."""
    host = host.lower()
    if not host or len(host) > 253:
        return None
    if not host.isascii() or "xn--" in host:
        import idna  # its tables take milliseconds to load, and most texts need none of them

        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except UnicodeError:
            return None
    return host if _HOST.match(host) else None


def _is_public_looking(host: str) -> bool:
    """Whether a host in a text was meant as an address: a name with a dot and a top, or an IPv4 address."""
    _, dot, top = host.rpartition(".")
    if top[:1].isdigit():
        try:
            return bool(IPv4Address(host))
        except ValueError:
            return False
    return bool(dot) and len(top) > 1 and "_" not in top


def normalise_tag(written: str) -> str:
    """Give the key under which a hashtag (without its sign) is kept; empty when it cannot be one."""
    key = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", written).casefold())
    # A few letters of one code point are compositions with spaces in them.
    return "".join(char for char in key if _in_tag(char))


def tidy(text: str) -> str:
    return without_controls(text).strip()


def without_controls(text: str) -> str:
    text = encodable(text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", text)


def encodable(text: str) -> str:
    """Replace halves of surrogate pairs, which JSON can smuggle in and no encoding can carry out."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
