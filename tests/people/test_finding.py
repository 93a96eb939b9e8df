"""Finding accounts, what they are to each other, and lists of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from holdfast import people
from holdfast.people import tables
from holdfast.store import Read, Window
from holdfast.writes import Database
from tests.people.builders import Person, crowd, moderate, person, remote, set_row


def test_a_handle_is_looked_up_in_any_form_and_case(db: Database) -> None:
    ada, cy = person(db, "Ada"), remote(db, "cy", "far.example")
    with db.read() as r:
        for handle in ("ada", "@ADA", f"ada@{db.local_domain}", f"acct:Ada@{db.local_domain}"):
            assert people.lookup(r, handle, db.local_domain).id == ada.id
        assert people.lookup(r, "cy@FAR.example", db.local_domain).id == cy.id
        assert people.account_by_handle(r, "CY", "far.example") is not None
        for nobody in ("cy", "ada@far.example", "", "a b", "@", "bo"):
            with pytest.raises(people.AccountNotFound):
                people.lookup(r, nobody, db.local_domain)
        found = people.accounts_by_handles(r, [("ada", None), ("cy", "far.example"), ("bo", None)])
    assert {key: account.id for key, account in found.items()} == {("ada", None): ada.id, ("cy", "far.example"): cy.id}


def test_search_finds_names_and_display_names_followed_first(db: Database) -> None:
    viewer, maria, mark, marble, other = crowd(db, "viewer", "maria", "mark", "marble", "zoe")
    people.update_profile(db, other.acting, people.ProfileChange(display_name="Märchen"))
    people.update_profile(db, maria.acting, people.ProfileChange(display_name="MARS 100%_"))
    set_row(db, mark, followers_count=9)
    people.follow(db, viewer.acting, marble.id)
    with db.read() as r:
        assert people.search(r, viewer.id, "mar") == [marble.id, mark.id, maria.id]
        assert people.search(r, viewer.id, "@MAR") == [marble.id, mark.id, maria.id]
        assert people.search(r, viewer.id, "mark")[0] == mark.id
        assert people.search(r, viewer.id, "mÄr") == [other.id]
        assert people.search(r, viewer.id, "mars 100%_") == [maria.id]
        assert people.search(r, viewer.id, "mar", following_only=True) == [marble.id]
        assert people.search(r, viewer.id, "mar", limit=1, offset=1) == [mark.id]
        for nothing in ("", "  ", "@", "%", "_", "m_r"):
            assert people.search(r, viewer.id, nothing) == []


def test_search_by_handle_finds_the_named_server_only(db: Database) -> None:
    viewer, here = crowd(db, "viewer", "cyra")
    there = remote(db, "cyra", "far.example")
    with db.read() as r:

        def search(text: str) -> list[int]:
            return people.search(r, viewer.id, text, local_domain=db.local_domain)

        assert search("cyra@far.example") == [there.id]
        assert search("@cyra@far") == [there.id]
        assert search(f"cyra@{db.local_domain}") == [here.id]
        assert set(search("cyra")) == {here.id, there.id}


def test_search_leaves_out_suspended_and_blocking_accounts(db: Database) -> None:
    viewer, one, two, three, four = crowd(db, "viewer", "mara", "marb", "marc", "mard")
    moderate(db, people.suspend_account, one)
    people.block(db, two.acting, viewer.id)
    people.block(db, viewer.acting, three.id)
    with db.read() as r:
        assert people.search(r, viewer.id, "mar") == [four.id]
        assert people.search(r, viewer.id, "marb") == []


def test_who_is_blocked_is_found_by_their_whole_name(db: Database) -> None:
    viewer, mara, mark = crowd(db, "viewer", "mara", "mark")
    people.block(db, viewer.acting, mara.id)
    people.block(db, viewer.acting, mark.id)
    people.block(db, mark.acting, viewer.id)
    with db.read() as r:
        assert people.search(r, viewer.id, "mar") == []
        assert people.search(r, viewer.id, "Mara") == [mara.id]
        assert people.search(r, viewer.id, f"@mark@{db.local_domain}", local_domain=db.local_domain) == [mark.id]


@contextmanager
def counted(db: Database) -> Iterator[tuple[Read, list[int]]]:
    """A look that counts its queries."""
    seen = [0]
    with db.read() as r:
        plain = r.fast

        def fast(*args: object, **values: object) -> list[tuple[object, ...]]:
            seen[0] += 1
            return plain(*args, **values)  # type: ignore[arg-type]

        r.fast = fast  # type: ignore[method-assign, assignment]
        try:
            yield r, seen
        finally:
            del r.fast  # type: ignore[method-assign]


def test_relationships_take_two_queries_in_the_order_asked(db: Database) -> None:
    ada, *others = crowd(db, "ada", *(f"member_{i}x" for i in range(9)))
    moderate(db, people.suspend_account, others[4])
    ids = [who.id for who in reversed(others)]
    with counted(db) as (r, seen):
        found = people.relationships(r, ada.id, [*ids, 77, ids[0]], now=db.clock.now())
        assert seen == [2]
        assert [one.account_id for one in found] == [number for number in ids if number != others[4].id]
        assert len(people.relationships(r, ada.id, ids, now=db.clock.now(), with_suspended=True)) == 9
        assert people.relationships(r, ada.id, [], now=0) == []


def listed(entries: list[people.Listed], cast: list[Person]) -> list[int]:
    return [[who.id for who in cast].index(entry.account_id) for entry in entries]


def test_lists_page_by_the_relations_id_both_ways(db: Database) -> None:
    star, *cast = crowd(db, "star", *(f"member_{i}x" for i in range(6)))
    for who in cast:
        people.follow(db, who.acting, star.id)
    with db.read() as r:

        def page(**window: int) -> list[people.Listed]:
            return people.followers(r, None, star.id, Window(**window))

        everybody = page()
        cursor = {i: everybody[5 - i].cursor for i in range(6)}
        assert listed(everybody, cast) == [5, 4, 3, 2, 1, 0]
        assert listed(page(limit=2), cast) == [5, 4]
        assert listed(page(limit=2, max_id=cursor[4]), cast) == [3, 2]
        assert listed(page(limit=2, since_id=cursor[1]), cast) == [5, 4]
        assert listed(page(limit=2, min_id=cursor[1]), cast) == [3, 2]
        assert listed(page(max_id=cursor[4], min_id=cursor[1]), cast) == [3, 2]
        assert page(min_id=cursor[5]) == []


def test_followers_and_following_leave_out_the_suspended_and_the_blocked(db: Database) -> None:
    star, bo, cy, dee = cast = crowd(db, "star", "bo", "cy", "dee")
    for who in (bo, cy, dee):
        people.follow(db, who.acting, star.id)
        people.follow(db, star.acting, who.id)
    moderate(db, people.suspend_account, cy)
    people.block(db, dee.acting, bo.id)
    with db.read() as r:
        for query in (people.followers, people.following):
            assert listed(query(r, None, star.id, Window()), cast) == [3, 1]
            assert listed(query(r, bo.id, star.id, Window()), cast) == [1]
            assert listed(query(r, dee.id, star.id, Window()), cast) == [3]


def test_hidden_collections_are_seen_by_their_owner_only(db: Database) -> None:
    star, bo = crowd(db, "star", "bo")
    people.follow(db, bo.acting, star.id)
    people.follow(db, star.acting, bo.id)
    people.update_profile(db, star.acting, people.ProfileChange(hides_collections=True))
    with db.read() as r:
        for query in (people.followers, people.following):
            assert query(r, None, star.id, Window()) == query(r, bo.id, star.id, Window()) == []
            assert len(query(r, star.id, star.id, Window())) == 1


def test_who_is_blocked_sees_no_collections(db: Database) -> None:
    star, bo, cy = crowd(db, "star", "bo", "cy")
    people.follow(db, cy.acting, star.id)
    people.block(db, star.acting, bo.id)
    with db.read() as r:
        assert people.followers(r, bo.id, star.id, Window()) == []
        assert len(people.followers(r, None, star.id, Window())) == 1


def test_ones_own_blocks_and_waiting_requests_are_listed(db: Database) -> None:
    ada, bo, cy = cast = crowd(db, "ada", "bo", "cy")
    people.update_profile(db, ada.acting, people.ProfileChange(is_locked=True))
    people.follow(db, bo.acting, ada.id)
    people.follow(db, cy.acting, ada.id)
    with db.read() as r:
        assert listed(people.follow_requests(r, ada.id, Window()), cast) == [2, 1]
    people.block(db, ada.acting, bo.id)
    with db.read() as r:
        assert listed(people.blocks(r, ada.id, Window()), cast) == [1]
        assert listed(people.follow_requests(r, ada.id, Window()), cast) == [2]


def test_familiar_followers_are_followed_by_the_viewer_and_hide_nothing(db: Database) -> None:
    ada, star, bo, cy, dee = crowd(db, "ada", "star", "bo", "cy", "dee")
    for who in (bo, cy, dee):
        people.follow(db, who.acting, star.id)
    for who in (bo, cy):
        people.follow(db, ada.acting, who.id)
    people.update_profile(db, cy.acting, people.ProfileChange(hides_collections=True))
    with db.read() as r:
        assert people.familiar_followers(r, ada.id, [star.id, dee.id]) == {star.id: [bo.id], dee.id: []}
    people.update_profile(db, star.acting, people.ProfileChange(hides_collections=True))
    with db.read() as r:
        assert people.familiar_followers(r, ada.id, [star.id]) == {star.id: []}


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        (lambda viewer, author: people.follows_exists(viewer, author), "bo"),
        (lambda viewer, author: people.viewer_blocks(viewer, author), "cy"),
        (lambda viewer, author: people.blocks_viewer(author, viewer), "dee"),
        (lambda viewer, author: people.viewer_mutes(viewer, author, 0), "eve"),
        (lambda viewer, author: people.viewer_blocks_domain_of(viewer, author), "fay"),
        (lambda viewer, author: people.requests_exists(viewer, author), "gil"),
    ],
)
def test_each_clause_finds_its_relation_and_no_other(
    db: Database, clause: Callable[[int, object], object], expected: str
) -> None:
    ada, bo, cy, dee, eve, gil = crowd(db, "ada", "bo", "cy", "dee", "eve", "gil")
    remote(db, "fay", "far.example")
    people.block_domain(db, ada.acting, "far.example")
    people.follow(db, ada.acting, bo.id)
    people.block(db, ada.acting, cy.id)
    people.block(db, dee.acting, ada.id)
    people.mute(db, ada.acting, eve.id, duration_s=60)
    set_row(db, gil, is_locked=True)
    people.follow(db, ada.acting, gil.id)
    accounts = tables.accounts
    with db.read() as r:
        assert r.values(select(accounts.c.username).where(clause(ada.id, accounts.c.id))) == [expected]  # type: ignore[arg-type]
