"""Lists of accounts and reading positions."""

from __future__ import annotations

from typing import Annotated

from holdfast.mastodon.entities.base import Datetime, Entity, one_of


class List(Entity, kw_only=True):
    """A list of accounts with a timeline of its own."""

    id: str
    title: str
    replies_policy: Annotated[str, one_of("followed", "list", "none")]
    exclusive: bool


class Marker(Entity, kw_only=True):
    """How far the caller has read one timeline."""

    last_read_id: str
    version: int
    updated_at: Datetime
