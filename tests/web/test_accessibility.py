"""Every page under axe, in light and dark, in plain and in high contrast: what shuts people out fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import pyvips
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, sync_playwright

from holdfast import web
from tests.servers import PASSWORD, NewMember, RunningServer

pytestmark = pytest.mark.system

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """options => axe.run(options).then(
    found => found.violations.flatMap(rule => rule.nodes.map(node => [rule.id, node.html])))"""
COLOURS = [("dark", "no-preference"), ("light", "more"), ("dark", "more")]
PARTS = 4  # so that several workers share the pages
SIZE = {"width": 1280, "height": 900}


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield started.new_context(viewport=SIZE, reduced_motion="reduce").new_page()  # type: ignore[arg-type]
        started.close()


def ask(server: RunningServer, who: NewMember, method: str, path: str, **values: Any) -> Any:
    with server.client(who.token) as http:
        answer = http.request(method, path, **values)
    assert answer.status_code in (200, 202), answer.text
    return answer.json()


def a_conversation(server: RunningServer, owner: str) -> tuple[NewMember, str]:
    """A member who has written a bit of everything, and the address of the post that began it."""
    ada, bo = server.member("ada"), server.member("bo")
    drawn = pyvips.Image.black(64, 48, bands=3).pngsave_buffer()
    picture = ask(server, ada, "POST", "/api/v2/media", files={"file": ("a.png", drawn)}, data={"description": "Teal"})
    first = ask(
        server,
        ada,
        "POST",
        "/api/v1/statuses",
        json={"status": f"@{owner} Look #harbour", "media_ids": [picture["id"]]},
    )
    ask(server, bo, "POST", "/api/v1/statuses", json={"status": "Lovely!", "in_reply_to_id": first["id"]})
    ask(server, bo, "POST", "/api/v1/statuses", json={"status": "Hidden", "spoiler_text": "Food", "language": "de"})
    poll = {"options": ["Yes", "No"], "expires_in": 3600}
    ask(server, bo, "POST", "/api/v1/statuses", json={"status": "Well?", "poll": poll})
    ask(server, bo, "POST", f"/api/v1/statuses/{first['id']}/reblog")
    return ada, f"/@{ada.name}/{first['id']}"


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
def test_axe_finds_nothing_on_any_page(part: int, new_server: Callable[..., RunningServer], page: Page) -> None:
    server = new_server(HOLDFAST_RATE_LIMITS="off").start().set_up()
    ada, post = a_conversation(server, "owner")
    profile = f"/@{ada.name}"
    more = [f"{profile}/featured", f"{profile}/followers", f"{post}/history", f"{post}/boosted_by"]
    more += [f"/report?account={ada.id}", "/search?q=harbour&type=posts", "/notifications?only=mentions"]
    paths = [one.path for one in web.declared() if one.method == "GET" and "{" not in one.path]
    paths = [path for path in paths if not path.rpartition("/")[2].count(".")]  # files are no pages
    found: list[str] = []
    strangers = ["/public", f"/@{ada.name}", post, "/about", "/auth/sign_in", "/auth/sign_up", "/no/such/page"]
    for path in strangers[part::PARTS]:
        page.goto(server.base_url + path)
        found += complaints(page, f"stranger {path}")
    page.goto(f"{server.base_url}/auth/sign_in")
    page.get_by_label("Name or e-mail address").fill("owner")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{server.base_url}/home")
    for path in [*paths, profile, post, "/tags/harbour", *more][part::PARTS]:
        page.goto(server.base_url + path)
        found += complaints(page, path)
    assert not found, "\n".join(found)
