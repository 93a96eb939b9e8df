"""A member's life with Mastodon.py, unchanged, against a running server."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from mastodon import (
    Mastodon,
    MastodonAPIError,
    MastodonIllegalArgumentError,
    MastodonNotFoundError,
    MastodonUnauthorizedError,
)

from tests.clients.conftest import code_for, picture, until
from tests.servers import RunningServer

SignIn = Callable[[str], Mastodon]


def ids(page: Any) -> list[str]:
    """The ids of what a page holds, in its order."""
    return [str(each.id) for each in page]


def test_a_newcomer_registers_an_app_signs_in_on_the_pages_and_leaves_again(
    server: RunningServer, tmp_path: Path
) -> None:
    member = server.member("newcomer")
    secret = tmp_path / "client.secret"
    client_id, client_secret = Mastodon.create_app(
        "pytooterapp",
        scopes=["read", "write:statuses"],
        website="https://app.example",
        api_base_url=server.base_url,
        to_file=secret,
    )
    app = Mastodon(client_id=secret)
    assert (app.client_id, app.client_secret) == (client_id, client_secret)
    url = app.auth_request_url(scopes=["read", "write:statuses"], state="s", allow_http=True)
    code = code_for(server, member, url)
    token = app.log_in(code=code, scopes=["read", "write:statuses"], allow_http=True)
    assert app.app_verify_credentials().name == "pytooterapp"
    assert app.me().acct == member.name
    assert app.status_post("Hello from a first app").application.name == "pytooterapp"
    with pytest.raises(MastodonAPIError):
        app.account_follow(app.me().id)
    app.revoke_access_token(allow_http=True)
    late = Mastodon(access_token=token, api_base_url=server.base_url)
    with pytest.raises(MastodonUnauthorizedError):
        late.me()
    with pytest.raises(MastodonIllegalArgumentError, match="invalid_grant"):
        Mastodon(client_id=secret).log_in(code=code, allow_http=True)


def test_a_stranger_reads_what_the_server_is(server: RunningServer) -> None:
    anyone = Mastodon(api_base_url=server.base_url)
    assert anyone.retrieve_mastodon_version()
    assert anyone.instance_v1().title == "Harbour"
    instance = anyone.instance_v2()
    assert instance.title == "Harbour"
    assert instance.configuration.statuses.max_characters >= 500
    assert instance.contact.account.username == "owner"
    assert anyone.instance_health() is True
    assert anyone.stream_healthy() is True
    assert anyone.instance_nodeinfo()
    assert isinstance(anyone.custom_emojis(), list)
    assert anyone.account_lookup("owner").username == "owner"
    with pytest.raises(MastodonUnauthorizedError):
        anyone.timeline_home()
    with pytest.raises(MastodonNotFoundError):
        anyone.status(1)


def test_a_post_with_a_picture_lives_is_answered_and_dies(signed_in: SignIn, picture_file: Path) -> None:
    ada, bo = signed_in("ada"), signed_in("bo")
    media = ada.media_post(str(picture_file), description="The harbour at dawn", focus=(0.5, -0.25), synchronous=True)
    assert media.type == "image"
    assert media.meta.focus.x == 0.5
    assert ada.decode_blurhash(media, out_size=(2, 2))
    media = ada.media_update(media, description="The harbour at dusk")
    post = ada.status_post("Look at #this", media_ids=[media], spoiler_text="light", sensitive=True, language="en")
    assert post.media_attachments[0].description == "The harbour at dusk"
    assert (post.spoiler_text, post.sensitive, post.language, post.visibility) == ("light", True, "en", "public")
    assert [tag.name for tag in post.tags] == ["this"]
    assert bo.status_favourite(post).favourites_count == 1
    boost = bo.status_reblog(post)
    assert boost.reblog.id == post.id and boost.reblog.reblogged
    assert bo.status_bookmark(post).bookmarked
    answer = bo.status_reply(post, "Where is that?")
    assert answer.in_reply_to_id == post.id
    assert answer.mentions[0].acct == ada.me().acct
    assert answer.content.startswith("<p>")
    deeper = ada.status_reply(answer, "At home", untag=True)
    assert ids(bo.status_context(post).descendants) == [str(answer.id), str(deeper.id)]
    assert ids(ada.status_context(deeper).ancestors) == [str(post.id), str(answer.id)]
    seen = bo.status(post)
    assert (seen.favourited, seen.reblogged, seen.bookmarked, seen.replies_count) == (True, True, True, 1)
    assert ids(ada.status_favourited_by(post)) == ids(ada.status_reblogged_by(post)) == [str(bo.me().id)]
    source = ada.status_source(post)
    assert (source.text, source.spoiler_text) == ("Look at #this", "light")
    words = ada.generate_media_edit_attributes(media, description="The harbour at night")
    edited = ada.status_update(post, "Look at #that", spoiler_text="dark", media_attributes=[words])
    assert edited.edited_at and edited.media_attachments[0].description == "The harbour at night"
    history = ada.status_history(post)
    assert ["this" in each.content for each in history] == [True, False]
    assert [each.spoiler_text for each in history] == ["light", "dark"]
    assert until(lambda: [note for note in bo.notifications(types=["update"]) if note.status.id == post.id])
    assert not bo.status_unfavourite(post).favourited
    assert not bo.status_unbookmark(post).bookmarked
    assert not bo.status_unreblog(post).reblogged
    gone = ada.status_delete(post)
    assert gone.text == "Look at #that" and gone.media_attachments[0].id == media.id
    again = ada.status_post(gone.text, media_ids=[gone.media_attachments[0]])
    assert again.media_attachments[0].description == "The harbour at night"
    with pytest.raises(MastodonNotFoundError):
        bo.status(post)


def test_a_poll_is_asked_voted_on_and_counted(signed_in: SignIn) -> None:
    ada, bo = signed_in("ada"), signed_in("bo")
    asked = ada.make_poll(["Tea", "Coffee", "Water"], expires_in=600, multiple=True, hide_totals=True)
    post = ada.status_post("What to drink?", poll=asked)
    poll = bo.poll(post.poll)
    assert poll.multiple and not poll.voted and [each.votes_count for each in poll.options] == [None] * 3
    voted = bo.poll_vote(poll, [0, 2])
    assert voted.voted and voted.own_votes == [0, 2] and voted.voters_count == 1
    with pytest.raises(MastodonAPIError, match="already voted"):
        bo.poll_vote(poll, 1)
    assert [each.title for each in bo.poll(post.poll).options] == ["Tea", "Coffee", "Water"]
    changed = ada.status_update(post, "And now?", poll=ada.make_poll(["Milk", "Juice"], expires_in=600))
    assert [each.title for each in changed.poll.options] == ["Milk", "Juice"]
    assert [len(each.poll.options) for each in ada.status_history(post)] == [3, 2]


def test_idempotency_keys_and_direct_words_do_what_they_promise(signed_in: SignIn) -> None:
    ada, bo, cy = signed_in("ada"), signed_in("bo"), signed_in("cy")
    key = secrets.token_hex(8)
    first = ada.status_post("Only once", idempotency_key=key)
    assert ada.status_post("Only once", idempotency_key=key).id == first.id
    secret = ada.status_post(f"@{bo.me().acct} between us", visibility="direct")
    with pytest.raises(MastodonNotFoundError):
        cy.status(secret)
    (talk,) = until(bo.conversations)
    assert talk.unread and talk.last_status.id == secret.id and ids(talk.accounts) == [str(ada.me().id)]
    assert not bo.conversations_read(talk).unread
    bo.status_reply(secret, "I will keep it")
    (mine,) = until(lambda: [each for each in ada.conversations() if each.last_status.in_reply_to_id])
    assert mine.last_status.in_reply_to_id == secret.id
    assert ids(ada.status_context(secret).descendants) == [str(mine.last_status.id)]


def test_following_muting_and_blocking_change_what_a_member_sees(signed_in: SignIn) -> None:
    ada, bo = signed_in("ada"), signed_in("bo")
    me, them = ada.me(), bo.me()
    assert ada.account_follow(them, reblogs=False, notify=True).following
    (relation,) = ada.account_relationships(them)
    assert (relation.following, relation.showing_reblogs, relation.notifying) == (True, False, True)
    assert bo.account_relationships([me.id])[0].followed_by
    assert ids(ada.account_following(me)) == [str(them.id)]
    assert ids(bo.account_followers(them)) == [str(me.id)]
    post = bo.status_post("For my followers", visibility="private")
    assert until(lambda: str(post.id) in ids(ada.timeline_home()))
    (note,) = until(lambda: ada.notifications(types=["status"]))
    assert note.status.id == post.id
    assert ada.account_note_set(them, "Met at the pier").note == "Met at the pier"
    assert ada.account_pin(them).endorsed and ids(ada.endorsements()) == [str(them.id)]
    assert not ada.account_unpin(them).endorsed
    assert ada.account_mute(them, notifications=True, duration=3600).muting
    (muted,) = ada.mutes()
    assert muted.id == them.id and muted.mute_expires_at > datetime.now(UTC)
    assert str(post.id) not in ids(ada.timeline_home())
    assert not ada.account_unmute(them).muting
    assert str(post.id) in ids(ada.timeline_home())
    blocked = ada.account_block(them)
    assert (blocked.blocking, blocked.following) == (True, False)
    assert ids(ada.blocks()) == [str(them.id)]
    with pytest.raises(MastodonNotFoundError):
        bo.status(ada.status_post("Not for everybody"))
    assert not ada.account_unblock(them).blocking
    ada.domain_block("elsewhere.example")
    assert list(ada.domain_blocks()) == ["elsewhere.example"]
    ada.domain_unblock("elsewhere.example")
    assert list(ada.domain_blocks()) == []


def test_a_locked_member_answers_requests_to_follow(signed_in: SignIn) -> None:
    ada, bo, cy = signed_in("ada"), signed_in("bo"), signed_in("cy")
    assert ada.account_update_credentials(locked=True).locked
    for asking in (bo, cy):
        assert asking.account_follow(ada.me()).requested
    assert sorted(ids(ada.follow_requests())) == sorted([str(bo.me().id), str(cy.me().id)])
    until(lambda: len(ada.notifications(types=["follow_request"])) == 2)
    assert ada.follow_request_authorize(bo.me()).followed_by
    assert not ada.follow_request_reject(cy.me()).followed_by
    assert ids(ada.account_followers(ada.me())) == [str(bo.me().id)]
    assert ada.account_remove_from_followers(bo.me()).followed_by is False
    assert bo.account_unfollow(ada.me()).following is False


def test_every_timeline_is_paged_forwards_and_back_without_a_gap(signed_in: SignIn) -> None:
    ada, bo = signed_in("ada"), signed_in("bo")
    tag = f"paging{secrets.token_hex(4)}"
    bo.account_follow(ada.me())
    posts = [str(ada.status_post(f"Number {n} #{tag}").id) for n in range(7)]
    for post in posts:
        bo.status_favourite(post)
        bo.status_bookmark(post)
        ada.status_favourite(bo.status_reply(ada.status(post), "seen"))
    newest_first = posts[::-1]
    until(lambda: posts[-1] in ids(bo.timeline_home()))
    lists: dict[str, Callable[[], Any]] = {
        "home": lambda: bo.timeline_home(limit=3),
        "tag": lambda: bo.timeline_hashtag(tag, limit=3),
        "profile": lambda: bo.account_statuses(ada.me(), limit=3),
        "favourites": lambda: bo.favourites(limit=3),
        "bookmarks": lambda: bo.bookmarks(limit=3),
    }
    for name, first_page in lists.items():
        first = first_page()
        every = [each for each in bo.fetch_remaining(first) if each.account.id == ada.me().id]
        assert ids(every) == newest_first, name
        second = bo.fetch_next(first)
        back = bo.fetch_previous(second)
        assert ids(back) == ids(first), name
    for first in (ada.timeline_local(limit=4), ada.timeline_public(limit=4)):
        second = ada.fetch_next(first)
        assert ids(first + second) == ids(ada.timeline_public(limit=8))
    assert len(ada.timeline_public(only_media=True, limit=40)) <= 40
    until(lambda: len(ada.notifications(types=["favourite"], limit=40)) == 7)
    notes = ada.fetch_remaining(ada.notifications(types=["favourite"], limit=3))
    assert ids(each.status for each in notes) == newest_first
    assert ids(ada.fetch_previous(ada.fetch_next(ada.notifications(types=["favourite"], limit=3)))) == ids(notes[:3])
    between = bo.timeline_hashtag(tag, min_id=posts[1], max_id=posts[4])
    assert ids(between) == [posts[3], posts[2]]
    assert list(bo.pagination_iterator(bo.timeline_hashtag(tag, limit=2)))[-1].id == posts[0]


def test_notifications_are_told_dismissed_and_cleared(signed_in: SignIn) -> None:
    ada, bo = signed_in("ada"), signed_in("bo")
    post = ada.status_post("Something to talk about")
    bo.account_follow(ada.me())
    bo.status_favourite(post)
    bo.status_reblog(post)
    bo.status_reply(post, "indeed")
    told = until(lambda: (found := ada.notifications()) and len(found) == 4 and found)
    assert {note.type for note in told} == {"follow", "favourite", "reblog", "mention"}
    assert [note.type for note in ada.notifications(exclude_types=["follow", "favourite", "reblog"])] == ["mention"]
    assert ids(ada.notifications(account_id=bo.me().id)) == ids(told)
    assert ada.notifications(told[0].id).id == told[0].id
    assert ada.notifications_unread_count().count == 4
    ada.notifications_dismiss(told[0])
    assert len(ada.notifications()) == 3
    ada.notifications_clear()
    assert ada.notifications() == []


def test_a_profile_is_filled_in_and_found(signed_in: SignIn, server: RunningServer) -> None:
    ada, bo = signed_in("ada"), signed_in("bo")
    before = ada.me()
    name = f"Ada {secrets.token_hex(4)}"
    after = ada.account_update_credentials(
        display_name=name,
        note="Keeper of the #lamp",
        avatar=picture(),
        avatar_mime_type="image/png",
        header=picture(".jpg", width=300, height=100),
        header_mime_type="image/jpeg",
        bot=False,
        discoverable=True,
        fields=[("Home", "https://harbour.example"), ("Boat", "Gull")],
    )
    assert (after.display_name, after.source.note) == (name, "Keeper of the #lamp")
    assert [field.name for field in after.fields] == ["Home", "Boat"]
    assert after.avatar != before.avatar and after.header != before.header
    with server.client() as http:
        assert http.get(after.avatar).headers["content-type"].startswith("image/")
    assert ids(bo.account_search(name)) == [str(before.id)]
    assert ids(bo.search_v2(before.acct, result_type="accounts").accounts) == [str(before.id)]
    tag = f"lamp{secrets.token_hex(4)}"
    ada.status_post(f"About #{tag}")
    assert [found.name for found in bo.search(tag).hashtags] == [tag]
    assert until(lambda: str(before.id) in ids(bo.directory(order="new")))
    preferences = ada.preferences()
    assert preferences["posting:default:visibility"] == "public"
    pinned = ada.status_pin(ada.status_post("My best"))
    assert ids(bo.account_statuses(before, pinned=True)) == [str(pinned.id)]
    assert not ada.status_unpin(pinned).pinned
    cleaned = ada.account_delete_avatar()
    assert cleaned.avatar == before.avatar


def test_places_are_remembered_and_reports_taken(signed_in: SignIn) -> None:
    ada, bo = signed_in("ada"), signed_in("bo")
    post = bo.status_post("Something rude")
    marks = ada.markers_set(["home", "notifications"], [post, 7])
    assert marks["home"].last_read_id == post.id
    assert set(ada.markers_get(["home", "notifications"])) == {"home", "notifications"}
    report = ada.report(bo.me(), status_ids=[post], comment="Not kind", category="spam")
    assert report.target_account.id == bo.me().id and report.comment == "Not kind"
    assert ada.status_mute(post).muted and not ada.status_unmute(post).muted


def test_what_a_newcomer_has_not_made_yet_is_empty_and_well_formed(signed_in: SignIn) -> None:
    ada = signed_in("ada")
    for method in (
        ada.lists, ada.filters, ada.filters_v2, ada.announcements, ada.featured_tags, ada.featured_tag_suggestions,
        ada.scheduled_statuses,
    ):  # fmt: skip
        assert method() == [], method.__name__
    assert ada.account_lists(ada.me()) == [] and ada.account_featured_tags(ada.me()) == []
    for lacking in (ada.push_subscription, lambda: ada.timeline_list(1)):
        with pytest.raises(MastodonNotFoundError):
            lacking()
