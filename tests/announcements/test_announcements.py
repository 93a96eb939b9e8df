"""Announcements from the staff to every member: over the API, as commands, in streams and jobs."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast import announcements
from holdfast.acting import SYSTEM, Acting
from holdfast.announcements import AnnouncementNotFound, Draft, NotAllowed, UnknownEmoji
from holdfast.announcements.commands import _emoji
from holdfast.errors import Invalid
from holdfast.people import AccountDeleted
from holdfast.store import HOUR, SECOND
from tests.databases import ENGINES
from tests.mastodon.town import Town, town_on

PATH = "/api/v1/announcements"


@pytest.fixture(scope="module", params=ENGINES)
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A server on each engine in turn."""
    with town_on(request.param, tmp_path_factory.mktemp("town") / "data", request) as made:
        yield made


def announce(town: Town, text: str = "The harbour is closed", **options: int | bool | None) -> int:
    """Publish an announcement at once; its id."""
    draft = Draft(text=text, **{"publish_at": town.db.clock.now(), **options})  # type: ignore[arg-type]
    return announcements.write(town.db, SYSTEM, draft)


def shown(town: Town, number: int) -> dict[str, object] | None:
    """An announcement as a new member sees it, if they do."""
    found = {one["id"]: one for one in town.person("reader").get(PATH)}
    return found.get(str(number))


def test_members_see_what_is_published_and_not_over(town: Town) -> None:
    now = town.db.clock.now()
    fresh, over = announce(town), announce(town, starts_at=now - 2 * HOUR, ends_at=now - HOUR)
    draft, later = announce(town, publish_at=None), announce(town, publish_at=now + HOUR)
    seen = [one["id"] for one in town.person("ada").get(PATH)]
    assert str(fresh) in seen
    assert not {str(over), str(draft), str(later)} & set(seen)
    assert town.stranger.ask("GET", PATH).status_code == 401


def test_text_is_made_safe_and_what_it_names_is_listed(town: Town) -> None:
    ada = town.person("ada")
    public, private = ada.says("for all"), ada.says("for few", visibility="private")
    number = announce(town, f"<script>x</script> @{ada.name} #Sea {public['url']} {private['url']}")
    found = shown(town, number)
    assert found is not None
    assert "<script>" not in str(found["content"])
    assert found["mentions"] == [
        {"id": ada.id, "username": ada.name, "url": f"{town.db.base_url}/@{ada.name}", "acct": ada.name}
    ]
    assert found["tags"] == [{"name": "sea", "url": f"{town.db.base_url}/tags/sea"}]
    assert [one["id"] for one in found["statuses"]] == [public["id"]]  # type: ignore[union-attr,index,attr-defined]


