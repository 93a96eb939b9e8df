"""Journeys through the web app as a new user would make them, in a real browser with JavaScript and without.

Each looks after every step where the focus is (tests/web/walking.py) and compares its chief pages, as they are to those
who hear them, with tests/web/trees/. The windows fail a journey on anything that the content policy refused. What needs
JavaScript says without it what works instead.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import pyvips
from playwright.sync_api import Locator, Page, Route, expect

from tests.servers import PASSWORD, NewMember, RunningServer
from tests.web.asking import ask, wait_for
from tests.web.test_joining import waited
from tests.web.test_reading import post
from tests.web.test_setting_up import setup_path
from tests.web.walking import Walk

pytestmark = pytest.mark.system

Walks = Callable[..., Walk]
PHONE = {"width": 390, "height": 780}
SETTINGS = ".beside > .stack"  # a page of the settings without their menu, which grows with every room


@pytest.fixture
def ada(place: RunningServer) -> NewMember:
    """Who makes the journey."""
    return place.member("ada")


@pytest.fixture
def bo(place: RunningServer) -> NewMember:
    """Whom she meets."""
    return place.member("bo")


def picture(name: str, red: int) -> Any:
    """A file to choose."""
    drawn = pyvips.Image.black(80, 60).new_from_image([red, 90, 110])
    return {"name": name, "mimeType": "image/png", "buffer": drawn.pngsave_buffer()}


def card(walk: Walk, text: str) -> Locator:
    """The card of the post that says this."""
    return walk.page.get_by_role("article").filter(has_text=text).first


def button(within: Locator, words: str, **states: Any) -> Locator:
    """A button of a card; its name goes on with a number."""
    return within.get_by_role("button", name=words, **states)


def more(walk: Walk, within: Locator, words: str) -> Locator:
    """What stands in a card's menu, once that is open."""
    entry = within.locator(".more-list").get_by_text(words, exact=True)
    walk.press(within.locator("summary.act"), until=entry)
    return entry


# ── joining ──


def test_set_up_a_new_server(
    new_server: Callable[..., RunningServer], windows: Callable[..., Page], has_script: bool
) -> None:
    fresh = new_server().start()
    walk = Walk(windows(java_script_enabled=has_script), fresh, has_script)
    walk.open(setup_path(fresh)).tree("setup")
    walk.press("Begin", until="Step 1 of")
    walk.fill({"Name": "Harbour"})
    walk.press("Save and go on", until="Step 2 of")
    # left, and come back to: what was done is kept
    walk.open("/about").open("/setup").press("To the next step", until="Step 2 of")
    walk.press("Save and go on", until="Step 3 of")
    walk.press("Save and go on", until="Step 4 of").tree("setup-account")
    walk.page.locator("#field-username").fill("ada ada")
    walk.fill({"Password": PASSWORD})
    walk.press("Open the server", until="Not done yet. What you wrote is kept.")
    walk.press(walk.page.get_by_role("alert").get_by_role("link"), until=walk.page.locator("#field-username:focus"))
    walk.page.locator("#field-username").fill("ada")
    walk.fill({"Password": PASSWORD})
    walk.press("Open the server", until="/admin/setup").tree("setup-afterwards")
    walk.press(walk.page.get_by_role("banner").get_by_role("link", name="Harbour"), until="/home")


def test_sign_up_by_invite(place: RunningServer, walks: Walks) -> None:
    place.call("settings.set", values={"registration": "invite"})
    owner = walks("owner").open("/settings/invites")
    owner.field("Who joins with it follows me at once").check()
    owner.press("Make a link", until="The link is made.")
    link = owner.page.locator("code.secret").first.inner_text()

    walk = walks(viewport=PHONE).open(link.removeprefix(place.base_url))
    walk.tree("sign-up")
    name = f"dora_{'with' if walk.has_script else 'without'}"
    walk.fill({"Name": name, "Password": PASSWORD})
    walk.page.get_by_label("I agree").check()
    if not walk.has_script:  # a form that has lain open for a while
        walk.page.locator("[name=waiting]").evaluate("(field, value) => { field.value = value }", waited(place))
    walk.press("Sign up", until="/welcome")
    expect(walk.page.get_by_role("banner")).to_contain_text(f"@{name}")
    walk.open("/@owner")
    expect(walk.named("Unfollow")).to_be_visible()


