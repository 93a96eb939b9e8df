"""Notifications, the requests of strangers and of followers, private messages."""

from __future__ import annotations

from collections.abc import Callable

from tests.servers import PASSWORD, NewMember, RunningServer
from tests.web.asking import ask, tie, wait_for
from tests.web.browser import Browser

Browsers = Callable[..., Browser]


def test_notifications_are_grouped_marked_as_read_filtered_and_cleared(
    server: RunningServer, browser: Browser, ada: NewMember, bo: NewMember
) -> None:
    cy = server.member("cy")
    post = ask(server, ada, "POST", "/api/v1/statuses", status="Look at this")
    ask(server, bo, "POST", f"/api/v1/statuses/{post['id']}/favourite")
    ask(server, cy, "POST", f"/api/v1/statuses/{post['id']}/favourite")
    ask(server, cy, "POST", f"/api/v1/statuses/{post['id']}/reblog")
    ask(server, bo, "POST", "/api/v1/statuses", status=f"@{ada.name} Come to the pier")
    ask(server, bo, "POST", f"/api/v1/accounts/{ada.id}/follow")
    wait_for(server, ada, "/api/v1/notifications", 5)
    assert 'id="unread" hidden' not in browser.open("/home").html
    page = browser.open("/notifications")
    assert page.html.count("<section") == 3  # favourites and boost in one row, the mention, the follow
    assert f"{cy.name} and {bo.name} favourited and boosted your post" in page.words
    assert f"{bo.name} mentioned you" in page.words and "Come to the pier" in page.words
    assert page.words.count("New") >= 3 and 'id="unread" hidden' in page.html
    newest = ask(server, ada, "GET", "/api/v1/notifications")[0]["id"]
    assert (
        ask(server, ada, "GET", "/api/v1/markers?timeline[]=notifications")["notifications"]["last_read_id"] == newest
    )
    assert "tag-new" not in browser.open("/notifications").html
    page = browser.open("/notifications?only=mentions")
    assert "Come to the pier" in page.words and "favourited" not in page.html.partition('id="told-rows"')[2]
    browser.open("/notifications/clear")
    page = browser.send("/notifications/clear")
    assert "Nothing yet" in page.words and ask(server, ada, "GET", "/api/v1/notifications") == []


def test_strangers_wait_in_requests_until_they_are_let_through(
    server: RunningServer, browser: Browser, ada: NewMember, bo: NewMember
) -> None:
    cy = server.member("cy")
    browser.open("/settings/notifications")
    browser.send("/settings/notifications", for_not_following="filter")
    assert ask(server, ada, "GET", "/api/v2/notifications/policy")["for_not_following"] == "filter"
    for who in (bo, cy):
        ask(server, who, "POST", "/api/v1/statuses", status=f"@{ada.name} Hello from {who.name}")
    wait_for(server, ada, "/api/v1/notifications/requests", 2)
    assert "2 requests wait" in browser.open("/notifications").words
    page = browser.open("/notifications/requests")
    assert f"Hello from {bo.name}" in page.words
    assert browser.send("/notifications/requests", act="accept").status == 422  # nobody was ticked
    waiting = {one["account"]["id"]: one["id"] for one in ask(server, ada, "GET", "/api/v1/notifications/requests")}
    browser.open("/notifications/requests")
    browser.send("/notifications/requests", act="dismiss", request=waiting[cy.id])
    page = browser.send("/notifications/requests", act="accept", request=waiting[bo.id])
    assert "Nothing waits" in page.words
    wait_for(server, ada, "/api/v1/notifications", 1)
    assert [one["account"]["id"] for one in ask(server, ada, "GET", "/api/v1/notifications")] == [bo.id]


def test_a_locked_account_is_asked_and_answers(
    server: RunningServer, browsers: Browsers, browser: Browser, ada: NewMember, bo: NewMember
) -> None:
    cy = server.member("cy")
    ask(server, bo, "PATCH", "/api/v1/accounts/update_credentials", locked=True)
    browser.open(f"/@{bo.name}")
    page = browser.send(f"/accounts/{bo.id}/act", act="follow")
    assert "Asked" in page.words and "Take the request back" in page.words
    ask(server, cy, "POST", f"/api/v1/accounts/{bo.id}/follow")
    other = browsers(server)
    other.sign_in(bo.name, PASSWORD)
    page = other.open("/follow_requests")
    assert f"@{ada.name}" in page.words and f"@{cy.name}" in page.words
    assert "Answer the request" in other.open(f"/@{ada.name}").words
    assert "2 people ask to follow you" in other.open("/notifications").words
    other.open("/follow_requests")
    page = other.send("/follow_requests", account=ada.id, act="accept")
    assert tie(server, ada, bo)["following"] is True
    page = other.send("/follow_requests", account=cy.id, act="reject")
    assert tie(server, cy, bo) | {"requested": False, "following": False} == tie(server, cy, bo)
    assert "Nobody asks" in page.words


def test_messages_are_listed_opened_marked_and_taken_from_the_list(
    server: RunningServer, browser: Browser, ada: NewMember, bo: NewMember
) -> None:
    words = f"@{ada.name} Between us: the key is under the mat"
    post = ask(server, bo, "POST", "/api/v1/statuses", status=words, visibility="direct")
    found = ask(server, ada, "GET", "/api/v1/conversations")[0]
    page = browser.open("/conversations")
    assert "under the mat" in page.words and "New" in page.words
    page = browser.open(f"/conversations/{found['id']}")
    assert page.path == f"/@{bo.name}/{post['id']}" and "under the mat" in page.words
    assert ask(server, ada, "GET", "/api/v1/conversations")[0]["unread"] is False
    browser.open("/conversations")
    browser.send(f"/conversations/{found['id']}", act="unread")
    assert ask(server, ada, "GET", "/api/v1/conversations")[0]["unread"] is True
    assert browser.send(f"/conversations/{found['id']}", act="delete").words.count("under the mat") == 0
    assert ask(server, ada, "GET", "/api/v1/conversations") == []
    assert browser.open(f"/conversations/{found['id']}").status == 404
