"""What is sent becomes a picture written anew, or is refused; nothing hidden comes through."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import threading
import time
import zipfile
import zlib
from pathlib import Path

import pytest
import pyvips
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.errors import Invalid, Unavailable
from holdfast.posts import child_work, pictures
from holdfast.posts.picture_worker import PictureWorker
from holdfast.posts.pictures import Limits

SECRET = b"53.5511N-9.9937E"


def drawn(width=120, height=80, bands=3) -> pyvips.Image:
    """A red left half and a blue right half, with a gradient so that no two corners are alike."""
    x = pyvips.Image.xyz(width, height)
    left = (x[0] < width / 2).ifthenelse(255, 0)
    image = left.bandjoin([x[1] * 255 / max(1, height), 255 - left])
    if bands == 4:
        image = image.bandjoin(x[0] * 255 / max(1, width))
    return image.cast("uchar").copy(interpretation="srgb")


def encoded(suffix: str, image: pyvips.Image | None = None, **options) -> bytes:
    return (image or drawn()).write_to_buffer(suffix, **options)


def exif_with_place(orientation: int = 1) -> bytes:
    """A little-endian EXIF block: orientation, a comment, and a GPS directory."""
    entries = struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0)
    entries += struct.pack("<HHII", 0x010E, 2, len(SECRET), 8 + 2 + 3 * 12 + 4)
    entries += struct.pack("<HHII", 0x8825, 4, 1, 8 + 2 + 3 * 12 + 4 + len(SECRET))
    gps = struct.pack("<H", 1) + struct.pack("<HHI4s", 0x0001, 2, 2, b"N\0\0\0") + bytes(4)
    return b"Exif\0\0II*\0" + struct.pack("<I", 8) + struct.pack("<H", 3) + entries + bytes(4) + SECRET + gps


def segment(marker: int, payload: bytes) -> bytes:
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(payload) + 2) + payload


def chunk(name: bytes, payload: bytes) -> bytes:
    return struct.pack(">I", len(payload)) + name + payload + struct.pack(">I", zlib.crc32(name + payload))


def loaded_jpeg(orientation: int = 1) -> bytes:
    """A JPEG with the secret in EXIF, XMP, IPTC, a comment, and behind its end."""
    plain = encoded(".jpg")
    xmp = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + SECRET + b"</x:xmpmeta>"
    iptc = b"Photoshop 3.0\0008BIM\x04\x04\0\0" + struct.pack(">I", len(SECRET)) + SECRET
    extra = segment(0xE1, exif_with_place(orientation)) + segment(0xE1, xmp) + segment(0xED, iptc)
    return plain[:2] + extra + segment(0xFE, SECRET) + plain[2:] + SECRET


def loaded_png() -> bytes:
    plain = encoded(".png")
    texts = chunk(b"tEXt", b"Comment\0" + SECRET) + chunk(b"eXIf", exif_with_place()[6:])
    return plain[:33] + texts + plain[33:] + SECRET


@pytest.fixture
def sent(tmp_path):
    """Put bytes into a file under a name that says nothing."""

    def put(data: bytes) -> Path:
        path = tmp_path / "upload"
        path.write_bytes(data)
        return path

    return put


@pytest.fixture
def place(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def reason(call, *args) -> str:
    with pytest.raises(Invalid) as caught:
        call(*args)
    (field,) = caught.value.fields
    assert field.field == "file"
    return field.reason


@pytest.mark.parametrize(
    ("suffix", "bands", "mime"),
    [
        (".jpg", 3, "image/jpeg"),
        (".png", 3, "image/png"),
        (".png", 4, "image/png"),
        (".webp", 3, "image/webp"),
        (".webp", 4, "image/webp"),
        (".avif", 3, "image/jpeg"),
        (".avif", 4, "image/webp"),
        (".gif", 3, "image/png"),
    ],
)
def test_every_format_is_written_anew_as_one_that_browsers_show(sent, place, suffix, bands, mime):
    done = pictures.process_picture(sent(encoded(suffix, drawn(bands=bands))), place)
    for rendition in (done.original, done.preview):
        path = place / rendition.name
        again = pyvips.Image.new_from_file(str(path))
        assert (again.width, again.height) == (rendition.width, rendition.height) == (120, 80)
        assert rendition.mime == mime == pictures.inspect(path).mime
        assert rendition.bytes == path.stat().st_size
        assert again.hasalpha() == (bands == 4)
    assert len(done.blurhash) == 28
    assert sorted(os.listdir(place)) == sorted([done.original.name, done.preview.name])


@pytest.mark.parametrize("make", [loaded_jpeg, loaded_png])
def test_nothing_of_the_metadata_and_nothing_behind_the_picture_comes_through(sent, place, make):
    data = make()
    assert SECRET in data
    done = pictures.process_picture(sent(data), place)
    for rendition in (done.original, done.preview):
        path = place / rendition.name
        assert SECRET not in path.read_bytes()
        assert b"Exif" not in path.read_bytes()
        fields = pyvips.Image.new_from_file(str(path)).get_fields()
        assert not [name for name in fields if name.startswith(("exif-", "xmp-", "iptc-", "icc-"))]


@pytest.mark.parametrize(("orientation", "turned"), [(1, False), (3, False), (6, True), (8, True)])
def test_pictures_are_turned_upright(sent, place, orientation, turned):
    source = sent(loaded_jpeg(orientation))
    done = pictures.process_picture(source, place)
    size = (80, 120) if turned else (120, 80)
    found = pictures.inspect(source)
    assert (found.width, found.height) == (done.original.width, done.original.height) == size
    image = pyvips.Image.new_from_file(str(place / done.original.name))
    red_corner = {1: (5, 40), 3: (115, 40), 6: (40, 5), 8: (40, 115)}[orientation]
    red, _, blue = image.getpoint(*red_corner)
    assert red > 200 > 60 > blue


def test_a_large_picture_is_made_smaller_in_its_shape(sent, place):
    done = pictures.process_picture(sent(encoded(".jpg", drawn(3600, 2700))), place)
    kept, small = done.original, done.preview
    assert 8_200_000 < kept.width * kept.height <= 8_294_400
    assert 225_000 < small.width * small.height <= 230_400
    assert kept.meta()["aspect"] == pytest.approx(4 / 3, rel=0.01)
    assert small.meta()["size"] == f"{small.width}x{small.height}"


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 16_000), (16_000, 1), (3, 5000)])
def test_odd_shapes_survive(sent, place, width, height):
    done = pictures.process_picture(sent(encoded(".png", drawn(width, height))), place)
    assert (done.original.width, done.original.height) == (width, height)
    assert done.blurhash


@pytest.mark.parametrize(
    "image",
    [
        drawn().colourspace("b-w"),
        drawn().colourspace("cmyk"),
        drawn().colourspace("rgb16"),
        drawn().colourspace("grey16"),
    ],
    ids=["grey", "cmyk", "rgb16", "grey16"],
)
def test_other_colours_become_ordinary_ones(sent, place, image):
    suffix = ".jpg" if image.interpretation in ("cmyk", "b-w") else ".png"
    done = pictures.process_picture(sent(encoded(suffix, image)), place)
    again = pyvips.Image.new_from_file(str(place / done.original.name))
    assert (again.interpretation, again.format, again.bands) == ("srgb", "uchar", 3)


def test_a_foreign_colour_profile_is_used_and_left_out(sent, place):
    wide = encoded(".jpg", drawn().icc_export(output_profile="p3"), profile="p3")
    assert "icc-profile-data" in pyvips.Image.new_from_buffer(wide, "").get_fields()
    done = pictures.process_picture(sent(wide), place)
    again = pyvips.Image.new_from_file(str(place / done.original.name))
    assert "icc-profile-data" not in again.get_fields()
    assert again.getpoint(5, 5)[0] > 245


def test_a_broken_colour_profile_does_no_harm(sent, place):
    plain = encoded(".jpg")
    broken = plain[:2] + segment(0xE2, b"ICC_PROFILE\0\1\1" + b"nonsense" * 40) + plain[2:]
    assert pictures.process_picture(sent(broken), place).original.width == 120


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that says it is enormous, and would be."""
    rows = zlib.compress(bytes(1_000_000), 9)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_a_decompression_bomb_is_refused_by_its_header(sent, place):
    source = sent(bomb(50_000, 50_000))
    assert source.stat().st_size < 3000
    began = time.process_time()
    assert reason(pictures.process_picture, source, place) == "ERR_TOO_LARGE"
    assert time.process_time() - began < 0.5
    assert os.listdir(place) == []


