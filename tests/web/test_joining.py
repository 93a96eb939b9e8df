"""Joining through the form, in the server's four modes; with and without JavaScript."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import altcha
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

from holdfast import keys
from holdfast.access import challenge
from holdfast.access.tokens import Signer
from tests.servers import PASSWORD, RunningServer, free_port
from tests.web.browser import Browser, Page

Browsers = Callable[..., Browser]


@pytest.fixture(scope="module")
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server whose mode the tests of this module set as they need it."""
    folder = tmp_path_factory.mktemp("joining") / "data"
    running = RunningServer("sqlite", folder, {}).start().set_up()
    yield running
    running.stop()


def mode(server: RunningServer, name: str, **more: Any) -> None:
    """Change the server's sign-up mode."""
    server.call("settings.set", values={"registration": name, "minimum_age_years": 0} | more)


def worked(page: Page) -> str:
    """What a browser with JavaScript puts into the form: the challenge solved."""
    question = json.loads(page.form("/auth/sign_up").attributes["data-challenge"])
    asked = altcha.Challenge.from_dict(question)
    solution = altcha.solve_challenge(asked)
    assert solution is not None
    return base64.b64encode(json.dumps(altcha.Payload(asked, solution).to_dict()).encode()).decode()


def waited(server: RunningServer) -> str:
    """The token of a form that has been open for a while."""
    signer = Signer(keys.load(server.data_dir / "secrets").derive("access.tokens"))
    return challenge.waiting_token(signer, time.time() - 60)


def fill(browser: Browser, name: str, path: str = "/auth/sign_up", **more: Any) -> Page:
    """Open the form and send it with a solved challenge."""
    page = browser.open(path)
    values = {"username": name, "password": PASSWORD, "agreement": "yes", "challenge": worked(page)} | more
    return browser.send("/auth/sign_up", **values)


def test_where_sign_up_is_open_one_is_in_at_once(place: RunningServer, browsers: Browsers) -> None:
    mode(place, "open")
    browser = browsers(place)
    page = fill(browser, "anna")
    assert page.path == "/welcome"
    assert "@anna" in page.words
    used_again = browsers(place)
    used_again.open("/auth/sign_in")
    used_again.sign_in("anna", PASSWORD)


def test_what_was_written_is_kept_but_never_a_password(place: RunningServer, browsers: Browsers) -> None:
    mode(place, "open")
    browser = browsers(place)
    page = fill(browser, "owner", email="not an address", password="short", agreement=None)
    assert page.status == 422
    form = page.form("/auth/sign_up")
    assert form.values["email"] == "not an address"
    assert form.values["username"] == "owner"
    assert "password" in form.names and not form.values["password"]
    wrong = {found["id"] for tag, found in page.tags if found.get("class") == "wrong" and "id" in found}
    assert {"wrong-email", "wrong-password", "wrong-agreement"} <= wrong
    assert PASSWORD not in page.html


def test_without_javascript_the_form_waits(place: RunningServer, browsers: Browsers) -> None:
    mode(place, "open")
    browser = browsers(place)
    page = browser.open("/auth/sign_up")
    assert "20 seconds" in page.words
    page = browser.send("/auth/sign_up", username="berta", password=PASSWORD, agreement="yes")
    assert page.status == 429
    assert "wait" in page.words
    page = browser.send("/auth/sign_up", username="berta", password=PASSWORD, agreement="yes", waiting=waited(place))
    assert page.path == "/welcome"


def test_a_form_without_any_work_is_refused(place: RunningServer, browsers: Browsers) -> None:
    mode(place, "open")
    browser = browsers(place)
    browser.open("/auth/sign_up")
    page = browser.send("/auth/sign_up", username="cora", password=PASSWORD, agreement="yes", waiting="")
    assert page.status == 422
    assert "robots" in page.words


