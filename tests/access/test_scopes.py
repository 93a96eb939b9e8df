"""The tree of scopes, against the documented one."""

import csv
from pathlib import Path

import pytest

from holdfast.access import scopes
from holdfast.access.scopes import UnknownScope, covers, narrower, parse

TSV = Path(__file__).parent.parent / "data" / "mastodon-api" / "scopes.tsv"
DOCUMENTED = list(csv.DictReader(TSV.read_text().splitlines(), delimiter="\t"))


def test_all_documented_scopes_are_known_and_no_others():
    assert {row["scope"] for row in DOCUMENTED} == scopes.ALL
    assert len(scopes.ALL) == 47


def test_each_scope_is_covered_by_itself_and_its_documented_parents_only():
    for row in DOCUMENTED:
        parents = {p for p in row["granted_by"].split(",") if p}
        covering = {wide for wide in scopes.ALL if covers({wide}, row["scope"])}
        assert covering == parents | {row["scope"]}


def test_alternatives_need_one_and_conjunctions_all():
    assert covers(parse("profile"), "profile|read:accounts")
    assert covers(parse("read"), "profile|read:accounts")
    assert not covers(parse("write"), "profile|read:accounts")
    assert covers(parse("read write"), "read:follows&write:follows")
    assert not covers(parse("read"), "read:follows&write:follows")
    assert covers(parse("follow"), "write:media|read:follows&write:follows")


def test_nothing_needed_is_always_covered():
    assert covers(frozenset(), "")


def test_a_part_of_a_name_is_not_a_scope():
    assert not covers(parse("read:statuses"), "read")
    for unknown in ("reading", "read:", "READ", "admin", "write:search"):
        with pytest.raises(UnknownScope):
            parse(f"read {unknown}")


def test_scopes_are_read_and_written_as_text():
    assert parse(" write  read ") == {"read", "write"}
    assert parse("") == frozenset()
    assert scopes.text(parse("write follow read")) == "follow read write"


def test_an_app_may_ask_for_less_than_it_registered_but_never_for_more():
    assert narrower(parse("read:statuses"), parse("read"))
    assert narrower(parse("read"), parse("read write"))
    assert narrower(frozenset(), parse("read"))
    assert not narrower(parse("read"), parse("read:statuses"))
    assert not narrower(parse("read push"), parse("read"))
