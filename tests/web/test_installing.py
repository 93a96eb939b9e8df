"""What a browser is told in order to install the pages, how they look in it, and pushes to it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.databases import ENGINES
from tests.mastodon.test_push import Device, Service
from tests.servers import PASSWORD, NewMember, RunningServer
from tests.web.browser import Browser
from tests.web.test_home import ask
from tests.web.test_reading import post

Browsers = Callable[..., Browser]


@pytest.fixture
def ada(server: RunningServer) -> NewMember:
    return server.member("ada")


def test_the_manifest_and_the_worker_stand_at_the_root(server: RunningServer, browsers: Browsers) -> None:
    browser = browsers(server)
    page = browser.open("/")
    assert any(found.get("href") == "/manifest.webmanifest" for tag, found in page.tags if tag == "link")
    answer = browser.http.get("/manifest.webmanifest")
    assert answer.headers["content-type"] == "application/manifest+json; charset=utf-8"
    told: dict[str, Any] = answer.json()
    assert (told["name"], told["scope"], told["start_url"]) == ("Harbour", "/", "/home")
    for icon in told["icons"]:
        found = browser.http.get(icon["src"])
        assert found.status_code == 200 and found.headers["content-type"] == icon["type"]
    assert {one["url"] for one in told["shortcuts"]} == {"/write", "/notifications"}
    assert told["share_target"]["params"] == {"title": "title", "text": "text", "url": "url"}
    answer = browser.http.get("/sw.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    kept = re.findall(r'"(/static/[^"]+)"', answer.text)
    assert any(path.endswith("js/app.js") for path in kept)
    assert all(browser.http.get(path).status_code == 200 for path in kept)
    assert "What works meanwhile" in browser.open("/offline").words


def test_looks_are_chosen_apart_and_rendered_by_the_server(
    server: RunningServer, browsers: Browsers, ada: NewMember
) -> None:
    browser = browsers(server)
    browser.sign_in(ada.name, PASSWORD)

    def root() -> dict[str, str]:
        return next(found for tag, found in browser.open("/home").tags if tag == "html")

    def contrast() -> list[str]:
        links = (found for tag, found in browser.open("/home").tags if tag == "link")
        return [found.get("media", "all") for found in links if "contrast.css" in found["href"]]

    assert root() == {"lang": "en", "dir": "ltr"}
    assert contrast() == ["(prefers-contrast: more)"]
    browser.open("/settings/appearance")
    page = browser.send("/settings/appearance", theme="dark", contrast="more", counts=None)
    assert "Saved." in page.words
    assert root() == {"lang": "en", "dir": "ltr", "data-theme": "dark", "data-contrast": "more", "data-counts": "off"}
    assert contrast() == ["all"]
    browser.open("/settings/appearance")
    browser.send("/settings/appearance", theme="system", contrast="normal", counts="yes")
    assert root() == {"lang": "en", "dir": "ltr", "data-contrast": "normal"}
    assert contrast() == []
    browser.open("/settings/appearance")
    assert browser.send("/settings/appearance", theme="pink").status == 422


@pytest.fixture
def service() -> Iterator[Service]:
    """A push service on this machine."""
    made = Service()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_browser_is_told_by_pushes_until_its_session_ends(
    engine: str, new_server: Callable[..., RunningServer], browsers: Browsers, service: Service
) -> None:
    reach = {"HOLDFAST_OUTGOING_ALLOW_PRIVATE": "127.0.0.0/8", "HOLDFAST_OUTGOING_PORTS": str(service.port)}
    server = new_server(engine, **reach).start().set_up()
    ada, bo = server.member("ada"), server.member("bo")
    browser = browsers(server)
    browser.sign_in(ada.name, PASSWORD)
    page = browser.open("/settings/push")
    assert "data-server-key" in page.form("/settings/push").attributes
    assert browser.send("/settings/push").status == 422  # a form without a script says nowhere
    device = Device(service.port, "laptop")
    keys = device.asked()["subscription"]["keys"]
    browser.open("/settings/push")
    assert browser.send("/settings/push", endpoint="ftp://x", **keys).status == 422
    browser.open("/settings/push")
    page = browser.send("/settings/push", endpoint=device.endpoint, **keys, favourite=None)
    assert "This browser is told from now on" in page.words
    said = post(server, bo, f"Hello @{ada.name}")
    told = device.opened(*arrived(service))
    assert (told["title"], told["path"]) == (f"{bo.name} mentioned you", f"/@{bo.name}/{said['id']}")
    assert "Hello @" in browser.open(told["path"]).words
    browser.open("/settings/push")
    browser.send("/settings/push", mention=None, follow="yes")
    post(server, bo, f"Again @{ada.name}")
    ask(server, bo, "POST", f"/api/v1/accounts/{ada.id}/follow")
    told = device.opened(*arrived(service))
    assert (told["notification_type"], told["path"]) == ("follow", f"/@{bo.name}")
    # signing out ends it, and nothing is left behind
    browser.open("/you")
    browser.send("/auth/sign_out")
    ask(server, server.member("cy"), "POST", f"/api/v1/accounts/{ada.id}/follow")
    browser.sign_in(ada.name, PASSWORD)
    assert "Tell this browser nothing" not in browser.open("/settings/push").words
    assert service.came == []


def arrived(service: Service) -> tuple[dict[str, str], bytes]:
    """The push that comes next: its headers and its body."""
    end = time.monotonic() + 10
    while not service.came:
        assert time.monotonic() < end, "no push came"
        time.sleep(0.02)
    _, headers, body = service.came.pop(0)
    return headers, body
