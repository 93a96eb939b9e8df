"""Which passwords are acceptable, and that hashing keeps nobody waiting who only reads."""

from __future__ import annotations

import asyncio
import threading
import time
import unicodedata
from collections.abc import Iterator

import argon2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.access import passwords
from holdfast.access.passwords import Hasher, HasherBusy, UnacceptablePassword

GOOD = "four grey herons at dusk"


@pytest.fixture(scope="module")
def hasher() -> Iterator[Hasher]:
    made = Hasher(time_cost=1, memory_kib=64)
    yield made
    made.close()


def reason(password: str, **who: str) -> str:
    with pytest.raises(UnacceptablePassword) as caught:
        passwords.check(password, **who)
    (field,) = caught.value.fields
    assert field.field == "password"
    if len(password) > 3:
        assert password not in str(caught.value)
    return field.reason


def test_a_password_opens_its_own_hash_and_no_other_does(hasher):
    encoded = hasher.hash(GOOD)
    assert hasher.verify(encoded, GOOD)
    assert not hasher.verify(encoded, GOOD + " ")
    assert encoded.startswith("$argon2id$")
    assert GOOD not in encoded
    assert hasher.hash(GOOD) != encoded


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_can_be_tried_and_only_the_same_text_opens(hasher, one, other):
    try:
        encoded = hasher.hash(one)
    except UnacceptablePassword:
        assert len(unicodedata.normalize("NFKC", one)) > passwords.LONGEST
        return
    assert hasher.verify(encoded, one)
    assert hasher.verify(encoded, other) == (passwords.normalised(one) == passwords.normalised(other))


def test_the_same_letters_from_another_keyboard_open_it(hasher):
    composed, apart = "Zo\u00eb sings at night", "Zoe\u0308 sings at night"
    assert composed != apart
    assert hasher.verify(hasher.hash(composed), apart)


def test_text_that_is_no_text_is_refused_and_opens_nothing(hasher):
    half = "\ud800" * 12
    with pytest.raises(UnacceptablePassword):
        hasher.hash(half)
    assert reason(half + "abc") == "ERR_INVALID"
    assert not hasher.verify(hasher.hash(GOOD), half)


def test_the_event_loop_has_the_same_calls(hasher):
    async def story() -> list[bool]:
        encoded = await hasher.hash_async(GOOD)
        return [
            await hasher.verify_async(encoded, GOOD),
            await hasher.verify_async(encoded, "wrong"),
            await hasher.verify_async(None, GOOD),
            await hasher.verify_nobody_async(GOOD),
        ]

    assert asyncio.run(story()) == [True, False, False, False]


def test_a_hash_with_other_parameters_is_due_for_renewal_and_still_opens(hasher):
    former = argon2.PasswordHasher(time_cost=2, memory_cost=64, parallelism=1).hash(GOOD)
    assert hasher.verify(former, GOOD)
    assert hasher.needs_rehash(former)
    assert not hasher.needs_rehash(hasher.hash(GOOD))


def test_what_is_no_hash_is_an_error_and_not_a_wrong_password(hasher):
    with pytest.raises(argon2.exceptions.InvalidHashError):
        hasher.verify("plain text by mistake", GOOD)


def test_an_unknown_name_costs_the_work_of_a_known_one():
    slow = Hasher(time_cost=6, memory_kib=8192)
    encoded = slow.hash(GOOD)

    def cost(work) -> float:
        took = []
        for _ in range(5):
            began = time.perf_counter()
            work()
            took.append(time.perf_counter() - began)
        return min(took)

    known = cost(lambda: slow.verify(encoded, "wrong password"))
    assert cost(lambda: slow.verify_nobody("wrong password")) > known / 3
    assert cost(lambda: slow.verify(None, "wrong password")) > known / 3
    assert cost(lambda: slow.verify(encoded, "x" * 100_000)) > known / 3
    slow.close()


