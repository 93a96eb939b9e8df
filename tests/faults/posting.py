"""Members who post as fast as they are acknowledged, over connections that stay open, until told to stop."""

from __future__ import annotations

import http.client
import itertools
import json
import threading
from dataclasses import dataclass, field

from tests.servers import NewMember, RunningServer

REFUSED_S = 0.05  # before who was refused tries something else


@dataclass
class Told:
    """What one member was told: the id of each acknowledged post by its key, and how the rest ended."""

    acknowledged: dict[str, str] = field(default_factory=dict)
    unanswered: list[str] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)
    favourited: set[str] = field(default_factory=set)


class Load:
    """One thread for each member; ``stop`` (or the server's death) ends them. A post's key is its text."""

    def __init__(self, server: RunningServer, members: list[NewMember], *, mention: str = "", start: int = 0) -> None:
        self.told = {member.name: Told() for member in members}
        self._port = server.port
        self._mention = mention
        self._start = start
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._post, args=(member,)) for member in members]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let the requests under way end, then the threads."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(timeout=30)
            assert not thread.is_alive()

    @property
    def acknowledged(self) -> int:
        """How many posts were acknowledged so far."""
        return sum(len(told.acknowledged) for told in self.told.values())

    def _post(self, member: NewMember) -> None:
        told = self.told[member.name]
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        for number in itertools.count(self._start):
            if self._stopping.is_set():
                break
            text = f"{self._mention} {member.name} says {number}".strip()
            try:
                status, answer = publish(connection, member.token, text)
                if status == 200:
                    told.acknowledged[text] = answer["id"]
                    if number % 3 == 0:
                        path = f"/api/v1/statuses/{answer['id']}/favourite"
                        status, _ = ask(connection, member.token, path, {})
                        if status == 200:
                            told.favourited.add(text)
                else:
                    told.refused[text] = status
                    self._stopping.wait(REFUSED_S)
            except (OSError, http.client.HTTPException):
                if text not in told.acknowledged:
                    told.unanswered.append(text)
                break
        connection.close()


def publish(connection: http.client.HTTPConnection, token: str, text: str) -> tuple[int, dict[str, str]]:
    """Post a text, with itself as the key that keeps a repeated request from posting it twice."""
    return ask(connection, token, "/api/v1/statuses", {"status": text}, {"Idempotency-Key": text})


def ask(
    connection: http.client.HTTPConnection,
    token: str,
    path: str,
    body: dict[str, str],
    headers: dict[str, str] | None = None,
) -> tuple[int, dict[str, str]]:
    """One POST in JSON: its status and answer."""
    sent = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"} | (headers or {})
    connection.request("POST", path, json.dumps(body), sent)
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())
