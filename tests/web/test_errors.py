"""Error pages: what happened, what was kept, what to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.servers import PASSWORD, RunningServer
from tests.web.browser import Browser

Browsers = Callable[..., Browser]


def test_unknown_addresses_get_a_page_for_people_and_json_for_programs(
    server: RunningServer, browsers: Browsers
) -> None:
    browser = browsers(server)
    for path in ("/nothing", "/nothing/at/all", "/@nobody_here", "/@owner/1", "/@owner/x", "/terms/99", "/tags/%20"):
        page = browser.open(path)
        assert page.status == 404, path
        assert page.heading == "There is nothing here"
        assert "Nothing was changed" in page.words
    with server.client() as http:
        for path in ("/api/v1/nothing", "/nothing/at/all"):
            answer = http.get(path)
            assert answer.status_code == 404
            assert "error" in answer.json()


def test_a_deleted_post_is_gone_not_unknown(server: RunningServer, browsers: Browsers) -> None:
    ada, browser = server.member("ada"), browsers(server)
    with server.client(ada.token) as http:
        post = http.post("/api/v1/statuses", data={"status": "Here today"}).json()
        path = f"/@{ada.name}/{post['id']}"
        assert "Here today" in browser.open(path).words
        assert http.delete(f"/api/v1/statuses/{post['id']}").status_code == 200
    page = browser.open(path)
    assert page.status == 410
    assert page.heading == "This is gone"


def test_broken_requests_are_refused_kindly(server: RunningServer, browsers: Browsers) -> None:
    browser = browsers(server)
    browser.open("/auth/sign_in")
    kinds = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data", "text/plain"
    bodies = b"\xff\xfe=%zz&", b"a" * 100, b"--x\r\n\r\n", b"login=%00&password=%00", b"form_token=%ff", b""
    for kind in kinds:
        for body in bodies:
            answer = browser.http.post("/auth/sign_in", content=body, headers={"content-type": kind})
            assert 400 <= answer.status_code < 500, (kind, body, answer.status_code)
            assert "<h1" in answer.text
    large = browser.http.post("/auth/sign_in", data={"login": "a" * 3_000_000})
    assert large.status_code == 413
    assert browser.http.delete("/about").status_code == 405
    for query in ("?max_id=x", "?max_id=99999999999999999999", "?min_id=-1", "?replies=%ff", "?done=<b>"):
        assert browser.open(f"/@owner{query}").status == 200, query


@pytest.mark.parametrize("number", ["9" * 19, "9" * 5_000, "²", "-1", "1_0"])  # the first is above 2⁶³ - 1
def test_numbers_that_are_no_ids_are_refused_kindly(server: RunningServer, browsers: Browsers, number: str) -> None:
    ada, browser = server.member("ada"), browsers(server)
    owner = browsers(server)
    owner.sign_in("owner", PASSWORD)
    browser.sign_in(ada.name, PASSWORD)
    for path in (f"/@owner/{number}", f"/collections/{number}"):
        assert browser.open(path).status == 404, path
    assert owner.open(f"/admin/members?after={number}").status == 200
    browser.open("/settings/invites")
    origin = {"origin": server.base_url}
    token = browser.page.forms[0].values["form_token"] if browser.page else ""
    for path, field in (("/welcome", "account"), ("/settings/collections/delete", "id")):
        answer = browser.http.post(path, data={"form_token": token, field: number}, headers=origin)
        assert answer.status_code in (200, 422), (path, answer.status_code)
        assert "<h1" in answer.text
    with server.client(ada.token) as http:
        assert http.get("/api/v1/streaming/list", params={"list": number}).status_code in (400, 404)


def test_nul_bytes_in_forms_are_an_error_of_the_form(server: RunningServer, browsers: Browsers) -> None:
    ada, browser = server.member("ada"), browsers(server)
    browser.sign_in(ada.name, PASSWORD)
    browser.open("/settings/profile")
    assert browser.send("/settings/profile", display_name="A\0da").status == 422


def test_a_paused_ability_is_told_on_every_page_and_by_its_form(
    new_server: Callable[..., RunningServer], browsers: Browsers
) -> None:
    server = new_server().start().set_up()
    ada, browser = server.member("ada"), browsers(server)
    owner = browsers(server)
    owner.sign_in("owner", PASSWORD)
    browser.sign_in(ada.name, PASSWORD)
    owner.open("/admin/modes")
    form = next(f for f in owner.page.forms if f.values.get("ability") == "profile")  # type: ignore[union-attr]
    headers = {"origin": server.base_url}
    data = form.values | {"reason": "Moving house.", "minutes": ""}
    assert owner.http.post("/admin/modes/off", data=data, headers=headers).status_code == 303
    page = browser.open("/settings/profile")
    assert "Profile changes are paused since" in page.words
    assert "Moving house." in page.words and "We do not know yet how long" in page.words
    page = browser.send("/settings/profile", display_name="New", bio="Kept words")
    assert page.status == 503
    assert int(page.answer.headers["retry-after"]) > 0
    assert page.form("/settings/profile").values["bio"] == "Kept words"
    owner.open("/admin/modes")
    owner.send("/admin/modes/on")
    browser.open("/settings/profile")
    assert browser.send("/settings/profile", display_name="New").words.count("Saved.") == 1


def test_too_many_attempts_are_told_with_the_time_to_wait(
    new_server: Callable[..., RunningServer], browsers: Browsers
) -> None:
    server = new_server(HOLDFAST_RATE_LIMITS="on").start().set_up()
    browser = browsers(server)
    browser.open("/auth/sign_in")
    for _ in range(10):
        page = browser.send("/auth/sign_in", login="owner", password="not the password")
        assert page.status == 422
        assert page.form("/auth/sign_in").values["login"] == "owner"
    page = browser.send("/auth/sign_in", login="owner", password=PASSWORD)
    assert page.status == 429
    assert "try again in 15 minutes" in page.words
    assert int(page.answer.headers["retry-after"]) > 600
