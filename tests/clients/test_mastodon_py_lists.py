"""What Mastodon.py, unchanged, does with lists and filters."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from mastodon import Mastodon, MastodonNotFoundError

from tests.clients.test_mastodon_py import ids

SignIn = Callable[[str], Mastodon]


def test_people_are_sorted_into_lists(signed_in: SignIn) -> None:
    ada, bo = signed_in("ada"), signed_in("bo")
    ada.account_follow(bo.me())
    made = ada.list_create("Rowers", replies_policy="followed", exclusive=True)
    assert (made.title, made.replies_policy, made.exclusive) == ("Rowers", "followed", True)
    ada.list_accounts_add(made, [bo.me()])
    assert ids(ada.list_accounts(made)) == [str(bo.me().id)]
    assert ids(ada.account_lists(bo.me())) == ids(ada.lists()) == [str(made.id)]
    post = bo.status_post("On the water")
    assert ids(ada.timeline_list(made)) == [str(post.id)] and ids(ada.timeline_home()) == []
    assert ada.list_update(made, "Boat people").title == ada.list(made).title == "Boat people"
    ada.list_accounts_delete(made, [bo.me()])
    assert ids(ada.list_accounts(made)) == []
    ada.list_delete(made)
    with pytest.raises(MastodonNotFoundError):
        ada.list(made)


def test_words_and_posts_are_filtered(signed_in: SignIn) -> None:
    ada, bo = signed_in("ada"), signed_in("bo")
    words = [{"keyword": "ending", "whole_word": True}]
    made = ada.create_filter_v2("Films", ["home"], "warn", expires_in=3600, keywords_attributes=words)
    assert [word.keyword for word in ada.filter_v2(made).keywords] == ["ending"]
    post = bo.status_post("What an ending")
    assert ada.status(post).filtered[0].keyword_matches == ["ending"]
    assert ada.update_filter_v2(made, title="Movies").title == ada.filters_v2()[0].title == "Movies"
    word = ada.add_filter_keyword_v2(made, "credits", whole_word=False)
    assert ids(ada.filter_keywords_v2(made))[1] == str(word.id)
    ada.delete_filter_keyword_v2(word)
    named = ada.add_filter_status_v2(made, post)
    assert ids(ada.filter_statuses_v2(made)) == [str(named.id)] and ada.filter_status_v2(named).id == named.id
    ada.delete_filter_status_v2(named)
    ada.delete_filter_v2(made)
    assert ada.filters_v2() == []


def test_the_old_kind_of_filters_is_applied_by_the_library(signed_in: SignIn) -> None:
    ada, bo = signed_in("ada"), signed_in("bo")
    made = ada.filter_create("ending", ["public"], whole_word=True)
    assert ada.filter_update(made, phrase="credits").phrase == ada.filter(made).phrase == "credits"
    post, other = bo.status_post("Roll the credits"), bo.status_post("Hello")
    shown = ids(ada.filters_apply(ada.account_statuses(bo.me()), ada.filters(), "public"))
    assert str(other.id) in shown and str(post.id) not in shown
    ada.filter_delete(made)
    assert ada.filters() == []
