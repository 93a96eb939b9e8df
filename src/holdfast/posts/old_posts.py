"""Old posts that delete themselves, if their author wants it: what goes, what is kept, and the daily run.

A run is durable jobs, each of which deletes a few posts and puts the next one into the queue in one commit: a process
that is killed goes on where it was, and no post is met twice.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from typing import NamedTuple

from msgspec import Struct
from sqlalchemy import ColumnElement, delete, exists, func, insert, not_, select, update

from holdfast.acting import SYSTEM, Acting
from holdfast.errors import Invalid
from holdfast.languages import N_, say
from holdfast.people import AccountDeleted
from holdfast.posts import deleting, finding
from holdfast.posts.errors import AccountNotActive, NoSuchStatus
from holdfast.posts.events import OldPostRulesChanged
from holdfast.posts.payloads import DeleteOldPosts, Nothing
from holdfast.posts.tables import bookmarks, favourites, old_post_rules, pins, statuses
from holdfast.store import DAY, HOUR, Read, first_at
from holdfast.writes import Ability, Database, SwitchedOff, check_mode

DELETE_OLD = "posts.delete_old"
YOUNGEST_DAYS, OLDEST_DAYS = 7, 730
MOST_NEEDED = 1_000_000  # favourites or boosts that keep a post
SLICE = 20
"""Posts that one job deletes before others write."""

MOST_BEGUN = 200  # runs that one look at what is due begins


class Rules(Struct, frozen=True, kw_only=True):
    """Which posts are old and go, boosts included. A post with enough favourites or boosts is kept (None: none is)."""

    age_days: int = 365
    keeps_pinned: bool = True
    keeps_bookmarked: bool = True  # by the author
    keeps_favourited: bool = True  # by the author
    keeps_polls: bool = False
    keeps_media: bool = False
    keeps_direct: bool = True
    least_favourites: int | None = None
    least_boosts: int | None = None


class Plan(NamedTuple):
    """A member's rules, and the time in milliseconds of the next run; None while it is switched off."""

    rules: Rules
    next_run_at: int | None


_COLUMNS = tuple(old_post_rules.c[name] for name in Rules.__struct_fields__)


def plan_of(r: Read, account_id: int) -> Plan:
    """What a member has set; switched off, with the defaults, where nothing was."""
    mine = old_post_rules.c.account_id == account_id
    row = r.first(select(*_COLUMNS, old_post_rules.c.next_run_at).where(mine))
    if row is None:
        return Plan(Rules(), None)
    *values, next_run_at = row
    named = dict(zip(Rules.__struct_fields__, values, strict=True))
    named |= {name: bool(value) for name, value in named.items() if name.startswith("keeps_")}
    return Plan(Rules(**named), next_run_at)


def set_rules(db: Database, acting: Acting, rules: Rules, *, is_on: bool) -> None:
    """Set what goes, and switch the daily run on or off; the first comes an hour to a day after switching on.

    Raises :class:`Invalid` on ``age_days``, ``least_favourites`` or ``least_boosts``, :class:`AccountNotActive`.
    """
    check_rules(rules)
    with db.write(acting, Ability.RELATIONS) as w:
        account_id = finding.active(w, acting).id
        w.serialise(account_id)
        before = plan_of(w, account_id)
        first = w.now + HOUR + secrets.randbelow(DAY - HOUR)  # so that not all members' runs come at once
        after = Plan(rules, (before.next_run_at or first) if is_on else None)
        if before == after:
            return
        values = {name: getattr(rules, name) for name in rules.__struct_fields__} | {"next_run_at": after.next_run_at}
        if not w.run(update(old_post_rules).where(old_post_rules.c.account_id == account_id).values(values)):
            w.run(insert(old_post_rules).values(values | {"account_id": account_id}))
        w.record(OldPostRulesChanged(account_id=account_id, is_on=is_on))


