"""A community with the shape of real ones: who follows whom, who writes how much, who answers whom.

Drawn from one seed, so that the same sizes give the same community.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.sizes import Sizes
from bench.wording import Wording
from holdfast.store import DAY, HOUR, MINUTE, first_at

Row = tuple[Any, ...]
NOW = 1_795_000_000_000  # when the youngest post was written; fixed, since the community is kept between runs
BASE_URL = "http://localhost:8000"
SEED = 20_261_124


@dataclass
class Post:
    """A post while it is being made."""

    id: int
    author: int  # index into the accounts
    at: int
    visibility: str
    thread: int
    parent: Post | None = None
    boost_of: Post | None = None
    words: tuple[str, str] = ("", "")
    spoiler: str = ""
    language: str | None = None
    media: int = 0
    poll: int | None = None
    replies: int = 0
    boosts: int = 0
    favourites: int = 0


class Drawing:
    """One community, drawn."""

    def __init__(self, sizes: Sizes) -> None:
        self.sizes = sizes
        self.random = random.Random(SEED)
        self.facts: dict[str, Any] = {}
        self.last_id = 0
        self._given: set[int] = set()
        self._long = 0  # the long thread, which grows to its length and no further
        self.names = [f"writer{number:05d}" for number in range(sizes.accounts)]
        self.names += [f"reader{count}" for count in sizes.readers]
        self.names += [name for count in sizes.authors for name in sizes.writers(count)]
        self.names += [f"crowd{number:05d}" for number in range(sizes.crowd)]
        self.index = {name: at for at, name in enumerate(self.names)}
        self.ids = [self._id(NOW - 400 * DAY + at * 2 * MINUTE) for at in range(len(self.names))]
        self.followers: list[int] = [0] * len(self.names)
        self.following: list[int] = [0] * len(self.names)
        self.posts: list[Post] = []
        self.newest: dict[int, Post] = {}
        self.written: Counter[int] = Counter()
        self.mentioned: dict[int, list[int]] = {}
        self.tagged: dict[int, list[int]] = {}
        self.told: list[tuple[int, int, str, int, int | None]] = []  # at, whom, what, from, status
        self.wording = Wording(self.random, BASE_URL, self.names, self.ids)

    def _id(self, at: int) -> int:
        number = max(first_at(at) | self.random.getrandbits(16), self.last_id + 1)
        self.last_id = number
        return number

    def later_id(self, at: int) -> int:
        """An id for rows that are not made in the order of time."""
        number = first_at(at) | self.random.getrandbits(16)
        while number in self._given:
            number += 1
        self._given.add(number)
        return number

    def draw(self) -> Drawing:
        """Draw everything, each part upon the ones before."""
        self._follow()
        self._write()
        self._mark()
        return self

    # ── who follows whom ──

    def _follow(self) -> None:
        sizes, rng = self.sizes, self.random
        writers = list(range(sizes.accounts))
        rank = writers[:]
        rng.shuffle(rank)
        weights = [0.0] * sizes.accounts
        for place, writer in enumerate(rank):
            weights[writer] = 1 / (place + 8) ** 0.8
        self.popular = self._cumulated(weights)
        self.pairs: list[tuple[int, int]] = []
        for writer in writers:
            wanted = min(int(rng.lognormvariate(math.log(sizes.follows_median), 1.0)) + 1, sizes.accounts // 3)
            self._follows(writer, wanted)
        for count in sizes.readers:
            self._follows(self.index[f"reader{count}"], count)
        last: dict[str, str] = {}
        for count in sizes.authors:
            pool = self._crowd() if count == sizes.authors[-1] else writers
            for name in sizes.writers(count):
                self.pairs += [(source, self.index[name]) for source in rng.sample(pool, count)]
                if count:
                    last[name] = self.names[self.pairs[-1][0]]
        self.facts["last_follower"] = last

    def _crowd(self) -> list[int]:
        return list(range(len(self.names) - self.sizes.crowd, len(self.names)))

    def _cumulated(self, weights: Sequence[float]) -> list[float]:
        total, sums = 0.0, []
        for weight in weights:
            total += weight
            sums.append(total)
        return sums

    def _follows(self, source: int, wanted: int) -> None:
        chosen: dict[int, None] = {}
        population = range(self.sizes.accounts)
        while len(chosen) < wanted:
            for target in self.random.choices(population, cum_weights=self.popular, k=wanted - len(chosen)):
                if target != source:
                    chosen[target] = None
        self.pairs += [(source, target) for target in chosen]

    # ── who writes what ──

    def _write(self) -> None:
        sizes, rng = self.sizes, self.random
        order = list(range(sizes.accounts))
        rng.shuffle(order)
        weights = [0.0] * sizes.accounts
        for place, writer in enumerate(order):
            weights[writer] = 1 / (place + 3) ** 0.9
        authors = rng.choices(range(sizes.accounts), weights=weights, k=sizes.posts)
        step = sizes.days * DAY / sizes.posts
        start = NOW - sizes.days * DAY
        boosted: set[tuple[int, int]] = set()
        root: Post | None = None
        in_thread: list[Post] = []
        for number, author in enumerate(authors):
            at = int(start + number * step)
            if sizes.posts - number <= sizes.thread * 4 and number % 4 == 0:
                root = self._long_thread(author, at, in_thread) or root
                continue
            draw = rng.random()
            if draw < 0.15 and self._boost(author, at, boosted):
                continue
            if draw < 0.40 and self._reply(author, at):
                continue
            self._plain(author, at)
        assert root is not None
        self.facts["thread"] = {"root": root.id, "size": len(in_thread)}
        self.facts["newest"] = next(p.id for p in reversed(self.posts) if p.visibility == "public")
        busiest = self.written.most_common(sizes.accounts // 10)[-1][0]
        self.facts["profile"] = self.ids[busiest]

    def _long_thread(self, author: int, at: int, so_far: list[Post]) -> Post | None:
        if len(so_far) >= self.sizes.thread:
            self._plain(author, at)
            return None
        if not so_far:
            post = self._add(author, at, "public")
            so_far.append(post)
            self._long = post.thread
            return post
        # Half of a long thread is one line of talk, the rest hangs on it somewhere.
        parent = so_far[-1] if self.random.random() < 0.5 else self.random.choice(so_far)
        so_far.append(self._add(author, at, "public", parent=parent))
        return None

    def _boost(self, author: int, at: int, boosted: set[tuple[int, int]]) -> bool:
        target = self._recent(2_000)
        if target is None or target.visibility == "private" or (author, target.id) in boosted:
            return False
        boosted.add((author, target.id))
        target.boosts += 1
        post = Post(self._id(at), author, at, target.visibility, 0, boost_of=target)
        post.thread = post.id
        self._keep(post)
        self.tell(at, target.author, "reblog", author, target.id)
        return True

    def _reply(self, author: int, at: int) -> bool:
        parent = self._recent(300)
        if parent is None or parent.visibility == "private" or parent.thread == self._long:
            return False
        self._add(author, at, parent.visibility, parent=parent)
        return True

    def _recent(self, most: int) -> Post | None:
        """A post of late that is no boost; now and then one that many have met already."""
        if not self.posts:
            return None
        back = min(int(self.random.expovariate(8 / most)) + 1, most, len(self.posts))
        found = self.posts[-back]
        return found.boost_of or found

    def _plain(self, author: int, at: int) -> None:
        draw = self.random.random()
        visibility = "public" if draw < 0.78 else "unlisted" if draw < 0.90 else "private"
        self._add(author, at, visibility)

    def _add(self, author: int, at: int, visibility: str, parent: Post | None = None) -> Post:
        rng = self.random
        number = self._id(at)
        post = Post(number, author, at, visibility, parent.thread if parent else number, parent=parent)
        to = [parent.author] if parent and parent.author != author else []
        if rng.random() < 0.1:
            to.append(rng.randrange(self.sizes.accounts))
        to = [person for person in dict.fromkeys(to) if person != author]
        said = self.wording.say(to)
        post.words, post.language = (said.text, said.html), said.language
        post.spoiler = self.wording.warning() if rng.random() < 0.04 else ""
        post.media = 0 if parent or rng.random() > 0.1 else 1 if rng.random() < 0.8 else 3
        if not post.media and not parent and rng.random() < 0.006:
            post.poll = self.later_id(at)
        if to:
            self.mentioned[number] = to
            for person in to:
                self.tell(at, person, "mention", author, number)
        if said.tags:
            self.tagged[number] = said.tags
        if parent:
            parent.replies += 1
        self._keep(post)
        return post

    def _keep(self, post: Post) -> None:
        self.posts.append(post)
        self.newest[post.author] = post
        self.written[post.author] += 1

    def tell(self, at: int, whom: int, what: str, by: int, status: int | None) -> None:
        if whom != by:
            self.told.append((at, whom, what, by, status))

    # ── favourites and bookmarks ──

    def _mark(self) -> None:
        rng, sizes = self.random, self.sizes
        originals = [post for post in self.posts if post.boost_of is None and post.visibility != "private"]
        people = sizes.accounts + len(sizes.readers)
        self.favourites: list[Row] = []
        seen: set[tuple[int, int]] = set()
        for _ in range(sizes.posts):
            post = originals[int(len(originals) * rng.random() ** 0.7)]
            account = rng.randrange(people) if rng.random() < 0.97 else people - 1
            if account == post.author or (account, post.id) in seen:
                continue
            seen.add((account, post.id))
            post.favourites += 1
            at = min(post.at + int(rng.expovariate(1 / (6 * HOUR))), NOW)
            self.favourites.append((self.later_id(at), self.ids[account], post.id, at))
            self.tell(at, post.author, "favourite", account, post.id)
        self.bookmarks: dict[tuple[int, int], Row] = {}
        for _ in range(sizes.posts // 20):
            post, account = rng.choice(originals), rng.randrange(people)
            self.bookmarks[account, post.id] = (self.later_id(post.at), self.ids[account], post.id, post.at)
