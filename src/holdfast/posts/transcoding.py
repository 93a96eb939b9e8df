"""From a film, sound or animation that somebody sent to one that every browser plays: decoded, and encoded anew.

What is stored is never what was sent: only pictures and samples pass, so that neither places, devices, comments,
chapters nor covers' own metadata come through, nor anything hidden beside the tracks. It runs in a process that may be
lost (``recording_worker``), whose limits on memory and time stop what costs more than it should.
"""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from holdfast.errors import Invalid, Unavailable
from holdfast.languages import say
from holdfast.posts import animations, pictures
from holdfast.posts.filtering import Scene, Sound
from holdfast.posts.kinds import kind_of
from holdfast.posts.recordings import Recorded, RecordingFile, RecordingLimits

_READERS = {"mov": "mov", "matroska": "matroska", "ogg": "ogg", "mp3": "mp3", "aac": "aac", "flac": "flac",
            "wav": "wav", "gif": "gif", "apng": "apng"}  # fmt: skip
_DECODERS = (
    "h264,hevc,vp8,vp9,libvpx,libvpx-vp9,libdav1d,mpeg4,h263,mjpeg,png,theora,prores,gif,apng,"
    "aac,mp3,mp3float,opus,libopus,vorbis,flac,alac,ac3,eac3,amrnb,amrwb,"
    "pcm_u8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_f32le,pcm_alaw,pcm_mulaw"
)
_SLACK_SECONDS = 2.0  # that a header may be off by
_COVERS = {"mjpeg": ".jpg", "png": ".png"}
_SHORTEST_SHARE = 0.9  # of the length that the header tells: less is a file that was cut off
_MOST_HELD = 20_000  # packets of sound before the first frame of the film


@cache
def _av() -> Any:
    """Load the media library, silent: it would tell of every damaged byte."""
    # 35 MB of native code: only where recordings are worked on.
    import av

    av.logging.set_level(None)
    return av


