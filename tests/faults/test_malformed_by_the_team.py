"""Values that no field can hold, sent by an owner: whoever may ask for everything gets no server error either."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from holdfast import access
from holdfast.acting import SYSTEM
from holdfast.mastodon import admin, own
from holdfast.mastodon.endpoints import Declared
from tests.databases import ENGINES
from tests.faults.test_malformed import ODD_VALUES, fields_of
from tests.mastodon.asking import Voice
from tests.mastodon.town import Town, town_on

SOUND = {
    "sender": "x", "body": "y", "hours": 2, "kind": "term", "value": "zz", "category": "spam", "text": "x",
    "outcome": "upheld", "keys": ["new_users"], "start_at": "2026-01-01", "end_at": "2026-01-02", "type": "none",
    "severity": "no_access",
}  # fmt: skip


@pytest.fixture(scope="module", params=ENGINES)
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One server, on each engine in turn."""
    with town_on(request.param, tmp_path_factory.mktemp("town") / "data", request) as made:
        yield made


def things(town: Town, boss: Voice) -> dict[str, str]:
    """One of everything that has an id, under the part of a path that it follows."""
    ada, bo = town.people("ada", "bo")
    post = ada.says("x")
    report = bo.post("/api/v1/reports", account_id=ada.id, status_ids=[post["id"]])["id"]
    return {
        "accounts": ada.id,
        "reports": report,
        "cases": boss.get("/api/holdfast/v1/cases")[0]["id"],
        "notices": boss.post("/api/holdfast/v1/notices", sender="x", body=post["url"], hours=3)["id"],
        "ip_blocks": boss.post("/api/v1/admin/ip_blocks", ip="192.0.2.0/24", severity="sign_up_block")["id"],
        "domain_blocks": boss.post("/api/v1/admin/domain_blocks", domain="a.example")["id"],
    }


def requests(endpoint: Declared) -> Iterator[tuple[str, bytes | None, str]]:
    """Queries and bodies, each with one value that nobody can mean."""
    names = fields_of(endpoint)
    for what, value in ODD_VALUES.items():
        for name in names:
            if endpoint.route.method == "GET":
                if not isinstance(value, dict | list | None) and len(str(value)) <= 5_000:
                    yield urlencode({name: str(value)}), None, f"{name}: {what}"
                continue
            for body in ({name: value}, {one: SOUND[one] for one in names if one in SOUND} | {name: value}):
                encoded = json.dumps(body).encode()
                if len(encoded) <= 900_000:
                    yield "", encoded, f"{name}: {what}"


@pytest.mark.long
def test_an_owner_who_sends_nonsense_is_told_so(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    boss = town.token_of(
        access.create_member(town.db, SYSTEM, "boss", role="owner"), "admin:read admin:write read write"
    )
    there, wrong, asked = things(town, boss), [], 0
    for endpoint in (*admin.declared(), *own.declared()):
        method, path = endpoint.route.method, endpoint.route.path
        number = next((one for part, one in there.items() if f"/{part}/" in path and method != "DELETE"), "1")
        for query, body, what in requests(endpoint):
            options = {} if body is None else {"content": body, "headers": {"content-type": "application/json"}}
            answer = boss.ask(method, path.replace("{id}", number) + (f"?{query}" if query else ""), **options)
            asked += 1
            if answer.status_code >= 500:
                wrong.append(f"{method} {path}, {what}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
    assert asked > 5_000
