"""Media over HTTP: upload, describe, serve, delete."""

from __future__ import annotations

import io
from typing import Any

import pytest
import pyvips
from sqlalchemy import select, update

from holdfast.jobs.tables import jobs
from holdfast.posts.tables import media
from tests.mastodon.town import Person, Town
from tests.posts.test_pictures import SECRET, drawn, encoded, loaded_jpeg

UPLOAD = "/api/v2/media"


def upload(who: Person, data: bytes | None = None, path: str = UPLOAD, **fields: str) -> dict[str, Any]:
    return who.good(who.ask("POST", path, files={"file": ("cat.png", data or encoded(".png"))}, data=fields))


def fetch(town: Town, url: str) -> Any:
    assert url.startswith(town.db.base_url)
    return town.stranger.ask("GET", url.removeprefix(town.db.base_url))


@pytest.mark.parametrize("path", ["/api/v1/media", UPLOAD])
def test_a_picture_is_ready_at_once_with_all_that_is_known_of_it(town: Town, path: str) -> None:
    ada = town.person("ada")
    made = upload(ada, encoded(".png", drawn(1200, 600)), path, description="a cat", focus="0.5,-2")
    assert (made["type"], made["description"], made["remote_url"]) == ("image", "a cat", None)
    assert made["meta"]["focus"] == {"x": 0.5, "y": -1.0}
    assert made["meta"]["original"] == {"width": 1200, "height": 600, "size": "1200x600", "aspect": 2.0}
    assert made["meta"]["small"]["aspect"] == pytest.approx(2.0, abs=0.02)
    assert 0 < made["meta"]["small"]["width"] < 1200
    assert len(made["blurhash"]) > 20
    assert ada.get(f"/api/v1/media/{made['id']}") == made


def test_files_are_served_for_ever_under_addresses_that_nobody_guesses(town: Town) -> None:
    ada = town.person("ada")
    made, same = upload(ada), upload(ada)
    names = {one[key].rsplit("/", 1)[1] for one in (made, same) for key in ("url", "preview_url")}
    assert made["url"] != same["url"]
    assert all(len(name) >= 24 and made["id"] not in name for name in names)
    for key in ("url", "preview_url"):
        answer = fetch(town, made[key])
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("image/")
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
        assert pyvips.Image.new_from_buffer(answer.content, "").width > 1
    for path in ("/media/x", "/media/small/x", "/media/profile/" + "0" * 64):
        answer = town.stranger.ask("GET", path)
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (404, "*"), path


def test_where_a_picture_was_taken_is_not_in_the_files(town: Town) -> None:
    ada = town.person("ada")
    sent = loaded_jpeg()
    assert SECRET in sent
    made = upload(ada, sent)
    for key in ("url", "preview_url"):
        data = fetch(town, made[key]).content
        assert SECRET not in data and b"Exif" not in data
        fields = pyvips.Image.new_from_buffer(data, "").get_fields()
        assert not [name for name in fields if "gps" in name.lower()]