def test_limits_hold_at_their_edge(sent):
    source = sent(encoded(".png"))
    size = source.stat().st_size
    assert pictures.inspect(source, Limits(bytes=size, pixels=9600, side=120)).kind == "png"
    for limits in (Limits(bytes=size - 1), Limits(pixels=9599), Limits(side=119)):
        assert reason(pictures.inspect, source, limits) == "ERR_TOO_LARGE"


def animated(frames: int) -> bytes:
    strip = drawn(20, 20 * frames).copy()
    strip.set_type(pyvips.GValue.gint_type, "page-height", 20)
    return strip.write_to_buffer(".gif")


def test_an_animation_keeps_its_first_frame(sent, place):
    source = sent(animated(5))
    assert pictures.inspect(source).frames == 5
    done = pictures.process_picture(source, place)
    assert (done.original.width, done.original.height, done.original.mime) == (20, 20, "image/png")


def test_an_animation_of_too_many_frames_is_refused(sent):
    assert reason(pictures.inspect, sent(animated(5)), Limits(frames=4)) == "ERR_TOO_LARGE"


def zipped() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("index.html", "<script>alert(1)</script>")
    return data.getvalue()


SVG = b"<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'><rect width='9' height='9'/></svg>"
HTML = b"<!doctype html><script>alert(1)</script>"
MAGIC = {
    "jpeg": b"\xff\xd8\xff\xe0",
    "png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "gif": b"GIF89a",
    "webp": b"RIFF\0\1\0\0WEBPVP8 ",
    "avif": b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf",
}