def test_each_member_puts_aside_and_answers_for_themselves(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    number = announce(town)
    path = f"{PATH}/{number}"
    for _ in range(2):
        ada.good(ada.ask("PUT", f"{path}/reactions/👍"))
        ada.post(f"{path}/dismiss")
    bo.good(bo.ask("PUT", f"{path}/reactions/👍"))
    mine = next(one for one in ada.get(PATH) if one["id"] == str(number))
    others = next(one for one in town.person("cy").get(PATH) if one["id"] == str(number))
    assert mine["read"] and mine["reactions"] == [{"name": "👍", "count": 2, "me": True}]
    assert not others["read"] and others["reactions"] == [{"name": "👍", "count": 2, "me": False}]
    ada.good(ada.ask("DELETE", f"{path}/reactions/👍"))
    ada.good(ada.ask("DELETE", f"{path}/reactions/👍"))
    again = next(one for one in ada.get(PATH) if one["id"] == str(number))
    assert again["reactions"] == [{"name": "👍", "count": 1, "me": False}]


def test_only_emoji_answer_and_only_so_many_different_ones(town: Town) -> None:
    ada = town.person("ada")
    path = f"{PATH}/{announce(town)}/reactions"
    for name in ("a", "thumbsup", "👍👍", "%20", "<b>"):
        assert ada.ask("PUT", f"{path}/{name}").status_code == 422, name
    for emoji in "😀😁😂😃😄😅😆😇":
        ada.good(ada.ask("PUT", f"{path}/{emoji}"))
    refused = ada.ask("PUT", f"{path}/👍")
    assert refused.status_code == 422 and "different" in refused.json()["error"]
    ada.good(ada.ask("PUT", f"{path}/😀"))


@given(st.text(max_size=12))
@settings(max_examples=200, deadline=None)
def test_no_text_breaks_the_question_whether_it_is_an_emoji(text: str) -> None:
    try:
        assert _emoji(text)
    except UnknownEmoji:
        assert text.strip() != "👍"


def test_what_is_not_published_cannot_be_answered_or_put_aside(town: Town) -> None:
    ada = town.person("ada")
    for number in (announce(town, publish_at=None), 1):
        assert ada.ask("POST", f"{PATH}/{number}/dismiss").status_code == 404
        for method in ("PUT", "DELETE"):
            assert ada.ask(method, f"{PATH}/{number}/reactions/👍").status_code == 404


def test_a_draft_for_later_is_published_by_its_job_and_not_when_it_was_taken_back(town: Town) -> None:
    soon = town.db.clock.now() + SECOND
    kept, taken = announce(town, publish_at=soon), announce(town, publish_at=soon)
    announcements.withdraw(town.db, SYSTEM, taken)
    town.run_jobs()
    assert shown(town, kept) is None
    while town.db.clock.now() <= soon:
        time.sleep(0.05)
    town.run_jobs()
    announcements.publish_when_due(town.db, announcements.Publish(taken))
    assert shown(town, kept) is not None
    assert shown(town, taken) is None


def test_an_announcement_is_changed_taken_back_and_deleted(town: Town) -> None:
    now = town.db.clock.now()
    number = announce(town, "first")
    announcements.change(town.db, SYSTEM, number, Draft(text="second", publish_at=now))
    found = shown(town, number)
    assert found is not None and "second" in str(found["content"])
    announcements.withdraw(town.db, SYSTEM, number)
    assert shown(town, number) is None
    announcements.change(town.db, SYSTEM, number, Draft(text="third", publish_at=now))
    assert shown(town, number) is not None
    announcements.remove(town.db, SYSTEM, number)
    with pytest.raises(AnnouncementNotFound):
        announcements.change(town.db, SYSTEM, number, Draft(text="fourth"))


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (Draft(text="  "), "text"),
        (Draft(text="a" * 5_001), "text"),
        (Draft(text="a", starts_at=5 * SECOND, ends_at=SECOND), "ends_at"),
        (Draft(text="a", is_all_day=True), "starts_at"),
    ],
)
def test_a_draft_that_makes_no_sense_is_refused_with_the_field(town: Town, draft: Draft, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        announcements.write(town.db, SYSTEM, draft)
    assert [one.field for one in refused.value.fields] == [field]


def test_members_cannot_write_announcements(town: Town) -> None:
    number = announce(town)
    for acting in (Acting(), town.person("ada").acting):
        with pytest.raises(NotAllowed):
            announcements.write(town.db, acting, Draft(text="buy"))
        with pytest.raises(NotAllowed):
            announcements.remove(town.db, acting, number)


def test_a_deleted_account_takes_its_answers_along(town: Town) -> None:
    ada = town.person("ada")
    number = announce(town)
    ada.good(ada.ask("PUT", f"{PATH}/{number}/reactions/👍"))
    with town.db.read() as r:
        assert announcements.count_of(r, number, "👍") == 1
    announcements.forget_account(town.db, AccountDeleted(account_id=ada.number or 0, dropped_blobs=()))
    with town.db.read() as r:
        assert announcements.count_of(r, number, "👍") == 0
