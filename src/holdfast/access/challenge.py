"""The sign-up form's challenge, self-hosted: a little work for a browser, a lot for a mass of robots.

A browser with JavaScript solves a proof of work (``static/js/proof-of-work.js``). Without JavaScript, or on
an address without WebCrypto (plain HTTP), the form waits instead: it carries a token that opens only after
``WAITING_S`` seconds. Waiting costs a robot nothing but time, so the caller puts stricter rate limits on it.

    ChallengeInvalid        (Invalid)   wrong, forged, or for another form
    ├── ChallengeExpired                the form lay open for too long
    └── ChallengeUsed                   raised by the caller who has the id in store already
    SentTooSoon             (TooMany)   the waiting form came back before its time; carries the seconds

Both ways answer with ``Passed``: the caller stores its ``id`` until ``expires_at`` and refuses it a second
time, in the same transaction as what the form does.
"""

from __future__ import annotations

import hmac
import math
import secrets
import time
from typing import Any

import msgspec

from holdfast.access.tokens import Signer, TokenExpired, TokenVoid
from holdfast.errors import Invalid, TooMany
from holdfast.languages import say

# PBKDF2 iterations in one attempt, 0.2 to 0.5 ms: a browser computes them as fast as native code does,
# so that a robot gains little by being a program; with one plain hash the call would cost more than the work.
ITERATIONS = 1_000
DIFFICULTY = 4_000  # attempts at most, three quarters of it on average: one or two seconds of one core
LONGEST_PAYLOAD = 4_096  # characters
WAITING_S = 20  # how old a form must be that comes without proof of work
WAITING_LASTS_S = 2 * 3600


class ChallengeInvalid(Invalid):
    """The form's check against robots did not succeed; please try again."""

    key = "challenge_invalid"


class ChallengeExpired(ChallengeInvalid):
    """The form was open for too long; please send it again."""

    key = "challenge_expired"


class ChallengeUsed(ChallengeInvalid):
    """This form was sent already; please load it anew."""

    key = "challenge_used"


class SentTooSoon(TooMany):
    """Please wait a few more seconds before you send the form."""

    key = "sent_too_soon"


class Passed(msgspec.Struct, frozen=True):
    """A challenge passed: the id to store, and until when (seconds since 1970)."""

    id: str
    expires_at: int


class _Waiting(msgspec.Struct):
    id: str
    opens_at: float
    expires_at: int


def create(
    key: bytes,
    difficulty: int = DIFFICULTY,
    expires_in_s: float = 1800,
    *,
    purpose: str = "sign_up",
    now: float | None = None,
) -> dict[str, Any]:
    """A challenge as JSON for the form's ``data-challenge``; takes ``difficulty`` attempts at the most."""
    from altcha import create_challenge  # brings urllib.request along, 100 ms, for nothing that we use

    moment = time.time() if now is None else now
    challenge = create_challenge(
        "PBKDF2/SHA-256",
        ITERATIONS,
        # A counter chosen here, not "some key with zeros in front": no visitor is unlucky for a minute.
        counter=difficulty // 2 + secrets.randbelow(difficulty - difficulty // 2 + 1),
        # The end stands in the signed data and is checked below against the caller's clock.
        data={"purpose": purpose, "expires": int(moment + expires_in_s)},
        hmac_secret=_own_key(key),
    )
    return challenge.to_dict()


def verify(key: bytes, payload: str, *, purpose: str = "sign_up", now: float | None = None) -> Passed:
    """The id of the challenge that this payload (base64 of JSON) solves; see above what to do with it.

    Raises ChallengeInvalid or ChallengeExpired. One attempt's work, and only for what we have signed.
    """
    from altcha import Payload, verify_solution  # see create

    if len(payload) > LONGEST_PAYLOAD:
        raise ChallengeInvalid
    try:
        given = Payload.from_base64(payload)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ChallengeInvalid from error
    if not verify_solution(given, _own_key(key)).verified:
        raise ChallengeInvalid
    signed = given.challenge.parameters
    data = signed.data or {}
    if data.get("purpose") != purpose:
        raise ChallengeInvalid
    if (time.time() if now is None else now) > data["expires"]:
        raise ChallengeExpired
    return Passed(signed.nonce, data["expires"])


def waiting_token(signer: Signer, now: float | None = None, *, purpose: str = "sign_up") -> str:
    """A token for the same form, good from ``WAITING_S`` seconds on, for two hours."""
    moment = time.time() if now is None else now
    end = int(moment + WAITING_LASTS_S)
    body = _Waiting(secrets.token_urlsafe(16), moment + WAITING_S, end)
    return signer.sign(f"waiting:{purpose}", body, WAITING_LASTS_S, moment)


def check_waiting(signer: Signer, token: str, now: float | None = None, *, purpose: str = "sign_up") -> Passed:
    """The id of a token that has waited long enough. Raises ChallengeInvalid, ChallengeExpired, SentTooSoon.

    A token that came too soon stays good: the visitor sends the same form again.
    """
    moment = time.time() if now is None else now
    try:
        body = signer.open(f"waiting:{purpose}", token, moment, as_type=_Waiting)
    except TokenExpired as error:
        raise ChallengeExpired from error
    except TokenVoid as error:
        raise ChallengeInvalid from error
    left = math.ceil(body.opens_at - moment)
    if left > 0:
        raise SentTooSoon(
            say("Please wait %(left)s more seconds and send the form again.", left=left), retry_after=left
        )
    return Passed(body.id, body.expires_at)


def _own_key(key: bytes) -> bytes:
    return hmac.digest(key, b"holdfast proof of work", "sha256")
