"""Markers: how far the caller has read its home timeline and its notifications."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from holdfast import people
from holdfast.acting import Acting
from holdfast.mastodon.binding import Id
from holdfast.mastodon.endpoints import Call, Endpoints
from holdfast.mastodon.entities import Marker
from holdfast.mastodon.entities.base import datetime_text
from holdfast.mastodon.errors import ChangedMeanwhile
from holdfast.people import MarkerMovedMeanwhile
from holdfast.writes import Ability, Database

api = Endpoints()


class Which(Struct, kw_only=True):
    """Of which timelines."""

    timeline: list[Literal["home", "notifications"]] = []


class Place(Struct, kw_only=True):
    """How far a timeline is read; with ``version``, only if nobody has moved the marker since that version."""

    last_read_id: Id
    version: int | None = None


class Places(Struct, kw_only=True):
    """New places."""

    home: Place | None = None
    notifications: Place | None = None


def _entities(found: Mapping[str, people.Marker]) -> dict[str, Marker]:
    return {
        timeline: Marker(
            last_read_id=str(one.last_read_id), version=one.version, updated_at=datetime_text(one.updated_at)
        )
        for timeline, one in found.items()
    }


@api.get("/api/v1/markers", scopes="read:statuses", params=Which, returns=dict[str, Marker], tier=2)
def read(call: Call, params: Which) -> dict[str, Marker]:
    """How far the caller has read these timelines."""
    return _entities(people.markers(call.r, call.me, params.timeline)) if params.timeline else {}


@api.post("/api/v1/markers", scopes="write:statuses", params=Places, returns=dict[str, Marker], tier=2)
async def move(call: Call, params: Places) -> dict[str, Marker]:
    """Remember how far the caller has read."""
    given = {"home": params.home, "notifications": params.notifications}
    places = {timeline: place for timeline, place in given.items() if place is not None}
    try:
        return _entities(await call.write(_move, places))
    except MarkerMovedMeanwhile as moved:
        raise ChangedMeanwhile(moved.message) from moved


def _move(db: Database, acting: Acting, places: Mapping[str, Place]) -> dict[str, people.Marker]:
    with db.write(acting, Ability.RELATIONS):  # both or none
        return {
            timeline: people.set_marker(db, acting, timeline, place.last_read_id, expected_version=place.version)
            for timeline, place in places.items()
        }
