"""The list of what screening looks for, on pages and on the command line."""

from __future__ import annotations

from collections.abc import Callable

from tests.servers import PASSWORD, RunningServer
from tests.web.asking import ask
from tests.web.browser import Browser


def test_an_entry_is_made_tried_swept_and_dropped(
    new_server: Callable[..., RunningServer], browsers: Callable[..., Browser]
) -> None:
    server = new_server().start().set_up()
    bo = server.member("bo")
    ask(server, bo, "POST", "/api/v1/statuses", status="Old casino bonus")
    browser = browsers(server)
    browser.sign_in("owner", PASSWORD)
    browser.open("/admin/screening")
    refused = browser.send("/admin/screening", value="!!!")
    assert refused.status == 422 and "nothing that could be found" in refused.words
    page = browser.send("/admin/screening", value="Casino BONUS", does="refuse", note="Wave of May")
    assert page.heading == "Screening: casino bonus"
    assert "It stands in 1 of the newest 1 posts." in page.words and "Old casino bonus" in page.words
    page = browser.send("/admin/screening/sweep")
    assert "Being looked through" in page.words or "Looked through 1 posts" in page.words
    with server.client(bo.token) as http:
        answer = http.post("/api/v1/statuses", json={"status": "A CASINO bonus"})
    assert answer.status_code == 422 and "casino bonus" in answer.json()["error"]
    assert "would meet: casino bonus" in browser.open("/admin/screening?text=casino+bonus!").words
    (entry,) = server.cli("screening", "list", "--json").ok().json
    assert (entry["value"], entry["action"], entry["note"]) == ("casino bonus", "refuse", "Wave of May")
    assert server.cli("screening", "test", "casino bonus", "--json").ok().json[0]["id"] == entry["id"]
    assert server.cli("screening", "sweep", entry["id"], "--preview", "--json").ok().json["found"] == 1
    server.cli("screening", "add", "bad.example", "--kind", "domain").ok()
    server.cli("screening", "drop", entry["id"]).ok()
    page = browser.open("/admin/screening")
    assert "bad.example" in page.words and "casino" not in page.words
    assert server.cli("screening", "drop", entry["id"]).code != 0
