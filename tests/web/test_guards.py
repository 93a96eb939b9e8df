"""What holds for every page and every form: where it may come from, what it may do, what it carries."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from holdfast import web
from holdfast.web.pages import EVERYBODY, MEMBERS
from tests.servers import PASSWORD, RunningServer
from tests.web.browser import Browser, Page

Browsers = Callable[..., Browser]
TEMPLATES = Path(web.__file__).parent / "templates"
FORMS = [page for page in web.declared() if page.method == "POST"]
PAGES = [page for page in web.declared() if page.method == "GET"]


def path_of(page: web.pages.Declared) -> str:
    """An address of a page, with something in the place of what varies."""
    path = page.path.replace("{handle:str}", "@owner").replace("{kind:str}", "terms")
    return re.sub(r"\{[^}]*\}", "1", path)


@pytest.fixture
def owner(server: RunningServer, browsers: Browsers) -> Browser:
    """The owner's browser, signed in."""
    browser = browsers(server)
    browser.sign_in("owner", PASSWORD)
    return browser


def test_no_form_is_taken_from_another_site(server: RunningServer, owner: Browser) -> None:
    token = owner.open("/settings/profile").forms[0].values["form_token"]
    for page in FORMS:
        for headers in (
            {"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
            {"origin": "https://evil.example"},
            {"origin": "null"},
            {"sec-fetch-site": "same-site"},
        ):
            answer = owner.http.post(path_of(page), data={"form_token": token, "id": "1"}, headers=headers)
            assert answer.status_code == 403, (page.path, headers)
            assert "another site" in answer.text


def test_no_form_is_taken_without_its_token(server: RunningServer, owner: Browser, browsers: Browsers) -> None:
    other = browsers(server)
    foreign = other.open("/auth/sign_in").forms[0].values["form_token"]
    headers = {"origin": server.base_url, "sec-fetch-site": "same-origin"}
    for page in FORMS:
        for data in ({"id": "1"}, {"id": "1", "form_token": ""}, {"id": "1", "form_token": foreign}):
            answer = owner.http.post(path_of(page), data=data, headers=headers)
            assert answer.status_code == 403, (page.path, data)
            assert "no longer valid" in answer.text
    assert owner.open("/settings/profile").status == 200  # and none of them has signed the owner out


def test_a_stranger_is_asked_to_sign_in_and_changes_nothing(server: RunningServer, browsers: Browsers) -> None:
    browser = browsers(server)
    token = browser.open("/auth/sign_in").forms[0].values["form_token"]
    for page in PAGES:
        if page.needs != EVERYBODY:
            answer = browser.http.get(path_of(page))
            assert answer.status_code == 303, page.path
            assert answer.headers["location"].startswith("/auth/sign_in?next=")
    for page in FORMS:
        if page.needs != EVERYBODY:
            answer = browser.http.post(path_of(page), data={"form_token": token, "id": "1"})
            assert answer.status_code == 401, page.path


def test_administration_does_not_exist_for_members(server: RunningServer, browsers: Browsers) -> None:
    ada, browser = server.member("ada"), browsers(server)
    browser.sign_in(ada.name, PASSWORD)
    token = browser.open("/settings/profile").forms[0].values["form_token"]
    for page in web.declared():
        if page.needs in (EVERYBODY, MEMBERS):
            continue
        if page.method == "GET":
            answer = browser.http.get(path_of(page))
        else:
            answer = browser.http.post(path_of(page), data={"form_token": token, "id": "1"})
        assert answer.status_code == 404, page.path
    assert "Administration" not in browser.open("/").words


def test_every_page_has_a_title_a_heading_a_language_and_strict_headers(server: RunningServer, owner: Browser) -> None:
    for declared in PAGES:
        page = owner.open(path_of(declared))
        headers = page.answer.headers
        assert page.status < 500, page.path
        if not headers["content-type"].startswith("text/html"):
            assert headers["x-content-type-options"] == "nosniff", page.path  # a file to keep, no page
            continue
        assert page.heading, page.path
        assert page.title.endswith("· Harbour"), page.path
        assert [tag for tag, _ in page.tags].count("h1") == 1, page.path
        assert ("html", {"lang": "en", "dir": "ltr"}) in page.tags
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy and "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"] in ("private, no-cache", "no-store")


def test_every_field_has_a_label_and_no_id_comes_twice(server: RunningServer, owner: Browser) -> None:
    for declared in PAGES:
        page = owner.open(path_of(declared))
        ids = [found["id"] for _, found in page.tags if found.get("id")]
        assert len(ids) == len(set(ids)), (page.path, sorted(i for i in ids if ids.count(i) > 1))
        labelled = {found.get("for") for tag, found in page.tags if tag == "label"}
        for tag, found in page.tags:
            if tag in ("textarea", "select") or (tag == "input" and found.get("type") != "hidden"):
                assert found.get("id") in labelled or found.get("aria-hidden"), (page.path, found)


