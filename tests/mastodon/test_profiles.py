"""The caller's own profile through the client API."""

from __future__ import annotations

import io

import pytest

from holdfast.acting import SYSTEM
from holdfast.writes import Ability, Database, switch_off
from tests.mastodon.asking import Api


def picture(kind: str = ".png", *, width: int = 64, height: int = 48) -> bytes:
    import pyvips  # loaded where pictures are made, as the server does

    colour = pyvips.Image.black(width, height, bands=3).linear(1, [200, 80, 40])
    return colour.cast("uchar").write_to_buffer(kind)


def change(who, **body):
    return who.good(who.ask("PATCH", "/api/v1/accounts/update_credentials", json=body))


def test_verify_credentials_tells_the_caller_everything_about_themselves(api: Api) -> None:
    ada = api.member("ada", role="owner")
    me = ada.get("/api/v1/accounts/verify_credentials")
    assert me["id"] == ada.id
    assert me["source"] == {
        "attribution_domains": [],
        "note": "",
        "fields": [],
        "privacy": "public",
        "sensitive": False,
        "language": "en",
        "follow_requests_count": 0,
        "hide_collections": False,
        "discoverable": None,
        "indexable": False,
        "quote_policy": "public",
    }
    assert me["role"]["name"] == "Owner"
    assert int(me["role"]["permissions"]) & 0x1
    assert me["roles"][0]["name"] == "Owner"


def test_the_permissions_of_a_role_grow_with_its_rank(api: Api) -> None:
    bits = {
        role: int(
            api.member(f"one_{role}", role=role).get("/api/v1/accounts/verify_credentials")["role"]["permissions"]
        )
        for role in ("member", "moderator", "administrator", "owner")
    }
    assert bits["member"] & bits["moderator"] == bits["member"] != bits["moderator"]
    assert bits["moderator"] & 0x10
    assert not bits["moderator"] & 0x40
    assert bits["administrator"] & 0x40
    assert not bits["administrator"] & 0x1
    assert bits["owner"] & 0x1


def test_the_profile_scope_is_enough_to_know_who_signed_in(api: Api) -> None:
    ada = api.member("ada", scopes="profile")
    assert ada.get("/api/v1/accounts/verify_credentials")["acct"] == "ada"
    assert ada.ask("GET", "/api/v1/preferences").status_code == 403


def test_a_profile_changes_as_json(api: Api) -> None:
    ada = api.member("ada")
    bo = api.member("bo")
    me = change(
        ada,
        display_name="Ada L.",
        note="I know @bo and #engines\n\nsee https://engine.example",
        locked=True,
        bot=True,
        discoverable=True,
        indexable=True,
        hide_collections=True,
        attribution_domains=["paper.example"],
        fields_attributes=[{"name": "Home", "value": "https://ada.example"}, {"name": "", "value": ""}],
        source={"privacy": "private", "sensitive": True, "language": "de", "quote_policy": "nobody"},
    )
    assert (me["display_name"], me["locked"], me["bot"], me["indexable"]) == ("Ada L.", True, True, True)
    assert f'href="{api.db.base_url}/@bo"' in me["note"]
    assert "<script" not in me["note"]
    assert me["fields"][0]["name"] == "Home"
    assert 'rel="nofollow noopener me"' in me["fields"][0]["value"]
    source = me["source"]
    assert source["note"].startswith("I know @bo")
    assert source["fields"] == [{"name": "Home", "value": "https://ada.example", "verified_at": None}]
    assert (source["privacy"], source["sensitive"], source["language"]) == ("private", True, "de")
    assert (source["quote_policy"], source["attribution_domains"]) == ("nobody", ["paper.example"])
    assert bo.get(f"/api/v1/accounts/{ada.id}")["display_name"] == "Ada L."


def test_a_profile_changes_as_a_form_with_fields_by_index(api: Api) -> None:
    ada = api.member("ada")
    form = {
        "fields_attributes[0][name]": "One",
        "fields_attributes[0][value]": "1",
        "fields_attributes[1][name]": "Two",
        "fields_attributes[1][value]": "2",
        "source[privacy]": "unlisted",
        "locked": "false",
    }
    me = ada.good(ada.ask("PATCH", "/api/v1/accounts/update_credentials", data=form))
    assert [field["name"] for field in me["source"]["fields"]] == ["One", "Two"]
    assert me["source"]["privacy"] == "unlisted"


