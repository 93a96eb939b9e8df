"""A network with no access at all gets nothing of the server, through whichever door it comes."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.databases import ENGINES
from tests.servers import PASSWORD, RunningServer
from tests.web.browser import Browser

WORDS = "This is not possible from your network."
BLOCKED = "203.0.113.9"
OTHER = "198.51.100.7"


@pytest.fixture(params=ENGINES)
def proxied(request: pytest.FixtureRequest, new_server: Callable[..., RunningServer]) -> RunningServer:
    """A server that believes the proxy in front of it, which the tests play."""
    return new_server(request.param, HOLDFAST_TRUSTED_PROXIES="127.0.0.1").start().set_up()


def block(server: RunningServer, severity: str) -> None:
    with Browser(server.base_url, **{"x-forwarded-for": OTHER}) as owner:
        owner.sign_in("owner", PASSWORD)
        owner.open("/admin/blocks")
        assert owner.send("/admin/blocks/networks", ip="203.0.113.0/24", severity=severity).status == 200


def ask(server: RunningServer, ip: str, method: str, path: str, token: str | None = None) -> httpx.Response:
    with server.client(token) as http:
        return http.request(method, path, headers={"x-forwarded-for": ip})


def listen(socket: ClientConnection) -> None:
    """Hear what comes until the socket ends."""
    while True:
        socket.recv(timeout=5)


def test_nothing_is_served_to_a_blocked_network_but_health(proxied: RunningServer) -> None:
    ada = proxied.member("ada")
    assert ask(proxied, BLOCKED, "GET", "/api/v1/timelines/home", ada.token).status_code == 200
    block(proxied, "no_access")
    refused = [
        ("GET", "/api/v2/instance", None),
        ("GET", "/api/v1/timelines/home", ada.token),
        ("POST", "/api/v1/statuses", ada.token),
        ("POST", "/api/v1/apps", None),
        ("POST", "/oauth/token", None),
        ("GET", "/api/v1/streaming?stream=user", ada.token),
        ("GET", "/api/v1/streaming/user", ada.token),
    ]
    for method, path, token in refused:
        answer = ask(proxied, BLOCKED, method, path, token)
        assert answer.status_code == 403, path
        assert WORDS in answer.json().get("error_description", answer.json()["error"]), path
    assert ask(proxied, BLOCKED, "GET", "/media/" + "a" * 22 + ".png").status_code == 403
    assert ask(proxied, BLOCKED, "GET", "/about").status_code == 403
    assert ask(proxied, BLOCKED, "GET", "/healthz").status_code == 200
    assert ask(proxied, OTHER, "GET", "/api/v1/timelines/home", ada.token).status_code == 200


def test_sockets_of_a_blocked_network_end_and_do_not_come_back(proxied: RunningServer) -> None:
    ada = proxied.member("ada")
    url = f"ws://127.0.0.1:{proxied.port}/api/v1/streaming?stream=user"

    def headers(ip: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {ada.token}", "X-Forwarded-For": ip}

    with (
        connect(url, additional_headers=headers(BLOCKED), proxy=None) as blocked,
        connect(url, additional_headers=headers(OTHER), proxy=None) as other,
    ):
        block(proxied, "no_access")
        with pytest.raises(ConnectionClosed, match="network was blocked"):
            listen(blocked)
        other.ping().wait(5)
    with pytest.raises(InvalidStatus) as refused, connect(url, additional_headers=headers(BLOCKED), proxy=None):
        pass
    assert refused.value.response.status_code == 403
    assert WORDS.encode() in (refused.value.response.body or b"")


def test_a_block_of_sign_ups_only_lets_members_use_the_api(proxied: RunningServer) -> None:
    ada = proxied.member("ada")
    block(proxied, "sign_up_block")
    assert ask(proxied, BLOCKED, "GET", "/api/v1/timelines/home", ada.token).status_code == 200
