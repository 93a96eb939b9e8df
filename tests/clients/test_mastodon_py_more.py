"""What came after a member's core life, with Mastodon.py unchanged: news, collections, groups, requests, pushes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from mastodon import Mastodon, MastodonAPIError, MastodonNotFoundError, StreamListener

from tests.clients.conftest import leave, until
from tests.servers import RunningServer

SignIn = Callable[[str], Mastodon]
SOON = timedelta(minutes=6)


def test_news_by_the_staff_are_answered_and_put_aside(server: RunningServer, signed_in: SignIn) -> None:
    ada = signed_in("ada")
    number = server.call("announcement.write", text="The harbour is closed")["id"]
    (news,) = [one for one in ada.announcements() if str(one.id) == number]
    ada.announcement_reaction_create(news, "👍")
    (news,) = [one for one in ada.announcements() if str(one.id) == number]
    assert [(one.name, one["count"], one.me) for one in news.reactions] == [("👍", 1, True)]
    ada.announcement_reaction_delete(news, "👍")
    ada.announcement_dismiss(news)
    (news,) = [one for one in ada.announcements() if str(one.id) == number]
    assert news.read and not news.reactions
    server.call("announcement.remove", announcement_id=int(number))


def test_people_are_recommended_and_leave_again(signed_in: SignIn) -> None:
    ada, bo = signed_in("ada"), signed_in("bo")
    for who in (ada, bo):
        who.account_update_credentials(discoverable=True)
    made = ada.collection_create("Sailors", description="Who sails", discoverable=True, account_ids=[ada.me()])
    made = made.collection
    item = ada.collection_item_add(made, bo.me()).collection_item
    assert {str(one.id) for one in ada.collection(made).accounts} == {str(ada.me().id), str(bo.me().id)}
    assert ada.collection_update(made, name="Rowers").collection.name == "Rowers"
    assert [one.name for one in bo.account_collections(ada.me()).collections] == ["Rowers"]
    assert [one.name for one in bo.account_in_collections(bo.me()).collections] == ["Rowers"]
    bo.collection_item_revoke(made, item)
    (own,) = ada.collection(made)["collection"]["items"]
    ada.collection_item_delete(made, own)
    ada.collection_delete(made)
    with pytest.raises(MastodonNotFoundError):
        ada.collection(made)


def test_notifications_come_in_groups(signed_in: SignIn) -> None:
    ada, bo = signed_in("ada"), signed_in("bo")
    post = ada.status_post("Like me")
    bo.status_favourite(post)
    found = until(lambda: ada.grouped_notifications().notification_groups)
    assert ada.unread_grouped_notifications_count() == 1
    key = found[0].group_key
    assert ada.grouped_notification(key).notification_groups[0].type == "favourite"
    assert [one.username for one in ada.grouped_notification_accounts(key)] == [bo.me().username]
    ada.dismiss_grouped_notification(key)
    assert ada.grouped_notifications().notification_groups == []


def test_strangers_wait_in_requests(signed_in: SignIn) -> None:
    ada = signed_in("ada")
    strangers = [signed_in(name) for name in ("bo", "cy", "di", "ed")]
    assert ada.notifications_policy().for_not_following == "accept"
    assert ada.update_notifications_policy(for_not_following="filter").for_not_following == "filter"
    for one in strangers:
        one.status_post(f"@{ada.me().username} hello")
    requests = until(lambda: found if len(found := ada.notification_requests()) == 4 else None)
    assert ada.notification_request(requests[0]).account.username in {one.me().username for one in strangers}
    ada.accept_notification_request(requests[0])
    ada.dismiss_notification_request(requests[1])
    ada.accept_multiple_notification_requests([requests[2]])
    ada.dismiss_multiple_notification_requests([requests[3]])
    assert ada.notification_requests() == []
    assert until(ada.notifications_merged)
    assert until(lambda: len(ada.notifications()) == 2)


def test_posts_wait_for_their_time(signed_in: SignIn) -> None:
    ada = signed_in("ada")
    waiting = ada.status_post("Later", scheduled_at=datetime.now(UTC) + SOON)
    assert ada.scheduled_status(waiting).params.text == "Later"
    moved = ada.scheduled_status_update(waiting, datetime.now(UTC) + 2 * SOON)
    assert moved.scheduled_at > waiting.scheduled_at
    ada.scheduled_status_delete(waiting)
    assert ada.scheduled_statuses() == []


def test_hashtags_stand_on_a_profile(signed_in: SignIn) -> None:
    ada = signed_in("ada")
    featured = ada.featured_tag_create("boats")
    assert [one.name for one in ada.account_featured_tags(ada.me())] == ["boats"]
    ada.featured_tag_delete(featured)
    assert ada.tag_feature("ships").featuring and not ada.tag_unfeature("ships").featuring


def test_suggestions_and_trends_are_listed(signed_in: SignIn) -> None:
    ada, bo = signed_in("ada"), signed_in("bo")
    bo.account_update_credentials(discoverable=True)
    assert bo.me().id in [one.account.id for one in ada.suggestions_v2()]
    assert bo.me().id in [one.id for one in ada.suggestions_v1()]
    assert ada.suggestions()
    ada.suggestion_delete(bo.me())
    assert bo.me().id not in [one.account.id for one in ada.suggestions_v2()]
    for method in (ada.trends, ada.trending_tags, ada.trending_statuses, ada.trending_links):
        assert isinstance(method(), list), method.__name__
    with pytest.raises(MastodonNotFoundError):
        ada.timeline_link("https://paper.example/nobody-shares-this")


def test_a_device_is_pushed_to_until_it_is_forgotten(signed_in: SignIn) -> None:
    ada = signed_in("ada")
    _, public = ada.push_subscription_generate_keys()
    made = ada.push_subscription_set("https://push.example/ada", public, mention_events=True)
    assert made.alerts.mention and not made.alerts.favourite
    assert ada.push_subscription_update(favourite_events=True).alerts.favourite
    ada.push_subscription_delete()
    with pytest.raises(MastodonNotFoundError):
        ada.push_subscription()


def test_a_year_is_looked_back_upon_and_words_are_translated_where_that_is_possible(signed_in: SignIn) -> None:
    ada = signed_in("ada")
    year = datetime.now(UTC).year
    post = ada.status_post("Fair winds", language="en")
    state = ada.annual_report_state(year).state
    if state in ("eligible", "generating"):
        ada.annual_report_generate(year)
        until(lambda: ada.annual_report_state(year).state == "available")
        assert ada.annual_report(year).annual_reports[0].year == year
        ada.annual_report_read(year)
    assert isinstance(ada.annual_reports().annual_reports, list)
    with pytest.raises(MastodonAPIError):  # this server has no translator
        ada.status_translate(post, lang="de")


class Heard(StreamListener):
    """Notes the words of what comes."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.come = threading.Event()

    def on_update(self, status: Any) -> None:
        """A post."""
        self.words.append(status.content)
        self.come.set()

    def on_conversation(self, conversation: Any) -> None:
        """A private word."""
        self.words.append(conversation.last_status.content)
        self.come.set()


