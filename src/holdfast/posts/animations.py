"""Animated WebP, decoded frame by frame by libvips, since the media library cannot read it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from holdfast.errors import Invalid
from holdfast.languages import say
from holdfast.posts import pictures
from holdfast.posts.recordings import RecordingLimits

_MOST_FRAMES = 1_000
_SHORTEST_MS, _USUAL_MS = 11, 100  # a frame of less is shown as browsers do: for a tenth of a second


def frames_of_webp(source: Path, limits: RecordingLimits) -> Iterator[tuple[Any, int]]:
    """The frames with alpha, and for how many milliseconds each is shown. Raises Invalid as pictures do."""
    allowed = pictures.Limits(bytes=limits.bytes, pixels=limits.pixels, frames=_MOST_FRAMES)
    found = pictures.inspect(source, allowed)
    image = pictures.animation(source)
    delays = image.get("delay") if "delay" in image.get_fields() else []
    try:
        for number in range(found.frames):
            frame = image.crop(0, number * found.height, found.width, found.height).colourspace("srgb")
            if not frame.hasalpha():
                frame = frame.addalpha()
            shown = delays[number] if number < len(delays) else _USUAL_MS
            yield frame.cast("uchar"), shown if shown >= _SHORTEST_MS else _USUAL_MS
    except pictures.decoding_error() as problem:
        refused = Invalid.field("file", "ERR_INVALID", say("The animation is damaged or cannot be read"))
        refused.details = {"cause": str(problem)[:500]}
        raise refused from problem
