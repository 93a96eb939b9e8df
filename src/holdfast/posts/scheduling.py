"""Posts that wait for their time: kept as drafts with their pictures, published once by a job."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct
from sqlalchemy import Row, delete, func, insert, select, update

from holdfast.acting import SYSTEM, Acting
from holdfast.errors import Invalid, Problem, TooMany, Unavailable
from holdfast.languages import packed, say, unpacked
from holdfast.people import AccountDeleted
from holdfast.posts import finding, publishing, quoting, words
from holdfast.posts.attaching import attachable
from holdfast.posts.drafts import Draft
from holdfast.posts.errors import NoSuchScheduledPost
from holdfast.posts.events import PostScheduled, ScheduledPostCancelled, ScheduledPostMoved
from holdfast.posts.payloads import Nothing
from holdfast.posts.screening import screening
from holdfast.posts.tables import idempotency_keys, media, scheduled_statuses
from holdfast.store import DAY, MINUTE, Read, Window, page
from holdfast.writes import Ability, Database, Write

log = logging.getLogger(__name__)

PUBLISH_SCHEDULED = "posts.publish_scheduled"
SHORTEST_WAIT_MS = 5 * MINUTE
MOST_WAITING = 300  # of one member
MOST_A_DAY = 25  # of one member, on one day in UTC
LATE_MS = MINUTE  # after which the job of a post counts as lost
SLICE = 100


class PublishScheduled(Struct, frozen=True):
    """A scheduled post whose time has come."""

    scheduled_id: int
    account_id: int


class ScheduledPost(NamedTuple):
    """A post that waits; ``scheduled_at`` in milliseconds. ``problem`` says why it was not published at its time."""

    id: int
    account_id: int
    scheduled_at: int
    draft: Draft
    problem: str | None


_COLUMNS = tuple(getattr(scheduled_statuses.c, name) for name in ScheduledPost._fields)


def _made(row: Row[Any]) -> ScheduledPost:
    return ScheduledPost(
        row.id,
        row.account_id,
        row.scheduled_at,
        msgspec.convert(row.draft, Draft),
        unpacked(row.problem) if row.problem else None,
    )


def scheduled_posts(r: Read, account_id: int, window: Window) -> list[ScheduledPost]:
    """A member's waiting posts, those that were scheduled last first."""
    mine = select(*_COLUMNS).where(scheduled_statuses.c.account_id == account_id)
    return [_made(row) for row in page(r, mine, scheduled_statuses.c.id, window)]


def scheduled_post(r: Read, account_id: int, scheduled_id: int) -> ScheduledPost:
    """One of a member's waiting posts. Raises :class:`NoSuchScheduledPost`."""
    rows = r.rows(select(*_COLUMNS).where(_own(account_id, scheduled_id)))
    for row in rows:
        return _made(row)
    raise NoSuchScheduledPost()


def _own(account_id: int, scheduled_id: int) -> Any:
    return (scheduled_statuses.c.id == scheduled_id) & (scheduled_statuses.c.account_id == account_id)


def schedule(db: Database, acting: Acting, draft: Draft, scheduled_at: int) -> int:
    """Keep a post until its time, in milliseconds since 1970; the id of what waits.

    Refused at once with whatever publishing it now would be refused with. Raises :class:`Invalid` also for a
    time that is not five minutes ahead, and for more than 300 waiting or 25 on one day.
    """
    draft = publishing.checked(draft, db.settings)
    with db.write(acting, Ability.POSTING) as w:
        scheduled_id = w.new_id()
        key = publishing.SCHEDULED_KEY + draft.idempotency_key if draft.idempotency_key else None
        author, earlier = publishing.begin(w, acting, key, scheduled_id)
        if earlier is not None:
            return scheduled_post(w, author.id, earlier).id
        parent = publishing.parent_of(w, author.id, draft.in_reply_to_id)
        quoted = quoting.quoted_by(w, author.id, draft.quote_of_id)
        draft = publishing.with_defaults(draft, author, acting, quoted)
        attachable(w, author.id, draft.media_ids)
        made = words.compose(w, db, draft.text)
        quoting.check_addressed(draft.visibility, quoted, author.id, made.mentions)
        screening.ask(w, publishing.candidate(scheduled_id, author, draft, made, parent))
        _respect_limits(w, author.id, scheduled_at)
        row = {"id": scheduled_id, "account_id": author.id, "scheduled_at": scheduled_at, "created_at": w.now}
        w.run(insert(scheduled_statuses).values(**row, draft=msgspec.to_builtins(draft)))
        if draft.media_ids:
            w.run(update(media).where(media.c.id.in_(draft.media_ids)).values(scheduled_id=scheduled_id))
        _wake(w, scheduled_id, author.id, scheduled_at)
        w.record(PostScheduled(scheduled_id=scheduled_id, account_id=author.id, scheduled_at=scheduled_at))
        return scheduled_id


