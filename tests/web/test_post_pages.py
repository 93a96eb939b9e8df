"""What there is to know of one post: its history, and who marked it."""

from __future__ import annotations

from collections.abc import Callable

from tests.servers import NewMember, RunningServer
from tests.web.asking import ask
from tests.web.browser import Browser

Browsers = Callable[..., Browser]


def test_a_post_shows_how_it_read_before_and_who_marked_it(
    server: RunningServer, browsers: Browsers, browser: Browser, ada: NewMember, bo: NewMember
) -> None:
    post = ask(server, bo, "POST", "/api/v1/statuses", status="The ferry leaves at nine")
    path = f"/@{bo.name}/{post['id']}"
    ask(server, bo, "PUT", f"/api/v1/statuses/{post['id']}", status="The ferry leaves at ten", spoiler_text="Timetable")
    ask(server, ada, "POST", f"/api/v1/statuses/{post['id']}/favourite")
    ask(server, ada, "POST", f"/api/v1/statuses/{post['id']}/reblog")
    ask(server, ada, "POST", f"/api/v1/statuses/{post['id']}/bookmark")
    page = browser.open(path)
    for name in ("history", "boosted_by", "favourited_by"):
        assert f'href="{path}/{name}"' in page.html, name
    page = browsers(server).open(f"{path}/history")
    assert "<del>nine</del><ins>ten</ins>" in page.html and "“Timetable”" in page.words
    assert f"@{ada.name}" in browser.open(f"{path}/boosted_by").words
    assert f"@{ada.name}" in browser.open(f"{path}/favourited_by").words
    assert browser.open(f"/@{ada.name}/{post['id']}/history").path == f"{path}/history"
    assert "The ferry leaves at ten" in browser.open("/bookmarks").words
    assert "The ferry leaves at ten" in browser.open("/favourites").words
    hidden = ask(server, bo, "POST", "/api/v1/statuses", status="For few", visibility="private")
    for name in ("history", "boosted_by", "favourited_by"):
        assert browsers(server).open(f"/@{bo.name}/{hidden['id']}/{name}").status == 404, name
