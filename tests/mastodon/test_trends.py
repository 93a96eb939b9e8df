"""Trends over HTTP: what several people use, like and share lately; views; and what the staff decides."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert, update

from holdfast import posts, timelines
from holdfast.acting import SYSTEM, Acting
from holdfast.errors import Refused
from holdfast.people.tables import accounts
from holdfast.posts import Nothing, Views
from holdfast.posts.tables import cards, favourites, status_cards, statuses, tag_days
from holdfast.store import DAY, first_at
from tests.mastodon.town import Person, Town, ids


def open_person(town: Town, name: str) -> Person:
    """A new member who wants to be found and searched."""
    person = town.person(name)
    change = {"discoverable": True, "indexable": True}
    person.good(person.ask("PATCH", "/api/v1/accounts/update_credentials", json=change))
    return person


def work_out(town: Town) -> None:
    timelines.work_out(town.db, Nothing())


def trending(town: Town, kind: str, who: Any = None, **params: Any) -> list[Any]:
    found: list[Any] = (who or town.stranger).get(f"/api/v1/trends/{kind}", **params)
    return found


def liked(town: Town, status: Any, people: int = 3) -> None:
    for _ in range(people):
        town.person("fan").does("favourite", status)


def test_a_hashtag_trends_once_several_people_use_it(town: Town) -> None:
    name = f"regatta{town.person('x').id}"
    for _ in range(2):
        town.person("ada").says(f"#{name}")
    loud = town.person("loud")
    for number in range(5):
        loud.says(f"#{name}quiet {number}")
    work_out(town)
    assert name not in [tag["name"] for tag in trending(town, "tags", limit=20)]
    town.person("bo").says(f"#{name}")
    town.person("cy").says(f"#{name} again", sensitive=True)
    work_out(town)
    (found,) = [tag for tag in trending(town, "tags", limit=20) if tag["name"].startswith(name)]
    assert (found["history"][0]["uses"], len(found["history"])) == ("4", 7)
    assert town.stranger.get("/api/v1/trends", limit=20) == trending(town, "tags", limit=20)
    assert trending(town, "tags", limit=1, offset=1) == trending(town, "tags", limit=20)[1:2]
    (tag,) = [one for one in trending(town, "tags", who=loud, limit=20) if one["name"] == name]
    assert tag["following"] is False


def test_what_is_used_every_day_gives_way_to_what_is_new(town: Town) -> None:
    usual, new = (f"{word}{town.person('x').id}" for word in ("usual", "new"))
    for _ in range(4):
        town.person("ada").says(f"#{usual} #{new}")
    with town.db.read() as r:
        tag = posts.tag_named(r, usual)
    today = town.db.clock.now() // DAY
    with town.db.store.transaction() as tx:
        for day in range(today - 6, today):
            row = {"tag_id": tag.id, "day": day, "uses": 9, "accounts": 9}
            tx.run(insert(tag_days).values(row))
    work_out(town)
    names = [one["name"] for one in trending(town, "tags", limit=20)]
    assert names.index(new) < names.index(usual)


def test_a_post_trends_by_how_many_like_it_if_its_author_wants_to_be_found(town: Town) -> None:
    ada, shy = open_person(town, "ada"), town.person("shy")
    better, less, hidden = ada.says("better"), ada.says("less"), shy.says("hidden")
    odd = open_person(town, "odd").says("odd", sensitive=True)
    other = open_person(town, "other").says("other")
    for status, people in ((better, 4), (less, 3), (hidden, 4), (odd, 4), (other, 2)):
        liked(town, status, people)
    ada.does("favourite", other)
    work_out(town)
    found = ids(trending(town, "statuses", limit=40))
    assert better["id"] in found and other["id"] in found
    assert found.index(better["id"]) < found.index(other["id"])
    assert {less["id"], hidden["id"], odd["id"]}.isdisjoint(found)  # one of each author
    me = town.person("me")
    assert trending(town, "statuses", who=me, limit=40)[0]["favourited"] is False
    me.post(f"/api/v1/accounts/{ada.id}/mute")
    assert better["id"] not in ids(trending(town, "statuses", who=me, limit=40))
    ada.good(ada.ask("PATCH", "/api/v1/accounts/update_credentials", json={"discoverable": False}))
    assert better["id"] not in ids(trending(town, "statuses", limit=40))  # before the next time it is worked out


def test_old_favourites_make_no_trend(town: Town) -> None:
    ada = open_person(town, "ada")
    status = ada.says("long ago")
    liked(town, status)
    then = town.db.clock.now() - 3 * DAY
    with town.db.store.transaction() as tx:
        old = first_at(then)
        tx.run(update(statuses).where(statuses.c.id == int(status["id"])).values(id=old))
        tx.run(update(favourites).where(favourites.c.status_id == int(status["id"])).values(status_id=old))
    work_out(town)
    assert str(old) not in ids(trending(town, "statuses", limit=40))


def test_a_link_trends_once_several_people_share_it(town: Town) -> None:
    posted = [town.person("sharer").says("look") for _ in range(3)]
    number = town.db.store.ids.new()
    url = f"https://paper.example/{number}"
    with town.db.store.transaction() as tx:
        card = {"id": number, "asked_url": url, "state": "ready", "url": url, "title": "A <page>",
                "is_unattributed": False, "fetched_at": 1}  # fmt: skip
        tx.run(insert(cards).values(card))
        for status in posted[:2]:
            tx.run(insert(status_cards).values(status_id=int(status["id"]), card_id=number))
    work_out(town)
    assert url not in [one["url"] for one in trending(town, "links", limit=20)]
    with town.db.store.transaction() as tx:
        tx.run(insert(status_cards).values(status_id=int(posted[2]["id"]), card_id=number))
    work_out(town)
    (found,) = [one for one in trending(town, "links", limit=20) if one["url"] == url]
    assert found["title"] == "A &lt;page&gt;"
    assert (found["history"][0]["uses"], found["history"][0]["accounts"], len(found["history"])) == ("3", "3", 7)
    timelines.judge(town.db, SYSTEM, "link", number, is_allowed=False)
    assert url not in [one["url"] for one in trending(town, "links", limit=20)]


def test_the_staff_blocks_at_once_and_allows_what_few_people_use(town: Town) -> None:
    name = f"harbour{town.person('x').id}"
    town.person("ada").says(f"#{name}")
    with town.db.read() as r:
        tag_id = posts.tag_named(r, name).id or 0
    member = Acting(town.person("me").number)
    with pytest.raises(Refused):
        timelines.judge(town.db, member, "tag", tag_id, is_allowed=True)
    asked = {"q": name, "type": "hashtags", "exclude_unreviewed": True}
    assert len(town.stranger.get("/api/v2/search", **asked)["hashtags"]) == 1  # nobody has to review each
    timelines.judge(town.db, SYSTEM, "tag", tag_id, is_allowed=True)
    assert len(town.stranger.get("/api/v2/search", **asked)["hashtags"]) == 1
    work_out(town)
    assert name in [tag["name"] for tag in trending(town, "tags", limit=20)]
    timelines.judge(town.db, SYSTEM, "tag", tag_id, is_allowed=False)
    assert town.stranger.get("/api/v2/search", **asked)["hashtags"] == []
    assert name not in [tag["name"] for tag in trending(town, "tags", limit=20)]
    with town.db.read() as r:
        shown = {one.subject_id: one for one in timelines.trends_for_staff(r, "tag", 200)}
    assert (shown[tag_id].label, shown[tag_id].is_allowed) == (name, False)
    timelines.judge(town.db, SYSTEM, "tag", tag_id, is_allowed=None)
    work_out(town)
    assert name not in [tag["name"] for tag in trending(town, "tags", limit=20)]


def test_views_are_counted_in_memory_and_written_down_together(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    status = ada.says("look at me")
    number = int(status["id"])
    boost = int(bo.does("reblog", status)["id"])
    views = Views(town.db)
    for _ in range(3):
        views.saw([number, boost, 5])
    with town.db.read() as r:
        assert posts.views_of(r, [number]) == {}
    views.flush()
    views.saw([number])
    views.flush()
    views.flush()
    with town.db.read() as r:
        assert posts.views_of(r, [number, boost, 5]) == {number: 7}


def test_every_place_where_posts_are_read_counts(town: Town) -> None:
    ada = town.person("ada")
    status = ada.says(f"look #views{ada.id}")
    reply = ada.says("and on", in_reply_to_id=status["id"])
    for path in ("timelines/home", "timelines/public", f"timelines/tag/views{ada.id}", f"accounts/{ada.id}/statuses",
                 f"statuses/{status['id']}", f"statuses/{reply['id']}/context"):  # fmt: skip
        ada.get(f"/api/v1/{path}")
    posts.flush_views(town.db)
    with town.db.read() as r:
        assert posts.views_of(r, [int(status["id"])]) == {int(status["id"]): 6}
    assert "views" not in ada.get(f"/api/v1/statuses/{status['id']}")


def test_a_limited_author_is_in_no_trend(town: Town) -> None:
    ada = open_person(town, "ada")
    status = ada.says("limited")
    liked(town, status)
    work_out(town)
    assert status["id"] in ids(trending(town, "statuses", limit=40))
    with town.db.store.transaction() as tx:
        tx.run(update(accounts).where(accounts.c.id == ada.number).values(limited_at=1))
    assert status["id"] not in ids(trending(town, "statuses", limit=40))
