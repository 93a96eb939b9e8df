"""Requests that schemathesis makes from the API's own document, right ones and wrong ones: never a server error."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.generation import GenerationMode

from tests.faults.scene import Scene, settled
from tests.servers import RunningServer

pytestmark = pytest.mark.long

EXAMPLES = {GenerationMode.POSITIVE: 3, GenerationMode.NEGATIVE: 5}
CONFIG = schemathesis.Config.from_dict({"generation": {"allow-x00": True, "codec": "utf-8"}})


def test_no_request_made_from_the_document_is_a_server_error(server: RunningServer) -> None:
    server.call("settings.set", values={"new_account_posts_per_hour": 0})
    fuzzer, logged = server.member("fuzzer"), len(server.log())
    with server.client(fuzzer.token, follow_redirects=False) as client:
        document = client.get("/docs/openapi.json").json()
        scene = settled(server, client)
        failed: list[str] = []
        seen: Counter[int] = Counter()
        for turn, mode in enumerate(EXAMPLES):
            # What is made wrongly has texts for files: schemathesis cannot break a form that has a file in it.
            shown = document if mode is GenerationMode.POSITIVE else without_files(document)
            operations = schemathesis.openapi.from_dict(shown, config=CONFIG).get_all_operations()
            for number, operation in enumerate(found.ok() for found in operations):
                # One engine is asked rightly what the other is asked wrongly: making the requests takes the time.
                if (number + turn + (server.engine == "sqlite")) % 2 == 0 and "streaming" not in operation.path:
                    failed += fuzz(operation, mode, EXAMPLES[mode], client, scene, seen)
    assert not failed, "\n".join(failed[:20])
    assert seen[200] > 25 and sum(seen[status] for status in (400, 404, 422)) > 150, seen
    assert '"level":"error"' not in server.log()[logged:].replace(" ", "")


def without_files(document: Any) -> Any:
    """An API's document in which every file is any text."""
    if isinstance(document, dict):
        return {name: without_files(value) for name, value in document.items() if (name, value) != ("format", "binary")}
    return [without_files(one) for one in document] if isinstance(document, list) else document


def fuzz(
    operation: Any, mode: GenerationMode, examples: int, client: httpx.Client, scene: Scene, seen: Counter[int]
) -> list[str]:
    """Send so many requests to one operation; what went wrong."""
    failed: list[str] = []
    dice = random.Random(operation.label)

    @seed(41)
    @settings(
        max_examples=examples,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def send(case: Any) -> None:
        if case.path_parameters and dice.random() < 0.6:
            for name in case.path_parameters:
                case.path_parameters[name] = scene.fill(operation.path.rpartition("}")[0] + "}").rpartition("/")[2]
        request = as_request(case, client)
        answer = client.send(request)
        seen[answer.status_code] += 1
        if answer.status_code == 503 and operation.path.endswith("/translate"):
            return  # documented: this server has nobody who translates
        if answer.status_code >= 500 or (answer.status_code >= 400 and not error_in(answer)):
            failed.append(
                f"{answer.status_code} {request.method} {request.url} {request.content[:300]!r}: {answer.text}"
            )

    try:
        send()
    except Unsatisfiable:  # a method without parameters cannot be asked wrongly
        assert mode is GenerationMode.NEGATIVE, operation.label
    return failed


def error_in(answer: httpx.Response) -> bool:
    """Whether an answer says in its body what is wrong."""
    try:
        return bool(answer.json()["error"])
    except (ValueError, KeyError, TypeError):
        return False


def as_request(case: Any, client: httpx.Client) -> httpx.Request:
    """A generated case as a request of this client, with its token."""
    kept = ("method", "url", "headers", "params", "data", "json", "files")
    arguments = case.as_transport_kwargs(base_url=str(client.base_url).rstrip("/"))
    sent = requests.Request(**{name: value for name, value in arguments.items() if name in kept}).prepare()
    headers = {name: value for name, value in sent.headers.items() if name.lower() not in ("authorization", "cookie")}
    body = sent.body.encode() if isinstance(sent.body, str) else sent.body
    return client.build_request(sent.method or "GET", sent.url or "", content=body, headers=headers)
