"""Old posts that delete themselves, with a clock that is moved, on both engines: what goes, what is kept, and when."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast import access, posts
from holdfast.access import modes
from holdfast.acting import SYSTEM, Acting
from holdfast.errors import Invalid
from holdfast.jobs.tables import jobs
from holdfast.posts import StatusDeleted, old_posts
from holdfast.posts.old_posts import Rules
from holdfast.posts.tables import old_post_rules
from holdfast.store import DAY, HOUR, MINUTE, ManualClock
from holdfast.writes import Database, Runner
from tests.conformance.scenario import picture
from tests.mastodon.asking import Api
from tests.posts.builders import count, told

KEEPS = {
    "pinned": "keeps_pinned",
    "bookmarked": "keeps_bookmarked",
    "favourited": "keeps_favourited",
    "poll": "keeps_polls",
    "picture": "keeps_media",
    "direct": "keeps_direct",
}
NOTHING_KEPT = Rules(age_days=7, **dict.fromkeys(KEEPS.values(), False))


def says(who: Any, text: str, **options: Any) -> str:
    """Publish; the id."""
    number: str = who.post("/api/v1/statuses", status=text, **options)["id"]
    return number


def there(who: Any, written: dict[str, str]) -> set[str]:
    """The names of those posts that are there."""
    return {name for name, number in written.items() if who.ask("GET", f"/api/v1/statuses/{number}").status_code == 200}


def begin(db: Database, clock: ManualClock, past: int = 0) -> None:
    """Let time pass, and the look at what is due come."""
    clock.advance(past)
    db.submit(lambda: old_posts.begin_runs(db, posts.Nothing())).result()


def sets(db: Database, who: Any, rules: Rules, *, is_on: bool = True) -> None:
    """Set it as the page does."""
    db.submit(lambda: old_posts.set_rules(db, Acting(account_id=who.number), rules, is_on=is_on)).result()


def would_go(db: Database, who: Any, rules: Rules) -> int:
    """How many posts would go by these rules."""
    with db.read() as r:
        return old_posts.count(r, who.number, rules, db.clock.now())


def test_what_is_old_goes_and_what_is_kept_stays(db: Database, api: Api, clock: ManualClock) -> None:
    ada, bo = api.member("ada"), api.member("bo")
    image = ada.good(ada.ask("POST", "/api/v2/media", files={"file": ("a.png", picture())}))["id"]
    theirs = says(bo, "Not hers")
    written = {
        "plain": says(ada, "Nothing special"),
        "pinned": says(ada, "Look at this"),
        "bookmarked": says(ada, "For later"),
        "favourited": says(ada, "I like what I say"),
        "poll": says(ada, "Winds?", poll={"options": ["fair", "foul"], "expires_in": 600}),
        "picture": says(ada, "Look", media_ids=[image]),
        "direct": says(ada, "@bo psst", visibility="direct"),
        "liked": says(ada, "Liked"),
        "shared": says(ada, "Shared"),
        "boost": ada.post(f"/api/v1/statuses/{theirs}/reblog")["id"],
    }
    for action, name in (("pin", "pinned"), ("bookmark", "bookmarked"), ("favourite", "favourited")):
        ada.post(f"/api/v1/statuses/{written[name]}/{action}")
    bo.post(f"/api/v1/statuses/{written['liked']}/favourite")
    bo.post(f"/api/v1/statuses/{written['shared']}/reblog")
    bo.post(f"/api/v1/statuses/{written['plain']}/bookmark")  # by somebody else: keeps nothing
    clock.advance(8 * DAY)
    written["young"] = says(ada, "Just now")

    assert would_go(db, ada, NOTHING_KEPT) == len(written) - 1
    for keeps in KEEPS.values():
        one = Rules(age_days=7, **dict.fromkeys(KEEPS.values(), False) | {keeps: True})
        assert would_go(db, ada, one) == len(written) - 2, keeps
    assert would_go(db, ada, Rules(age_days=9)) == 0
    everything = Rules(age_days=7, **dict.fromkeys(KEEPS.values(), True), least_favourites=1, least_boosts=1)
    assert would_go(db, ada, everything) == 2
    assert there(ada, written) == set(written)  # so far, it was only counted

    sets(db, ada, everything)
    with db.read() as r:
        rules, first = old_posts.plan_of(r, ada.number or 0)
    assert rules == everything and first is not None and HOUR <= first - clock.now() < DAY
    sets(db, ada, everything)
    with db.read() as r:
        assert old_posts.plan_of(r, ada.number or 0).next_run_at == first  # saving once more does not put it off
    begin(db, clock)
    Runner(db).drain()
    assert there(ada, written) == set(written)
    begin(db, clock, first - clock.now())
    Runner(db).drain()
    assert there(ada, written) == set(written) - {"plain", "boost"}
    assert there(bo, {"theirs": theirs}) == {"theirs"}
    with db.read() as r:
        assert old_posts.plan_of(r, ada.number or 0).next_run_at == first + DAY
    assert ada.get("/api/v1/accounts/verify_credentials")["statuses_count"] == len(written) - 3  # direct: not counted

    sets(db, ada, NOTHING_KEPT)
    begin(db, clock, DAY)
    Runner(db).drain()
    assert there(ada, written) == {"young"}
    sets(db, ada, NOTHING_KEPT, is_on=False)
    begin(db, clock, 9 * DAY)
    Runner(db).drain()
    assert there(ada, written) == {"young"}
    for wrong in ({"age_days": 6}, {"age_days": 731}, {"least_favourites": 0}, {"least_boosts": -1}):
        with pytest.raises(Invalid):
            sets(db, ada, Rules(**wrong))  # type: ignore[arg-type]


def test_a_run_goes_on_where_it_was_and_waits_while_posting_is_off(db: Database, api: Api, clock: ManualClock) -> None:
    ada = api.member("ada")
    clock.advance(30 * DAY)  # the limits of new accounts are behind her
    written = {str(n): says(ada, f"Note {n}") for n in range(45)}
    clock.advance(400 * DAY)
    Runner(db).drain()  # nothing else waits
    sets(db, ada, Rules())
    waiting = jobs.c.kind == old_posts.DELETE_OLD
    modes.switch_off(db, SYSTEM, "posting", reason="We look at something", until=None)
    begin(db, clock, 2 * DAY)
    assert count(db, jobs, waiting) == 0
    modes.switch_on(db, SYSTEM, "posting")
    begin(db, clock)
    begin(db, clock)
    assert count(db, jobs, waiting) == 1

    modes.switch_off(db, SYSTEM, "server", reason="We move", until=None)
    Runner(db).step()
    assert len(there(ada, written)) == 45 and count(db, jobs, waiting) == 1  # put back, for later
    modes.switch_on(db, SYSTEM, "server")
    clock.advance(MINUTE)
    Runner(db).step()
    left = there(ada, written)
    assert left == {str(n) for n in range(20, 45)}  # the oldest first, and the rest waits in the database
    access.suspend(db, SYSTEM, ada.number or 0)
    Runner(db).drain()
    access.unsuspend(db, SYSTEM, ada.number or 0)
    assert there(ada, written) == left
    begin(db, clock, DAY + MINUTE)
    Runner(db).step()
    ada.good(ada.ask("DELETE", f"/api/v1/statuses/{written['40']}"))
    Runner(db).drain()  # another runner than the one that began
    assert there(ada, written) == set()
    deleted = [event.status_id for event in told(db, StatusDeleted)]
    assert sorted(deleted) == sorted(int(number) for number in written.values())
    access.delete_member(db, SYSTEM, ada.number or 0)
    Runner(db).drain()
    assert count(db, old_post_rules) == 0
