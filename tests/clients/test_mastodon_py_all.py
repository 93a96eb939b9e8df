"""What else Mastodon.py, unchanged, can ask of this server: arriving, the server itself, profiles, tags, odd corners.

The last test knows every method of the library: those that no test calls are listed with the reason.
"""

from __future__ import annotations

import inspect
import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from mastodon import (
    Mastodon,
    MastodonAPIError,
    MastodonIllegalArgumentError,
    MastodonNotFoundError,
    MastodonUnauthorizedError,
)

from tests.clients.conftest import code_for, picture, until
from tests.clients.test_mastodon_py import ids
from tests.servers import PASSWORD, RunningServer

SignIn = Callable[[str], Mastodon]


def test_somebody_signs_up_with_the_app_and_stays_signed_in(server: RunningServer, tmp_path: Path) -> None:
    client = Mastodon.create_app("pytooterapp", api_base_url=server.base_url)
    app = Mastodon(*client, api_base_url=server.base_url)
    name, file = f"new_{secrets.token_hex(4)}", tmp_path / "user.secret"
    token = app.create_account(name, PASSWORD, f"{name}@example.org", agreement=True, to_file=str(file))
    assert app.me().username == name
    again = Mastodon(access_token=str(file))
    assert again.account_verify_credentials().acct == name
    assert again.persistable_login_credentials().startswith(str(token))
    with pytest.raises(MastodonAPIError):  # nothing is left to confirm where no mail is sent
        again.email_resend_confirmation()
    third = Mastodon(*client, api_base_url=server.base_url)
    for email, password, agreement, expected in (
        ("nowhere", "short", False, {"email": "ERR_INVALID", "password": "ERR_TOO_SHORT", "agreement": "ERR_ACCEPTED"}),
        (f"{name}@other.example", PASSWORD, True, {"username": "ERR_TAKEN"}),
    ):
        _, refused = third.create_account(name, password, email, agreement=agreement, return_detailed_error=True)
        assert refused is not None
        assert {field: found[0].error for field, found in refused.details.items() if found} == expected
    with pytest.raises(MastodonIllegalArgumentError):
        third.log_in(f"{name}@example.org", PASSWORD, allow_http=True)


def test_the_server_tells_about_itself(server: RunningServer) -> None:
    anyone = Mastodon(api_base_url=server.base_url)
    assert anyone.instance().title == "Harbour"
    assert anyone.verify_minimum_version(anyone.retrieve_mastodon_version())
    assert anyone.verify_minimum_version("4.0.0", cached=True) and not anyone.verify_minimum_version("99.0.0")
    assert [rule.text for rule in anyone.instance_rules()] == [rule.text for rule in anyone.instance_v2().rules]
    assert sum(int(week.statuses) for week in anyone.instance_activity()) >= 0
    assert anyone.instance_peers() == [] and anyone.instance_domain_blocks() == []
    assert anyone.instance_extended_description().content is not None
    assert {"en", "de"} <= {language.code for language in anyone.instance_languages()}
    assert anyone.instance_translation_languages() == {}
    try:
        assert anyone.instance_terms_of_service().content
    except MastodonNotFoundError:
        assert anyone.instance_v2().configuration.urls.terms_of_service is None
    assert abs(anyone.get_approx_server_time() - datetime.now()) < timedelta(minutes=1)
    info = anyone.oauth_authorization_server_info()
    assert info.token_endpoint == f"{server.base_url}/oauth/token"
    assert "S256" in info.code_challenge_methods_supported
    assert anyone.timeline_is_available("public") and anyone.timeline_is_available("public", local=True)
    anyone.clear_caches()
    assert anyone.stream_healthy() is True
    assert len(anyone.get_supported_version().split(".")) == 3


