"""An account as it is read: one struct with all that any door shows of it."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Column

from holdfast.people.tables import accounts

DEFAULT_AVATAR, DEFAULT_HEADER = "/static/images/avatar.png", "/static/images/header.png"
"""Where the pictures of accounts without pictures lie on this server."""


class ProfileField(msgspec.Struct, frozen=True):
    """One row of the table on a profile. ``html`` is safe; ``verified_at`` is in milliseconds."""

    name: str
    value: str
    html: str
    verified_at: int | None = None


class Account(msgspec.Struct, frozen=True):
    """A row of ``accounts``; its fields stand in the order of ``COLUMNS``. Times are milliseconds."""

    id: int
    username: str
    domain: str | None
    uri: str
    display_name: str
    note: str
    note_html: str
    fields: tuple[ProfileField, ...]
    avatar_key: str | None
    avatar_description: str
    header_key: str | None
    header_description: str
    is_locked: bool
    is_bot: bool
    is_discoverable: bool | None
    is_indexable: bool
    hides_collections: bool
    shows_media: bool
    shows_media_replies: bool
    shows_featured: bool
    attribution_domains: tuple[str, ...]
    default_visibility: str
    default_sensitive: bool
    default_language: str | None
    default_quote_policy: str
    media_display: str
    opens_warnings: bool
    has_shortcuts: bool
    shortcuts: dict[str, str]
    followers_count: int
    following_count: int
    statuses_count: int
    last_status_at: int | None
    newest_status_id: int | None
    revision: int
    relations_revision: int
    created_at: int
    suspended_at: int | None
    limited_at: int | None
    posting_frozen_at: int | None
    sensitized_at: int | None
    memorial_at: int | None
    moved_to_id: int | None
    deleted_at: int | None

    @property
    def handle(self) -> str:
        """``name`` for ours, ``name@domain`` for others."""
        return f"{self.username}@{self.domain}" if self.domain else self.username

    @property
    def url(self) -> str:
        """The address of the profile page."""
        if self.domain is None and self.uri.endswith(f"/users/{self.username}"):
            return self.uri.removesuffix(f"/users/{self.username}") + f"/@{self.username}"
        return self.uri

    @property
    def is_present(self) -> bool:
        """Neither suspended nor deleted."""
        return self.suspended_at is None and self.deleted_at is None


COLUMNS: tuple[Column[Any], ...] = tuple(accounts.c[name] for name in Account.__struct_fields__)

_OF_FLAGS = ("is_", "hides_", "shows_", "opens_", "has_", "default_sensitive")
_FLAGS = tuple(i for i, column in enumerate(COLUMNS) if column.name.startswith(_OF_FLAGS))
_FIELDS = Account.__struct_fields__.index("fields")
_SITES = Account.__struct_fields__.index("attribution_domains")
_KEYS = Account.__struct_fields__.index("shortcuts")
_read_fields = msgspec.json.Decoder(tuple[ProfileField, ...]).decode
_read_sites = msgspec.json.Decoder(tuple[str, ...]).decode
_read_keys = msgspec.json.Decoder(dict[str, str]).decode


def from_row(row: tuple[Any, ...]) -> Account:
    """An account from the driver's row of ``COLUMNS``: SQLite gives text for JSON and numbers for truth."""
    values = list(row)
    if isinstance(values[_FIELDS], str):
        values[_FIELDS] = _read_fields(values[_FIELDS])
        values[_SITES] = _read_sites(values[_SITES])
        values[_KEYS] = _read_keys(values[_KEYS])
        for i in _FLAGS:
            if values[i] is not None:
                values[i] = bool(values[i])
    else:
        values[_FIELDS] = msgspec.convert(values[_FIELDS], tuple[ProfileField, ...])
        values[_SITES] = tuple(values[_SITES])
    return Account(*values)
