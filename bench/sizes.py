"""How large the measured community is, and how long is measured."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """One scale of the measurements."""

    name: str
    accounts: int  # that write
    crowd: int  # more accounts that only follow the best known author
    posts: int  # boosts included
    days: int  # over which the posts are spread
    follows_median: int
    readers: tuple[int, ...]  # accounts that follow exactly so many
    authors: tuple[int, ...]  # accounts with exactly so many followers; the last one has the crowd
    twins: int  # more authors of each number between the first and the last: who post at the same time are many
    thread: int  # posts of one long thread, the first included
    rounds: int  # of Holdfast and the bare server in turns
    round_s: float
    warm_s: float
    warm_posts: int  # for each kind of author, so that nothing is met for the first time while it is measured
    sequential_posts: int  # one after the other, for each author
    costed_posts: int  # over 8 connections, for the CPU of a post
    load_s: float  # of posting without a pause
    listeners: int  # open streams
    streamed_posts: int  # to them, one a second

    def writers(self, followers: int) -> list[str]:
        """Names of all authors with so many followers."""
        name = f"author{followers}"
        others = self.twins if followers in self.authors[1:-1] else 0
        return [name, *(f"{name}_{number}" for number in range(2, 2 + others))]


FULL = Sizes(
    name="full",
    accounts=5_000,
    crowd=10_000,
    posts=200_000,
    days=90,
    follows_median=59,
    readers=(59, 300, 500),
    authors=(0, 59, 300, 10_000),
    twins=7,
    thread=100,
    rounds=8,
    round_s=1.5,
    warm_s=1.0,
    warm_posts=400,
    sequential_posts=200,
    costed_posts=3_000,
    load_s=10.0,
    listeners=2_000,
    streamed_posts=20,
)

MIDDLE = Sizes(
    name="middle",
    accounts=1_000,
    crowd=1_000,
    posts=20_000,
    days=30,
    follows_median=59,
    readers=(59, 300, 500),
    authors=(0, 59, 300, 1_000),
    twins=7,
    thread=100,
    rounds=3,
    round_s=0.6,
    warm_s=0.4,
    warm_posts=200,
    sequential_posts=60,
    costed_posts=1_000,
    load_s=3.0,
    listeners=2_000,
    streamed_posts=8,
)

QUICK = Sizes(
    name="quick",
    accounts=120,
    crowd=60,
    posts=1_500,
    days=10,
    follows_median=20,
    readers=(20, 40, 60),
    authors=(0, 20, 40, 60),
    twins=7,
    thread=20,
    rounds=1,
    round_s=0.3,
    warm_s=0.05,
    warm_posts=8,
    sequential_posts=5,
    costed_posts=60,
    load_s=0.5,
    listeners=60,
    streamed_posts=2,
)

BY_NAME = {sizes.name: sizes for sizes in (FULL, MIDDLE, QUICK)}


def chosen() -> Sizes:
    """The sizes of this run: ``BENCH_QUICK=1`` for a smoke test, ``BENCH_SIZES=middle`` between, full otherwise."""
    if os.environ.get("BENCH_QUICK", "") not in {"", "0"}:
        return QUICK
    return BY_NAME[os.environ.get("BENCH_SIZES", "full")]
