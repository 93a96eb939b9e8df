"""The server killed while it works on a film: it is worked on after all, once, and nothing is left lying about."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.databases import ENGINES
from tests.faults.checking import eventually
from tests.posts.recording_files import recording
from tests.servers import RunningServer

NewServer = Callable[..., RunningServer]

pytestmark = pytest.mark.long

SECONDS = 15  # of a film over which a server is killed


def encoders(server: RunningServer) -> list[psutil.Process]:
    """The processes that work on files for this server, or did until it died."""
    found = []
    for process in psutil.process_iter(["cmdline", "cwd"]):
        line = process.info["cmdline"] or []
        if any(part.endswith("picture_child.py") for part in line) and str(server.data_dir) in str(process.info["cwd"]):
            found.append(process)
    return found


@pytest.mark.parametrize("engine", ENGINES)
def test_a_film_survives_the_server_being_killed_over_it(engine: str, new_server: NewServer) -> None:
    server = new_server(engine).start().set_up()
    ada = server.member("ada")
    with server.client(ada.token) as client:
        film = recording("long.mp4", seconds=SECONDS, size=(640, 480), rate=30)
        answer = client.post("/api/v2/media", files={"file": ("x", film)})
        assert answer.status_code == 202
        path = f"/api/v1/media/{answer.json()['id']}"
        eventually(lambda: bool(encoders(server)), "the film is worked on")
        assert client.get(path).status_code == 206
    server.stop(kill=True)
    eventually(lambda: not encoders(server), "its process has died with the server")
    server.start()
    with server.client(ada.token) as client:
        eventually(lambda: client.get(path).status_code == 200, "the film is ready", seconds=90)
        made = client.get(path).json()
        assert made["meta"]["original"]["duration"] == pytest.approx(SECONDS, abs=0.5)
        posted = client.post("/api/v1/statuses", json={"status": "sea", "media_ids": [made["id"]]})
        assert [one["id"] for one in posted.json()["media_attachments"]] == [made["id"]]
    assert not list((Path(server.data_dir) / "work").iterdir())


def test_the_old_form_answers_when_the_film_is_ready(new_server: NewServer) -> None:
    server = new_server("sqlite").start().set_up()
    ada = server.member("ada")
    with server.client(ada.token) as client:
        answer = client.post("/api/v1/media", files={"file": ("x", recording("a.mp4"))}, timeout=60)
        assert (answer.status_code, answer.json()["url"][-4:]) == (200, ".mp4")
        film = recording("a.mp4")
        broken = client.post("/api/v1/media", files={"file": ("x", film[: len(film) // 2])}, timeout=60)
        assert (broken.status_code, "damaged" in broken.json()["error"]) == (422, True)


def test_a_server_that_stops_does_not_wait_for_a_film(new_server: NewServer) -> None:
    server = new_server("sqlite").start().set_up()
    ada = server.member("ada")
    with server.client(ada.token) as client:
        film = recording("long.mp4", seconds=SECONDS, size=(640, 480), rate=30)
        path = f"/api/v1/media/{client.post('/api/v2/media', files={'file': ('x', film)}).json()['id']}"
        eventually(lambda: bool(encoders(server)), "the film is worked on")
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 10
    server.start()
    with server.client(ada.token) as client:
        assert client.get(path).status_code == 206, "it was waited for"
        eventually(lambda: client.get(path).status_code == 200, "the film is ready", seconds=90)
