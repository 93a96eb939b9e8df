"""Quotes over HTTP, on both engines: who may quote, what each viewer sees of it, and how consent is taken back."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from holdfast import people, posts
from holdfast.acting import SYSTEM
from holdfast.posts.tables import scheduled_statuses
from holdfast.store import MINUTE, Read
from holdfast.writes import Ability, Database
from tests.mastodon.asking import Api, Voice
from tests.mastodon.town import Person, Town, chained, ids, walk

PUBLISH = "/api/v1/statuses"


def quote(who: Person, whose: Any, text: str = "Look at this", **options: Any) -> Any:
    """A post that quotes another; the entity."""
    return who.says(text, quoted_status_id=whose["id"], **options)


def refusal(who: Person, whose: Any, **options: Any) -> tuple[int, str]:
    """The code and the words with which quoting is refused."""
    body = {"status": "Look", "quoted_status_id": whose["id"]} | options
    answer = who.ask("POST", PUBLISH, json=body)
    return answer.status_code, answer.json().get("error", "")


def seen(who: Voice, post: Any) -> tuple[str, str | None]:
    """The state in which somebody sees the quote of a post, and the id of what is shown in it."""
    found = who.get(f"{PUBLISH}/{post['id']}")["quote"]
    return found["state"], found["quoted_status"] and found["quoted_status"]["id"]


def approval(who: Voice, post: Any) -> tuple[list[str], str]:
    """Whom a post lets quote it, and whether that is the caller."""
    found = who.get(f"{PUBLISH}/{post['id']}")["quote_approval"]
    assert found["manual"] == []
    return found["automatic"], found["current_user"]


def set_policy(who: Person, post: Any, wanted: str | None) -> Any:
    body = {} if wanted is None else {"quote_approval_policy": wanted}
    return who.ask("PUT", f"{PUBLISH}/{post['id']}/interaction_policy", json=body)


def revoke(who: Person, quoted: Any, quoting: Any) -> Any:
    return who.ask("POST", f"{PUBLISH}/{quoted['id']}/quotes/{quoting['id']}/revoke")


def test_a_quote_shows_the_post_counts_it_and_tells_its_author(town: Town) -> None:
    ada, bo, cy = town.people("ada", "bo", "cy")
    cy.follows(bo)
    post = ada.says("The original")
    made = quote(bo, post)
    assert made["quote"]["state"] == "accepted"
    assert made["quote"]["quoted_status"]["content"] == post["content"]
    assert made["mentions"] == []  # quoting does not mention
    assert made["content"].startswith(f'<p class="quote-inline">RE: <a href="{post["url"]}">')
    assert bo.says(f"{post['url']} says it", quoted_status_id=post["id"])["content"].count("RE:") == 0
    assert bo.get(f"{PUBLISH}/{made['id']}/source")["text"] == "Look at this"
    for who in (ada, bo, cy, town.stranger):
        assert seen(who, made) == ("accepted", post["id"])
        assert who.get(f"{PUBLISH}/{post['id']}")["quotes_count"] == 2
    for _ in range(2):  # from the database, then from memory
        assert [one for one in cy.get("/api/v1/timelines/home") if one["id"] == made["id"]] == [
            cy.get(f"{PUBLISH}/{made['id']}")
        ]
    outer = quote(cy, made)  # one level whole, the next by its id
    inner = outer["quote"]["quoted_status"]["quote"]
    assert inner == {"state": "accepted", "quoted_status_id": post["id"]}
    boost = cy.does("reblog", made)
    assert (boost["quote"], boost["reblog"]["quote"]["quoted_status"]["id"]) == (None, post["id"])
    assert quote(cy, boost)["quote"]["quoted_status"]["id"] == made["id"]
    town.run_jobs()
    told = [one for one in ada.get("/api/v1/notifications") if one["type"] == "quote"]
    assert (told[-1]["status"]["id"], told[-1]["account"]["id"]) == (made["id"], bo.id)
    assert {group["type"] for group in bo.get("/api/v2/notifications")["notification_groups"]} >= {"quote"}


def test_a_quote_with_a_key_is_made_once(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    post = ada.says("Once")
    body, key = {"status": "Twice", "quoted_status_id": post["id"]}, {"idempotency-key": "k"}
    first, second = (bo.good(bo.ask("POST", PUBLISH, json=body, headers=key)) for _ in range(2))
    assert first["id"] == second["id"] and second["quote"]["state"] == "accepted"
    assert ada.get(f"{PUBLISH}/{post['id']}")["quotes_count"] == 1


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("public", {"author": "automatic", "follower": "automatic", "other": "automatic", "blocking": "denied"}),
        ("followers", {"author": "automatic", "follower": "automatic", "other": "denied", "blocking": "denied"}),
        ("nobody", {"author": "automatic", "follower": "denied", "other": "denied", "blocking": "denied"}),
    ],
)
def test_only_those_quote_whom_the_author_lets(town: Town, wanted: str, expected: dict[str, str]) -> None:
    author, follower, other, blocking, blocked = town.people("author", "follower", "other", "blocking", "blocked")
    follower.follows(author)
    blocking.post(f"/api/v1/accounts/{author.id}/block")
    author.post(f"/api/v1/accounts/{blocked.id}/block")
    who = {"author": author, "follower": follower, "other": other, "blocking": blocking}
    later = author.says("Said later")
    set_policy(author, later, wanted)
    for post in (author.says("Said at once", quote_approval_policy=wanted), later):
        for name, one in who.items():
            for _ in range(2):
                assert approval(one, post) == ([] if wanted == "nobody" else [wanted], expected[name]), name
            code, words = refusal(one, post)
            assert (code == 200) is (expected[name] == "automatic"), (name, words)
            if code != 200:
                assert code == 422 and words, name
        assert approval(town.stranger, post)[1] == "denied"
        assert refusal(blocked, post)[0] == 404
    assert refusal(other, {"id": "1"})[0] == 404


def test_what_is_not_for_everybody_is_quoted_by_its_author_alone(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    bo.follows(ada)
    private = ada.says("Friends", visibility="private", quote_approval_policy="public")
    assert approval(ada, private) == ([], "automatic") and approval(bo, private) == ([], "denied")
    assert refusal(bo, private)[0] == 422
    assert quote(ada, private, visibility="public")["visibility"] == "private"
    assert set_policy(ada, private, "public").json()["quote_approval"]["automatic"] == []
    direct = ada.says(f"@{bo.name} psst", visibility="direct")
    for who in (ada, bo):
        assert approval(who, direct) == ([], "denied")
        assert refusal(who, direct)[0] == 422
    post = ada.says("For everybody")
    code, words = refusal(bo, post, visibility="direct")
    assert code == 422 and "mention" in words
    assert quote(bo, post, f"@{ada.name} yours", visibility="direct")["quote"]["state"] == "accepted"
    assert ada.get(f"{PUBLISH}/{post['id']}")["quotes_count"] == 0  # nobody else could count it


def test_a_quote_has_neither_pictures_nor_a_poll(town: Town) -> None:
    ada = town.person("ada")
    post = ada.says("Alone")
    poll = {"options": ["a", "b"], "expires_in": 600}
    assert "neither pictures nor a poll" in refusal(ada, post, poll=poll)[1]
    assert "neither pictures nor a poll" in refusal(ada, post, media_ids=["1"])[1]
    made = quote(ada, post)
    body = {"status": "Now with a poll", "poll": poll}
    assert ada.ask("PUT", f"{PUBLISH}/{made['id']}", json=body).status_code == 422
    assert ada.ask("POST", PUBLISH, json={"status": "x", "quote_approval_policy": "some"}).status_code == 422


def test_the_account_s_setting_counts_where_a_post_says_nothing(town: Town) -> None:
    ada = town.person("ada")
    ada.good(ada.ask("PATCH", "/api/v1/accounts/update_credentials", json={"source": {"quote_policy": "followers"}}))
    post = ada.says("As I like it")
    assert post["quote_approval"]["automatic"] == ["followers"]
    edited = f"{PUBLISH}/{post['id']}"
    changed = ada.good(ada.ask("PUT", edited, json={"status": "As I like it", "quote_approval_policy": "nobody"}))
    assert (changed["quote_approval"]["automatic"], changed["edited_at"]) == ([], None)
    said = ada.good(ada.ask("PUT", edited, json={"status": "Anew"}))
    assert (said["quote_approval"]["automatic"], len(ada.get(f"{edited}/history"))) == ([], 2)
    assert set_policy(ada, post, None).json()["quote_approval"]["automatic"] == ["followers"]
    assert len(ada.get(f"{edited}/history")) == 2
    assert set_policy(ada, ada.does("reblog", ada.says("Me")), "nobody").status_code == 422


def test_each_viewer_sees_the_quote_in_its_own_state(town: Town) -> None:
    ada, bo, cy, di, ed = town.people("ada", "bo", "cy", "di", "ed")
    post = ada.says("Seen by some")
    made = quote(bo, post)
    outer = quote(bo, made)
    for who in (cy, di, ed):
        who.follows(bo)
        assert seen(who, made) == ("accepted", post["id"])
    cy.post(f"/api/v1/accounts/{ada.id}/block")
    di.post(f"/api/v1/accounts/{ada.id}/mute")
    ada.post(f"/api/v1/accounts/{ed.id}/block")
    states = {
        "cy": (cy, "blocked_account"),
        "di": (di, "muted_account"),
        "ed": (ed, "unauthorized"),
        "bo": (bo, "accepted"),
    }
    for who, state in states.values():
        shown = None if state == "unauthorized" else post["id"]
        for _ in range(2):
            assert seen(who, made) == (state, shown)
            at_home = {one["id"]: one for one in who.get("/api/v1/timelines/home")}
            assert at_home[made["id"]]["quote"]["state"] == state
            inner = at_home[outer["id"]]["quote"]["quoted_status"]["quote"]
            assert inner == {"state": state, "quoted_status_id": shown}
        assert ("Seen by some" in json.dumps(who.get(f"{PUBLISH}/{made['id']}"))) is (shown is not None)
    di.post(f"/api/v1/accounts/{ada.id}/unmute")
    assert seen(di, made) == ("accepted", post["id"])

    def suspended(change: Any) -> None:
        def run() -> None:
            with town.db.write(SYSTEM, Ability.MODERATION) as w:
                change(w, int(ada.id))

        town.db.submit(run).result()

    suspended(people.suspend_account)
    assert seen(di, made) == seen(town.stranger, made) == ("unauthorized", None)
    suspended(people.restore_account)
    assert seen(di, made) == ("accepted", post["id"])
    ada.good(ada.ask("DELETE", f"{PUBLISH}/{post['id']}"))
    assert seen(di, made) == seen(town.stranger, made) == ("deleted", None)
    assert seen(ed, made) == ("deleted", None)


def test_a_private_quote_does_not_show_in_public(town: Town) -> None:
    ada, bo, cy = town.people("ada", "bo", "cy")
    bo.follows(ada)
    private = ada.says("Between friends", visibility="private")
    made = quote(ada, private)
    assert seen(bo, made) == ("accepted", private["id"])
    assert cy.ask("GET", f"{PUBLISH}/{made['id']}").status_code == 404
    named = quote(ada, private, f"@{cy.name} come and see")
    for _ in range(2):
        assert seen(cy, named) == ("unauthorized", None)
        assert "Between friends" not in json.dumps(cy.get("/api/v1/notifications"))


def test_filters_look_into_quoted_posts(town: Town) -> None:
    ada, bo, cy = town.people("ada", "bo", "cy")
    cy.follows(bo)
    made = quote(bo, ada.says("About snakes"), "Harmless words")
    words = [{"keyword": "snakes"}]
    cy.post("/api/v2/filters", title="Brr", context=["home"], filter_action="hide", keywords_attributes=words)
    boost = ada.does("reblog", made)
    for one in (cy.get("/api/v1/timelines/home")[0], cy.get(f"{PUBLISH}/{boost['id']}")["reblog"]):
        assert (one["id"], one["filtered"]) == (made["id"], [])
        assert one["quote"]["quoted_status"]["filtered"][0]["filter"]["title"] == "Brr"


def test_an_author_finds_the_quotes_and_takes_consent_back(town: Town) -> None:
    ada, bo, cy, di = town.people("ada", "bo", "cy", "di")
    post = ada.says("Quote me")
    made = [quote(who, post, f"Quote {n}") for n, who in enumerate((bo, cy, bo))]
    hidden = quote(cy, post, "For friends", visibility="private")
    path = f"{PUBLISH}/{post['id']}/quotes"
    assert ids(chained(walk(ada, path, limit=2))) == ids(made)[::-1]
    assert ids(bo.get(path)) == ids(made)[::-1] and ids(cy.get(path)) == ids([*made, hidden])[::-1]
    di.post(f"/api/v1/accounts/{cy.id}/mute")
    ada.post(f"/api/v1/accounts/{cy.id}/mute")
    assert ids(di.get(path)) == [made[2]["id"], made[0]["id"]]
    assert ids(ada.get(path)) == ids(made)[::-1]  # or how could they be revoked?
    assert ada.get(f"{PUBLISH}/{post['id']}")["quotes_count"] == 3
    assert revoke(bo, post, made[1]).status_code == 403
    assert revoke(ada, post, hidden).status_code == revoke(ada, post, post).status_code == 404
    for _ in range(2):
        answer = revoke(ada, post, made[0])
        assert answer.status_code == 200
        assert (answer.json()["id"], answer.json()["quote"]) == (
            made[0]["id"],
            {"state": "revoked", "quoted_status": None},
        )
    for who in (ada, bo, cy, town.stranger):
        assert seen(who, made[0]) == ("revoked", None)
        assert "quote-inline" not in who.get(f"{PUBLISH}/{made[0]['id']}")["content"]
    assert ada.get(f"{PUBLISH}/{post['id']}")["quotes_count"] == 2
    assert ids(bo.get(path)) == [made[2]["id"], made[1]["id"]]
    gone = bo.good(bo.ask("DELETE", f"{PUBLISH}/{made[0]['id']}"))  # revoked: counted no longer already
    assert (gone["quote"]["state"], gone["quote"]["quoted_status"]["id"]) == ("revoked", post["id"])
    bo.good(bo.ask("DELETE", f"{PUBLISH}/{made[2]['id']}"))
    assert ada.get(f"{PUBLISH}/{post['id']}")["quotes_count"] == 1


def test_a_block_takes_the_consent_of_both_sides_back(town: Town) -> None:
    ada, bo, cy = town.people("ada", "bo", "cy")
    post, other = ada.says("Ada's"), bo.says("Bo's")
    made, back, third = quote(bo, post), quote(ada, other), quote(cy, post)
    bo.post(f"/api/v1/accounts/{ada.id}/block")  # who blocks the author could otherwise quote on, out of her sight
    town.run_jobs()
    assert seen(cy, made) == seen(cy, back) == ("revoked", None)
    assert seen(cy, third) == ("accepted", post["id"])
    assert cy.get(f"{PUBLISH}/{post['id']}")["quotes_count"] == 1


def test_who_quoted_a_post_is_told_of_its_edit(town: Town) -> None:
    ada, bo, cy = town.people("ada", "bo", "cy")
    post = ada.says("Before")
    made, revoked = quote(bo, post), quote(cy, post)
    revoke(ada, post, revoked)
    own = quote(ada, post)
    ada.good(ada.ask("PUT", f"{PUBLISH}/{post['id']}", json={"status": "After"}))
    town.run_jobs()
    told = [one for one in bo.get("/api/v1/notifications") if one["type"] == "quoted_update"]
    assert [(one["status"]["id"], one["account"]["id"]) for one in told] == [(made["id"], ada.id)]
    assert "After" in told[0]["status"]["quote"]["quoted_status"]["content"]
    for who in (ada, cy):
        assert [one for one in who.get("/api/v1/notifications") if one["type"] == "quoted_update"] == []
    bo.good(bo.ask("PUT", f"{PUBLISH}/{made['id']}", json={"status": "I see"}))
    versions = bo.get(f"{PUBLISH}/{made['id']}/history")
    assert [one["quote"]["quoted_status"]["id"] for one in versions] == [post["id"]] * 2
    assert own["quote"]["state"] == "accepted"


def test_a_scheduled_quote_is_checked_now_and_when_its_time_comes(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    post = ada.says("For tomorrow")
    waiting = [quote(bo, post, scheduled_at=tomorrow, quote_approval_policy="nobody") for _ in range(2)]
    params = waiting[0]["params"]
    assert (params["quoted_status_id"], params["quote_approval_policy"]) == (post["id"], "nobody")

    def come(which: Any) -> None:
        with town.db.store.transaction() as tx:
            row = update(scheduled_statuses).where(scheduled_statuses.c.id == int(which["id"]))
            tx.run(row.values(scheduled_at=town.db.clock.now() - 2 * MINUTE))
        posts.publish_overdue(town.db, posts.Nothing())

    come(waiting[0])
    made = bo.get(f"/api/v1/accounts/{bo.id}/statuses")[0]
    assert seen(bo, made) == ("accepted", post["id"]) and approval(bo, made)[0] == []
    set_policy(ada, post, "nobody")
    come(waiting[1])
    assert len(bo.get(f"/api/v1/accounts/{bo.id}/statuses")) == 1
    assert ids(bo.get("/api/v1/scheduled_statuses")) == [waiting[1]["id"]]
    assert refusal(bo, post, scheduled_at=tomorrow)[0] == 422


def test_a_page_of_quotes_costs_as_many_queries_for_many_as_for_few(db: Database, api: Api, monkeypatch: Any) -> None:
    ada, bo = api.member("ada"), api.member("bo")
    bo.post(f"/api/v1/accounts/{ada.id}/follow")
    asked: list[int] = []
    fast = Read.fast
    monkeypatch.setattr(Read, "fast", lambda self, *a, **k: (asked.append(1), fast(self, *a, **k))[1])

    def cost() -> int:
        costs = []
        for _ in range(20):  # on PostgreSQL the sealer may be at work just now, and a look then asks more
            asked.clear()
            bo.get("/api/v1/timelines/home")
            costs.append(len(asked))
        return min(costs)

    post = ada.post(PUBLISH, status="Plain")
    without = cost()
    for n in range(20):
        ada.post(PUBLISH, status=f"Quote {n}", quoted_status_id=post["id"])
        if n == 0:
            assert cost() == without  # all of it from memory
    assert cost() == without