def check_rules(rules: Rules) -> None:
    """Raise :class:`Invalid` for an age or a number that is out of bounds."""
    if not YOUNGEST_DAYS <= rules.age_days <= OLDEST_DAYS:
        words = say("Age must be %(least)s to %(most)s days", least=YOUNGEST_DAYS, most=OLDEST_DAYS)
        raise Invalid.field("age_days", "ERR_INCLUSION", words)
    for name, label in (("least_favourites", N_("Favourites")), ("least_boosts", N_("Boosts"))):
        number = getattr(rules, name)
        if number is not None and not 1 <= number <= MOST_NEEDED:
            raise Invalid.field(
                name,
                "ERR_INCLUSION",
                say("%(label)s must be a whole number from 1 to %(most)s", label=label, most=MOST_NEEDED),
            )


def count(r: Read, account_id: int, rules: Rules, now: int) -> int:
    """How many posts would go now by these rules, whether they are in force or not."""
    return int(r.value(select(func.count()).select_from(statuses).where(*_old(account_id, rules, now))))


def _old(account_id: int, rules: Rules, now: int) -> list[ColumnElement[bool]]:
    """What is true of the posts that go."""
    s = statuses.c
    found = [s.author_id == account_id, s.deleted_at.is_(None), s.id < first_at(now - rules.age_days * DAY)]
    found.append(s.restriction.is_(None))  # moderators are not done with the others
    marks = (
        (pins, rules.keeps_pinned), (bookmarks, rules.keeps_bookmarked), (favourites, rules.keeps_favourited),
    )  # fmt: skip
    for table, keeps in marks:
        if keeps:
            of_author = (table.c.status_id == s.id) & (table.c.account_id == account_id)
            found.append(not_(exists(select(1).select_from(table).where(of_author))))
    if rules.keeps_polls:
        found.append(s.poll_id.is_(None))
    if rules.keeps_media:
        found.append(s.media_count == 0)
    if rules.keeps_direct:
        found.append(s.visibility != "direct")
    if rules.least_favourites is not None:
        found.append(s.favourites_count < rules.least_favourites)
    if rules.least_boosts is not None:
        found.append(s.boosts_count < rules.least_boosts)
    return found


def begin_runs(db: Database, _: Nothing) -> None:
    """Begin the runs whose time has come. None begins while posting is switched off; they are made up for later."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        try:
            check_mode(w, Ability.POSTING, w.now)
        except SwitchedOff:
            return
        columns = old_post_rules.c
        due = select(columns.account_id, columns.next_run_at).where(columns.next_run_at <= w.now)
        for account_id, planned in w.rows(due.order_by(columns.next_run_at).limit(MOST_BEGUN)):
            following = planned + DAY if planned + DAY > w.now else w.now + DAY
            w.run(update(old_post_rules).where(columns.account_id == account_id).values(next_run_at=following))
            w.enqueue(DELETE_OLD, DeleteOldPosts(account_id))


def delete_next(db: Database, payload: DeleteOldPosts) -> None:
    """Delete the next few of a member's old posts; goes on until there is none left.

    Raises :class:`SwitchedOff`, with which the job is run again later. A suspended member's posts stay until the day
    after the suspension.
    """
    with db.write(SYSTEM, Ability.JOBS) as w:
        found = plan_of(w, payload.account_id)
        if found.next_run_at is None:
            return
        old = (*_old(payload.account_id, found.rules, w.now), statuses.c.id > payload.after)
        ids = w.ids(select(statuses.c.id).where(*old).order_by(statuses.c.id).limit(SLICE))
        author = Acting(account_id=payload.account_id)
        try:
            for status_id in ids:
                with suppress(NoSuchStatus):  # its author was faster
                    deleting.delete(db, author, status_id)
        except AccountNotActive:
            return
        if len(ids) == SLICE:
            w.enqueue(DELETE_OLD, DeleteOldPosts(payload.account_id, ids[-1]))


def forget_rules(db: Database, event: AccountDeleted) -> None:
    """Remove what a deleted account had set."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.run(delete(old_post_rules).where(old_post_rules.c.account_id == event.account_id))
