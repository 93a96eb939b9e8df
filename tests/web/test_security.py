"""What guards a sign-in: password, authenticator app, recovery codes, sessions; and leaving for good."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from tests.databases import ENGINES
from tests.servers import PASSWORD, NewMember, RunningServer
from tests.web.browser import Browser, Page

Browsers = Callable[..., Browser]
OTHER = "another horse 42 battery"


@pytest.fixture
def ada(server: RunningServer) -> NewMember:
    """A member."""
    return server.member("ada")


@pytest.fixture
def browser(server: RunningServer, browsers: Browsers, ada: NewMember) -> Browser:
    """Her browser, signed in."""
    found = browsers(server)
    found.sign_in(ada.name, PASSWORD)
    return found


def codes_on(page: Page) -> list[str]:
    """The recovery codes that a page shows."""
    return re.findall(r"<li>([0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4})</li>", page.html)


def test_a_new_password_ends_all_other_sessions(
    server: RunningServer, browsers: Browsers, browser: Browser, ada: NewMember
) -> None:
    other = browsers(server)
    other.sign_in(ada.name, PASSWORD)
    browser.open("/settings/password")
    page = browser.send("/settings/password", current_password="wrong", new_password=OTHER)
    assert page.status == 422 and "present password is wrong" in page.words
    assert "changed" in browser.send("/settings/password", current_password=PASSWORD, new_password=OTHER).words
    assert browser.open("/settings/password").path == "/settings/password"
    assert other.open("/settings/password").path.startswith("/auth/sign_in")
    other.sign_in(ada.name, OTHER)


def test_an_authenticator_app_is_asked_after_the_password(
    server: RunningServer, browsers: Browsers, browser: Browser, ada: NewMember
) -> None:
    browser.open("/settings/totp")
    assert browser.send("/settings/totp", password="wrong").status == 422
    page = browser.send("/settings/totp", password=PASSWORD)
    assert page.answer.headers["cache-control"] == "no-store"
    uri = next(found["href"] for tag, found in page.tags if found.get("href", "").startswith("otpauth://"))
    secret = parse_qs(urlsplit(uri).query)["secret"][0]
    page = browser.send("/settings/totp/confirm", code="000000")
    assert page.status == 422 and secret in page.html.replace(" ", "")  # the same key is shown again
    page = browser.send("/settings/totp/confirm", code=pyotp.TOTP(secret).now())
    codes = codes_on(page)
    assert len(codes) == 10
    assert not codes_on(browser.open("/settings/recovery_codes"))  # shown once

    other = browsers(server)
    other.open("/auth/sign_in")
    page = other.send("/auth/sign_in", login=ada.name, password=PASSWORD, next="/settings/totp")
    assert page.heading == "Second step"
    assert other.send("/auth/second_step", code="123 456").status == 422
    page = other.send("/auth/second_step", code=codes[0].upper())
    assert page.path == "/settings/totp"
    assert "9 unused codes" in other.open("/settings/recovery_codes").words
    other.open("/settings/totp")
    assert "without codes again" in other.send("/settings/totp/remove", password=PASSWORD).words


def test_a_recovery_code_sets_a_new_password_without_any_letter(
    server: RunningServer, browsers: Browsers, browser: Browser, ada: NewMember
) -> None:
    browser.open("/settings/recovery_codes")
    codes = codes_on(browser.send("/settings/recovery_codes", password=PASSWORD))
    lost = browsers(server)
    page = lost.open("/auth/forgotten")
    assert "sends no e-mail at present" in page.words
    page = lost.send("/auth/recover", name=ada.name, code="abcd-efgh-jkmn", new_password=OTHER)
    assert page.status == 422 and "code is wrong" in page.words
    assert lost.send("/auth/recover", name=ada.name, code=codes[3], new_password=OTHER).heading == "Done"
    lost.sign_in(ada.name, OTHER)
    assert browser.open("/settings/profile").path.startswith("/auth/sign_in")


def test_sessions_are_listed_and_ended(
    server: RunningServer, browsers: Browsers, browser: Browser, ada: NewMember
) -> None:
    phone = browsers(server, **{"user-agent": "Mozilla/5.0 (Android 15) Gecko Firefox/140.0"})
    phone.sign_in(ada.name, PASSWORD)
    page = browser.open("/settings/sessions")
    assert "Firefox on Android" in page.words
    browser.send("/settings/sessions/end")
    assert phone.open("/settings/sessions").path.startswith("/auth/sign_in")
    phone.sign_in(ada.name, PASSWORD)
    browser.open("/settings/sessions")
    browser.send("/settings/sessions/end_others")
    assert phone.open("/settings/sessions").path.startswith("/auth/sign_in")


def test_nobody_ends_the_sessions_of_others(server: RunningServer, browsers: Browsers, browser: Browser) -> None:
    bo, other = server.member("bo"), browsers(server)
    other.sign_in(bo.name, PASSWORD)
    page = other.open("/settings/sessions")
    third = browsers(server)
    third.sign_in(bo.name, PASSWORD)
    theirs = other.open("/settings/sessions").form("/settings/sessions/end").values["id"]
    token = browser.open("/settings/sessions").forms[0].values["form_token"]
    answer = browser.http.post("/settings/sessions/end", data={"form_token": token, "id": theirs})
    assert answer.status_code == 404
    assert third.open("/settings/sessions").path == "/settings/sessions"
    assert page.status == 200


def test_a_member_takes_their_data_along(server: RunningServer, browser: Browser, ada: NewMember) -> None:
    with server.client(ada.token) as http:
        http.post("/api/v1/statuses", data={"status": "Mine to keep"})
    browser.open("/settings/export")
    token = browser.page.form("/settings/export").values["form_token"]  # type: ignore[union-attr]
    answer = browser.http.post("/settings/export", data={"form_token": token})
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert "profile.json" in archive.namelist()
        assert b"Mine to keep" in archive.read("posts.json")


def test_an_account_is_deleted_only_with_name_and_password(
    server: RunningServer, browsers: Browsers, browser: Browser, ada: NewMember
) -> None:
    browser.open("/settings/delete")
    assert browser.send("/settings/delete", confirmation="bo", password=PASSWORD).status == 422
    assert browser.send("/settings/delete", confirmation=ada.name, password="wrong").status == 422
    assert browser.send("/settings/delete", confirmation=ada.name, password=PASSWORD).heading == "Deleted"
    assert browsers(server).open(f"/@{ada.name}").status in (404, 410)
    browser.open("/auth/sign_in")
    assert browser.send("/auth/sign_in", login=ada.name, password=PASSWORD).status == 422


@pytest.mark.parametrize("engine", ENGINES)
def test_the_last_use_of_apps_and_sessions_is_shown_with_its_address(
    new_server: Callable[..., RunningServer], browsers: Browsers, engine: str
) -> None:
    server = new_server(engine, HOLDFAST_TRUSTED_PROXIES="127.0.0.1").start().set_up()
    ada = server.member("ada")
    browser = browsers(server)
    browser.sign_in(ada.name, PASSWORD)
    assert "not used yet" in browser.open("/settings/sessions").words
    with server.client(ada.token) as http:
        for address in ("203.0.113.4", "203.0.113.5"):
            http.get("/api/v1/timelines/home", headers={"x-forwarded-for": address})
    browser.open("/settings/sessions", **{"x-forwarded-for": "203.0.113.6"})
    server.stop()  # what is not written yet is written now
    server.start()
    words = browser.open("/settings/sessions").words
    assert "from 203.0.113.5" in words
    assert "from 203.0.113.6" in words
    assert "203.0.113.4" not in words
    assert "not used yet" not in words
