"""What happens in the sample community, and when: everything is decided before anything is written."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from holdfast.cli.demo import scenes
from holdfast.cli.demo.cast import MEMBERS, OWNER, Member
from holdfast.cli.demo.wording import Speaker
from holdfast.store import DAY, HOUR, MINUTE

DAYS = 35
POSTS = 2_000
PICTURES = 72
QUOTES = 24
BUSY_HOURS = (1, 0, 0, 0, 0, 1, 3, 7, 9, 6, 5, 5, 8, 6, 4, 4, 5, 7, 9, 10, 10, 8, 5, 2)
"""How much is written in each hour of the day."""


@dataclass(eq=False)
class Post:
    """A post that will be written; ``id`` and ``poll_id`` are known afterwards."""

    at: int
    by: Member
    text: str
    language: str
    topic: str = "town"
    visibility: str = "public"
    warning: str = ""
    parent: Post | None = None
    quoted: Post | None = None
    pictures: int = 0
    poll: scenes.Poll | None = None
    id: int = 0
    poll_id: int | None = None


@dataclass(frozen=True)
class Step:
    """One thing that a member does at a moment: ``what`` names the command, ``post`` or ``target`` its object."""

    at: int
    what: str
    by: Member
    post: Post | None = None
    target: Member | None = None
    text: str = ""
    choices: tuple[int, ...] = ()


@dataclass
class Plan:
    """Steps in the order of time."""

    joined: dict[Member, int] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)


def plan(rng: random.Random, now: int, most_posts: int = POSTS) -> Plan:
    """Decide on five weeks that end at ``now`` (milliseconds)."""
    return _Planner(rng, now, most_posts).plan()


class _Planner:
    def __init__(self, rng: random.Random, now: int, most_posts: int) -> None:
        self.random = rng
        self.now = now
        self.start = now - DAYS * DAY
        self.most_posts = most_posts
        self.speaker = Speaker(rng)
        self.made = Plan()
        self.by_name = {member.username: member for member in MEMBERS}
        self.follows: dict[tuple[Member, Member], int] = {}  # since when
        self.weight = {member: min(rng.paretovariate(1.6), 6.0) for member in MEMBERS}

    def plan(self) -> Plan:
        """Decide on everything, each part upon the ones before."""
        self._joining()
        self._following()
        self._greetings()
        for lines in scenes.THREADS:
            self._conversation(lines, "public")
        for lines in scenes.DIRECT:
            self._conversation(lines, "direct")
        self._polls()
        while len(self.made.posts) < self.most_posts - QUOTES:
            self._everyday()
        self._quotes()
        while len(self.made.posts) < self.most_posts:
            self._everyday()
        self._reactions()
        self._pictures()
        self._corrections()
        self.made.steps += [Step(post.at, "publish", post.by, post=post) for post in self.made.posts]
        self.made.steps.sort(key=lambda step: step.at)
        return self.made

    # ── people ──

    def _joining(self) -> None:
        late = {"wren", "loop_pedal", "eleven_tabs"}
        for place, member in enumerate(MEMBERS):
            day = 20 if member.username in late else 0
            self.made.joined[member] = self.start + day * DAY + place * 2 * HOUR + self.random.randrange(HOUR)
        self.made.joined[OWNER] = self.start
        self.made.steps += [Step(at, "join", member) for member, at in self.made.joined.items()]

    def _following(self) -> None:
        for source in MEMBERS:
            for target in MEMBERS:
                if source is target or self.random.random() > self._interest(source, target):
                    continue
                begins = max(self.made.joined[source], self.made.joined[target])
                at = begins + int(self.random.expovariate(1 / (40 * HOUR))) + 5 * MINUTE
                if at >= self.now - DAY:
                    continue
                self.made.steps.append(Step(at, "follow", source, target=target))
                if not target.is_locked:
                    self.follows[source, target] = at
                elif self.random.random() < 0.7:  # the others go on waiting
                    let_in = min(at + self.random.randrange(2 * DAY), self.now - HOUR)
                    self.made.steps.append(Step(let_in, "accept", target, target=source))
                    self.follows[source, target] = let_in

    def _interest(self, source: Member, target: Member) -> float:
        if target is OWNER:
            return 0.8
        common = len(set(source.topics) & set(target.topics))
        return min(0.06 + 0.28 * common + (0.3 if source.language == target.language != "en" else 0.0), 0.9)

    # ── what was written as a whole ──

    def _greetings(self) -> None:
        welcome = self._add(Post(self.made.joined[OWNER] + HOUR, OWNER, scenes.WELCOME, "en"))
        self.made.steps.append(Step(welcome.at + MINUTE, "pin", OWNER, post=welcome))
        for member in MEMBERS[1:]:
            if member.is_bot:
                continue
            at = self.made.joined[member] + self.random.randrange(10 * MINUTE, 5 * HOUR)
            text = self.speaker.introduction(member)
            post = self._add(Post(at, member, text, member.language, member.topics[0]))
            if self.random.random() < 0.35:
                self.made.steps.append(Step(at + HOUR, "pin", member, post=post))
            if self.random.random() < 0.5:
                self._add(Post(at + self.random.randrange(HOUR), OWNER, f"@{member.username} Welcome!", "en",
                               parent=post))  # fmt: skip

    def _conversation(self, lines: tuple[scenes.Line, ...], visibility: str) -> None:
        since = max(self.made.joined[self.by_name[name]] for name, _, _ in lines) + DAY
        at = self._moment(since, self.now - DAY)
        said: list[Post] = []
        for name, text, to in lines:
            member, parent = self.by_name[name], said[to] if to >= 0 else None
            words = self.speaker.filled(text)
            if parent is not None and f"@{parent.by.username}" not in words and parent.by is not member:
                words = f"@{parent.by.username} {words}"
            language = "en" if text.isascii() else member.language
            said.append(self._add(Post(at, member, words, language, visibility=visibility, parent=parent)))
            at += int(self.random.uniform(3, 40) * MINUTE)

    def _polls(self) -> None:
        for poll in scenes.POLLS:
            member = self.by_name[poll.by]
            at = self._moment(self.made.joined[member] + 5 * DAY, self.now - 6 * HOUR)
            post = self._add(Post(at, member, poll.question, member.language, member.topics[0], poll=poll))
            for voter in self.random.sample(MEMBERS, self.random.randint(14, 34)):
                when = at + int(self.random.random() * poll.days * DAY * 0.9) + MINUTE
                if voter is member or when >= self.now or self.made.joined[voter] >= when:
                    continue
                drawn = self.random.choices(range(len(poll.options)), poll.weights, k=2 if poll.is_multiple else 1)
                self.made.steps.append(Step(when, "vote", voter, post=post, choices=tuple(sorted(set(drawn)))))

    # ── every day ──

    def _everyday(self) -> None:
        member = self.random.choices(MEMBERS, [self.weight[m] for m in MEMBERS])[0]
        topic, language = self.random.choice(member.topics), self.speaker.language(member)
        draw = self.random.random()
        visibility = "public" if draw < 0.84 else "unlisted" if draw < 0.93 else "private"
        post = self._add(
            Post(
                self._moment(self.made.joined[member] + 6 * HOUR, self.now),
                member,
                self.speaker.post(topic, language),
                language,
                topic,
                visibility,
                self.speaker.warning(topic) if self.random.random() < 0.03 and language == "en" else "",
            )
        )
        if visibility != "private" and self.random.random() < 0.3:
            self._answers(post)

    def _answers(self, post: Post) -> None:
        at, last = post.at, post
        for _ in range(self.random.choices((1, 2, 3, 5), weights=(5, 3, 2, 1))[0]):
            at += int(self.random.lognormvariate(3.2, 1.1) * MINUTE)
            if at >= self.now or len(self.made.posts) >= self.most_posts:
                return
            if last.by is not post.by and self.random.random() < 0.5:
                text, language = self.speaker.thanks(post.language)
                last = self._reply(at, post.by, text, language, last)
                continue
            answering = self._reader_of(post, at)
            if answering is None:
                return
            text, language = self.speaker.reply(answering, post.language)
            last = self._reply(at, answering, text, language, post if self.random.random() < 0.6 else last)

    def _reply(self, at: int, by: Member, text: str, language: str, parent: Post) -> Post:
        words = text if parent.by is by else f"@{parent.by.username} {text}"
        return self._add(Post(at, by, words, language, parent.topic, parent.visibility, parent=parent))

    def _quotes(self) -> None:
        """Some readers pass a post on with words of their own."""
        alone = [p for p in self.made.posts if p.parent is None and p.visibility == "public" and p.at < self.now - DAY]
        for post in self.random.sample(alone, min(QUOTES, len(alone))):
            at = post.at + int(self.random.lognormvariate(4.0, 1.0) * MINUTE) + MINUTE
            reader = self._reader_of(post, at)
            if reader is None or at >= self.now or len(self.made.posts) >= self.most_posts:
                continue
            text, language = self.speaker.reply(reader, post.language)
            self._add(Post(at, reader, text, language, post.topic, quoted=post))

    def _reader_of(self, post: Post, at: int) -> Member | None:
        readers = [m for m in MEMBERS if m is not post.by and self.follows.get((m, post.by), self.now) < at]
        return self.random.choice(readers) if readers else None

    def _reactions(self) -> None:
        for post in self.made.posts:
            if post.visibility == "direct":
                continue
            liked = min(int(self.random.paretovariate(1.1)) - 1, 18)
            for reader, at in self._readers(post, liked):
                self.made.steps.append(Step(at, "favourite", reader, post=post))
            if post.visibility != "private" and post.parent is None and self.random.random() < 0.12:
                for reader, at in self._readers(post, self.random.randint(1, 4)):
                    self.made.steps.append(Step(at, "boost", reader, post=post))
            if self.random.random() < 0.04:
                for reader, at in self._readers(post, 1):
                    self.made.steps.append(Step(at, "bookmark", reader, post=post))

    def _readers(self, post: Post, most: int) -> list[tuple[Member, int]]:
        """Followers of the author who come by after the post, each with a moment."""
        found = []
        followers = [m for m in MEMBERS if (m, post.by) in self.follows]
        for member in self.random.sample(followers, min(most, len(followers))):
            at = post.at + int(self.random.lognormvariate(4.0, 1.3) * MINUTE) + MINUTE
            if self.follows[member, post.by] < at < self.now:
                found.append((member, at))
        return found

    def _pictures(self) -> None:
        bare = [p for p in self.made.posts if p.parent is None and p.poll is None and p.quoted is None]
        alone = [p for p in bare if p.visibility != "direct"]
        chosen = self.random.sample(alone, min(PICTURES, len(alone) // 4))
        left = len(chosen)
        for post in chosen:
            if left <= 0:
                return
            post.pictures = min(self.random.choices((1, 2, 4), weights=(12, 3, 1))[0], left)
            left -= post.pictures

    def _corrections(self) -> None:
        plain = [p for p in self.made.posts if not p.pictures and not p.poll and p.language == "en"]
        for post in self.random.sample(plain, min(24, len(plain))):
            at = post.at + self.random.randrange(MINUTE, 20 * MINUTE)
            if at < self.now:
                self.made.steps.append(
                    Step(at, "edit", post.by, post=post, text=f"{post.text}\n\nEdit: a word was missing.")
                )

    def _add(self, post: Post) -> Post:
        post.at = min(post.at, self.now - 1)
        self.made.posts.append(post)
        return post

    def _moment(self, since: int, until: int) -> int:
        """A moment between two, at an hour at which people write."""
        for _ in range(50):
            day = self.random.randrange(max(since, self.start), until) // DAY * DAY
            hour = self.random.choices(range(24), BUSY_HOURS)[0]
            at = day + hour * HOUR + self.random.randrange(HOUR)
            if since <= at < until:
                return at
        return self.random.randrange(since, until)
