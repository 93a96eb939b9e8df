"""Passwords: which are acceptable, and hashing them without holding up anybody who reads.

    UnacceptablePassword  (Invalid)      the password breaks a rule; names the field ``password``
    HasherBusy            (Unavailable)  more sign-ins than the processor can check at the moment

Nothing in this module logs, and no error repeats the password.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import os
import re
import sys
import threading
import unicodedata
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import argon2

from holdfast.errors import FieldError, Invalid, Unavailable
from holdfast.languages import say

SHORTEST = 8  # characters, after normalisation
LONGEST = 256  # characters, after normalisation

T = TypeVar("T")


class UnacceptablePassword(Invalid):
    """This password cannot be used."""

    key = "unacceptable_password"


class HasherBusy(Unavailable):
    """Too many people are signing in at the moment; try again in a few seconds."""

    key = "hasher_busy"


def normalised(password: str) -> str:
    """The password in Unicode form NFKC.

    Keyboards and systems write the same visible text with different code points (``é`` composed or
    not, full-width digits); without this a member could not sign in from their other device.
    """
    return unicodedata.normalize("NFKC", password)


class Hasher:
    """Argon2id in a bounded pool of threads.

    argon2 releases the interpreter's lock, so others go on meanwhile; the pool keeps a rush of
    sign-ins from taking every core and ``max_parallel`` times ``memory_kib`` from growing. The plain
    methods block the calling thread and may be called from any; code on the event loop uses the
    ``…_async`` twins. ``parallelism`` is 1, so that a hash is exactly one thread of the pool.
    """

    def __init__(
        self, *, max_parallel: int = 2, max_waiting: int = 64, time_cost: int = 3, memory_kib: int = 47_104
    ) -> None:
        """``max_waiting`` is how many may queue; ``memory_kib`` is used once per running hash."""
        self._argon2 = argon2.PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=1)
        self._places = threading.BoundedSemaphore(max_parallel + max_waiting)
        self._pool = ThreadPoolExecutor(max_parallel, "passwords", initializer=_yield_to_readers)

    def hash(self, password: str) -> str:
        """The password's encoded hash, with a new salt. Raises UnacceptablePassword, HasherBusy."""
        return self._submit(self._hash, password).result()

    def verify(self, encoded: str | None, password: str) -> bool:
        """Whether the password belongs to the hash.

        None (an account that signs in by passkey only) costs the same work and is False. Raises
        HasherBusy, and argon2's own error when ``encoded`` is no hash at all.
        """
        return self._submit(self._verify, encoded, password).result()

    def verify_nobody(self, password: str) -> bool:
        """Always False, after the work of a real check: an unknown name answers no sooner."""
        return self.verify(None, password)

    async def hash_async(self, password: str) -> str:
        """As ``hash``, without blocking the event loop."""
        return await asyncio.wrap_future(self._submit(self._hash, password))

    async def verify_async(self, encoded: str | None, password: str) -> bool:
        """As ``verify``, without blocking the event loop."""
        return await asyncio.wrap_future(self._submit(self._verify, encoded, password))

    async def verify_nobody_async(self, password: str) -> bool:
        """As ``verify_nobody``, without blocking the event loop."""
        return await self.verify_async(None, password)

    def needs_rehash(self, encoded: str) -> bool:
        """Whether the hash was made with other parameters; hash anew after the next sign-in."""
        return self._argon2.check_needs_rehash(encoded)

    def close(self) -> None:
        """Finish what is queued and stop the threads."""
        self._pool.shutdown(wait=True)

    def _submit(self, work: Callable[..., T], *args: object) -> Future[T]:
        if not self._places.acquire(blocking=False):
            raise HasherBusy(retry_after=5)
        try:
            future = self._pool.submit(work, *args)
        except BaseException:
            self._places.release()
            raise
        # Also called when a waiting caller has gone away, so that no place is lost.
        future.add_done_callback(lambda _: self._places.release())
        return future

    def _hash(self, password: str) -> str:
        prepared = _prepared(password)
        if prepared is None:
            raise _unacceptable("ERR_INVALID", say("Password is too long or contains characters that are no text"))
        return self._argon2.hash(prepared)

    def _verify(self, encoded: str | None, password: str) -> bool:
        prepared = _prepared(password)
        if encoded is None or prepared is None:
            self._argon2.hash(prepared or b"nobody")
            return False
        try:
            return self._argon2.verify(encoded, prepared)
        except argon2.exceptions.VerifyMismatchError:
            return False


