"""Posts for later over HTTP, on both engines: kept with all that belongs to them, published once, changed, dropped."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from holdfast import people, posts
from holdfast.acting import SYSTEM
from holdfast.jobs.tables import jobs
from holdfast.posts.tables import media, scheduled_statuses, statuses
from holdfast.store import MINUTE
from holdfast.writes import Ability, Runner
from tests.conformance.scenario import picture
from tests.mastodon.town import Person, Town, chained, ids, walk

PATH = "/api/v1/scheduled_statuses"


def ahead(**span: float) -> str:
    """A moment in the future as apps write it."""
    return (datetime.now(UTC) + timedelta(**span)).isoformat()


def later(who: Person, status: str = "Later", **options: Any) -> Any:
    """Schedule a post for tomorrow; the entity."""
    return who.says(status, **{"scheduled_at": ahead(days=1)} | options)


def upload(who: Person) -> str:
    """The id of a new picture."""
    number: str = who.good(who.ask("POST", "/api/v2/media", files={"file": ("a.png", picture())}))["id"]
    return number


def written(who: Person) -> list[Any]:
    """What stands on the profile."""
    found: list[Any] = who.get(f"/api/v1/accounts/{who.id}/statuses")
    return found


@pytest.fixture
def come(town: Town) -> Iterator[Any]:
    """Let the time of a waiting post come, and its job run."""

    def let_come(post: Any) -> None:
        number = int(post["id"])
        with town.db.store.transaction() as tx:
            row = update(scheduled_statuses).where(scheduled_statuses.c.id == number)
            tx.run(row.values(scheduled_at=town.db.clock.now() - 2 * MINUTE))
        posts.publish_overdue(town.db, posts.Nothing())
        town.run_jobs()

    return let_come


def test_a_post_waits_with_everything_that_belongs_to_it(town: Town) -> None:
    ada = town.person("ada")
    parent, number, when = ada.says("First"), upload(ada), ahead(days=2)
    made = ada.good(
        ada.ask(
            "POST",
            "/api/v1/statuses",
            json={
                "status": "Second", "media_ids": [number], "sensitive": True, "spoiler_text": "Boats",
                "visibility": "unlisted", "language": "de", "in_reply_to_id": parent["id"], "scheduled_at": when,
            },
            headers={"idempotency-key": "once"},
        )
    )  # fmt: skip
    params = made["params"]
    assert datetime.fromisoformat(made["scheduled_at"]) - datetime.fromisoformat(when) < timedelta(seconds=1)
    assert [one["id"] for one in made["media_attachments"]] == params["media_ids"] == [number]
    assert (params["text"], params["spoiler_text"], params["sensitive"]) == ("Second", "Boats", True)
    assert (params["visibility"], params["language"], params["in_reply_to_id"]) == ("unlisted", "de", int(parent["id"]))
    assert (params["idempotency"], params["poll"], params["scheduled_at"]) == ("once", None, None)
    assert ada.get(f"{PATH}/{made['id']}") == made and ada.get(PATH) == [made]
    assert ids(written(ada)) == [parent["id"]]


def test_its_poll_is_kept_and_opens_when_it_is_published(town: Town, come: Any) -> None:
    ada = town.person("ada")
    poll = {"options": ["fair", "foul"], "expires_in": 600, "multiple": True, "hide_totals": True}
    made = later(ada, "Winds?", poll=poll)
    assert made["params"]["poll"] == poll
    come(made)
    (post,) = written(ada)
    assert [one["title"] for one in post["poll"]["options"]] == ["fair", "foul"] and post["poll"]["multiple"]
    assert datetime.fromisoformat(post["poll"]["expires_at"]) > datetime.now(UTC) + timedelta(minutes=9)


def test_it_is_published_once_however_many_jobs_try(town: Town, come: Any) -> None:
    ada, bo = town.people("ada", "bo")
    number = upload(ada)
    made = later(ada, f"Hello @{bo.name}", media_ids=[number])
    payload = posts.PublishScheduled(int(made["id"]), int(ada.id))
    posts.publish_scheduled(town.db, payload)
    assert written(ada) == [], "its time has not come"
    with town.db.store.transaction() as tx:
        tx.run(update(scheduled_statuses).values(scheduled_at=town.db.clock.now() - 1))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: posts.publish_scheduled(town.db, payload), range(8)))
    come(made)
    (post,) = written(ada)
    assert "Hello" in post["content"] and ids(post["media_attachments"]) == [number]
    assert [one["type"] for one in bo.get("/api/v1/notifications")] == ["mention"]
    assert ada.get(PATH) == [] and ada.ask("GET", f"{PATH}/{made['id']}").status_code == 404


def test_its_own_job_publishes_it(town: Town) -> None:
    ada = town.person("ada")
    made = later(ada)
    with town.db.store.transaction() as tx:
        tx.run(update(scheduled_statuses).values(scheduled_at=town.db.clock.now() - 1))
        tx.run(update(jobs).where(jobs.c.kind == posts.PUBLISH_SCHEDULED).values(run_at=1))
    Runner(town.db).drain()
    assert len(written(ada)) == 1 and ada.ask("GET", f"{PATH}/{made['id']}").status_code == 404


def posts_jobs() -> Any:
    """The queue's table."""
    from holdfast.jobs.tables import jobs

    return jobs


