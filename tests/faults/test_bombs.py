"""Files that are no pictures, or become far more than they are: refused in words, while everybody else reads on."""

from __future__ import annotations

import threading
import time

import httpx
import pytest

from tests.faults.pictures import bomb, disguised, endless_gif, noise, text_bomb
from tests.servers import NewMember, RunningServer

pytestmark = pytest.mark.long

LONGEST_READ_S = 0.25  # p99, with the picture's own process at work on the other core


def upload(client: httpx.Client, name: str, data: bytes) -> httpx.Response:
    """Send it as a picture for a post."""
    return client.post("/api/v2/media", files={"file": (name, data, "image/png")}, timeout=60)


def as_avatar(client: httpx.Client, name: str, data: bytes) -> httpx.Response:
    """Send it as a profile picture."""
    files = {"avatar": (name, data, "image/png")}
    return client.patch("/api/v1/accounts/update_credentials", files=files, timeout=60)


class Reader:
    """Somebody who reads all the time, and how long each answer took."""

    def __init__(self, server: RunningServer, member: NewMember) -> None:
        self.took: list[float] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._read, args=(server, member))

    def _read(self, server: RunningServer, member: NewMember) -> None:
        with server.client(member.token) as client:
            while not self._stopping.is_set():
                began = time.monotonic()
                assert client.get("/api/v1/timelines/home").status_code == 200
                self.took.append(time.monotonic() - began)
                time.sleep(0.005)

    def __enter__(self) -> Reader:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()

    @property
    def p99(self) -> float:
        """Seconds within which 99 of 100 answers came."""
        return sorted(self.took)[int(len(self.took) * 0.99)]


def ended(client: httpx.Client, media_id: str) -> httpx.Response:
    """The answer about an upload once the work on it has ended."""
    end = time.monotonic() + 60
    while (answer := client.get(f"/api/v1/media/{media_id}")).status_code == 206:
        assert time.monotonic() < end, "the work does not end"
        time.sleep(0.2)
    return answer


def test_files_that_blow_up_are_refused_while_others_read_on(server: RunningServer) -> None:
    ada, berit = server.member("ada"), server.member("berit")
    bombs = {
        "squares.png": bomb(60_000, 60_000),
        "line.png": bomb(16_000, 16_000),
        "words.png": text_bomb(),
        "endless.gif": endless_gif(),
    }
    assert all(len(data) < 1_500_000 for data in bombs.values())
    with server.client(ada.token) as client, Reader(server, berit) as reader:
        for name, data in bombs.items():
            answer = upload(client, name, data)
            # A compressed text in an honest picture is never unpacked, so that picture is one like any other.
            if answer.status_code == 202:  # an animation is looked at later, within its own limits
                answer = ended(client, answer.json()["id"])
            assert answer.status_code == (200 if name == "words.png" else 422), (name, answer.text)
            assert answer.json().get("error") or name == "words.png"
        assert as_avatar(client, "squares.png", bombs["squares.png"]).status_code == 422
    assert len(reader.took) > 20
    assert reader.p99 < LONGEST_READ_S, f"{reader.p99:.3f} s, at most {max(reader.took):.3f} s"


def test_files_in_disguise_are_refused_in_words(server: RunningServer) -> None:
    ada = server.member("ada")
    with server.client(ada.token) as client:
        before = client.get("/api/v1/accounts/verify_credentials").json()["avatar"]
        for number, (name, data) in enumerate(disguised().items()):
            answers = [upload(client, name, data)]
            if number % 4 == 0:
                answers.append(as_avatar(client, name, data))
            for answer in answers:
                assert answer.status_code == 422, (name, answer.status_code, answer.text)
                assert answer.json()["error"], name
        assert client.get("/api/v1/accounts/verify_credentials").json()["avatar"] == before


def test_a_picture_larger_than_the_limit_is_refused_before_it_is_looked_at(server: RunningServer) -> None:
    ada = server.member("ada")
    with server.client(ada.token) as client:
        began = time.monotonic()
        answer = upload(client, "large.png", noise(18 * 1024 * 1024))
        assert answer.status_code == 422, answer.text
        assert upload(client, "huge.png", b"\0" * (65 * 1024 * 1024)).status_code in (413, 422)
        assert time.monotonic() - began < 20


def test_what_is_kept_of_a_picture_is_made_anew_and_served_as_a_picture_only(server: RunningServer) -> None:
    ada = server.member("ada")
    page = b"<script>alert(document.domain)</script>"
    with server.client(ada.token) as client:
        kept = upload(client, "page.html", noise(3_000) + page).json()
        for url in (kept["url"], kept["preview_url"]):
            answer = client.get(url)
            assert answer.headers["content-type"].startswith("image/")
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert "sandbox" in answer.headers["content-security-policy"]
            assert page not in answer.content
