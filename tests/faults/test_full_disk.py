"""The disk under the data folder fills up: clear words, nothing broken, and on it goes when there is room."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pysqlite3.dbapi2 as sqlite
import pytest

from tests.faults.checking import check_posts, check_whole, eventually, idle
from tests.faults.pictures import noise
from tests.faults.posting import Told
from tests.servers import NewMember, RunningServer

SIZE_MB = 24


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of its own with little room."""
    folder = tmp_path / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "holdfast-test", folder], check=True)
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.fixture
def server(small_disk: Path) -> Iterator[RunningServer]:
    """A server whose data and temporary files lie on the small disk."""
    temporary = small_disk / "tmp"
    temporary.mkdir()
    running = RunningServer("sqlite", small_disk / "data", {"TMPDIR": str(temporary)})
    running.start().set_up()
    running.call("settings.set", values={"new_account_posts_per_hour": 0})
    yield running
    running.stop(kill=True)


def fill(folder: Path) -> Path:
    """Take the last byte of room."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (65_536, 4_096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    return ballast


def told_full(answer: httpx.Response) -> None:
    """The answer says what is the matter, and when to come again."""
    assert answer.status_code == 503, answer.text
    assert "full" in answer.json()["error"], answer.text
    assert int(answer.headers["retry-after"]) >= 1


@pytest.mark.system
def test_a_full_disk_refuses_posts_in_words_and_breaks_nothing(server: RunningServer, small_disk: Path) -> None:
    ada = server.member("ada")
    told = Told()
    with server.client(ada.token) as client:

        def post(number: int) -> httpx.Response:
            text = f"{ada.name} says {number} {'x' * 400}"
            answer = client.post("/api/v1/statuses", json={"status": text}, headers={"idempotency-key": str(number)})
            if answer.status_code == 200:
                told.acknowledged[text] = answer.json()["id"]
            return answer

        for round_ in range(2):
            begin = round_ * 1_000
            assert post(begin).status_code == 200
            ballast = fill(small_disk)
            # The log has some room of its own from before, so the first posts still find their place.
            full = next(number for number in range(begin + 1, begin + 900) if post(number).status_code != 200)
            refused = [number for number in range(full, full + 20) if post(number).status_code != 200]
            assert refused[0] == full
            told_full(post(begin + 900))
            assert client.get(f"/api/v1/accounts/{ada.id}/statuses").status_code == 200
            assert client.get("/api/v1/timelines/home").status_code == 200
            assert client.get("/readyz").status_code == 503
            ballast.unlink()
            eventually(lambda: post(begin + 901).status_code == 200, "there is room, so posts are taken")  # noqa: B023
            for number in refused:
                assert post(number).status_code == 200
        idle(server)
        check_posts(server, ada, told)
        check_whole(server)
    assert server.stop() == 0
    connection = sqlite.connect(server.data_dir / "holdfast.db")
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


def upload(client: httpx.Client, picture: bytes) -> httpx.Response:
    """Send a picture."""
    return client.post("/api/v2/media", files={"file": ("gull.png", picture, "image/png")}, timeout=30)


@pytest.mark.system
@pytest.mark.parametrize("picture_bytes", [20_000, 2_000_000], ids=["small", "large"])
def test_a_full_disk_refuses_pictures_in_words_and_leaves_no_halves(
    server: RunningServer, small_disk: Path, picture_bytes: int
) -> None:
    ada: NewMember = server.member("ada")
    picture = noise(picture_bytes)
    with server.client(ada.token) as client:
        assert upload(client, noise(3_000)).status_code == 200
        before = blobs(server)
        ballast = fill(small_disk)
        told_full(upload(client, picture))
        files = {"avatar": ("gull.png", picture, "image/png")}
        told_full(client.patch("/api/v1/accounts/update_credentials", files=files))
        assert blobs(server) == before
        ballast.unlink()
        eventually(lambda: upload(client, picture).status_code == 200, "there is room, so pictures are taken")
    assert not list((small_disk / "tmp").iterdir())
    idle(server)
    check_whole(server)


def blobs(server: RunningServer) -> set[Path]:
    """Every file of the media folder, unfinished ones too."""
    return {path for path in (server.data_dir / "media").rglob("*") if path.is_file()}
