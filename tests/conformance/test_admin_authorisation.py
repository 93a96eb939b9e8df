"""Each method for administrators, asked by every role, by strangers, and with tokens that are too weak.

Who is let through follows from the permission that the documentation names for a method. Nobody learns from the answer
whether there is something under an id before it is clear that they may ask.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from holdfast import access
from holdfast.access import ROLES
from holdfast.acting import SYSTEM
from tests.conformance.catalogue import key
from tests.conformance.documented import ENDPOINTS
from tests.databases import ENGINES
from tests.mastodon.asking import Voice
from tests.mastodon.town import Town, town_on

ROWS = [row for row in ENDPOINTS if row["tier"] == "4"]
SCOPES = "admin:read admin:write read write"
WEAK = {"admin:read": "read write follow push", "admin:write": "admin:read read write follow push"}
BODY = {
    "type": "none", "domain": "x.example", "email": "x@x.example", "ip": "192.0.2.1", "severity": "no_access",
    "keys": ["new_users"], "start_at": "2026-01-01T00:00:00Z", "end_at": "2026-01-02T00:00:00Z", "frequency": "day",
}  # fmt: skip
NEEDS = {
    "Manage Users": "accounts.suspend",
    "Manage Users, Manage Reports": "cases.decide",
    "Manage Reports": "reports.write",
    "Manage Federation": "servers.write",
    "Manage Blocks": "sign_up.block",
    "View Dashboard": "metrics.read",
    "Manage Taxonomies": "trends.write",
    "Delete User Data": "server.own",
}
"""Which of our permissions stands for which of the documented ones."""

READS = {"Manage Users": "accounts.read", "Manage Reports": "reports.read"}
"""The same where a method only reads, and reading is a permission of its own."""


def needed(row: dict[str, str]) -> set[str]:
    """The permissions that a method needs; every method about an account needs that of reading it."""
    named = row["role_permission"]
    own = (READS if row["method"] == "GET" else NEEDS).get(named, NEEDS[named])
    about_accounts = "/accounts" in row["path"]
    return {own, "accounts.read"} if about_accounts else {own}


def ask(who: Voice, row: dict[str, str], number: str = "1") -> Any:
    """The method for this id; nothing has the usual one."""
    body = BODY | ({"severity": "silence"} if "domain_blocks" in row["path"] else {})
    options = {} if row["method"] == "GET" else {"json": body}
    return who.ask(row["method"], re.sub(r":\w+", number, row["path"]), **options)


@pytest.fixture(scope="module", params=ENGINES)
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One server, on each engine in turn."""
    with town_on(request.param, tmp_path_factory.mktemp("town") / "data", request) as made:
        yield made


def test_every_role_reaches_what_it_may_and_nothing_else(town: Town) -> None:
    assert len(ROWS) == 47
    wrong: list[str] = []
    target = town.token_of(access.create_member(town.db, SYSTEM, "target", approved=False), "read")
    access.suspend(town.db, SYSTEM, target.number or 0)
    boss = town.token_of(access.create_member(town.db, SYSTEM, "owner", role="owner"), SCOPES)
    before = boss.get(f"/api/v1/admin/accounts/{target.id}")
    for name, role in ROLES.items():
        who = town.person(name, SCOPES)
        access.set_role(town.db, SYSTEM, who.number or 0, name)
        for row in ROWS:
            is_allowed = needed(row) <= role.permissions
            is_about_them = "/accounts/:id" in row["path"] and not is_allowed
            status = ask(who, row, target.id if is_about_them else "1").status_code
            if (status not in (200, 404, 422)) if is_allowed else (status != 403):
                wrong.append(f"{name}: {key(row)} answered {status}")
    assert not wrong, "\n".join(wrong)
    assert boss.get(f"/api/v1/admin/accounts/{target.id}") == before


def test_strangers_and_tokens_without_the_scope_are_refused(town: Town) -> None:
    owner = access.create_member(town.db, SYSTEM, "boss", role="owner")
    weak = {scope: town.token_of(owner, scopes) for scope, scopes in WEAK.items()}
    lists = [row for row in ROWS if row["returns_array"] == "yes" and row["method"] == "GET"]
    before = [ask(town.token_of(owner, SCOPES), row).text for row in lists]
    for row in ROWS:
        assert ask(town.stranger, row).status_code == 401, key(row)
        wide = row["scopes"].rpartition(":")[0] if row["scopes"].count(":") == 2 else row["scopes"]
        answer = ask(weak[wide], row)
        assert answer.status_code == 403 and "outside the authorized scopes" in answer.text, key(row)
        enough = town.token_of(owner, row["scopes"])
        if row["method"] == "GET":
            assert ask(enough, row).status_code in (200, 404), key(row)
    assert [ask(town.token_of(owner, SCOPES), row).text for row in lists] == before
