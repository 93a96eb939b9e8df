"""An app asks to be let in: sign-in, consent, code, token."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from holdfast.access import scopes
from tests.servers import PASSWORD, NewMember, RunningServer
from tests.web.browser import Browser

Browsers = Callable[..., Browser]
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
WEB = "https://app.example:8443/back"


@pytest.fixture
def ada(server: RunningServer) -> NewMember:
    """A member."""
    return server.member("ada")


def registered(server: RunningServer, redirect: str, scopes: str = "read write:statuses") -> dict[str, Any]:
    """A new app's credentials."""
    with server.client() as http:
        answer = http.post(
            "/api/v1/apps",
            data={
                "client_name": "Fine <App>",
                "redirect_uris": redirect,
                "scopes": scopes,
                "website": "https://app.example",
            },
        )
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


def question(app: dict[str, Any], redirect: str, **more: str) -> str:
    """Where the app sends its member."""
    values = {
        "response_type": "code",
        "client_id": app["client_id"],
        "redirect_uri": redirect,
        "scope": "read write:statuses",
    } | more
    return f"/oauth/authorize?{urlencode(values)}"


def test_a_member_signs_in_consents_and_the_app_gets_a_token(
    server: RunningServer, browsers: Browsers, ada: NewMember
) -> None:
    app, browser = registered(server, WEB), browsers(server)
    page = browser.open(question(app, WEB, state="a&b=1"))
    assert page.path.startswith("/auth/sign_in")
    assert "Fine <App>" in page.words
    page = browser.send("/auth/sign_in", login=ada.name, password=PASSWORD)
    assert page.path.startswith("/oauth/authorize")
    assert "Fine <App>" in page.heading
    assert f"@{ada.name}" in page.words
    assert "See everything that you can see" in page.words
    assert "Post, edit and delete in your name" in page.words
    assert "app.example:8443" in page.words
    policy = page.answer.headers["content-security-policy"]
    assert "form-action 'self' https://app.example:8443;" in policy
    assert "cross-origin-opener-policy" not in page.answer.headers
    page = browser.send("/oauth/authorize", answer="allow", follow=False)
    assert page.status == 303
    to = urlsplit(page.answer.headers["location"])
    assert f"{to.scheme}://{to.netloc}{to.path}" == WEB
    told = parse_qs(to.query)
    assert told["state"] == ["a&b=1"]
    with server.client() as http:
        token = http.post(
            "/oauth/token",
            data={
                "grant_type": "authorization_code",
                "code": told["code"][0],
                "client_id": app["client_id"],
                "client_secret": app["client_secret"],
                "redirect_uri": WEB,
            },
        ).json()["access_token"]
    with server.client(token) as http:
        assert http.get("/api/v1/accounts/verify_credentials").json()["username"] == ada.name
    page = browser.open("/settings/sessions")
    assert "Fine <App>" in page.words
    browser.send("/settings/apps/end")
    with server.client(token) as http:
        assert http.get("/api/v1/accounts/verify_credentials").status_code == 401


def test_every_scope_is_told_in_a_sentence_of_its_own(server: RunningServer, browser: Browser) -> None:
    narrow = scopes.ALL - {wide for wide, below in scopes.BELOW.items() if below}
    wanted = scopes.text(narrow)
    page = browser.open(question(registered(server, WEB, wanted), WEB, scope=wanted))
    told = page.answer.text.partition('<ul class="scopes">')[2].partition("</ul>")[0]
    assert told.count("<li>") == len(narrow)
    assert len(set(told.split("<li>"))) == len(narrow) + 1
    assert "Change blocked e-mail domains of this server, as far as your role allows" in told


def test_the_code_is_shown_on_a_page_when_the_app_has_no_address(
    server: RunningServer, browsers: Browsers, ada: NewMember
) -> None:
    app, browser = registered(server, OUT_OF_BAND), browsers(server)
    browser.sign_in(ada.name, PASSWORD)
    page = browser.open(question(app, OUT_OF_BAND))
    assert "form-action 'self';" in page.answer.headers["content-security-policy"]
    page = browser.send("/oauth/authorize", answer="allow")
    assert page.status == 200
    assert page.answer.headers["cache-control"] == "no-store"
    code = page.html.partition("data-code>")[2].partition("<")[0]
    with server.client() as http:
        answer = http.post(
            "/oauth/token",
            json={
                "grant_type": "authorization_code",
                "code": code,
                "client_id": app["client_id"],
                "client_secret": app["client_secret"],
                "redirect_uri": OUT_OF_BAND,
            },
        )
    assert answer.status_code == 200


def test_who_refuses_sends_the_app_away_without_a_code(
    server: RunningServer, browsers: Browsers, ada: NewMember
) -> None:
    app, browser = registered(server, "com.example.app://done"), browsers(server)
    browser.sign_in(ada.name, PASSWORD)
    page = browser.open(question(app, "com.example.app://done", state="s"))
    assert "form-action 'self' com.example.app:;" in page.answer.headers["content-security-policy"]
    page = browser.send("/oauth/authorize", answer="deny", follow=False)
    to = page.answer.headers["location"]
    assert to.startswith("com.example.app://done?")
    assert "error=access_denied" in to and "state=s" in to and "code=" not in to


def test_an_address_that_the_app_has_not_registered_is_never_gone_to(
    server: RunningServer, browsers: Browsers, ada: NewMember
) -> None:
    app, browser = registered(server, WEB), browsers(server)
    browser.sign_in(ada.name, PASSWORD)
    for path in (question(app, "https://evil.example/"), question({"client_id": "unknown"}, WEB)):
        page = browser.open(path, follow=False)
        assert page.status == 422
        assert page.heading


def test_too_wide_scopes_are_told_to_the_app(server: RunningServer, browsers: Browsers, ada: NewMember) -> None:
    app, browser = registered(server, WEB, scopes="read"), browsers(server)
    browser.sign_in(ada.name, PASSWORD)
    page = browser.open(question(app, WEB, state="x"), follow=False)
    assert page.status == 303
    assert page.answer.headers["location"].startswith(f"{WEB}?error=invalid_scope")


def test_an_app_may_ask_that_its_member_signs_in_again(
    server: RunningServer, browsers: Browsers, ada: NewMember
) -> None:
    app, browser = registered(server, WEB), browsers(server)
    browser.sign_in(ada.name, PASSWORD)
    page = browser.open(question(app, WEB, force_login="true"))
    assert page.path.startswith("/auth/sign_in")
    other = server.member("bo")
    page = browser.send("/auth/sign_in", login=other.email, password=PASSWORD)
    assert f"@{other.name}" in page.words
