"""``holdfast emoji``: one picture, or a ZIP file of which no name, size or link is believed."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.posts.test_pictures import drawn, encoded
from tests.servers import RunningServer

PICTURE = encoded(".png", drawn(24, 24))


def packed(folder: Path, entries: dict[str, bytes], **how: Any) -> str:
    """A ZIP file on the disk; its path."""
    file = folder / "emoji.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = how.get("mode", 0o644) << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return str(file)


def names(server: RunningServer) -> dict[str, dict[str, Any]]:
    return {one["shortcode"]: one for one in server.call("emoji.list")}


def test_emoji_are_added_imported_disabled_and_removed(server: RunningServer, tmp_path: Path) -> None:
    file = tmp_path / "gull.png"
    file.write_bytes(PICTURE)
    told = server.cli("emoji", "add", "cli_gull", str(file), "--category", "birds").ok()
    assert told.out == ":cli_gull: can be used.\n"
    assert "birds" in server.cli("emoji", "list").ok().out
    assert names(server)["cli_gull"]["category"] == "birds"
    entries = {
        "cli_one.png": PICTURE,
        "birds/cli_two.png": PICTURE,
        "__MACOSX/._cli_one.png": b"x",
        "readme.txt": b"hello",
        "with space.png": PICTURE,
        "cli_gull.png": PICTURE,
        "cli_broken.png": b"\x89PNG\r\n\x1a\n" + bytes(40),
        "cli_large.png": bytes(600_000),
    }
    result = server.call("emoji.import", file=packed(tmp_path, entries), category="more")
    assert result["added"] == ["cli_one", "cli_two"]
    problems = {one["name"]: one["problem"] for one in result["refused"]}
    assert set(problems) == {"readme", "with space", "cli_gull", "cli_broken", "cli_large"}
    assert "no picture" in problems["readme"]
    assert "already" in problems["cli_gull"]
    assert "larger" in problems["cli_large"]
    with server.client() as client:
        shown = {one["shortcode"] for one in client.get("/api/v1/custom_emojis").json()}
    assert {"cli_gull", "cli_one", "cli_two"} <= shown
    server.call("emoji.disable", shortcode="cli_one")
    server.call("emoji.remove", shortcode="cli_two")
    assert names(server)["cli_one"]["is_disabled"]
    assert "cli_two" not in names(server)


@pytest.mark.parametrize("name", ["../../cli_evil.png", "/etc/cli_evil.png", "a/../../cli_evil.png", "..\\cli_evil.png",
                                  "C:\\cli_evil.png"])  # fmt: skip
def test_a_name_that_leads_out_of_the_zip_refuses_all_of_it(server: RunningServer, tmp_path: Path, name: str) -> None:
    file = packed(tmp_path, {"cli_fine.png": PICTURE, name: PICTURE})
    with pytest.raises(Exception, match="leads out of it"):
        server.call("emoji.import", file=file)
    assert not {"cli_fine", "cli_evil"} & set(names(server))


def test_a_link_in_a_zip_is_refused(server: RunningServer, tmp_path: Path) -> None:
    file = packed(tmp_path, {"cli_link.png": b"/etc/passwd"}, mode=stat.S_IFLNK | 0o777)
    with pytest.raises(Exception, match="leads out of it"):
        server.call("emoji.import", file=file)


def test_a_bomb_is_refused_before_it_goes_off(server: RunningServer, tmp_path: Path) -> None:
    zeros = bytes(40 * 1024 * 1024)
    file = packed(tmp_path, {f"cli_bomb{number}.png": zeros for number in range(8)})
    assert Path(file).stat().st_size < 1_000_000
    with pytest.raises(Exception, match="would be larger than"):
        server.call("emoji.import", file=file)
    # One that lies about its size is read no further than is allowed.
    lie = bytearray(Path(packed(tmp_path, {"cli_lie.png": zeros})).read_bytes())
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = lie.index(mark)
        lie[start + at : start + at + 4] = (1_000).to_bytes(4, "little")
    Path(file).write_bytes(lie)
    try:
        assert not server.call("emoji.import", file=file)["added"]
    except Exception as problem:
        assert "ZIP" in str(problem)  # noqa: PT017
    many = packed(tmp_path, {f"n{number}.png": b"" for number in range(2_001)})
    with pytest.raises(Exception, match="more than 2000 files"):
        server.call("emoji.import", file=many)


def test_what_is_no_zip_is_told(server: RunningServer, tmp_path: Path) -> None:
    file = tmp_path / "x.zip"
    file.write_bytes(b"PK" + io.BytesIO(bytes(99)).getvalue())
    with pytest.raises(Exception, match="no ZIP file"):
        server.call("emoji.import", file=str(file))
    with pytest.raises(Exception, match="cannot be read"):
        server.call("emoji.import", file=str(tmp_path / "missing.zip"))
