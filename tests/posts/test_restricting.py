"""Posts that moderators take out of sight: gone from every door, kept as they were, and back exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from holdfast import posts, timelines
from holdfast.errors import Invalid
from holdfast.posts import Nothing, old_posts
from holdfast.posts.tables import statuses
from holdfast.store import DAY
from tests.conformance.scenario import picture
from tests.mastodon.town import Person, Town, ids
from tests.posts.deciding import cookie, decides

SOON = 5.0


@dataclass
class Talk:
    """A post that everybody likes, in all the places where a post can stand."""

    town: Town
    word: str
    ada: Person  # its author
    bo: Person  # follows the author, is mentioned, replies
    post: Any
    paths: dict[str, str]
    pages: dict[str, str]
    file: str

    @property
    def id(self) -> int:
        return int(self.post["id"])

    def shown(self, who: Any) -> set[str]:
        """The places in which somebody's app shows what the post says."""
        return {name for name, path in self.paths.items() if self.word in who.ask("GET", path).text}

    def read(self, headers: dict[str, str] | None = None) -> set[str]:
        """The pages and feeds in which a browser shows it."""
        ask = self.town.stranger.ask
        return {name for name, path in self.pages.items() if self.word in ask("GET", path, headers=headers or {}).text}

    def entity(self, who: Any) -> Any:
        return who.get(f"/api/v1/statuses/{self.id}")


def talk_of(town: Town) -> Talk:
    """Write it, and let others deal with it."""
    ada, bo, cy, di = town.people("ada", "bo", "cy", "di")
    word, tag = f"kelp{ada.name}", f"tag{ada.name}"
    ada.good(ada.ask("PATCH", "/api/v1/accounts/update_credentials", json={"discoverable": True, "indexable": True}))
    for other in (ada, cy, di):
        bo.follows(other)
    one = bo.post("/api/v1/lists", title="Near")["id"]
    bo.post(f"/api/v1/lists/{one}/accounts", account_ids=[ada.id])
    picked = {"file": ("a.png", picture(), "image/png")}
    media = ada.good(ada.ask("POST", "/api/v2/media", files=picked))
    post = ada.says(f"{word} for @{bo.name} #{tag}", media_ids=[media["id"]])
    for fan in (bo, cy, di):
        fan.does("favourite", post)
    boost, quote = cy.does("reblog", post), di.says("Look at that", quoted_status_id=post["id"])
    bo.does("bookmark", post)
    reply = bo.says(f"@{ada.name} indeed", in_reply_to_id=post["id"])
    town.run_jobs()
    timelines.work_out(town.db, Nothing())
    paths = {
        "home": "/api/v1/timelines/home",
        "list": f"/api/v1/timelines/list/{one}",
        "public": "/api/v1/timelines/public",
        "tag": f"/api/v1/timelines/tag/{tag}",
        "profile": f"/api/v1/accounts/{ada.id}/statuses",
        "search": f"/api/v2/search?q={word}&type=statuses",
        "trends": "/api/v1/trends/statuses?limit=40",
        "bookmarks": "/api/v1/bookmarks",
        "favourites": "/api/v1/favourites",
        "notifications": "/api/v1/notifications",
        "grouped": "/api/v2/notifications",
        "status": f"/api/v1/statuses/{post['id']}",
        "history": f"/api/v1/statuses/{post['id']}/history",
        "thread": f"/api/v1/statuses/{reply['id']}/context",
        "boost": f"/api/v1/statuses/{boost['id']}",
        "booster": f"/api/v1/accounts/{cy.id}/statuses",
        "quote": f"/api/v1/statuses/{quote['id']}",
        "oembed": f"/api/oembed?url={town.db.base_url}/@{ada.name}/{post['id']}",
    }
    pages = {
        "page": f"/@{ada.name}/{post['id']}",
        "profile": f"/@{ada.name}",
        "tag": f"/tags/{tag}",
        "public": "/public",
        "front": "/",
        "thread": f"/@{bo.name}/{reply['id']}",
        "quote": f"/@{di.name}/{quote['id']}",
        "booster": f"/@{cy.name}",
        "feed": f"/@{ada.name}/feed.rss",
        "atom": f"/@{ada.name}/feed.atom",
        "tag feed": f"/tags/{tag}/feed.rss",
    }
    return Talk(town, word, ada, bo, post, paths, pages, media["url"].removeprefix(town.db.base_url))


