"""Addresses, networks and ages at the door of sign-up."""

from __future__ import annotations

import ipaddress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.access import policies
from holdfast.access.policies import (
    InvalidBirthDate,
    InvalidEmail,
    InvalidIpRange,
    IpBlock,
    IpRules,
    Severity,
    TooYoung,
)

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  Ada.Lovelace@EXAMPLE.org \n", "Ada.Lovelace@example.org"),
        ("ada@Bücher.example", "ada@xn--bcher-kva.example"),
        ("ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
        ("ada@example.org.", "ada@example.org"),
        ("ａｄａ＠ｅｘａｍｐｌｅ．ｏｒｇ", "ada@example.org"),
        ("o'hara+news@example.org", "o'hara+news@example.org"),
        ("zoë@example.org", "zoë@example.org"),
        ("owner@localhost", "owner@localhost"),
    ],
)
def test_an_address_is_stored_in_one_spelling(typed, stored):
    assert policies.normalise_email(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "", "@", "ada", "ada@", "@example.org", "ada@@example.org", "a da@example.org", "ada@exa mple.org",
        "ada\r\nBcc: all@example.org", "ada@example.org\nx", ".ada@example.org", "ada.@example.org",
        "a..b@example.org", "ada@-example.org", "ada@example..org", "ada@127.0.0.1", "ada@[::1]",
        "<ada@example.org>", "ada,bo@example.org", "a\x00b@example.org", "\ud800@example.org",
        "a" * 65 + "@example.org", "ada@" + "a." * 200 + "org",
        "a\u202eb@example.org", "x" * 5_000_000 + "@example.org",
    ],
)  # fmt: skip
def test_what_nobody_can_write_to_is_refused(typed):
    with pytest.raises(InvalidEmail, match="E-mail address") as caught:
        policies.normalise_email(typed)
    assert caught.value.fields[0].field == "email"


@settings(max_examples=300)
@given(st.emails() | st.text(max_size=60) | st.tuples(st.text(max_size=20), st.text(max_size=20)).map("@".join))
def test_normalising_is_stable_and_leaves_no_room_for_tricks(typed):
    try:
        stored = policies.normalise_email(typed)
    except InvalidEmail:
        return
    assert policies.normalise_email(stored) == stored
    assert stored.count("@") == 1
    assert stored.rpartition("@")[2].isascii()
    assert not any(c.isspace() or c in '<>,;:"()' or ord(c) < 32 for c in stored)
    assert policies.email_key(policies.email_key(typed)) == policies.email_key(typed)
    assert policies.canonical_email(policies.canonical_email(typed)) == policies.canonical_email(typed)


def test_one_mailbox_has_many_spellings_but_one_canonical_form():
    spellings = ["adalovelace@mail.example", "Ada.Lovelace+1@Mail.example", "a.d.a.lovelace+x+y@MAIL.example"]
    assert {policies.canonical_email(text) for text in spellings} == {"adalovelace@mail.example"}
    assert policies.canonical_email("+list@mail.example") == "+list@mail.example"
    assert policies.email_key("ADA@Mail.example") == policies.email_key("ada@mail.example")


def test_a_block_of_a_domain_holds_for_what_lies_below_it_and_nothing_else():
    blocked = {"b.example", "xn--bcher-kva.example"}
    assert policies.blocked_domain("a.b.example", blocked) == "b.example"
    assert policies.blocked_domain("B.Example.", blocked) == "b.example"
    assert policies.blocked_domain("mail.Bücher.example", blocked) == "xn--bcher-kva.example"
    for other in ("ab.example", "example", "b.example.org", "c.example"):
        assert policies.blocked_domain(other, blocked) is None


def block(network: str, severity: Severity) -> IpBlock:
    return IpBlock(policies.parse_ip_range(network), severity)


def test_of_several_ranges_the_severest_counts():
    rules = IpRules(
        [
            block("192.0.2.0/24", Severity.SIGN_UP_REQUIRES_APPROVAL),
            block("192.0.2.128/25", Severity.NO_ACCESS),
            block("192.0.2.200", Severity.SIGN_UP_BLOCK),
            block("198.51.100.0/24", Severity.SIGN_UP_BLOCK),
            block("198.51.100.0/24", Severity.SIGN_UP_REQUIRES_APPROVAL),
            block("2001:db8::/32", Severity.SIGN_UP_BLOCK),
        ]
    )
    assert rules.severity("192.0.2.1") is Severity.SIGN_UP_REQUIRES_APPROVAL
    assert rules.severity("192.0.2.200") is Severity.NO_ACCESS
    assert rules.severity("198.51.100.9") is Severity.SIGN_UP_BLOCK
    assert rules.severity("2001:db8:1::7") is Severity.SIGN_UP_BLOCK
    assert rules.severity("203.0.113.1") is None
    assert rules.severity("2001:db9::1") is None


