"""Timelines over HTTP: who meets what where, and pages to the letter."""

from __future__ import annotations

import zlib

import pytest

from holdfast.store import Window
from holdfast.timelines import Timelines
from tests.mastodon.asking import links
from tests.mastodon.town import Person, Town, chained, ids, walk

HOME = "/api/v1/timelines/home"
PUBLIC = "/api/v1/timelines/public"


def png() -> bytes:
    """A picture of one dot."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    head = (1).to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(4))) + chunk(b"IEND", b"")


def pictured(who: Person, status: str) -> dict:
    upload = who.good(who.ask("POST", "/api/v2/media", files={"file": ("dot.png", png(), "image/png")}))
    return who.says(status, media_ids=[upload["id"]])


@pytest.fixture(scope="module")
def busy(town: Town) -> tuple[Person, list[str]]:
    """A reader whose home timeline holds 105 posts of three authors, and these, newest first."""
    reader, *authors = town.people("reader", "one", "two", "three")
    for author in authors:
        reader.follows(author)
    made = [authors[n % 3].says(f"post {n} #busy{reader.id}")["id"] for n in range(105)]
    return reader, made[::-1]


@pytest.mark.parametrize("name", ["home", "public", "tag"])
def test_all_of_a_hundred_posts_are_met_once_forward_and_back(
    town: Town, busy: tuple[Person, list[str]], name: str
) -> None:
    reader, newest_first = busy
    path = f"/api/v1/timelines/tag/busy{reader.id}" if name == "tag" else f"/api/v1/timelines/{name}"
    for limit in (7, 40):
        pages = walk(reader, path, limit=limit)
        found = ids(chained(pages))
        assert len(set(found)) == len(found)
        assert [number for number in found if number in newest_first] == newest_first
        assert all(len(page) == limit for page in pages[:-1])
        back = walk(reader, path, "prev", min_id="0", limit=limit)
        assert ids(chained(back[::-1])) == found
        assert all(ids(page) == sorted(ids(page), key=int, reverse=True) for page in back)


def test_each_cursor_cuts_where_it_says(town: Town, busy: tuple[Person, list[str]]) -> None:
    reader, newest = busy
    assert reader.home() == newest[:20]
    assert reader.home(limit=500) == newest[:40]
    assert reader.home(limit=0) == newest[:1]
    assert reader.home(max_id=newest[10], limit=5) == newest[11:16]
    assert reader.home(since_id=newest[10], limit=5) == newest[:5]
    assert reader.home(since_id=newest[3]) == newest[:3]
    assert reader.home(min_id=newest[10], limit=5) == newest[5:10]
    assert reader.home(min_id=newest[10], max_id=newest[4], limit=3) == newest[7:10]
    assert reader.home(since_id=newest[10], max_id=newest[4], limit=3) == newest[5:8]
    assert reader.home(since_id=newest[0]) == reader.home(min_id=newest[0]) == []
    assert reader.home(max_id="1") == []
    for wrong in ("x", "-1", "1.5", str(2**64)):
        assert reader.ask("GET", HOME, params={"max_id": wrong}).status_code == 422, wrong


def test_links_are_absolute_begin_with_next_and_keep_the_other_arguments(
    town: Town, busy: tuple[Person, list[str]]
) -> None:
    reader, newest = busy
    answer = reader.ask("GET", PUBLIC, params={"local": "true", "limit": "2", "max_id": newest[0]})
    link = answer.headers["link"]
    assert link.startswith(f'<{town.db.base_url}{PUBLIC}?local=true&limit=2&max_id={newest[2]}>; rel="next", <')
    assert link.endswith(f'?local=true&limit=2&min_id={newest[1]}>; rel="prev"')
    last = reader.ask("GET", HOME, params={"max_id": newest[-2]})
    assert (ids(last.json()), list(links(last))) == ([newest[-1]], ["prev"])
    assert "link" not in reader.ask("GET", HOME, params={"max_id": newest[-1]}).headers


def test_what_has_left_the_ring_is_found_in_the_database(town: Town, busy: tuple[Person, list[str]]) -> None:
    reader, newest = busy
    with town.db.read() as r:
        everything = [int(number) for number in newest]
        for capacity in (1, 16, 90):
            home = Timelines(town.db, capacity).home
            found: list[int] = []
            while page := home.page(r, int(reader.id), Window(found[-1] if found else None, None, None, 20)).ids:
                found += page
            assert found == everything, capacity
            back: list[int] = []
            while page := home.page(r, int(reader.id), Window(None, None, back[0] if back else 0, 20)).ids:
                back = page + back
            assert back == everything, capacity
            since = Window(None, everything[50], None, 40)
            assert home.page(r, int(reader.id), since).ids == everything[:40], capacity


def test_home_has_answers_only_between_people_one_follows(town: Town) -> None:
    me, friend, other, stranger = town.people("me", "friend", "other", "stranger")
    me.follows(friend)
    me.follows(other)
    far, near, mine = stranger.says("far"), other.says("near"), me.says("mine")
    to_far = friend.says("re", in_reply_to_id=far["id"])
    to_near = friend.says("re", in_reply_to_id=near["id"])
    to_me = friend.says("re", in_reply_to_id=mine["id"])
    to_self = friend.says("re", in_reply_to_id=to_far["id"])
    own = me.says("re", in_reply_to_id=far["id"])
    assert me.home() == ids([own, to_self, to_me, to_near, mine, near])
    me.post(f"/api/v1/accounts/{other.id}/unfollow")
    assert me.home() == ids([own, to_self, to_me, mine])


def test_home_has_boosts_once_and_not_of_those_whose_boosts_are_hidden(town: Town) -> None:
    me, one, two, stranger = town.people("me", "one", "two", "stranger")
    me.follows(one)
    me.follows(two, reblogs=False)
    far = stranger.says("far")
    by_two = two.does("reblog", far)
    assert me.home() == []
    by_one = one.does("reblog", far)
    (found,) = me.get(HOME)
    assert (found["id"], found["reblog"]["id"], found["account"]["id"]) == (by_one["id"], far["id"], one.id)
    me.follows(two, reblogs=True)
    assert me.home() == [by_one["id"]], "the same original is met once on a page"
    one.does("unreblog", far)
    assert me.home() == [by_two["id"]]
    me.post(f"/api/v1/accounts/{stranger.id}/mute")
    assert me.home() == []


def test_home_keeps_to_the_languages_that_one_chose(town: Town) -> None:
    me, one = town.people("me", "one")
    me.follows(one, languages=["de"])
    english, german = one.says("hello", language="en"), one.says("hallo", language="de")
    assert me.home() == [german["id"]]
    me.post(f"/api/v1/accounts/{one.id}/follow", languages=["de", "en"])
    assert me.home() == ids([german, english])


def test_home_leaves_out_whom_one_mutes_or_blocks_and_who_blocks(town: Town) -> None:
    me, one = town.people("me", "one")
    me.follows(one)
    made = one.says("x")
    for action in ("mute", "block"):
        me.post(f"/api/v1/accounts/{one.id}/{action}")
        assert me.home() == []
        me.post(f"/api/v1/accounts/{one.id}/un{action}")
        me.follows(one)
        assert me.home() == [made["id"]]
    one.post(f"/api/v1/accounts/{me.id}/block")
    assert me.home() == []


def test_home_has_followed_hashtags_and_private_posts_but_no_strangers_private_ones(town: Town) -> None:
    me, friend, stranger = town.people("me", "friend", "stranger")
    me.follows(friend)
    tag = f"boats{me.id}"
    me.post(f"/api/v1/tags/{tag}/follow")
    public = stranger.says(f"#{tag}")
    stranger.says(f"#{tag}", visibility="private")
    stranger.says(f"#{tag}", visibility="unlisted")
    private, quiet = friend.says("x", visibility="private"), friend.says("x", visibility="unlisted")
    direct = friend.says(f"@{me.name} psst", visibility="direct")
    friend.says("x", visibility="direct")
    found = me.home()
    assert [number for number in found if number != direct["id"]] == ids([quiet, private, public])
    me.post(f"/api/v1/tags/{tag}/unfollow")
    assert public["id"] not in me.home()


def test_home_lets_an_edit_show_and_a_deleted_post_go(town: Town) -> None:
    me, friend = town.people("me", "friend")
    me.follows(friend)
    one, two = friend.says("one"), friend.says("two")
    friend.good(friend.ask("PUT", f"/api/v1/statuses/{one['id']}", json={"status": "changed"}))
    friend.good(friend.ask("DELETE", f"/api/v1/statuses/{two['id']}"))
    (left,) = me.get(HOME)
    assert (left["id"], "changed" in left["content"]) == (one["id"], True)


def test_the_public_timeline_has_public_originals_only(town: Town) -> None:
    me, one = town.people("me", "one")
    public = one.says("x")
    picture = pictured(one, "with a picture")
    hidden = [one.says("x", visibility=v) for v in ("unlisted", "private", "direct")]
    hidden += [one.does("reblog", public), one.says("re", in_reply_to_id=me.says("root")["id"])]
    mine = {one["id"] for one in hidden}
    for who in (town.stranger, me, one):
        found = ids(who.get(PUBLIC))
        assert found[1:3] == ids([picture, public]) and not mine & set(found)
    assert ids(me.get(PUBLIC, local="true"))[1:3] == ids([picture, public])
    assert me.get(PUBLIC, remote="true") == []
    assert me.get(PUBLIC, only_media="true")[0]["id"] == picture["id"]
    assert public["id"] not in ids(me.get(PUBLIC, only_media="true"))
    me.post(f"/api/v1/accounts/{one.id}/mute")
    assert public["id"] not in ids(me.get(PUBLIC))


def test_a_hashtags_timeline_takes_any_all_and_none(town: Town) -> None:
    one = town.person("one")
    a, b, c = (f"{letter}{one.id}" for letter in "abc")
    only_a, a_b, a_c = one.says(f"#{a}"), one.says(f"#{a} #{b}"), pictured(one, f"#{a.upper()} #{c}")
    only_b = one.says(f"#{b}")
    one.says(f"#{a}", visibility="unlisted")
    path = f"/api/v1/timelines/tag/{a}"
    assert ids(town.stranger.get(path)) == ids([a_c, a_b, only_a])
    assert ids(one.get(path, any=[b])) == ids([only_b, a_c, a_b, only_a])
    assert ids(one.get(path, all=[b])) == [a_b["id"]]
    assert ids(one.get(path, none=[b])) == ids([a_c, only_a])
    assert ids(one.get(path, any=[b], none=[c], limit=2)) == ids([only_b, a_b])
    assert ids(one.get(path, only_media="true")) == [a_c["id"]]
    assert (one.get(path, remote="true"), one.get(path, all=["unused"])) == ([], [])
    assert ids(one.get(path, local="true", limit=1)) == [a_c["id"]]
    assert one.get("/api/v1/timelines/tag/neverused") == []


def test_a_profiles_posts_are_filtered_as_asked(town: Town) -> None:
    one, fan, other = town.people("one", "fan", "other")
    fan.follows(one)
    plain = one.says(f"#x{one.id}")
    picture = pictured(one, "x")
    reply = one.says("re", in_reply_to_id=other.says("root")["id"])
    thread = one.says("more", in_reply_to_id=plain["id"])
    boost = one.does("reblog", other.says("y"))
    private = one.says("x", visibility="private")
    one.does("pin", picture)
    path = f"/api/v1/accounts/{one.id}/statuses"
    public = [boost, thread, reply, picture, plain]
    assert ids(town.stranger.get(path)) == ids(public)
    assert ids(fan.get(path)) == ids([private, *public])
    assert ids(town.stranger.get(path, exclude_replies="true")) == ids([boost, thread, picture, plain])
    assert ids(town.stranger.get(path, exclude_reblogs="1")) == ids([thread, reply, picture, plain])
    assert ids(town.stranger.get(path, only_media="true")) == [picture["id"]]
    assert ids(town.stranger.get(path, pinned="true")) == [picture["id"]]
    assert ids(town.stranger.get(path, tagged=f"X{one.id}")) == [plain["id"]]
    assert ids(town.stranger.get(path, pinned="0", exclude_reblogs="false", limit=2)) == ids(public[:2])
    assert [ids(page) for page in walk(town.stranger, path, limit=2)] == [
        ids(public[:2]),
        ids(public[2:4]),
        [plain["id"]],
    ]
    one.post(f"/api/v1/accounts/{other.id}/block")
    assert other.get(path) == []
    assert one.ask("GET", "/api/v1/accounts/1/statuses").status_code == 404


def test_a_muted_thread_stays_on_the_timelines_but_is_marked(town: Town) -> None:
    me, friend = town.people("me", "friend")
    me.follows(friend)
    made = friend.says("x")
    me.does("mute", made)
    (found,) = me.get(HOME)
    assert found["muted"] is True
