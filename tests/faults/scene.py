"""One of everything that has an id, made by a member over the API, and where an address wants which id."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import httpx

from tests.servers import NewMember, RunningServer

NEVER = "999999999999999999"


@dataclass
class Scene:
    """What belongs to one member: ids by kind, as an address names them."""

    owner: NewMember
    ids: dict[str, str] = field(default_factory=dict)

    def fill(self, path: str) -> str:
        """An address with the ids of this scene in it, ``{id}`` and ``{account_id}`` by what stands before them."""
        kind = kind_of(path)
        return re.sub(r"\{(\w+)\}", lambda found: self.ids.get(kind or found[1], NEVER), path)


def kind_of(path: str) -> str:
    """Of what kind the id in an address is: ``statuses``, ``accounts``, …; empty where there is none."""
    found = re.search(r"/(\w+)/\{(?:id|account_id|list_id)\}", path)
    return found[1] if found else ""


def good(answer: httpx.Response) -> dict[str, str]:
    """The JSON of an answer that tells success."""
    assert answer.status_code == 200, f"{answer.request.method} {answer.request.url}: {answer.text}"
    found: dict[str, str] = answer.json()
    return found


def settled(server: RunningServer, client: httpx.Client) -> Scene:
    """Some things with real ids, so that requests get further than to what does not exist."""
    scene = Scene(server.member("ada"))
    other = server.member("berit")
    poll = {"options": ["one", "two"], "expires_in": 3600}
    status = good(client.post("/api/v1/statuses", json={"status": "fuzzed", "poll": poll}))
    scene.ids = {"statuses": status["id"], "polls": status["poll"]["id"], "accounts": other.id}  # type: ignore[index]
    scene.ids["follow_requests"] = other.id
    return scene
