"""Reporting somebody, and keeping them away at once."""

from __future__ import annotations

from tests.servers import NewMember, RunningServer
from tests.web.asking import ask, tie
from tests.web.browser import Browser


def test_a_post_is_reported_with_others_and_the_account_blocked_afterwards(
    server: RunningServer, browser: Browser, ada: NewMember, bo: NewMember
) -> None:
    one = ask(server, bo, "POST", "/api/v1/statuses", status="Buy my boats")
    two = ask(server, bo, "POST", "/api/v1/statuses", status="Buy more boats")
    page = browser.open(f"/report?post={one['id']}")
    assert "Buy my boats" in page.words and "Buy more boats" in page.words
    assert page.forms[0].values.get("post") is None or page.form("/report").values["post"] == one["id"]
    refused = browser.send("/report", category="spam", comment="x" * 1001)
    assert refused.status == 422 and "at most 1,000 characters" in refused.words
    assert refused.form("/report").values["post"] == one["id"]  # what was ticked is kept
    browser.send("/report", category="spam", comment="Again and again", post=[one["id"], two["id"]])
    assert browser.page is not None and browser.page.heading == "Reported"
    filed = ask(server, ada, "GET", "/api/v1/reports")[0]
    assert (filed["category"], filed["comment"]) == ("spam", "Again and again")
    assert sorted(filed["status_ids"]) == sorted([one["id"], two["id"]])
    browser.send(f"/accounts/{bo.id}/act")  # the first of the two: mute
    assert tie(server, ada, bo)["muting"] is True
    assert browser.open(f"/report?account={ada.id}").status == 404  # not oneself
    assert browser.open("/report").path == "/report/notice"  # the form that needs no account
