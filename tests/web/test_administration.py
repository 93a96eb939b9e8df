"""Administration in the browser: members, blocks, rules, settings, jobs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.servers import PASSWORD, NewMember, RunningServer
from tests.web.browser import Browser, FormOnPage

Browsers = Callable[..., Browser]


@pytest.fixture
def owner(server: RunningServer, browsers: Browsers) -> Browser:
    """The owner's browser, signed in."""
    browser = browsers(server)
    browser.sign_in("owner", PASSWORD)
    return browser


def about(browser: Browser, member: NewMember, action: str) -> FormOnPage:
    """The form about a member on their entry in the list."""
    page = browser.open(f"/admin/members?name={member.name}")
    return page.form(action)


def test_a_moderator_sees_requests_and_members_but_no_settings(
    server: RunningServer, browsers: Browsers, owner: Browser
) -> None:
    mo, browser = server.member("mo"), browsers(server)
    about(owner, mo, "/admin/members/role")
    assert "Saved." in owner.send("/admin/members/role", role="moderator").words
    browser.sign_in(mo.name, PASSWORD)
    assert browser.open("/admin").status == 200
    menu = browser.page.words  # type: ignore[union-attr]
    assert "Requests to join" in menu and "Service modes" not in menu
    assert browser.open("/admin/server").status == 404


def test_a_frozen_member_cannot_sign_in_and_is_told(server: RunningServer, browsers: Browsers, owner: Browser) -> None:
    ada, browser = server.member("ada"), browsers(server)
    browser.sign_in(ada.name, PASSWORD)
    about(owner, ada, "/admin/members/freeze")
    owner.send("/admin/members/freeze")
    assert browser.open("/settings/profile").path.startswith("/auth/sign_in")
    page = browser.send("/auth/sign_in", login=ada.name, password=PASSWORD)
    assert page.status == 403 and "frozen" in page.heading
    about(owner, ada, "/admin/members/thaw")
    owner.send("/admin/members/thaw")
    browser.sign_in(ada.name, PASSWORD)


def test_a_suspended_member_is_hidden_until_the_suspension_is_lifted(
    server: RunningServer, browsers: Browsers, owner: Browser
) -> None:
    ada, stranger = server.member("ada"), browsers(server)
    about(owner, ada, "/admin/members/suspend")
    owner.send("/admin/members/suspend")
    assert "suspended" in stranger.open(f"/@{ada.name}").words
    about(owner, ada, "/admin/members/unsuspend")
    owner.send("/admin/members/unsuspend")
    assert "suspended" not in stranger.open(f"/@{ada.name}").words


def test_a_link_from_the_administration_sets_a_new_password(
    server: RunningServer, browsers: Browsers, owner: Browser
) -> None:
    ada, browser = server.member("ada"), browsers(server)
    about(owner, ada, "/admin/members/reset")
    page = owner.send("/admin/members/reset")
    link = next(word for word in page.words.split() if "/auth/reset?token=" in word)
    browser.open(link.removeprefix(server.base_url))
    assert browser.send("/auth/reset", password="brand new words 99").heading == "Done"
    browser.sign_in(ada.name, "brand new words 99")
    assert browsers(server).open(link.removeprefix(server.base_url)).status == 422  # it works once


def test_networks_and_providers_are_blocked_and_let_in_again(owner: Browser) -> None:
    owner.open("/admin/blocks")
    assert owner.send("/admin/blocks/networks", ip="nowhere").status == 422
    page = owner.send("/admin/blocks/networks", ip="203.0.113.0/24", severity="sign_up_block", comment="flood")
    assert "203.0.113.0/24" in page.words and "No sign-up" in page.words
    assert "203.0.113.0/24" not in owner.send("/admin/blocks/networks/lift").words
    page = owner.send("/admin/blocks/domains", email="Mail.Example", domain_comment="throw-away")
    assert "mail.example" in page.words
    assert "mail.example" not in owner.send("/admin/blocks/domains/lift").words