@pytest.mark.parametrize("when", [{"minutes": 4}, {"minutes": -4}, {"days": -4000}])
def test_a_time_that_is_not_five_minutes_ahead_is_refused(town: Town, when: dict[str, float]) -> None:
    ada = town.person("ada")
    assert ada.ask("POST", "/api/v1/statuses", json={"status": "x", "scheduled_at": ahead(**when)}).status_code == 422
    made = later(ada)
    assert ada.ask("PUT", f"{PATH}/{made['id']}", json={"scheduled_at": ahead(**when)}).status_code == 422
    assert ada.get(PATH) == [made] and written(ada) == []


@pytest.mark.parametrize("wrong", [{"status": ""}, {"status": "x" * 20_000}, {"media_ids": ["1"]},
                                   {"in_reply_to_id": "1"}, {"scheduled_at": "tomorrow"}])  # fmt: skip
def test_what_could_not_be_published_now_is_refused_at_once(town: Town, wrong: dict[str, Any]) -> None:
    ada = town.person("ada")
    answer = ada.ask("POST", "/api/v1/statuses", json={"status": "x", "scheduled_at": ahead(days=1)} | wrong)
    assert answer.status_code in (404, 422) and answer.json()["error"]
    assert ada.get(PATH) == []


def test_it_is_moved_in_time(town: Town, come: Any) -> None:
    ada = town.person("ada")
    made, when = later(ada), ahead(days=3)
    moved = ada.good(ada.ask("PUT", f"{PATH}/{made['id']}", json={"scheduled_at": when}))
    assert moved["scheduled_at"][:19] == when[:19] and moved["params"] == made["params"]
    assert ada.good(ada.ask("PUT", f"{PATH}/{made['id']}", json={})) == moved
    assert ada.get(f"{PATH}/{made['id']}") == moved
    come(moved)
    assert len(written(ada)) == 1


def test_it_is_dropped_and_its_picture_is_free_again(town: Town, come: Any) -> None:
    ada = town.person("ada")
    number = upload(ada)
    made = later(ada, media_ids=[number])
    refused = ada.ask("POST", "/api/v1/statuses", json={"status": "x", "media_ids": [number]})
    assert refused.status_code == 422 and "scheduled" in refused.json()["error"]
    assert ada.ask("DELETE", f"/api/v1/media/{number}").status_code in (409, 422)
    assert ada.good(ada.ask("DELETE", f"{PATH}/{made['id']}")) == {}
    assert ada.get(PATH) == []
    come(made)
    assert written(ada) == []
    assert ids(ada.says("Now", media_ids=[number])["media_attachments"]) == [number]


def test_pictures_are_kept_meanwhile(town: Town, come: Any) -> None:
    ada = town.person("ada")
    kept, loose = upload(ada), upload(ada)
    made = later(ada, media_ids=[kept])
    with town.db.store.transaction() as tx:
        tx.run(update(media).where(media.c.account_id == ada.number).values(created_at=1))
    posts.clear_media(town.db, posts.Nothing())
    assert ada.ask("GET", f"/api/v1/media/{loose}").status_code == 404
    come(made)
    assert ids(written(ada)[0]["media_attachments"]) == [kept]