def test_more_sign_ins_than_the_queue_holds_are_asked_to_come_back():
    slow = Hasher(max_parallel=1, max_waiting=2, time_cost=4, memory_kib=16_384)

    async def rush() -> list[object]:
        return await asyncio.gather(*(slow.hash_async(GOOD) for _ in range(6)), return_exceptions=True)

    answers = asyncio.run(rush())
    busy = [answer for answer in answers if isinstance(answer, HasherBusy)]
    assert len(busy) == 3
    assert all(problem.retry_after > 0 for problem in busy)
    assert slow.verify(slow.hash(GOOD), GOOD)  # and the places are free again
    slow.close()


def test_a_visitor_who_leaves_while_waiting_frees_the_place():
    slow = Hasher(max_parallel=1, max_waiting=1, time_cost=4, memory_kib=16_384)

    async def impatient() -> None:
        first = asyncio.create_task(slow.hash_async(GOOD))
        waiting = asyncio.create_task(slow.hash_async(GOOD))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.sleep(0)
        assert (await slow.hash_async(GOOD)).startswith("$argon2id$")
        await first

    asyncio.run(impatient())
    slow.close()


def test_the_loop_goes_on_while_passwords_are_hashed():
    slow = Hasher(max_parallel=1, time_cost=6, memory_kib=16_384)

    async def read_meanwhile() -> int:
        work = asyncio.gather(*(slow.hash_async(GOOD) for _ in range(4)))
        turns = 0
        while not work.done():
            await asyncio.sleep(0.0005)
            turns += 1
        return turns

    assert asyncio.run(read_meanwhile()) > 20
    slow.close()


def test_threads_may_hash_at_the_same_time(hasher):
    opened: list[bool] = []

    def member(number: int) -> None:
        opened.append(hasher.verify(hasher.hash(f"{GOOD} {number}"), f"{GOOD} {number}"))

    threads = [threading.Thread(target=member, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert opened == [True] * 16


@pytest.mark.parametrize(
    "password",
    [GOOD, "x9!Lm2#q", "пять серых цапель", "🦀🐙🦑🐚🪸🐠🐡🦈", "dragonfly-on-reed", "t" * 3 + "uv" * 126],
)
def test_ordinary_good_passwords_pass(password):
    passwords.check(password, name="ada", email="ada@example.org", also=["Harbour", "harbour.example"])


def test_the_length_is_counted_in_characters_as_people_see_them_composed():
    assert reason("x9!Lm2#") == "ERR_TOO_SHORT"
    assert reason("") == "ERR_TOO_SHORT"
    assert reason("e\u0308x9!Lm2") == "ERR_TOO_SHORT"  # eight code points, seven letters
    assert reason("xyz" * 86) == "ERR_TOO_LONG"
    assert reason("\ufdfa" * 200) == "ERR_TOO_LONG"  # grows eighteenfold
    assert reason("xyz" * 1_000_000) == "ERR_TOO_LONG"


@pytest.mark.parametrize(
    "password",
    ["ada_lovelace", "ADA_Lovelace", "@ada_lovelace", "countess@example.org", "harbour.example", "Countess"],
)
def test_a_members_own_words_are_refused(password):
    with pytest.raises(UnacceptablePassword) as caught:
        passwords.check(password, name="@ada_lovelace", email="Countess@Example.org", also=["harbour.example"])
    assert caught.value.fields[0].reason == "ERR_PERSONAL"


FIRST_TRIED = """
password Password1 P@ssw0rd! pa$$w0rd2024 password12345678 ｐａｓｓｗｏｒｄ letmein!! iloveyou dragon99 12345678
87654321 0123456789 aaaaaaaa abababab abcdefgh qwertyuiop poiuytrewq 1q2w3e4r 1qaz2wsx qwertz123456 Sunshine7
mastodon
"""


@pytest.mark.parametrize("password", FIRST_TRIED.split())
def test_what_is_tried_first_is_refused(password):
    assert reason(password) == "ERR_COMMON"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400))
def test_every_text_is_either_accepted_or_refused_in_words(password):
    try:
        passwords.check(password, name="ada", email="ada@example.org")
    except UnacceptablePassword as problem:
        assert str(problem).startswith("Password ")  # noqa: PT017
    else:
        assert passwords.SHORTEST <= len(passwords.normalised(password)) <= passwords.LONGEST