def test_make_a_profile(walks: Walks, ada: NewMember) -> None:
    walk = walks(ada.name).open("/settings/profile")
    walk.fill({"Display name": "Ada Ahoi", "About you": "Sails on #sundays.", "Label 1": "Boat", "Text 1": "Teal"})
    choose = walk.field("Picture")
    choose.set_input_files([{"name": "a.png", "mimeType": "image/png", "buffer": b"no picture"}])
    walk.press("Save", until="Not done yet. What you wrote is kept.")
    assert walk.field("Display name").input_value() == "Ada Ahoi"
    choose.set_input_files([picture("a.png", 20)])
    walk.press("Save", until="Saved.").tree("profile-settings", SETTINGS)
    walk.open(f"/@{ada.name}").tree("profile-own")
    expect(walk.main.get_by_role("heading", level=1)).to_have_text("Ada Ahoi")
    expect(walk.main.get_by_role("link", name="#sundays")).to_be_visible()
    face = walk.main.locator("img.profile-avatar")
    assert face.evaluate("one => one.complete && one.naturalWidth > 0")


def test_sign_in_with_a_passkey(walks: Walks, ada: NewMember) -> None:
    walk = walks(ada.name).open("/settings/passkeys").tree("passkeys", SETTINGS)
    if not walk.has_script:
        expect(walk.main.get_by_text("Without them, your password works together with an")).to_be_visible()
        walk.press("authenticator app", until="/settings/totp")
        walk.page.context.clear_cookies()
        walk.open("/auth/sign_in").tree("sign-in")
        assert "Your password works without it, and so does a recovery code" in walk.said_without_script
        walk.fill({"Name or e-mail address": ada.name, "Password": PASSWORD}).press("Sign in", until="/home")
        return
    devices = walk.page.context.new_cdp_session(walk.page)
    devices.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = devices.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    walk.fill({"Your password": "wrong"}).press("Add a passkey", until="The password is wrong.")
    walk.fill({"What to call it": "This laptop", "Your password": PASSWORD})
    walk.press("Add a passkey", until="The passkey is added.")
    assert walk.page.get_by_label("Name of the passkey").input_value() == "This laptop"
    walk.press(walk.page.get_by_role("contentinfo").get_by_role("button", name="Sign out"), until=walk.named("Sign in"))
    finger = {"authenticatorId": made["authenticatorId"], "enabled": False}
    devices.send("WebAuthn.setAutomaticPresenceSimulation", finger)  # or the quiet question is answered by itself
    walk.open("/auth/sign_in?next=/settings/sessions").tree("sign-in")

    def lay_the_finger_on(route: Route) -> None:  # the quiet question is withdrawn, the loud one not asked yet
        devices.send("WebAuthn.setAutomaticPresenceSimulation", finger | {"enabled": True})
        route.continue_()

    walk.page.route("**/auth/passkey/options", lay_the_finger_on, times=1)
    walk.page.get_by_role("button", name="Sign in with a passkey").click()
    walk.after(lambda: None, until="/settings/sessions")
    expect(walk.main).to_contain_text("by passkey")


# ── writing ──


def test_post_with_two_pictures_and_their_descriptions(walks: Walks, ada: NewMember) -> None:
    walk = walks(ada.name, viewport=PHONE).open("/write")
    walk.fill({"Text": "Two boats at #harbour"})
    walk.field("Who sees it").select_option("unlisted")
    choose, descriptions = walk.field("Choose files"), walk.field("Description")
    choose.set_input_files([picture("one.png", 200), picture("two.png", 40)])
    if not walk.has_script:
        walk.press("Add files", until="The form is as you left it")
    expect(descriptions).to_have_count(2)
    walk.look_at_the_focus()
    walk.press("Post quietly", until=walk.page.get_by_role("alert").get_by_text("Describe picture 1"))
    descriptions.nth(0).fill("A red boat")
    descriptions.nth(1).fill("A teal boat")
    if walk.has_script:
        expect(walk.main.get_by_text("Kept in this browser.")).to_be_visible()
    walk.tree("write-with-pictures")
    walk.press("Post quietly", until=f"/@{ada.name}/")
    walk.tree("post-with-pictures")
    for words in ("A red boat", "A teal boat"):
        shown = walk.main.get_by_role("img", name=words)
        shown.scroll_into_view_if_needed()
        expect(shown).to_be_visible()
        assert shown.evaluate("one => one.decode().then(() => one.naturalWidth)") == 80
    assert not walk.main.get_by_role("alert").count()
    assert walk.open("/write").field("Text").input_value() == ""


