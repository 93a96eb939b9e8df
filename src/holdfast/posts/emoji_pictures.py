"""A custom emoji from a file that somebody sent: small, written anew without metadata, and once more at rest."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from holdfast.errors import Invalid
from holdfast.languages import say
from holdfast.posts import pictures
from holdfast.posts.pictures import Limits, Rendition

EMOJI_SIDE = 128
"""Pixels on the longer side: twice what any page shows, for fine screens."""

_MOST_FRAMES = 120
_MOST_SIDE = 2_048  # of what is sent


@dataclass(frozen=True, slots=True)
class EmojiPicture:
    """The emoji, and its first frame; the same where nothing moves."""

    moving: Rendition
    still: Rendition


def emoji_picture(source: Path, destination: Path, limits: Limits | None = None) -> EmojiPicture:
    """Write ``emoji`` and ``still`` into the folder ``destination``: PNG, or WebP for what moves.

    Raises Invalid on ``file`` as ``pictures.inspect`` does, and for more than 120 frames.
    """
    limits = limits or Limits()
    found = pictures.inspect(source, Limits(limits.bytes, _MOST_SIDE * _MOST_SIDE, _MOST_SIDE, _MOST_FRAMES))
    scale = min(EMOJI_SIDE / max(found.width, found.height), 1.0)
    width, height = max(round(found.width * scale), 1), max(round(found.height * scale), 1)
    pixels = pictures.small_pixels(source, width, height)
    still = pictures.write(pixels, destination, "still", "png")
    if found.frames < 2:
        return EmojiPicture(still, still)
    return EmojiPicture(_moving(source, destination, found.frames, width, height), still)


def _moving(source: Path, destination: Path, frames: int, width: int, height: int) -> Rendition:
    try:
        whole = pictures.animation(source).copy_memory()
        step = whole.height // frames
        delays = whole.get("delay") if "delay" in whole.get_fields() else [100] * frames
        parts = [_frame(whole.crop(0, number * step, whole.width, step), width, height) for number in range(frames)]
        strip = type(whole).arrayjoin(parts, across=1).copy()
    except pictures.decoding_error() as problem:
        raise Invalid.field("file", "ERR_INVALID", say("The animation is damaged or cannot be read")) from problem
    strip.set_type(pictures.integer_type(), "page-height", height)
    strip.set_type(pictures.integer_type(), "loop", 0)
    strip.set_type(pictures.integers_type(), "delay", [int(delay) for delay in delays][:frames])
    return pictures.write_animation(strip, destination, "emoji", width, height)


def _frame(frame: Any, width: int, height: int) -> Any:
    if frame.interpretation != "srgb":
        frame = frame.colourspace("srgb")
    if not frame.hasalpha():
        frame = frame.addalpha()
    return frame.cast("uchar").thumbnail_image(width, height=height, size="force").cast("uchar")
