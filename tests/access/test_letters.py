"""Letters about sign-in, taken in by a mail server that really listens."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage

import pytest
from sqlalchemy import text as sql

from holdfast import access
from holdfast.access import applications
from holdfast.acting import SYSTEM
from holdfast.errors import Invalid
from holdfast.store import DAY
from holdfast.writes import Ability, Database
from tests.vendors.conftest import MailServer

from .cast import ELSEWHERE, HERE, PASSWORD, acting, an_app, found, member, opens, set_boot, signs_up


class Post:
    """The letters that a mail server took in."""

    def __init__(self, server: MailServer) -> None:
        self._server = server

    def take(self) -> list[EmailMessage]:
        found = self._server.letters
        self._server.raw.clear()
        return found

    def only(self) -> EmailMessage:
        (letter,) = self.take()
        return letter


@pytest.fixture
def post(db: Database) -> Iterator[Post]:
    """A mail server on a free port, set as the server's e-mail vendor."""
    server = MailServer()
    server.start()
    set_boot(db, email=(f"smtp://127.0.0.1:{server.port}?tls=none",))
    yield Post(server)
    server.stop()


def plain(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return body.get_content()


def token_in(letter: EmailMessage) -> str:
    found = re.search(r"\?token=(\S+)", plain(letter))
    assert found is not None
    return found[1]


def test_a_new_member_confirms_the_address_by_the_link_in_the_letter(
    db: Database, post: Post, run_jobs: Callable[[], None]
) -> None:
    opens(db)
    ada = signs_up(db, an_app(db))
    with pytest.raises(access.NotConfirmedYet):
        access.sign_in(db, HERE, "ada", PASSWORD)
    run_jobs()
    letter = post.only()
    assert (letter["to"], letter["subject"]) == ("ada@harbour.example", "Confirm your e-mail address for Holdfast")
    assert "href=" in letter.get_body(("html",)).get_content()  # type: ignore[union-attr]
    token = token_in(letter)
    for _ in range(2):
        assert access.confirm_email(db, HERE, token) == ada
    for forged in ("", "x.y", token[:-1]):
        with pytest.raises(access.TokenVoid):
            access.confirm_email(db, HERE, forged)
    assert access.sign_in(db, HERE, "ada", PASSWORD).account_id == ada


def test_letters_come_in_the_language_of_their_reader(db: Database, post: Post, run_jobs: Callable[[], None]) -> None:
    opens(db)
    app = an_app(db)
    signs_up(db, app, "ada", locale="de-AT")
    signs_up(db, app, "bo", locale="tlh")  # no catalogue: in the server's language
    run_jobs()
    letters = {letter["to"].partition("@")[0]: letter for letter in post.take()}
    assert letters["ada"]["subject"] == "Bestätige deine E-Mail-Adresse für Holdfast"
    assert "Hallo @ada, bitte bestätige" in plain(letters["ada"])
    assert letters["bo"]["subject"] == "Confirm your e-mail address for Holdfast"
    cy = member(db, "cyd")
    access.choose_language(db, cy, "de")
    access.change_email(db, cy, "cyd@lake.example")
    run_jobs()
    subjects = {letter["to"]: letter["subject"] for letter in post.take()}
    assert subjects["cyd@harbour.example"] == "Die Anmeldung bei deinem Konto auf Holdfast wurde geändert"
    assert subjects["cyd@lake.example"].startswith("Bestätige")
    with pytest.raises(Invalid):
        access.choose_language(db, cy, "tlh")
    db.set_settings(SYSTEM, {"default_language": "de"})
    signs_up(db, app, "dee")
    run_jobs()
    assert post.only()["subject"].startswith("Bestätige")


def test_only_the_app_that_signed_somebody_up_asks_for_the_letter_again(
    db: Database, post: Post, run_jobs: Callable[[], None]
) -> None:
    opens(db)
    app, other = an_app(db), an_app(db)
    ada = signs_up(db, app)
    run_jobs()
    first = token_in(post.only())
    with pytest.raises(access.NotTheSigningApp):
        access.resend_confirmation(db, acting(ada, app_id=other.app_id))
    access.resend_confirmation(db, acting(ada, app_id=app.app_id), "ada@lake.example")
    run_jobs()
    letter = post.only()
    assert letter["to"] == "ada@lake.example"
    with pytest.raises(access.TokenVoid):  # sent to the address that was given up
        access.confirm_email(db, HERE, first)
    access.confirm_email(db, HERE, token_in(letter))
    with pytest.raises(access.AlreadyConfirmed):
        access.resend_confirmation(db, acting(ada, app_id=app.app_id))


def test_another_address_counts_once_it_is_confirmed(db: Database, post: Post, run_jobs: Callable[[], None]) -> None:
    ada = member(db, "ada")
    member(db, "bo")
    with pytest.raises(access.AlreadyConfirmed):
        access.resend_confirmation(db, ada)
    access.change_email(db, ada, "ada@lake.example")
    run_jobs()
    letters = {letter["to"]: letter for letter in post.take()}
    assert "another e-mail address" in plain(letters["ada@harbour.example"])
    token = token_in(letters["ada@lake.example"])
    assert (found(db, ada).email, found(db, ada).new_email) == ("ada@harbour.example", "ada@lake.example")
    access.confirm_email(db, HERE, token)
    access.confirm_email(db, HERE, token)
    assert (found(db, ada).email, found(db, ada).new_email) == ("ada@lake.example", None)


def test_a_forgotten_password_is_set_anew_by_letter_and_strangers_learn_nothing(
    db: Database, post: Post, run_jobs: Callable[[], None]
) -> None:
    member(db, "ada")
    for login in ("nobody", "x@y.example", "ada"):
        access.ask_reset(db, HERE, login)
    run_jobs()
    letter = post.only()
    assert letter["to"] == "ada@harbour.example"
    access.reset_password(db, HERE, token_in(letter), "an entirely new one")
    with pytest.raises(access.TokenVoid):
        access.reset_password(db, HERE, token_in(letter), "and yet another one")
    run_jobs()
    assert "the password of your account was changed" in plain(post.only())
    assert access.sign_in(db, HERE, "ada", "an entirely new one")


def test_a_sign_in_from_a_new_place_is_told_and_one_from_a_known_place_is_not(
    db: Database, post: Post, run_jobs: Callable[[], None]
) -> None:
    member(db, "ada")
    access.sign_in(db, HERE, "ada", PASSWORD, user_agent="Firefox")
    access.sign_in(db, HERE, "ada", PASSWORD, user_agent="Firefox")
    run_jobs()
    assert post.take() == []
    access.sign_in(db, ELSEWHERE, "ada", PASSWORD, user_agent="Chrome")
    run_jobs()
    text = plain(post.only())
    assert "198.51.100.9" in text
    assert "Chrome" in text


def test_changes_to_the_second_factor_are_told(db: Database, post: Post, run_jobs: Callable[[], None]) -> None:
    ada = member(db, "ada")
    access.new_recovery_codes(db, ada)
    run_jobs()
    assert "new recovery codes were made" in plain(post.only())


def test_a_new_address_must_be_welcome_too(db: Database) -> None:
    ada = member(db, "ada")
    access.block_email_domain(db, member(db, "mo", role="moderator"), "throwaway.example")
    with pytest.raises(Invalid):
        access.change_email(db, ada, "ada@throwaway.example")
    access.change_email(db, ada, "ada@lake.example")  # no letters can be sent: it counts at once
    assert found(db, ada).email == "ada@lake.example"


def test_who_was_let_in_is_told(db: Database, post: Post, run_jobs: Callable[[], None]) -> None:
    opens(db, "approval")
    ada = signs_up(db, an_app(db), reason="Hello.")
    run_jobs()
    access.confirm_email(db, HERE, token_in(post.only()))
    access.approve(db, SYSTEM, ada)
    run_jobs()
    assert post.only()["subject"] == "Welcome to Holdfast"


def test_a_question_of_the_team_comes_by_letter_with_the_way_to_the_answer(
    db: Database, post: Post, run_jobs: Callable[[], None]
) -> None:
    opens(db, "approval")
    ada = signs_up(db, an_app(db), reason="Hello.")
    run_jobs()
    access.confirm_email(db, HERE, token_in(post.only()))
    mo = member(db, "mo", role="moderator")
    with pytest.raises(access.NotPermitted):
        applications.ask_applicant(db, member(db, "jo"), ada, "Why here?")
    applications.ask_applicant(db, mo, ada, "Why here?")
    run_jobs()
    letter = post.only()
    assert letter["subject"] == "A question about your request to join Holdfast"
    text = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    key = text.partition(applications.PATH)[2].split()[0]
    assert "Why here?" in text and applications.opened(db, key) == ada
    access.approve(db, mo, ada)
    with pytest.raises(access.NotPending):
        applications.answer_question(db, HERE, key, "Too late.")


def test_who_never_confirms_is_forgotten_and_the_name_is_free(
    db: Database, post: Post, run_jobs: Callable[[], None]
) -> None:
    opens(db)
    app = an_app(db)
    ada = signs_up(db, app)
    access.purge(db, access.Nothing())
    assert found(db, ada).needs_confirmation
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.run(sql("UPDATE members SET created_at = :then"), {"then": w.now - 4 * DAY})
    access.purge(db, access.Nothing())
    with pytest.raises(access.MemberNotFound):
        found(db, ada)
    assert signs_up(db, app) != ada
