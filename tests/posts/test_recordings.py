"""Films, sounds and animations: what comes out plays everywhere and holds nothing but pictures and samples."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import pytest
import pyvips

from holdfast.errors import Invalid, Unavailable
from holdfast.posts.kinds import kind_of
from holdfast.posts.recording_worker import RecordingWorker
from holdfast.posts.recordings import Recorded, RecordingLimits
from tests.posts.recording_files import WORDS, recording
from tests.posts.test_pictures import SECRET, loaded_jpeg

pytestmark = pytest.mark.long

Process = Callable[..., Recorded]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """An empty folder for what comes out."""
    found = tmp_path / "out"
    found.mkdir()
    return found


@pytest.fixture
def process(tmp_path: Path, place: Path) -> Process:
    """Send bytes through the worker's own process."""

    def run(data: bytes, **limits: Any) -> Recorded:
        source = tmp_path / "in"
        source.write_bytes(data)
        return RecordingWorker().process(source, place, RecordingLimits(**limits))

    return run


def refused(process: Process, data: bytes, **limits: Any) -> tuple[str, str]:
    with pytest.raises(Invalid) as caught:
        process(data, **limits)
    return caught.value.fields[0].reason, caught.value.message


def still_in(place: Path) -> pyvips.Image:
    return pyvips.Image.new_from_buffer((place / "small.jpg").read_bytes(), "")


def everything(place: Path) -> bytes:
    return b"".join(file.read_bytes() for file in place.iterdir())


