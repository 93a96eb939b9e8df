"""The plots of the administration: what a running server has noted and counted, gaps and all."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from holdfast import config, figures
from holdfast.acting import SYSTEM
from holdfast.figures import BOUNDS_MS, Hour
from holdfast.site.wiring import open_database
from holdfast.store import HOUR, ManualClock
from tests.databases import ENGINES
from tests.servers import PASSWORD, RunningServer
from tests.web.browser import Browser, Page

Browsers = Callable[..., Browser]


def part(page: Page, ids: str) -> str:
    """The source of one plot."""
    found = re.search(rf'<section class="plot" aria-labelledby="{ids}">(.*?)</section>', page.html, re.DOTALL)
    assert found, page.words
    return found[1]


def table(page: Page, ids: str) -> list[list[str]]:
    """The numbers behind one plot, newest first."""
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', part(page, ids))
    return [[label, *re.findall(r"<td>(.*?)</td>", cells)] for label, cells in rows]


def note_past_hours(server: RunningServer) -> None:
    """Let a stopped server have run for two hours yesterday, with an hour between them in which it did not."""
    settings = config.load({key: value for key, value in server.environment.items() if key.startswith("HOLDFAST_")})
    db = open_database(settings)
    try:
        now = db.clock.now()
        for hours_ago in (26, 24):
            db.store.clock = ManualClock(now - hours_ago * HOUR)
            row = [0] * (len(BOUNDS_MS) + 1)
            row[BOUNDS_MS.index(100)] = 8
            found = Hour(requests=8, failed=2, durations=tuple(row), streams=3, database_bytes=3 * 1024**2)
            db.submit(lambda found=found: figures.note(db, SYSTEM, "elsewhere", found)).result()  # type: ignore[misc]
    finally:
        db.close()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_server_draws_what_it_counted_and_what_it_noted_before_it_stopped(
    engine: str, new_server: Callable[..., RunningServer], browsers: Browsers
) -> None:
    server = new_server(engine).start().set_up()
    ada, owner = server.member("ada"), browsers(server)
    owner.sign_in("owner", PASSWORD)
    with server.client(ada.token) as http:
        http.post("/api/v1/statuses", json={"status": "Hello"}).raise_for_status()
    page = owner.open("/admin/metrics")
    assert page.heading == "Metrics"
    assert table(page, "posts")[0][1] == "1" and table(page, "sign-ups")[0][1] == "2"
    assert "Nothing is known" in part(page, "requests")  # nothing was noted yet
    assert "Nothing is known" not in part(page, "posts")
    server.stop()
    note_past_hours(server)
    server.start()

    page = owner.open("/admin/metrics?period=hours")
    answered = {row[0]: row[1:] for row in table(page, "answer-times")}
    known = [values for values in answered.values() if values != ["–", "–"]]
    assert len(known) == 3 and known[1] == known[2] == ["98 ms", "75 ms"]
    assert [row[1:] for row in table(page, "outcomes") if row[1] == "75 %"] == [["75 %", "0 %", "25 %"]] * 2
    dots = re.findall(r'<path class="plot-dot plot-0" d="([^"]+)"', part(page, "streams"))[0]
    assert dots.count("M") == 3 and "plot-line" not in part(page, "streams").partition("<svg")[2]  # gaps stay gaps
    assert "3 MB" in part(page, "storage") and int(table(page, "requests")[0][1]) > 3
    assert "<svg" in part(page, "memory") and 'role="img"' in part(page, "memory")
    for period in ("days", "weeks", "nonsense"):
        page = owner.open(f"/admin/metrics?period={period}")
        assert page.status == 200 and "Requests" in page.words
    assert (
        sum(int(row[1]) for row in table(owner.open("/admin/metrics?period=weeks"), "requests") if row[1] != "–") > 16
    )


def test_moderators_are_not_shown_them(server: RunningServer, browsers: Browsers) -> None:
    mo, browser = server.member("mo", role="moderator"), browsers(server)
    browser.sign_in(mo.name, PASSWORD)
    assert browser.open("/admin/metrics").status == 404
    assert "Metrics" not in browser.open("/admin").words
