"""The user's streams with Mastodon.py, unchanged, against a running server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mastodon import Mastodon, StreamListener

from tests.clients.conftest import leave, until

SignIn = Callable[[str], Mastodon]


class Heard(StreamListener):
    """Keeps what a stream says."""

    def __init__(self) -> None:
        self.said: list[tuple[str, Any]] = []

    def on_update(self, status: Any) -> None:
        self.said.append(("update", str(status.id)))

    def on_status_update(self, status: Any) -> None:
        self.said.append(("status.update", str(status.id)))

    def on_delete(self, status_id: Any) -> None:
        self.said.append(("delete", str(status_id)))

    def on_notification(self, notification: Any) -> None:
        self.said.append(("notification", notification.type))


def test_the_user_stream_tells_posts_edits_deletions_and_notifications(signed_in: SignIn) -> None:
    ada, bo = signed_in("ada"), signed_in("bo")
    ada.account_follow(bo.me())
    heard = Heard()
    handle = ada.stream_user(heard, run_async=True, timeout=30)
    until(handle.is_receiving)
    post = bo.status_post("Live")
    until(lambda: ("update", str(post.id)) in heard.said)
    bo.status_favourite(ada.status_post("My own"))
    until(lambda: ("notification", "favourite") in heard.said)
    bo.status_update(post, "Still live")
    until(lambda: ("status.update", str(post.id)) in heard.said)
    bo.status_delete(post)
    until(lambda: ("delete", str(post.id)) in heard.said)
    leave([handle], lambda: bo.status_post("Anybody there?"))


def test_the_stream_of_notifications_tells_nothing_else(signed_in: SignIn) -> None:
    ada, bo = signed_in("ada"), signed_in("bo")
    ada.account_follow(bo.me())
    heard = Heard()
    handle = ada.stream_user_notifications(heard, run_async=True, timeout=30)
    until(handle.is_receiving)
    bo.status_post("Not for this stream")
    bo.account_follow(ada.me())
    until(lambda: heard.said)
    assert heard.said == [("notification", "follow")]
    leave([handle], lambda: bo.status_post(f"@{ada.me().acct} still there?"))


def test_a_private_word_is_told_as_a_conversation_of_its_two(signed_in: SignIn) -> None:
    ada, bo, cy = signed_in("ada"), signed_in("bo"), signed_in("cy")
    heard, others = Heard(), Heard()
    handles = [
        ada.stream_user(heard, run_async=True, timeout=30),
        cy.stream_user(others, run_async=True, timeout=30),
    ]
    until(lambda: all(handle.is_receiving() for handle in handles))
    cy.account_follow(bo.me())
    bo.status_post(f"@{ada.me().acct} a secret", visibility="direct")
    until(lambda: ("notification", "mention") in heard.said)
    last = bo.status_post("For all")
    until(lambda: ("update", str(last.id)) in others.said)
    assert others.said == [("update", str(last.id))]
    leave(handles[:1], lambda: bo.status_post(f"@{ada.me().acct} bye"))
    leave(handles[1:], lambda: bo.status_post("Bye"))
