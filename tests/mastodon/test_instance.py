"""How the server describes itself to clients."""

from __future__ import annotations

import base64
import itertools
from pathlib import Path

from litestar.testing import TestClient

import holdfast
from holdfast import access
from holdfast.acting import SYSTEM
from holdfast.mastodon.instance import ICON_SIZES, THUMBNAIL, THUMBNAIL_2X, THUMBNAIL_BLURHASH
from holdfast.site.application import build_application
from holdfast.store import DAY
from holdfast.writes import Ability, Database, switch_off
from tests.mastodon.asking import Api

WEB = Path(holdfast.__file__).parent / "web"


def test_the_document_tells_the_limits_that_are_in_force(api: Api) -> None:
    api.db.set_settings(
        SYSTEM,
        {
            "name": "The Harbour",
            "short_description": "A small place by the sea.",
            "contact_email": "mo@harbour.example",
            "most_characters": 777,
            "most_poll_options": 7,
            "most_media": 5,
            "most_pins": 3,
            "most_profile_fields": 6,
            "languages": ("de", "en"),
        },
    )
    found = api.stranger.get("/api/v2/instance")
    limits = found["configuration"]
    assert (found["title"], found["description"]) == ("The Harbour", "A small place by the sea.")
    assert found["domain"] == api.db.local_domain
    assert limits["statuses"]["max_characters"] == 777
    assert limits["polls"]["max_options"] == 7
    assert limits["statuses"]["max_media_attachments"] == 5
    assert (limits["accounts"]["max_pinned_statuses"], limits["accounts"]["max_profile_fields"]) == (3, 6)
    assert found["languages"] == ["de", "en"]
    assert found["contact"]["email"] == "mo@harbour.example"
    assert limits["urls"]["streaming"] == api.db.base_url.replace("http", "ws", 1)
    assert found["version"].startswith("4.")
    assert holdfast.__version__ in found["version"]
    old = api.stranger.get("/api/v1/instance")
    assert (old["title"], old["configuration"]["statuses"]["max_characters"]) == ("The Harbour", 777)
    assert old["urls"]["streaming_api"] == limits["urls"]["streaming"]


def test_every_attribute_of_the_instance_document_is_there(api: Api) -> None:
    owner = api.member("keeper", role="owner")
    access.add_rule(api.db, SYSTEM, "Be kind.", "Even when you disagree.")
    access.publish_document(api.db, SYSTEM, "terms", "Terms")
    access.publish_document(api.db, SYSTEM, "privacy", "Privacy")
    api.db.set_settings(SYSTEM, {"registration": "closed", "registration_message": "Full.", "minimum_age_years": 16})
    found = api.stranger.get("/api/v2/instance")
    assert found["contact"]["account"]["id"] == owner.id
    assert [(rule["text"], rule["hint"]) for rule in found["rules"]] == [("Be kind.", "Even when you disagree.")]
    assert found["registrations"]["message"] == "<p>Full.</p>"
    assert found["registrations"]["min_age"] == 16
    assert found["configuration"]["urls"]["terms_of_service"].startswith(api.db.base_url)
    assert found["configuration"]["urls"]["privacy_policy"].startswith(api.db.base_url)
    nothing = [name for name, value in flat(found) if value in (None, "")]
    assert sorted(nothing) == ["configuration.urls.status", "contact.email", "description", "wrapstodon"]


def flat(value: object, name: str = "") -> list[tuple[str, object]]:
    if isinstance(value, dict) and value and name != "contact.account":
        return [pair for key, inner in value.items() for pair in flat(inner, f"{name}.{key}".strip("."))]
    return [(name, value)]


def test_the_contact_is_whom_the_settings_name(api: Api) -> None:
    api.member("keeper", role="owner")
    mo = api.member("mo")
    api.db.set_settings(SYSTEM, {"contact_username": "@mo"})
    assert api.stranger.get("/api/v2/instance")["contact"]["account"]["id"] == mo.id
    assert api.stranger.get("/api/v1/instance")["contact_account"]["id"] == mo.id


def test_registrations_follow_the_mode(api: Api) -> None:
    seen = {}
    for mode in ("open", "approval", "invite", "closed"):
        api.db.set_settings(SYSTEM, {"registration": mode})
        found = api.stranger.get("/api/v2/instance")["registrations"]
        seen[mode] = (found["enabled"], found["approval_required"], found["reason_required"])
    assert seen == {
        "open": (True, False, False),
        "approval": (True, True, True),
        "invite": (False, False, False),
        "closed": (False, False, False),
    }


def test_what_is_switched_off_stands_in_the_document_with_its_reason(api: Api) -> None:
    api.db.set_settings(SYSTEM, {"registration": "open"})
    assert api.stranger.get("/api/v2/instance")["holdfast"]["modes"] == []
    with api.db.write(SYSTEM, Ability.ADMINISTRATION) as w:
        switch_off(w.tx, Ability.SIGN_UP, "Spam wave.", w.now, w.now + DAY, None)
    found = api.stranger.get("/api/v2/instance")
    (mode,) = found["holdfast"]["modes"]
    assert (mode["ability"], mode["reason"]) == ("sign_up", "Spam wave.")
    assert mode["since"] < mode["until"]
    assert found["registrations"]["enabled"] is False
    assert "paused" in found["registrations"]["message"]


