"""Changing one's profile and posting defaults."""

from __future__ import annotations

import pytest

from holdfast import people
from holdfast.errors import Invalid
from holdfast.people import Bio, ProfileChange, ProfileField
from holdfast.writes import Database
from tests.people.builders import crowd, moderate, person, told


def field(name: str, value: str) -> ProfileField:
    return ProfileField(name, value, value)


def test_everything_on_a_profile_can_be_changed(db: Database) -> None:
    ada = person(db, "ada")
    change = ProfileChange(
        display_name="Ada",
        bio=Bio("I count.", "<p>I count.</p>"),
        fields=[field(" Home ", "ada.example"), field("", "")],
        avatar_key="a/1",
        avatar_description="A woman with a paper tape",
        header_key="h/1",
        header_description="Gears",
        is_locked=True,
        is_bot=True,
        is_discoverable=True,
        is_indexable=True,
        hides_collections=True,
        shows_media=False,
        shows_media_replies=False,
        shows_featured=False,
        attribution_domains=["News.example", "news.example"],
        default_visibility="private",
        default_sensitive=True,
        default_language="de",
        default_quote_policy="nobody",
    )
    people.update_profile(db, ada.acting, change)
    seen = ada.account
    assert (seen.display_name, seen.note, seen.note_html) == ("Ada", "I count.", "<p>I count.</p>")
    assert seen.fields == (ProfileField("Home", "ada.example", "ada.example"),)
    assert (seen.avatar_key, seen.avatar_description) == ("a/1", "A woman with a paper tape")
    assert (seen.header_key, seen.header_description) == ("h/1", "Gears")
    assert (seen.is_locked, seen.is_bot, seen.is_discoverable, seen.is_indexable) == (True,) * 4
    assert (seen.hides_collections, seen.shows_media, seen.shows_media_replies) == (True, False, False)
    assert (seen.shows_featured, seen.attribution_domains) == (False, ("news.example",))
    assert (seen.default_visibility, seen.default_sensitive) == ("private", True)
    assert (seen.default_language, seen.default_quote_policy) == ("de", "nobody")


def test_a_change_that_changes_nothing_leaves_no_trace(db: Database) -> None:
    ada = person(db, "ada", display_name="Ada")
    change = ProfileChange(display_name="Ada", fields=[field("a", "b")], is_locked=False, default_language=None)
    people.update_profile(db, ada.acting, change)
    revision = ada.account.revision
    people.update_profile(db, ada.acting, change)
    people.update_profile(db, ada.acting, ProfileChange())
    assert ada.account.revision == revision == 2
    assert told(db, people.ProfileChanged) == [people.ProfileChanged(account_id=ada.id, fields=("fields",))]


def test_posting_defaults_are_no_new_look(db: Database) -> None:
    ada = person(db, "ada")
    people.update_profile(db, ada.acting, ProfileChange(default_visibility="unlisted"))
    assert (ada.account.revision, ada.account.default_visibility) == (1, "unlisted")


def test_a_picture_is_taken_away_with_its_description_and_told_for_cleaning_up(db: Database) -> None:
    ada = person(db, "ada")
    people.update_profile(db, ada.acting, ProfileChange(avatar_key="a/1", avatar_description="me"))
    people.update_profile(db, ada.acting, ProfileChange(avatar_key="a/2"))
    assert ada.account.avatar_description == "me"
    people.update_profile(db, ada.acting, ProfileChange(avatar_key=None))
    assert (ada.account.avatar_key, ada.account.avatar_description) == (None, "")
    assert [event.dropped_blobs for event in told(db, people.ProfileChanged)] == [(), ("a/1",), ("a/2",)]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (ProfileChange(display_name="x" * 31), "display_name"),
        (ProfileChange(bio=Bio("x" * 501, "")), "note"),
        (ProfileChange(fields=[field(str(i), "x") for i in range(5)]), "fields"),
        (ProfileChange(fields=[field("x" * 256, "x")]), "fields"),
        (ProfileChange(fields=[field("x", "x" * 256)]), "fields"),
        (ProfileChange(fields=[field(" ", "x")]), "fields"),
        (ProfileChange(avatar_description="x" * 1501), "avatar_description"),
        (ProfileChange(header_description="x" * 1501), "header_description"),
        (ProfileChange(default_visibility="everybody"), "default_visibility"),
        (ProfileChange(default_quote_policy="some"), "default_quote_policy"),
        (ProfileChange(attribution_domains=["not a domain"]), "attribution_domains"),
        (ProfileChange(attribution_domains=[f"s{i}.example" for i in range(11)]), "attribution_domains"),
    ],
)
def test_what_breaks_a_limit_is_refused_by_its_field(db: Database, change: ProfileChange, name: str) -> None:
    ada = person(db, "ada")
    with pytest.raises(Invalid) as caught:
        people.update_profile(db, ada.acting, change)
    assert caught.value.fields[0].field == name
    assert ada.account.revision == 1


def test_suspended_and_deleted_members_change_nothing(db: Database) -> None:
    ada, bo, cy = crowd(db, "ada", "bo", "cy")
    moderate(db, people.suspend_account, ada)
    moderate(db, people.delete_account, bo)
    for gone in (ada, bo):
        for attempt in (
            lambda who: people.update_profile(db, who.acting, ProfileChange(is_bot=True)),
            lambda who: people.block_domain(db, who.acting, "far.example"),
            lambda who: people.set_marker(db, who.acting, "home", 1),
            lambda who: people.set_note(db, who.acting, cy.id, "hm"),
            lambda who: people.mute(db, who.acting, cy.id),
        ):
            with pytest.raises(people.AccountUnusable):
                attempt(gone)
