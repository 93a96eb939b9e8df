"""Many more requests made from the API's own document than the suite sends: never a server error."""

from __future__ import annotations

import time
from collections import Counter

import schemathesis
from schemathesis.generation import GenerationMode

from proof.recording import MINUTES, record
from tests.faults.scene import settled
from tests.faults.test_fuzzed import CONFIG, fuzz
from tests.servers import RunningServer

FIRST_EXAMPLES = 16
"""Requests of each kind to each operation in the first round; each further round sends twice as many."""


def test_no_request_is_a_server_error(server: RunningServer) -> None:
    server.call("settings.set", values={"new_account_posts_per_hour": 0})
    member, logged = server.member("fuzzer"), len(server.log())
    failed: list[str] = []
    seen: Counter[int] = Counter()
    end = time.monotonic() + MINUTES * 60 / 2  # on each of the two engines
    examples = FIRST_EXAMPLES
    with server.client(member.token, follow_redirects=False) as client:
        schema = schemathesis.openapi.from_dict(client.get("/docs/openapi.json").json(), config=CONFIG)
        scene = settled(server, client)
        operations = [found.ok() for found in schema.get_all_operations()]
        while time.monotonic() < end and not failed:
            for operation in operations:
                if "streaming" in operation.path or time.monotonic() >= end:
                    continue
                for mode in GenerationMode:
                    failed += fuzz(operation, mode, examples, client, scene, seen)
            examples *= 2
    assert not failed, "\n".join(failed[:20])
    assert '"level":"error"' not in server.log()[logged:].replace(" ", "")
    statuses = {str(status): count for status, count in sorted(seen.items())}
    record(f"fuzzing-{server.engine}", requests=sum(seen.values()), server_errors=0, statuses=statuses)
