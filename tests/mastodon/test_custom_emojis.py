"""Custom emoji: added by administrators, shown wherever members write their names."""

from __future__ import annotations

from typing import Any

import pytest
import pyvips

from holdfast import posts
from holdfast.acting import SYSTEM, Acting
from holdfast.errors import Invalid
from holdfast.posts.emojis import MayNotChangeEmoji
from tests.mastodon.town import Town
from tests.posts.recording_files import recording
from tests.posts.test_pictures import SECRET, drawn, encoded, loaded_jpeg


def added(town: Town, name: str, data: bytes | None = None, **how: Any) -> None:
    stored = posts.store_emoji(town.db, data or encoded(".png", drawn(40, 40)))
    town.db.submit(lambda: posts.add_emoji(town.db, SYSTEM, name, *stored, **how)).result()


def changed(town: Town, command: Any, *values: Any, **named: Any) -> None:
    town.db.submit(lambda: command(town.db, SYSTEM, *values, **named)).result()


def picture(town: Town, url: str) -> Any:
    answer = town.stranger.ask("GET", url.removeprefix(town.db.base_url))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    return pyvips.Image.new_from_buffer(answer.content, "")


def listed(town: Town) -> dict[str, Any]:
    return {one["shortcode"]: one for one in town.stranger.get("/api/v1/custom_emojis")}


def test_an_emoji_is_listed_drawn_anew_and_at_rest(town: Town) -> None:
    added(town, "still_one", loaded_jpeg(), category="sea")
    added(town, "moves", recording("a.gif"))
    found = listed(town)
    still, moves = found["still_one"], found["moves"]
    assert (still["category"], moves["category"], still["visible_in_picker"]) == ("sea", None, True)
    assert still["url"] == still["static_url"]
    assert moves["url"] != moves["static_url"]
    shown = picture(town, moves["url"])
    assert (shown.get("n-pages"), max(shown.width, shown.height)) == (10, 128)
    assert picture(town, moves["static_url"]).get("vips-loader") == "pngload_buffer"
    data = town.stranger.ask("GET", still["url"].removeprefix(town.db.base_url)).content
    assert SECRET not in data


def test_emoji_stand_in_posts_warnings_polls_edits_and_profiles(town: Town) -> None:
    added(town, "gull")
    added(town, "wave")
    ada = town.person("ada")
    ada.good(
        ada.ask(
            "PATCH",
            "/api/v1/accounts/update_credentials",
            json={
                "display_name": "Ada :gull:",
                "note": "likes :wave:",
                "fields_attributes": [{"name": "bird", "value": ":gull:"}],
            },
        )
    )
    made = ada.says(
        "a :gull: and x:wave:y and http://example.org/:wave: and :unknown:",
        spoiler_text=":wave:!",
        poll={"options": [":gull: yes", "no"], "expires_in": 600},
    )
    names = {"gull", "wave"}
    assert {one["shortcode"] for one in made["emojis"]} == names
    assert {one["shortcode"] for one in made["account"]["emojis"]} == names
    assert [one["shortcode"] for one in made["poll"]["emojis"]] == ["gull"]
    assert ":gull:" in made["content"]
    assert ada.get(f"/api/v1/polls/{made['poll']['id']}")["emojis"] == made["poll"]["emojis"]
    ada.good(ada.ask("PUT", f"/api/v1/statuses/{made['id']}", json={"status": "no bird"}))
    before, after = ada.get(f"/api/v1/statuses/{made['id']}/history")
    assert {one["shortcode"] for one in before["emojis"]} == names
    assert after["emojis"] == []


def test_a_change_shows_at_once_in_what_was_kept(town: Town) -> None:
    ada = town.person("ada")
    made = ada.says("later :late:")
    path = f"/api/v1/statuses/{made['id']}"
    assert ada.get(path)["emojis"] == []
    added(town, "late")
    first = ada.get(path)["emojis"][0]
    added(town, "late", encoded(".png", drawn(20, 20)), replace=True)
    assert ada.get(path)["emojis"][0]["url"] != first["url"]
    changed(town, posts.disable_emoji, "late")
    assert ada.get(path)["emojis"] == []
    assert "late" not in listed(town)
    changed(town, posts.disable_emoji, "late", is_disabled=False)
    assert "late" in listed(town)
    changed(town, posts.remove_emoji, ":late:")
    assert ada.get(path)["emojis"] == []


def test_files_of_a_removed_emoji_go_and_shared_ones_stay(town: Town) -> None:
    same = encoded(".png", drawn(33, 33))
    added(town, "one_a", same)
    added(town, "one_b", same)
    url = listed(town)["one_a"]["url"]
    for name in ("one_a", "one_b"):
        changed(town, posts.remove_emoji, name)
        keys = (url.rsplit("/", 1)[1],)
        posts.removing_files(posts.delete_blobs)(town.db, posts.RemoveFiles(keys))
        answer = town.stranger.ask("GET", url.removeprefix(town.db.base_url))
        assert answer.status_code == (200 if name == "one_a" else 404)


@pytest.mark.parametrize("name", ["x", "a b", "../etc", "ümlaut", "a" * 65, "<b>", ""])
def test_a_wrong_name_is_refused(town: Town, name: str) -> None:
    with pytest.raises(Invalid, match="letters from a to z"):
        posts.check_shortcode(name)
    assert name not in listed(town)


def test_members_do_not_change_emoji(town: Town) -> None:
    ada = town.person("ada")
    with pytest.raises(MayNotChangeEmoji):
        posts.add_emoji(town.db, Acting(int(ada.id)), "mine", "0" * 64, "0" * 64)


def test_what_is_no_small_picture_is_refused(town: Town) -> None:
    for data, words in (
        (b"GIF89a" + bytes(50), "damaged|cannot|kind"),
        (bytes(300_000), "larger than"),
        (b"", "empty"),
    ):
        with pytest.raises(Invalid, match=words):
            posts.store_emoji(town.db, data)
