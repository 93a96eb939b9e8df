"""What comes in while a team is overrun: subjects with a hidden truth, the signals about them, letters and orders.

Every number here is an assumption, and docs/benchmarks.md says so. Whether a report is right is known to the simulation
alone: the server sees who says what, and when.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from holdfast.moderation.taxonomy import HARMS, SOURCE_DEADLINES
from holdfast.store import HOUR, MINUTE

BACKLOG = 26_000
HOURS = 24
FIRST_HOURS, SUBJECTS_FIRST, SUBJECTS_LATER = 6, 1_500, 500  # new ones an hour
SIGNALS_A_SUBJECT = 5_000 / 1_500
ON_DUTY, SHIFT_H = 50, 8

MIX = {
    "spam": 30.0, "rules": 14.0, "harassment": 14.0, "hate": 12.0, "other": 8.0, "fraud": 5.0, "sexual": 5.0,
    "violence": 4.0, "impersonation": 2.0, "illegal": 1.5, "threat": 1.5, "copyright": 1.0, "self_harm": 1.0,
    "doxxing": 0.5, "intimate": 0.3, "child_safety": 0.2,
}  # fmt: skip
"""Of a hundred reported things, so many are reported for this."""

SOURCES = {"member": 80.0, "visitor": 15.0, "server": 4.0, "trusted_flagger": 1.0}
RIGHT = {"spam": 0.7, "child_safety": 0.5}
RIGHT_OTHERWISE = 0.4
"""How often what is reported is harmful; of what letters name 90 in 100, of what orders name 95."""

RIGHT_IN_LETTERS, RIGHT_IN_ORDERS, RIGHT_OF_FLAGGERS = 0.9, 0.95, 0.8
MISNAMED = 0.05  # of the signals after the first say another kind of harm
MORE_WHEN_HARMFUL, MORE_WHEN_HARMLESS = 1.35, 0.75  # times as many signals as the average
SPREAD_MS = 20 * MINUTE  # mean time from the first signal to another one
LETTERS = ((2 * HOUR, 98, "threat"), (3 * HOUR, 60, "hate"), (4 * HOUR, 40, "illegal"))
"""When hosts write, how many posts they name, and of what they accuse them; each gives 24 hours."""

ORDERS = 12  # removal orders of one post each, one every two hours


@dataclass(slots=True)
class Subject:
    """A post that is reported. ``said``: when, by whom and as what, the first first."""

    number: int
    is_harmful: bool
    category: str
    said: list[tuple[int, str, str]] = field(default_factory=list)
    letter: str = ""  # the kind of sender, where a letter names it

    @property
    def first(self) -> int:
        """When it is first spoken of (ms after the start; before it in the backlog)."""
        return self.said[0][0]


def draw(rng: random.Random, scale: float) -> list[Subject]:
    """Everything that is reported from before the start to the end, in the order of the first signals."""
    found: list[Subject] = []
    numbers = iter(range(10**9))
    for _ in range(round(BACKLOG * scale)):
        one = _subject(rng, next(numbers))
        _speak(rng, one, 0, latest=HOUR)
        _grow_old(rng, one)
        found.append(one)
    for hour in range(HOURS):
        several = SUBJECTS_FIRST if hour < FIRST_HOURS else SUBJECTS_LATER
        for _ in range(round(several * scale)):
            one = _subject(rng, next(numbers))
            _speak(rng, one, round((hour + rng.random()) * HOUR), latest=HOURS * HOUR)
            found.append(one)
    found += _named(rng, numbers, scale)
    return sorted(found, key=lambda one: one.first)


def _subject(rng: random.Random, number: int) -> Subject:
    category = rng.choices(list(MIX), weights=list(MIX.values()))[0]
    return Subject(number, rng.random() < RIGHT.get(category, RIGHT_OTHERWISE), category)


def _speak(rng: random.Random, one: Subject, first: int, *, latest: int) -> None:
    """Let signals come in about it: a geometric number of them, the others some time after the first."""
    mean = SIGNALS_A_SUBJECT * (MORE_WHEN_HARMFUL if one.is_harmful else MORE_WHEN_HARMLESS)
    count = 1
    while rng.random() < 1 - 1 / mean:
        count += 1
    times = [first, *(min(first + round(rng.expovariate(1 / SPREAD_MS)), latest) for _ in range(count - 1))]
    for place, at in enumerate(sorted(times)):
        source = rng.choices(list(SOURCES), weights=list(SOURCES.values()))[0]
        if source == "trusted_flagger" and not one.is_harmful and rng.random() < RIGHT_OF_FLAGGERS:
            source = "member"  # who is mostly right does not report most of what is harmless
        is_misnamed = place > 0 and rng.random() < MISNAMED
        category = rng.choices(list(MIX), weights=list(MIX.values()))[0] if is_misnamed else one.category
        one.said.append((at, source, category))


def _grow_old(rng: random.Random, one: Subject) -> None:
    """Let a case have waited for up to half of its time."""
    due = min(at + _allowed(source, category) for at, source, category in one.said)
    last = max(at for at, _, _ in one.said)
    age = max(rng.uniform(0, due / 2), min(last, due - 1)) if due > 0 else last
    one.said = [(round(at - age), source, category) for at, source, category in one.said if at <= age]


def _allowed(source: str, category: str) -> int:
    by_harm = HARMS[category].deadline
    return min(by_harm, SOURCE_DEADLINES.get(source, by_harm))


def _named(rng: random.Random, numbers: Iterator[int], scale: float) -> Iterator[Subject]:
    for at, count, category in LETTERS:
        for _ in range(max(round(count * scale), 1)):
            one = Subject(next(numbers), rng.random() < RIGHT_IN_LETTERS, category, letter="host")
            one.said.append((at, "notice", category))
            yield one
    for place in range(ORDERS):
        one = Subject(next(numbers), rng.random() < RIGHT_IN_ORDERS, "terrorism", letter="order")
        one.said.append((round((place * 2 + rng.random()) * HOUR), "order", "terrorism"))
        yield one
