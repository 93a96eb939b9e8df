"""Films, sounds and animations made on the spot, full of what must not be published."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import av

WORDS = (b"SECRETTITLE", b"SECRETPHONE", b"SECRETCOMMENT", b"+52.5200", b"SECRETCHAPTER")
"""What stands in the metadata of every film made here."""


@cache
@cache
def recording(name: str, **how: Any) -> bytes:
    """A recording by its file's name, as bytes; see :func:`make`."""
    with TemporaryDirectory() as folder:
        place = Path(folder) / name
        make(place, **{**_USUAL[place.suffix], **how})
        return place.read_bytes()


_USUAL: dict[str, dict[str, Any]] = {
    ".mp4": {"film": "libx264", "sound": "aac"},
    ".mov": {"film": "libx264", "sound": "aac"},
    ".webm": {"film": "libvpx-vp9", "sound": "libopus"},
    ".mp3": {"sound": "libmp3lame"},
    ".ogg": {"sound": "libopus"},
    ".m4a": {"sound": "aac", "container": "ipod"},
    ".flac": {"sound": "flac"},
    ".wav": {"sound": "pcm_s16le"},
    ".aac": {"sound": "aac", "container": "adts"},
    ".gif": {"film": "gif", "pixels": "rgb8"},
    ".png": {"film": "apng", "pixels": "rgba", "container": "apng"},
}


def make(
    place: Path,
    *,
    film: str = "",
    sound: str = "",
    container: str | None = None,
    pixels: str = "yuv420p",
    seconds: float = 1,
    size: tuple[int, int] = (160, 120),
    rate: int = 10,
    turned: int = 0,
    picture: str = "testsrc",
) -> None:
    """Write a test picture and a tone, with a place, a device and comments in every corner that the container has."""
    out: Any = av.open(str(place), "w", format=container)
    out.metadata.update(
        {"title": "SECRETTITLE", "comment": "SECRETCOMMENT", "location": "+52.5200+013.4050/", "make": "SECRETPHONE"}
    )
    if place.suffix in (".mp4", ".mov", ".webm"):
        out.set_chapters(
            [{"id": 1, "start": 0, "end": 500, "time_base": Fraction(1, 1000), "metadata": {"title": "SECRETCHAPTER"}}]
        )
    tracks = []
    if film:
        track: Any = out.add_stream(film, rate=rate)
        track.width, track.height, track.pix_fmt = *size, pixels
        if turned:
            track.set_display_rotation(turned)
        tracks.append((track, _frames(picture, size, rate, seconds, pixels)))
    if sound:
        track = out.add_stream(sound, rate=48_000)
        track.layout = "stereo"
        tracks.append((track, _tone(seconds, track.codec_context.format.name)))
    for track, frames in tracks:
        for frame in [*frames, None]:
            for packet in track.encode(frame):
                out.mux(packet)
    out.close()


def _frames(picture: str, size: tuple[int, int], rate: int, seconds: float, pixels: str) -> list[Any]:
    arguments = f"size={size[0]}x{size[1]}:rate={rate}:duration={seconds}"
    return _pulled((picture, arguments), ("format", f"pix_fmts={pixels}"), ("buffersink", None))


def _tone(seconds: float, samples: str) -> list[Any]:
    source = ("sine", f"frequency=440:sample_rate=48000:duration={seconds}")
    form = ("aformat", f"sample_fmts={samples}:channel_layouts=stereo")
    return _pulled(source, form, ("abuffersink", None))


def _pulled(*filters: tuple[str, str | None]) -> list[Any]:
    graph: Any = av.filter.Graph()
    graph.link_nodes(*(graph.add(name, arguments) for name, arguments in filters))
    graph.configure()
    found = []
    while True:
        try:
            found.append(graph.pull())
        except av.error.EOFError:
            return found