def test_rules_are_added_worded_anew_and_taken_out_of_force(
    server: RunningServer, browsers: Browsers, owner: Browser
) -> None:
    stranger = browsers(server)
    owner.open("/admin/rules")
    assert owner.send("/admin/rules", text=" ").status == 422
    owner.send("/admin/rules", text="Be <kind>.", hint="Always.")
    assert "Be <kind>." in stranger.open("/rules").words
    form = next(f for f in owner.open("/admin/rules").forms if f.values.get("text") == "Be <kind>.")
    number = form.values["id"]
    data = form.values | {"text": "Be very kind."}
    assert owner.http.post("/admin/rules/change", data=data).status_code == 303
    assert "Be very kind." in stranger.open("/rules").words
    data = {"form_token": form.values["form_token"], "id": number}
    assert owner.http.post("/admin/rules/remove", data=data).status_code == 303
    assert "Be very kind." not in stranger.open("/rules").words


def test_rules_are_translated_and_apps_get_every_language(
    server: RunningServer, browsers: Browsers, owner: Browser
) -> None:
    owner.open("/admin/rules")
    page = owner.send("/admin/rules", text="Be gentle.", hint="")
    form = next(f for f in page.forms if f.values.get("text") == "Be gentle.")
    token, number = form.values["form_token"], form.values["id"]

    def translate(language: str, text: str, hint: str = "", rule: str = number) -> int:
        data = {"form_token": token, "id": rule, "language": language, "translated_text": text}
        return owner.http.post("/admin/rules/translate", data=data | {"translated_hint": hint}).status_code

    def told() -> dict[str, dict[str, str]]:
        with server.client() as http:
            documents = [http.get(path).json() for path in ("/api/v1/instance", "/api/v2/instance")]
            listed = [*(document["rules"] for document in documents), http.get("/api/v1/instance/rules").json()]
        found = [next(rule["translations"] for rule in rules if rule["id"] == number) for rules in listed]
        assert found[0] == found[1] == found[2]
        return dict(found[0])

    assert told() == {}
    assert translate("de", "Sei  sanft.", "Immer.") == translate("pt-BR", "Seja gentil.") == 303
    german = {"text": "Sei sanft.", "hint": "Immer."}
    assert told() == {"de": german, "pt-BR": {"text": "Seja gentil.", "hint": ""}}
    shown = browsers(server).open("/rules")
    assert "Sei sanft." in shown.words and ("div", {"lang": "pt-BR"}) in shown.tags
    assert translate("Deutsch", "Sei sanft.") == translate("de", "", "Nur dies") == 422
    assert translate("fr", "x" * 501) == 422
    assert translate("de", "Sei sanft.", rule="1") == 404
    assert "Sei sanft." in owner.open("/admin/rules").html
    assert translate("pt-BR", "") == 303
    assert told() == {"de": german}


def test_settings_of_the_server_are_changed_and_wrong_ones_refused(
    new_server: Callable[..., RunningServer], browsers: Browsers
) -> None:
    server = new_server().start().set_up()
    owner = browsers(server)
    owner.sign_in("owner", PASSWORD)
    owner.open("/admin/server")
    page = owner.send("/admin/server", name="", most_characters="600")
    assert page.status == 422 and page.form("/admin/server").values["most_characters"] == "600"
    assert owner.send("/admin/server", name="Port", most_characters="many").status == 422
    page = owner.send("/admin/server", name="Port", most_characters="600", description="One.\n\nTwo.")
    assert "Saved." in page.words
    assert owner.open("/about").heading == "About Port"
    with server.client() as http:
        limits = http.get("/api/v2/instance").json()["configuration"]["statuses"]
        assert limits["max_characters"] == 600


def test_failed_jobs_are_shown_and_tried_again(server: RunningServer, owner: Browser) -> None:
    page = owner.open("/admin/jobs")
    assert page.status == 200 and "failed" in page.words
