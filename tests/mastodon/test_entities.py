"""The entity structs against the documented attributes."""

import json
import re
import types
import typing
from pathlib import Path

import msgspec
import pytest
from msgspec import UnsetType

from holdfast.mastodon import entities
from holdfast.mastodon.entities import AnyQuote, Entity, date_text, datetime_text

DATA = Path(__file__).parent.parent / "data" / "mastodon-api"
DOCUMENTED = json.loads((DATA / "entities.json").read_text())

ELSEWHERE = {"IdentityProof", "Health"}  # a removed feature; a plain answer of the ops room
# Link previews without a date are common; servers send null where the docs promise a text.
NULLABLE_ALL_THE_SAME = {("PreviewCard", "published_at")}

LEAVES = {"string": str, "integer": int, "boolean": bool, "float": float, "number": float, "null": type(None)}


def documented() -> list[str]:
    return [n for n in DOCUMENTED if n not in ELSEWHERE]


def members(kind):
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        return set(typing.get_args(kind))
    return {kind}


def bare(kind):
    return typing.get_args(kind)[0] if typing.get_origin(kind) is typing.Annotated else kind


def core(kind):
    left = [m for m in members(kind) if m not in (UnsetType, type(None))]
    return bare(left[0]) if left else type(None)


def find(struct, attribute):
    """The type of `configuration[urls][status]`, found by walking from struct to struct."""
    kind = struct
    for step in re.findall(r"[^\[\]]+|\[\]", attribute):
        inner = core(kind)
        if step == "[]":
            kind = typing.get_args(inner)[0]
            continue
        found = {f.encode_name: f for f in msgspec.structs.fields(inner)}
        assert step in found, f"{inner.__name__} has no {step}"
        kind = found[step].type
        assert (UnsetType in members(kind)) == (found[step].default is msgspec.UNSET)
    return kind


@pytest.mark.parametrize("name", documented())
def test_every_documented_attribute_is_there_and_as_nullable_and_optional_as_documented(name):
    struct = getattr(entities, name.replace("::", ""))
    entry = DOCUMENTED[name]
    for attribute, facts in entry["attributes"].items():
        if facts.get("removed_in"):
            continue
        if name == "AnnualReport" and attribute.startswith("data["):
            continue_with = find(struct, attribute)
            assert continue_with is not None
            continue
        kind = find(struct, attribute)
        nullable = facts["nullable"] or (name, attribute) in NULLABLE_ALL_THE_SAME
        assert (type(None) in members(kind)) == nullable, attribute
        assert (UnsetType in members(kind)) == facts["optional"], attribute


@pytest.mark.parametrize("name", documented())
def test_every_attribute_has_the_documented_type(name):
    struct = getattr(entities, name.replace("::", ""))
    for attribute, facts in DOCUMENTED[name]["attributes"].items():
        if facts.get("removed_in"):
            continue
        kind = core(find(struct, attribute))
        if facts.get("format") == "unix-time" and facts["type"] == "number":
            assert kind is int, attribute
        elif facts["type"] in LEAVES:
            assert kind is LEAVES[facts["type"]], attribute
        elif facts["type"] == "array":
            item = core(typing.get_args(kind)[0])
            if facts["items"] in LEAVES:
                assert item is LEAVES[facts["items"]], attribute
            elif facts["items"] != "object":
                assert item.__name__ == facts["items"].replace("::", ""), attribute
        elif facts["type"] == "Quote|ShallowQuote":
            assert kind is AnyQuote
        elif facts["type"] not in ("object", "unknown"):
            assert kind.__name__ == facts["type"].replace("::", ""), attribute


@pytest.mark.parametrize("name", documented())
def test_documented_choices_stand_in_the_schema(name):
    struct = getattr(entities, name.replace("::", ""))
    for attribute, facts in DOCUMENTED[name]["attributes"].items():
        if not facts.get("enum") or (name == "AnnualReport"):
            continue
        kind = find(struct, attribute)
        if facts["type"] == "array":
            kind = typing.get_args(core(kind))[0]
        text = json.dumps(msgspec.json.schema(kind))
        assert all(f'"{choice}"' in text for choice in facts["enum"]), attribute


def test_extending_entities_inherit():
    for name in documented():
        if "extends" in DOCUMENTED[name]:
            child = getattr(entities, name.replace("::", ""))
            assert issubclass(child, getattr(entities, DOCUMENTED[name]["extends"]))


def test_all_entities_have_a_json_schema():
    structs = [v for n in entities.__all__ if isinstance(v := getattr(entities, n), type)]
    _, components = msgspec.json.schema_components([s for s in structs if issubclass(s, Entity)])
    assert "Status" in components
    assert components["CustomEmoji"]["required"] == [
        "shortcode",
        "url",
        "static_url",
        "visible_in_picker",
        "category",
    ]


def test_unset_attributes_do_not_appear_in_the_json():
    reaction = entities.Reaction(name="🎉", count=2)
    assert msgspec.json.encode(reaction) == '{"name":"🎉","count":2}'.encode()


def test_keys_that_are_no_python_names_keep_their_spelling():
    versions = entities.InstanceThumbnailVersions(at_1x="https://a.example/1.png")
    assert msgspec.json.encode(versions) == b'{"@1x":"https://a.example/1.png"}'


def test_a_quoted_status_is_written_by_what_it_is_and_not_by_what_the_field_says():
    assert msgspec.json.encode(entities.ShallowQuote(state="accepted", quoted_status_id="7")) == (
        b'{"state":"accepted","quoted_status_id":"7"}'
    )


def test_points_in_time_carry_milliseconds_and_z():
    assert datetime_text(1795507200123) == "2026-11-24T08:00:00.123Z"
    assert datetime_text(1795507200000) == "2026-11-24T08:00:00.000Z"
    assert datetime_text(-1) == "1969-12-31T23:59:59.999Z"
    assert date_text(1795507200123) == "2026-11-24"
