"""Lists: made, filled, read, deleted."""

from __future__ import annotations

from tests.servers import NewMember, RunningServer
from tests.web.asking import ask
from tests.web.browser import Browser


def test_lists_are_made_filled_read_and_deleted(
    server: RunningServer, browser: Browser, ada: NewMember, bo: NewMember
) -> None:
    ask(server, ada, "POST", f"/api/v1/accounts/{bo.id}/follow")
    ask(server, bo, "POST", "/api/v1/statuses", status="Read me in a list")
    browser.open("/lists")
    assert browser.send("/lists", title=" ").status == 422
    browser.open("/lists")
    browser.send("/lists", title="Harbour folk", replies_policy="none")
    made = ask(server, ada, "GET", "/api/v1/lists")[0]
    assert (made["title"], made["replies_policy"], made["exclusive"]) == ("Harbour folk", "none", False)
    edit = f"/lists/{made['id']}/edit"
    refused = browser.send(f"/lists/{made['id']}/add", handle="nobody_here")
    assert refused.status == 422 and "nobody here with this name" in refused.words
    browser.open(edit)
    browser.send(f"/lists/{made['id']}/add", handle=f"@{bo.name}")
    assert [one["id"] for one in ask(server, ada, "GET", f"/api/v1/lists/{made['id']}/accounts")] == [bo.id]
    assert "Read me in a list" in browser.open(f"/lists/{made['id']}").words
    browser.open(edit)
    browser.send(edit, title="Sailors", is_exclusive="yes")
    assert ask(server, ada, "GET", f"/api/v1/lists/{made['id']}")["exclusive"] is True
    assert "Read me in a list" not in browser.open("/home").words
    browser.open(f"/@{bo.name}")
    browser.send(f"/accounts/{bo.id}/act", act="lists", list=[])
    assert ask(server, ada, "GET", f"/api/v1/lists/{made['id']}/accounts") == []
    browser.send(f"/accounts/{bo.id}/act", act="lists", list=[made["id"]])
    browser.open(edit)
    browser.send(f"/lists/{made['id']}/remove")
    assert ask(server, ada, "GET", f"/api/v1/lists/{made['id']}/accounts") == []
    browser.open(f"/lists/{made['id']}/delete")
    browser.send(f"/lists/{made['id']}/delete")
    assert ask(server, ada, "GET", "/api/v1/lists") == []
    assert browser.open(f"/lists/{made['id']}").status == 404


def test_boosts_and_replies_are_left_out_of_lists_and_hashtags_each_apart(
    server: RunningServer, browser: Browser, ada: NewMember, bo: NewMember
) -> None:
    ask(server, ada, "POST", f"/api/v1/accounts/{bo.id}/follow")
    made = ask(server, ada, "POST", "/api/v1/lists", title="Folk", replies_policy="followed")
    ask(server, ada, "POST", f"/api/v1/lists/{made['id']}/accounts", account_ids=[bo.id])
    tag = f"tide{bo.id}"
    mine = ask(server, ada, "POST", "/api/v1/statuses", status="Who is here?")
    other = ask(server, server.member("cy"), "POST", "/api/v1/statuses", status="Pass it on")
    ask(server, bo, "POST", "/api/v1/statuses", status=f"Written #{tag}")
    ask(server, bo, "POST", "/api/v1/statuses", status=f"Answered #{tag}", in_reply_to_id=mine["id"])
    ask(server, bo, "POST", f"/api/v1/statuses/{other['id']}/reblog")
    way, tag_way = f"/lists/{made['id']}", f"/tags/{tag}"

    def read(path: str) -> list[str]:
        words = browser.open(path).words
        return [one for one in ("Written", "Answered", "Pass it on") if one in words]

    assert read(way) == ["Written", "Answered", "Pass it on"]
    page = browser.send("/timelines/shows", boosts=None)
    assert page.path == way and "boosts hidden" in page.words
    assert read(way) == ["Written", "Answered"]
    assert read(tag_way) == ["Written", "Answered"]
    page = browser.send("/timelines/shows", replies=None)
    assert page.path == tag_way and "replies hidden" in page.words
    assert read(tag_way) == ["Written"]
    assert read(way) == ["Written", "Answered"]
    assert read("/home") == ["Written", "Answered", "Pass it on"]
    refused = browser.http.post(
        "/timelines/shows", data=browser.open(way).form("/timelines/shows").values | {"timeline": "everything"}
    )
    assert refused.status_code == 422