@pytest.mark.parametrize("kind", ["contained", "removed"])
def test_a_restricted_post_is_gone_for_all_but_its_author_and_comes_back_as_it_was(town: Town, kind: str) -> None:
    talk = talk_of(town)
    ada, bo, stranger = talk.ada, talk.bo, town.stranger
    before = {who: (talk.shown(who), talk.entity(who)) for who in (ada, bo, stranger)}
    pages = talk.read()
    assert before[bo][0] == set(talk.paths) and pages == set(talk.pages)
    assert stranger.ask("GET", talk.file).status_code == 200
    unread = bo.get("/api/v1/notifications/unread_count")["count"]

    assert decides(town, posts.restrict, talk.id, kind) is None
    assert talk.shown(bo) == talk.shown(stranger) == talk.read() == talk.read(cookie(town, bo)) == set()
    for who in (bo, stranger):
        answer = who.ask("GET", talk.paths["status"])
        assert answer.status_code == 404 and answer.json() == {"error": "Record not found"}
        assert who.ask("GET", talk.paths["oembed"]).status_code == 404
    page = stranger.ask("GET", talk.pages["page"])
    assert page.status_code == (410 if kind == "removed" else 403)
    assert ("until somebody has checked it" in page.text) == (kind == "contained")
    assert stranger.ask("GET", talk.file).status_code == 404
    assert bo.get("/api/v1/notifications/unread_count")["count"] == unread - 1
    assert bo.get(talk.paths["quote"])["quote"] == {"state": "unauthorized", "quoted_status": None}
    assert "indeed" in stranger.ask("GET", talk.pages["thread"]).text  # replies keep their place
    sees = talk.shown(ada)
    if kind == "removed":
        assert sees == set() and talk.read(cookie(town, ada)) == set()
        assert ada.ask("DELETE", talk.paths["status"]).status_code == 404
        assert ada.ask("PUT", talk.paths["status"], json={"status": "Not so bad"}).status_code == 404
    else:
        assert {"status", "history", "home", "profile", "search", "thread"} <= sees
        assert sees.isdisjoint({"tag", "trends", "oembed"})
        assert talk.post["id"] not in ids(ada.get(talk.paths["public"]))  # where a quote may show it to its author
        own = talk.entity(ada)
        assert own["moderation"] == {"restriction": kind, "label": None, "locked": False}
        assert own["favourites_count"] == 3 and own["media_attachments"][0]["url"] is None
        shown = stranger.ask("GET", talk.pages["page"], headers=cookie(town, ada)).text
        assert talk.word in shown and "Hidden until somebody has checked it." in shown

    decides(town, posts.release, talk.id)
    assert {who: (talk.shown(who), talk.entity(who)) for who in (ada, bo, stranger)} == before
    assert talk.read() == pages and stranger.ask("GET", talk.file).status_code == 200
    assert bo.get("/api/v1/notifications/unread_count")["count"] == unread


