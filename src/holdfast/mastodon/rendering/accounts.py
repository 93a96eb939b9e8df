"""Accounts as the client API shows them: encoded once per revision, counters spliced in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import UNSET

from holdfast.access.roles import ROLES
from holdfast.errors import NotFound
from holdfast.mastodon.entities import AccountRole, CustomEmoji, FeatureApproval, Field
from holdfast.mastodon.entities.base import date_text, datetime_text
from holdfast.mastodon.rendering.emojis import emoji_entities
from holdfast.people import DEFAULT_AVATAR, DEFAULT_HEADER
from holdfast.posts import Emojis, Sight
from holdfast.store import DAY, Hot, Read, RevisionCache, json_value
from holdfast.writes import Database

_encode = msgspec.json.Encoder().encode

_COUNTS = Hot(
    "SELECT id, revision, followers_count, following_count, statuses_count, last_status_at FROM accounts "
    "WHERE id IN (@ids)"
)
_CONTENT = Hot(
    "SELECT a.id, a.revision, a.username, a.domain, a.uri, a.display_name, a.note_html, a.fields, a.avatar_key, "
    "a.avatar_description, a.header_key, a.header_description, a.is_locked, a.is_bot, a.is_discoverable, "
    "a.is_indexable, a.hides_collections, a.shows_media, a.shows_media_replies, a.shows_featured, a.created_at, "
    "a.suspended_at, a.limited_at, a.memorial_at, a.moved_to_id, a.deleted_at, m.role "
    "FROM accounts a LEFT JOIN members m ON m.account_id = a.id WHERE a.id IN (@ids)"
)

CACHE_BYTES = 8 * 1024 * 1024
ROLE_COLORS = {"moderator": "#5b3fb0", "administrator": "#0b5c6b", "owner": "#0b5c6b"}


class Accounts:
    """Renders accounts; one object per process keeps the cache."""

    def __init__(self, db: Database, emojis: Emojis) -> None:
        self._db = db
        self._emojis = emojis
        self._cache: RevisionCache[int, bytes] = RevisionCache(CACHE_BYTES)
        self._whole: RevisionCache[int, bytes] = RevisionCache(CACHE_BYTES)  # under the number of a sight
        self.found: RevisionCache[int, bool] = RevisionCache(CACHE_BYTES)
        """Accounts that everybody may ask for, under the number of the sight that found them."""

    def clear(self) -> None:
        """Forget everything, because the server's address has changed."""
        self._cache.clear()
        self._whole.clear()

    def many(self, r: Read, ids: Sequence[int], sight: Sight | None = None) -> list[bytes]:
        """Accounts in the order of their ids; those that do not exist are left out."""
        if not ids:
            return []
        found: dict[int, bytes] = {}
        if sight is not None:
            for number in ids:
                kept = self._whole.newest(number)
                if kept is not None and sight.holds(kept[0], number):
                    found[number] = kept[1]
        missing = [number for number in ids if number not in found]
        if missing:
            counts = {row[0]: row for row in r.fast(_COUNTS, ids=missing)}
            heads = self.heads(r, {number: row[1] for number, row in counts.items()})
            for number, row in counts.items():
                if number in heads:
                    whole = found[number] = heads[number] + tail(*row[2:])
                    if sight is not None and self._cache.get(number, row[1]) is not None:
                        self._whole.put(number, sight.number, whole, len(whole))
        return [found[number] for number in ids if number in found]

    def one(self, r: Read, number: int, sight: Sight | None = None) -> bytes:
        """An account. Raises :class:`NotFound`."""
        found = self.many(r, [number], sight)
        if not found:
            raise NotFound()
        return found[0]

    def heads(self, r: Read, revisions: dict[int, int]) -> dict[int, bytes]:
        """The cached part of accounts, open at the end for :func:`tail`."""
        found: dict[int, bytes] = {}
        missing = []
        for number, revision in revisions.items():
            head = self._cache.get(number, revision)
            if head is None:
                missing.append(number)
            else:
                found[number] = head
        if missing:
            for row in r.fast(_CONTENT, ids=missing):
                head = self._head(r, row)
                if not row[-3]:  # moved: the other account inside changes without this one
                    self._cache.put(row[0], row[1], head, len(head))
                found[row[0]] = head
        return found

    def _emojis_of(self, name: str, note: str, fields: Any) -> list[CustomEmoji]:
        parts = [part for field in json_value(fields) for part in (field["name"], field["html"])]
        return emoji_entities(self._db.base_url, self._emojis.used_in(name, note, *parts))

    def media_url(self, key: str | None, fallback: str) -> str:
        """Where a profile picture is found."""
        base = self._db.base_url
        return f"{base}/media/profile/{key}" if key else base + fallback

    def handle(self, username: str, domain: str | None) -> str:
        """``name`` for ours, ``name@domain`` for others."""
        return f"{username}@{domain}" if domain else username

    def url(self, username: str, domain: str | None, uri: str) -> str:
        """The profile's page."""
        return uri if domain else f"{self._db.base_url}/@{username}"

    def _pictures(self, avatar: str | None, avatar_text: str, header: str | None, header_text: str) -> dict[str, str]:
        avatar_url, header_url = self.media_url(avatar, DEFAULT_AVATAR), self.media_url(header, DEFAULT_HEADER)
        return {
            "avatar": avatar_url,
            "avatar_static": avatar_url,
            "avatar_description": avatar_text,
            "header": header_url,
            "header_static": header_url,
            "header_description": header_text,
        }

    def _head(self, r: Read, row: tuple[Any, ...]) -> bytes:
        (
            number, _, username, domain, uri, name, note, fields, avatar, avatar_text, header, header_text, locked, bot,
            discoverable, indexable, hides, media, media_replies, featured, created, suspended, limited, memorial,
            moved, deleted, role,
        ) = row  # fmt: skip
        gone = bool(suspended or deleted)
        entity: dict[str, Any] = {
            "id": str(number),
            "username": username,
            "acct": self.handle(username, domain),
            "url": self.url(username, domain, uri),
            "uri": uri,
            "display_name": "" if gone else name,
            "note": "" if gone else note,
            **self._pictures(*((None, "", None, "") if gone else (avatar, avatar_text, header, header_text))),
            "locked": bool(locked),
            "fields": [] if gone else [_field(field) for field in json_value(fields)],
            "emojis": [] if gone else self._emojis_of(name, note, fields),
            "bot": bool(bot),
            "group": False,
            "discoverable": None if discoverable is None else bool(discoverable),
            "indexable": bool(indexable),
            "noindex": not indexable,
            "created_at": datetime_text(created // DAY * DAY),
            "hide_collections": bool(hides),
            "show_media": bool(media),
            "show_media_replies": bool(media_replies),
            "show_featured": bool(featured),
            "roles": _shown_roles(role),
            "feature_approval": _feature_approval(bool(discoverable)),
            "memorial": True if memorial else UNSET,
            "suspended": True if gone else UNSET,
            "limited": True if limited else UNSET,
        }
        if moved:
            entity["moved"] = msgspec.Raw(self.one(r, moved))
        return _encode({k: v for k, v in entity.items() if v is not UNSET})[:-1]


def _feature_approval(is_discoverable: bool) -> FeatureApproval:
    """Whether others may recommend an account: nobody is asked, so only who wants to be discovered can be."""
    if is_discoverable:
        return FeatureApproval(automatic=["public"], manual=[], current_user="automatic")
    return FeatureApproval(automatic=[], manual=[], current_user="denied")


_TAIL = b',"last_status_at":%b,"statuses_count":%d,"followers_count":%d,"following_count":%d}'


def tail(followers: int, following: int, statuses: int, last_status_at: int | None) -> bytes:
    """The part of an account that changes often, and its closing brace."""
    last = b"null" if last_status_at is None else _day(last_status_at // DAY)
    return _TAIL % (last, statuses, followers, following)


@lru_cache(4096)
def _day(number: int) -> bytes:
    return _encode(date_text(number * DAY))


def _shown_roles(name: str | None) -> list[AccountRole]:
    role = ROLES.get(name or "")
    if role is None or not role.is_shown:
        return []
    return [AccountRole(id=str(role.rank), name=role.title, color=ROLE_COLORS[role.name])]


def _field(field: dict[str, Any]) -> Field:
    verified = field.get("verified_at")
    return Field(name=field["name"], value=field["html"], verified_at=datetime_text(verified) if verified else None)


def array(items: Sequence[bytes]) -> bytes:
    """Encoded values as one JSON array."""
    return b"[" + b",".join(items) + b"]"
