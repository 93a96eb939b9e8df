"""The installed pages in a real browser: without a connection, sending later, told by pushes, by keyboard alone.

The windows fail a test on anything that the content policy refused.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.servers import NewMember, RunningServer
from tests.web.test_home import ask
from tests.web.test_reading import post
from tests.web.walking import sign_in

pytestmark = pytest.mark.system

READY = """async () => {
  await navigator.serviceWorker.ready;
  if (!navigator.serviceWorker.controller) {
    await new Promise((controls) => navigator.serviceWorker.addEventListener("controllerchange", controls));
  }
}"""
KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    if (!name.startsWith("pages ")) continue;
    for (const one of await (await caches.open(name)).keys()) found.push(new URL(one.url).pathname);
  }
  return found.sort();
}"""
QUEUE = """async ([action, act]) => {
  const script = document.querySelector('script[src$="js/app.js"]').src.replace("app.js", "outbox.js");
  const { queue } = await import(script);
  const form = new FormData();
  form.set("act", act);
  form.set("text", "What I wrote");
  await queue(form, action);
}"""


@pytest.fixture
def ada(place: RunningServer) -> NewMember:
    return place.member("ada")


def installed(page: Page, place: RunningServer, who: NewMember) -> None:
    """Sign in, and wait until the worker serves the pages."""
    sign_in(page, place, who.name)
    page.evaluate(READY)
    page.reload()


def test_pages_that_were_read_are_there_without_a_connection_and_go_with_signing_out(
    place: RunningServer, windows: Callable[..., Page], ada: NewMember
) -> None:
    post(place, ada, "A note for the train")
    page = windows()
    installed(page, place, ada)
    for path in ("/you", "/settings/profile", "/settings/appearance"):
        page.goto(place.base_url + path)
    page.goto(f"{place.base_url}/about")
    page.wait_for_timeout(300)
    kept = page.evaluate(KEPT)
    assert "/you" in kept and not [path for path in kept if path.startswith(("/settings", "/auth", "/admin"))]
    for number in range(32):
        page.goto(f"{place.base_url}/tags/tag{number}")
    page.goto(f"{place.base_url}/home")
    page.wait_for_timeout(300)
    kept = page.evaluate(KEPT)
    assert "/home" in kept and "/outbox" in kept
    assert len([path for path in kept if path not in ("/outbox", "/write")]) == 30
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_text("A note for the train")).to_be_visible()
    expect(page.get_by_text("No connection. What you see may be from earlier")).to_be_visible()
    page.goto(f"{place.base_url}/settings/profile")
    expect(page.get_by_role("heading", level=1)).to_have_text("No connection")
    page.goto(f"{place.base_url}/outbox")
    expect(page.get_by_text("Nothing waits.")).to_be_visible()
    page.context.set_offline(False)
    page.goto(f"{place.base_url}/you")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{place.base_url}/")
    page.wait_for_timeout(200)
    assert page.evaluate(KEPT) == []
    page.context.set_offline(True)
    page.goto(f"{place.base_url}/home")
    expect(page.get_by_role("heading", level=1)).to_have_text("No connection")


def test_what_is_sent_without_a_connection_waits_in_the_outbox_and_is_sent_once(
    place: RunningServer, windows: Callable[..., Page], ada: NewMember
) -> None:
    said = post(place, place.member("bo"), "Boost me later")
    action, page = f"/posts/{said['id']}/act", windows()
    installed(page, place, ada)
    page.goto(f"{place.base_url}/outbox")
    page.context.set_offline(True)
    sent: list[str] = []
    page.on("requestfinished", lambda request: sent.append(request.url) if request.url.endswith(action) else None)
    page.evaluate(QUEUE, [action, "boost"])
    item = page.locator("#outbox-list li")
    expect(item).to_contain_text("Waiting")
    page.reload()  # from the worker, and from what was kept
    expect(item).to_contain_text("What I wrote")
    page.get_by_role("button", name="Edit").click()
    page.get_by_label("Text").fill("What I meant")
    page.get_by_role("button", name="Keep the change").click()
    expect(item).to_contain_text("What I meant")
    assert ask(place, ada, "GET", f"/api/v1/statuses/{said['id']}")["reblogged"] is False
    assert sent == []
    page.context.set_offline(False)
    expect(page.get_by_text("Nothing waits.")).to_be_visible()
    assert len(sent) == 1
    assert ask(place, ada, "GET", f"/api/v1/statuses/{said['id']}")["reblogged"] is True
    # a form takes part by its attribute
    page.goto(f"{place.base_url}/home")
    page.evaluate("document.querySelector('.shows form').dataset.outbox = ''")
    page.get_by_text("What is shown here").click()
    page.get_by_label("Boosts").uncheck()
    page.context.set_offline(True)
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url(f"{place.base_url}/outbox")
    expect(item).to_contain_text("Waiting")
    page.context.set_offline(False)
    expect(page.get_by_text("Nothing waits.")).to_be_visible()
    page.goto(f"{place.base_url}/home")
    expect(page.get_by_text("boosts hidden")).to_be_visible()
    page.goto(f"{place.base_url}/outbox")
    # what the server refuses stays, with the reason, and signing out asks first
    page.evaluate(QUEUE, [action, "explode"])
    page.reload()
    expect(item).to_contain_text("Refused")
    questions: list[str] = []
    page.on("dialog", lambda dialog: (questions.append(dialog.message), dialog.dismiss()))
    with page.expect_navigation():
        page.get_by_role("button", name="Sign out").click()
    assert page.url == f"{place.base_url}/outbox"
    assert "1 post waits in your outbox" in questions[0]
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_text("Nothing waits.")).to_be_visible()
    assert page.evaluate("document.activeElement.id") == "main"