def test_one_restriction_gives_way_to_another_and_back(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    number = int(ada.says("Hello")["id"])
    assert decides(town, posts.restrict, number, "contained") is None
    assert decides(town, posts.restrict, number, "contained") == "contained"
    assert decides(town, posts.restrict, number, "removed") == "contained"
    assert ada.ask("GET", f"/api/v1/statuses/{number}").status_code == 404
    decides(town, posts.release, number, "contained")
    assert ada.get(f"/api/v1/statuses/{number}")["moderation"]["restriction"] == "contained"
    assert bo.ask("GET", f"/api/v1/statuses/{number}").status_code == 404
    for _ in range(2):
        decides(town, posts.release, number)
    assert "moderation" not in bo.get(f"/api/v1/statuses/{number}")
    with pytest.raises(Invalid, match="contained, hidden, removed"):
        decides(town, posts.restrict, number, "vanished")
    with pytest.raises(posts.NoSuchStatus):
        decides(town, posts.restrict, 1, "hidden")


def test_a_boost_stands_for_what_it_boosts_and_nobody_learns_of_what_was_not_theirs_to_see(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    post, secret = ada.says("Hello"), ada.says("Among us", visibility="private")
    boost = bo.does("reblog", post)
    decides(town, posts.restrict, int(boost["id"]), "hidden")
    decides(town, posts.restrict, int(secret["id"]), "hidden")
    page, private = (town.stranger.ask("GET", f"/@{ada.name}/{one['id']}") for one in (post, secret))
    assert (page.status_code, private.status_code) == (403, 404)
    assert town.stranger.ask("GET", f"/@{bo.name}/{boost['id']}").status_code == 403


def test_a_removed_post_is_kept_until_it_is_erased(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    parent = bo.says("What do you think?")
    post = ada.says("Something bad", in_reply_to_id=parent["id"])
    number = int(post["id"])
    with pytest.raises(posts.NotRemoved):
        decides(town, posts.erase_removed, number)
    decides(town, posts.restrict, number, "removed")
    with town.db.read() as r:
        assert r.value(select(statuses.c.text).where(statuses.c.id == number)) == "Something bad"
    assert bo.get(f"/api/v1/statuses/{parent['id']}")["replies_count"] == 1
    for _ in range(2):
        decides(town, posts.erase_removed, number)
    decides(town, posts.release, number)
    assert ada.ask("GET", f"/api/v1/statuses/{number}").status_code == 404
    assert bo.get(f"/api/v1/statuses/{parent['id']}")["replies_count"] == 0


def test_a_private_conversation_goes_on_without_a_restricted_message(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    first = ada.says(f"@{bo.name} hello", visibility="direct")
    bad = ada.says(f"@{bo.name} insult", visibility="direct", in_reply_to_id=first["id"])
    alone = ada.says(f"@{bo.name} another insult", visibility="direct")

    def talks(who: Person) -> list[tuple[str, bool]]:
        return [(one["last_status"]["id"], one["unread"]) for one in who.get("/api/v1/conversations")]

    before = talks(ada), talks(bo)
    for status in (bad, alone):
        decides(town, posts.restrict, int(status["id"]), "hidden")
    assert talks(bo) == [(first["id"], True)] and talks(ada) == before[0]
    for status in (alone, bad):
        decides(town, posts.release, int(status["id"]))
    assert (talks(ada), talks(bo)) == before


def next_of(socket: Any, event: str) -> str:
    """What the next event of a kind on a stream carries."""
    while True:
        frame = socket.receive_json(timeout=SOON)
        if frame["event"] == event:
            return str(frame["payload"])


def test_open_streams_are_told_that_a_post_and_its_boosts_are_gone(town: Town) -> None:
    ada, bo, cy, di = town.people("ada", "bo", "cy", "di")
    bo.follows(ada)
    di.follows(cy)
    post = ada.says("Hello")
    boost = cy.does("reblog", post)
    number = post["id"]
    with ada.listens("stream=user") as mine, bo.listens("stream=user") as theirs, di.listens("stream=user") as others:
        decides(town, posts.restrict, int(number), "contained")
        assert (next_of(theirs, "delete"), next_of(others, "delete")) == (number, boost["id"])
        assert '"restriction":"contained"' in next_of(mine, "status.update")
        decides(town, posts.restrict, int(number), "removed")
        assert next_of(mine, "delete") == number


def test_what_is_told_meanwhile_is_told_once_the_post_is_released(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    post = ada.says(f"Hello @{bo.name}")
    decides(town, posts.restrict, int(post["id"]), "contained")
    town.run_jobs()
    assert bo.get("/api/v1/notifications") == []
    decides(town, posts.release, int(post["id"]))
    assert [one["status"]["id"] for one in bo.get("/api/v1/notifications")] == [post["id"]]


def test_old_posts_that_go_by_themselves_wait_until_moderators_are_done_with_them(town: Town) -> None:
    ada = town.person("ada")
    number = int(ada.says("Hello")["id"])

    def go() -> int:
        with town.db.read() as r:
            return old_posts.count(r, ada.number or 0, old_posts.Rules(age_days=7), town.db.clock.now() + 9 * DAY)

    assert go() == 1
    decides(town, posts.restrict, number, "removed")
    assert go() == 0
    decides(town, posts.release, number)
    assert go() == 1
