"""The client API: what existing apps speak, version 1 and 2."""

from __future__ import annotations

from typing import Any

from litestar import Litestar

from holdfast.access import Gate
from holdfast.access.bearers import Bearers
from holdfast.access.budgets import Budgets
from holdfast.mastodon import (
    accounts,
    admin,
    announcements,
    annual_reports,
    apps,
    collections,
    conversations,
    custom_emojis,
    discovery,
    docs,
    featured_tags,
    files,
    filters,
    follow_requests,
    instance,
    lists,
    markers,
    media,
    notification_groups,
    notification_requests,
    notifications,
    oauth,
    oembed,
    own,
    polls,
    preferences,
    profiles,
    push,
    quotes,
    relations,
    reports,
    scheduled,
    search,
    sign_up,
    start_up,
    status_actions,
    statuses,
    streaming,
    suggestions,
    tags,
    timelines,
    translations,
    trends,
)
from holdfast.mastodon.endpoints import Context, Declared
from holdfast.mastodon.rendering import Renderer
from holdfast.mastodon.serving import Front
from holdfast.mastodon.streams import Streams
from holdfast.posts.uploading import Uploads
from holdfast.timelines import InMemory
from holdfast.writes import Database

__all__ = ["Door", "alone", "declared"]

_MODULES = (
    statuses,
    status_actions,
    quotes,
    translations,
    scheduled,
    timelines,
    polls,
    media,
    accounts,
    relations,
    follow_requests,
    profiles,
    push,
    notifications,
    notification_groups,
    notification_requests,
    conversations,
    reports,
    instance,
    discovery,
    preferences,
    markers,
    tags,
    featured_tags,
    suggestions,
    trends,
    search,
    announcements,
    collections,
    lists,
    filters,
    oembed,
    oauth,
    apps,
    custom_emojis,
    annual_reports,
    sign_up,
    start_up,
    streaming,
)


def declared() -> list[Declared]:
    """Every endpoint of the client API, that for administrators included, and of our own."""
    return [*(endpoint for module in _MODULES for endpoint in module.api.declared), *admin.declared(), *own.declared()]


class Door:
    """The client API of one database: what the framework routes, and what stands before it."""

    def __init__(self, db: Database, kept: InMemory, budgets: Budgets) -> None:
        renderer = Renderer(db, kept)
        uploads = Uploads(db)
        gate = Gate(db)
        self.streams = streams = Streams(db, renderer, kept.timelines, gate)
        self._context = Context(db, renderer, kept.timelines, uploads, budgets, streams, kept.posts, Bearers(), gate)
        self.routes: list[Any] = [
            *files.routes(db, uploads, gate),
            *streaming.routes(streams, db, gate),
            *docs.routes(db, declared()),
        ]

    def before(self, app: Litestar) -> Front:
        """The endpoints, before an application that has been given :attr:`routes` and whatever else there is."""
        return Front(self._context, declared(), app)


def alone(db: Database) -> Front:
    """The client API without the other doors, as one ASGI application."""
    door = Door(db, InMemory(db), Budgets.of(db.config))
    return door.before(Litestar(door.routes, openapi_config=None, logging_config=None))