def test_what_cannot_be_published_any_more_stays_for_its_author(town: Town, come: Any) -> None:
    ada = town.person("ada")
    parent = ada.says("First")
    made = later(ada, in_reply_to_id=parent["id"])
    ada.ask("DELETE", f"/api/v1/statuses/{parent['id']}")
    come(made)
    assert written(ada) == [] and ids(ada.get(PATH)) == [made["id"]]
    with town.db.store.transaction() as tx:
        found = tx.rows(select(scheduled_statuses.c.problem).where(scheduled_statuses.c.id == int(made["id"])))
        assert [bool(row.problem) for row in found] == [True]
    ada.good(ada.ask("PUT", f"{PATH}/{made['id']}", json={"scheduled_at": ahead(days=1)}))
    ada.good(ada.ask("DELETE", f"{PATH}/{made['id']}"))


def test_the_same_key_schedules_once(town: Town) -> None:
    ada = town.person("ada")
    body = {"status": "Later", "scheduled_at": ahead(days=1)}
    answers = [ada.ask("POST", "/api/v1/statuses", json=body, headers={"idempotency-key": "k"}) for _ in range(2)]
    assert answers[0].json() == answers[1].json() and len(ada.get(PATH)) == 1
    now = ada.ask("POST", "/api/v1/statuses", json={"status": "Now"}, headers={"idempotency-key": "k"})
    assert "Now" in ada.good(now)["content"], "the key of what waits is not that of what is published"


def test_only_25_a_day_are_taken(town: Town) -> None:
    ada = town.person("ada")
    noon = (datetime.now(UTC) + timedelta(days=5)).replace(hour=12)
    for _ in range(25):
        later(ada, scheduled_at=noon.isoformat())
    body = {"status": "x", "scheduled_at": noon.isoformat()}
    refused = ada.ask("POST", "/api/v1/statuses", json=body)
    assert refused.status_code == 422 and "25" in refused.json()["error"]
    other = later(ada, scheduled_at=(noon + timedelta(days=1)).isoformat())
    path = f"{PATH}/{other['id']}"
    assert ada.ask("PUT", path, json={"scheduled_at": noon.isoformat()}).status_code == 422


def test_only_300_wait_at_once(town: Town) -> None:
    ada = town.person("ada")
    made = later(ada)
    with town.db.store.transaction() as tx:
        row = next(iter(tx.rows(select(scheduled_statuses).where(scheduled_statuses.c.id == int(made["id"])))))
        values = dict(row._mapping)
        many = [
            values | {"id": values["id"] + n, "scheduled_at": values["scheduled_at"] + n * 10**8} for n in range(1, 300)
        ]
        tx.run(scheduled_statuses.insert(), many)
    refused = ada.ask("POST", "/api/v1/statuses", json={"status": "x", "scheduled_at": ahead(days=900)})
    assert refused.status_code == 422 and "300" in refused.json()["error"]


def test_pages_lead_through_all(town: Town) -> None:
    ada = town.person("ada")
    expected = ids([later(ada) for _ in range(5)])[::-1]
    assert ids(chained(walk(ada, PATH, limit=2))) == expected


def test_nobody_else_reaches_it(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    path = f"{PATH}/{later(ada)['id']}"
    for method, body in (("GET", None), ("PUT", {"scheduled_at": ahead(days=1)}), ("DELETE", None)):
        assert bo.ask(method, path, json=body).status_code == 404, method
    assert bo.get(PATH) == [] and len(ada.get(PATH)) == 1


def test_it_goes_with_its_account(town: Town) -> None:
    ada = town.person("ada")
    later(ada)

    def leave() -> None:
        with town.db.write(SYSTEM, Ability.ADMINISTRATION) as w:
            people.delete_account(w, ada.number or 0)

    town.db.submit(leave).result()
    town.run_jobs()
    with town.db.read() as r:
        assert r.value(select(func.count()).where(scheduled_statuses.c.account_id == ada.number)) == 0
        assert r.value(select(func.count()).where(statuses.c.author_id == ada.number)) == 0
