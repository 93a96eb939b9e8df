"""Decisions at the doors: in apps, on pages, by letter; appealed with one button, answered by the team."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import update

from holdfast import access, moderation
from holdfast.access import permissions_of
from holdfast.access.tables import members
from holdfast.acting import SYSTEM, Acting
from holdfast.moderation import Signal, Subject, Verdict
from holdfast.writes import Ability
from tests.access.cast import set_boot
from tests.access.test_letters import Post, plain
from tests.databases import ENGINES
from tests.mastodon.asking import ALL
from tests.mastodon.town import Person, Town
from tests.posts.deciding import whole_town
from tests.servers import PASSWORD
from tests.vendors.conftest import MailServer
from tests.web.browser import Browser, Page


@pytest.fixture(scope="module", params=ENGINES)
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One server with all of its doors, whose decisions are told at once."""
    with whole_town(request.param, tmp_path_factory.mktemp("town") / "data", request) as made:
        made.db.set_settings(SYSTEM, {"letter_wait_seconds": 0})
        yield made


@pytest.fixture
def mail(town: Town) -> Iterator[Post]:
    """What the server sends."""
    server = MailServer()
    server.start()
    before = town.db.config.boot.email
    set_boot(town.db, email=(f"smtp://127.0.0.1:{server.port}?tls=none",))
    yield Post(server)
    set_boot(town.db, email=before)
    server.stop()


class OnPages(Browser):
    """Somebody's browser at a town; one at a time."""

    def __init__(self, town: Town) -> None:
        self.base_url = "http://localhost"
        self.http = town._client
        self.http.cookies.clear()
        self.page: Page | None = None
        self.http.headers["accept"] = "text/html"

    @classmethod
    def of(cls, town: Town, name: str) -> OnPages:
        """Signed in."""
        found = cls(town)
        found.sign_in(name, PASSWORD)
        return found


def person(town: Town, name: str, role: str = "member") -> Person:
    """A member with a password and a confirmed address."""
    found = town.person(name)
    access.set_password(town.db, SYSTEM, found.number or 0, access.hash_password(town.db, PASSWORD))
    found.token = access.issue_token(town.db, SYSTEM, found.number or 0, ALL).token
    with town.db.write(SYSTEM, Ability.JOBS) as w:
        values = {"role": role, "email": f"{found.name}@harbour.example", "email_confirmed_at": 1}
        w.run(update(members).where(members.c.account_id == found.number).values(**values))
    return found


def decides(town: Town, by: Person, about: Subject, **verdict: Any) -> int:
    """A decision by a moderator that its member was told of."""

    def raised() -> int:
        with town.db.write(SYSTEM, Ability.MODERATION) as w:
            return moderation.raise_signal(w, about, Signal(source="visitor", category="hate"))

    case = town.db.submit(raised).result()
    acting = Acting(account_id=by.number, permissions=permissions_of("moderator"))
    number = town.db.submit(lambda: moderation.decide(town.db, acting, case, Verdict(**verdict))).result()
    town.run_jobs()
    return number