def process_recording(source: Path, destination: Path, limits: RecordingLimits | None = None) -> Recorded:
    """Write what is kept of a film, sound or animation, and its still picture, into the folder ``destination``.

    Raises Invalid on ``file`` with ERR_BLANK, ERR_INVALID or ERR_TOO_LARGE; Unavailable when there is no room to write.
    """
    limits = limits or RecordingLimits()
    size = source.stat().st_size
    if not size:
        raise _refused("ERR_BLANK", say("The file is empty"))
    if size > limits.bytes:
        raise _refused("ERR_TOO_LARGE", say("The file is larger than %(most)s KB", most=limits.bytes // 1024))
    kind = kind_of(source)
    if kind is None or not kind.reader:
        raise _refused("ERR_INVALID", say("The file is no film, sound or animation of a kind that is taken"))
    av = _av()
    try:
        if kind.reader == "webp":
            return _loop(animations.frames_of_webp(source, limits), destination, limits)
        with _opened(source, kind.reader, limits) as container:
            return _converted(container, destination, limits, is_loop=kind.shows == "gifv")
    except (MemoryError, av.error.MemoryError) as problem:
        raise _refused("ERR_TOO_LARGE", say("The file needs too much memory")) from problem
    except av.error.FFmpegError as problem:
        if getattr(problem, "errno", None) in (errno.ENOSPC, errno.EDQUOT):
            raise Unavailable(say("There is no room for uploads at the moment")) from problem
        raise _unreadable(problem) from problem


def _opened(source: Path, reader: str, limits: RecordingLimits) -> Any:
    """Open a file by the one reader for its kind, which may open no other file, device or address."""
    options = {
        "protocol_whitelist": "file",
        "format_whitelist": _READERS[reader] if reader != "mov" else "mov,mp4,m4a,3gp,3g2,mj2,mov",
        "codec_whitelist": _DECODERS,
        "max_streams": str(limits.streams),
    }
    if reader == "matroska":
        options["format_whitelist"] = "matroska,webm,matroska"
    name = f"file:{source.absolute()}"
    return _av().open(name, format=_READERS[reader], container_options=options, metadata_errors="ignore")


def _converted(container: Any, destination: Path, limits: RecordingLimits, *, is_loop: bool) -> Recorded:
    film, sound, cover = _tracks(container, limits)
    length = _told_length(container, film or sound)
    most = limits.video_seconds if film is not None else limits.audio_seconds
    if length is not None and length > most + _SLACK_SECONDS:
        raise _too_long(most)
    kind = "audio" if film is None else "gifv" if is_loop else "video"
    target = destination / ("original.mp3" if film is None else "original.mp4")
    scene = Scene(_av(), film, limits, is_loop=is_loop) if film is not None else None
    tone = Sound(_av(), sound, is_alone=film is None) if sound is not None else None
    heard = _written(container, target, scene, tone, limits, most)
    told = _known(length) * (0 if is_loop else _SHORTEST_SHARE) - _SLACK_SECONDS
    if heard < told:
        words = say(
            "The file is damaged: it ends after %(heard)s of %(told)s seconds",
            heard=round(heard),
            told=round(_known(length)),
        )
        raise _refused("ERR_INVALID", words)
    return _result(kind, target, scene, cover, destination)


def _known(length: float | None) -> float:
    return length or 0.0


def _tracks(container: Any, limits: RecordingLimits) -> tuple[Any, Any, Any]:
    """The first film, the first sound and the cover; the other tracks are left out."""
    if len(container.streams) > limits.streams:
        raise _refused("ERR_TOO_LARGE", say("The file has more than %(streams)s tracks", streams=limits.streams))
    attached = _av().stream.Disposition.attached_pic
    films = [s for s in container.streams.video if not s.disposition & attached]
    covers = [s for s in container.streams.video if s.disposition & attached]
    film = films[0] if films else None
    sounds = list(container.streams.audio)
    if film is None and not sounds:
        raise _refused("ERR_INVALID", say("The file has neither a film nor a sound in it"))
    if film is not None:
        _check_film(film, limits)
    for track in (film, sounds[0] if sounds else None):
        if track is not None and (track.codec_context is None or track.codec_context.name not in _DECODERS.split(",")):
            raise _refused("ERR_INVALID", say("The file is encoded in a way that is not taken"))
    return film, sounds[0] if sounds else None, covers[0] if covers else None


def _check_film(film: Any, limits: RecordingLimits) -> None:
    width, height = film.codec_context.width, film.codec_context.height
    if width < 1 or height < 1:
        raise _refused("ERR_INVALID", say("The film has no size"))
    if width * height > limits.pixels:
        raise _refused(
            "ERR_TOO_LARGE",
            say(
                "The film is too large: %(width)sx%(height)s, at most %(pixels)s pixels a frame",
                width=width,
                height=height,
                pixels=limits.pixels,
            ),
        )
    rate = film.average_rate
    if rate is not None and rate > limits.frame_rate + 1:
        raise _refused(
            "ERR_TOO_LARGE", say("The film has more than %(frame_rate)s frames a second", frame_rate=limits.frame_rate)
        )
    film.codec_context.options = {"max_pixels": str(limits.pixels)}
    film.codec_context.thread_count = 1


def _told_length(container: Any, track: Any) -> float | None:
    """Seconds, as the header tells; None where it does not."""
    if container.duration:
        return float(container.duration) / 1_000_000
    if track.duration and track.time_base:
        return float(track.duration * track.time_base)
    return None


def _written(
    container: Any, target: Path, scene: Scene | None, tone: Sound | None, limits: RecordingLimits, most: float
) -> float:
    """Decode everything and encode it into ``target``; the seconds that were decoded."""
    base = (container.start_time or 0) / 1_000_000
    heard = 0.0
    held: list[Any] = []  # sound that comes before the first frame: the file is begun when all tracks are known
    parts = {part.track.index: part for part in (scene, tone) if part is not None}
    with _begun(target) as out:
        for part in parts.values():
            part.begin(out)
        for index, frame in _frames(container, [part.track for part in parts.values()], limits):
            if frame.time is not None:
                at = frame.time - base
                if at > most + _SLACK_SECONDS or at < -most:
                    raise _too_long(most)
                heard = max(heard, at)
            held.extend(parts[index].take(frame, base))
            if scene is None or scene.taken:
                for packet in held:
                    out.mux(packet)
                held.clear()
            elif len(held) > _MOST_HELD:
                raise _refused("ERR_INVALID", say("The file is damaged or cannot be read"))
        if scene is not None and not scene.taken:
            raise _refused("ERR_INVALID", say("The file has a film of which no frame can be read"))
        for part in parts.values():
            for packet in part.end():
                out.mux(packet)
    if not any(part.taken for part in parts.values()):
        raise _refused("ERR_INVALID", say("The file is damaged or cannot be read"))
    return heard


def _begun(target: Path) -> Any:
    kind = "mp3" if target.suffix == ".mp3" else "mp4"
    # "bitexact" keeps the library from writing its own name and the time into the file.
    options = {"fflags": "+bitexact"}
    options |= {"write_id3v2": "0", "id3v2_version": "0"} if kind == "mp3" else {"movflags": "+faststart"}
    return _av().open(str(target), "w", format=kind, container_options=options)


def _frames(container: Any, tracks: list[Any], limits: RecordingLimits) -> Iterator[tuple[int, Any]]:
    """Every frame of these tracks that can be decoded, with its track's number."""
    damaged = 0
    for packet in container.demux(tracks):
        try:
            frames = packet.decode()
        except (_av().error.InvalidDataError, _av().error.PatchWelcomeError) as problem:
            damaged += 1
            if damaged > limits.damaged_packets:
                raise _unreadable(problem) from problem
            continue
        for frame in frames:
            yield packet.stream.index, frame


def _loop(frames: Iterator[tuple[Any, int]], destination: Path, limits: RecordingLimits) -> Recorded:
    """A loop from frames that another library has decoded: raw pictures and their times in milliseconds."""
    av = _av()
    target = destination / "original.mp4"
    scene: Scene | None = None
    at = 0
    with _begun(target) as out:
        for image, shown_ms in frames:
            frame = av.VideoFrame.from_bytes(bytes(image.write_to_memory()), image.width, image.height, format="rgba")
            frame.pts, frame.time_base, frame.duration = at, Fraction(1, 1000), shown_ms
            if scene is None:
                scene = Scene(av, None, limits, is_loop=True)
                scene.begin(out)
            for packet in scene.take(frame, 0.0):
                out.mux(packet)
            at += shown_ms
            if at > limits.video_seconds * 1000:
                raise _too_long(limits.video_seconds)
        if scene is None:
            raise _refused("ERR_INVALID", say("The animation has no frames"))
        for packet in scene.end():
            out.mux(packet)
    return _result("gifv", target, scene, None, destination)


def _result(kind: str, target: Path, scene: Scene | None, cover: Any, destination: Path) -> Recorded:
    data = target.read_bytes()
    original = RecordingFile(
        target.name, "audio/mpeg" if kind == "audio" else "video/mp4", len(data), hashlib.sha256(data).hexdigest()
    )
    preview = None
    if scene is not None and scene.still is not None:
        preview = pictures.write_still(_as_image(scene.still), destination)
    elif cover is not None:
        preview = _cover(cover, destination)
    small, blurhash = preview if preview else (None, None)
    return Recorded(kind, original, _measured(target), small, blurhash)


def _as_image(frame: Any) -> Any:
    """A frame as a picture of libvips."""
    shown = frame.reformat(format="rgb24")
    plane, step = memoryview(shown.planes[0]), shown.planes[0].line_size
    rows = b"".join(bytes(plane[row * step : row * step + shown.width * 3]) for row in range(shown.height))
    return pictures.image_of(rows, shown.width, shown.height)


def _cover(track: Any, destination: Path) -> tuple[pictures.Rendition, str] | None:
    """The sound's cover as its preview; one that is no good picture is left out."""
    suffix = _COVERS.get(track.codec_context.name)
    if suffix is None:
        return None
    file = destination / f"cover{suffix}"
    with track.container as container:
        container.seek(0)
        for packet in container.demux(track):
            if packet.size:
                file.write_bytes(bytes(packet))
                break
    with suppress(Invalid):
        if file.exists():
            return pictures.preview_of(file, destination)
    return None


def _measured(target: Path) -> dict[str, Any]:
    """What the file that was written is, in the words of the client API."""
    with _av().open(f"file:{target}") as made:
        seconds = round(float(made.duration or 0) / 1_000_000, 3)
        original: dict[str, Any] = {"duration": seconds, "bitrate": int(made.bit_rate or 0)}
        meta: dict[str, Any] = {"length": _clock(seconds), "duration": seconds}
        if made.streams.video:
            film = made.streams.video[0]
            width, height = film.codec_context.width, film.codec_context.height
            rate = Fraction(film.average_rate or 1)
            size = {"width": width, "height": height, "size": f"{width}x{height}", "aspect": round(width / height, 4)}
            meta |= {"fps": round(rate), **size}
            original |= {**size, "frame_rate": f"{rate.numerator}/{rate.denominator}"}
        if made.streams.audio:
            sound = made.streams.audio[0].codec_context
            meta["audio_encode"] = {"mp3float": "mp3"}.get(sound.name, sound.name)
            meta["audio_bitrate"] = f"{sound.sample_rate} Hz"
            meta["audio_channels"] = sound.layout.name
    return {**meta, "original": original}


def _clock(seconds: float) -> str:
    hundredths = round(seconds * 100)
    minutes, rest = divmod(hundredths, 6_000)
    return f"{minutes // 60}:{minutes % 60:02}:{rest // 100:02}.{rest % 100:02}"


def _too_long(most: float) -> Invalid:
    return _refused("ERR_TOO_LARGE", say("The recording is longer than %(most)s seconds", most=round(most)))


def _refused(reason: str, message: str) -> Invalid:
    return Invalid.field("file", reason, message)


def _unreadable(problem: Exception) -> Invalid:
    refused = _refused("ERR_INVALID", say("The file is damaged or cannot be read"))
    refused.details = {"cause": str(problem)[:500]}
    return refused
