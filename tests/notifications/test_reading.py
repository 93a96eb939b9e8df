"""Pages of notifications, unread counts, dismissing and clearing."""

from __future__ import annotations

import pytest

from holdfast import notifications, people, posts
from holdfast.acting import STRANGER
from holdfast.errors import Unauthenticated
from holdfast.notifications import NoSuchNotification, NotificationDismissed, NotificationsCleared
from holdfast.store import Window
from holdfast.writes import Database
from tests.posts.builders import Member, change_account, told


@pytest.fixture
def busy(ada: Member, bo: Member, jo: Member, heard) -> Member:
    """Ada, who was told five things: a follow, then mention, favourite, mention, favourite."""
    bo.follows(ada)
    status = ada.publishes()
    heard(ada)
    bo.publishes("Hello @ada")
    heard(ada)
    bo.does(posts.favourite, status)
    heard(ada)
    jo.publishes("Hello @ada")
    heard(ada)
    jo.does(posts.favourite, status)
    assert [n.kind for n in heard(ada)] == ["favourite", "mention", "favourite", "mention", "follow"]
    return ada


def test_pages_go_both_ways(busy: Member, heard) -> None:
    ids = [n.id for n in heard(busy)]

    def page(**window: int) -> list[int]:
        return [n.id for n in heard(busy, Window(**window))]

    assert page(limit=2) == ids[:2]
    assert page(limit=2, max_id=ids[1]) == ids[2:4]
    assert page(limit=2, min_id=ids[4]) == ids[2:4]
    assert page(limit=2, since_id=ids[4]) == ids[:2]
    assert page(min_id=ids[3], max_id=ids[1]) == [ids[2]]


def test_kinds_and_senders_can_be_chosen(busy: Member, jo: Member, heard) -> None:
    def kinds(**choice: object) -> list[str]:
        return [n.kind for n in heard(busy, **choice)]

    assert kinds(kinds=["mention", "poll"]) == ["mention", "mention"]
    assert kinds(without=["mention", "favourite"]) == ["follow"]
    assert kinds(kinds=["mention"], from_account_id=jo.id) == ["mention"]
    assert kinds(kinds=["unheard.of"]) == []


def test_unread_are_those_after_the_marker_up_to_a_limit(db: Database, busy: Member, heard) -> None:
    ids = [n.id for n in heard(busy)]

    def unread(**choice: object) -> int:
        with db.read() as r:
            return notifications.unread_count(r, busy.id, now=db.clock.now(), **({"most": 100} | choice))  # type: ignore[arg-type]

    assert (unread(), unread(most=2), unread(kinds=["mention"])) == (5, 2, 2)
    busy.does(people.set_markers, {"notifications": ids[1]})
    assert (unread(), unread(kinds=["mention"])) == (1, 0)


def test_one_is_dismissed_and_stays_away(db: Database, busy: Member, bo: Member, heard) -> None:
    first = heard(busy)[0]
    with pytest.raises(NoSuchNotification):
        bo.does(notifications.dismiss, first.id)
    busy.does(notifications.dismiss, first.id)
    assert first.id not in [n.id for n in heard(busy)]
    with pytest.raises(NoSuchNotification):
        busy.does(notifications.dismiss, first.id)
    with db.read() as r, pytest.raises(NoSuchNotification):
        notifications.one(r, busy.id, first.id, now=db.clock.now())
    assert told(db, NotificationDismissed) == [NotificationDismissed(notification_id=first.id, account_id=busy.id)]


def test_only_the_receiver_reads_one(db: Database, busy: Member, bo: Member, heard) -> None:
    first = heard(busy)[0]
    with db.read() as r:
        assert notifications.one(r, busy.id, first.id, now=db.clock.now()) == first
        with pytest.raises(NoSuchNotification):
            notifications.one(r, bo.id, first.id, now=db.clock.now())


def test_clearing_removes_all_and_is_recorded_once(db: Database, busy: Member, heard) -> None:
    busy.does(notifications.clear)
    busy.does(notifications.clear)
    assert heard(busy) == []
    assert len(told(db, NotificationsCleared)) == 1


def test_strangers_and_the_suspended_change_nothing(db: Database, busy: Member) -> None:
    with pytest.raises(Unauthenticated):
        notifications.clear(db, STRANGER)
    change_account(db, busy.id, suspended_at=1)
    with pytest.raises(people.AccountUnusable):
        busy.does(notifications.clear)