@pytest.mark.parametrize(
    "data",
    [HTML, SVG, b"<?xml version='1.0'?>" + SVG, b"%PDF-1.7\n", zipped(), b"#!/bin/sh\n", b"BM" + bytes(60), b"\0" * 64]
    + [encoded(suffix) for suffix in (".tif",)],
)
def test_what_is_no_picture_is_refused(sent, place, data):
    assert reason(pictures.process_picture, sent(data), place) == "ERR_INVALID"
    assert reason(pictures.inspect, data) == "ERR_INVALID"


@pytest.mark.parametrize("magic", MAGIC.values(), ids=MAGIC)
@pytest.mark.parametrize("body", [HTML, SVG, b"%PDF-1.7\n", zipped(), b"=1;alert(1)", b""])
def test_other_things_that_begin_like_a_picture_are_refused(sent, place, magic, body):
    assert reason(pictures.process_picture, sent(magic + body * 20), place) == "ERR_INVALID"
    assert os.listdir(place) == []


def test_what_is_hidden_behind_a_good_picture_is_left_behind(sent, place):
    for suffix in (".jpg", ".png", ".gif"):
        done = pictures.process_picture(sent(encoded(suffix) + HTML + zipped()), place)
        for rendition in (done.original, done.preview):
            data = (place / rendition.name).read_bytes()
            assert HTML not in data
            assert b"PK\x03\x04" not in data


def test_the_name_of_a_file_decides_nothing(tmp_path, place):
    source = tmp_path / "drawing.svg"
    source.write_bytes(encoded(".png"))
    assert pictures.process_picture(source, place).original.mime == "image/png"
    disguised = tmp_path / "photo.jpg"
    disguised.write_bytes(SVG)
    assert reason(pictures.process_picture, disguised, place) == "ERR_INVALID"


