"""Pictures as rows: taken over, described, cleared away."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from holdfast import posts
from holdfast.errors import Invalid
from holdfast.posts import MediaInUse, MediaUpdated, NoSuchMedia, Nothing
from holdfast.posts.media import UNATTACHED_LIFE_MS
from holdfast.posts.tables import blob_places, blobs, media
from holdfast.writes import Database
from tests.posts.builders import Member, count, picture, row, told


def one(db: Database, media_id: int) -> Any:
    with db.read() as r:
        return posts.media_by_ids(r, [media_id])[media_id]


def test_an_upload_is_kept_once_for_each_owner_under_names_nobody_guesses(
    db: Database, ada: Member, bo: Member
) -> None:
    first, second = picture(ada, description=" A cat ", focus=(0.1, -0.2)), picture(ada)
    picture(bo)
    found = one(db, first)
    assert (found.description, found.focus, found.state, found.meta["original"]["width"]) == (
        "A cat", (0.1, -0.2), "ready", 800,
    )  # fmt: skip
    assert found.file_name != one(db, second).file_name
    assert len(found.file_name) > 24
    assert found.file_name.endswith(".png")
    assert (count(db, blobs), count(db, blob_places), count(db, media)) == (4, 2, 3)


def test_a_files_address_leads_to_its_blob_until_the_post_is_deleted(db: Database, ada: Member) -> None:
    media_id = picture(ada)
    found = one(db, media_id)
    with db.read() as r:
        full, small = (posts.media_file(r, found.file_name, is_preview=flag) for flag in (False, True))
        assert posts.media_file(r, "other.png") is None
    assert full is not None
    assert small is not None
    assert (full.key, small.key, small.mime_type) == (found.blob_key, found.preview_key, "image/png")
    ada.does(posts.delete, ada.publishes("x", media_ids=(media_id,)))
    with db.read() as r:
        assert posts.media_file(r, found.file_name) is None


def test_a_new_description_shows_on_a_published_post_at_once(db: Database, ada: Member) -> None:
    media_id = picture(ada)
    number = ada.publishes("x", media_ids=(media_id,))
    for _ in range(2):
        ada.does(posts.update_media, media_id, description="A dog")
    ada.does(posts.update_media, media_id, focus=(1.0, 1.0))
    assert (one(db, media_id).description, one(db, media_id).focus) == ("A dog", (1.0, 1.0))
    assert row(db, number).revision == 3
    assert len(told(db, MediaUpdated)) == 2


def test_descriptions_and_focus_have_limits(ada: Member) -> None:
    media_id = picture(ada)
    with pytest.raises(Invalid, match="1500 characters"):
        ada.does(posts.update_media, media_id, description="x" * 1501)
    with pytest.raises(Invalid, match="between -1 and 1"):
        ada.does(posts.update_media, media_id, focus=(2.0, 0.0))
    with pytest.raises(Invalid, match="between -1 and 1"):
        ada.does(posts.update_media, media_id, focus=(float("nan"), 0.0))


def test_other_peoples_pictures_are_not_found(db: Database, ada: Member, bo: Member) -> None:
    media_id = picture(ada)
    with pytest.raises(NoSuchMedia):
        bo.does(posts.update_media, media_id, description="mine")
    with pytest.raises(NoSuchMedia):
        bo.does(posts.delete_media, media_id)
    with db.read() as r:
        assert posts.media_rows(r, [media_id], owner=bo.id) == []
        assert [found[0] for found in posts.media_rows(r, [media_id], owner=ada.id)] == [media_id]


def test_a_published_picture_cannot_be_deleted_alone(db: Database, ada: Member) -> None:
    used, unused = picture(ada), picture(ada, "other")
    ada.publishes("x", media_ids=(used,))
    with pytest.raises(MediaInUse):
        ada.does(posts.delete_media, used)
    ada.does(posts.delete_media, unused)
    assert count(db, media) == 1


def test_pictures_that_no_post_took_within_a_day_are_cleared_away(db: Database, ada: Member) -> None:
    used, old, fresh = picture(ada), picture(ada, "old"), picture(ada, "fresh")
    ada.publishes("x", media_ids=(used,))
    past = db.clock.now() - UNATTACHED_LIFE_MS - 1000
    with db.store.transaction() as tx:
        for media_id in (used, old):
            tx.run(update(media).where(media.c.id == media_id).values(created_at=past))
    posts.clear_media(db, Nothing())
    with db.read() as r:
        assert set(r.ids(select(media.c.id))) == {used, fresh}
