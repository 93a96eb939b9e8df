"""From a nested dict to a typed struct."""

from datetime import UTC, date, datetime
from typing import Annotated, Literal

import msgspec
import pytest
from msgspec import UNSET, Meta, UnsetType, field

from holdfast.errors import Invalid, NotFound
from holdfast.mastodon.binding import Id, Missing, Raw, Upload, bind


class Poll(msgspec.Struct, kw_only=True):
    options: list[str]
    expires_in: Annotated[int, Meta(ge=300, le=2_629_746)]
    multiple: bool = False


class Row(msgspec.Struct, kw_only=True):
    name: str = ""
    value: str = ""


class Keyword(msgspec.Struct, kw_only=True):
    id: Id | None = None
    keyword: str | None = None
    destroy: bool = field(default=False, name="_destroy")


class Params(msgspec.Struct, kw_only=True):
    status: Annotated[str, Meta(max_length=20)] = ""
    limit: int | None = None
    sensitive: bool | None = None
    language: str | UnsetType | None = UNSET
    reply_to: Id | UnsetType | None = UNSET
    visibility: Literal["public", "unlisted", "private", "direct"] | None = None
    media_ids: list[Id] | None = None
    redirect_uris: str | list[str] = ""
    poll: Poll | None = None
    fields_attributes: list[Row] | None = None
    keywords_attributes: list[Keyword] = msgspec.field(default_factory=list)
    scheduled_at: datetime | None = None
    birthday: date | None = None
    speed: float | None = None
    avatar: Upload | None = None
    home: dict[str, Id] | None = None


class Path(msgspec.Struct, kw_only=True):
    id: Id
    tag: str | None = None


class Needs(msgspec.Struct, kw_only=True):
    title: str
    note: str | None


def said(**values):
    return bind(Params, values)


def refused(**values):
    with pytest.raises(Invalid) as caught:
        bind(Params, values)
    return [(f.field, f.reason) for f in caught.value.fields]


@pytest.mark.parametrize("text", ["0", "f", "F", "false", "FALSE", "off", "OFF"])
def test_seven_texts_are_false(text):
    assert said(sensitive=text).sensitive is False


@pytest.mark.parametrize("text", ["1", "t", "true", "on", "no", "False", "Off", " "])
def test_every_other_text_is_true(text):
    assert said(sensitive=text).sensitive is True


def test_json_booleans_and_numbers_are_understood():
    assert said(sensitive=False).sensitive is False
    assert said(sensitive=0).sensitive is False
    assert said(sensitive=1).sensitive is True


def test_an_empty_text_is_an_absent_boolean():
    class Flags(msgspec.Struct):
        on: bool = True

    assert bind(Flags, {"on": ""}).on is True
    assert said(sensitive="").sensitive is None


def test_absent_null_and_empty_are_told_apart():
    assert said().language is UNSET
    assert said(language=None).language is None
    assert said(language="").language == ""
    assert said().reply_to is UNSET
    assert said(reply_to="").reply_to is None
    assert said(reply_to=None).reply_to is None
    assert said(reply_to="12").reply_to == 12


@pytest.mark.parametrize("value", ["40", 40, " 40 ", "+40", 40.0])
def test_whole_numbers_come_in_many_forms(value):
    assert said(limit=value).limit == 40


@pytest.mark.parametrize("value", ["4x", "9223372036854775808", 2**63, -(2**63) - 1, 1.5, True, [], {}, "1_0", "٤"])
def test_what_is_no_64_bit_number_is_invalid(value):
    assert refused(limit=value) == [("limit", "ERR_INVALID")]


@pytest.mark.parametrize("value", ["-1", "x", "", "9223372036854775808", "1" * 400, "１", "1.0", None])
def test_a_bad_id_in_the_path_is_not_found(value):
    raw = Raw([("id", value)], path=frozenset({"id"}))
    with pytest.raises((NotFound, Missing)) as caught:
        bind(Path, raw)
    assert value in ("", None) or isinstance(caught.value, NotFound)


def test_a_bad_id_elsewhere_is_invalid():
    assert refused(reply_to="abc") == [("reply_to", "ERR_INVALID")]
    assert refused(media_ids=["1", "b"]) == [("media_ids", "ERR_INVALID")]
    assert refused(reply_to=True) == [("reply_to", "ERR_INVALID")]


def test_ids_may_be_json_numbers():
    assert said(media_ids=[1, "2"]).media_ids == [1, 2]