def test_a_picture_goes_on_a_post_and_can_be_described_before_and_after(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    one, two = upload(ada), upload(ada)
    path = f"/api/v1/media/{one['id']}"
    put = ada.good(ada.ask("PUT", path, data={"description": "before", "focus": "0,1"}))
    assert (put["description"], put["meta"]["focus"]) == ("before", {"x": 0.0, "y": 1.0})
    assert ada.good(ada.ask("PUT", path, json={"focus": "0.1,0.2"}))["description"] == "before"
    made = ada.says("look", media_ids=[two["id"], one["id"]])
    assert [found["id"] for found in made["media_attachments"]] == [two["id"], one["id"]]
    assert made["media_attachments"][1]["description"] == "before"
    edit = {
        "status": "look",
        "media_ids": [two["id"]],
        "media_attributes": [{"id": two["id"], "description": "after", "focus": "1,1"}],
    }
    post = f"/api/v1/statuses/{made['id']}"
    ada.good(ada.ask("PUT", post, json=edit))
    edited = bo.get(post)
    (left,) = edited["media_attachments"]
    assert (left["id"], left["description"], left["meta"]["focus"]) == (two["id"], "after", {"x": 1.0, "y": 1.0})
    first, second = ada.get(f"{post}/history")
    assert [len(version["media_attachments"]) for version in (first, second)] == [2, 1]
    assert first["media_attachments"][0]["description"] is None
    alone = ada.says("", media_ids=[upload(ada)["id"]])
    assert alone["content"] == ""


def test_pictures_belong_to_who_sent_them_and_to_one_post(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    made = upload(ada)
    path = f"/api/v1/media/{made['id']}"
    for method, body in (("GET", None), ("PUT", {"description": "mine"}), ("DELETE", None)):
        assert bo.ask(method, path, json=body).status_code == 404, method
    assert bo.ask("POST", "/api/v1/statuses", json={"status": "x", "media_ids": [made["id"]]}).status_code == 422
    ada.says("x", media_ids=[made["id"]])
    assert ada.ask("POST", "/api/v1/statuses", json={"status": "x", "media_ids": [made["id"]]}).status_code == 422
    assert ada.ask("DELETE", path).status_code == 422
    assert ada.good(ada.ask("PUT", path, json={"description": "still mine"}))["description"] == "still mine"


def test_an_unattached_picture_is_deleted_with_its_files(town: Town) -> None:
    ada = town.person("ada")
    made = upload(ada, encoded(".png", drawn(77, 33)))
    with town.db.read() as r:
        key = r.value(select(media.c.blob_key).where(media.c.id == int(made["id"])))
    assert ada.good(ada.ask("DELETE", f"/api/v1/media/{made['id']}")) == {}
    town.run_jobs()
    assert fetch(town, made["url"]).status_code == fetch(town, made["preview_url"]).status_code == 404
    assert ada.ask("GET", f"/api/v1/media/{made['id']}").status_code == 404
    with town.db.store.transaction() as tx:  # the files go an hour later
        tx.run(update(jobs).where(jobs.c.kind == "posts.remove_files").values(run_at=1))
    town.run_jobs()
    assert not list(town.db.config.data_dir.glob(f"media/**/{key}*"))


@pytest.mark.parametrize("with_media", [True, False])
def test_deleting_a_post_keeps_its_pictures_for_a_redraft_unless_told_otherwise(town: Town, with_media: bool) -> None:
    ada = town.person("ada")
    made = upload(ada, encoded(".png", drawn(50, 41)), description="a cat")
    status = ada.says("x", media_ids=[made["id"]])
    params = {"delete_media": "true"} if with_media else {}
    gone = ada.good(ada.ask("DELETE", f"/api/v1/statuses/{status['id']}", params=params))
    assert [found["id"] for found in gone["media_attachments"]] == [made["id"]]
    town.run_jobs()
    again = ada.ask("POST", "/api/v1/statuses", json={"status": "x", "media_ids": [made["id"]]})
    if with_media:
        assert again.status_code == 422
        assert fetch(town, made["url"]).status_code == 404
    else:
        assert again.json()["media_attachments"][0]["description"] == "a cat"
        assert fetch(town, made["url"]).status_code == 200


def test_what_is_no_picture_is_refused_in_words(town: Town) -> None:
    ada = town.person("ada")
    cases: list[tuple[dict[str, Any], int]] = [
        ({}, 422),
        ({"data": {"file": "words"}}, 422),
        ({"files": {"file": ("a.png", b"not a picture")}}, 422),
        ({"files": {"file": ("a.png", b"")}}, 422),
        ({"files": {"file": ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")}}, 422),
        ({"files": {"file": ("a.png", encoded(".png")[:60])}}, 422),
        ({"files": {"file": ("a.png", encoded(".png"))}, "data": {"focus": "left"}}, 422),
        ({"files": {"file": ("a.png", encoded(".png"))}, "data": {"focus": "nan,0"}}, 422),
        ({"files": {"file": ("a.png", encoded(".png"))}, "data": {"description": "x" * 1501}}, 422),
        ({"files": {"file": ("a.png", io.BytesIO(bytes(17_000_000)))}}, 422),
    ]
    for options, status in cases:
        answer = ada.ask("POST", UPLOAD, **options)
        assert answer.status_code == status, (options.get("data"), answer.text)
        assert answer.json()["error"]
        assert answer.headers["access-control-allow-origin"] == "*"