def test_reply_quote_boost_and_vote(place: RunningServer, walks: Walks, ada: NewMember, bo: NewMember) -> None:
    said = post(place, bo, "Which way?", poll={"options": ["North", "South"], "expires_in": 3600})
    walk = walks(ada.name, viewport=PHONE).open("/public")
    there = card(walk, "Which way?")
    walk.press(button(there, "Boost"), until=button(there, "Boost", pressed=True))
    walk.press(button(there, "Favourite"), until=button(there, "Favourite", pressed=True))
    walk.press(button(there, "Bookmark"), until=button(there, "Bookmark", pressed=True))
    walk.press(button(there, "Bookmark"), until=button(there, "Bookmark", pressed=False))
    there.get_by_label("North").check()
    walk.press(button(there, "Vote"), until=there.get_by_text("Your vote"))
    walk.press(more(walk, there, "Mute this conversation"), until=there.locator("summary.act:focus"))
    walk.press(there.get_by_role("link", name="Reply"), until="You answer")
    assert walk.field("Text").input_value().strip() == f"@{bo.name}"
    walk.fill({"Text": f"@{bo.name} North, of course"})
    walk.press("Post publicly", until=f"/@{ada.name}/")
    walk.tree("thread")
    answer = card(walk, "North, of course")
    expect(answer).to_be_focused()  # below what it answers

    walk.press(more(walk, card(walk, "Which way?"), "Quote"), until="You quote")
    walk.fill({"Text": "Have you voted yet?"})
    walk.press("Post publicly", until=f"/@{ada.name}/")
    walk.tree("quote")
    expect(walk.main.get_by_role("region", name="Quoted post by")).to_contain_text("Which way?")
    asked = ask(place, ada, "GET", f"/api/v1/statuses/{said['id']}")
    assert (asked["reblogged"], asked["favourited"], asked["poll"]["own_votes"]) == (True, True, [0])
    assert (asked["replies_count"], asked["quotes_count"], asked["bookmarked"]) == (1, 1, False)


def test_edit_a_post(place: RunningServer, walks: Walks, ada: NewMember) -> None:
    said = post(place, ada, "The ferry leaves at nine")
    walk = walks(ada.name).open(f"/@{ada.name}/{said['id']}")
    there = card(walk, "The ferry leaves")
    walk.press(more(walk, there, "Edit"), until=walk.named("Save changes"))
    walk.tree("edit").fill({"Text": "The ferry leaves at ten"})
    walk.press("Save changes", until="edited")
    walk.press(there.get_by_role("link", name="edited"), until="How this post read before").tree("history")
    expect(walk.main.locator("ins")).to_have_text("ten")
    walk.press("The post", until=f"/@{ada.name}/{said['id']}")
    walk.press(more(walk, there, "Delete"), until="Delete this post?")
    walk.press("Delete", until=f"/@{ada.name}")
    expect(walk.main).not_to_contain_text("The ferry leaves")


# ── people ──


def test_find_somebody_and_follow_them(place: RunningServer, walks: Walks, ada: NewMember, bo: NewMember) -> None:
    post(place, bo, "Fresh from the bakery")
    walk = walks(ada.name, viewport=PHONE).open("/search")
    walk.fill({"Search for people, posts and hashtags": bo.name})
    follow = walk.main.get_by_role("button", name="Follow", exact=False)
    walk.press(walk.main.get_by_role("search").get_by_role("button"), until=follow)
    walk.press(follow, until=walk.main.get_by_role("button", name="Unfollow")).tree("search")
    assert walk.page.url.endswith(f"#follow-{bo.id}") and "q=" in walk.page.url  # the same search
    walk.press(walk.main.get_by_role("link", name=bo.name, exact=True), until=f"/@{bo.name}")
    walk.press("Tell me of each post", until=walk.named("Stop telling me of each post")).tree("profile")
    walk.press("Hide their boosts", until=walk.named("Show their boosts"))
    walk.open("/home").tree("home", part="body")
    expect(card(walk, "Fresh from the bakery")).to_be_visible()
    walk.open(f"/@{bo.name}").press("Unfollow", until=walk.named("Follow"))


