"""The server's rules, and the versions of its terms."""

from __future__ import annotations

import pytest

from holdfast import access
from holdfast.errors import Invalid, NotFound
from holdfast.store import HOUR
from holdfast.writes import Database

from .cast import member


def texts(db: Database) -> list[str]:
    with db.read() as r:
        return [rule.text for rule in access.rules(r)]


def test_rules_are_added_worded_anew_moved_and_removed(db: Database) -> None:
    adam = member(db, "adam", role="administrator")
    first = access.add_rule(db, adam, "Be  kind.", "To everybody.")
    second = access.add_rule(db, adam, "No spam.")
    access.change_rule(db, adam, second, text="No advertising.", position=0)
    assert texts(db) == ["No advertising.", "Be kind."]
    access.remove_rule(db, adam, first)
    assert texts(db) == ["No advertising."]
    for attempt in (
        lambda: access.remove_rule(db, adam, first),
        lambda: access.change_rule(db, adam, first, text="Again."),
    ):
        with pytest.raises(NotFound):
            attempt()


@pytest.mark.parametrize(("text", "hint"), [("  ", ""), ("x" * 501, ""), ("Fine.", "x" * 2001)])
def test_a_rule_has_words_and_not_too_many(db: Database, text: str, hint: str) -> None:
    with pytest.raises(Invalid):
        access.add_rule(db, member(db, "adam", role="administrator"), text, hint)


def test_members_and_moderators_make_no_rules_and_no_terms(db: Database) -> None:
    for role in ("member", "moderator"):
        who = member(db, f"{role}_1", role=role)
        with pytest.raises(access.NotPermitted):
            access.add_rule(db, who, "Mine.")
        with pytest.raises(access.NotPermitted):
            access.publish_document(db, who, "terms", "Mine.")


def test_the_newest_terms_in_force_are_shown_and_older_ones_stay_readable(db: Database) -> None:
    adam = member(db, "adam", role="administrator")
    later = db.clock.now() + HOUR
    for number, (text, start) in enumerate([("One.", None), ("Two.", None), ("Three.", later)], 1):
        assert access.publish_document(db, adam, "terms", text, effective_at=start) == number
    now = db.clock.now()
    with db.read() as r:
        shown = [access.document(r, "terms", now=now), access.document(r, "terms", now=later)]
        assert [one.text if one else None for one in shown] == ["Two.", "Three."]
        first = access.document(r, "terms", now=now, version=1)
        assert first is not None
        assert first.text == "One."
        assert access.document(r, "privacy", now=now) is None
        assert [one.version for one in access.document_versions(r, "terms")] == [3, 2, 1]
    with pytest.raises(Invalid):
        access.publish_document(db, adam, "terms", " ")
