"""The sign-up form's challenge: solved, forged, late, used before, and the way without JavaScript."""

from __future__ import annotations

import base64
import copy
import json
import time
from typing import Any

import altcha
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.access import challenge
from holdfast.access.challenge import ChallengeExpired, ChallengeInvalid, ChallengeUsed, SentTooSoon
from holdfast.access.tokens import Signer
from holdfast.errors import Invalid

KEY = b"k" * 32
NOW = 1_800_000_000.0
SIGNER = Signer(KEY)


def solved(question: dict[str, Any]) -> dict[str, Any]:
    """What a browser sends, found by the library's own solver."""
    asked = altcha.Challenge.from_dict(copy.deepcopy(question))
    solution = altcha.solve_challenge(asked)
    assert solution is not None
    return altcha.Payload(asked, solution).to_dict()


def packed(payload: object) -> str:
    return base64.b64encode(json.dumps(payload).encode()).decode()


QUESTION = challenge.create(KEY, 40, now=NOW)
ANSWER = solved(QUESTION)


def test_who_did_the_work_passes_once_the_id_is_stored():
    passed = challenge.verify(KEY, packed(ANSWER), now=NOW + 60)
    assert passed.expires_at == NOW + 1800
    assert challenge.verify(KEY, packed(ANSWER), now=NOW + 61).id == passed.id  # what the caller refuses
    other = challenge.verify(KEY, packed(solved(challenge.create(KEY, 5, now=NOW))), now=NOW)
    assert other.id != passed.id
    assert issubclass(ChallengeUsed, Invalid)


def test_without_a_time_the_clock_on_the_wall_counts():
    fresh = solved(challenge.create(KEY, 3, 60))
    assert time.time() < challenge.verify(KEY, packed(fresh)).expires_at <= time.time() + 61
    with pytest.raises(ChallengeExpired):
        challenge.verify(KEY, packed(solved(challenge.create(KEY, 3, -5))))


def test_a_challenge_fits_into_a_form_as_json():
    assert json.loads(json.dumps(QUESTION)) == QUESTION
    assert QUESTION["parameters"]["cost"] == challenge.ITERATIONS


def test_the_work_is_neither_saved_by_luck_nor_doubled_by_bad_luck():
    counters = [solved(challenge.create(KEY, 40, now=NOW))["solution"]["counter"] for _ in range(30)]
    assert min(counters) >= 20
    assert max(counters) <= 40
    assert len(set(counters)) > 3


def test_after_its_time_a_solution_is_refused():
    with pytest.raises(ChallengeExpired, match="too long"):
        challenge.verify(KEY, packed(ANSWER), now=NOW + 1801)


def test_a_solution_for_one_form_does_not_open_another():
    with pytest.raises(ChallengeInvalid):
        challenge.verify(KEY, packed(ANSWER), purpose="report", now=NOW)


def test_a_challenge_of_another_server_is_refused():
    with pytest.raises(ChallengeInvalid):
        challenge.verify(b"x" * 32, packed(ANSWER), now=NOW)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("solution", "counter"), 1),
        (("solution", "counter"), -1),
        (("solution", "counter"), "20"),
        (("solution", "counter"), 2**64),
        (("solution", "derivedKey"), "00" * 32),
        (("challenge", "parameters", "cost"), 1),
        (("challenge", "parameters", "keyPrefix"), ""),
        (("challenge", "parameters", "algorithm"), "SHA-256"),
        (("challenge", "parameters", "nonce"), "00" * 16),
        (("challenge", "parameters", "data", "expires"), 2_000_000_000),
        (("challenge", "parameters", "data", "purpose"), "report"),
        (("challenge", "parameters", "data"), None),
        (("challenge", "signature"), None),
        (("challenge", "signature"), "00" * 32),
        (("challenge", "parameters"), []),
        (("challenge",), "text"),
        (("solution",), None),
    ],
)
def test_whoever_changes_anything_is_refused(place, value):
    forged = copy.deepcopy(ANSWER)
    inner = forged
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = value
    with pytest.raises(ChallengeInvalid):
        challenge.verify(KEY, packed(forged), now=NOW)


def test_a_challenge_written_by_the_visitor_is_refused():
    own = altcha.create_challenge("SHA-256", 1, key_prefix="", data={"purpose": "sign_up", "expires": 2**40})
    with pytest.raises(ChallengeInvalid):
        challenge.verify(KEY, packed(solved(own.to_dict())), now=NOW)


names = st.sampled_from(["challenge", "solution", "parameters", "signature", "counter", "derivedKey", "nonce"])
shapes = st.recursive(st.none() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(names, inner))


@settings(deadline=None)
@given(st.text(max_size=80) | shapes.map(packed))
def test_rubbish_is_refused_in_words(payload):
    with pytest.raises(ChallengeInvalid):
        challenge.verify(KEY, payload, now=NOW)


def test_huge_and_deep_payloads_are_refused_without_work():
    for payload in ("A" * 10_000_000, base64.b64encode(b"[" * 3000).decode()):
        with pytest.raises(ChallengeInvalid):
            challenge.verify(KEY, payload, now=NOW)


def test_without_javascript_the_form_passes_when_it_is_old_enough():
    token = challenge.waiting_token(SIGNER, NOW)
    passed = challenge.check_waiting(SIGNER, token, NOW + challenge.WAITING_S)
    assert passed.expires_at == NOW + challenge.WAITING_LASTS_S
    assert challenge.check_waiting(SIGNER, challenge.waiting_token(SIGNER, NOW), NOW + 60).id != passed.id


def test_too_soon_it_is_told_how_long_to_wait_and_stays_good():
    token = challenge.waiting_token(SIGNER, NOW)
    with pytest.raises(SentTooSoon, match="wait 13 more seconds") as caught:
        challenge.check_waiting(SIGNER, token, NOW + 7.4)
    assert caught.value.retry_after == 13
    assert challenge.check_waiting(SIGNER, token, NOW + 7.4 + caught.value.retry_after)


def test_an_old_or_forged_waiting_token_is_refused():
    token = challenge.waiting_token(SIGNER, NOW)
    with pytest.raises(ChallengeExpired):
        challenge.check_waiting(SIGNER, token, NOW + challenge.WAITING_LASTS_S + 1)
    for forged in (
        token[:-1],
        "",
        SIGNER.sign("waiting:sign_up", {"id": 1}, 60, NOW),
        SIGNER.sign("link", 1, 60, NOW),
    ):
        with pytest.raises(ChallengeInvalid):
            challenge.check_waiting(SIGNER, forged, NOW + 30)
    with pytest.raises(ChallengeInvalid):
        challenge.check_waiting(SIGNER, token, NOW + 30, purpose="report")
