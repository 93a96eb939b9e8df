"""Recovery codes as people copy them from paper."""

from __future__ import annotations

import math
import re

from hypothesis import given
from hypothesis import strategies as st

from holdfast.access import recovery

CODES = recovery.new_codes()
DIGESTS = [recovery.digest(code) for code in CODES]


def test_there_are_ten_different_codes_in_groups_of_four():
    assert len(set(CODES)) == 10
    assert all(re.fullmatch(r"[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}", code) for code in CODES)


def test_no_code_contains_letters_that_look_like_digits():
    assert not set("".join(recovery.new_codes(200))) & set("ilou")


def test_a_code_is_beyond_guessing():
    assert len(set(recovery.ALPHABET)) == len(recovery.ALPHABET)
    assert recovery.LENGTH * math.log2(len(recovery.ALPHABET)) >= 60


@given(st.integers(0, 9), st.data())
def test_each_code_is_found_however_it_is_spelled(index, data):
    draw = data.draw
    separators = st.text(" -–—_\t\u00a0", max_size=2)
    alike = {"0": "0oO", "1": "1lIiL"}
    typed = "".join(
        draw(st.sampled_from(alike.get(c, c + c.upper()))) + draw(separators) for c in CODES[index].replace("-", "")
    )
    assert recovery.match(typed, DIGESTS) == index


def test_a_code_that_was_struck_out_or_belongs_to_others_is_not_found():
    assert recovery.match(CODES[3], DIGESTS[:3] + DIGESTS[4:]) is None
    assert recovery.match(recovery.new_codes(1)[0], DIGESTS) is None
    assert recovery.match(CODES[3], []) is None


@given(st.text(max_size=200))
def test_other_text_is_never_a_code(text):
    assert recovery.match(text, DIGESTS) is None


def test_a_part_of_a_code_or_more_than_one_is_nothing():
    assert recovery.match(CODES[0][:-1], DIGESTS) is None
    assert recovery.match(CODES[0] + CODES[1], DIGESTS) is None
    assert recovery.match("x" * 10_000_000, DIGESTS) is None


def test_digests_do_not_contain_the_code():
    assert all(len(stored) == 32 for stored in DIGESTS)
    assert CODES[0].encode() not in b"".join(DIGESTS)
