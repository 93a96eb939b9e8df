"""Films, sounds and animations over HTTP: taken in at once, worked on in a job, played in parts."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from holdfast.posts.tables import blobs, media
from tests.mastodon.town import Person, Town
from tests.posts.recording_files import WORDS, recording
from tests.posts.test_pictures import drawn, encoded

pytestmark = pytest.mark.long

UPLOAD = "/api/v2/media"


def sent(who: Person, name: str, data: bytes | None = None, path: str = UPLOAD, **fields: Any) -> Any:
    files = {"file": ("x.bin", data or recording(name))}
    if "thumbnail" in fields:
        files["thumbnail"] = ("poster.png", fields.pop("thumbnail"))
    return who.ask("POST", path, files=files, data=fields)


def fetched(town: Town, url: str, **headers: str) -> Any:
    assert url.startswith(town.db.base_url)
    return town.stranger.ask("GET", url.removeprefix(town.db.base_url), headers=headers)


def test_a_film_waits_is_worked_on_and_goes_on_a_post(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    answer = sent(ada, "a.mp4", description="waves", focus="0.5,0.5")
    assert answer.status_code == 202
    made = answer.json()
    assert (made["type"], made["url"], made["preview_url"], made["description"]) == ("video", None, None, "waves")
    path = f"/api/v1/media/{made['id']}"
    assert ada.ask("GET", path).status_code == 206
    assert bo.ask("GET", path).status_code == 404
    refused = ada.ask("POST", "/api/v1/statuses", json={"status": "x", "media_ids": [made["id"]]})
    assert refused.status_code == 422
    assert "not finished processing" in refused.json()["error"]
    town.run_jobs()
    ready = ada.ask("GET", path)
    assert ready.status_code == 200
    film = ready.json()
    assert film["url"].endswith(".mp4")
    assert film["meta"]["original"]["frame_rate"] == "10/1"
    assert film["meta"]["small"]["size"] == "160x120"
    assert film["meta"]["focus"] == {"x": 0.5, "y": 0.5}
    assert film["blurhash"]
    posted = ada.says("look", media_ids=[made["id"]])
    assert posted["media_attachments"] == [film]
    data = fetched(town, film["url"])
    assert data.headers["content-type"] == "video/mp4"
    assert not [word for word in WORDS if word in data.content]
    assert fetched(town, film["preview_url"]).headers["content-type"] == "image/jpeg"


def test_what_was_sent_is_gone_once_it_has_been_worked_on(town: Town) -> None:
    ada = town.person("ada")
    before = {file.name for file in town.db.config.media_dir.rglob("*") if file.is_file()}
    made = sent(ada, "a.mp3").json()
    town.run_jobs()
    town.run_jobs()
    after = {file for file in town.db.config.media_dir.rglob("*") if file.is_file()}
    fresh = [file.read_bytes() for file in after if file.name not in before]
    assert not [data for data in fresh if any(word in data for word in WORDS)]
    assert not list((town.db.config.data_dir / "work").iterdir())
    with town.db.read() as r:
        row = r.rows(select(media).where(media.c.id == int(made["id"])))[0]
        owned = r.value(select(func.count()).select_from(blobs).where(blobs.c.owner_id == int(ada.id)))
    assert (row.state, row.kind, row.source_key, owned) == ("ready", "audio", None, 1)


@pytest.mark.parametrize(("name", "kind"), [("a.gif", "gifv"), ("a.png", "gifv"), ("a.ogg", "audio")])
def test_other_kinds_are_told_by_their_content(town: Town, name: str, kind: str) -> None:
    ada = town.person("ada")
    made = sent(ada, name).json()
    assert made["type"] == kind
    town.run_jobs()
    ready = ada.get(f"/api/v1/media/{made['id']}")
    assert ready["type"] == kind
    assert (ready["preview_url"] is None) == (kind == "audio")


def test_what_is_damaged_fails_in_words_and_leaves_nothing(town: Town) -> None:
    ada = town.person("ada")
    film = recording("a.mp4")
    made = sent(ada, "", film[: len(film) // 2]).json()
    town.run_jobs()
    answer = ada.ask("GET", f"/api/v1/media/{made['id']}")
    assert answer.status_code == 422
    assert "damaged" in answer.json()["error"]
    refused = ada.ask("POST", "/api/v1/statuses", json={"status": "x", "media_ids": [made["id"]]})
    assert (refused.status_code, "could not be processed" in refused.json()["error"]) == (422, True)
    with town.db.read() as r:
        assert not r.value(select(func.count()).select_from(blobs).where(blobs.c.owner_id == int(ada.id)))
    unknown = sent(ada, "", b"#EXTM3U\nfile:///etc/passwd\n")
    assert unknown.status_code == 422
    assert "no picture, video or sound" in unknown.json()["error"]


def test_a_recording_that_ends_the_server_again_and_again_fails_in_the_end(town: Town) -> None:
    ada = town.person("ada")
    made = sent(ada, "a.mp3").json()
    with town.db.store.transaction() as tx:
        tx.run(update(media).where(media.c.id == int(made["id"])).values(attempts=5))
    town.run_jobs()
    assert ada.ask("GET", f"/api/v1/media/{made['id']}").status_code == 422


def test_what_is_taken_back_while_it_waits_is_not_worked_on(town: Town) -> None:
    ada = town.person("ada")
    made = sent(ada, "a.mp3").json()
    path = f"/api/v1/media/{made['id']}"
    assert ada.ask("DELETE", path).status_code == 200
    town.run_jobs()
    assert ada.ask("GET", path).status_code == 404
    with town.db.read() as r:
        assert not r.value(select(func.count()).select_from(blobs).where(blobs.c.owner_id == int(ada.id)))


def test_a_poster_of_ones_own_stays_and_can_be_changed(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    made = sent(ada, "a.mp4", thumbnail=encoded(".png", drawn(90, 60))).json()
    first = made["preview_url"]
    assert fetched(town, first).status_code == 200
    town.run_jobs()
    ready = ada.get(f"/api/v1/media/{made['id']}")
    assert (ready["preview_url"], ready["meta"]["small"]["size"]) == (first, "90x60")
    posted = ada.says("look", media_ids=[made["id"]])
    path = f"/api/v1/media/{made['id']}"
    picture = {"thumbnail": ("p.png", encoded(".png", drawn(60, 90)))}
    changed = ada.good(ada.ask("PUT", path, files=picture))
    assert changed["preview_url"] != first
    assert changed["meta"]["small"]["size"] == "60x90"
    assert bo.get(f"/api/v1/statuses/{posted['id']}")["media_attachments"] == [changed]
    refused = ada.ask("PUT", path, files={"thumbnail": ("p.png", b"no picture")})
    assert (refused.status_code, "thumbnail" in refused.json()["details"]) == (422, True)
    assert bo.ask("PUT", path, files=picture).status_code == 404
    still = sent(ada, "", encoded(".png", drawn(80, 80)), thumbnail=encoded(".png", drawn(40, 20)))
    assert (still.status_code, still.json()["meta"]["small"]["size"]) == (200, "40x20")


def test_files_are_sent_in_parts(town: Town) -> None:
    ada = town.person("ada")
    made = sent(ada, "a.mp3").json()
    town.run_jobs()
    url = ada.get(f"/api/v1/media/{made['id']}")["url"]
    whole = fetched(town, url)
    size, tag = len(whole.content), whole.headers["etag"]
    assert whole.headers["accept-ranges"] == "bytes"
    for asked, first, last in (("0-99", 0, 99), ("100-", 100, size - 1), ("-10", size - 10, size - 1)):
        part = fetched(town, url, range=f"bytes={asked}")
        assert part.status_code == 206
        assert part.headers["content-range"] == f"bytes {first}-{last}/{size}"
        assert part.content == whole.content[first : last + 1]
        assert "sandbox" in part.headers["content-security-policy"]
        assert part.headers["x-content-type-options"] == "nosniff"
        assert part.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert fetched(town, url, range=f"bytes={size}-").status_code == 416
    assert fetched(town, url, range="bytes=0-1,5-6").content == whole.content
    assert fetched(town, url, range="bytes=9-2").status_code == 200
    assert fetched(town, url, **{"range": "bytes=0-9", "if-range": tag}).status_code == 206
    assert fetched(town, url, **{"range": "bytes=0-9", "if-range": '"other"'}).content == whole.content
    assert fetched(town, url, **{"if-none-match": tag}).status_code == 304
    head = town.stranger.ask("HEAD", url.removeprefix(town.db.base_url))
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(size))


def test_nobody_fills_the_queue_alone(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    made = sent(ada, "a.mp3").json()
    with town.db.store.transaction() as tx:
        row = tx.rows(select(media).where(media.c.id == int(made["id"])))[0]._asdict()
        for number in range(1, 8):
            tx.run(insert(media).values({**row, "id": row["id"] + number, "file_name": f"{row['file_name']}{number}"}))
    refused = sent(ada, "a.mp3")
    assert (refused.status_code, "still being worked on" in refused.json()["error"]) == (429, True)
    assert refused.headers["retry-after"] == "60"
    assert sent(ada, "", encoded(".png")).status_code == 200
    assert sent(bo, "a.mp3").status_code == 202
    town.run_jobs()
    with town.db.store.transaction() as tx:
        tx.run(update(media).where(media.c.account_id == int(ada.id)).values(state="failed"))


def test_nothing_is_stored_of_what_is_refused(town: Town) -> None:
    ada = town.person("ada")
    before = len(list(town.db.config.media_dir.rglob("*")))
    refused = sent(ada, "a.mp4", description="x" * 20_000)
    assert refused.status_code == 422
    assert len(list(town.db.config.media_dir.rglob("*"))) == before


def test_the_limits_are_told_and_kept(town: Town) -> None:
    ada = town.person("ada")
    told = ada.get("/api/v2/instance")["configuration"]["media_attachments"]
    assert {"video/mp4", "video/webm", "audio/mpeg", "image/gif"} <= set(told["supported_mime_types"])
    assert (told["video_size_limit"], told["video_frame_rate_limit"], told["video_matrix_limit"]) == (
        104_857_600, 120, 8_294_400,
    )  # fmt: skip
    big = sent(ada, "", recording("a.mp3") + bytes(told["video_size_limit"]))
    assert (big.status_code, "larger than" in big.json()["error"]) == (422, True)