def test_lists_are_lists_hashes_by_index_or_a_bare_value():
    assert said(media_ids=["3", "4"]).media_ids == [3, 4]
    assert said(media_ids="3").media_ids == [3]
    assert said(media_ids={"1": "4", "0": "3", "10": "5"}).media_ids == [3, 4, 5]
    assert said(media_ids="").media_ids == []
    assert said(media_ids=["", "3"]).media_ids == [3]
    assert refused(media_ids={"a": "1"}) == [("media_ids", "ERR_INVALID")]


def test_a_field_may_be_a_text_or_a_list():
    assert said(redirect_uris="a b").redirect_uris == "a b"
    assert said(redirect_uris=["a", "b"]).redirect_uris == ["a", "b"]


def test_nested_structs_check_their_fields_and_name_them():
    poll = said(poll={"options": ["a", "b"], "expires_in": "600", "multiple": "1"}).poll
    assert poll == Poll(options=["a", "b"], expires_in=600, multiple=True)
    assert refused(poll={"options": ["a"], "expires_in": "5"}) == [("poll[expires_in]", "ERR_INCLUSION")]
    assert refused(poll={"options": ["a"]}) == [("poll[expires_in]", "ERR_BLANK")]
    assert refused(poll="x") == [("poll", "ERR_INVALID")]


def test_lists_of_structs_come_by_index_as_list_or_alone():
    rows = [Row(name="a", value="1"), Row(name="b")]
    by_index = {"0": {"name": "a", "value": "1"}, "1": {"name": "b"}}
    assert said(fields_attributes=by_index).fields_attributes == rows
    assert said(fields_attributes=list(by_index.values())).fields_attributes == rows
    assert said(fields_attributes={"name": "b"}).fields_attributes == rows[1:]


def test_renamed_fields_are_read_by_their_outer_name():
    found = said(keywords_attributes=[{"id": "5", "_destroy": "true"}, {"keyword": "x"}]).keywords_attributes
    assert found == [Keyword(id=5, destroy=True), Keyword(keyword="x")]


def test_choices_are_held():
    assert said(visibility="direct").visibility == "direct"
    assert said(visibility="").visibility is None
    assert refused(visibility="secret") == [("visibility", "ERR_INCLUSION")]


def test_datetimes_are_utc():
    expected = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    for text in ("2026-11-24T08:00:00.000Z", "2026-11-24T10:00:00+02:00", "2026-11-24 08:00"):
        assert said(scheduled_at=text).scheduled_at == expected
    assert said(scheduled_at="").scheduled_at is None
    assert said(birthday="2000-02-29").birthday == date(2000, 2, 29)
    for bad in ("soon", "0001-01-01T00:00:00+23:00", 5, []):
        assert refused(scheduled_at=bad) == [("scheduled_at", "ERR_INVALID")]
    assert refused(birthday="2001-02-29") == [("birthday", "ERR_INVALID")]


def test_floats_are_finite():
    assert said(speed="-.5").speed == -0.5
    assert said(speed=3).speed == 3.0
    for bad in ("nan", "inf", "1e999", "1_0", 10**400, float("inf"), True):
        assert refused(speed=bad) == [("speed", "ERR_INVALID")]


def test_texts_have_a_limit_and_no_null_characters():
    assert refused(status="x" * 21) == [("status", "ERR_TOO_LONG")]
    assert refused(status="a\0b") == [("status", "ERR_INVALID")]
    assert refused(status={"a": "b"}) == [("status", "ERR_INVALID")]
    assert refused(status=["a"]) == [("status", "ERR_INVALID")]
    assert said(status=5).status == "5"


def test_a_text_is_no_file():
    assert refused(avatar="x") == [("avatar", "ERR_INVALID")]
    assert said(avatar="").avatar is None


def test_hashes_have_typed_values():
    assert said(home={"last_read_id": "7"}).home == {"last_read_id": 7}
    assert refused(home={"last_read_id": "x"}) == [("home[last_read_id]", "ERR_INVALID")]


def test_all_wrong_fields_are_told_at_once():
    assert [name for name, _ in refused(limit="x", visibility="y")] == ["limit", "visibility"]


def test_a_required_field_is_missed_and_a_nullable_one_is_not():
    with pytest.raises(Missing) as caught:
        bind(Needs, {})
    assert [f.field for f in caught.value.fields] == ["title"]
    assert bind(Needs, {"title": "a", "unknown": {}}) == Needs(title="a", note=None)
