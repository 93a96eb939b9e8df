"""A moderator clears the queue by keyboard alone: focus is never lost, nothing loads unasked, one key takes back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from holdfast import config, moderation
from holdfast.acting import SYSTEM
from holdfast.moderation import Signal, Subject
from holdfast.site.wiring import open_database
from holdfast.writes import Ability
from tests.servers import NewMember, RunningServer
from tests.web.asking import ask
from tests.web.walking import sign_in

pytestmark = pytest.mark.system

CASES = 10


def reported(server: RunningServer, author: NewMember, count: int) -> None:
    """Posts with a picture each, all of which somebody points at."""
    posts = [ask(server, author, "POST", "/api/v1/statuses", status=f"Look at {n}") for n in range(count)]
    beside = open_database(config.load(server.environment), upgrade=False)
    try:

        def raise_all() -> None:
            with beside.write(SYSTEM, Ability.MODERATION) as w:
                for post in posts:
                    moderation.raise_signal(w, Subject.post(int(post["id"])), Signal(source="visitor", category="spam"))

        beside.submit(raise_all).result()
    finally:
        beside.close()


def test_a_queue_is_cleared_by_keys_alone(place: RunningServer, windows: Callable[..., Page]) -> None:
    bo = place.member("bo")
    reported(place, bo, CASES)
    page = windows()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    sign_in(page, place, "owner")
    page.goto(f"{place.base_url}/admin/cases")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.className").endswith("case-row")
    page.keyboard.press("x")
    expect(page.locator(".case-row input:checked")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/cases/*")
    page.keyboard.press("u")
    page.wait_for_url("**/admin/cases")
    page.keyboard.press("c")
    for number in range(CASES):
        page.wait_for_url("**/admin/cases/*")
        page.wait_for_load_state()
        heading = page.locator("h1#heading")
        expect(heading).to_contain_text("Spam")
        if number:
            expect(heading).to_be_focused()
        before = page.url
        if number % 2:
            page.keyboard.press("r")
            expect(page.locator('input[name="on_subject"][value="remove"]')).to_be_checked()
            expect(page.locator('button[name="then"]')).to_be_focused()
            page.keyboard.press("Enter")
        else:
            page.keyboard.press("n")
        page.wait_for_url(lambda url, known=before: url != known)
    expect(page.locator("#main")).to_contain_text("No case is left that you could take.")
    assert not [url for url in asked if "/media/" in url and "/media/profile/" not in url]


def test_one_key_takes_the_last_decision_back(place: RunningServer, windows: Callable[..., Page]) -> None:
    bo = place.member("bo")
    reported(place, bo, 2)
    page = windows()
    sign_in(page, place, "owner")
    page.goto(f"{place.base_url}/admin/cases")
    page.keyboard.press("c")
    page.wait_for_url("**/admin/cases/*")
    first = page.url.partition("?")[0]
    page.keyboard.press("n")
    page.wait_for_url("**last=*")
    page.keyboard.press("z")
    page.wait_for_url("**done=decision_undone*")
    assert page.url.startswith(first.partition("#")[0])
    expect(page.locator("#main")).to_contain_text("Taken back.")
