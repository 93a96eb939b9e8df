"""The web app in headless Chromium: what a member's first look at home costs, and how soon it answers a finger.

Each figure is the median of its rounds, every round in a new browser profile with empty caches. Pictures of posts
and the one event stream are not counted: they depend on what people post.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from bench.report import Report
from bench.sizes import Sizes
from tests.servers import free_port

ROUNDS = 11
QUICK_ROUNDS = 2
CHROMIUM = "/usr/bin/chromium"
START_S = 60.0
BUDGETS = {
    "transferred": 100.0,  # KB
    "requests": 12.0,
    "largest_contentful_paint": 400.0,  # ms
    "interaction_to_next_paint": 100.0,  # ms
    "layout_shift": 0.02,
    "server_time": 10.0,  # ms
}
UNITS = {"transferred": "KB", "requests": "", "layout_shift": ""}
_PASSWORD = re.compile(r"Password of all of them: (\S+)")
_READER = "bess"

_WATCH = """
() => {
  window.seen = { paint: 0, shift: 0, delay: 0 };
  const watch = (type, heard, more) =>
    new PerformanceObserver((list) => list.getEntries().forEach(heard)).observe({ type, buffered: true, ...more });
  watch("largest-contentful-paint", (entry) => (window.seen.paint = entry.startTime));
  watch("layout-shift", (entry) => { if (!entry.hadRecentInput) window.seen.shift += entry.value; });
  watch("event", (entry) => (window.seen.delay = Math.max(window.seen.delay, entry.duration)), {
    durationThreshold: 16,
  });
}
"""


@dataclass(frozen=True, slots=True)
class Look:
    """One first look at a page: kilobytes, requests, milliseconds, and how far things have moved."""

    transferred: float
    requests: float
    largest_contentful_paint: float
    interaction_to_next_paint: float
    layout_shift: float


def measure(sizes: Sizes, report: Report, say: Callable[[str], None]) -> None:
    """Add the figures of the web app to a report."""
    rounds = ROUNDS if sizes.name == "full" else QUICK_ROUNDS
    with demo(say) as (base_url, password), sync_playwright() as playwright:
        say("web: looking")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        looks = [first_look(browser, base_url, _READER, password) for _ in range(rounds)]
        taken = statistics.median(server_times(browser, base_url, _READER, password))
        browser.close()
    for name in Look.__dataclass_fields__:
        found = statistics.median(getattr(one, name) for one in looks)
        report.add(f"home.{name}", found, UNITS.get(name, "ms"), most=BUDGETS[name])
    report.add("home.server_time", taken, "ms", most=BUDGETS["server_time"])


def first_look(browser: Browser, base_url: str, name: str, password: str) -> Look:
    """Sign in with a new profile, forget the files, open home, press a favourite."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.add_init_script(f"({_WATCH})()")
    page = context.new_page()
    sign_in(page, base_url, name, password)
    page.goto("about:blank")
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.clearBrowserCache")
    counted: dict[str, str] = {}
    sizes: dict[str, float] = {}
    network.on("Network.responseReceived", lambda told: counted.update({told["requestId"]: told["type"]}))
    network.on("Network.loadingFinished", lambda told: sizes.update({told["requestId"]: told["encodedDataLength"]}))
    page.goto(f"{base_url}/home", wait_until="load")
    page.wait_for_timeout(400)
    mine = [one for one, kind in counted.items() if kind not in ("Image", "Media", "EventSource")]
    page.locator("button[value=favourite], button[value=unfavourite]").first.click()
    page.wait_for_timeout(400)
    seen = page.evaluate("window.seen")
    context.close()
    return Look(sum(sizes.get(one, 0) for one in mine) / 1000, len(mine), seen["paint"], seen["delay"], seen["shift"])


def server_times(browser: Browser, base_url: str, name: str, password: str, *, times: int = 50) -> list[float]:
    """Milliseconds from the question for home to its last byte, over one connection, caches warm."""
    context = browser.new_context()
    sign_in(context.new_page(), base_url, name, password)
    cookies = {one["name"]: one["value"] for one in context.cookies()}
    context.close()
    taken: list[float] = []
    with httpx.Client(base_url=base_url, cookies=cookies, trust_env=False) as client:
        for _ in range(times):
            began = time.perf_counter()
            answer = client.get("/home")
            taken.append((time.perf_counter() - began) * 1000)
            answer.raise_for_status()
    return taken[times // 5 :]


def sign_in(page: Page, base_url: str, name: str, password: str) -> None:
    """Sign in with the password, as far as home."""
    page.goto(f"{base_url}/auth/sign_in")
    page.get_by_label("Name or e-mail address").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{base_url}/home")


@contextmanager
def demo(say: Callable[[str], None]) -> Iterator[tuple[str, str]]:
    """The sample community, served; its address, and the password of its members."""
    with tempfile.TemporaryDirectory(prefix="holdfast-bench-web-") as folder:
        port = free_port()
        environment = os.environ | {
            "HOLDFAST_DATA_DIR": folder,
            "HOLDFAST_LISTEN": f"127.0.0.1:{port}",
            "HOLDFAST_RATE_LIMITS": "off",
        }
        command = [sys.executable, "-m", "holdfast"]
        say("web: making the sample community")
        told = subprocess.run([*command, "demo"], env=environment, check=True, capture_output=True, text=True)
        password = _PASSWORD.search(told.stdout)
        assert password is not None, told.stdout
        with (Path(folder) / "server.log").open("wb") as log:
            server = subprocess.Popen([*command, "up"], env=environment, stdout=log, stderr=log)
            try:
                _wait_for(f"http://localhost:{port}/readyz")
                yield f"http://localhost:{port}", password[1]
            finally:
                server.terminate()
                server.wait(timeout=20)


def _wait_for(address: str) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        try:
            if httpx.get(address, trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise TimeoutError(address)
