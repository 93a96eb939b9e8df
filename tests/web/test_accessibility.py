"""Every page under axe, in light and dark, in plain and in high contrast: what shuts people out fails."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from tests.servers import RunningServer
from tests.web.community import Community
from tests.web.walking import sign_in

pytestmark = pytest.mark.system

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """options => axe.run(options).then(
    found => found.violations.flatMap(rule => rule.nodes.map(node => [rule.id, node.html])))"""
COLOURS = [("dark", "no-preference"), ("light", "more"), ("dark", "more")]
PARTS = 4  # so that several workers share the pages
SIZE = {"width": 1280, "height": 900}


@pytest.fixture
def page(chromium: Chromium) -> Iterator[Page]:
    """A window; axe brings styles of its own, which the pages' policy refuses."""
    context = chromium.new_context(viewport=SIZE, reduced_motion="reduce")  # type: ignore[arg-type]
    yield context.new_page()
    context.close()


def broken(page: Page, kind: str, values: list[str]) -> list[tuple[str, str]]:
    """The rules that the page breaks, each with the element that does."""
    options = {"runOnly": {"type": kind, "values": values}, "resultTypes": ["violations"]}
    found: list[tuple[str, str]] = page.evaluate(RUN, options)
    return found


def complaints(page: Page, path: str) -> list[str]:
    """What axe finds on the page, in all four colour schemes."""
    page.evaluate(AXE_SCRIPT)
    page.emulate_media(color_scheme="light", contrast="no-preference")
    found = broken(page, "tag", RULES)
    for scheme, contrast in COLOURS:
        page.emulate_media(color_scheme=scheme, contrast=contrast)  # type: ignore[arg-type]
        again = broken(page, "rule", ["color-contrast"])
        found += [(f"{rule} ({scheme}, {contrast})", element) for rule, element in again]
    return [f"{path}: {rule}: {element[:160]}" for rule, element in found]


@pytest.mark.parametrize("part", range(PARTS))
def test_axe_finds_nothing_on_any_page(part: int, place: RunningServer, everything: Community, page: Page) -> None:
    found: list[str] = []
    for path in everything.for_strangers[part::PARTS]:
        page.goto(place.base_url + path)
        found += complaints(page, f"stranger {path}")
    sign_in(page, place, "owner")
    for path in everything.pages[part::PARTS]:
        page.goto(place.base_url + path)
        found += complaints(page, path)
    assert not found, "\n".join(found)