def test_what_is_left_out_stays_as_it_is(api: Api) -> None:
    ada = api.member("ada")
    change(ada, display_name="Ada", note="Engines", source={"language": "de"})
    me = change(ada, display_name="")
    assert (me["display_name"], me["source"]["note"], me["source"]["language"]) == ("", "Engines", "de")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"note": "x" * 501}, "note"),
        ({"fields_attributes": [{"name": str(n), "value": "v"} for n in range(5)]}, "fields"),
        ({"source": {"privacy": "secret"}}, "source[privacy]"),
        ({"source": {"language": "<b>"}}, "source[language]"),
        ({"avatar": "no file"}, "avatar"),
        ({"locked": []}, "locked"),
    ],
)
def test_what_breaks_a_limit_is_refused_with_its_field(api: Api, body: dict[str, object], field: str) -> None:
    answer = api.member("ada").ask("PATCH", "/api/v1/accounts/update_credentials", json=body)
    assert answer.status_code == 422
    assert field in answer.json()["details"]


def test_avatar_and_header_are_uploaded_and_taken_away(api: Api) -> None:
    ada = api.member("ada")
    default = ada.get("/api/v1/accounts/verify_credentials")
    files = {"avatar": ("a.png", io.BytesIO(picture())), "header": ("h.jpg", io.BytesIO(picture(".jpg")))}
    me = ada.good(ada.ask("PATCH", "/api/v1/accounts/update_credentials", files=files, data={"display_name": "Ada"}))
    assert me["display_name"] == "Ada"
    assert "/media/profile/" in me["avatar"]
    assert "/media/profile/" in me["header"]
    shown = api.stranger.ask("GET", me["avatar"])
    assert shown.status_code == 200
    assert shown.headers["content-type"] == "image/png"
    typed = ada.get("/api/v1/profile")
    assert typed["avatar"] == me["avatar"]
    without = ada.good(ada.ask("DELETE", "/api/v1/profile/avatar"))
    assert without["avatar"] == default["avatar"]
    assert without["header"] == me["header"]
    assert ada.good(ada.ask("DELETE", "/api/v1/profile/header"))["header"] == default["header"]
    assert ada.get("/api/v1/profile")["avatar"] is None


def test_a_file_that_is_no_picture_is_refused(api: Api) -> None:
    ada = api.member("ada")
    files = {"avatar": ("a.png", io.BytesIO(b"MZ not a picture at all"))}
    answer = ada.ask("PATCH", "/api/v1/accounts/update_credentials", files=files)
    assert answer.status_code == 422


def test_the_newer_form_of_the_profile_reads_and_writes_what_was_typed(api: Api) -> None:
    ada = api.member("ada")
    body = {"note": "plain", "show_media": False, "avatar_description": "me", "fields_attributes": []}
    changed = ada.good(ada.ask("PATCH", "/api/v1/profile", json=body))
    assert (changed["note"], changed["show_media"], changed["avatar_description"]) == ("plain", False, "me")
    assert ada.get("/api/v1/profile") == changed


def test_a_paused_profile_answers_with_the_reason_and_when_to_try_again(api: Api, db: Database) -> None:
    ada = api.member("ada")
    with db.write(SYSTEM, Ability.ADMINISTRATION) as w:
        switch_off(w.tx, Ability.PROFILE, "We are moving house.", w.now, None, None)
    answer = ada.ask("PATCH", "/api/v1/accounts/update_credentials", json={"display_name": "Ada"})
    assert answer.status_code == 503
    assert "We are moving house." in answer.json()["error"]
    assert int(answer.headers["retry-after"]) > 0
    assert ada.get("/api/v1/accounts/verify_credentials")["display_name"] == ""


def test_preferences_follow_the_posting_defaults(api: Api) -> None:
    ada = api.member("ada")
    change(ada, source={"privacy": "unlisted", "sensitive": True, "language": "de", "quote_policy": "followers"})
    assert ada.get("/api/v1/preferences") == {
        "posting:default:visibility": "unlisted",
        "posting:default:sensitive": True,
        "posting:default:language": "de",
        "posting:default:quote_policy": "followers",
        "reading:expand:media": "default",
        "reading:expand:spoilers": False,
    }
