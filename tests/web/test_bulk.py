"""One decision over many cases: ticked in the queue or found there, and the same on the command line."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from tests.servers import PASSWORD, NewMember, RunningServer
from tests.web.browser import Browser
from tests.web.test_cases import cases_about, seen
from tests.web.test_reading import post
from tests.web.test_reports import report


def reported(server: RunningServer, ada: NewMember, bo: NewMember, words: str, count: int) -> list[str]:
    """Posts with these words, each reported."""
    ids = [post(server, bo, f"{words} {number}")["id"] for number in range(count)]
    report(server, ada, bo, status_ids=ids, category="spam")
    return ids


def test_ticked_cases_are_decided_at_once_and_taken_back_at_once(
    server: RunningServer, browsers: Callable[..., Browser]
) -> None:
    ada, bo, mo = server.member("ada"), server.member("bo"), server.member("mo", role="moderator")
    ids = reported(server, ada, bo, "Buy <b>my</b> boat", 3)
    window = browsers(server)
    window.sign_in(mo.name, PASSWORD)
    cases = cases_about(window, bo)
    assert len(cases) == 3
    page = window.open(f"/admin/bulk/new?case={cases[0]}&case={cases[1]}&case=nonsense")
    assert "2 open cases are meant." in page.words and "my</b> boat" in page.words
    assert "count" not in page.form("/admin/bulk/new").names
    refused = window.send("/admin/bulk/new", case=cases[:2], on_subject="label", facts="Kept")
    assert "Write what the label shall say." in refused.words and "Kept" in refused.html
    done = window.send("/admin/bulk/new", case=cases[:2], on_subject="hide", facts="Advertising")
    address = done.path
    for state, expected in (("Decided in 2 of 2 cases", 1), ("Taken back: 2 of 2.", 3)):
        wait_for(window, address, state)
        assert sum(seen(server, one, ada) == 200 for one in ids) == expected
        if expected == 1:
            assert cases_about(window, bo) == cases[2:]
            window.open(address)
            assert "All of it is being taken back." in window.send(f"{address}/undo").words
    assert sorted(cases_about(window, bo)) == sorted(cases)
    assert window.open("/admin/bulk").html.count(address)
    assert "No case is chosen." in window.open("/admin/bulk/new").words


def test_what_a_search_finds_is_decided_once_its_number_is_written(
    server: RunningServer, browsers: Callable[..., Browser]
) -> None:
    ada, bo, mo = server.member("ada"), server.member("bo"), server.member("mo", role="moderator")
    ids = reported(server, ada, bo, "Rare goldfish 100%", 21)
    window = browsers(server)
    window.sign_in(mo.name, PASSWORD)
    assert len(cases_about(window, bo, "/admin/cases?words=GOLDFISH+100%25")) == 21
    assert not cases_about(window, bo, "/admin/cases?words=goldfish+100_")
    page = window.open("/admin/bulk/new?asked=words%3Dgoldfish")
    assert "21 open cases are meant. Some of them:" in page.words and page.html.count("goldfish 100%") == 5
    refused = window.send("/admin/bulk/new", on_subject="remove", count="20")
    assert "These are 21 cases. Write this number" in refused.words
    wait_for(window, window.send("/admin/bulk/new", on_subject="remove", count="21").path, "Decided in 21 of 21 cases")
    assert {seen(server, one, ada) for one in ids} == {404}


def test_the_command_line_decides_in_many_cases_too(server: RunningServer) -> None:
    ada, bo = server.member("ada"), server.member("bo")
    (one, _) = reported(server, ada, bo, "Silver herring", 2)
    search = ("bulk", "decide", "--search", "silver herring", "--json")
    assert json.loads(server.cli(*search, "--look").ok().out)["count"] == 2
    assert server.cli("bulk", "decide", "--measure", "hide").code == 1
    assert server.cli("bulk", "decide", "--of", "nonsense").code == 1
    number = json.loads(server.cli(*search, "--measure", "hide").ok().out)["id"]
    for _ in range(100):
        shown = json.loads(server.cli("bulk", "show", number, "--json").ok().out)
        if shown["state"] == "finished":
            break
        time.sleep(0.1)
    assert (shown["decided"], shown["skipped"]) == (2, 0)
    assert seen(server, one, ada) == 404
    server.cli("bulk", "undo", number).ok()


def wait_for(window: Browser, address: str, words: str) -> None:
    """Load a page until it says something."""
    for _ in range(100):
        if words in window.open(address).words:
            return
        time.sleep(0.05)
    raise AssertionError(f"{address} never said: {words}")