def test_posting_that_is_paused_keeps_what_was_sent_for_later(
    place: RunningServer, windows: Callable[..., Page], ada: NewMember
) -> None:
    said = post(place, place.member("bo"), "Boost me when you can")
    page = windows()
    installed(page, place, ada)
    place.call("mode.off", ability="server", reason="We are moving.")
    try:
        page.goto(f"{place.base_url}/outbox")
        page.evaluate(QUEUE, [f"/posts/{said['id']}/act", "boost"])
        page.reload()
        item = page.locator("#outbox-list li")
        expect(item).to_contain_text("We are moving.")
        expect(item).to_contain_text("Waiting")
    finally:
        place.call("mode.on", ability="server")
    page.reload()
    expect(page.get_by_text("Nothing waits.")).to_be_visible()
    assert ask(place, ada, "GET", f"/api/v1/statuses/{said['id']}")["reblogged"] is True


def test_a_push_is_shown_and_leads_to_its_page(
    place: RunningServer, windows: Callable[..., Page], ada: NewMember
) -> None:
    page = windows()
    page.context.grant_permissions(["notifications"], origin=place.base_url)
    installed(page, place, ada)
    tools = page.context.new_cdp_session(page)
    seen: list[str] = []
    tools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: seen.extend(one["registrationId"] for one in told["registrations"]),
    )
    tools.send("ServiceWorker.enable")
    page.wait_for_timeout(200)
    for path in (f"/@{ada.name}", "https://evil.example/"):
        push = {"title": "Bo follows you", "body": "A baker", "notification_id": 7, "path": path}
        told = {"origin": place.base_url, "registrationId": seen[-1], "data": json.dumps(push)}
        tools.send("ServiceWorker.deliverPushMessage", told)
        shown = page.evaluate(
            """async () => {
              const worker = await navigator.serviceWorker.ready;
              for (let n = 0; n < 50; n++) {
                const found = await worker.getNotifications();
                if (found.length) {
                  const one = { title: found[0].title, body: found[0].body, path: found[0].data.path };
                  found[0].close();
                  return one;
                }
                await new Promise((later) => setTimeout(later, 50));
              }
            }"""
        )
        expected = path if path.startswith("/") else "/notifications"
        assert shown == {"title": "Bo follows you", "body": "A baker", "path": expected}
    # this browser has no push service: it says so, and asks for nothing else
    page.goto(f"{place.base_url}/settings/push")
    page.get_by_role("button", name="Tell this browser").click()
    expect(page.locator("#push-wrong")).to_contain_text("could not reach its push service")


def test_home_is_read_by_keys_alone_by_ones_own_and_by_none(
    place: RunningServer, windows: Callable[..., Page], ada: NewMember
) -> None:
    first = post(place, ada, "First")
    second = post(place, ada, "Second")
    page = windows()
    sign_in(page, place, ada.name)
    focused = "document.activeElement.id"
    page.keyboard.press("j")
    assert page.evaluate(focused) == f"post-{second['id']}"
    page.keyboard.press("j")
    assert page.evaluate(focused) == f"post-{first['id']}"
    page.keyboard.press("k")
    page.keyboard.press("l")
    expect(page.locator(f"#favourite-{second['id']}")).to_have_attribute("value", "unfavourite")
    assert ask(place, ada, "GET", f"/api/v1/statuses/{second['id']}")["favourited"] is True
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url(f"{place.base_url}/@{ada.name}/*")
    page.keyboard.press("g")
    page.keyboard.press("h")
    page.wait_for_url(f"{place.base_url}/home")
    page.goto(f"{place.base_url}/settings/appearance")
    page.get_by_label("Dark").check()
    page.get_by_label("More", exact=True).check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(0, 0, 0)"
    page.goto(f"{place.base_url}/settings/keys")
    page.get_by_label("Next post").press("j")  # typed, not obeyed
    page.get_by_label("Next post").fill("u")
    page.get_by_label("Boost").fill("")
    page.get_by_label("Go somewhere").fill("w")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.keyboard.press("?")
    shown = page.get_by_role("dialog", name="Keys")
    expect(shown).to_contain_text("uNext post")
    expect(shown).not_to_contain_text("Boost")
    page.keyboard.press("Escape")
    page.keyboard.press("w")
    page.keyboard.press("h")
    page.wait_for_url(f"{place.base_url}/home")
    page.keyboard.press("j")
    assert not page.evaluate(focused)
    page.keyboard.press("u")
    assert page.evaluate(focused) == f"post-{second['id']}"
    page.goto(f"{place.base_url}/settings/keys")
    page.get_by_label("Single keys do something").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.goto(f"{place.base_url}/home")
    page.keyboard.press("u")
    page.keyboard.press("?")
    assert not page.evaluate(focused)