def test_get_a_live_notification(place: RunningServer, walks: Walks, ada: NewMember, bo: NewMember) -> None:
    walk = walks(ada.name).open("/notifications")
    unread = walk.page.locator("#unread-count")
    if walk.has_script:
        walk.page.wait_for_timeout(200)  # until it listens
    else:
        assert "load a page again, and the number beside Notifications" in walk.said_without_script
    post(place, bo, f"@{ada.name} the tide is turning")
    wait_for(place, ada, "/api/v1/notifications", 1)
    if not walk.has_script:
        walk.open("/you")
    expect(unread).to_have_text("1")
    walk.press(
        walk.page.get_by_role("navigation", name="Main").get_by_text("Notifications"), until="the tide is turning"
    )
    walk.tree("notifications")
    expect(unread).not_to_be_visible()


def test_block_and_report(place: RunningServer, walks: Walks, ada: NewMember) -> None:
    seller = place.member("seller")
    said = post(place, seller, "Buy my boats, only today")
    walk = walks(ada.name, viewport=PHONE).open(f"/@{seller.name}/{said['id']}")
    walk.press(more(walk, card(walk, "Buy my boats"), "Report"), until="What is wrong?").tree("report")
    walk.field("It is spam").check()
    walk.fill({"What should the moderators know? (optional)": "The same every hour"})
    walk.press("Send the report", until="The moderators have been told.").tree("reported")
    walk.press(f"Block @{seller.name}", until=walk.named("Unblock"))
    walk.open("/settings/hidden?kind=blocked").tree("blocked", SETTINGS)
    walk.press(walk.main.get_by_role("button", name="Unblock"), until="You block nobody.")
    walk.open(f"/@{seller.name}")
    walk.press(walk.page.locator("#ties-more"), until=walk.page.locator("#do-mute"))
    walk.press("Mute posts and notifications", until=walk.named("Unmute"))
    walk.press("Unmute", until=walk.page.locator("#do-follow"))
    assert ask(place, ada, "GET", "/api/v1/reports")[0]["comment"] == "The same every hour"


# ── without a connection ──

CONTROLLED = """async () => {
  await navigator.serviceWorker.ready;
  if (!navigator.serviceWorker.controller) {
    await new Promise((controls) => navigator.serviceWorker.addEventListener("controllerchange", controls));
  }
}"""


def test_install_and_post_while_offline(place: RunningServer, walks: Walks, ada: NewMember) -> None:
    walk = walks(ada.name).open("/home")
    page = walk.page
    if not walk.has_script:
        walk.open("/write")
        assert "“Save draft” keeps your text on the server" in walk.said_without_script
        walk.fill({"Text": "Written before the tunnel"}).press(
            "Save draft", until="Your draft is saved on this server."
        )
        walk.open("/outbox").tree("outbox")
        assert "a post that cannot be sent stays in the form" in walk.said_without_script
        walk.open("/drafts").press(walk.main.get_by_role("link", name="Go on"), until="/write")
        walk.press("Post publicly", until=f"/@{ada.name}/")
        return
    page.evaluate(CONTROLLED)
    tools = page.context.new_cdp_session(page)
    found = tools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [one["errorId"] for one in found] == ["in-incognito"]  # as every window of a test is
    walk.open("/write").fill({"Text": "Written between two stations"})
    page.context.set_offline(True)
    walk.press("Post publicly", until="/outbox")
    waiting = walk.main.get_by_role("listitem")
    expect(waiting).to_contain_text("Written between two stations")
    walk.tree("outbox-waiting")
    walk.press("Edit", until=walk.named("Keep the change"))
    waiting.get_by_label("Text").fill("Written between three stations")
    walk.press("Keep the change", until="Written between three stations")
    tries: list[str] = []

    def first_fails(route: Route) -> None:
        tries.append(route.request.method)
        if tries == ["POST"]:  # networks often stumble just when they come back
            route.abort("connectionreset")
        else:
            route.continue_()

    page.context.route("**/write", first_fails)
    page.context.set_offline(False)
    walk.after(page.reload, until="Nothing waits.")
    walk.tree("outbox")
    assert tries == ["POST", "POST"]
    page.context.unroute("**/write")
    mine = ask(place, ada, "GET", f"/api/v1/accounts/{ada.id}/statuses")
    assert [one["content"] for one in mine] == ["<p>Written between three stations</p>"]
    assert walk.open("/write").field("Text").input_value() == ""
