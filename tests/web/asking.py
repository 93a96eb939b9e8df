"""Asking the client API in a test of the pages, to read back what a form has done."""

from __future__ import annotations

import time
from typing import Any

from tests.servers import NewMember, RunningServer


def ask(server: RunningServer, who: NewMember, method: str, path: str, **values: Any) -> Any:
    """The answer to a member's app."""
    with server.client(who.token) as http:
        answer = http.request(method, path, json=values)
    assert answer.status_code == 200, answer.text
    return answer.json()


def tie(server: RunningServer, who: NewMember, to: NewMember) -> dict[str, Any]:
    """What one member is to another."""
    found: dict[str, Any] = ask(server, who, "GET", f"/api/v1/accounts/relationships?id[]={to.id}")[0]
    return found


def wait_for(server: RunningServer, who: NewMember, path: str, number: int) -> None:
    """Wait until a list has so many entries: telling is the work of jobs."""
    until = time.monotonic() + 10
    while len(ask(server, who, "GET", path)) < number:
        assert time.monotonic() < until, ask(server, who, "GET", path)
        time.sleep(0.02)