def _respect_limits(w: Write, account_id: int, scheduled_at: int, but: int = 0) -> None:
    """Raise :class:`Invalid` for a time too near, and for too many; ``but`` is not counted."""
    if scheduled_at < w.now + SHORTEST_WAIT_MS:
        raise Invalid.field("scheduled_at", "ERR_INVALID", say("Scheduled at must be at least 5 minutes in the future"))
    w.serialise(account_id)
    column = scheduled_statuses.c
    others = select(func.count()).where(column.account_id == account_id, column.id != but)
    if int(w.value(others)) >= MOST_WAITING:
        raise Invalid(say("You have exceeded the limit of %(most)s scheduled posts", most=MOST_WAITING))
    day = scheduled_at - scheduled_at % DAY
    if int(w.value(others.where(column.scheduled_at >= day, column.scheduled_at < day + DAY))) >= MOST_A_DAY:
        raise Invalid(say("You have exceeded the limit of %(most)s scheduled posts for that day", most=MOST_A_DAY))


def _wake(w: Write, scheduled_id: int, account_id: int, scheduled_at: int) -> None:
    w.enqueue(PUBLISH_SCHEDULED, PublishScheduled(scheduled_id, account_id), delay_ms=scheduled_at - w.now)


def reschedule(db: Database, acting: Acting, scheduled_id: int, scheduled_at: int) -> None:
    """Move a waiting post in time. Raises :class:`NoSuchScheduledPost`, :class:`Invalid` as :func:`schedule`."""
    with db.write(acting, Ability.POSTING) as w:
        account_id = finding.active(w, acting).id
        scheduled_post(w, account_id, scheduled_id)
        _respect_limits(w, account_id, scheduled_at, but=scheduled_id)
        row = update(scheduled_statuses).where(_own(account_id, scheduled_id))
        w.run(row.values(scheduled_at=scheduled_at, problem=None))
        # The job of the earlier time finds that it is not due; one of a later time finds nothing any more.
        _wake(w, scheduled_id, account_id, scheduled_at)
        w.record(ScheduledPostMoved(scheduled_id=scheduled_id, account_id=account_id, scheduled_at=scheduled_at))


def cancel_scheduled(db: Database, acting: Acting, scheduled_id: int) -> None:
    """Drop a waiting post; its pictures are free for another. Raises :class:`NoSuchScheduledPost`."""
    with db.write(acting, Ability.POSTING) as w:
        account_id = finding.active(w, acting).id
        scheduled_post(w, account_id, scheduled_id)
        w.run(delete(scheduled_statuses).where(_own(account_id, scheduled_id)))
        _free_media(w, scheduled_id)
        keys = idempotency_keys.c
        w.run(delete(idempotency_keys).where(keys.account_id == account_id, keys.status_id == scheduled_id))
        w.record(ScheduledPostCancelled(scheduled_id=scheduled_id, account_id=account_id))


def _free_media(w: Write, scheduled_id: int) -> None:
    # Their day begins anew, so that they are not cleared away within the hour.
    freed = update(media).where(media.c.scheduled_id == scheduled_id)
    w.run(freed.values(scheduled_id=None, created_at=w.now))


def publish_scheduled(db: Database, payload: PublishScheduled) -> None:
    """Publish a post whose time has come: once, as what waits and what is published change in one commit.

    What can no longer be published (the parent or a picture is gone, the account may not post) stays with the
    reason, for its author to move or delete.
    """
    acting = Acting(account_id=payload.account_id)
    try:
        with db.write(acting, Ability.POSTING) as w:
            _publish(w, db, acting, payload)
    except (TooMany, Unavailable):
        raise  # later is better than never
    except Problem as fault:
        log.info("a scheduled post was refused", extra={"scheduled_id": payload.scheduled_id, "cause": fault.key})
        _keep_problem(db, payload, packed(fault.said))


def _publish(w: Write, db: Database, acting: Acting, payload: PublishScheduled) -> None:
    which = _own(payload.account_id, payload.scheduled_id) & scheduled_statuses.c.problem.is_(None)
    due = which & (scheduled_statuses.c.scheduled_at <= w.now)
    drafts = [msgspec.convert(row.draft, Draft) for row in w.rows(select(scheduled_statuses.c.draft).where(due))]
    if not drafts or not w.run(delete(scheduled_statuses).where(due)):
        return  # cancelled, moved, or published by another process
    _free_media(w, payload.scheduled_id)
    publishing.publish_within(w, db, acting, replace(drafts[0], idempotency_key=None))


def _keep_problem(db: Database, payload: PublishScheduled, problem: str) -> None:
    with db.write(SYSTEM, Ability.JOBS) as w:
        row = update(scheduled_statuses).where(_own(payload.account_id, payload.scheduled_id))
        w.run(row.where(scheduled_statuses.c.scheduled_at <= w.now).values(problem=problem))


def publish_overdue(db: Database, _: Nothing) -> None:
    """Publish every post whose own job did not, whatever became of it."""
    column = scheduled_statuses.c
    late = column.problem.is_(None) & (column.scheduled_at < db.clock.now() - LATE_MS)
    with db.read() as r:
        found = r.rows(select(column.id, column.account_id).where(late).order_by(column.scheduled_at).limit(SLICE))
        waiting = [PublishScheduled(row.id, row.account_id) for row in found]
    for one in waiting:
        publish_scheduled(db, one)


def forget_scheduled(db: Database, event: AccountDeleted) -> None:
    """Drop what a deleted account had scheduled."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.run(update(media).where(media.c.account_id == event.account_id).values(scheduled_id=None))
        w.run(delete(scheduled_statuses).where(scheduled_statuses.c.account_id == event.account_id))
