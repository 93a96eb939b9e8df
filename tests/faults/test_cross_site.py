"""Requests that another site makes a member's browser send: they change nothing, whichever door they try."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from holdfast import mastodon, web
from tests.servers import PASSWORD, RunningServer
from tests.web.browser import Browser

EVIL = {"origin": "https://evil.example", "sec-fetch-site": "cross-site", "referer": "https://evil.example/"}
FORMS = [page for page in web.declared() if page.method == "POST"]
WRITING = [one for one in mastodon.declared() if one.route.method != "GET" and one.route.auth == "user"]
READING = [one for one in mastodon.declared() if one.route.method == "GET" and one.route.auth == "user"]


def path_of(pattern: str) -> str:
    """An address of a pattern."""
    return re.sub(r"\{[^}]*\}", "1", pattern)


@pytest.fixture
def victim(server: RunningServer) -> Iterator[Browser]:
    """The owner's browser, signed in: whoever could use its cookie could do anything."""
    with Browser(server.base_url) as browser:
        browser.sign_in("owner", PASSWORD)
        yield browser


def test_the_api_takes_no_cookie_for_authority(victim: Browser) -> None:
    for one in (*WRITING, *READING):
        if "streaming" in one.route.path:
            continue
        for headers in (EVIL, {}):
            answer = victim.http.request(one.route.method, path_of(one.route.path), headers=headers)
            assert answer.status_code == 401, (one.route.method, one.route.path, answer.status_code)
            assert "access-control-allow-credentials" not in answer.headers


def told(client: httpx.Client) -> Any:
    """What everybody is told of the server and of its owner, but for how many are active."""
    instance = client.get("/api/v2/instance").json()
    del instance["usage"]
    return instance, client.get("/api/v1/accounts/lookup?acct=owner").json()


def test_forms_sent_by_another_site_change_nothing(server: RunningServer, victim: Browser) -> None:
    token = victim.open("/settings/profile").forms[0].values["form_token"]
    with server.client() as client:
        before = told(client)
        stolen = {
            "form_token": token,
            "id": "1",
            "display_name": "Evil",
            "name": "Evil",
            "text": "Evil",
            "role": "member",
        }
        for page in FORMS:
            answer = victim.http.post(path_of(page.path), data=stolen, headers=EVIL)
            assert answer.status_code == 403, page.path
        assert told(client) == before
    assert victim.open("/settings/profile").status == 200


def test_other_sites_may_read_the_api_but_never_as_the_member(victim: Browser) -> None:
    answer = victim.http.get("/api/v1/timelines/public", headers=EVIL)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    page = victim.http.get("/settings/profile", headers=EVIL)
    assert "access-control-allow-origin" not in page.headers