def test_who_signed_in_is_told_to_the_app_that_may_know(server: RunningServer) -> None:
    member, scopes = server.member("ada"), ["profile"]
    client = Mastodon.create_app("pytooterapp", scopes=scopes, api_base_url=server.base_url)
    app = Mastodon(*client, api_base_url=server.base_url)
    code = code_for(server, member, app.auth_request_url(scopes=scopes, allow_http=True))
    app.log_in(code=code, scopes=scopes, allow_http=True)
    with pytest.raises(MastodonAPIError):
        app.timeline_home()
    assert app.me().username == member.name
    with server.client(app.access_token) as http:  # the library itself refuses to ask for it without https
        told = http.get("/oauth/userinfo").json()
    assert told["preferred_username"] == member.name


def test_a_profile_is_edited_on_its_own_page(signed_in: SignIn) -> None:
    ada, bo = signed_in("ada"), signed_in("bo")
    before = ada.profile()
    after = ada.profile_update(
        display_name="Ada",
        note="Keeper",
        avatar=picture(),
        avatar_mime_type="image/png",
        avatar_description="A lamp",
        header=picture(".jpg", width=300, height=100),
        header_mime_type="image/jpeg",
        header_description="The quay",
        locked=False,
        hide_collections=True,
        show_media=False,
        fields=[("Boat", "Gull")],
        attribution_domains=["harbour.example"],
    )
    assert (after.display_name, after.note, after.show_media) == ("Ada", "Keeper", False)
    assert (after.avatar_description, after.header_description) == ("A lamp", "The quay")
    assert [(each.name, each.value) for each in after.fields] == [("Boat", "Gull")]
    assert ada.account_delete_header().header == before.header or before.header is None
    assert ada.profile().header != after.header
    me = ada.me()
    assert ids(bo.accounts([me.id, bo.me().id])) == [str(me.id), str(bo.me().id)]
    assert bo.account(me).display_name == "Ada"
    bo.account_follow(me)
    assert bo.account_followers(me) == []  # hidden collections
    with pytest.raises(MastodonAPIError, match="4"):
        ada.account_update_credentials(fields=[(f"n{n}", "v") for n in range(9)])


def test_people_are_featured_followed_by_name_and_known_in_common(signed_in: SignIn) -> None:
    ada, bo, cy = signed_in("ada"), signed_in("bo"), signed_in("cy")
    assert ada.follows(bo.me().acct).following
    assert ada.account_endorse(bo.me()).endorsed and ids(ada.endorsements()) == [str(bo.me().id)]
    assert not ada.account_unendorse(bo.me()).endorsed
    bo.account_follow(cy.me())
    (common,) = ada.account_familiar_followers([cy.me()])
    assert ids(common.accounts) == [str(bo.me().id)]
    with pytest.raises(MastodonNotFoundError):
        ada.follows("nobody_at_all")
    with pytest.raises(MastodonAPIError):
        ada.account_follow(ada.me())


def test_a_hashtag_is_followed_into_the_home_timeline(signed_in: SignIn) -> None:
    ada, bo = signed_in("ada"), signed_in("bo")
    tag = f"mole{secrets.token_hex(4)}"
    assert not ada.tag(tag).following
    assert ada.tag_follow(tag).following and [each.name for each in ada.followed_tags()] == [tag]
    post = bo.status_post(f"On the #{tag}")
    assert until(lambda: str(post.id) in ids(ada.timeline()))
    assert sum(int(day.uses) for day in ada.tag(tag).history) == 1
    assert not ada.tag_unfollow(ada.tag(tag)).following and ada.followed_tags() == []
    assert [each if isinstance(each, str) else each.name for each in ada.search_v1(tag).hashtags] == [tag]


