"""Walking through the pages in a real browser as somebody would, and looking after each step where the focus is.

A walk presses what stands on the page, by its words, and waits for what it promises. After every step

- the focus is on something, unless the step has opened a page, which begins at its top: a form that changes something
  and comes back to where it was, with or without JavaScript, keeps the focus, and
- what has the focus can be seen: it is in the window, and nothing lies over it.

``walk.tree("name")`` compares what the page is to those who hear it with tests/web/trees/name.yml. `make trees` writes
these files anew; read what has changed before you commit it.
"""

from __future__ import annotations

import difflib
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, Request, expect

from tests.servers import PASSWORD, RunningServer
from tests.web.browser import Browser

TREES = Path(__file__).parent / "trees"
ARE_WRITTEN = os.environ.get("WRITE_TREES") == "yes"
SETTLED_S = 2.0

WHERE_THE_FOCUS_IS = """() => {
  const focused = document.activeElement;
  if (!focused || focused === document.body) return "nobody has it";
  const name = `${focused.localName}#${focused.id} ${focused.textContent.trim().slice(0, 40)}`;
  const box = focused.getBoundingClientRect();
  const [left, right] = [Math.max(box.left, 0), Math.min(box.right, document.documentElement.clientWidth)];
  const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, document.documentElement.clientHeight)];
  if (right - left < 1 || bottom - top < 1) return `${name} is out of the window`;
  const there = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  if (focused.contains(there) || there.contains(focused)) return "";
  return `${name} is covered by ${there.localName}.${there.className}`;
}"""

# A page's words for those without JavaScript, which Playwright itself passes over.
SAID_WITHOUT_SCRIPT = """() => [...document.querySelectorAll("noscript *")]
  .filter((one) => one.getClientRects().length)
  .map((one) => one.innerText)
  .join(" ")"""

# What differs from one run to the next, and what stands in its place in a tree.
VARIES = (
    (r"_[0-9a-f]{10}\b", ""),
    (r"localhost:\d+", "localhost"),
    (r"\b\d{1,2} [A-Z][a-z]{2,8} \d{4}(, \d\d:\d\d UTC)?", "(moment)"),
    (r"\b\d+/\d+/\d{4}, \d+:\d\d:\d\d [AP]M", "(moment)"),
    (r"(?<!\d)\d{15,}(?!\d)", "(id)"),
    (r"/invite/[\w-]+", "/invite/(code)"),
    (r"token=[\w.-]+", "token=(token)"),
    (r"/media/[\w/.-]+", "/media/(file)"),
)


class Walk:
    """Somebody's way through the pages, with or without JavaScript."""

    def __init__(self, page: Page, place: RunningServer, has_script: bool) -> None:
        self.page = page
        self.place = place
        self.has_script = has_script
        self._opened = ""
        page.set_default_timeout(10_000)
        page.on("request", self._heed)

    def _heed(self, request: Request) -> None:
        """Note how a page was asked for: what a form has sent may have been redirected since."""
        if request.is_navigation_request() and request.frame == self.page.main_frame:
            while request.redirected_from:
                request = request.redirected_from
            self._opened = request.method

    @property
    def path(self) -> str:
        """The path of the page that is open."""
        return urlsplit(self.page.url).path

    @property
    def main(self) -> Locator:
        """What the page is about."""
        return self.page.get_by_role("main")

    @property
    def said_without_script(self) -> str:
        """What the page tells those who have no JavaScript, where it can be seen."""
        return str(self.page.evaluate(SAID_WITHOUT_SCRIPT))

    def sign_in(self, name: str) -> Walk:
        """Be somebody, without going through the form."""
        with Browser(self.place.base_url) as browser:
            browser.sign_in(name, PASSWORD)
            session = browser.http.cookies["session"]
        cookie = {"name": "session", "value": session, "url": self.place.base_url, "httpOnly": True}
        self.page.context.add_cookies([cookie])  # type: ignore[list-item]
        return self

    def open(self, path: str) -> Walk:
        """Open an address, as typed into the browser."""
        self.page.goto(self.place.base_url + path)
        return self

    def field(self, label: str) -> Locator:
        """A field by its label."""
        return self.page.get_by_label(label, exact=True)

    def fill(self, values: dict[str, str]) -> Walk:
        """Fill in fields, by their labels."""
        for label, value in values.items():
            self.field(label).fill(value)
        return self

    def press(self, what: str | Locator, until: str | Locator) -> Walk:
        """Press a button or follow a link, given by its words or as it was found, and wait for what it leads to.

        That is something to be seen, its words, or the beginning of an address. Then look at the focus.
        """
        target = self.named(what) if isinstance(what, str) else what
        return self.after(target.click, until)

    def named(self, words: str) -> Locator:
        """The button or link of the page's content with these words."""
        buttons = self.main.get_by_role("button", name=words, exact=True)
        return buttons.or_(self.main.get_by_role("link", name=words, exact=True)).first

    def after(self, step: Callable[[], object], until: str | Locator) -> Walk:
        """Take a step, wait for what it leads to, and look at the focus."""
        before, self._opened = self.path, ""
        step()
        if isinstance(until, Locator):
            expect(until.first).to_be_visible()
        elif until.startswith("/"):
            self.page.wait_for_url(re.compile(re.escape(self.place.base_url + until)))
        else:
            expect(self.page.get_by_text(until).first).to_be_visible()
        self.look_at_the_focus(may_begin_anew=self.path != before or self._opened == "GET")
        return self

    def look_at_the_focus(self, *, may_begin_anew: bool = False) -> None:
        """Fail unless something has the focus and can be seen; a page just opened begins at its top."""
        end = time.monotonic() + SETTLED_S
        while wrong := self.page.evaluate(WHERE_THE_FOCUS_IS):
            if may_begin_anew and wrong == "nobody has it":
                return
            assert time.monotonic() < end, f"{self.page.url}: {wrong}"
            time.sleep(0.02)

    def tree(self, name: str, part: str = "main") -> Walk:
        """Compare what the page is to those who hear it. Without JavaScript a page may have a tree of its own."""
        found = self.page.locator(part).first.aria_snapshot()
        for pattern, instead in VARIES:
            found = re.sub(pattern, instead, found)
        shared, own = TREES / f"{name}.yml", TREES / f"{name}.without-javascript.yml"
        if ARE_WRITTEN:
            _write(found + "\n", shared, own, self.has_script)
        file = own if own.exists() and not self.has_script else shared
        assert file.exists(), f"there is no {file.name} yet: make trees writes it"
        expected = file.read_text().rstrip("\n")
        changes = difflib.unified_diff(
            expected.split("\n"), found.split("\n"), file.name, self.page.url, n=2, lineterm=""
        )
        assert found == expected, "\n".join([*changes, "", "If this is meant, make trees writes it anew."])
        return self


def sign_in(page: Page, place: RunningServer, name: str) -> None:
    """Be somebody in a window, and stand at home."""
    Walk(page, place, True).sign_in(name).open("/home")


def _write(found: str, shared: Path, own: Path, has_script: bool) -> None:
    """Write a tree; the one without JavaScript, which comes second, only where it differs."""
    TREES.mkdir(exist_ok=True)
    if has_script:
        shared.write_text(found)
    elif shared.exists() and shared.read_text() == found:
        own.unlink(missing_ok=True)
    else:
        own.write_text(found)