def test_pictures_of_the_document_exist_and_the_blurhash_is_theirs(api: Api, tmp_path: Path) -> None:
    from holdfast.posts.pictures import process_picture  # loads the picture library

    assert process_picture(WEB / THUMBNAIL.lstrip("/"), tmp_path).blurhash == THUMBNAIL_BLURHASH
    found = api.stranger.get("/api/v2/instance")
    urls = [found["thumbnail"]["url"], *found["thumbnail"]["versions"].values(), *(i["src"] for i in found["icon"])]
    for url in (*urls, api.db.base_url + THUMBNAIL_2X):
        assert (WEB / url.removeprefix(f"{api.db.base_url}/")).is_file(), url
    assert [icon["size"] for icon in found["icon"]] == [f"{n}x{n}" for n in ICON_SIZES]


def test_the_key_for_push_is_a_point_on_the_curve_and_stays_the_same(api: Api) -> None:
    first, second = (api.stranger.get("/api/v2/instance")["configuration"]["vapid"]["public_key"] for _ in range(2))
    assert first == second
    point = base64.urlsafe_b64decode(first)
    assert (len(point), point[0]) == (65, 4)


def test_activity_counts_posts_and_newcomers_of_twelve_weeks_as_texts(api: Api) -> None:
    ada = api.member("ada")
    ada.post("/api/v1/statuses", status="hello")
    weeks = api.stranger.get("/api/v1/instance/activity")
    assert len(weeks) == 12
    assert (weeks[0]["statuses"], weeks[0]["registrations"]) == ("1", "1")
    assert all(week["statuses"] == "0" for week in weeks[1:])
    starts = [int(week["week"]) for week in weeks]
    assert {a - b for a, b in itertools.pairwise(starts)} == {7 * 86_400}
    assert api.stranger.get("/api/v2/instance")["usage"]["users"]["active_month"] == 1
    assert api.stranger.get("/api/v1/instance")["stats"] == {"user_count": 1, "status_count": 1, "domain_count": 0}


def test_the_long_description_is_safe_html(api: Api) -> None:
    api.db.set_settings(SYSTEM, {"description": "We <b>care</b>.\n\nhttps://harbour.example"})
    found = api.stranger.get("/api/v1/instance/extended_description")
    assert "&lt;b&gt;" in found["content"]
    assert found["content"].count("<p>") == 2
    assert found["updated_at"].endswith("Z")


def test_terms_are_found_by_their_day_and_name_their_successor(api: Api) -> None:
    assert api.stranger.ask("GET", "/api/v1/instance/terms_of_service").status_code == 404
    now = api.db.clock.now()
    access.publish_document(api.db, SYSTEM, "terms", "First")
    access.publish_document(api.db, SYSTEM, "terms", "Second", effective_at=now + 3 * DAY)
    present = api.stranger.get("/api/v1/instance/terms_of_service")
    assert (present["content"], present["effective"]) == ("<p>First</p>", True)
    coming = api.stranger.get(f"/api/v1/instance/terms_of_service/{present['succeeded_by']}")
    assert (coming["content"], coming["effective"], coming["succeeded_by"]) == ("<p>Second</p>", False, None)
    for wrong in ("1999-01-01", "yesterday", "2026-13-40"):
        assert api.stranger.ask("GET", f"/api/v1/instance/terms_of_service/{wrong}").status_code == 404


def test_the_privacy_notice_is_the_one_in_force(api: Api) -> None:
    assert "not published" in api.stranger.get("/api/v1/instance/privacy_policy")["content"]
    access.publish_document(api.db, SYSTEM, "privacy", "We keep little.")
    assert api.stranger.get("/api/v1/instance/privacy_policy")["content"] == "<p>We keep little.</p>"


def test_the_small_lists_about_the_server_are_served(api: Api) -> None:
    assert api.stranger.get("/api/v1/instance/peers") == []
    assert api.stranger.get("/api/v1/instance/domain_blocks") == []
    assert api.stranger.get("/api/v1/instance/translation_languages") == {}
    assert {"code": "de", "name": "German"} in api.stranger.get("/api/v1/instance/languages")
    assert api.stranger.get("/api/v1/instance/rules") == []


def test_a_slash_at_the_end_is_served_and_not_redirected(api: Api) -> None:
    assert api.stranger.get("/api/v1/instance/")["uri"] == api.db.local_domain


def test_addresses_that_are_given_out_lead_to_pages(db: Database) -> None:
    access.publish_document(db, SYSTEM, "terms", "Terms")
    access.publish_document(db, SYSTEM, "privacy", "Privacy")
    db.set_settings(SYSTEM, {"registration": "open", "is_set_up": True})
    with TestClient(build_application(db).asgi) as client:
        found = client.get("/api/v2/instance").json()
        urls = [url for name, url in found["configuration"]["urls"].items() if url and name != "streaming"]
        pages = [*urls, found["registrations"]["url"], found["source_url"], found["thumbnail"]["url"]]
        pages += [picture["src"] for picture in found["icon"]]
        for url in pages:
            assert client.get(url.removeprefix(db.base_url)).status_code == 200, url
        password = client.get("/.well-known/change-password", follow_redirects=False).headers["location"]
        asked = client.get(password.removeprefix(db.base_url), follow_redirects=False)
        assert asked.status_code in (302, 303)  # sign in first