def check(password: str, *, name: str = "", email: str = "", also: Iterable[str] = ()) -> None:
    """Raise UnacceptablePassword unless the password may be used by this member.

    ``also`` are further words that anybody would try here, such as the server's name and domain.
    """
    text = normalised(password[: 4 * LONGEST])
    if len(text) < SHORTEST:
        raise _unacceptable(
            "ERR_TOO_SHORT", say("Password is too short (minimum is %(least)s characters)", least=SHORTEST)
        )
    if len(password) > 4 * LONGEST or len(text) > LONGEST:
        raise _unacceptable("ERR_TOO_LONG", say("Password is too long (maximum is %(most)s characters)", most=LONGEST))
    if _prepared(password) is None:
        raise _unacceptable("ERR_INVALID", say("Password contains characters that are no text"))
    folded = text.casefold()
    own = {name, name.lstrip("@"), email, email.partition("@")[0], *also}
    if folded in {normalised(word).casefold() for word in own if word}:
        raise _unacceptable("ERR_PERSONAL", say("Password must not be your name, your address or the server's name"))
    if is_common(text):
        raise _unacceptable("ERR_COMMON", say("Password is among the first that anybody would try"))


def is_common(password: str) -> bool:
    """Whether the password is one of those that are tried first, or a plain variation of one."""
    folded = normalised(password).casefold()
    if len(set(folded)) < 3 or _is_run(folded):
        return True
    stem, tail = _without_tail(folded)
    forms = [folded, stem] if len(tail) <= 4 or _is_run(tail) else [folded]
    words = _common_words()
    return any(form in words or form.translate(_LEET) in words for form in forms)


_LEET = str.maketrans("0134578@$!", "oleastbasi")
_TAIL = re.compile(r"[\d\W_]+$")
_RUNS = tuple(
    line + line + line[::-1] + line[::-1]
    for line in (
        "01234567890",
        "abcdefghijklmnopqrstuvwxyz",
        "qwertyuiop",
        "qwertzuiop",
        "azertyuiop",
        "asdfghjkl",
        "zxcvbnm",
        "1q2w3e4r5t6y7u8i9o0p",
        "qazwsxedcrfvtgbyhnujmikolp",
        "1qaz2wsx3edc4rfv",
    )
)


def _is_run(text: str) -> bool:
    return any(text in run for run in _RUNS)


def _without_tail(text: str) -> tuple[str, str]:
    found = _TAIL.search(text)
    return (text[: found.start()], found.group()) if found else (text, "")


@functools.cache
def _common_words() -> frozenset[str]:
    lines = Path(__file__).with_name("common_passwords.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _prepared(password: str) -> bytes | None:
    """What argon2 is given; None for what no member can have chosen."""
    if len(password) > 4 * LONGEST:  # before normalising, which costs time and can grow a text 18-fold
        return None
    text = normalised(password)
    if len(text) > LONGEST:
        return None
    try:
        return text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, from a JSON escape
        return None


def _unacceptable(reason: str, message: str) -> UnacceptablePassword:
    return UnacceptablePassword(fields=(FieldError("password", reason, message),))


def _yield_to_readers() -> None:
    """Let other threads go first, without starving: on few cores a read must not wait for a hash."""
    if sys.platform == "linux":  # elsewhere the priority belongs to the whole process
        with contextlib.suppress(OSError):  # a sandbox that forbids it costs fairness, nothing more
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 5)
