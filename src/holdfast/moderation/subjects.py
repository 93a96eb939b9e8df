"""What a case can be about, and what the database knows of it: whose it is, in which version, how far it reaches."""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args
from zlib import crc32

from holdfast import posts
from holdfast.store import HOUR, Hot, Read

Kind = Literal["post", "account", "media", "hashtag", "link", "domain"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_POST = Hot(
    "SELECT author_id, COALESCE(edited_at, created_at), created_at, language FROM statuses WHERE id = :id "
    "AND boost_of_id IS NULL AND deleted_at IS NULL"
)
_ACCOUNT = Hot(
    "SELECT id, revision, created_at, default_language, followers_count FROM accounts "
    "WHERE id = :id AND deleted_at IS NULL"
)
_MEDIA = Hot("SELECT account_id, id, created_at, status_id FROM media WHERE id = :id")

_IS_THERE = Hot("SELECT id FROM statuses WHERE id = :id AND boost_of_id IS NULL AND deleted_at IS NULL")
_POST_OF_MEDIA = Hot(
    "SELECT m.status_id FROM media m JOIN statuses s ON s.id = m.status_id WHERE m.id = :id AND s.deleted_at IS NULL"
)


class Subject(NamedTuple):
    """What a case is about: an id for posts, accounts and media, a normalised name for the others."""

    kind: Kind
    key: str

    @property
    def id(self) -> int:
        """The id of a post, account or media file."""
        return int(self.key)

    @property
    def lock(self) -> int:
        """The number under which what is written about it goes one after the other."""
        return self.id if self.key.isdecimal() else crc32(f"{self.kind}:{self.key}".encode())

    @classmethod
    def post(cls, status_id: int) -> Subject:
        """A post."""
        return cls("post", str(status_id))

    @classmethod
    def account(cls, account_id: int) -> Subject:
        """An account."""
        return cls("account", str(account_id))


class Standing(NamedTuple):
    """A subject as it is now. ``version`` changes when it reads differently; ``reach`` is views an hour."""

    account_id: int | None
    version: str
    views: int
    reach: float
    language: str | None


def standing(r: Read, subject: Subject, now: int) -> Standing | None:
    """How a subject stands; None when there is no such thing, or no more."""
    if subject.kind == "post":
        return _post(r, subject.id, now)
    if subject.kind == "account":
        rows = r.fast(_ACCOUNT, id=subject.id)
        if not rows:
            return None
        number, revision, _, language, followers = rows[0]
        return Standing(number, str(revision), followers, followers / 24, language)
    if subject.kind == "media":
        rows = r.fast(_MEDIA, id=subject.id)
        if not rows:
            return None
        owner, number, _, status_id = rows[0]
        found = _post(r, status_id, now) if status_id is not None else None
        return Standing(owner, str(number), found.views if found else 0, found.reach if found else 0.0, None)
    return Standing(None, "", 0, 0.0, None)


def post_of(r: Read, subject: Subject) -> int | None:
    """The post that measures on a subject change: itself, or the one that a file hangs on; None: there is none."""
    if subject.kind not in ("post", "media"):
        return None
    rows = r.fast(_IS_THERE if subject.kind == "post" else _POST_OF_MEDIA, id=subject.id)
    return int(rows[0][0]) if rows else None


def _post(r: Read, status_id: int, now: int) -> Standing | None:
    rows = r.fast(_POST, id=status_id)
    if not rows:
        return None
    author, version, created, language = rows[0]
    views = posts.views_of(r, [status_id]).get(status_id, 0)
    hours = max((now - created) / HOUR, 1.0)
    return Standing(author, str(version), views, views / hours, language)
