"""Search of posts over HTTP: words in every script, operators, and who finds what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conformance.scenario import picture
from tests.mastodon.town import Person, Town, ids, walk

SEARCH = "/api/v2/search"


def finds(who: Person, q: str, **params: Any) -> list[str]:
    """The ids of the posts that somebody finds."""
    return ids(who.get(SEARCH, q=q, type="statuses", **params)["statuses"])


def open_person(town: Town, name: str, *, indexable: bool = True) -> Person:
    """A new member who lets others find what she writes."""
    person = town.person(name)
    person.good(person.ask("PATCH", "/api/v1/accounts/update_credentials", json={"indexable": indexable}))
    return person


@pytest.mark.parametrize(
    ("text", "found", "missed"),
    [
        ("The café's Größe: ÅNGSTRÖM", ["cafe", "CAFÉ", "grosse", "größe angstrom", "café's", "ångstr"], ["caf", "af"]),
        ("Two boats went by", ["boat", '"boats went"', "by two", "by boat"], ['"boat went"', '"by two"', "oats"]),
        ("今日は東京都で雨が降った", ["東京", "京都", "雨が降", "東京 雨", '"今日は東京都"'], ["大阪", "京東", "都東"]),
        ("สวัสดีชาวโลก", ["สวัสดี", "ชาวโลก", "โลก"], ["ลกโ"]),
        ("हिन्दी में लिखा", ["हिन्दी", "लिखा"], ["हन"]),
        ("Привет, ёлка и ЁЖИК", ["ежик", "привет", "елка"], ["еж "]),
        ("مُحَمَّد كتب", ["محمد", "كتب"], ["احمد"]),
        ("서울에서 만나요", ["서울에서", "만나요"], ["울에"]),
        ("on https://gull.example/path?a=1", ["gull.example", "https://gull.example/path"], ["gu"]),
    ],
)  # fmt: skip
def test_words_are_found_in_every_script(town: Town, text: str, found: list[str], missed: list[str]) -> None:
    ada = town.person("ada")
    status = ada.says(text)
    for q in found:
        assert status["id"] in finds(ada, q), q
    for q in missed:
        assert status["id"] not in finds(ada, q), q


def test_what_is_found_is_ones_own_or_dealt_with_or_public_and_open_to_search(town: Town) -> None:
    shy, bold = open_person(town, "shy", indexable=False), open_person(town, "bold")
    me, other = town.people("me", "other")
    word = f"walrus{me.id}"
    closed, opened = shy.says(f"{word} closed"), bold.says(f"{word} opened")
    quiet = bold.says(f"{word} quiet", visibility="unlisted")
    secret = bold.says(f"{word} secret", visibility="private")
    told = shy.says(f"@{me.name} {word}", visibility="direct")
    mine = me.says(f"{word} mine", visibility="private")
    assert finds(me, word) == [mine["id"], told["id"], opened["id"]]
    assert finds(other, word) == [opened["id"]]
    assert finds(me, f"{word} in:library") == [mine["id"], told["id"]]
    assert finds(me, f"{word} in:public") == [opened["id"]]
    me.does("bookmark", closed)
    other.does("favourite", closed)
    other.does("reblog", quiet)
    assert finds(me, f"{word} in:library") == [mine["id"], told["id"], closed["id"]]
    assert finds(other, f"{word} in:all") == [quiet["id"], opened["id"], closed["id"]]
    me.follows(bold)
    assert secret["id"] not in finds(me, word)
    me.does("favourite", secret)
    assert secret["id"] in finds(me, word)
    me.post(f"/api/v1/accounts/{bold.id}/unfollow")
    assert secret["id"] not in finds(me, word)
    assert town.stranger.get(SEARCH, q=word)["statuses"] == []


def test_an_opt_out_counts_at_once_for_what_was_written_before(town: Town) -> None:
    bold, me = open_person(town, "bold"), town.person("me")
    status = bold.says(f"narwhal{me.id}")
    assert finds(me, f"narwhal{me.id}") == [status["id"]]
    bold.good(bold.ask("PATCH", "/api/v1/accounts/update_credentials", json={"indexable": False}))
    assert finds(me, f"narwhal{me.id}") == []


@pytest.mark.parametrize("act", ["block", "mute"])
def test_blocks_and_mutes_hide_from_search(town: Town, act: str) -> None:
    bold, me = open_person(town, "bold"), town.person("me")
    bold.says(f"otter{me.id}")
    me.post(f"/api/v1/accounts/{bold.id}/{act}")
    assert finds(me, f"otter{me.id}") == []
    me.post(f"/api/v1/accounts/{bold.id}/un{act}")
    bold.post(f"/api/v1/accounts/{me.id}/block")
    assert finds(me, f"otter{me.id}") == []


def test_operators_narrow_a_search(town: Town) -> None:
    ada, bo = open_person(town, "ada"), open_person(town, "bo")
    word = f"heron{ada.id}"
    upload = ada.ask("POST", "/api/v2/media", files={"file": ("x.png", picture(), "image/png")},
                     data={"description": "a bridge at dusk"}).json()  # fmt: skip
    plain = ada.says(f"{word} plain #Harbour", language="de")
    pictured = ada.says(f"{word} pictured", media_ids=[upload["id"]], language="pt-BR")
    asked = bo.says(f"{word}", poll={"options": ["mate", "coffee"], "expires_in": 600}, language="en")
    linked = bo.says(f"{word} https://example.org", spoiler_text="careful now", language="en")
    reply = bo.says(f"{word} reply", in_reply_to_id=plain["id"], language="en")
    every = [reply, linked, asked, pictured, plain]

    def told(q: str) -> list[dict[str, Any]]:
        found = finds(ada, f"{word} {q}")
        return [one for one in every if one["id"] in found]

    assert told("") == every
    for q, wanted in {
        "from:me": [pictured, plain], f"from:@{bo.name}": [reply, linked, asked], "-from:me": [reply, linked, asked],
        f"from:{bo.name}@{town.db.local_domain}": [reply, linked, asked], "from:nobody": [],
        "has:media": [pictured], "has:image": [pictured], "has:video": [], "has:poll": [asked], "has:link": [linked],
        "-has:media": [reply, linked, asked, plain], "is:reply": [reply], "is:sensitive": [linked],
        "language:de": [plain], "language:pt": [pictured], "language:pt-br": [pictured],
        "-language:en": [pictured, plain],
        "#harbour": [plain], "-#harbour": [reply, linked, asked, pictured], "bridge": [pictured], "coffee": [asked],
        "-plain -reply": [linked, asked, pictured], "“careful now”": [linked],
        '-"careful now" from:me': [pictured, plain],
    }.items():  # fmt: skip
        assert told(q) == wanted, q


def test_dates_narrow_a_search_by_whole_days(town: Town) -> None:
    ada = town.person("ada")
    status = ada.says("tern")["id"]
    today = datetime.now(UTC).date()
    before, after = today - timedelta(days=1), today + timedelta(days=1)
    for q in (f"during:{today}", f"after:{before}", f"before:{after}", f"during:{today:%Y-%m}", f"during:{today.year}",
              f"-before:{today}", f"-after:{today}", f"after:{before} before:{after}"):  # fmt: skip
        assert finds(ada, f"tern {q}") == [status], q
        assert finds(ada, f"from:me {q}") == [status], q
    for q in (f"during:{before}", f"after:{today}", f"before:{today}", f"-after:{before}"):
        assert finds(ada, f"tern {q}") == [], q


def test_what_is_not_understood_is_refused_with_what_to_write_instead(town: Town) -> None:
    ada = town.person("ada")
    for q, word in (("has:legs", "image"), ("in:garden", "library"), ("before:yesterday", "2026-11-26"),
                    ("is:odd", "reply"), ("during:2026-13", "date"), ("-in:public", "library"), ("x " * 300, "500"),
                    ("a " * 40, "32")):  # fmt: skip
        answer = ada.ask("GET", SEARCH, params={"q": q, "type": "statuses"})
        assert answer.status_code == 422 and word in answer.json()["error"], q
        assert ada.get(SEARCH, q=q)["statuses"] == []  # people and hashtags are looked for all the same
    for q in ("", "  ", "-", '""', "!!", "from:nobody", "#"):
        assert finds(ada, q) == [], q


def test_edits_and_deletions_are_found_as_they_are_now(town: Town) -> None:
    ada = town.person("ada")
    upload = ada.ask("POST", "/api/v2/media", files={"file": ("x.png", picture(), "image/png")}).json()["id"]
    status = ada.says("pelican", media_ids=[upload])
    path = f"/api/v1/statuses/{status['id']}"
    ada.good(ada.ask("PUT", path, json={"status": "cormorant", "media_ids": [upload]}))
    assert (finds(ada, "pelican"), finds(ada, "cormorant")) == ([], [status["id"]])
    change = {"media_attributes": [{"id": upload, "description": "a lighthouse"}]}
    ada.good(ada.ask("PUT", path, json={"status": "cormorant", "media_ids": [upload]} | change))
    assert finds(ada, "lighthouse") == [status["id"]]
    ada.good(ada.ask("DELETE", path))
    assert finds(ada, "cormorant") == []


def test_pages_go_on_where_the_last_one_ended(town: Town) -> None:
    ada, bo = open_person(town, "ada"), town.person("bo")
    word = f"stork{ada.id}"
    told = [ada.says(f"{word} {number}")["id"] for number in range(9)][::-1]
    assert finds(bo, word, limit=4) == told[:4]
    assert finds(bo, word, limit=4, max_id=told[3]) == told[4:8]
    assert finds(bo, word, limit=4, min_id=told[8]) == told[4:8]
    assert finds(bo, word, limit=4, offset=6) == told[6:]
    assert finds(bo, word, account_id=ada.id) == told
    assert finds(bo, word, account_id=bo.id) == []
    old = bo.get("/api/v1/search", q=word)
    assert ids(old["statuses"]) == told and old["hashtags"] == []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    q=st.text(
        alphabet=st.one_of(st.sampled_from("\"'()*:^+-~{}&|!<>\\_#@ NOTANDRab東ø\u0301"), st.characters(codec="utf-8")),
        max_size=60,
    )
)
def test_nothing_that_is_typed_breaks_out_of_the_question(town: Town, q: str) -> None:
    (keeper, seeker) = _pair(town)
    answer = seeker.ask("GET", SEARCH, params={"q": q, "type": "statuses"})
    assert answer.status_code in (200, 422), q
    if answer.status_code == 200:
        assert keeper not in ids(answer.json()["statuses"]), q


_kept: dict[int, tuple[str, Person]] = {}


def _pair(town: Town) -> tuple[str, Person]:
    """The id of a post that nobody else may find, and somebody else."""
    if id(town) not in _kept:
        keeper, seeker = town.people("keeper", "seeker")
        _kept[id(town)] = keeper.says("a b NOT AND 東 private", visibility="private")["id"], seeker
    return _kept[id(town)]


def test_walking_the_pages_of_hashtags_still_works(town: Town) -> None:
    ada = town.person("ada")
    ada.says(f"#loon{ada.id}")
    assert [tag["name"] for tag in walk(ada, SEARCH, q=f"loon{ada.id}", type="hashtags")[0]["hashtags"]] == [
        f"loon{ada.id}"
    ]