@pytest.mark.parametrize("name", ["a.mp4", "a.mov", "a.webm"])
def test_a_film_becomes_an_mp4_for_every_browser_with_a_poster_and_no_metadata(
    process: Process, place: Path, name: str
) -> None:
    sent = recording(name)
    assert [word for word in WORDS if word in sent], "the film must hold something to strip"
    done = process(sent)
    assert (done.kind, done.original.mime) == ("video", "video/mp4")
    with av.open(str(place / done.original.name)) as made:
        film, sound = made.streams.video[0], made.streams.audio[0]
        assert (film.codec_context.name, film.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert sound.codec_context.name == "aac"
        assert len(made.streams) == 2
        assert not {key for key in made.metadata if key not in ("major_brand", "minor_version", "compatible_brands")}
        assert not made.chapters()
    assert not [word for word in WORDS if word in everything(place)]
    assert everything(place).find(b"moov") < everything(place).find(b"mdat"), "it must play before it is loaded"
    assert done.meta["original"] | {"bitrate": 0, "duration": 1} == {
        "width": 160, "height": 120, "size": "160x120", "aspect": 1.3333, "frame_rate": "10/1",
        "bitrate": 0, "duration": 1,
    }  # fmt: skip
    assert done.meta["length"].startswith("0:00:01.0")
    assert (done.meta["fps"], done.meta["audio_encode"]) == (10, "aac")
    assert (done.meta["audio_bitrate"], done.meta["audio_channels"]) == ("48000 Hz", "stereo")
    assert done.preview is not None
    assert (done.preview.width, done.preview.height, done.preview.mime) == (160, 120, "image/jpeg")
    assert done.blurhash


@pytest.mark.parametrize("name", ["a.mp3", "a.ogg", "a.m4a", "a.flac", "a.wav", "a.aac"])
def test_a_sound_becomes_an_mp3_without_tags(process: Process, place: Path, name: str) -> None:
    done = process(recording(name))
    assert (done.kind, done.original.mime, done.preview) == ("audio", "audio/mpeg", None)
    with av.open(str(place / done.original.name)) as made:
        assert made.streams[0].codec_context.name in ("mp3", "mp3float")
        assert not made.metadata
    assert not [word for word in WORDS if word in everything(place)]
    assert b"ID3" not in everything(place)
    assert 0.9 < done.meta["duration"] < 1.2
    assert done.meta["original"]["bitrate"] > 0


@pytest.mark.parametrize("name", ["a.gif", "a.png"])
def test_a_moving_picture_becomes_a_silent_loop(process: Process, name: str) -> None:
    done = process(recording(name))
    assert (done.kind, done.original.mime, done.meta["fps"]) == ("gifv", "video/mp4", 10)
    assert "audio_encode" not in done.meta
    assert done.blurhash


def test_an_animated_webp_becomes_a_loop_over_white(process: Process, place: Path) -> None:
    clear = pyvips.Image.black(64, 64, bands=4).copy(interpretation="srgb")
    strip = pyvips.Image.arrayjoin([clear, clear.linear([1] * 4, [255, 0, 0, 255])], across=1).cast("uchar").copy()
    strip.set_type(pyvips.GValue.gint_type, "page-height", 64)
    strip.set_type(pyvips.GValue.array_int_type, "delay", [300, 700])
    done = process(strip.webpsave_buffer(lossless=True, page_height=64))
    assert done.kind == "gifv"
    assert done.meta["duration"] == pytest.approx(1.0, abs=0.1)
    still = still_in(place)
    assert min(still.getpoint(32, 32)) > 240


def test_a_film_that_lies_on_its_side_is_put_upright(process: Process, place: Path) -> None:
    straight = process(recording("a.mp4"))
    upright = still_in(place)
    assert straight.meta["size"] == "160x120"
    turned = process(recording("b.mp4", turned=90))
    assert turned.meta["size"] == "120x160"
    seen = still_in(place)
    assert (seen - upright.rot270()).abs().avg() < 8 < (seen - upright.rot90()).abs().avg()


def test_a_film_is_made_smaller_and_slower_than_it_came(process: Process) -> None:
    done = process(recording("a.mp4", size=(640, 320), rate=60), kept_short_side=160, kept_frame_rate=30)
    assert (done.meta["size"], done.meta["fps"]) == ("320x160", 30)


def test_a_sounds_cover_is_its_preview_without_its_own_metadata(process: Process, place: Path) -> None:
    cover = loaded_jpeg()
    assert SECRET in cover
    frame = b"APIC" + struct.pack(">I", len(cover) + 14) + b"\0\0" + b"\0image/jpeg\0\x03\0" + cover
    size = len(frame)
    length = bytes((size >> shift) & 127 for shift in (21, 14, 7, 0))
    done = process(b"ID3\x03\0\0" + length + frame + recording("a.mp3"))
    assert done.preview is not None
    assert done.blurhash
    assert SECRET not in everything(place).replace((place / "cover.jpg").read_bytes(), b"")


LIMITS = [
    ({"bytes": 1_000}, "larger than"),
    ({"pixels": 100}, "too large"),
    ({"frame_rate": 5}, "frames a second"),
    ({"streams": 1}, ""),
]


@pytest.mark.parametrize(("limit", "words"), LIMITS)
def test_a_limit_is_told_in_words(process: Process, limit: dict[str, int], words: str) -> None:
    reason, message = refused(process, recording("a.mp4"), **limit)
    assert reason in ("ERR_TOO_LARGE", "ERR_INVALID")
    assert words in message


def test_a_long_recording_is_refused_by_its_header_or_while_it_is_read(process: Process) -> None:
    assert "longer than 1 seconds" in refused(process, recording("l.mp4", seconds=5), video_seconds=1)[1]
    endless = recording("l.aac", seconds=8)
    assert "longer than 2 seconds" in refused(process, endless, audio_seconds=2)[1]


def test_what_is_cut_off_is_refused_or_as_long_as_it_is(process: Process) -> None:
    film = recording("a.mp4")
    assert refused(process, film[: len(film) * 2 // 3])[0] == "ERR_INVALID"  # its index stood at the end
    long = recording("l.flac", seconds=9)
    assert "damaged: it ends after" in refused(process, long[: len(long) // 3])[1]
    assert refused(process, b"")[0] == "ERR_BLANK"


def lying_headers(film: bytes) -> bytes:
    """A film whose header tells of a frame of four thousand million pixels and of 24 days."""
    lie = bytearray(film)
    entry = lie.index(b"avc1", lie.index(b"stsd"))
    lie[entry + 28 : entry + 32] = struct.pack(">HH", 65_535, 65_535)
    for box, at in ((b"mvhd", 20), (b"tkhd", 24), (b"mdhd", 20)):
        start = lie.index(box)
        lie[start + at : start + at + 4] = struct.pack(">I", 0x7FFFFFFF)
    return bytes(lie)


def test_a_header_that_lies_costs_nothing(process: Process) -> None:
    try:
        done = process(lying_headers(recording("a.mp4")))
    except Invalid:
        return
    assert done.meta["duration"] < 2
    assert done.meta["width"] * done.meta["height"] <= 1920 * 1080


def test_thousands_of_tracks_are_refused(process: Process) -> None:
    film = recording("a.mp4")
    start = film.index(b"moov") - 4
    size = struct.unpack(">I", film[start : start + 4])[0]
    moov = film[start + 8 : start + size]
    at = moov.index(b"trak") - 4
    track = moov[at : at + struct.unpack(">I", moov[at : at + 4])[0]]
    many = moov + track * 3_000
    bomb = film[:start] + struct.pack(">I", len(many) + 8) + b"moov" + many
    assert refused(process, bomb)[0] in ("ERR_INVALID", "ERR_TOO_LARGE")


DISGUISED = [
    b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
    b"ffconcat version 1.0\nfile /etc/passwd\n",
    b"\0\0\0\x18ftypmp42" + b"#EXTM3U\n" * 200,
    b"RIFF\x24\0\0\0AVI LIST" + bytes(200),
    b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    b"MZ" + bytes(500),
]


@pytest.mark.parametrize("data", DISGUISED)
def test_what_only_looks_like_a_recording_opens_nothing(process: Process, data: bytes) -> None:
    assert refused(process, data)[0] == "ERR_INVALID"


def test_a_polyglot_loses_its_other_self(process: Process, place: Path) -> None:
    page = b"<html><script>alert(document.cookie)</script></html>"
    film = recording("a.mp4")
    both = film + struct.pack(">I", len(page) + 8) + b"free" + page
    process(both)
    assert b"<script>" not in everything(place)
    process(recording("a.mp3") + page)
    assert b"<script>" not in everything(place)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", ["a.mp4", "a.webm", "a.mp3", "a.gif"])
def test_damaged_bytes_end_in_a_recording_or_in_words(process: Process, name: str, seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(recording(name))
    for _ in range(150):
        data[chance.randrange(40, len(data))] = chance.randrange(256)
    try:
        assert process(bytes(data)).meta["duration"] < 700
    except Invalid:
        return


def test_time_and_memory_end_the_work_and_not_the_server(tmp_path: Path, place: Path) -> None:
    source = tmp_path / "in"
    source.write_bytes(recording("long.mp4", seconds=60, size=(640, 480), rate=30))
    with pytest.raises(Invalid, match=r"SIGXCPU|SIGKILL"):
        RecordingWorker(cpu_seconds=1).process(source, place, RecordingLimits())
    with pytest.raises(Unavailable, match="took too long"):
        RecordingWorker(wall_seconds=0.2).process(source, place, RecordingLimits())
    with pytest.raises((Invalid, Unavailable)):
        RecordingWorker(memory_bytes=120 * 1024 * 1024).process(source, place, RecordingLimits())


def test_kinds_are_told_by_content(tmp_path: Path) -> None:
    file = tmp_path / "picture.jpg"
    told = {}
    for name in ("a.mp4", "a.mov", "a.webm", "a.mp3", "a.ogg", "a.m4a", "a.flac", "a.wav", "a.aac", "a.gif", "a.png"):
        file.write_bytes(recording(name))
        found = kind_of(file)
        assert found is not None, name
        told[name] = found.shows
    assert told == {
        "a.mp4": "video", "a.mov": "video", "a.webm": "video", "a.mp3": "audio", "a.ogg": "audio", "a.m4a": "audio",
        "a.flac": "audio", "a.wav": "audio", "a.aac": "audio", "a.gif": "gifv", "a.png": "gifv",
    }  # fmt: skip
    for still in (".png", ".gif", ".webp"):
        file.write_bytes(pyvips.Image.black(8, 8, bands=3).copy(interpretation="srgb").write_to_buffer(still))
        assert kind_of(file) == ("image", "")
    file.write_bytes(b"\0\0\0\x18ftypheic" + bytes(100))
    assert kind_of(file) is None