def test_where_requests_are_looked_at_one_waits_until_a_moderator_lets_one_in(
    place: RunningServer, browsers: Browsers
) -> None:
    mode(place, "approval")
    browser, owner = browsers(place), browsers(place)
    assert fill(browser, "dora").status == 422  # no reason given
    page = fill(browser, "dora", reason="I sail <b>here</b> often.")
    assert page.status == 200 and "looks at it" in page.words
    browser.open("/auth/sign_in")
    page = browser.send("/auth/sign_in", login="dora", password=PASSWORD)
    assert page.path.startswith("/application/") and "being looked at" in page.words
    assert "I sail <b>here</b> often." in page.words
    owner.sign_in("owner", PASSWORD)
    page = owner.open("/admin/approvals")
    assert "I sail <b>here</b> often." in page.words
    page = owner.send("/admin/approvals/approve")
    assert "Let in." in page.words and "Nobody waits" in page.words
    browser.sign_in("dora", PASSWORD)


def test_the_team_asks_and_the_applicant_answers_before_anybody_is_let_in(
    place: RunningServer, browsers: Browsers
) -> None:
    mode(place, "approval")
    browser, owner = browsers(place), browsers(place)
    fill(browser, "ines", reason="I like boats.")
    owner.sign_in("owner", PASSWORD)
    page = owner.open("/admin/approvals")
    assert owner.send("/admin/approvals/ask", text=" ").status == 422
    owner.open("/admin/approvals")
    page = owner.send("/admin/approvals/ask", text="Which <b>boat</b>?")
    assert "Asked by @owner" in page.words and "Which <b>boat</b>?" in page.words
    browser.open("/auth/sign_in")
    page = browser.send("/auth/sign_in", login="ines", password=PASSWORD)
    assert "Which <b>boat</b>?" in page.words
    way = page.path
    assert browser.send(way, text="").status == 422
    browser.open(way)
    assert "You hear from the team." in browser.send(way, text="A small one.").words
    assert "A small one." in owner.open("/admin/approvals").words
    told = place.call("user.application", name="ines")
    assert [(one["question"], one["text"]) for one in told["words"]] == [
        (True, "Which <b>boat</b>?"),
        (False, "A small one."),
    ]
    assert browsers(place).open("/application/forged").status == 404
    for _ in range(9):
        browser.open(way)
        browser.send(way, text="And another thing.")
    browser.open(way)
    assert browser.send(way, text="One too many.").status == 422
    owner.open("/admin/approvals")
    owner.send("/admin/approvals/approve")
    assert "You were let in." in browser.open(way).words


def test_who_was_turned_down_is_recognised_by_address_network_or_name(place: RunningServer, browsers: Browsers) -> None:
    mode(place, "approval")
    owner = browsers(place)
    fill(browsers(place), "jonas", reason="Buy my boats.", email="jo.nas+a@example.org")
    owner.sign_in("owner", PASSWORD)
    owner.open("/admin/approvals")
    owner.send("/admin/approvals/reject", reason="Sells boats.")
    fill(browsers(place), "karl", reason="Me again.", email="jonas+b@example.org")
    page = owner.open("/admin/approvals")
    assert "Turned down before" in page.words and "Sells boats." in page.words
    before = place.call("user.application", name="karl")["rejections"]
    assert [one["same"] for one in before] == [["email", "network"]]
    place.call("user.reject", name="karl")


def test_who_is_turned_down_may_ask_again(place: RunningServer, browsers: Browsers) -> None:
    mode(place, "approval")
    browser, owner = browsers(place), browsers(place)
    fill(browser, "emil", reason="Buy my boats.")
    owner.sign_in("owner", PASSWORD)
    owner.open("/admin/approvals")
    owner.send("/admin/approvals/reject")
    assert fill(browser, "emil", reason="Sorry. I like boats.").status == 200


def test_by_invitation_only_with_a_link_that_holds(place: RunningServer, browsers: Browsers) -> None:
    mode(place, "invite")
    browser, owner = browsers(place), browsers(place)
    page = browser.open("/auth/sign_up")
    assert page.status == 403 and not page.forms
    assert browser.open("/invite/0000").status == 410
    owner.sign_in("owner", PASSWORD)
    owner.open("/settings/invites")
    page = owner.send("/settings/invites", most_uses="1", expires_in="7", comment="for Fritz", follows_inviter="yes")
    link = next(word for word in page.words.split() if "/invite/" in word)
    path = link.removeprefix(place.base_url)
    page = browser.open(path)
    assert "invited by @owner" in page.words
    assert fill(browser, "fritz", path).path == "/welcome"
    other = browsers(place)
    assert other.open(path).status == 410  # used up
    owner.open("/settings/invites")
    owner.send("/settings/invites", most_uses="", expires_in="")
    page = owner.send("/settings/invites/revoke")
    assert "Taken back" in page.words


