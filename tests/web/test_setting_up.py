"""The owner's first visit: from the printed link to a community, step by step, and what is left for later."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from tests.databases import ENGINES
from tests.servers import PASSWORD, RunningServer
from tests.vendors.conftest import MailServer
from tests.web.browser import Browser, Page

Browsers = Callable[..., Browser]


def setup_path(server: RunningServer) -> str:
    """The path of the link that the server printed last."""
    found = re.findall(r"http://localhost:\d+(/setup\?token=\S+)", server.said())
    assert found, server.said()
    return str(found[-1])


@pytest.fixture
def fresh(new_server: Callable[..., RunningServer]) -> RunningServer:
    """A server that nobody has set up."""
    return new_server().start()


@pytest.fixture
def postbox() -> Iterator[MailServer]:
    """A mail server."""
    server = MailServer()
    server.start()
    yield server
    server.stop()


def answers(browser: Browser) -> None:
    """Answer the three steps before the account, beginning on the page of the first."""
    browser.send("/setup/community", name="Harbour", short_description="A calm place.")
    browser.send("/setup/rules", rules="Be kind.\n\nNo advertising.")
    browser.send("/setup/registration", registration="invite")


def states(page: Page) -> dict[str, str]:
    """The tasks on a page, and how each stands."""
    found = re.findall(r'aria-describedby="([^"]+)">([^<]+)</a>', page.html)
    return {label: re.findall(rf'id="{task}">([^<]+)<', page.html)[0] for task, label in found}


def test_before_the_set_up_every_page_says_what_to_do(fresh: RunningServer, browsers: Browsers) -> None:
    browser = browsers(fresh)
    for path in ("/", "/about", "/@somebody", "/auth/sign_up", "/settings", "/oauth/authorize"):
        page = browser.open(path)
        assert page.status == 503
        assert "not set up yet" in page.heading
        assert "token" in page.words


@pytest.mark.parametrize("engine", ENGINES)
def test_steps_make_a_community_and_sign_its_owner_in(
    engine: str, new_server: Callable[..., RunningServer], browsers: Browsers
) -> None:
    fresh = new_server(engine).start()
    browser, link = browsers(fresh), setup_path(fresh)
    page = browser.open(link)
    assert page.path == "/setup"  # the token is in no address any more
    assert states(page) == {"Name and domain": "To do", "Rules": "To do", "Who may join": "To do"}
    browser.open("/setup/community")
    answers(browser)
    assert browser.page is not None and browser.page.path == "/setup/account"
    page = browser.send("/setup/account", username="ada", email="ada@example.org", password=PASSWORD)
    assert page.path == "/admin/setup"
    assert states(page)["The set-up"] == "Done" and states(page)["A passkey"] == "To do"
    assert browser.open("/admin/server").form("/admin/server").values["contact_username"] == "ada"
    rules = browser.open("/rules").words
    assert "Be kind." in rules and "No advertising." in rules
    assert "by invitation" in browser.open("/about").words.lower()
    with fresh.client() as http:
        assert http.get("/api/v2/instance").json()["title"] == "Harbour"

    stranger = browsers(fresh)
    used = stranger.open(link)
    assert used.status == 410
    assert "set up already" in used.heading
    assert browser.open(link).path == "/admin/setup"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_set_up_that_was_left_goes_on_elsewhere_with_the_same_link(
    engine: str, new_server: Callable[..., RunningServer], browsers: Browsers
) -> None:
    server = new_server(engine).start()
    browser, link = browsers(server), setup_path(server)
    browser.open(link)
    browser.open("/setup/community")
    browser.send("/setup/community", name="Harbour")
    browser.send("/setup/rules", rules="")
    with server.client() as http:  # nothing of it shows before there is an owner
        assert http.get("/rules").status_code == 503
        assert http.get("/api/v2/instance").json()["title"] == "Holdfast"
    server.stop()
    server.start()
    assert setup_path(server) == link
    elsewhere = browsers(server)
    page = elsewhere.open(link)
    assert "2 of 4 steps are done" in page.words
    assert states(page) == {"Name and domain": "Done", "Rules": "Done", "Who may join": "To do"}
    assert elsewhere.open("/setup/account").path == "/setup/registration"  # it comes after the others
    elsewhere.send("/setup/registration")
    page = elsewhere.open("/setup/community")
    assert page.form("/setup/community").values["name"] == "Harbour"
    elsewhere.send("/setup/community", name="Haven")  # answers can be others until the end
    assert elsewhere.open("/setup/rules").form("/setup/rules").values["rules"] == ""
    elsewhere.open("/setup/account")
    assert elsewhere.send("/setup/account", username="ada", password=PASSWORD).path == "/admin/setup"
    assert elsewhere.open("/rules").status == 200
    with server.client() as http:
        assert http.get("/api/v2/instance").json()["title"] == "Haven"
        assert http.get("/api/v2/instance").json()["rules"] == []
    assert browser.open("/setup/rules").status == 410  # the first browser knows the link, which has ended


def test_what_is_wrong_is_said_on_top_and_at_the_field_and_the_rest_is_kept(
    fresh: RunningServer, browsers: Browsers
) -> None:
    browser = browsers(fresh)
    browser.open(setup_path(fresh))
    browser.open("/setup/community")
    page = browser.send("/setup/community", name=" ", short_description="Calm.", domain="example.org")
    assert page.status == 422
    assert page.form("/setup/community").values["short_description"] == "Calm."
    assert ("p", {"class": "wrong", "id": "wrong-name"}) in page.tags
    page = browser.send("/setup/community", name="Harbour", domain="example.org")
    assert page.status == 422 and "HOLDFAST_RATE_LIMITS" in page.words  # not safe in public
    assert browser.send("/setup/community", domain="no domain at all").status == 422
    assert browser.send("/setup/community", domain="").path == "/setup/rules"
    page = browser.send("/setup/rules", rules=f"One.\n{'x' * 501}")
    assert page.status == 422 and "Rule 2" in page.words
    assert browser.send("/setup/rules", rules="One.").path == "/setup/registration"
    assert browser.send("/setup/registration", registration="perhaps").status == 422
    browser.send("/setup/registration", registration="closed")
    page = browser.send("/setup/account", username="a b", password="short")
    assert page.status == 422
    assert page.form("/setup/account").values["password"] == ""
    assert ("p", {"class": "wrong", "id": "wrong-password"}) in page.tags
    assert any(tag == "a" and found.get("href") == "#field-password" for tag, found in page.tags)
    page = browser.send("/setup/account", username="a b", password=PASSWORD)
    assert page.status == 422
    assert ("p", {"class": "wrong", "id": "wrong-username"}) in page.tags
    assert browser.send("/setup/account", username="ada", password=PASSWORD).path == "/admin/setup"


def test_without_the_link_no_step_opens_or_is_answered(fresh: RunningServer, browsers: Browsers) -> None:
    browser = browsers(fresh)
    for token in ("", "wrong", "ümlaut", setup_path(fresh).partition("token=")[2][:-1]):
        page = browser.open(f"/setup?token={token}")
        assert page.status == 410
        assert not page.forms
    for path in ("/setup", "/setup/community", "/setup/rules", "/setup/registration", "/setup/account"):
        assert browser.open(path).status == 410
    holder = browsers(fresh)
    holder.open(setup_path(fresh))
    holder.open("/setup/rules")
    holder.http.cookies.delete("setup")
    page = holder.send("/setup/rules", rules="Obey me.")
    assert page.status == 410
    holder.open(setup_path(fresh))
    assert states(holder.page)["Rules"] == "To do"  # type: ignore[arg-type]


def test_what_the_configuration_file_says_is_not_asked(
    new_server: Callable[..., RunningServer], browsers: Browsers
) -> None:
    server = new_server()
    server.data_dir.mkdir(parents=True, exist_ok=True)
    words = '[server]\nname = "Fixed"\nregistration = "closed"\ncontact_username = "desk"\n'
    (server.data_dir / "holdfast.toml").write_text(words)
    server.start()
    browser = browsers(server)
    browser.open(setup_path(server))
    page = browser.open("/setup/community")
    assert "name" not in page.form("/setup/community").names and "Fixed" in page.words
    browser.send("/setup/community")
    browser.send("/setup/rules", rules="")
    assert not browser.page.form("/setup/registration").names - {"form_token"}  # type: ignore[union-attr]
    browser.send("/setup/registration")
    assert browser.send("/setup/account", username="ada", password=PASSWORD).path == "/admin/setup"
    with server.client() as http:
        found = http.get("/api/v2/instance").json()
    assert found["title"] == "Fixed" and found["registrations"]["enabled"] is False


def test_what_is_left_stands_in_the_administration_until_it_is_done_or_put_away(
    new_server: Callable[..., RunningServer], browsers: Browsers
) -> None:
    server = new_server().start().set_up()
    owner = browsers(server)
    owner.sign_in("owner", PASSWORD)
    page = owner.open("/admin")
    assert "A first post" in states(page) and "The set-up" not in states(page)
    owner.open("/write")
    owner.send("/write", do="publish", text="Hello, harbour!")
    owner.open("/settings/invites")
    owner.send("/settings/invites")
    page = owner.open("/admin/setup")
    assert states(page)["A first post"] == states(page)["First members"] == "Done"
    assert "A first post" not in states(owner.open("/admin"))
    page = owner.send("/admin/setup/hide")
    assert not states(page) and "First steps" in page.words
    owner.open("/admin/setup")
    page = owner.send("/admin/setup/hide", show="yes")
    assert "A passkey" in states(page)
    administrator = server.member("admin", role="administrator")
    other = browsers(server)
    other.sign_in(administrator.name, PASSWORD)
    assert not states(other.open("/admin")) and other.open("/admin/setup").status == 404


def test_a_server_can_go_without_email_and_take_a_vendor_later(
    new_server: Callable[..., RunningServer], browsers: Browsers, postbox: MailServer
) -> None:
    server = new_server().start().set_up()
    owner = browsers(server)
    owner.sign_in("owner", PASSWORD)
    page = owner.open("/admin/setup/email")
    assert str(server.data_dir / "holdfast.toml") in page.words
    page = owner.send("/admin/setup/email/none")
    assert states(page)["E-mail"] == "None for now"
    assert "E-mail" in states(owner.open("/admin/setup")) and "E-mail" not in states(owner.open("/admin"))
    server.stop()
    server.environment["HOLDFAST_EMAIL"] = f"smtp://127.0.0.1:{postbox.port}?tls=none&from=post@example.org"
    server.start()
    page = owner.open("/admin/setup/email")
    assert page.form("/admin/setup/email/test").values["to"] == "owner@example.org"
    assert owner.send("/admin/setup/email/test", to="nobody").status == 422
    page = owner.send("/admin/setup/email/test", to="owner@example.org")
    assert "The letter was taken" in page.words and "A test letter was taken on" in page.words
    assert [letter["to"] for letter in postbox.letters] == ["owner@example.org"]
    assert states(owner.open("/admin/setup"))["E-mail"] == "Done"
    postbox.refusing["MAIL"] = "550 5.7.1 Your account is closed"
    owner.open("/admin/setup/email")
    page = owner.send("/admin/setup/email/test")
    assert page.status == 503 and "No vendor was able" in page.words
