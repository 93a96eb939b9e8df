"""Profiles and what a member does about people there: ties, tabs, who follows whom."""

from __future__ import annotations

from collections.abc import Callable

from tests.servers import NewMember, RunningServer
from tests.web.asking import ask, tie
from tests.web.browser import Browser

Browsers = Callable[..., Browser]


def test_all_that_can_be_done_about_somebody_is_done_on_their_profile(
    server: RunningServer, browser: Browser, ada: NewMember, bo: NewMember
) -> None:
    action = f"/accounts/{bo.id}/act"
    ask(server, bo, "POST", f"/api/v1/accounts/{ada.id}/follow")
    page = browser.open(f"/@{bo.name}")
    assert "Follows you" in page.words and "You follow" not in page.words
    for name, attribute, expected in (
        ("follow", "following", True),
        ("notify", "notifying", True),
        ("unnotify", "notifying", False),
        ("unboosts", "showing_reblogs", False),
        ("boosts", "showing_reblogs", True),
        ("endorse", "endorsed", True),
        ("unendorse", "endorsed", False),
        ("mute_posts", "muting_notifications", False),
        ("mute", "muting_notifications", True),
        ("unmute", "muting", False),
        ("remove_follower", "followed_by", False),
        ("unfollow", "following", False),
        ("block", "blocking", True),
        ("unblock", "blocking", False),
    ):
        page = browser.send(action, act=name)
        assert page.path == f"/@{bo.name}", name
        assert tie(server, ada, bo)[attribute] is expected, name
        if name == "follow":
            assert "You follow" in page.words
    browser.send(action, act="mute", duration="3600")
    assert tie(server, ada, bo)["muting_expires_at"] is not None
    assert "Muted" in browser.open(f"/@{bo.name}").words
    browser.send(action, act="note", note="Met at the harbour")
    assert tie(server, ada, bo)["note"] == "Met at the harbour"
    assert "Met at the harbour" in browser.open(f"/@{bo.name}").words
    assert browser.send(action, act="explode").status == 422
    form = browser.open(f"/@{bo.name}").form(action)
    answer = browser.http.post(action, data=form.values | {"act": "follow"}, headers={"hx-request": "true"})
    assert answer.status_code == 200 and "<html" not in answer.text
    assert 'id="ties"' in answer.text and 'value="unfollow" id="do-follow"' in answer.text  # the focus stays on it
    browser.open(f"/@{bo.name}")
    assert browser.send(action, act="block_domain").status == 422  # this server's own
    assert browser.open(f"/@{ada.name}").html.count("/act") == 0  # nothing to do about oneself


def test_a_profile_has_tabs_and_says_who_follows_whom_unless_it_keeps_that(
    server: RunningServer, browsers: Browsers, browser: Browser, ada: NewMember, bo: NewMember
) -> None:
    ask(server, ada, "POST", f"/api/v1/accounts/{bo.id}/follow")
    first = ask(server, ada, "POST", "/api/v1/statuses", status="A question about #knots")
    ask(server, bo, "POST", "/api/v1/statuses", status="My answer", in_reply_to_id=first["id"])
    ask(server, bo, "POST", "/api/v1/featured_tags", name="knots")
    stranger = browsers(server)
    assert "My answer" not in stranger.open(f"/@{bo.name}").words
    assert "My answer" in stranger.open(f"/@{bo.name}/with_replies").words
    assert "My answer" not in stranger.open(f"/@{bo.name}/media").words
    assert "#knots" in stranger.open(f"/@{bo.name}/featured").words
    assert f"@{ada.name}" in stranger.open(f"/@{bo.name}/followers").words
    assert f"@{bo.name}" in stranger.open(f"/@{ada.name}/following").words
    page = browser.open(f"/@{ada.name}/following")
    browser.send(f"/accounts/{bo.id}/act", act="unfollow")
    assert browser.page is not None and browser.page.path == f"/@{ada.name}/following"
    assert tie(server, ada, bo)["following"] is False
    ask(server, ada, "PATCH", "/api/v1/accounts/update_credentials", source={}, hide_collections=True)
    page = stranger.open(f"/@{ada.name}/following")
    assert "keeps to themselves" in page.words and f"@{bo.name}" not in page.words
    assert stranger.open("/@nobody_here/followers").status == 404
