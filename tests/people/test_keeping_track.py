"""Private notes, featured accounts and markers."""

from __future__ import annotations

from concurrent.futures import wait

import pytest

from holdfast import people
from holdfast.errors import Invalid
from holdfast.store import Window
from holdfast.writes import Database
from tests.people.builders import crowd, person, told


def test_a_note_is_seen_by_its_writer_only_and_an_empty_one_takes_it_away(db: Database) -> None:
    ada, bo = crowd(db, "ada", "bo")
    for _ in range(2):
        people.set_note(db, ada.acting, bo.id, " met in Turin ")
    assert ada.sees(bo).note == "met in Turin"
    assert bo.sees(ada).note == ""
    for _ in range(2):
        people.set_note(db, ada.acting, bo.id, "")
    assert ada.sees(bo).note == ""
    assert [event.is_empty for event in told(db, people.NoteSet)] == [False, True]  # type: ignore[attr-defined]


def test_a_note_past_the_limit_is_refused(db: Database) -> None:
    ada, bo = crowd(db, "ada", "bo")
    with pytest.raises(Invalid):
        people.set_note(db, ada.acting, bo.id, "x" * 2001)


def test_only_followed_accounts_are_featured(db: Database) -> None:
    ada, bo = crowd(db, "ada", "bo")
    with pytest.raises(people.NotFollowed):
        people.endorse(db, ada.acting, bo.id)
    people.follow(db, ada.acting, bo.id)
    for _ in range(2):
        people.endorse(db, ada.acting, bo.id)
    assert ada.sees(bo).endorsed
    with db.read() as r:
        assert [entry.account_id for entry in people.endorsements_of(r, None, ada.id, Window())] == [bo.id]
    for _ in range(2):
        people.unendorse(db, ada.acting, bo.id)
    assert not ada.sees(bo).endorsed
    assert len(told(db, people.Endorsed)) == len(told(db, people.Unendorsed)) == 1


def test_markers_count_their_versions(db: Database) -> None:
    ada = person(db, "ada")
    first = people.set_marker(db, ada.acting, "home", 10)
    second = people.set_markers(db, ada.acting, {"home": 20, "notifications": 5})
    again = people.set_marker(db, ada.acting, "home", 20)
    assert (first.version, second["home"].version, again.version, second["notifications"].version) == (0, 1, 1, 0)
    with db.read() as r:
        assert people.markers(r, ada.id, ["home", "notifications"]) == second
        assert people.markers(r, ada.id, []) == {}


def test_a_marker_that_moved_meanwhile_is_a_conflict_for_who_says_what_it_knew(db: Database) -> None:
    ada = person(db, "ada")
    people.set_marker(db, ada.acting, "home", 10)
    futures = [
        db.submit(lambda n=n: people.set_marker(db, ada.acting, "home", n, expected_version=0)) for n in range(20, 26)
    ]
    wait(futures, timeout=30)
    faults = [future.exception() for future in futures]
    assert faults.count(None) == 1
    assert all(fault is None or isinstance(fault, people.MarkerMovedMeanwhile) for fault in faults)


def test_other_timelines_have_no_markers(db: Database) -> None:
    ada = person(db, "ada")
    with pytest.raises(Invalid):
        people.set_marker(db, ada.acting, "public", 1)
