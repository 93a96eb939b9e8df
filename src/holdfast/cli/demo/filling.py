"""Living through a plan: every step is the command that a member's app would have called, at its own time."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TypeVar

from holdfast import access, people, posts
from holdfast.access import setup
from holdfast.acting import SYSTEM, Acting
from holdfast.cli.demo import pictures
from holdfast.cli.demo.cast import MEMBERS, OWNER, Member
from holdfast.cli.demo.pictures import Drawing
from holdfast.cli.demo.planning import Plan, Post, Step, plan
from holdfast.posts.picture_worker import PictureWorker
from holdfast.posts.pictures import Processed, Rendition
from holdfast.posts.text import render_bio, render_field
from holdfast.site.registry import Progress
from holdfast.store import DAY, ManualClock
from holdfast.writes import Ability, Database, Runner

T = TypeVar("T")

NAME = "Lantern Street"
DESCRIPTION = "A sample community: fifty people who do not exist, and what they have been writing to each other."
RULES = (
    "Be kind. You may disagree with everything except that.",
    "Describe your pictures, so that everybody can follow.",
    "No advertising. Cake is not advertising.",
    "What is told to followers stays with followers.",
)
AT_ONCE = 2  # pictures
STEPS_AT_ONCE = 16  # in one commit; afterwards the jobs that follow are run, at that time of the community's own


class Sample(NamedTuple):
    """What was made."""

    members: int
    posts: int
    pictures: int


class _Stored(NamedTuple):
    processed: Processed
    original: str
    preview: str
    description: str


def fill(
    db: Database,
    clock: ManualClock,
    now: int,
    password: str,
    progress: Progress,
    *,
    most_posts: int,
    with_pictures: bool = True,
    seed: int = 1,
) -> Sample:
    """Fill a new server. The database must go by ``clock``, which is moved from five weeks ago to ``now``."""
    rng = random.Random(seed)  # noqa: S311  (a sample shall look alike every time; nothing here is a secret)
    planned = plan(rng, now, most_posts)
    filling = _Filling(db, clock, planned, progress)
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="pictures") as pool:
        if with_pictures:
            filling.draw(pool, rng)
        return filling.run(password)


class _Filling:
    def __init__(self, db: Database, clock: ManualClock, planned: Plan, progress: Progress) -> None:
        self._db = db
        self._clock = clock
        self._plan = planned
        self._progress = progress
        self._runner = Runner(db)
        self._worker = PictureWorker(at_once=AT_ONCE, wait_seconds=600)
        self._storage = posts.storage(db)
        self._acting: dict[Member, Acting] = {}
        self._drawn: dict[Post, list[Future[_Stored]]] = {}
        self._faces: dict[Member, dict[str, Future[_Stored]]] = {}
        self._hashed = ""
        self._pictures = 0

    def run(self, password: str) -> Sample:
        """Live through the plan."""
        self._hashed = access.hash_password(self._db, password)  # once: all fifty have the same
        self._live()
        self._runner.stop()
        return Sample(len(self._acting), len(self._plan.posts), self._pictures)

    # ── pictures: drawn and processed beside everything else ──

    def draw(self, pool: ThreadPoolExecutor, rng: random.Random) -> None:
        """Begin to draw every picture, in the order in which they will be needed."""
        for place, member in enumerate(MEMBERS):
            faces = {"avatar": pictures.avatar(rng)} | ({"header": pictures.header(rng)} if place % 3 == 0 else {})
            self._faces[member] = {
                kind: pool.submit(self._profile_picture, drawing, kind) for kind, drawing in faces.items()
            }
        for post in sorted(self._plan.posts, key=lambda post: post.at):
            drawings = [pictures.picture(post.topic, rng) for _ in range(post.pictures)]
            self._drawn[post] = [pool.submit(self._post_picture, drawing) for drawing in drawings]

    def _profile_picture(self, drawing: Drawing, kind: str) -> _Stored:
        run = self._worker.avatar if kind == "avatar" else self._worker.header
        with tempfile.TemporaryDirectory(prefix="holdfast-demo-") as name:
            made = run(_written(drawing, Path(name)), Path(name))
            key = self._keep(Path(name), made)
        return _Stored(Processed(made, made, ""), key, key, drawing.description)

    def _post_picture(self, drawing: Drawing) -> _Stored:
        with tempfile.TemporaryDirectory(prefix="holdfast-demo-") as name:
            made = self._worker.process(_written(drawing, Path(name)), Path(name))
            keys = self._keep(Path(name), made.original), self._keep(Path(name), made.preview)
        return _Stored(made, *keys, drawing.description)

    def _keep(self, folder: Path, rendition: Rendition) -> str:
        self._pictures += 1
        return self._storage.put((folder / rendition.name).read_bytes()).hash

    # ── people ──

    def _join(self, step: Step, _: Acting) -> None:
        member = step.by
        account_id = self._set_up() if member is OWNER else self._sign_up(member)
        self._acting[member] = Acting(account_id, permissions=access.permissions_of(member.role))
        faces = {kind: drawn.result() for kind, drawn in self._faces.get(member, {}).items()}
        people.update_profile(self._db, self._acting[member], self._profile(member, faces))

    def _set_up(self) -> int:
        form = setup.SetUp(
            name=NAME, registration="open", owner=OWNER.username, email=None, password_hash=self._hashed,
            short_description=DESCRIPTION, rules=RULES,
        )  # fmt: skip
        return setup.set_up(self._db, form)

    def _sign_up(self, member: Member) -> int:
        return access.create_member(
            self._db, SYSTEM, member.username, password_hash=self._hashed, role=member.role, locale=member.language
        )

    def _profile(self, member: Member, faces: dict[str, _Stored]) -> people.ProfileChange:
        base_url, domain = self._db.base_url, self._db.local_domain

        def nobody(_name: str, _domain: str | None) -> None:
            return None

        bio = render_bio(member.bio, domain=domain, base_url=base_url, resolve_mention=nobody).html
        fields = [
            people.ProfileField(
                name, value, render_field(value, domain=domain, base_url=base_url, resolve_mention=nobody).html
            )
            for name, value in member.fields
        ]
        return people.ProfileChange(
            display_name=member.shown,
            bio=people.Bio(member.bio, bio),
            fields=fields,
            **{f"{kind}_key": drawn.original for kind, drawn in faces.items()},  # type: ignore[arg-type]
            **{f"{kind}_description": drawn.description for kind, drawn in faces.items()},  # type: ignore[arg-type]
            is_locked=member.is_locked,
            is_bot=member.is_bot,
            is_discoverable=not member.is_locked,
            is_indexable=not member.is_locked,
            default_language=member.language,
        )

    # ── five weeks ──

    def _live(self) -> None:
        steps = iter(self._plan.steps)
        total, done = len(self._plan.steps), 0
        while batch := list(islice(steps, STEPS_AT_ONCE)):
            for step in batch:
                self._await_pictures(step)
            self._done(lambda batch=batch: self._take(batch))  # type: ignore[misc]
            self._runner.drain()
            done += len(batch)
            self._progress("five weeks", done, total)

    def _await_pictures(self, step: Step) -> None:
        """Pictures are ready before the writer is asked: it must not wait for them."""
        if step.what == "join":
            wait(self._faces.get(step.by, {}).values())
        elif step.what == "publish":
            wait(self._drawn.get(_post(step), ()))

    def _take(self, steps: list[Step]) -> None:
        """Several steps in one commit, each at its own moment."""
        with self._db.write(SYSTEM, Ability.ADMINISTRATION):
            for step in steps:
                self._to(step.at)
                getattr(self, f"_{step.what}")(step, self._acting.get(step.by, SYSTEM))

    def _follow(self, step: Step, acting: Acting) -> None:
        people.follow(self._db, acting, self._id(step.target))

    def _accept(self, step: Step, acting: Acting) -> None:
        people.accept_request(self._db, acting, self._id(step.target))

    def _publish(self, step: Step, acting: Acting) -> None:
        post = _post(step)
        media = [self._accepted(acting, drawn.result()) for drawn in self._drawn.get(post, ())]
        poll = post.poll and posts.PollDraft(
            options=post.poll.options, expires_in_s=post.poll.days * DAY // 1000, is_multiple=post.poll.is_multiple
        )
        draft = posts.Draft(
            text=post.text, visibility=post.visibility, spoiler_text=post.warning, language=post.language,
            in_reply_to_id=post.parent.id if post.parent else None, media_ids=tuple(media), poll=poll or None,
            quote_of_id=post.quoted.id if post.quoted else None,
        )  # fmt: skip
        post.id = posts.publish(self._db, acting, draft).status_id
        if poll:
            with self._db.read() as r:
                post.poll_id = posts.facts(r, acting.account_id, [post.id])[post.id].poll_id

    def _accepted(self, acting: Acting, stored: _Stored) -> int:
        return posts.accept_upload(
            self._db, acting, stored.processed, original_key=stored.original, preview_key=stored.preview,
            place=self._storage.places()[0], description=stored.description,
        )  # fmt: skip

    def _favourite(self, step: Step, acting: Acting) -> None:
        posts.favourite(self._db, acting, _post(step).id)

    def _boost(self, step: Step, acting: Acting) -> None:
        posts.boost(self._db, acting, _post(step).id)

    def _bookmark(self, step: Step, acting: Acting) -> None:
        posts.bookmark(self._db, acting, _post(step).id)

    def _pin(self, step: Step, acting: Acting) -> None:
        posts.pin(self._db, acting, _post(step).id)

    def _vote(self, step: Step, acting: Acting) -> None:
        posts.vote(self._db, acting, _post(step).poll_id or 0, step.choices)

    def _edit(self, step: Step, acting: Acting) -> None:
        posts.edit(self._db, acting, _post(step).id, posts.StatusChange(text=step.text))

    # ── means ──

    def _id(self, member: Member | None) -> int:
        if member is None:
            raise LookupError("this step is about nobody")
        return self._acting[member].known_id

    def _to(self, moment: int) -> None:
        """Move the clock on; it never goes back, since ids grow with it."""
        self._clock.advance(max(moment - self._clock.now(), 0))

    def _done(self, command: Callable[[], T]) -> T:
        return self._db.submit(command).result()


def _post(step: Step) -> Post:
    if step.post is None:
        raise LookupError("this step is about no post")
    return step.post


def _written(drawing: Drawing, folder: Path) -> Path:
    source = folder / "drawn"
    source.write_bytes(drawing.jpeg())
    return source
