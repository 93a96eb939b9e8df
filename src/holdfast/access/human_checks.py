"""The check against robots for every form that strangers may send: proof of work, or waiting without JavaScript."""

from __future__ import annotations

from holdfast.access import challenge
from holdfast.access.challenge import ChallengeUsed, Passed
from holdfast.access.signing import challenge_key, signer
from holdfast.store import SECOND, Hot
from holdfast.writes import Database, Write

_USE = Hot("INSERT INTO used_challenges (id, expires_at) VALUES (:id, :expires_at) ON CONFLICT (id) DO NOTHING")


def new_challenge(
    db: Database, difficulty: int = challenge.DIFFICULTY, *, purpose: str = "sign_up"
) -> dict[str, object]:
    """A proof of work for the form's ``data-challenge``; takes ``difficulty`` attempts at the most."""
    return challenge.create(challenge_key(db), difficulty, purpose=purpose, now=db.clock.now() / SECOND)


def new_waiting_token(db: Database, *, purpose: str = "sign_up") -> str:
    """For the form that does without JavaScript: it may be sent once it is 20 seconds old."""
    return challenge.waiting_token(signer(db), db.clock.now() / SECOND, purpose=purpose)


def check_human(db: Database, solved: str, waiting: str, *, purpose: str = "sign_up") -> Passed:
    """What a form has passed: its solved proof of work, or else its waiting token.

    Raises a kind of :class:`ChallengeInvalid`, or :class:`SentTooSoon`.
    """
    moment = db.clock.now() / SECOND
    if solved:
        return challenge.verify(challenge_key(db), solved, purpose=purpose, now=moment)
    if waiting:
        return challenge.check_waiting(signer(db), waiting, moment, purpose=purpose)
    raise challenge.ChallengeInvalid()


def use_challenge(w: Write, passed: Passed) -> None:
    """Let a check be good for one form only. Raises :class:`ChallengeUsed`."""
    if not w.run_fast(_USE, id=passed.id, expires_at=passed.expires_at * SECOND):
        raise ChallengeUsed()
