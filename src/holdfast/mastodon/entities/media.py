"""Attachments."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, UnsetType

from holdfast.mastodon.entities.base import Entity, one_of


class MediaFocus(Entity, kw_only=True):
    """The point of a picture that must stay visible, from -1 to 1 on both axes."""

    x: float | None
    y: float | None


class MediaSize(Entity, kw_only=True):
    """One stored size; pictures have dimensions, video and sound also time and rate."""

    width: int | UnsetType = UNSET
    height: int | UnsetType = UNSET
    size: str | UnsetType = UNSET
    aspect: float | UnsetType = UNSET
    frame_rate: str | UnsetType = UNSET
    duration: float | UnsetType = UNSET  # seconds
    bitrate: int | UnsetType = UNSET  # bits per second


class MediaMeta(Entity, kw_only=True):
    """What is known of the file itself."""

    focus: MediaFocus | UnsetType | None = UNSET
    original: MediaSize | UnsetType = UNSET
    small: MediaSize | UnsetType = UNSET
    length: str | UnsetType = UNSET
    duration: float | UnsetType = UNSET  # seconds
    fps: int | UnsetType = UNSET
    size: str | UnsetType = UNSET
    width: int | UnsetType = UNSET
    height: int | UnsetType = UNSET
    aspect: float | UnsetType = UNSET
    audio_encode: str | UnsetType = UNSET
    audio_bitrate: str | UnsetType = UNSET
    audio_channels: str | UnsetType = UNSET


class MediaAttachment(Entity, kw_only=True):
    """A picture, video or sound, ready or still being processed."""

    id: str
    type: Annotated[str, one_of("unknown", "image", "gifv", "video", "audio")]
    url: str | None
    preview_url: str | None
    remote_url: str | None
    meta: MediaMeta | None
    description: str | None
    blurhash: str | None
