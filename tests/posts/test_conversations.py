"""Direct conversations: one for each circle of people in a thread, as each of them sees it."""

from __future__ import annotations

import pytest

from holdfast import posts
from holdfast.posts import Conversation, ConversationChanged, NoSuchConversation
from holdfast.store import Window
from holdfast.writes import Database
from tests.posts.builders import Member, told


def seen(db: Database, viewer: Member, window: Window | None = None) -> list[Conversation]:
    with db.read() as r:
        return posts.conversations(r, viewer.id, window or Window())


def test_both_sides_see_the_newest_post_and_only_the_other_has_it_unread(db: Database, ada: Member, bo: Member) -> None:
    first = ada.publishes("@bo hi", visibility="direct")
    second = bo.publishes("@ada hi", visibility="direct", in_reply_to_id=first)
    (hers,), (his,) = seen(db, ada), seen(db, bo)
    assert (hers.last_status_id, hers.participants, hers.is_unread) == (second, (bo.id,), True)
    assert (his.last_status_id, his.participants, his.is_unread) == (second, (ada.id,), False)
    assert len(told(db, ConversationChanged)) == 4


def test_a_wider_circle_is_another_conversation(db: Database, ada: Member, bo: Member, jo: Member) -> None:
    first = ada.publishes("@bo hi", visibility="direct")
    wider = ada.publishes("@bo @jo hi", visibility="direct", in_reply_to_id=first)
    assert [found.last_status_id for found in seen(db, ada)] == [wider, first]
    assert [found.participants for found in seen(db, jo)] == [tuple(sorted((ada.id, bo.id)))]


def test_public_posts_make_no_conversation(db: Database, ada: Member, bo: Member) -> None:
    ada.publishes("@bo hi")
    assert seen(db, ada) == []


def test_who_blocks_the_author_gets_no_conversation(db: Database, ada: Member, bo: Member) -> None:
    bo.blocks(ada)
    ada.publishes("@bo hi", visibility="direct")
    assert seen(db, bo) == []


def test_a_conversation_is_read_and_removed_by_its_owner_only(db: Database, ada: Member, bo: Member) -> None:
    ada.publishes("@bo hi", visibility="direct")
    (his,) = seen(db, bo)
    with pytest.raises(NoSuchConversation):
        ada.does(posts.mark_read, his.id)
    with pytest.raises(NoSuchConversation):
        ada.does(posts.delete_conversation, his.id)
    for _ in range(2):
        bo.does(posts.mark_read, his.id)
    assert not seen(db, bo)[0].is_unread
    bo.does(posts.mark_unread, his.id)
    assert seen(db, bo)[0].is_unread
    bo.does(posts.delete_conversation, his.id)
    assert (seen(db, bo), len(seen(db, ada))) == ([], 1)


def test_a_deleted_post_lets_the_conversation_step_back_or_end(db: Database, ada: Member, bo: Member) -> None:
    first = ada.publishes("@bo hi", visibility="direct")
    second = ada.publishes("@bo more", visibility="direct", in_reply_to_id=first)
    ada.does(posts.delete, second)
    assert [found.last_status_id for found in seen(db, bo)] == [first]
    ada.does(posts.delete, first)
    assert (seen(db, bo), seen(db, ada)) == ([], [])


def test_conversations_come_in_pages(db: Database, ada: Member, bo: Member) -> None:
    numbers = [ada.publishes("@bo hi", visibility="direct") for _ in range(4)]
    newest = seen(db, bo, Window(limit=2))
    assert [found.last_status_id for found in newest] == [numbers[3], numbers[2]]
    older = seen(db, bo, Window(max_id=numbers[2], limit=2))
    assert [found.last_status_id for found in older] == [numbers[1], numbers[0]]
    after = seen(db, bo, Window(min_id=numbers[0], limit=2))
    assert [found.last_status_id for found in after] == [numbers[2], numbers[1]]
