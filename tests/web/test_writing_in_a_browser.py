"""Writing in a real browser: a draft survives a reload with its files, names are completed by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import pyvips
from playwright.sync_api import Page, expect

from tests.servers import RunningServer
from tests.web.walking import sign_in

pytestmark = pytest.mark.system


def test_a_draft_survives_a_reload_and_goes_when_the_post_is_there(
    place: RunningServer, windows: Callable[..., Page]
) -> None:
    page = windows()
    sign_in(page, place, "owner")
    page.goto(f"{place.base_url}/write")
    text = page.get_by_label("Text")
    text.fill("A thought about #harbours")
    page.get_by_label("Who sees it").select_option("private")
    assert page.get_by_role("button", name="Post to followers").is_visible()
    assert "475 left" in page.inner_text("#hint-text")
    drawn = {"name": "a.png", "mimeType": "image/png", "buffer": pyvips.Image.black(60, 60, bands=3).pngsave_buffer()}
    page.get_by_label("Choose files").set_input_files([drawn])
    page.get_by_label("Description").fill("A dark square")
    page.get_by_role("group", name="Point that stays visible").press("ArrowRight")
    page.get_by_text("Kept in this browser.").wait_for()
    page.reload()
    page.get_by_text("Here is what you wrote before.").first.wait_for()
    assert text.input_value() == "A thought about #harbours"
    assert page.get_by_label("Description").input_value() == "A dark square"
    assert page.locator("[name^=focus_x]").input_value() == "0.1"
    page.goto(f"{place.base_url}/write?reply=1")  # nothing there, and the draft of another place stays
    page.goto(f"{place.base_url}/write")
    page.get_by_text("Here is what you wrote before.").first.wait_for()
    page.get_by_label("Description").fill("")
    page.get_by_role("button", name="Post to followers").click()
    page.get_by_role("alert").get_by_text("Describe picture 1").wait_for()
    page.get_by_label("Description").fill("A black square")
    page.get_by_role("button", name="Post to followers").click()
    page.wait_for_url(f"{place.base_url}/@owner/*")
    assert page.get_by_role("img", name="A black square").is_visible()
    page.goto(f"{place.base_url}/write")
    expect(page.locator("#write[data-ready]")).to_be_visible()
    assert text.input_value() == ""
    stored = "new Promise(done => indexedDB.open('holdfast-drafts').onsuccess = e => e.target.result"
    count = stored + ".transaction('drafts').objectStore('drafts').count().onsuccess = c => done(c.target.result))"
    assert page.evaluate(count) == 0


def test_a_name_is_completed_by_keyboard(place: RunningServer, windows: Callable[..., Page]) -> None:
    place.call("user.create", name="anneliese", email="a@example.org", password="correct horse 41 battery")
    page = windows()
    sign_in(page, place, "owner")
    page.goto(f"{place.base_url}/write")
    text = page.get_by_label("Text")
    text.press_sequentially("Hello @annel")
    page.get_by_role("option", name="@anneliese").wait_for()
    assert text.get_attribute("aria-activedescendant") == "suggestion-0"
    text.press("Enter")
    assert text.input_value() == "Hello @anneliese "
    assert page.get_by_role("listbox").is_hidden()
    assert page.evaluate("document.activeElement.id") == "field-text"
