"""Deleting: gone at once for everybody, its counters put right, its content erased a week later."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from sqlalchemy import select, update

from holdfast import jobs, people, posts
from holdfast.acting import SYSTEM, Acting
from holdfast.posts import NoSuchStatus, Nothing, PollDraft, StatusDeleted
from holdfast.posts.jobs import CONTENT_LIFE_MS
from holdfast.posts.tables import blobs, favourites, media, mentions, pins, poll_votes, polls, statuses, tombstones
from holdfast.writes import Ability, Database
from tests.posts.builders import Member, account_row, count, member, picture, row, told


def test_a_deleted_post_gives_back_what_was_typed_and_leaves_a_tombstone(db: Database, ada: Member) -> None:
    media_id = picture(ada)
    number = ada.publishes("my <words>", spoiler_text="cw", media_ids=(media_id,), visibility="unlisted")
    source = ada.does(posts.delete, number)
    assert (source.text, source.spoiler_text, source.media_ids) == ("my <words>", "cw", (media_id,))
    assert row(db, number).deleted_at is not None
    with db.read() as r:
        stone = r.first(select(tombstones))
    assert (stone.uri, stone.subject_id, stone.owner_id) == (row(db, number).uri, number, ada.id)
    with pytest.raises(NoSuchStatus):
        ada.does(posts.delete, number)
    again = ada.publishes("my words", media_ids=source.media_ids)
    assert row(db, again).media_count == 1


def test_counters_follow_a_deletion(db: Database, ada: Member, bo: Member) -> None:
    first = ada.publishes()
    answer = bo.publishes("Yes", in_reply_to_id=first)
    boost = bo.does(posts.boost, first)
    assert account_row(db, bo.id).newest_status_id == boost
    bo.does(posts.delete, boost)
    bo.does(posts.delete, answer)
    author = account_row(db, bo.id)
    assert (author.statuses_count, author.newest_status_id) == (0, None)
    assert (row(db, first).replies_count, row(db, first).boosts_count) == (0, 0)


def test_the_newest_post_of_an_author_steps_back(db: Database, ada: Member) -> None:
    first, second = ada.publishes(), ada.publishes()
    ada.does(posts.delete, second)
    author = account_row(db, ada.id)
    assert (author.statuses_count, author.newest_status_id) == (1, first)


def test_boosts_of_a_deleted_post_go_with_it(
    db: Database, ada: Member, bo: Member, run_jobs: Callable[[], None]
) -> None:
    number = ada.publishes()
    boost = bo.does(posts.boost, number)
    ada.does(posts.delete, number)
    with db.read() as r:
        assert posts.visible_ids(r, bo.id, [boost]) == set()  # at once
    run_jobs()
    assert row(db, boost).deleted_at is not None
    assert account_row(db, bo.id).statuses_count == 0
    assert [event.status_id for event in told(db, StatusDeleted)] == [number, boost]


def test_a_moderator_may_delete_and_the_event_says_so(db: Database, ada: Member, bo: Member) -> None:
    number = ada.publishes("@bo #tag", visibility="public")
    moderator = Acting(account_id=bo.id, permissions=frozenset({"statuses.delete"}))
    posts.delete(db, moderator, number)
    (event,) = told(db, StatusDeleted)
    assert event == StatusDeleted(
        status_id=number, author_id=ada.id, visibility="public", mentions=(bo.id,), tags=("tag",), by_moderator=True
    )


def test_pictures_can_go_with_the_post_at_once(db: Database, ada: Member) -> None:
    number = ada.publishes("x", media_ids=(picture(ada),))
    ada.does(posts.delete, number, deletes_media=True)
    assert (count(db, media), count(db, blobs)) == (0, 0)


def purge(db: Database) -> None:
    db.submit(lambda: posts.purge_deleted(db, Nothing())).result()


def test_the_content_is_erased_a_week_later_and_the_tombstone_stays(db: Database, ada: Member, bo: Member) -> None:
    number = ada.publishes("@bo ?", poll=PollDraft(("a", "b"), 3600))
    pictured = ada.publishes("x", media_ids=(picture(ada),))
    kept = ada.publishes("kept")
    ada.does(posts.pin, number)
    bo.does(posts.favourite, number)
    bo.does(posts.vote, row(db, number).poll_id, (0,))
    for status_id in (number, pictured):
        ada.does(posts.delete, status_id)
    assert count(db, pins) == 0
    purge(db)
    assert row(db, number) is not None
    with db.store.transaction() as tx:
        tx.run(update(statuses).where(statuses.c.id != kept).values(deleted_at=db.clock.now() - CONTENT_LIFE_MS - 1))
    purge(db)
    assert count(db, statuses) == 1
    assert [count(db, table) for table in (mentions, polls, poll_votes, favourites, media, blobs)] == [0] * 6
    assert count(db, tombstones) == 2


def test_files_nobody_uses_any_more_are_removed_and_shared_ones_stay(db: Database, ada: Member, bo: Member) -> None:
    one, twin, other = picture(ada, "same"), picture(ada, "same"), picture(bo, "same")
    for owner, media_id in ((ada, one), (ada, twin)):
        owner.does(posts.delete_media, media_id)
    with db.read() as r:
        assert jobs.counts(r) == {}  # the other member has the same picture
    bo.does(posts.delete_media, other)
    with db.read() as r:
        payload = bytes(r.value(select(jobs.table.c.payload)))
    removed: list[str] = []
    remove = posts.removing_files(lambda db, keys: removed.extend(keys))
    remove(db, msgspec.json.decode(payload, type=posts.RemoveFiles))
    assert len(removed) == 2
    removed.clear()
    picture(ada, "same")  # uploaded again before the job ran
    remove(db, msgspec.json.decode(payload, type=posts.RemoveFiles))
    assert removed == []


def test_the_posts_of_a_deleted_account_follow_it(db: Database, ada: Member, run_jobs: Callable[[], None]) -> None:
    numbers = [ada.publishes() for _ in range(3)]
    with db.write(SYSTEM, Ability.ADMINISTRATION) as w:
        people.delete_account(w, ada.id)
    run_jobs()
    assert all(row(db, number).deleted_at is not None for number in numbers)


def test_large_amounts_go_in_slices(
    db: Database, ada: Member, run_jobs: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("holdfast.posts.jobs.SLICE", 2)
    number = ada.publishes()
    for place in range(5):
        member(db, f"fan{place}").does(posts.boost, number)
    ada.does(posts.delete, number)
    run_jobs()
    assert count(db, statuses, statuses.c.deleted_at.is_(None)) == 0
