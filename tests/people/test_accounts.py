"""Accounts come, are suspended or limited, and go."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import wait

import pytest

from holdfast import people
from holdfast.acting import SYSTEM
from holdfast.errors import Invalid
from holdfast.writes import Ability, Database
from tests.people.builders import crowd, moderate, person, told


def reason(caught: pytest.ExceptionInfo[Invalid]) -> str:
    return caught.value.fields[0].reason


def test_a_new_account_has_its_addresses_and_nothing_else(db: Database) -> None:
    ada = person(db, "Ada", display_name="  Ada   L. ", is_locked=True, language="de")
    account = ada.account
    assert (account.username, account.display_name, account.is_locked) == ("Ada", "Ada L.", True)
    assert account.uri == f"{db.base_url}/users/Ada"
    assert account.url == f"{db.base_url}/@Ada"
    assert (account.fields, account.followers_count, account.default_language) == ((), 0, "de")
    assert (account.is_bot, account.is_discoverable, account.shows_media) == (False, None, True)
    assert told(db, people.AccountCreated) == [people.AccountCreated(account_id=ada.id, username="Ada")]


@pytest.mark.parametrize("name", ["paypal", "PayPal", "paypa1"])
def test_a_name_in_use_or_one_that_looks_like_it_is_taken(db: Database, name: str) -> None:
    person(db, "paypal")
    with pytest.raises(Invalid) as caught:
        person(db, name)
    assert reason(caught) == "ERR_TAKEN"


def test_reserved_names_need_leave(db: Database) -> None:
    with pytest.raises(Invalid) as caught:
        person(db, "admin")
    assert reason(caught) == "ERR_RESERVED"
    assert person(db, "admin", allow_reserved=True).account.username == "admin"


def test_of_many_who_want_one_name_at_once_one_gets_it(db: Database) -> None:
    people.check_username("warm")
    futures = [db.submit(lambda n=name: person(db, n)) for name in ("rnara", "mara", "Mara", "MARA") * 5]
    wait(futures, timeout=30)
    faults = [future.exception() for future in futures]
    assert faults.count(None) == 1
    assert all(fault is None or isinstance(fault, Invalid) for fault in faults)


def test_an_account_can_be_suspended_and_restored(db: Database) -> None:
    ada = person(db, "ada")
    revision = ada.account.revision
    for _ in range(2):
        moderate(db, people.suspend_account, ada)
    assert ada.account.suspended_at
    for _ in range(2):
        moderate(db, people.restore_account, ada)
    assert ada.account.suspended_at is None
    assert ada.account.revision == revision + 2
    assert len(told(db, people.AccountSuspended)) == len(told(db, people.AccountRestored)) == 1


def test_an_account_can_be_limited_and_freed(db: Database) -> None:
    ada = person(db, "ada")
    for _ in range(2):
        moderate(db, people.limit_account, ada)
    assert ada.account.limited_at
    for _ in range(2):
        moderate(db, people.lift_limit, ada)
    assert ada.account.limited_at is None
    assert len(told(db, people.AccountLimited)) == len(told(db, people.AccountUnlimited)) == 1


def test_a_deleted_account_shows_nothing_and_its_name_stays_taken(db: Database, run_jobs: Callable[[], None]) -> None:
    ada, bo = crowd(db, "ada", "bo")
    written = people.ProfileChange(
        display_name="Ada", bio=people.Bio("hello", "<p>hello</p>"), avatar_key="a/1", header_key="h/1"
    )
    people.update_profile(db, ada.acting, written)
    people.follow(db, bo.acting, ada.id)
    for _ in range(2):
        moderate(db, people.delete_account, ada)
    run_jobs()
    account = ada.account
    assert (account.display_name, account.note, account.note_html, account.avatar_key) == ("", "", "", None)
    assert bo.account.following_count == 0
    assert told(db, people.AccountDeleted) == [people.AccountDeleted(account_id=ada.id, dropped_blobs=("a/1", "h/1"))]
    with pytest.raises(Invalid) as caught:
        person(db, "ADA")
    assert reason(caught) == "ERR_TAKEN"
    with pytest.raises(people.AccountNotFound):
        moderate(db, people.suspend_account, ada)
    with db.read() as r:
        assert people.relationships(r, bo.id, [ada.id], now=db.clock.now()) == []
        assert people.search(r, bo.id, "ada") == []
        with pytest.raises(people.AccountNotFound):
            people.lookup(r, "ada", db.local_domain)
        assert people.present_count(r) == 1


def test_our_addresses_follow_when_the_server_takes_its_domain(db: Database) -> None:
    ada = person(db, "ada")
    with db.write(SYSTEM, Ability.ADMINISTRATION) as w:
        people.move_local_addresses(w, "https://harbour.example")
    assert ada.account.uri == "https://harbour.example/users/ada"
    assert ada.account.url == "https://harbour.example/@ada"


def test_a_released_name_is_free_again_even_after_the_domain_changed(db: Database) -> None:
    first = person(db, "ada")
    moderate(db, people.release_name, first)  # still in use: nothing is released
    with pytest.raises(Invalid):
        person(db, "ada")
    moderate(db, people.delete_account, first)
    moderate(db, people.release_name, first)
    second = person(db, "ada")
    with db.write(SYSTEM, Ability.ADMINISTRATION) as w:
        people.move_local_addresses(w, "https://harbour.example")
    with db.read() as r:
        found = people.account_by_handle(r, "ADA")
    assert found is not None
    assert (found.id, found.uri) == (second.id, "https://harbour.example/users/ada")


def test_the_room_offers_what_it_lists(db: Database) -> None:
    assert sorted(people.__all__) == sorted(set(people.__all__))
    assert [name for name in people.__all__ if not hasattr(people, name)] == []
