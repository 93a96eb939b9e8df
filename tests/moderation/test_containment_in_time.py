"""A running server contains what nobody has decided within seconds of its deadline, and after a kill as well."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.databases import ENGINES
from tests.servers import NewMember, RunningServer
from tests.site.several import until
from tests.web.test_reading import post

MOST_S = 5.0


def letter(server: RunningServer, about: str, seconds: float) -> str:
    """A host's letter that names an address and a deadline so soon; the notice's number."""
    deadline = int((time.time() + seconds) * 1000)
    words = {"sender": "A host", "kind": "host", "category": "hate", "reference": ""}
    return str(server.call("notice.add", body=about, deadline=deadline, **words)["notice"]["id"])


def contained(server: RunningServer, number: str) -> dict[str, Any]:
    """The notice, once its one entry is contained."""
    until(lambda: server.call("notice.show", notice_id=number)["contained"] == 1, longest_s=20)
    told: dict[str, Any] = server.call("notice.show", notice_id=number)
    return told


def late_by(told: dict[str, Any]) -> float:
    """Seconds from the deadline to the containment."""
    return float(told["items"][0]["contained_at"] - told["notice"]["deadline"]) / 1000


def status_for(server: RunningServer, who: NewMember, status_id: str) -> int:
    with server.client(who.token) as http:
        return http.get(f"/api/v1/statuses/{status_id}").status_code


def test_what_is_late_is_hidden_within_five_seconds(server: RunningServer) -> None:
    ada, bo = server.member("ada"), server.member("bo")
    loud = post(server, bo, "Something that the host objects to")
    number = letter(server, loud["url"], 1.0)
    assert status_for(server, ada, loud["id"]) == 200
    told = contained(server, number)
    assert 0 <= late_by(told) < MOST_S
    assert status_for(server, ada, loud["id"]) == 404
    assert status_for(server, bo, loud["id"]) == 200  # its author still sees it, and is told


@pytest.mark.parametrize("engine", ENGINES)
def test_a_deadline_that_passes_while_the_server_is_dead_counts_at_its_start(
    engine: str, new_server: Callable[..., RunningServer]
) -> None:
    server = new_server(engine).start().set_up()
    ada, bo = server.member("ada"), server.member("bo")
    loud = post(server, bo, "Something that the host objects to")
    number = letter(server, loud["url"], 0.7)
    server.stop(kill=True)
    time.sleep(0.8)
    server.start()
    began = time.time()
    told = contained(server, number)
    assert told["items"][0]["contained_at"] / 1000 - began < MOST_S
    assert late_by(told) >= 0
    assert status_for(server, ada, loud["id"]) == 404