def test_ipv4_written_as_ipv6_is_the_same_address():
    rules = IpRules([block("192.0.2.0/24", Severity.NO_ACCESS), block("::ffff:203.0.113.0/120", Severity.NO_ACCESS)])
    assert rules.severity("::ffff:192.0.2.7") is Severity.NO_ACCESS
    assert rules.severity("203.0.113.9") is Severity.NO_ACCESS
    assert policies.parse_ip("fe80::1%eth0") == ipaddress.ip_address("fe80::1")


def test_a_range_may_be_written_with_any_address_in_it():
    assert str(policies.parse_ip_range(" 192.0.2.77/24 ")) == "192.0.2.0/24"
    assert str(policies.parse_ip_range("192.0.2.77")) == "192.0.2.77/32"


@given(st.text(max_size=30))
def test_what_is_no_range_is_refused_in_words(text):
    for parse in (policies.parse_ip_range, policies.parse_ip):
        try:
            parse(text)
        except InvalidIpRange as problem:
            assert str(problem).startswith("IP must be")  # noqa: PT017


@given(
    st.lists(st.tuples(st.ip_addresses(), st.integers(0, 128), st.sampled_from(list(Severity))), max_size=12),
    st.data(),
)
def test_the_fast_look_up_agrees_with_asking_every_range(made, data):
    blocks = [
        IpBlock(policies.parse_ip_range(f"{address}/{min(prefix, address.max_prefixlen)}"), severity)
        for address, prefix, severity in made
    ]
    inside = [st.sampled_from(range(2**8)).map(lambda n, b=b: b.network[n % b.network.num_addresses]) for b in blocks]
    address = policies.parse_ip(str(data.draw(st.one_of(st.ip_addresses(), *inside))))
    hits = [b.severity for b in blocks if b.network.version == address.version and address in b.network]
    assert IpRules(blocks).severity(address) == max(hits, key=list(Severity).index, default=None)


@pytest.mark.parametrize(
    ("born", "today", "age"),
    [
        ("2010-11-24", "2026-11-24", 16),
        ("2010-11-25", "2026-11-24", 15),
        ("2012-02-29", "2028-02-28", 15),
        ("2012-02-29", "2028-02-29", 16),
        ("2012-02-29", "2025-02-28", 12),
        ("2012-02-29", "2025-03-01", 13),
        ("2026-11-24", "2026-11-24", 0),
    ],
)
def test_age_follows_the_calendar(born, today, age):
    assert policies.age_on(date.fromisoformat(born), date.fromisoformat(today)) == age


def test_on_the_birthday_one_is_old_enough_and_not_the_day_before():
    policies.check_age(date(2010, 11, 24), 16, TODAY)
    with pytest.raises(TooYoung, match="at least 16 years") as caught:
        policies.check_age(date(2010, 11, 25), 16, TODAY)
    assert caught.value.fields[0].reason == "ERR_BELOW_LIMIT"


@given(st.dates(date(1905, 1, 1), TODAY), st.dates(TODAY, date(2029, 12, 31)))
def test_age_grows_by_one_on_each_birthday_and_never_else(born, today):
    tomorrow = date.fromordinal(today.toordinal() + 1)
    birthday = (tomorrow.month, tomorrow.day) == (born.month, born.day)
    leap = (born.month, born.day) == (2, 29) and (tomorrow.month, tomorrow.day) == (3, 1) and today.day == 28
    assert policies.age_on(born, tomorrow) - policies.age_on(born, today) == (birthday or leap)


def test_a_date_of_birth_is_written_as_the_api_writes_it():
    assert policies.parse_birth_date(" 1990-02-03 ", TODAY) == date(1990, 2, 3)
    for text in ("", "3.2.1990", "1990-13-01", "2026-11-25", "1850-01-01", "1990-02-03T00:00:00"):
        with pytest.raises(InvalidBirthDate, match="Date of birth"):
            policies.parse_birth_date(text, TODAY)


@given(st.text(max_size=20))
def test_any_other_text_is_no_date_of_birth(text):
    try:
        assert policies.parse_birth_date(text, TODAY) <= TODAY
    except InvalidBirthDate as problem:
        assert problem.fields[0].field == "date_of_birth"  # noqa: PT017