def test_where_sign_up_is_closed_the_reason_is_told(place: RunningServer, browsers: Browsers) -> None:
    mode(place, "closed", registration_message="We are full <for now>.")
    browser = browsers(place)
    page = browser.open("/auth/sign_up")
    assert page.status == 403 and "We are full <for now>." in page.words and not page.forms
    assert "Sign up" not in browser.open("/").words


def test_a_minimum_age_is_asked_and_kept(place: RunningServer, browsers: Browsers) -> None:
    mode(place, "open", minimum_age_years=16)
    browser = browsers(place)
    assert "date_of_birth" in browser.open("/auth/sign_up").form("/auth/sign_up").names
    page = fill(browser, "gina", date_of_birth=f"{time.gmtime().tm_year - 10}-01-01")
    assert page.status == 422 and "at least 16" in page.words
    assert fill(browser, "gina", date_of_birth="1990-02-28").path == "/welcome"


def test_one_agrees_to_the_version_of_the_terms_that_is_in_force(place: RunningServer, browsers: Browsers) -> None:
    mode(place, "open")
    owner, browser = browsers(place), browsers(place)
    owner.sign_in("owner", PASSWORD)
    owner.open("/admin/documents")
    assert "Published" in owner.send("/admin/documents/terms", terms="First words.").words
    owner.send("/admin/documents/terms", terms="Second <i>words</i>.\n\nAnd more.")
    assert "First words." in browser.open("/terms/1").words
    page = browser.open("/terms")
    assert "Second <i>words</i>." in page.words and "Version 2" in page.words
    assert "terms (version 2)" in browser.open("/auth/sign_up").words


class Letters(Message):
    """Keeps what the server sends."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def handle_message(self, message: Any) -> None:
        """Keep the plain text of a letter."""
        part = next(p for p in message.walk() if p.get_content_type() == "text/plain")
        self.texts.append(part.get_payload(decode=True).decode())

    def link(self, mark: str) -> str:
        """The path of the first link with this mark in it, once a letter has it."""
        end = time.monotonic() + 10
        while time.monotonic() < end:
            for text in self.texts:
                for word in text.split():
                    if mark in word:
                        self.texts.remove(text)
                        return word[word.index(mark) :]
            time.sleep(0.05)
        raise AssertionError(f"no letter with {mark}: {self.texts}")


def test_where_letters_can_be_sent_the_address_is_confirmed_first(
    new_server: Callable[..., RunningServer], browsers: Browsers
) -> None:
    letters = Letters()
    post = Controller(letters, hostname="127.0.0.1", port=free_port())
    post.start()
    try:
        place = new_server(HOLDFAST_EMAIL=f"smtp://127.0.0.1:{post.port}?tls=none").start().set_up()
        browser = browsers(place)
        page = fill(browser, "hugo", email="hugo@example.org")
        assert "letter is on its way" in page.words
        browser.open("/auth/sign_in")
        page = browser.send("/auth/sign_in", login="hugo", password=PASSWORD)
        assert page.status == 403 and "Confirm your address" in page.heading
        page = browser.open(letters.link("/auth/confirm"))
        assert "hugo" not in page.words  # opening the link alone confirms nothing
        assert "confirmed" in browser.send("/auth/confirm").words
        browser.sign_in("hugo", PASSWORD)
        browser.send("/auth/sign_out")

        browser.open("/auth/forgotten")
        assert "on its way" in browser.send("/auth/forgotten", login="hugo@example.org").words
        link = letters.link("/auth/reset")
        assert "@hugo" in browser.open(link).words
        assert browser.send("/auth/reset", password="a new one with 7 words").heading == "Done"
        browser.sign_in("hugo", "a new one with 7 words")
        assert "no longer" in browsers(place).open(link).words or browsers(place).open(link).status == 422
    finally:
        post.stop()
