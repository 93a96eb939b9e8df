"""Six-digit codes: right ones, late ones, and the same one twice."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.access import totp

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # the key of RFC 6238's table, "12345678901234567890"
NOW = 1_800_000_015.0
STEP = int(NOW // 30)


def code(step: int) -> str:
    return pyotp.TOTP(SECRET).at(step * 30)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_standards_own_table_is_met(now, expected):
    assert totp.verify(SECRET, expected, None, now) == now // 30


def test_a_clock_may_be_half_a_minute_off_and_no_more():
    accepted = [offset for offset in range(-4, 5) if totp.verify(SECRET, code(STEP + offset), None, NOW)]
    assert accepted == [-1, 0, 1]


def test_the_same_code_is_not_accepted_twice():
    used = totp.verify(SECRET, code(STEP), None, NOW)
    assert used == STEP
    assert totp.verify(SECRET, code(STEP), used, NOW) is None
    assert totp.verify(SECRET, code(STEP), used, NOW + 30) is None


def test_an_older_code_is_not_accepted_after_a_newer_one():
    assert totp.verify(SECRET, code(STEP - 1), STEP, NOW) is None
    assert totp.verify(SECRET, code(STEP + 1), STEP, NOW) == STEP + 1


def test_codes_are_read_as_people_type_them():
    text = code(STEP)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in text)
    for typed in (f"{text[:3]} {text[3:]}", f"  {text}\n", wide):
        assert totp.verify(SECRET, typed, None, NOW) == STEP


def test_at_the_beginning_of_time_there_is_no_step_before():
    assert totp.verify(SECRET, pyotp.TOTP(SECRET).at(0), None, 5) == 0


@given(st.text(max_size=100) | st.from_regex(r"[0-9٠-٩]{5,8}", fullmatch=True))
def test_anything_else_is_simply_wrong(text):
    if totp.verify(SECRET, text, None, NOW) is not None:
        assert any(code(STEP + offset) in "".join(text.split()) for offset in (-1, 0, 1))


def test_new_secrets_are_random_and_can_be_typed_in_groups():
    made = {totp.new_secret() for _ in range(50)}
    assert len(made) == 50
    secret = made.pop()
    assert len(secret) == 32
    assert totp.grouped(secret).split(" ") == [secret[i : i + 4] for i in range(0, 32, 4)]


def test_the_address_for_apps_names_account_and_server():
    address = urlsplit(totp.provisioning_uri(SECRET, "ada@example.org", "Harbour: the server"))
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert unquote(address.path) == "/Harbour  the server:ada@example.org"
    query = parse_qs(address.query)
    assert query["secret"] == [SECRET]
    assert query["issuer"] == ["Harbour  the server"]