def test_a_session_ends_with_signing_out(server: RunningServer, browsers: Browsers) -> None:
    ada, browser = server.member("ada"), browsers(server)
    browser.sign_in(ada.name, PASSWORD)
    cookie = browser.http.cookies["session"]
    browser.send("/auth/sign_out")
    assert "session" not in browser.http.cookies
    browser.http.cookies.set("session", cookie)
    assert browser.open("/settings/profile").path.startswith("/auth/sign_in")


def test_the_session_cookie_is_out_of_reach_for_scripts_and_other_sites(
    server: RunningServer, browsers: Browsers
) -> None:
    ada, browser = server.member("ada"), browsers(server)
    browser.open("/auth/sign_in")
    page = browser.send("/auth/sign_in", follow=False, login=ada.name, password=PASSWORD)
    cookie = next(v for v in page.answer.headers.get_list("set-cookie") if v.startswith("session="))
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie and "Domain" not in cookie


def test_signing_in_never_leads_to_another_site(server: RunningServer, browsers: Browsers) -> None:
    ada = server.member("ada")
    for target in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"):
        browser = browsers(server)
        browser.open("/auth/sign_in")
        page = browser.send("/auth/sign_in", follow=False, login=ada.name, password=PASSWORD, next=target)
        assert page.answer.headers["location"] == "/", target


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.stem)
def test_templates_have_neither_script_nor_style_inside(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"\son[a-z]+\s*=", text)
    assert "<style" not in text
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"\|\s*safe\b", text)
    assert not re.search(r"\shx-on|\bhx-vals\s*=\s*['\"]js:|\bhx-trigger\s*=\s*['\"][^'\"]*\[", text)  # would need eval
    for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", text, re.DOTALL):
        assert "token(v)" in form or 'name="form_token"' in form


def test_static_files_come_with_type_and_age_and_none_from_elsewhere(server: RunningServer, browsers: Browsers) -> None:
    browser = browsers(server)
    href = next(found["href"] for tag, found in browser.open("/").tags if tag == "link" and "css" in found["href"])
    answer = browser.http.get(href)
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.text.startswith("@layer reset, tokens, base, layout, components, pages, utilities;")
    again = browser.http.get(href, headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    old = browser.http.get(re.sub(r"[0-9a-f]{16}", "0123456789abcdef", href))
    assert old.status_code == 200 and "immutable" not in old.headers["cache-control"]
    for name in ("avatar.png", "header.png", "icon.svg"):
        assert browser.http.get(f"/static/images/{name}").headers["content-type"].startswith("image/")
    for path in (
        "/static/../__init__.py",
        "/static/%2e%2e/__init__.py",
        "/static/..%2f..%2ferrors.py",
        "/static//etc/passwd",
    ):
        assert browser.http.get(path).status_code == 404, path


def test_under_a_public_domain_cookies_travel_over_https_only(
    new_server: Callable[..., RunningServer], browsers: Browsers
) -> None:
    server = new_server(HOLDFAST_RATE_LIMITS="on", HOLDFAST_PASSWORD_MEMORY_KIB="47104").start()
    server.call(
        "init",
        name="Harbour",
        registration="open",
        owner="ada",
        email="a@example.org",
        password=PASSWORD,
        domain="example.org",
    )
    there = {"host": "example.org"}
    first = browsers(server).http.get("/auth/sign_in", headers=there)
    cookie = first.headers["set-cookie"]
    assert cookie.startswith("__Host-stranger=") and "; Secure" in cookie
    token = re.findall(r'name="form_token" value="([^"]+)"', first.text)[0]
    answer = browsers(server).http.post(
        "/auth/sign_in",
        data={"login": "ada", "password": PASSWORD, "form_token": token},
        headers=there | {"cookie": cookie.partition(";")[0], "origin": "https://example.org"},
    )
    assert answer.status_code == 303
    begun = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("__Host-session="))
    assert "; Secure" in begun and "; HttpOnly" in begun


def test_an_error_in_one_form_empties_no_other_on_the_page(server: RunningServer, owner: Browser) -> None:
    before = owner.open("/admin/server").form("/admin/server").values
    token = before["form_token"]
    answer = owner.http.post("/admin/server/domain", data={"form_token": token, "domain": "not a domain"})
    assert answer.status_code == 422
    after = web_form(answer.text, "/admin/server")
    assert {k: v for k, v in after.items() if k != "form_token"} == {
        k: v for k, v in before.items() if k != "form_token"
    }


def web_form(html: str, action: str) -> dict[str, str]:
    """The values of a form in a page's source."""
    return Page(httpx.Response(200, html=html, request=httpx.Request("GET", "http://localhost/"))).form(action).values
