"""The pages for everybody: by keyboard alone, on small and much enlarged screens, in forced colours, from right to
left, with reduced motion, without counts. In a real browser; the windows fail a test on what the policy refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from holdfast import web
from tests.servers import NewMember, RunningServer
from tests.web.asking import ask
from tests.web.community import Community
from tests.web.test_reading import post
from tests.web.walking import Walk

pytestmark = pytest.mark.system

Walks = Callable[..., Walk]
STYLES = Path(web.__file__).parent / "static/css"
PHONE = {"width": 390, "height": 780}
ENLARGED = {"width": 320, "height": 256}  # a window of 1280 by 1024 at 400 %
PARTS = 2  # so that both workers share the pages

TOO_WIDE = """direction => {
  const root = document.documentElement;
  root.dir = direction;
  const beyond = root.scrollWidth - root.clientWidth;
  if (beyond <= 0) return "";
  const edge = (one) => {
    const box = one.getBoundingClientRect();
    return Math.max(box.right - root.clientWidth, -box.left);
  };
  const [widest] = [...document.body.querySelectorAll("*")].sort((a, b) => edge(b) - edge(a));
  return `${beyond} px too wide ${direction}: ${widest.outerHTML.slice(0, 120)}`;
}"""

RING = """() => {
  const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
  return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
}"""

IS_AROUND = "document.activeElement === document.body || document.activeElement.matches('.skip')"

MOVES = """() => [...document.querySelectorAll("*")]
  .filter((one) => {
    const { transitionDuration, animationName } = getComputedStyle(one);
    return parseFloat(transitionDuration) > 0 || animationName !== "none" || one.autoplay;
  })
  .map((one) => one.outerHTML.slice(0, 80))"""


@pytest.fixture
def ada(place: RunningServer) -> NewMember:
    return place.member("ada")


@pytest.fixture
def bo(place: RunningServer) -> NewMember:
    return place.member("bo")


@pytest.fixture
def owner(windows: Callable[..., Page], place: RunningServer) -> Walk:
    """The owner on a small screen, with JavaScript."""
    return Walk(windows(viewport={"width": 320, "height": 640}, reduced_motion="reduce"), place, True).sign_in("owner")


# ── every page ──


@pytest.mark.parametrize("part", range(PARTS))
def test_no_page_is_wider_than_a_small_screen_or_one_that_is_enlarged_in_either_direction(
    owner: Walk, place: RunningServer, everything: Community, part: int
) -> None:
    place.call("settings.set", values={"short_description": "Averyverylongwordwithoutanyspaces" * 4})
    wrong: list[str] = []
    for path in everything.pages[part::PARTS]:
        owner.page.set_viewport_size({"width": 320, "height": 640})
        owner.open(path)
        assert owner.page.locator("h1").count() == 1, path
        for size in ({"width": 320, "height": 640}, ENLARGED, {"width": 1280, "height": 800}):
            owner.page.set_viewport_size(size)  # type: ignore[arg-type]
            wrong += [
                f"{path} at {size}: {found}"
                for direction in ("ltr", "rtl")
                if (found := owner.page.evaluate(TOO_WIDE, direction))
            ]
        wrong += [f"{path} moves: {found}" for found in owner.page.evaluate(MOVES)]
    assert not wrong, "\n".join(wrong)


def test_styles_know_no_left_and_right() -> None:
    sides = re.compile(r"(?<![\w-])(left|right)(?=\s*:)|-(left|right)\s*:|:\s*(left|right)\s*;|\b(float|clear)\s*:")
    wrong = [
        f"{path.name}: {line.strip()}"
        for path in sorted(STYLES.glob("*.css"))
        for line in path.read_text().splitlines()
        if sides.search(line)
    ]
    assert not wrong


# ── by keyboard ──


def tab(walk: Walk) -> None:
    """Go on by one, and see where one is."""
    walk.page.keyboard.press("Tab")
    walk.look_at_the_focus()
    assert walk.page.evaluate(RING), walk.page.evaluate("document.activeElement.outerHTML")


def reach(walk: Walk, target: Locator) -> Locator:
    """Go on until something has the focus."""
    for _ in range(120):
        tab(walk)
        if target.evaluate("one => one === document.activeElement"):
            return target
    raise AssertionError(f"{target} is not reached")


def key(walk: Walk, name: str, until: str | Locator) -> None:
    """Press a key and wait for what it does."""
    walk.after(lambda: walk.page.keyboard.press(name), until)


def test_read_everything_by_keyboard_only(place: RunningServer, walks: Walks, ada: NewMember, bo: NewMember) -> None:
    ask(place, ada, "POST", f"/api/v1/accounts/{bo.id}/follow")
    for text in ("Third wave", "Second wave", "First wave"):
        post(place, bo, text, poll={"options": ["High", "Low"], "expires_in": 3600})
    walk = walks(ada.name, viewport=PHONE).open("/home")
    tab(walk)
    expect(walk.page.get_by_role("link", name="Skip to the content")).to_be_focused()
    key(walk, "Enter", until=walk.page.locator("main:focus"))
    first = walk.page.get_by_role("article").filter(has_text="First wave").first
    reach(walk, first.get_by_label("High"))
    walk.page.keyboard.press("Space")
    reach(walk, first.get_by_role("button", name="Vote"))
    key(walk, "Enter", until=first.get_by_text("Your vote"))
    favourite = first.get_by_role("button", name="Favourite")
    reach(walk, favourite)
    key(walk, "Space", until=first.get_by_role("button", name="Favourite", pressed=True))
    expect(favourite).to_be_focused()
    more = first.locator("summary.act")
    reach(walk, more)
    entry = first.locator(".more-list").get_by_role("link", name="Open")
    key(walk, "Enter", until=entry)
    if walk.has_script:
        tab(walk)
        key(walk, "Escape", until=more)
        expect(more).to_be_focused()
        expect(entry).to_be_hidden()
        key(walk, "Enter", until=entry)
    reach(walk, entry)
    key(walk, "Enter", until=f"/@{bo.name}/")
    reach(walk, walk.main.get_by_role("link", name="Reply"))
    key(walk, "Enter", until="You answer")
    reach(walk, walk.field("Text"))
    walk.page.keyboard.press("Control+End")
    walk.page.keyboard.type("From the keyboard")
    reach(walk, walk.page.locator("#publish"))
    key(walk, "Enter", until=f"/@{ada.name}/")
    expect(walk.page.get_by_role("article").filter(has_text="From the keyboard")).to_be_focused()


@pytest.mark.parametrize("size", [PHONE, ENLARGED], ids=["phone", "enlarged"])
def test_nothing_that_has_the_focus_is_covered(
    place: RunningServer, walks: Walks, ada: NewMember, bo: NewMember, size: dict[str, int]
) -> None:
    ask(place, ada, "POST", f"/api/v1/accounts/{bo.id}/follow")
    for number in range(4):
        said = post(place, bo, f"@{ada.name} wave {number}\n\nIt came in.\n\nIt went out.\n\nAnd in again.")
    walk = walks(ada.name, viewport=size)
    for path in ("/home", "/write", "/notifications", f"/@{bo.name}", f"/@{bo.name}/{said['id']}", "/settings/profile"):
        walk.open(path)
        tab(walk)
        for _ in range(150):
            walk.page.keyboard.press("Tab")
            if walk.page.evaluate(IS_AROUND):
                break
            walk.look_at_the_focus()
        else:
            raise AssertionError(f"{path} has no end")


# ── colours, counts ──


def test_in_forced_colours_the_focus_and_every_state_are_seen(
    place: RunningServer, windows: Callable[..., Page], ada: NewMember, bo: NewMember
) -> None:
    post(place, ada, f"In few colours, @{bo.name}")
    page = windows(forced_colors="active", viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    walk = Walk(page, place, True).sign_in(ada.name).open("/home")

    def seen(found: Locator) -> bytes:
        box = found.bounding_box()
        assert box is not None
        around = {"x": box["x"] - 6, "y": box["y"] - 6, "width": box["width"] + 12, "height": box["height"] + 12}
        return page.screenshot(clip=around)  # type: ignore[arg-type]

    for name in ("Boost", "Favourite", "Bookmark"):
        button = walk.main.get_by_role("button", name=name)
        as_it_was = seen(button)
        button.focus()
        focused = seen(button)
        assert focused != as_it_was, name
        walk.press(button, until=walk.main.get_by_role("button", name=name, pressed=True))
        button.evaluate("one => one.blur()")
        page.mouse.move(0, 0)
        assert seen(button) not in (as_it_was, focused), name
    for path, current in (
        ("/home", ".tabs a[aria-current]"),
        ("/notifications", ".parts a[aria-current]"),
        ("/settings/profile", ".menu-wide a[aria-current]"),
    ):
        line = walk.open(path).page.locator(current).first.evaluate("one => getComputedStyle(one).borderBottomStyle")
        assert line == "solid", current


def test_reduced_motion_is_what_stills_the_pages(windows: Callable[..., Page], place: RunningServer) -> None:
    page = windows(reduced_motion="no-preference")
    assert Walk(page, place, True).open("/about").page.evaluate(MOVES)
    page.emulate_media(reduced_motion="reduce")
    assert not page.evaluate(MOVES)


def test_counts_can_be_hidden(place: RunningServer, walks: Walks, ada: NewMember, bo: NewMember) -> None:
    said = post(place, ada, "How many like this?")
    for act in ("reblog", "favourite"):
        ask(place, bo, "POST", f"/api/v1/statuses/{said['id']}/{act}")
    walk = walks(ada.name).open(f"/@{ada.name}/{said['id']}")
    expect(walk.main.get_by_role("link", name="1 boost")).to_be_visible()
    expect(walk.page.locator(".act-count").first).to_be_visible()
    walk.open("/settings/appearance")
    walk.page.get_by_label("Show how often posts were answered").uncheck()
    walk.press("Save", until="Saved.")
    walk.open(f"/@{ada.name}/{said['id']}")
    expect(walk.page.locator(".act-count").first).to_be_hidden()
    expect(walk.main.get_by_role("link", name="1 favourite")).to_be_hidden()
    walk.press("Who boosted it", until=f"@{bo.name}")
