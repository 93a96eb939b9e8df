"""What a name may be, and which names look too much alike."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.errors import Invalid
from holdfast.people import names
from holdfast.people.names import Handle


def reasons(call, *args, **kwargs):
    with pytest.raises(Invalid) as caught:
        call(*args, **kwargs)
    return [(field.field, field.reason) for field in caught.value.fields]


@pytest.mark.parametrize("name", ["ada", "Ada_L", "a", "_", "x" * 30, "user_2026", "7"])
def test_letters_digits_and_underscores_make_a_username(name):
    assert names.check_username(name) == name


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "ERR_BLANK"),
        ("  ", "ERR_BLANK"),
        ("x" * 31, "ERR_TOO_LONG"),
        ("a b", "ERR_INVALID"),
        ("ada\n", "ERR_INVALID"),
        ("ada-l", "ERR_INVALID"),
        ("ada.l", "ERR_INVALID"),
        ("adá", "ERR_INVALID"),
        ("рaypal", "ERR_INVALID"),
        ("a@b", "ERR_INVALID"),
        ("٣", "ERR_INVALID"),
        ("admin", "ERR_RESERVED"),
        ("API", "ERR_RESERVED"),
        ("postmaster", "ERR_RESERVED"),
        ("__root__", "ERR_RESERVED"),
        ("adrnin", "ERR_RESERVED"),
        ("ADMlN", "ERR_RESERVED"),
        ("r00t", "ERR_RESERVED"),
        ("R0OT", "ERR_RESERVED"),
        ("vvww", "ERR_RESERVED"),
    ],
)
def test_other_usernames_are_refused_with_their_reason(name, reason):
    assert reasons(names.check_username, name) == [("username", reason)]


def test_the_owner_may_take_a_reserved_name():
    assert names.check_username("admin", reserved_allowed=True) == "admin"


def test_case_makes_no_other_name():
    assert names.username_key("Ada_L") == names.username_key("ADA_l")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("paypal", "paypa1"),
        ("paypal", "paypaI"),
        ("admin", "adrnin"),
        ("wave", "vvave"),
        ("Oslo", "0slo"),
        ("Alice", "AIice"),
        ("alice", "аlice"),
        ("scope", "ѕсоре"),
        ("ada", "ａｄａ"),
    ],
)
def test_names_that_look_alike_share_a_skeleton(one, other):
    assert names.skeleton(one) == names.skeleton(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("lian", "ilan"), ("Lian", "Ilan"), ("bill", "bell"), ("nora", "mora"), ("cloe", "doe")],
)
def test_names_that_differ_to_the_eye_have_different_skeletons(one, other):
    assert names.skeleton(one) != names.skeleton(other)


def test_every_reserved_name_obeys_the_rule_for_usernames():
    for name in names.RESERVED:
        assert names.check_username(name, reserved_allowed=True) == name == name.lower()


@pytest.mark.parametrize(
    ("written", "handle"),
    [
        ("ada", Handle("ada", None)),
        (" @Ada ", Handle("Ada", None)),
        ("cy@Remote.Example", Handle("cy", "remote.example")),
        ("@cy@remote.example.", Handle("cy", "remote.example")),
        ("acct:cy@remote.example", Handle("cy", "remote.example")),
        ("@first.last-x@remote.example", Handle("first.last-x", "remote.example")),
        ("@cy@bücher.example", Handle("cy", "xn--bcher-kva.example")),
        ("@cy@localhost:3000", Handle("cy", "localhost:3000")),
        ("@ada@HARBOUR.example", Handle("ada", None)),
    ],
)
def test_handles_are_read_in_every_usual_form(written, handle):
    assert names.parse_handle(written, domain="harbour.example") == handle


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "ERR_BLANK"),
        ("@", "ERR_BLANK"),
        ("a.b", "ERR_INVALID"),
        ("a b@remote.example", "ERR_INVALID"),
        ("a..@remote.example", "ERR_INVALID"),
        ("a@", "ERR_INVALID"),
        ("a@b@c", "ERR_INVALID"),
        ("a@remote_.example/x", "ERR_INVALID"),
        ("a@-x.example", "ERR_INVALID"),
        ("a@x..example", "ERR_INVALID"),
        ("a@x.example:99999", "ERR_INVALID"),
        ("a@x.example:", "ERR_INVALID"),
        ("a@" + "x." * 200 + "example", "ERR_INVALID"),
        ("a@xn--a.example", "ERR_INVALID"),
        ("x" * 31, "ERR_TOO_LONG"),
        ("x" * 256 + "@remote.example", "ERR_TOO_LONG"),
    ],
)
def test_broken_handles_are_refused_with_their_reason(written, reason):
    assert reasons(names.parse_handle, written) == [("acct", reason)]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Ada Lovelace", "Ada Lovelace"),
        ("  Ada \n\t Lovelace ", "Ada Lovelace"),
        ("Ada\x00\x07", "Ada"),
        ("Ada\u202egnp.exe", "Adagnp.exe"),
        ("\u2066x\u2069", "x"),
        ("e\u0301", "é"),
        ("👩‍🚀 Ada", "👩‍🚀 Ada"),
        ("\u200b\u200d", ""),
        ("\u3164", ""),
        ("\ud800Ada", "Ada"),
        ("<b>Ada</b>", "<b>Ada</b>"),
        ("عدا", "عدا"),
    ],
)
def test_display_names_lose_what_nobody_should_see(written, shown):
    assert names.clean_display_name(written) == shown


def test_a_display_name_has_a_longest_length():
    assert names.clean_display_name("x" * 30) == "x" * 30
    assert reasons(names.clean_display_name, "x" * 31) == [("display_name", "ERR_TOO_LONG")]


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_a_handle_or_refused_and_what_is_read_reads_the_same(written):
    try:
        handle = names.parse_handle(written)
    except Invalid:
        return
    assert names.parse_handle(f"@{handle}") == handle


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=20))
def test_cleaning_a_display_name_twice_changes_nothing(written):
    shown = names.clean_display_name(written)
    assert names.clean_display_name(shown) == shown
