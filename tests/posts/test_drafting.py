"""Drafts on the server: what they keep from being cleared away, how many there are, and how they end."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import update

from holdfast import people, posts
from holdfast.errors import Invalid
from holdfast.posts import Draft, MediaChange, NoSuchStatus, Nothing, drafting
from holdfast.posts.drafting import LONGEST_DRAFT, MOST_DRAFTS, DraftPlace, Written
from holdfast.posts.errors import AlreadyPublished, NoSuchDraft
from holdfast.posts.events import DraftEnded, DraftSaved
from holdfast.posts.media import UNATTACHED_LIFE_MS
from holdfast.posts.tables import drafts, idempotency_keys, media
from holdfast.store import DAY
from holdfast.writes import Database
from tests.posts.builders import Member, count, picture, row, told

NEW = DraftPlace()


def a_day_later(db: Database) -> None:
    """Let every file be so old that it would be cleared away."""
    with db.store.transaction() as tx:
        tx.run(update(media).values(created_at=db.clock.now() - UNATTACHED_LIFE_MS - 1000))


def test_a_drafts_key_brings_back_its_post_days_later(db: Database, ada: Member) -> None:
    """A browser that never heard whether its post arrived sends it again when it is back."""
    for key, days, is_the_same in (
        (drafting.new_key(), 20, True),
        (drafting.new_key(), 40, False),
        ("my-draft-1", 1, False),
    ):
        first = ada.does(drafting.publish_written, NEW, key, Written(Draft(text="Once")))
        with db.store.transaction() as tx:
            tx.run(update(idempotency_keys).values(created_at=db.clock.now() - days * DAY))
        posts.forget_keys(db, Nothing())
        again = ada.does(drafting.publish_written, NEW, key, Written(Draft(text="Once")))
        assert (again.status_id == first.status_id) is is_the_same, (key, days)


def test_a_drafts_files_are_kept_while_it_lives_and_cleared_a_day_after(db: Database, ada: Member, bo: Member) -> None:
    cat, dog = picture(ada), picture(ada, "another picture")
    written = Written(Draft(text="Two", media_ids=(cat, dog)), (MediaChange(cat, "A cat"),))
    draft_id = ada.does(drafting.save_draft, NEW, "k1", written)
    with pytest.raises(Invalid):  # another's file
        bo.does(drafting.save_draft, NEW, "k2", Written(Draft(media_ids=(cat,))))
    with pytest.raises(NoSuchDraft):
        bo.does(drafting.discard_draft, draft_id)
    a_day_later(db)
    posts.clear_media(db, Nothing())
    assert count(db, media) == 2
    only = replace(written, draft=replace(written.draft, media_ids=(cat,)))
    assert ada.does(drafting.save_draft, NEW, "k1", only) == draft_id
    posts.clear_media(db, Nothing())
    assert count(db, media) == 2  # what was taken out has a day of its own
    a_day_later(db)
    posts.clear_media(db, Nothing())
    with db.read() as r:
        assert set(posts.media_by_ids(r, [cat, dog])) == {cat}
    made = ada.does(drafting.publish_written, NEW, "k1", only)
    assert row(db, made.status_id).media_count == 1
    with db.read() as r:
        assert posts.media_by_ids(r, [cat])[cat].description == "A cat"
    assert count(db, drafts) == 0
    assert len(told(db, DraftSaved)) == 2 and len(told(db, DraftEnded)) == 1


def test_a_key_ends_its_own_draft_only_and_is_not_kept_once_it_is_used(db: Database, ada: Member) -> None:
    first = ada.does(drafting.publish_written, NEW, "k1", Written(Draft(text="One")))
    ada.does(drafting.save_draft, NEW, "k2", Written(Draft(text="Two")))
    assert ada.does(drafting.publish_written, NEW, "k1", Written(Draft(text="One"))) == first
    with pytest.raises(AlreadyPublished):
        ada.does(drafting.publish_written, NEW, "k1", Written(Draft(text="One and a half")))
    assert count(db, drafts) == 1
    ada.does(drafting.publish_written, NEW, "k2", Written(Draft(text="Two")))
    ada.does(drafting.save_draft, NEW, "k2", Written(Draft(text="Three")))
    with db.read() as r:
        kept = drafting.draft_at(r, ada.id, NEW)
    assert kept is not None and kept.key != "k2"


def test_drafts_have_limits_and_a_place_and_go_with_their_account(db: Database, ada: Member, bo: Member) -> None:
    with pytest.raises(Invalid, match="at most"):
        ada.does(drafting.save_draft, NEW, "k", Written(Draft(text="x" * (LONGEST_DRAFT + 1))))
    secret = bo.publishes("secret", visibility="private")
    for place in (
        DraftPlace("reply", secret),
        DraftPlace("edit", secret),
        DraftPlace("anew", secret),
        DraftPlace("new", secret),
        DraftPlace("letter", 1),
    ):
        with pytest.raises(NoSuchStatus):
            ada.does(drafting.save_draft, place, "k", Written(Draft(text="x")))
    with pytest.raises(NoSuchStatus):
        ada.does(drafting.redraft, secret)
    for number in range(MOST_DRAFTS):
        ada.does(drafting.save_draft, DraftPlace("reply", bo.publishes(f"{number}")), "k", Written(Draft(text="x")))
    with pytest.raises(Invalid, match="drafts already"):
        ada.does(drafting.save_draft, NEW, "k", Written(Draft(text="x")))
    bo.does(drafting.save_draft, NEW, "k", Written(Draft(text="x")))
    drafting.forget_drafts(db, people.AccountDeleted(account_id=ada.id))
    assert count(db, drafts) == 1
