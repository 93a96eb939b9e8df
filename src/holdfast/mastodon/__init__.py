"""The client API: what existing apps speak, version 1 and 2."""

from __future__ import annotations

from typing import Any

from holdfast.access.bearers import Bearers
from holdfast.mastodon import (
    accounts,
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
    polls,
    preferences,
    profiles,
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
    trends,
)
from holdfast.mastodon.endpoints import Context, Declared
from holdfast.mastodon.limits import Limiter
from holdfast.mastodon.rendering import Renderer
from holdfast.mastodon.serving import handlers
from holdfast.mastodon.streams import Streams
from holdfast.mastodon.uploads import Uploads
from holdfast.posts import Memory, StatusesMoved
from holdfast.timelines import Timelines
from holdfast.writes import Database, Hearing

__all__ = ["declared", "routes"]

_MODULES = (
    statuses,
    status_actions,
    scheduled,
    timelines,
    polls,
    media,
    accounts,
    relations,
    follow_requests,
    profiles,
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
    oauth,
    apps,
    custom_emojis,
    annual_reports,
    sign_up,
    start_up,
    streaming,
)


def declared() -> list[Declared]:
    """Every endpoint of the client API."""
    return [endpoint for module in _MODULES for endpoint in module.api.declared]


def routes(db: Database) -> list[Any]:
    """Litestar handlers for the whole client API."""
    memory = Memory(Hearing(db, sweeping=(StatusesMoved,)), db.clock)
    renderer = Renderer(db)
    uploads = Uploads(db)
    timelines_ = Timelines(db)
    streams = Streams(db, renderer, timelines_)
    limiter = Limiter(is_on=db.config.boot.rate_limits == "on")
    context = Context(db, renderer, timelines_, uploads, limiter, streams, memory, Bearers())
    return [
        *handlers(context, declared()),
        *files.routes(db, uploads),
        *streaming.routes(streams, db),
        *docs.routes(db, declared()),
    ]
