"""The declared endpoints against the documented ones."""

from __future__ import annotations

from pathlib import Path

from tests.conformance import catalogue
from tests.conformance.catalogue import key, served
from tests.conformance.documented import ENDPOINTS, plain

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "api-coverage.md"


def test_every_method_of_tiers_one_and_two_is_served_or_empty_with_a_reason() -> None:
    rows = [row for row in ENDPOINTS if row["tier"] in ("1", "2")]
    assert len(rows) == 86
    assert [key(row) for row in rows if catalogue.state(row) == "not yet"] == []


def test_every_method_of_tiers_three_and_four_is_served_but_those_that_wait_for_something() -> None:
    known = {key(row): row for row in ENDPOINTS}
    missing = {key(row) for row in ENDPOINTS if row["tier"] != "legacy" and catalogue.state(row) == "not yet"}
    assert missing == set(catalogue.NOT_YET)
    assert set(catalogue.OURS) | set(catalogue.ELSEWHERE) | set(catalogue.EMPTY) <= {*known, *catalogue.OURS}


def test_methods_ask_for_the_documented_token_and_scopes() -> None:
    declared = served()
    for row in ENDPOINTS:
        found = declared.get(plain(key(row)))
        if found is None:
            continue
        if key(row) in catalogue.OPENER:
            assert (row["auth"], found.route.auth) == ("user", "public-or-user")
        elif key(row) in catalogue.CORRECTED:
            assert (row["auth"], found.route.auth) == ("app", "user")
        else:
            assert found.route.auth == row["auth"], key(row)
        as_well = row["scopes"].replace("write:", "read:") + "|" if key(row) in catalogue.READABLE else ""
        wider = f"|{catalogue.WIDER[key(row)]}" if key(row) in catalogue.WIDER else ""
        assert "&".join(found.needs) == as_well + row["scopes"] + wider, key(row)
        assert str(found.route.tier) == row["tier"].replace("legacy", "3"), key(row)


def test_nothing_is_served_that_is_not_in_the_documentation_or_on_our_list() -> None:
    known = {plain(key(row)) for row in ENDPOINTS}
    assert {name for name in served() if name not in known} == set(catalogue.OURS)
    old = {plain(key(row)) for row in ENDPOINTS if row["tier"] == "legacy"}
    assert {name for name in served() if name in old} == {plain(name) for name in catalogue.OLD}


def test_the_table_of_what_is_served_is_up_to_date() -> None:
    table = catalogue.table()
    print(table)
    assert DOCUMENT.read_text() == table, "run python -m tests.conformance.catalogue"
