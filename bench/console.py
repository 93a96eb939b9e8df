"""The team's console in headless Chromium: a queue cleared by keyboard alone.

Every post of the queue has a picture. Counted are the milliseconds from a key until the next case is there with its
heading in focus, how often the focus was somewhere else then, and the bytes of reported pictures that came unasked.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pyvips
from playwright.sync_api import Page, sync_playwright

from bench.report import Report
from bench.sizes import Sizes
from bench.web import CHROMIUM, sign_in
from holdfast import config, moderation
from holdfast.acting import SYSTEM
from holdfast.moderation import Signal, Subject
from holdfast.site.wiring import open_database
from holdfast.writes import Ability
from tests.servers import PASSWORD, RunningServer

CASES = {"full": 100, "middle": 20, "quick": 4}
NEXT_AIM_MS = 200.0


def measure(sizes: Sizes, report: Report, say: Callable[[str], None]) -> None:
    """Add the figures of the console to a report."""
    count = CASES.get(sizes.name, 4)
    with tempfile.TemporaryDirectory(prefix="holdfast-bench-console-") as folder:
        server = RunningServer("sqlite", Path(folder) / "data", {"HOLDFAST_RATE_LIMITS": "off"}).start().set_up()
        try:
            say("console: writing and reporting posts with pictures")
            _report_posts(server, count)
            say("console: clearing the queue")
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
                taken, lost, media = _clear(browser.new_page(), server.base_url, count)
                browser.close()
        finally:
            server.stop()
    report.add("console.cases", float(count), "")
    report.add("console.next_case_p50", statistics.median(taken), "ms")
    report.add("console.next_case_longest", max(taken), "ms", most=NEXT_AIM_MS)
    report.add("console.focus_lost", float(lost), "times", most=0.0)
    report.add("console.media_unasked", float(media), "bytes", most=0.0)


def _report_posts(server: RunningServer, count: int) -> None:
    server.call("settings.set", values={"new_account_posts_per_hour": 0})
    bo = server.member("bo")
    numbers: list[int] = []
    with httpx.Client(
        base_url=server.base_url, headers={"authorization": f"Bearer {bo.token}"}, trust_env=False
    ) as http:
        for number in range(count):
            drawn = (pyvips.Image.black(400, 300, bands=3) + number).cast("uchar").pngsave_buffer()
            sent = http.post("/api/v2/media", files={"file": ("a.png", drawn)}, data={"description": "A wall"})
            made = http.post("/api/v1/statuses", json={"status": f"Look at {number}", "media_ids": [sent.json()["id"]]})
            numbers.append(int(made.json()["id"]))
    db = open_database(config.load(server.environment), upgrade=False)

    def command() -> None:
        with db.write(SYSTEM, Ability.MODERATION) as w:
            for number in numbers:
                moderation.raise_signal(w, Subject.post(number), Signal(source="visitor", category="spam"))

    db.submit(command).result()
    db.close()


def _clear(page: Page, base_url: str, count: int) -> tuple[list[float], int, int]:
    """Milliseconds from each key to the next case, how often its heading had no focus, bytes of pictures."""
    media = 0

    def heard(told: dict[str, float]) -> None:
        nonlocal media
        media += int(sizes_of.get(str(told["requestId"]), 0) and told["encodedDataLength"])

    sizes_of: dict[str, int] = {}
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.on(
        "Network.responseReceived",
        lambda told: sizes_of.update({told["requestId"]: 1}) if _is_reported(told["response"]["url"]) else None,
    )
    network.on("Network.loadingFinished", heard)
    sign_in(page, base_url, "owner", PASSWORD)
    page.goto(f"{base_url}/admin/cases")
    page.keyboard.press("c")
    page.wait_for_url("**/admin/cases/*")
    taken: list[float] = []
    lost = 0
    for number in range(count - 1):
        before = page.url
        began = time.perf_counter()
        if number % 2:
            page.keyboard.press("r")
            page.keyboard.press("Enter")
        else:
            page.keyboard.press("n")
        page.wait_for_url(lambda url, known=before: url != known, wait_until="domcontentloaded")
        has_focus = _waits_for_focus(page)
        taken.append((time.perf_counter() - began) * 1000)
        lost += not has_focus
    return taken, lost, media


def _waits_for_focus(page: Page) -> bool:
    """Whether the heading has the focus, or gets it within two seconds."""
    end = time.perf_counter() + 2
    while time.perf_counter() < end:
        if page.evaluate("document.activeElement?.id") == "heading":
            return True
    return False


def _is_reported(url: str) -> bool:
    return "/media/" in url and "/media/profile/" not in url
