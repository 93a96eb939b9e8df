"""Editing: what changes, what is kept, who is told."""

from __future__ import annotations

import pytest

from holdfast import posts
from holdfast.errors import Invalid
from holdfast.posts import CannotEdit, MediaChange, PollDraft, StatusChange, StatusEdited, StatusPublished
from holdfast.posts.tables import mentions, poll_votes, polls, status_edits
from holdfast.writes import Database
from tests.posts.builders import Member, count, picture, row, told


def versions(db: Database, viewer: Member | None, status_id: int) -> list[posts.Version]:
    with db.read() as r:
        return posts.history(r, viewer.id if viewer else None, status_id)


def test_an_edit_changes_the_post_and_keeps_every_version(db: Database, ada: Member, bo: Member) -> None:
    number = ada.publishes("one @bo", language="en")
    ada.does(posts.edit, number, StatusChange(text="two #new", spoiler_text="hm"))
    ada.does(posts.edit, number, StatusChange(text="three"))
    post = row(db, number)
    assert (post.text, post.spoiler_text, post.is_sensitive, post.language) == ("three", "hm", True, "en")
    assert post.revision == 3
    assert post.edited_at is not None
    found = versions(db, bo, number)
    assert [version.text for version in found] == ["one @bo", "two #new", "three"]
    assert [version.spoiler_text for version in found] == ["", "hm", "hm"]
    assert found[0].created_at == post.created_at
    assert count(db, mentions) == 0


def test_a_post_never_edited_has_one_version(db: Database, ada: Member) -> None:
    number = ada.publishes("one")
    (only,) = versions(db, None, number)
    assert (only.text, only.html) == ("one", "<p>one</p>")


def test_the_history_of_a_hidden_post_is_hidden(db: Database, ada: Member, bo: Member) -> None:
    number = ada.publishes("one", visibility="private")
    with pytest.raises(posts.NoSuchStatus):
        versions(db, bo, number)


def test_an_edit_of_nothing_does_nothing(db: Database, ada: Member) -> None:
    media_id = picture(ada)
    number = ada.publishes("same @ada", media_ids=(media_id,))
    change = StatusChange(
        text="same @ada", media_ids=(media_id,), media_changes=(MediaChange(media_id, description=""),)
    )
    ada.does(posts.edit, number, change)
    assert (row(db, number).revision, row(db, number).edited_at) == (1, None)
    assert count(db, status_edits) == 0
    assert told(db, StatusEdited) == []


def test_the_event_names_who_is_mentioned_for_the_first_time(db: Database, ada: Member, bo: Member, jo: Member) -> None:
    number = ada.publishes("@bo")
    ada.does(posts.edit, number, StatusChange(text="@bo and @jo #tag"))
    (event,) = told(db, StatusEdited)
    assert (event.mentions, event.new_mentions, event.tags, event.revision) == ((bo.id, jo.id), (jo.id,), ("tag",), 2)


def test_words_and_focus_of_pictures_change_with_the_post_and_are_kept(db: Database, ada: Member) -> None:
    one, two = picture(ada, description="before"), picture(ada, "two")
    number = ada.publishes("x", media_ids=(one,))
    described = MediaChange(one, description="after", focus=(0.5, -0.5))
    ada.does(posts.edit, number, StatusChange(media_ids=(two, one), media_changes=(described,)))
    assert row(db, number).media_count == 2
    first, second = versions(db, ada, number)
    assert [(media[0], *media[-3:]) for media in first.media] == [(one, "before", None, None)]
    assert [(media[0], *media[-3:]) for media in second.media] == [(two, "", None, None), (one, "after", 0.5, -0.5)]


def test_pictures_that_are_not_named_leave_the_post_and_can_be_used_again(db: Database, ada: Member) -> None:
    one = picture(ada)
    number = ada.publishes("x", media_ids=(one,))
    ada.does(posts.edit, number, StatusChange(text="x"))
    assert row(db, number).media_count == 0
    assert row(db, ada.publishes("y", media_ids=(one,))).media_count == 1


def test_changed_choices_drop_the_votes_and_the_same_choices_keep_them(db: Database, ada: Member, bo: Member) -> None:
    number = ada.publishes("?", poll=PollDraft(("a", "b"), 3600))
    poll_id = row(db, number).poll_id
    bo.does(posts.vote, poll_id, (1,))
    ada.does(posts.edit, number, StatusChange(text="??", poll=PollDraft(("a", "b"), 3600)))
    assert (count(db, poll_votes), row(db, number).poll_id) == (1, poll_id)
    ada.does(posts.edit, number, StatusChange(poll=PollDraft(("a", "c"), 3600)))
    assert (count(db, poll_votes), count(db, polls)) == (0, 1)
    assert [version.poll_options for version in versions(db, ada, number)] == [("a", "b"), ("a", "b"), ("a", "c")]
    ada.does(posts.edit, number, StatusChange(text="no poll"))
    assert (row(db, number).poll_id, count(db, polls)) == (None, 0)


def test_the_rules_of_publishing_hold_for_edits(db: Database, ada: Member) -> None:
    number = ada.publishes("x")
    with pytest.raises(Invalid, match="blank"):
        ada.does(posts.edit, number, StatusChange(text=" "))
    with pytest.raises(Invalid, match="limit of 500"):
        ada.does(posts.edit, number, StatusChange(text="x" * 501))
    with pytest.raises(Invalid, match="not found"):
        ada.does(posts.edit, number, StatusChange(text="x", media_ids=(1,)))
    assert row(db, number).text == "x"


def test_a_boost_cannot_be_edited(db: Database, ada: Member, bo: Member) -> None:
    boost = bo.does(posts.boost, ada.publishes())
    with pytest.raises(CannotEdit):
        bo.does(posts.edit, boost, StatusChange(text="x"))
    assert len(told(db, StatusPublished)) == 2
