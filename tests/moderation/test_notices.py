"""Letters of hosts and authorities: whatever they name is found once, gets a case in time, and is answered for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast import moderation, posts
from holdfast.acting import SYSTEM
from holdfast.moderation import Answer, CannotTakeNotice, Letter, NotForYou, Verdict
from holdfast.moderation.pointing import mentions
from holdfast.store import HOUR, MINUTE, ManualClock
from holdfast.writes import Database
from tests.moderation.team import Moderator, case_of
from tests.posts.builders import Member

HOSTS = frozenset({"social.example"})


def found(text: str) -> list[tuple[str, str]]:
    return [(one.kind, one.key) for one in mentions(text, HOSTS)]


@pytest.mark.parametrize(
    ("written", "kind", "key"),
    [
        ("See https://social.example/@ada/112233.", "post", "112233"),
        ("[the post](https://social.example/@ada/112233)", "post", "112233"),
        ("<http://SOCIAL.example/@ada/112233?utm_source=mail&x=1#top>", "post", "112233"),
        ("hxxps://social[.]example/users/ada/statuses/112233", "post", "112233"),
        ("social.example/@ada/112233/history, urgently", "post", "112233"),
        ("https://www.social.example:443//@ada@far.example/112233", "post", "112233"),
        ("https://social.example/api/v1/statuses/112233", "post", "112233"),
        ("https://social.example/api/v1/accounts/42", "account_id", "42"),
        ("https://social.example/@ada/with_replies", "account", "ada"),
        ("https://social.example/@12345", "account", "12345"),
        ("  - @ada@social.example", "account", "ada@social.example"),
        ("https://social.example/media/small/a1B2.webp?m=3", "media", "a1B2.webp"),
        ("https://social.example/media/profile/ff00.webp", "picture", "ff00.webp"),
        ("https://social.example/tags/%C3%84pfel", "hashtag", "Äpfel"),
        ("https://social.example/@ada/11223O", "other", ""),
        ("https://social.example.evil.example/@ada/112233", "foreign", ""),
        ("https://evil.example/social.example/@ada/112233", "foreign", ""),
    ],
)
def test_an_address_is_found_however_it_is_written(written: str, kind: str, key: str) -> None:
    assert found(written) == [(kind, key)]


def test_lines_of_a_list_are_never_dropped_in_silence_and_prose_is_no_list() -> None:
    letter = (
        "Dear team,\nplease remove these within a day.\n\n"
        "url;reason\nhttps://social.example/@ada/1;threat\nhttp:/social.example/@ada/2;threat\n"
        "https://social.example/@ada/3;threat\n\nKind regards\nThe desk"
    )
    assert [kind for kind, _ in found(letter)] == ["post", "unread", "post"]


@given(st.text() | st.text(alphabet="htps:/social.example@ada[](){}<>.,;*%0123456789\n #?"))
def test_no_letter_whatever_is_too_strange(text: str) -> None:
    for one in mentions(text, HOSTS):
        assert one.written


_AROUND = st.text(alphabet=" \n\t()<>\"'*,;|", max_size=5).map(lambda text: f" {text}")


@given(st.lists(st.tuples(_AROUND, st.integers(1, 2**62), _AROUND), max_size=20))
def test_every_address_is_found_whatever_stands_around_it(parts: list[tuple[str, int, str]]) -> None:
    letter = "".join(f"{left}https://social.example/@ada/{number}{right}" for left, number, right in parts)
    assert [key for kind, key in found(letter) if kind == "post"] == [str(number) for _, number, _ in parts]


def take(db: Database, body: str, hours: int = 24, **more: str) -> int:
    letter = Letter(sender="A host", body=body, deadline=db.clock.now() + hours * HOUR, **more)
    return int(db.submit(lambda: moderation.add_notice(db, SYSTEM, letter)).result())


def answer(db: Database, number: int) -> Answer:
    with db.read() as r:
        return moderation.answer_to(r, SYSTEM, number, db.clock.now())


def test_a_letter_of_98_links_becomes_98_cases_and_an_answer(
    db: Database, ada: Member, mo: Moderator, clock: ManualClock
) -> None:
    ids = [ada.publishes(f"Post {number}") for number in range(98)]
    links = [f"{place}. [post]({db.base_url}/@ada/{number}?utm_source=x)." for place, number in enumerate(ids, 1)]
    gone = ada.publishes("Too late")
    ada.does(posts.delete, gone)
    more = [
        links[0],
        f"{db.base_url}/users/ada/statuses/{ids[0]}",
        f"{db.base_url}/@ada/{gone}",
        f"{db.base_url}/@ada/4711",
        "https://far.example/@x/1",
        "@ada",
    ]
    number = take(db, "\n".join(["Links:", *links, *more]))
    first = answer(db, number)
    assert [item.state for item in first.items[:98]] == ["open"] * 98
    assert [item.problem for item in first.items[98:]] == ["deleted", "no_post", "foreign", ""]
    assert first.items[98].gone_at is not None and first.items[101].subject_kind == "account"
    assert (first.found, first.not_found, first.is_deadline_met) == (99, 3, None)
    assert case_of(db, first.items[0].case_id or 0).deadline == clock.now() + 24 * HOUR

    clock.advance(10 * MINUTE)
    verdict = Verdict(on_subject="hide", facts="It threatens people.", law="Section 1")
    mo.does(moderation.decide, first.items[0].case_id, verdict)
    then = answer(db, number)
    one = then.items[0]
    assert (one.state, one.on_subject, one.decided_by, one.law) == ("decided", "hide", "person", "Section 1")
    assert (one.after, one.is_in_time, then.until_decided.most) == (10 * MINUTE, True, 10 * MINUTE)
    assert (then.decided, then.open) == (1, 98)
    clock.advance(24 * HOUR)
    assert answer(db, number).is_deadline_met is False
    written = moderation.answer_as_markdown(then, db.local_domain)
    assert "It had been deleted already" in written and "10 min" in written and "Section 1" in written


def test_an_order_waits_for_an_hour_at_most_and_a_letter_is_checked(db: Database, ada: Member, mo: Moderator) -> None:
    link = f"{db.base_url}/@ada/{ada.publishes()}"
    number = take(db, link, kind="order", category="terrorism")
    assert case_of(db, answer(db, number).items[0].case_id or 0).deadline <= db.clock.now() + HOUR
    for wrong in ({"body": "Nothing in it"}, {"body": link, "kind": "aunt"}, {"body": link, "category": "noise"}):
        with pytest.raises(CannotTakeNotice):
            take(db, **wrong)
    with pytest.raises(CannotTakeNotice, match="a year"):
        take(db, link, hours=24 * 400)


def test_only_the_team_takes_letters_and_reads_them(db: Database, ada: Member, mo: Moderator, vi: Moderator) -> None:
    letter = Letter(sender="A host", body="@ada", deadline=db.clock.now() + HOUR)
    for who in (ada, vi):
        with pytest.raises(NotForYou):
            who.does(moderation.add_notice, letter)
    number = mo.does(moderation.add_notice, letter)
    with db.read() as r, pytest.raises(NotForYou):
        moderation.notice(r, vi.acting, number)
    mo.does(moderation.mark_answered, number)
    with db.read() as r:
        assert moderation.notice(r, mo.acting, number).answered_at is not None
