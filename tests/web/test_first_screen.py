"""An invitation that carries a collection: whoever joins with it follows ten people within two requests."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.servers import PASSWORD, RunningServer
from tests.web.browser import Browser
from tests.web.test_joining import fill

Browsers = Callable[..., Browser]


def wants_to_be_found(server: RunningServer, name: str) -> str:
    """A member who wants to be found; their name."""
    member = server.member(name)
    with server.client(member.token) as client:
        assert client.patch("/api/v1/accounts/update_credentials", json={"discoverable": True}).status_code == 200
    return member.name


def following(server: RunningServer, name: str) -> set[str]:
    """Whom somebody follows."""
    with server.client() as http:
        found = http.get("/api/v1/accounts/lookup", params={"acct": name}).json()
        answer = http.get(f"/api/v1/accounts/{found['id']}/following", params={"limit": 80})
    return {one["username"] for one in answer.json()}


def test_who_is_invited_with_a_collection_follows_ten_people_at_once(server: RunningServer, browsers: Browsers) -> None:
    names = {wants_to_be_found(server, f"sailor{number}_") for number in range(10)}
    host, browser = server.member("host"), browsers(server)
    browser.sign_in(host.name, PASSWORD)
    browser.open("/settings/collections")
    browser.send("/settings/collections", name="Sailors", is_discoverable="yes")
    for name in names:
        assert "Saved" in browser.send("/settings/collections/add", handle=name).words
    page = browser.open("/settings/invites")
    number = re.search(r'<option value="(\d{6,})"', page.html)
    assert number is not None
    page = browser.send("/settings/invites", collection_id=number[1])
    link = re.search(r"/invite/\w+", page.html)
    assert link is not None
    newcomer = browsers(server)
    page = fill(newcomer, "newcomer", link[0])
    assert page.path == "/welcome" and f"@{host.name}, who invited you" in page.words
    assert page.html.count(" checked") == 10
    told = newcomer.send("/welcome", account=re.findall(r'name="account" type="checkbox" value="(\d+)"', page.html))
    assert "You follow 10 people more" in told.words
    assert following(server, "newcomer") == names


def test_without_an_invitation_the_best_known_are_offered(server: RunningServer, browsers: Browsers) -> None:
    known, shy = wants_to_be_found(server, "known"), server.member("shy").name
    ada, browser = server.member("ada"), browsers(server)
    browser.sign_in(ada.name, PASSWORD)
    assert "/welcome" in browser.open("/").html
    page = browser.open("/welcome")
    assert f"@{known}" in page.words and f"@{shy}" not in page.words
    told = browser.send("/welcome", account=[])
    assert "Nobody was chosen" in told.words and following(server, ada.name) == set()


def test_a_collection_has_a_page_and_says_what_is_wrong_with_a_name(server: RunningServer, browsers: Browsers) -> None:
    friend, shy = wants_to_be_found(server, "friend"), server.member("shy").name
    ada, browser = server.member("ada"), browsers(server)
    browser.sign_in(ada.name, PASSWORD)
    browser.open("/settings/collections")
    browser.send("/settings/collections", name="Friends")
    browser.send("/settings/collections/add", handle=f"@{friend}")
    for handle, words in ((shy, "does not want to be discovered"), ("nobody_at_all", "nobody here with this name")):
        page = browser.send("/settings/collections/add", handle=handle)
        assert page.status == 422 and words in page.words
    address = re.search(r"/collections/\d+", browser.open("/settings/collections").html)
    assert address is not None
    stranger = browsers(server).open(address[0])
    assert f"@{friend}" in stranger.words and "Sign in to follow them" in stranger.words
    assert browser.open("/collections/1").status == 404
    browser.open("/settings/collections")
    browser.send("/settings/collections/remove")
    assert f"@{friend}" not in browser.open(address[0]).words
    browser.open("/settings/collections")
    browser.send("/settings/collections/delete")
    assert browser.open(address[0]).status == 404
