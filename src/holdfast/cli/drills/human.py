"""How fast people are."""

from __future__ import annotations

import random
from math import exp, log

from holdfast.store import SECOND

MEDIAN_S, P95_S = 40.0, 180.0
"""What a person takes for a case: lognormal."""

_SPREAD = log(P95_S / MEDIAN_S) / 1.645


def case_ms(rng: random.Random) -> int:
    """How long a person takes for one case."""
    return lognormal_ms(rng, MEDIAN_S)


def lognormal_ms(rng: random.Random, median_s: float) -> int:
    """A length of time around a median, as people's times are: mostly shorter, now and then much longer."""
    return round(median_s * exp(rng.gauss(0.0, _SPREAD)) * SECOND)