def test_the_tabs_of_a_profile_show_what_they_say(signed_in: SignIn) -> None:
    ada, bo = signed_in("ada"), signed_in("bo")
    tag, theirs = f"tab{secrets.token_hex(4)}", bo.status_post("Theirs")
    media = ada.media_post(picture(), mime_type="image/png")
    assert ada.media(media).id == media.id
    seen = ada.status_post("A picture", media_ids=media)
    word = ada.toot(f"A word #{tag}")
    reply = ada.status_reply(theirs, "A reply")
    boost = ada.status_reblog(theirs)
    private = ada.status_post("For followers", visibility="private")
    tabs = {
        "all": ({}, [boost, reply, word, seen]),
        "no replies": ({"exclude_replies": True}, [boost, word, seen]),
        "no boosts": ({"exclude_reblogs": True}, [reply, word, seen]),
        "media": ({"only_media": True}, [seen]),
        "tagged": ({"tagged": tag}, [word]),
    }
    for name, (how, expected) in tabs.items():
        assert ids(bo.account_statuses(ada.me(), **how)) == ids(expected), name
    assert str(private.id) in ids(ada.account_statuses(ada.me()))
    assert ids(ada.statuses([word.id, seen.id])) == [str(word.id), str(seen.id)]
    assert ada.status_card(word) is None
    assert ids(ada.timeline_hashtag(tag, local=True)) == [str(word.id)]
    assert str(seen.id) in ids(ada.timeline_public(only_media=True))
    assert ada.timeline_public(remote=True) == []


def test_pages_are_turned_by_hand_and_by_date(signed_in: SignIn) -> None:
    ada = signed_in("ada")
    posts = [str(ada.status_post(f"Number {n}").id) for n in range(5)][::-1]
    first = ada.account_statuses(ada.me(), limit=2)
    pages = list(ada.pagination_page_iterator(first))
    assert [each for page in pages for each in ids(page)] == posts
    saved = ada.get_pagination_info(first, "next")
    assert ids(ada.fetch_next(saved)) == posts[2:4]
    assert ada.fetch_next(ada.account_statuses(ada.me(), limit=40)) is None
    tomorrow, yesterday = datetime.now(UTC) + timedelta(days=1), datetime.now(UTC) - timedelta(days=1)
    assert ids(ada.account_statuses(ada.me(), max_id=tomorrow, limit=40)) == posts
    assert ids(ada.account_statuses(ada.me(), max_id=yesterday)) == []
    assert ids(ada.account_statuses(ada.me(), since_id=posts[1])) == posts[:1]


def test_the_errors_that_the_library_tells_apart_arrive_as_such(signed_in: SignIn, server: RunningServer) -> None:
    ada = signed_in("ada")
    ada.set_language("de")
    with pytest.raises(MastodonAPIError) as too_long:
        ada.status_post("x" * 501)
    assert too_long.value.args[1] == 422
    with pytest.raises(MastodonAPIError) as empty:
        ada.status_post("")
    assert empty.value.args[1] == 422
    with pytest.raises(MastodonNotFoundError):
        ada.account(1)
    stale = Mastodon(access_token="never-given", api_base_url=server.base_url)
    with pytest.raises(MastodonUnauthorizedError):
        stale.me()
    with pytest.raises(MastodonNotFoundError):
        ada.media(1)
    with pytest.raises(MastodonAPIError):
        ada.media_post(b"not a picture at all", mime_type="image/png")


ELSEWHERE = {
    "await_async_refresh": "waits for an answer that names a refresh; tests/mastodon/test_annual_reports.py",
    "get_async_refresh_info": "reads a header; tests/mastodon/test_annual_reports.py",
    "get_async_refresh_status": "asks what the header names; tests/mastodon/test_annual_reports.py",
    "push_subscription_decrypt_push": "decrypts by itself; tests/mastodon/test_push.py",
    "get_status_length": "counts by itself, with a library that is not installed",
    "oauth_userinfo": "refuses servers without https; asked over HTTP above",
    "reports": "asks for an endpoint that is documented nowhere",
    "stream_open_websocket": "needs a library that is not installed; tests/mastodon/test_streaming.py",
}


def test_every_method_of_the_library_is_called_or_has_a_reason_not_to_be() -> None:
    called = set[str]()
    for file in Path(__file__).parent.glob("test_mastodon_py*.py"):
        called |= set(re.findall(r"\.(\w+)\b", file.read_text()))
    public = {name for name, _ in inspect.getmembers(Mastodon, inspect.isfunction) if not name.startswith("_")}
    assert public - called == ELSEWHERE.keys()
