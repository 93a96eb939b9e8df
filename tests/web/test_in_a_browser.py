"""The pages in a real browser: scripts under the strict content policy, passkeys, small screens, keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from holdfast import web
from tests.servers import PASSWORD, RunningServer

pytestmark = pytest.mark.system


@pytest.fixture
def place(new_server: Callable[..., RunningServer]) -> RunningServer:
    """A server."""
    return new_server().start().set_up()


def sign_in(page: Page, server: RunningServer, name: str) -> None:
    """Sign in with the password."""
    page.goto(f"{server.base_url}/auth/sign_in")
    page.get_by_label("Name or e-mail address").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{server.base_url}/home")


def test_a_browser_with_javascript_signs_up_without_waiting(place: RunningServer, windows: Callable[..., Page]) -> None:
    page = windows()
    page.goto(f"{place.base_url}/auth/sign_up")
    page.get_by_label("Name", exact=True).fill("anna")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("I agree").check()
    page.get_by_role("button", name="Sign up").click()
    page.wait_for_url(f"{place.base_url}/welcome")
    assert "@anna" in page.inner_text("header")


def test_a_passkey_is_added_and_signs_its_member_in(place: RunningServer, windows: Callable[..., Page]) -> None:
    page = windows()
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    sign_in(page, place, "owner")
    page.goto(f"{place.base_url}/settings/passkeys")
    page.get_by_label("Your password").fill("wrong")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_text("The password is wrong.").wait_for()
    page.get_by_label("What to call it").fill("This laptop")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_text("The passkey is added.").wait_for()
    assert page.get_by_label("Name of the passkey").input_value() == "This laptop"
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{place.base_url}/")
    page.goto(f"{place.base_url}/auth/sign_in?next=/settings/sessions")
    if "/settings/sessions" not in page.url:  # the quiet question may have been answered by itself
        page.get_by_role("button", name="Sign in with a passkey").click(no_wait_after=True)
    page.wait_for_url(f"{place.base_url}/settings/sessions")
    assert "by passkey" in page.inner_text("main")


def test_no_page_is_wider_than_a_small_screen(place: RunningServer, windows: Callable[..., Page]) -> None:
    place.call("settings.set", values={"short_description": "Averyverylongwordwithoutanyspaces" * 4})
    page = windows(viewport={"width": 320, "height": 640})
    sign_in(page, place, "owner")
    for declared in web.declared():
        if (
            declared.method == "GET"
            and "{" not in declared.path
            and not declared.path.endswith((".gz", ".webmanifest"))
        ):
            page.goto(place.base_url + declared.path)
            wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wider <= 0, declared.path


def test_the_skip_link_comes_first_and_errors_are_reached_by_keyboard(
    place: RunningServer, windows: Callable[..., Page]
) -> None:
    page = windows()
    page.goto(f"{place.base_url}/auth/sign_in")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.goto(f"{place.base_url}/settings")
    sign_in(page, place, "owner")
    page.goto(f"{place.base_url}/settings/delete")
    page.get_by_label("Type your name").fill("nobody")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Delete my account").click()
    page.get_by_role("alert").get_by_role("link").click()
    assert page.evaluate("document.activeElement.id") == "field-confirmation"
