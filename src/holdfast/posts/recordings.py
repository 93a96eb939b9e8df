"""Films, sounds and moving pictures: what may come in, what is kept, and what is told of the result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from holdfast.posts.pictures import Rendition


@dataclass(frozen=True, slots=True)
class RecordingLimits:
    """What may come in, and what is kept of it. Rates in frames and bits a second."""

    bytes: int = 100 * 1024 * 1024
    pixels: int = 8_294_400  # of a frame: 3840 x 2160
    frame_rate: int = 120
    video_seconds: int = 600
    audio_seconds: int = 7_200
    kept_short_side: int = 1_080
    kept_frame_rate: int = 60
    kept_loop_rate: int = 30  # of a moving picture
    streams: int = 32
    damaged_packets: int = 100


@dataclass(frozen=True, slots=True)
class RecordingFile:
    """The file that was written: its name inside the destination, and what is in it."""

    name: str
    mime: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """A film, sound or loop as it is kept. ``meta`` is what the client API tells of it, without ``small``."""

    kind: str  # video, audio, gifv
    original: RecordingFile
    meta: dict[str, Any]
    preview: Rendition | None = None
    blurhash: str | None = None


def recorded(done: dict[str, Any]) -> Recorded:
    """A result as it comes back from the process that made it."""
    preview = done["preview"]
    return Recorded(
        done["kind"],
        RecordingFile(**done["original"]),
        done["meta"],
        Rendition(**preview) if preview else None,
        done["blurhash"],
    )