def test_a_decision_is_told_everywhere_appealed_against_and_taken_back(town: Town, mail: Post) -> None:
    bo, mo, al = person(town, "bo"), person(town, "mo", "moderator"), person(town, "al", "moderator")
    town.run_jobs()
    mail.take()  # of the new passwords
    post = bo.says("Go away")
    number = decides(town, mo, Subject.post(int(post["id"])), on_subject="hide", facts="It insults <b>Cy</b>.")

    (one,) = bo.get("/api/v1/notifications", types=["moderation_warning"])
    warning = one["moderation_warning"]
    assert (warning["action"], warning["status_ids"], warning["appeal"]) == ("delete_statuses", [post["id"]], None)
    assert warning["text"] == "It insults <b>Cy</b>." and warning["target_account"]["id"] == bo.id
    (group,) = bo.get("/api/v2/notifications", types=["moderation_warning"])["notification_groups"]
    assert group["moderation_warning"] == warning
    letter = mail.only()
    assert letter["to"] == f"{bo.name}@harbour.example" and "Your post was hidden" in plain(letter)
    assert mo.name not in plain(letter) and "It insults <b>Cy</b>." in plain(letter)

    browser = OnPages.of(town, bo.name)
    assert "The moderators have decided about you" in browser.open("/notifications").words
    assert "Your post was hidden" in browser.open("/settings/decisions").words
    page = browser.open(f"/settings/decisions/{number}")
    assert "It insults <b>Cy</b>." in page.words and "A person of the moderation team." in page.words
    page = browser.send(f"/settings/decisions/{number}/appeal", text="It was a joke")
    assert page.status == 200 and "Your appeal is filed" in page.words and "It was a joke" in page.words
    assert bo.get("/api/v1/notifications", types=["moderation_warning"])[0]["moderation_warning"]["appeal"] == {
        "text": "It was a joke",
        "state": "pending",
    }

    browser = OnPages.of(town, mo.name)
    page = browser.open("/admin/appeals")
    assert page.status == 200 and f"@{bo.name}" not in page.words  # who decided does not answer
    browser = OnPages.of(town, al.name)
    page = browser.open("/admin/appeals")
    assert f"@{bo.name}" in page.words
    (address,) = [found["href"] for tag, found in page.tags if re.match(r"/admin/appeals/\d", found.get("href") or "")]
    assert "It was a joke" in browser.open(address).words and "Go away" in browser.open(address).words
    page = browser.send(address, outcome="upheld")
    assert page.status == 422 and "Tell the member why" in page.words
    assert "The appeal is answered." in browser.send(address, outcome="overturned", answer="You are right").words
    assert town.stranger.get(f"/api/v1/statuses/{post['id']}")["id"] == post["id"]
    mail.take()  # of the sign-ins
    town.run_jobs()
    answers = [plain(one) for one in mail.take() if "appeal" in one["subject"]]
    assert len(answers) == 1 and "you were right" in answers[0] and "You are right" in answers[0]
    page = OnPages.of(town, bo.name).open(f"/settings/decisions/{number}")
    assert "taken back" in page.words and "You are right" in page.words
    assert OnPages.of(town, mo.name).open(f"/settings/decisions/{number}").status == 404


def test_a_suspended_member_is_led_from_the_sign_in_to_the_decision(town: Town) -> None:
    bo, mo, al = person(town, "bo"), person(town, "mo", "moderator"), person(town, "al", "moderator")
    decides(town, mo, Subject.account(bo.number or 0), on_account="suspend", facts="Threats.")
    browser = OnPages(town)
    browser.open("/auth/sign_in")
    page = browser.send("/auth/sign_in", login=bo.name, password="not the password")
    assert page.status == 422 and "Threats." not in page.words
    page = browser.send("/auth/sign_in", login=bo.name, password=PASSWORD)
    assert page.path.startswith("/decisions/") and "Threats." in page.words and "suspended" in page.words
    at = page.path
    assert browser.open("/settings/profile").path.startswith("/auth/sign_in")  # nothing else is open to them
    browser.open(at)
    page = browser.send(f"{at}/export")
    assert page.answer.headers["content-type"] == "application/zip"
    browser.open(at)
    assert "Your appeal is filed" in browser.send(f"{at}/appeal", text="").words
    assert browser.open(at[:-3] + "abc").status == 404
    with town.db.read() as r:
        acting = Acting(account_id=al.number, permissions=permissions_of("moderator"))
        (found,) = [one for one in moderation.waiting(r, acting) if one.account_id == bo.number]
    town.db.submit(lambda: moderation.answer(town.db, acting, found.id, "overturned")).result()
    OnPages.of(town, bo.name)


def test_a_decision_that_is_undone_after_it_was_told_is_taken_back_by_letter(town: Town, mail: Post) -> None:
    bo, mo = person(town, "bo"), person(town, "mo", "moderator")
    number = decides(town, mo, Subject.account(bo.number or 0), on_account="limit")
    mail.take()
    acting = Acting(account_id=mo.number, permissions=permissions_of("moderator"))
    town.db.submit(lambda: moderation.undo(town.db, acting, number)).result()
    town.run_jobs()
    assert "was taken back" in mail.only()["subject"]
