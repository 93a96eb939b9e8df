"""Draw twelve pages of the sample community, as a phone and as a desk see them, into docs/screenshots/.

Run by `make screenshots`; needs the system's Chromium. Look at every picture before committing it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.web import CHROMIUM, demo, sign_in  # noqa: E402  it lies beside the tools, not among them

FOLDER = ROOT / "docs/screenshots"
MOST_BYTES = 4 * 1024 * 1024
SIZES = {"phone": (390, 844), "desktop": (1280, 800)}
MEMBER = "bess"
PAGES = {
    "home": "/home",
    "write": "/write",
    "notifications": "/notifications",
    "explore": "/explore",
    "search": "/search?q=harbour",
    "live-feed": "/public",
    "profile": f"/@{MEMBER}",
    "hashtag": "/tags/bread",
    "appearance": "/settings/appearance",
    "settings": "/settings/profile",
}
"""What a member sees; the landing page is a stranger's, the thread is the first one at home."""


def main() -> None:
    """Draw them all. Exits with 1 when they have grown beyond what the repository takes."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with demo(print) as (base_url, password), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for kind, (width, height) in SIZES.items():
            context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
            page = context.new_page()
            page.goto(base_url)
            draw(page, f"landing-{kind}")
            sign_in(page, base_url, MEMBER, password)
            for name, path in PAGES.items():
                page.goto(base_url + path)
                draw(page, f"{name}-{kind}")
            page.goto(f"{base_url}/home")
            page.locator(".post-head a[href*='/@']").nth(1).click()
            draw(page, f"thread-{kind}")
            context.close()
        browser.close()
    size = sum(path.stat().st_size for path in FOLDER.glob("*.jpg"))
    print(f"{len(list(FOLDER.glob('*.jpg')))} pictures, {size / 1024:.0f} KB")
    if size > MOST_BYTES:
        sys.exit(f"that is more than {MOST_BYTES // 1024} KB")


def draw(page: Page, name: str) -> None:
    """Write one picture, once the page's own pictures have come."""
    page.wait_for_load_state("networkidle" if "has-tabs" not in page.content() else "load")
    page.wait_for_timeout(500)
    page.screenshot(path=FOLDER / f"{name}.jpg", type="jpeg", quality=82)


if __name__ == "__main__":
    main()