def test_every_stream_is_heard(signed_in: SignIn) -> None:
    ada, bo = signed_in("ada"), signed_in("bo")
    ada.account_follow(bo.me())
    mine = ada.list_create("friends")
    ada.list_accounts_add(mine, [bo.me()])
    streams: dict[str, Callable[..., Any]] = {
        "public": ada.stream_public,
        "local": ada.stream_local,
        "hashtag": lambda listener, **how: ada.stream_hashtag("winds", listener, **how),
        "list": lambda listener, **how: ada.stream_list(mine, listener, **how),
        "direct": ada.stream_direct,
    }
    heard = {name: Heard() for name in streams}
    handles = {name: stream(heard[name], run_async=True) for name, stream in streams.items()}

    def speak() -> None:
        bo.status_post("Fair #winds")
        bo.status_post(f"@{ada.me().username} psst", visibility="direct")

    try:
        until(lambda: all(handle.is_alive() and handle.is_receiving() for handle in handles.values()))
        speak()
        for name, listener in heard.items():
            assert listener.come.wait(10), name
            word = "psst" if name == "direct" else "Fair"
            assert word in listener.words[0], (name, listener.words)
    finally:
        leave([*handles.values()], speak)


def test_a_post_is_quoted_by_those_whom_its_author_lets_and_taken_back(signed_in: SignIn) -> None:
    ada, bo = signed_in("ada"), signed_in("bo")
    post = ada.status_post("Quote me", quote_approval_policy="public")
    made = bo.status_post("Like this", quoted_status_id=post)
    assert (made.quote.state, made.quote.quoted_status.id) == ("accepted", post.id)
    assert [one.id for one in ada.status_quotes(post)] == [made.id]
    assert bo.status(post).quote_approval.current_user == "automatic"
    assert ada.status_update_quote_approval_policy(post, "nobody").quote_approval.automatic == []
    with pytest.raises(MastodonAPIError, match="lets nobody quote"):
        bo.status_post("Again", quoted_status_id=post)
    assert ada.status_quote_revoke(post, made).quote.state == "revoked"
    assert bo.status(made).quote.quoted_status is None
