"""Giving notice without an account: the form, its receipt, and what became of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from aiosmtpd.controller import Controller

from holdfast import keys
from holdfast.access import challenge
from holdfast.access.tokens import Signer
from tests.servers import NewMember, RunningServer, free_port
from tests.web.asking import ask
from tests.web.browser import Browser, Page
from tests.web.test_joining import Letters

Browsers = Callable[..., Browser]
FULL = {
    "category": "threat",
    "reason": "It calls for killing my neighbour (Criminal Code, section 126).",
    "name": "Nora Visitor",
    "email": "nora@example.org",
    "in_good_faith": "yes",
}


def waited(server: RunningServer) -> str:
    """The token of a form that has been open for a while."""
    signer = Signer(keys.load(server.data_dir / "secrets").derive("access.tokens"))
    return challenge.waiting_token(signer, time.time() - 60, purpose="notice")


def give(server: RunningServer, browser: Browser, **more: Any) -> Page:
    """Send the form on the present page, as a browser without JavaScript does."""
    return browser.send("/report/notice", **FULL | {"waiting": waited(server)} | more)


def test_a_stranger_gives_notice_of_a_post_and_sees_what_becomes_of_it(
    server: RunningServer, browsers: Browsers, bo: NewMember
) -> None:
    post = ask(server, bo, "POST", "/api/v1/statuses", status="Let us burn his house down")
    browser = browsers(server)
    shown = browser.open(f"/@{bo.name}/{post['id']}")
    link = next(found["href"] for tag, found in shown.tags if found.get("href", "").startswith("/report?post"))
    page = browser.open(link)
    address = page.form("/report/notice").values["places"]
    assert address.endswith(f"/@{bo.name}/{post['id']}")
    page = give(server, browser, places=f"{address}\n/@{bo.name}")
    assert (page.status, page.heading) == (200, "Thank you. Your notice has come in.")
    assert page.words.count("Not decided yet") == 2
    assert "Threat or call to violence" in page.words
    assert page.answer.headers["cache-control"] == "no-store"
    code = page.path.partition("code=")[2].partition("&")[0]
    assert browsers(server).open(f"/report/receipt?code={code}").heading == "Your notice"
    wrong = browsers(server).open("/report/receipt?code=nothing")
    assert wrong.status == 404 and "There is no notice with this code." in wrong.words


def test_what_is_missing_is_said_and_what_was_written_is_kept(
    server: RunningServer, browsers: Browsers, bo: NewMember
) -> None:
    browser = browsers(server)
    browser.open("/report/notice")
    page = give(server, browser, places="https://example.com/1", name="", email="nobody", in_good_faith=None)
    assert page.status == 422
    for words in (
        "This is not an address of this server: https://example.com/1.",
        "Write your name.",
        "E-mail address is not an e-mail address.",
        "Confirm that you believe what you write to be true.",
    ):
        assert words in page.words
    assert page.form("/report/notice").values["reason"] == FULL["reason"]
    page = give(server, browser, places=f"{server.base_url}/@{bo.name}", waiting="")
    assert page.status == 422 and "check against robots" in page.words
    page = give(server, browser, places="/@nobody-here", name="Nora")
    assert page.status == 422 and "There is nothing at /@nobody-here" in page.words


def test_of_the_abuse_of_children_notice_is_given_without_a_name(
    server: RunningServer, browsers: Browsers, bo: NewMember
) -> None:
    browser = browsers(server)
    browser.open("/report/notice")
    page = give(server, browser, places=f"/@{bo.name}", category="child_safety", name="", email="")
    assert page.heading == "Thank you. Your notice has come in."


def test_a_form_is_good_for_one_notice(server: RunningServer, browsers: Browsers, bo: NewMember) -> None:
    browser, token = browsers(server), waited(server)
    for status in (200, 422):
        browser.open("/report/notice")
        assert give(server, browser, places=f"/@{bo.name}", waiting=token).status == status


def test_where_letters_can_be_sent_one_confirms_the_notice(
    new_server: Callable[..., RunningServer], browsers: Browsers
) -> None:
    letters = Letters()
    post = Controller(letters, hostname="127.0.0.1", port=free_port())
    post.start()
    try:
        server = new_server(HOLDFAST_EMAIL=f"smtp://127.0.0.1:{post.port}?tls=none").start().set_up()
        browser = browsers(server)
        browser.open("/report/notice")
        assert "a letter with it is on its way" in give(server, browser, places="/@owner").words
        assert browser.open(letters.link("/report/receipt")).heading == "Your notice"
    finally:
        post.stop()