def test_readers_for_other_formats_are_blocked_for_the_whole_process(tmp_path):
    pictures.inspect(encoded(".png"))
    for data in (SVG, encoded(".tif")):
        with pytest.raises(pyvips.Error):
            pyvips.Image.new_from_buffer(data, "")
    path = tmp_path / "a.svg"
    path.write_bytes(SVG)
    with pytest.raises(pyvips.Error):
        pyvips.Image.svgload(str(path)).avg()


def test_an_empty_file_is_blank(sent, place):
    assert reason(pictures.process_picture, sent(b""), place) == "ERR_BLANK"


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".avif", ".gif"])
def test_truncated_files_are_refused(sent, place, suffix):
    data = encoded(suffix, drawn(400, 300))
    for part in (0.05, 0.5, 0.8):
        assert reason(pictures.process_picture, sent(data[: int(len(data) * part)]), place) == "ERR_INVALID"
    assert os.listdir(place) == []


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([encoded(suffix) for suffix in (".jpg", ".png", ".webp", ".gif")]),
    st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), min_size=1, max_size=6),
)
def test_changed_bytes_give_a_picture_or_a_clean_refusal(sent, place, data, changes):
    broken = bytearray(data)
    for at, value in changes:
        broken[at % len(broken)] = value
    try:
        done = pictures.process_picture(sent(bytes(broken)), place, Limits(pixels=1_000_000))
    except Invalid as problem:
        refused = {field.reason for field in problem.fields}
    else:
        refused = set() if (place / done.original.name).exists() else {"nothing written"}
    assert refused <= {"ERR_INVALID", "ERR_TOO_LARGE"}


def test_avatars_are_square_and_headers_wide(sent, place):
    source = sent(encoded(".png", drawn(900, 300)))
    avatar, header = pictures.square_avatar(source, place), pictures.header_picture(source, place)
    assert (avatar.name, avatar.width, avatar.height) == ("avatar.png", 400, 400)
    assert (header.name, header.width, header.height) == ("header.png", 1500, 500)
    middle = pyvips.Image.new_from_file(str(place / "avatar.png"))
    assert middle.getpoint(10, 200)[0] > 200 > 60 > middle.getpoint(390, 200)[0]


def test_an_avatar_is_turned_upright_and_loses_its_metadata(sent, place):
    avatar = pictures.square_avatar(sent(loaded_jpeg(6)), place)
    assert SECRET not in (place / avatar.name).read_bytes()
    red, _, blue = pyvips.Image.new_from_file(str(place / avatar.name)).getpoint(200, 10)
    assert red > 200 > 60 > blue


def test_a_line_of_pixels_is_no_avatar(sent, place):
    assert reason(pictures.square_avatar, sent(encoded(".png", drawn(1, 16_000))), place) == "ERR_INVALID"


def test_the_worker_gives_what_the_function_gives(sent, place, tmp_path):
    source = sent(loaded_jpeg(6))
    here = tmp_path / "here"
    here.mkdir()
    worker = PictureWorker()
    assert worker.process(source, place) == pictures.process_picture(source, here)
    assert worker.avatar(source, place) == pictures.square_avatar(source, here)
    assert worker.header(source, place) == pictures.header_picture(source, here)
    for name in os.listdir(here):
        assert (here / name).read_bytes() == (place / name).read_bytes()


def test_the_worker_refuses_as_the_function_does(sent, place):
    worker = PictureWorker()
    assert reason(worker.process, sent(bomb(50_000, 50_000)), place) == "ERR_TOO_LARGE"
    assert reason(worker.process, sent(HTML), place) == "ERR_INVALID"


