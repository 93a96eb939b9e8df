"""Words in a case: each audience reads its own, nobody outside reads who of the team wrote; and word to reporters."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import insert

from holdfast import moderation
from holdfast.access.tables import members
from holdfast.acting import SYSTEM
from holdfast.moderation import CannotWrite, IsAboutYou, NoSuchCase, NotForYou, Subject, Verdict
from holdfast.moderation.conversations import MOST_IN_A_ROW
from holdfast.store import MINUTE, ManualClock
from holdfast.writes import Ability, Database
from tests.access.cast import set_boot
from tests.moderation.team import Moderator, moderator
from tests.posts.builders import Member
from tests.vendors.conftest import MailServer


@pytest.fixture
def reported(db: Database, ada: Member, bo: Member) -> int:
    """The case about a post of bo's that ada has reported."""
    post = bo.publishes("Go away")
    ada.does(moderation.report, bo.id, status_ids=[post])
    with db.read() as r:
        return moderation.of_subject(r, Subject.post(post))[0].id


def texts(db: Database, who: Member, case: int) -> list[str]:
    with db.read() as r:
        return [one.text for one in moderation.words_with(r, who.id, case)]


def state(db: Database, who: Member, case: int) -> str:
    with db.read() as r:
        return moderation.one_reported(r, who.id, case).state


def test_each_audience_reads_its_own(
    db: Database, ada: Member, bo: Member, mo: Moderator, vi: Moderator, reported: int
) -> None:
    for audience in moderation.AUDIENCES:
        mo.does(moderation.write_word, reported, audience, f" To the {audience} ")
    assert (texts(db, ada, reported), texts(db, bo, reported)) == (["To the reporter"], ["To the author"])
    bo.does(moderation.reply, reported, "I was angry")
    assert texts(db, ada, reported) == ["To the reporter"]
    with db.read() as r:
        assert [(one.text, case.id) for one, case in moderation.unanswered(r, vi.acting)] == [("I was angry", reported)]
        seen = [one.written_by for one in moderation.words_in(r, vi.acting, reported)]
        known = [one.written_by for one in moderation.words_in(r, mo.acting, reported)]
        told = [one.written_by for one in moderation.words_with(r, bo.id, reported)]
    assert seen == [mo.id, None, None, bo.id]  # a volunteer may not see who wrote to members
    assert (known, told) == ([mo.id, mo.id, mo.id, bo.id], [None, bo.id])
    mo.does(moderation.write_word, reported, "author", "Thank you")
    with db.read() as r:
        assert moderation.unanswered(r, vi.acting) == []


def test_who_may_write_and_what(db: Database, ada: Member, bo: Member, mo: Moderator, reported: int) -> None:
    with pytest.raises(NoSuchCase):
        ada.does(moderation.reply, reported, "Well?")  # the team has not written to her
    with pytest.raises(NoSuchCase), db.read() as r:
        moderation.one_reported(r, mo.id, reported)
    with pytest.raises(NotForYou):
        ada.does(moderation.write_word, reported, "team", "Hello")
    for audience, text in (("team", " "), ("everybody", "Hello"), ("team", "x" * 5_001)):
        with pytest.raises(CannotWrite):
            mo.does(moderation.write_word, reported, audience, text)
    me = moderator(db, "cleo")
    own = me.publishes("Mine")
    ada.does(moderation.report, me.id, status_ids=[own])
    with db.read() as r:
        case = moderation.of_subject(r, Subject.post(own))[0].id
    with pytest.raises(IsAboutYou):
        me.does(moderation.write_word, case, "reporter", "Why?")
    mo.does(moderation.write_word, reported, "author", "Why?")
    for number in range(MOST_IN_A_ROW - 1):
        bo.does(moderation.reply, reported, str(number))
    bo.does(moderation.reply, reported, "The last")
    with pytest.raises(CannotWrite, match="Wait until"):
        bo.does(moderation.reply, reported, "And another")


def test_reporters_learn_what_became_of_it_once_it_is_told(
    db: Database, ada: Member, bo: Member, mo: Moderator, reported: int, clock: ManualClock,
    run_jobs: Callable[[], None],
) -> None:  # fmt: skip
    decision = mo.does(moderation.decide, reported, Verdict(on_subject="hide"))
    assert state(db, ada, reported) == "open"  # it can be taken back unnoticed
    clock.advance(2 * MINUTE)
    run_jobs()
    assert state(db, ada, reported) == "acted"
    with db.read() as r:
        assert moderation.reported_by(r, bo.id) == []
    mo.does(moderation.undo, decision)
    assert state(db, ada, reported) == "open"
    mo.does(moderation.decide, reported, Verdict())
    clock.advance(2 * MINUTE)
    run_jobs()
    assert state(db, ada, reported) == "left"


@pytest.fixture
def mail(db: Database) -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    set_boot(db, email=(f"smtp://127.0.0.1:{server.port}?tls=none",))
    yield server
    server.stop()


def test_letters_name_nobody_and_come_once_for_each_report(
    db: Database, ada: Member, bo: Member, mo: Moderator, mail: MailServer, clock: ManualClock,
    run_jobs: Callable[[], None],
) -> None:  # fmt: skip
    with db.write(SYSTEM, Ability.JOBS) as w:
        row = {"account_id": ada.id, "role": "member", "email": "ada@example.org", "email_confirmed_at": 1}
        w.run(insert(members).values(**row, locale="de", approved_at=1, created_at=1))
    posts = [bo.publishes(f"Go away {number}") for number in range(2)]
    ada.does(moderation.report, bo.id, status_ids=posts)
    with db.read() as r:
        cases = [moderation.of_subject(r, Subject.post(one))[0].id for one in posts]
    mo.does(moderation.write_word, cases[0], "reporter", "A secret question")
    run_jobs()
    (letter,) = mail.letters
    body = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert f"/settings/reports/{cases[0]}" in body and "secret" not in body and mo.name not in body.split("@ada")[-1]
    mail.raw.clear()
    for one in cases:
        mo.does(moderation.decide, one, Verdict(on_subject="hide"))
        clock.advance(2 * MINUTE)
        run_jobs()
        assert len(mail.letters) == (one == cases[1])  # when the last of them is decided
