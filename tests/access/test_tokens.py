"""Random secrets kept as digests, and signed tokens for links."""

from __future__ import annotations

import base64
import string

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.access import tokens
from holdfast.access.tokens import Signer, TokenExpired, TokenVoid

SIGNER = Signer(b"a" * 32)
NOW = 1_800_000_000.0
CHARACTERS = string.ascii_letters + string.digits + "-_."

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(codec="utf-8"), max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3),
    max_leaves=6,
)


class Confirmation(msgspec.Struct):
    account: int
    email: str


def test_secrets_are_long_random_and_fit_into_a_url():
    made = {tokens.new_secret() for _ in range(200)}
    assert len(made) == 200
    assert all(len(secret) == 43 and set(secret) <= set(CHARACTERS) for secret in made)
    assert len(tokens.new_secret(16)) == 22


def test_only_the_digest_is_needed_to_recognise_a_secret():
    secret = tokens.new_secret()
    stored = tokens.digest(secret)
    assert len(stored) == 32
    assert secret.encode() not in stored
    assert tokens.matches(secret, stored)
    assert not tokens.matches(secret[:-1], stored)
    assert not tokens.matches("\ud800", stored)


@given(json_values)
def test_what_was_signed_comes_out_again(payload):
    assert SIGNER.open("link", SIGNER.sign("link", payload, 60, NOW), NOW) == payload


def test_a_payload_can_be_a_struct():
    token = SIGNER.sign("confirm", Confirmation(7, "ada@example.org"), 60, NOW)
    assert SIGNER.open("confirm", token, NOW, as_type=Confirmation) == Confirmation(7, "ada@example.org")
    with pytest.raises(TokenVoid):
        SIGNER.open("confirm", token, NOW, as_type=int)


def test_a_token_is_good_to_its_last_second_and_not_longer():
    token = SIGNER.sign("link", 1, 60, NOW)
    assert SIGNER.open("link", token, NOW + 60) == 1
    with pytest.raises(TokenExpired, match="expired"):
        SIGNER.open("link", token, NOW + 61)


def test_without_a_time_the_clock_on_the_wall_counts():
    assert SIGNER.open("link", SIGNER.sign("link", 1, 60)) == 1
    with pytest.raises(TokenExpired):
        SIGNER.open("link", SIGNER.sign("link", 1, -5))


def test_a_token_for_one_purpose_opens_nothing_else():
    token = SIGNER.sign("unsubscribe", 7, 60, NOW)
    for other in ("confirm", "", "unsubscribe ", "unsub"):
        with pytest.raises(TokenVoid):
            SIGNER.open(other, token, NOW)


def test_another_servers_key_opens_nothing():
    with pytest.raises(TokenVoid):
        Signer(b"b" * 32).open("link", SIGNER.sign("link", 7, 60, NOW), NOW)


@given(st.data())
def test_one_changed_character_voids_a_token(data):
    token = SIGNER.sign("link", {"account": 7}, 60, NOW)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from(CHARACTERS.replace(token[place], "") + "\n= é"))
    for forged in (
        token[:place] + other + token[place + 1 :],
        token[:place] + token[place + 1 :],
        token + other,
    ):
        with pytest.raises(TokenVoid):
            SIGNER.open("link", forged, NOW)


def test_a_longer_life_cannot_be_written_into_a_token():
    body, _, signature = SIGNER.sign("link", 7, 60, NOW).partition(".")
    opened = msgspec.json.decode(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    opened[0] += 1_000_000
    forged = base64.urlsafe_b64encode(msgspec.json.encode(opened)).rstrip(b"=").decode()
    with pytest.raises(TokenVoid):
        SIGNER.open("link", f"{forged}.{signature}", NOW)


@given(st.text(max_size=200))
def test_rubbish_is_void_and_never_an_accident(text):
    with pytest.raises(TokenVoid):
        SIGNER.open("link", text, NOW)


def test_a_huge_token_is_void_without_work():
    with pytest.raises(TokenVoid):
        SIGNER.open("link", "a" * 10_000_000 + ".b", NOW)


def test_a_short_key_is_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        Signer(b"short")
