"""Threads: what came before, and what was said below, each answer beneath what it answers."""

from __future__ import annotations

import pytest

from holdfast import posts
from holdfast.posts import NoSuchStatus, folding
from holdfast.writes import Database
from tests.posts.builders import Member


def thread(db: Database, viewer: Member | None, status_id: int, **named: int) -> tuple[list[int], list[int]]:
    with db.read() as r:
        found = posts.thread(r, viewer.id if viewer else None, status_id, **named)
    return found.ancestors, found.descendants


def test_a_thread_is_read_depth_first(db: Database, ada: Member, bo: Member) -> None:
    root = ada.publishes("root")
    first = bo.publishes("1", in_reply_to_id=root)
    second = ada.publishes("2", in_reply_to_id=root)
    below_first = ada.publishes("1.1", in_reply_to_id=first)
    deeper = bo.publishes("1.1.1", in_reply_to_id=below_first)
    below_second = bo.publishes("2.1", in_reply_to_id=second)
    assert thread(db, None, root) == ([], [first, below_first, deeper, second, below_second])
    assert thread(db, ada, below_first) == ([root, first], [deeper])


def test_a_thread_shows_only_what_the_viewer_may_and_wants_to_see(
    db: Database, ada: Member, bo: Member, jo: Member
) -> None:
    root = ada.publishes("root")
    hidden = bo.publishes("@ada", in_reply_to_id=root, visibility="direct")
    below = ada.publishes("public answer to it", in_reply_to_id=hidden)
    blocked = jo.publishes("noise", in_reply_to_id=root)
    assert thread(db, None, root) == ([], [below, blocked])
    assert thread(db, ada, root) == ([], [hidden, below, blocked])
    assert thread(db, None, below) == ([root], [])
    ada.blocks(jo)
    assert thread(db, ada, root) == ([], [hidden, below])


def test_a_deleted_post_leaves_its_thread_together(db: Database, ada: Member) -> None:
    root = ada.publishes("root")
    middle = ada.publishes("1", in_reply_to_id=root)
    last = ada.publishes("2", in_reply_to_id=middle)
    ada.does(posts.delete, middle)
    assert thread(db, None, root) == ([], [last])
    assert thread(db, None, last) == ([root], [])


def test_what_is_folded_away_comes_apart_with_all_beneath_it(db: Database, ada: Member, bo: Member, jo: Member) -> None:
    root = ada.publishes("root")
    noise = bo.publishes("1", in_reply_to_id=root)
    below = jo.publishes("1.1", in_reply_to_id=noise)
    deeper = bo.publishes("1.1.1", in_reply_to_id=below)
    answer = jo.publishes("2", in_reply_to_id=root)
    for reply in (deeper, noise):  # one within another stays where it is
        ada.does(folding.fold, reply)
    with db.read() as r:
        assert posts.thread(r, bo.id, root) == ([], [answer], [noise, below, deeper])
        assert posts.thread(r, None, noise) == ([root], [below], [deeper])
        assert folding.foldable(r, ada.id, [root, noise, below, answer]) == {noise, below, answer}
        assert folding.foldable(r, bo.id, [root, noise, below, answer]) == {below}
    ada.does(posts.delete, root)
    with db.read() as r:
        assert posts.thread(r, None, below) == ([noise], [], [deeper])


def test_a_long_thread_is_cut(db: Database, ada: Member) -> None:
    numbers = [ada.publishes("root")]
    for _ in range(6):
        numbers.append(ada.publishes("on", in_reply_to_id=numbers[-1]))
    assert thread(db, None, numbers[0], most=3) == ([], numbers[1:4])
    assert thread(db, None, numbers[-1], most=3) == (numbers[3:6], [])


def test_a_boost_shows_the_thread_of_what_it_boosts(db: Database, ada: Member, bo: Member) -> None:
    root = ada.publishes("root")
    answer = bo.publishes("1", in_reply_to_id=root)
    assert thread(db, None, bo.does(posts.boost, root)) == ([], [answer])


def test_the_thread_of_a_hidden_post_is_not_found(db: Database, ada: Member, bo: Member) -> None:
    with pytest.raises(NoSuchStatus):
        thread(db, bo, ada.publishes("x", visibility="private"))