def test_a_picture_that_needs_too_much_memory_is_refused(sent, place):
    source = sent(drawn(5000, 5000).write_to_buffer(".png", interlace=True, compression=1))
    worker = PictureWorker(memory_bytes=150 * 1024 * 1024)
    assert reason(worker.process, source, place) == "ERR_INVALID"
    assert worker.process(sent(encoded(".png")), place).original.width == 120


def test_a_picture_that_costs_too_much_time_is_refused(sent, place):
    noise = pyvips.Image.gaussnoise(5000, 5000, sigma=60, mean=128).cast("uchar").copy(interpretation="b-w")
    source = sent(noise.write_to_buffer(".png", compression=1))
    worker = PictureWorker(cpu_seconds=1)
    assert reason(worker.process, source, place, Limits(bytes=10**8)) == "ERR_INVALID"


def test_a_worker_past_its_time_is_ended(sent, place):
    source = sent(encoded(".png", drawn(4000, 3000)))
    others = children()
    with pytest.raises(Unavailable, match="too long"):
        PictureWorker(wall_seconds=0.3).process(source, place)
    assert children() <= others
    assert os.listdir(place) == []


def children() -> set[int]:
    """The processes that any thread of this one has started and that are still there.

    A database server that another test has needed may be among them.
    """
    tasks = Path("/proc/self/task").iterdir()
    return {int(pid) for task in tasks for pid in (task / "children").read_text().split()}


def test_a_worker_killed_on_the_way_is_a_clean_error_and_the_next_one_works(sent, place):
    source = sent(encoded(".png", drawn(4000, 3000)))
    worker = PictureWorker()
    caught: list[BaseException] = []

    def work() -> None:
        try:
            worker.process(source, place)
        except Unavailable as problem:
            caught.append(problem)

    others = children()
    thread = threading.Thread(target=work)
    thread.start()
    while not (started := children() - others):
        time.sleep(0.005)
    time.sleep(0.15)
    for pid in started:
        os.kill(pid, 9)
    thread.join(20)
    assert len(caught) == 1
    assert worker.process(sent(encoded(".png")), place).original.width == 120


def test_workers_wait_for_their_turn_and_not_for_ever(sent, place):
    source = sent(encoded(".png", drawn(4000, 3000)))
    worker = PictureWorker(at_once=1, wait_seconds=0.01)
    others = children()
    first = threading.Thread(target=worker.process, args=(source, place))
    first.start()
    while not children() - others:
        time.sleep(0.005)
    with pytest.raises(Unavailable, match="waiting"):
        worker.process(source, place)
    first.join(20)


def test_a_worker_that_cannot_start_is_a_clean_error(sent, tmp_path):
    with pytest.raises(Unavailable):
        PictureWorker().process(sent(encoded(".png")), tmp_path / "nowhere")


def test_a_full_disk_is_told_and_leaves_nothing_half_written(sent, place):
    source = sent(encoded(".png"))
    for work in (pictures.process_picture, PictureWorker().process):
        (place / "original.png.part").symlink_to("/dev/full")
        with pytest.raises(Unavailable, match="no room"):
            work(source, place)
        assert os.listdir(place) == []


def test_the_child_gets_nothing_of_the_servers_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_SECRET_KEY", "x")
    assert not [key for key in child_work.environment(tmp_path) if key.startswith("HOLDFAST")]


def test_the_child_loads_pictures_and_no_other_room(tmp_path):
    task = {"does": "process", "source": "/dev/null", "destination": ".", "limits": {}}
    probe = (
        "import runpy, sys\n"
        f"child = runpy.run_path({str(child_work.CHILD)!r})\n"
        f"child['_worked']({task!r})\n"
        "print(*[m for m in sys.modules if m.startswith('holdfast') or m in ('sqlalchemy', 'litestar')])"
    )
    out = subprocess.run(
        [sys.executable, "-P", "-c", probe],
        env=child_work.environment(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    loaded = {name for name in out.split() if not name.startswith("holdfast.languages")}  # in which its errors speak
    assert loaded == {"holdfast", "holdfast.errors", "holdfast.posts", "holdfast.posts.pictures"}
