"""The order of the queue: expected harm until somebody looks again, as a formula and in words.

    priority = ln(weight(severity) · stake · probability · (1 + reach per hour / 10)) − (due − 2020) / 1 h

``probability`` is one less the product of every signal's doubt, but a crowd alone is never sure. ``stake`` is what else
hangs on the answer. ``due`` is the deadline, or the moment of containment
if that came first. Time enters as a difference in the exponent only: as the clock goes on, every case grows by the same
amount, so that the order of two cases changes only when one of them changes, and an index can hold it.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import log, prod

import msgspec

from holdfast.languages import Sentence, say
from holdfast.store import DAY, HOUR, MINUTE

WEIGHTS = {1: 1.0, 2: 3.0, 3: 10.0, 4: 1e3, 5: 1e12}
"""What an hour of each severity weighs against an hour of the least."""

PACE = HOUR
"""A case that is due this much earlier counts as e times as harmful."""

STAKES = {"notice": 1e10, "order": 1e10}
"""What hangs on the answer to some sources beside the thing itself: the whole server."""

CROWD = frozenset({"member", "visitor", "server"})
"""Sources that follow each other: many of them say less than their number."""

CROWD_AT_MOST = 0.75
"""A crowd alone makes nothing likelier than this."""

ORDINARY_REACH = 10.0  # views an hour that double the harm
_EPOCH = 1_577_836_800_000  # 2020: keeps the numbers small


class Weighing(msgspec.Struct, frozen=True):
    """What the order of a case is made of. ``due`` in milliseconds, ``reach`` in views an hour."""

    severity: int
    probability: float
    reach: float
    due: int
    stake: float = 1.0

    @property
    def value(self) -> float:
        """The priority; larger goes first."""
        harm = WEIGHTS[self.severity] * self.stake * max(self.probability, 0.01) * (1 + self.reach / ORDINARY_REACH)
        return log(harm) - (self.due - _EPOCH) / PACE

    def words(self, now: int) -> Sentence:
        """Why a case stands where it stands, in one sentence."""
        left = self.due - now
        values: dict[str, object] = {
            "severity": self.severity,
            "percent": round(100 * self.probability),
            "reach": round(self.reach),
            "time": span(abs(left)),
        }
        if left >= 0:
            return say(
                "Severity %(severity)s of 5, %(percent)s%% likely, %(reach)s views an hour, due in %(time)s.", **values
            )
        return say(
            "Severity %(severity)s of 5, %(percent)s%% likely, %(reach)s views an hour, due since %(time)s.", **values
        )


def probability(confidences: Iterable[float]) -> float:
    """How likely it is that something is wrong, given signals that are right this often each."""
    return 1 - prod(1 - min(max(one, 0.0), 0.99) for one in confidences)


def both(before: float, confidence: float, *, is_crowd: bool) -> float:
    """How likely it is that something is wrong after one more signal."""
    together = probability((before, confidence))
    return max(before, min(together, CROWD_AT_MOST)) if is_crowd else together


def span(ms: int) -> Sentence:
    """A length of time in the largest fitting unit."""
    if ms < HOUR:
        return say("%(number)s min", number=max(ms // MINUTE, 0))
    if ms < 2 * DAY:
        return say("%(number)s h", number=ms // HOUR)
    return say("%(number)s days", number=ms // DAY)
