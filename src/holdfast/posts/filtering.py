"""The two halves of a recording on their way through the media library: its pictures, and its sound."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from holdfast.posts.recordings import RecordingLimits

_DARK = 32  # of 255: frames below are no still picture if a lighter one follows
_STILL_SECONDS = 5.0  # within which a light frame is looked for
_SAMPLE_RATE = 48_000
_FILM_BITS = ((480, 1_200_000), (720, 2_500_000), (1_080, 5_000_000))  # short side, most bits a second
_PLAIN = "sidedata", "metadata"  # filters that take everything off a frame but its pixels


class Scene:
    """The film: turned upright, scaled down, without anything but pixels, encoded as H.264."""

    def __init__(self, av: Any, track: Any, limits: RecordingLimits, *, is_loop: bool) -> None:
        self.track = track
        self.taken = 0
        self.still: Any = None  # the frame that is shown until the film plays
        self._light = -1.0
        self._av = av
        self._limits = limits
        self._is_loop = is_loop
        self._graph: Any = None
        self._first: Any = None
        self._out: Any = None
        self._stream: Any = None

    def begin(self, out: Any) -> None:
        """Say where to; the track itself is made with the first frame, which tells its true size."""
        self._out = out
        rate = Fraction(self.track.average_rate or 25) if self.track is not None else Fraction(25)
        most = self._limits.kept_loop_rate if self._is_loop else self._limits.kept_frame_rate
        self._rate = max(min(rate, Fraction(most)), Fraction(1)).limit_denominator(1_001)
        self._stream = self._out.add_stream("libx264", rate=self._rate)

    def take(self, frame: Any, base: float) -> Iterator[Any]:
        """Take a frame in; the packets that come out."""
        self.taken += 1
        if frame.pts is not None:
            frame.pts = max(frame.pts - round(base / frame.time_base), 0)
        if self._graph is None:
            self._prepare(frame)
        elif (frame.width, frame.height, frame.format.name) != self._first:
            width, height, name = self._first
            pts, time_base = frame.pts, frame.time_base
            frame = frame.reformat(width=width, height=height, format=name)
            frame.pts, frame.time_base = pts, time_base
        self._graph.vpush(frame)
        yield from self._pulled()

    def end(self) -> Iterator[Any]:
        """No frame follows; the packets that were held back."""
        if self._graph is None:
            return
        self._graph.vpush(None)
        yield from self._pulled()
        yield from self._stream.encode(None)

    def _pulled(self) -> Iterator[Any]:
        while True:
            try:
                frame = self._graph.vpull()
            except (self._av.error.BlockingIOError, self._av.error.EOFError):
                return
            self._consider(frame)
            frame.pict_type = 0
            yield from self._stream.encode(frame)

    def _consider(self, frame: Any) -> None:
        """Keep the first frame that is not dark, else the lightest of the first seconds."""
        if self._light >= _DARK or (self.still is not None and (frame.time or 0) > _STILL_SECONDS):
            return
        plane = memoryview(frame.planes[0])
        sample = bytes(plane[:: max(len(plane) // 4_096, 1)])
        light = sum(sample) / max(len(sample), 1)
        if light > self._light:
            self.still, self._light = frame, light

    def _prepare(self, frame: Any) -> None:
        turn = round(frame.rotation / 90) % 4
        ratio = self.track.sample_aspect_ratio if self.track is not None else None
        width, height = frame.width, frame.height
        if ratio and ratio > 0 and ratio != 1:
            width = max(round(width * float(ratio)), 1)
            width, height = _fitting(width, height, 16_384)
        if turn % 2:
            width, height = height, width
        width, height = self._size(width, height)
        self._stream.width, self._stream.height, self._stream.pix_fmt = width, height, "yuv420p"
        self._stream.codec_context.thread_count = 2
        self._stream.codec_context.gop_size = max(round(self._rate * 2), 1)
        self._stream.codec_context.options = self._encoding(min(width, height))
        self._first = (frame.width, frame.height, frame.format.name)
        steps: list[tuple[str, str]] = [("transpose", "cclock" if turn == 1 else "clock")] if turn % 2 else []
        if turn == 2:
            steps = [("hflip", ""), ("vflip", "")]
        if _has_alpha(frame):
            # Over white: on the negative, what is transparent turns black, and black is white in the end.
            negative = ("negate", "components=r+g+b")
            steps += [("format", "gbrap"), negative, ("premultiply", "inplace=1"), negative, ("format", "gbrp")]
        steps += [
            ("scale", f"{width}:{height}:flags=bicubic"),
            ("setsar", "1"),
            ("fps", f"fps={self._rate}:start_time=0"),
            ("format", "yuv420p"),
            *((name, "mode=delete") for name in _PLAIN),
        ]
        self._graph = self._linked(frame, steps)

    def _linked(self, frame: Any, steps: list[tuple[str, str]]) -> Any:
        graph = self._av.filter.Graph()
        graph.threads = 1
        nodes = [
            graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base)
        ]
        nodes += [graph.add(name, arguments) if arguments else graph.add(name) for name, arguments in steps]
        graph.link_nodes(*nodes, graph.add("buffersink"))
        graph.configure()
        return graph

    def _size(self, width: int, height: int) -> tuple[int, int]:
        """Even numbers (the encoder takes no other), the short side at most what is kept."""
        width, height = _fitting(width, height, self._limits.kept_short_side)
        longest = self._limits.kept_short_side * 4
        return min(max(width // 2 * 2, 2), longest), min(max(height // 2 * 2, 2), longest)

    def _encoding(self, short: int) -> dict[str, str]:
        most = next((bits for side, bits in _FILM_BITS if short <= side), _FILM_BITS[-1][1])
        return {
            "preset": "veryfast",
            "crf": "24" if self._is_loop else "23",
            "maxrate": str(most),
            "bufsize": str(most * 2),
            "profile": "high",
            "a53cc": "0",  # captions and foreign data would pass beside the pixels
            "udu_sei": "0",
        }


class Sound:
    """The sound: at most two channels, encoded as AAC beside a film and as MP3 alone."""

    def __init__(self, av: Any, track: Any, *, is_alone: bool) -> None:
        self.track = track
        self.taken = 0
        self._av = av
        self._is_alone = is_alone
        self._graph: Any = None
        self._first: Any = None
        self._stream: Any = None

    def begin(self, out: Any) -> None:
        """Add the track."""
        self._layout = "mono" if self.track.codec_context.channels == 1 else "stereo"
        self._stream = out.add_stream("libmp3lame" if self._is_alone else "aac", rate=_SAMPLE_RATE)
        self._stream.codec_context.layout = self._layout
        self._stream.codec_context.bit_rate = 96_000 if self._layout == "mono" else 160_000

    def take(self, frame: Any, base: float) -> Iterator[Any]:
        """Take samples in; the packets that come out."""
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if frame.pts is not None and frame.time_base:
            frame.pts -= round(base / frame.time_base)
        if self._graph is None:
            self._first = shape
            self._prepare(frame)
        elif shape != self._first:
            return  # a stream that changes its form midway; the gap is filled with silence
        self.taken += 1
        self._graph.push(frame)
        yield from self._pulled()

    def end(self) -> Iterator[Any]:
        """No samples follow; the packets that were held back."""
        if self._graph is None:
            return
        self._graph.push(None)
        yield from self._pulled()
        yield from self._stream.encode(None)

    def _pulled(self) -> Iterator[Any]:
        while True:
            try:
                frame = self._graph.pull()
            except (self._av.error.BlockingIOError, self._av.error.EOFError):
                return
            yield from self._stream.encode(frame)

    def _prepare(self, frame: Any) -> None:
        graph = self._av.filter.Graph()
        graph.threads = 1
        source = graph.add_abuffer(
            sample_rate=frame.sample_rate, format=frame.format, layout=frame.layout, time_base=frame.time_base
        )
        wanted = self._stream.codec_context.format.name
        nodes = [
            source,
            graph.add("aresample", f"{_SAMPLE_RATE}:async=1000:first_pts=0"),
            graph.add("aformat", f"sample_fmts={wanted}:channel_layouts={self._layout}:sample_rates={_SAMPLE_RATE}"),
            graph.add("asidedata", "mode=delete"),
            graph.add("ametadata", "mode=delete"),
            graph.add("abuffersink"),
        ]
        graph.link_nodes(*nodes)
        graph.configure()
        self._graph = graph


def _fitting(width: int, height: int, short_side: int) -> tuple[int, int]:
    """The same shape with a short side of at most so many pixels."""
    short = min(width, height)
    if short <= short_side:
        return width, height
    return width * short_side // short, height * short_side // short


def _has_alpha(frame: Any) -> bool:
    return any(part.is_alpha for part in frame.format.components) or frame.format.name == "pal8"
