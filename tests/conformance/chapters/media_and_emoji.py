"""A film that is worked on later, one that cannot be, and emoji wherever they can stand."""

from __future__ import annotations

from typing import Any

from holdfast import posts
from holdfast.acting import SYSTEM
from tests.conformance.scenario import Life, picture
from tests.posts.recording_files import recording


def live(life: Life) -> None:
    """Upload, wait, attach, change the poster; add emoji and write them."""
    _films(life)
    _emoji(life)


def _films(life: Life) -> None:
    ada = life.ada
    film = recording("a.mp4")
    made = ada.ask("POST", "/api/v2/media", files={"file": ("a", film)}, data={"description": "waves", "focus": "0,1"})
    assert (made.status_code, made.json()["url"]) == (202, None)
    path = f"/api/v1/media/{made.json()['id']}"
    assert ada.ask("GET", path).status_code == 206
    broken = ada.ask("POST", "/api/v2/media", files={"file": ("b", film[: len(film) // 2])}).json()
    life.town.run_jobs()
    ready = ada.get(path)
    assert ready["meta"]["original"]["frame_rate"]
    assert ada.ask("GET", f"/api/v1/media/{broken['id']}").status_code == 422
    changed = ada.good(ada.ask("PUT", path, files={"thumbnail": ("p.png", picture())}))
    assert changed["preview_url"] != ready["preview_url"]
    assert ada.get(path) == changed
    assert ada.says("Look at the sea", media_ids=[ready["id"]])["media_attachments"] == [changed]


def _emoji(life: Life) -> None:
    stored = posts.store_emoji(life.db, picture())

    def add() -> Any:
        return posts.add_emoji(life.db, SYSTEM, "buoy", *stored, category="harbour")

    life.db.submit(add).result()
    assert "buoy" in [one["shortcode"] for one in life.stranger.get("/api/v1/custom_emojis")]
    ada, names = life.ada, {"display_name": "Ada :buoy:"}
    before = ada.get("/api/v1/accounts/verify_credentials")["display_name"]
    assert ada.good(ada.ask("PATCH", "/api/v1/accounts/update_credentials", json=names))["emojis"]
    poll = {"options": [":buoy:", "none"], "expires_in": 600}
    made = ada.says("Which :buoy:?", spoiler_text=":buoy:", poll=poll)
    assert made["emojis"] and made["poll"]["emojis"] and made["account"]["emojis"]
    assert ada.get(f"/api/v1/polls/{made['poll']['id']}")["emojis"]
    ada.good(ada.ask("PUT", f"/api/v1/statuses/{made['id']}", json={"status": "That :buoy:"}))
    assert all(version["emojis"] for version in ada.get(f"/api/v1/statuses/{made['id']}/history"))
    ada.good(ada.ask("PATCH", "/api/v1/accounts/update_credentials", json={"display_name": before}))
