"""Reports: filing one, reading one's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from sqlalchemy import insert, select

from holdfast import people, posts
from holdfast.acting import Acting
from holdfast.errors import Unauthenticated
from holdfast.languages import say
from holdfast.moderation.errors import CannotReport, NoSuchReport, ReportTargetGone, TooManyReports
from holdfast.moderation.events import ReportFiled
from holdfast.moderation.intake import Signal, raise_signal
from holdfast.moderation.subjects import Subject
from holdfast.moderation.tables import reports
from holdfast.moderation.taxonomy import OF_API
from holdfast.store import DAY, SECOND, Hot, Read, Window, first_at, json_value, page
from holdfast.writes import Ability, Database, Write

Category = Literal["spam", "legal", "violation", "other"]

LONGEST_COMMENT = 1_000
MOST_STATUSES = 100
MOST_A_DAY = 50
"""Reports that one member may file within a day."""

NEAR_MS = DAY
"""Reports of other accounts belong together when they were filed within this."""

MOST_SIBLINGS, MOST_LOOKED_AT = 100, 500

_OF_TARGET = Hot("SELECT id FROM statuses WHERE id IN (@ids) AND author_id = :target AND boost_of_id IS NULL")
_OF_LATE = Hot("SELECT COUNT(*), MIN(created_at) FROM reports WHERE account_id = :reporter AND created_at > :since")
_BY_IDS = Hot(
    "SELECT id, account_id, target_id, category, comment, forwards, status_ids, rule_ids, created_at, acted_at, "
    "collection_ids FROM reports WHERE id IN (@ids)"
)
_RULES = Hot("SELECT id FROM rules WHERE id IN (@ids) AND deleted_at IS NULL")
_OF_SAME_TARGET = Hot("SELECT id FROM reports WHERE target_id = :target ORDER BY id DESC LIMIT :most")
_THREADS = Hot("SELECT DISTINCT thread_id FROM statuses WHERE id IN (@ids)")
_IN_THREADS = Hot("SELECT id FROM statuses WHERE id IN (@ids) AND thread_id IN (@threads)")
_LATELY = Hot("SELECT id FROM reports WHERE id >= :above AND id < :below ORDER BY id DESC LIMIT :most")
COLUMNS = (
    reports.c.id,
    reports.c.account_id,
    reports.c.target_id,
    reports.c.category,
    reports.c.comment,
    reports.c.forwards,
    reports.c.status_ids,
    reports.c.rule_ids,
    reports.c.created_at,
    reports.c.acted_at,
    reports.c.collection_ids,
)


class Report(NamedTuple):
    """A report as it was filed; times in milliseconds."""

    id: int
    account_id: int
    target_id: int
    category: str
    comment: str
    forwards: bool
    status_ids: tuple[int, ...]
    rule_ids: tuple[int, ...]
    created_at: int
    acted_at: int | None
    collection_ids: tuple[int, ...] = ()


def report(
    db: Database,
    acting: Acting,
    target_id: int,
    *,
    status_ids: Sequence[int] = (),
    comment: str = "",
    category: Category = "other",
    rule_ids: Sequence[int] = (),
    collection_ids: Sequence[int] = (),
    forward: bool = False,
) -> int:
    """Tell the moderators of an account; the report's id. Rules that are named make it a violation.

    Statuses and collections must be the account's and visible to who reports; ``forward`` counts for accounts of
    other servers.
    Raises :class:`ReportTargetGone`, :class:`CannotReport`, :class:`TooManyReports`, :class:`AccountUnusable`.
    """
    if len(comment) > LONGEST_COMMENT:
        raise CannotReport.field(
            "comment", "ERR_TOO_LONG", say("A comment has at most %(most)s characters", most=LONGEST_COMMENT)
        )
    if len(status_ids) > MOST_STATUSES:
        raise CannotReport.field(
            "status_ids", "ERR_TOO_MANY", say("A report names at most %(most)s posts", most=MOST_STATUSES)
        )
    with db.write(acting, Ability.RELATIONS) as w:
        reporter = _present(w, acting)
        target = _target(w, target_id, reporter)
        named = {
            "status_ids": _evidence(w, reporter, target.id, status_ids),
            "rule_ids": checked_rules(w, rule_ids),
            "collection_ids": _collections(w, reporter, target.id, collection_ids),
        }
        w.serialise(reporter)
        _respect_limit(w, reporter)
        report_id, settled = w.new_id(), "violation" if rule_ids else category
        row = {"id": report_id, "account_id": reporter, "target_id": target.id, "category": settled, **named}
        forwards = forward and target.domain is not None
        w.run(insert(reports).values(row | {"comment": comment.strip(), "forwards": forwards, "created_at": w.now}))
        _raise_signals(w, row, comment.strip())
        w.record(
            ReportFiled(report_id=report_id, account_id=reporter, target_id=target.id, category=settled),
            owner=reporter,
        )
        return report_id


def _raise_signals(w: Write, report: dict[str, Any], comment: str) -> None:
    """Each post that a report names is a case of its own; a report that names none is about the account."""
    trusted = w.acting.may("signals.trusted")
    signal = Signal(
        source="trusted_flagger" if trusted else "member",
        category=OF_API[report["category"]],
        comment=comment,
        account_id=report["account_id"],
        report_id=report["id"],
    )
    for status_id in report["status_ids"]:
        raise_signal(w, Subject.post(status_id), signal)
    if not report["status_ids"]:
        raise_signal(w, Subject.account(report["target_id"]), signal)


def _present(w: Write, acting: Acting) -> int:
    if acting.account_id is None:
        raise Unauthenticated()
    account = people.account_by_id(w, acting.account_id)
    if account is None or not account.is_present:
        raise people.AccountUnusable()
    return account.id


def _target(w: Write, target_id: int, reporter: int) -> people.Account:
    target = people.account_by_id(w, target_id)
    if target is None or target.deleted_at is not None:
        raise ReportTargetGone()
    if target.id == reporter:
        raise CannotReport.field("account_id", "ERR_INVALID", say("You cannot report yourself"))
    return target


def _evidence(w: Write, reporter: int, target_id: int, status_ids: Sequence[int]) -> list[int]:
    wanted = list(dict.fromkeys(status_ids))
    if not wanted:
        return []
    theirs = {row[0] for row in w.fast(_OF_TARGET, ids=wanted, target=target_id)}
    seen = theirs & posts.visible_ids(w, reporter, wanted)
    if len(seen) < len(wanted):
        raise CannotReport.field("status_ids", "ERR_INVALID", say("The posts must be ones of the reported account"))
    return wanted


def _collections(w: Write, reporter: int, target_id: int, collection_ids: Sequence[int]) -> list[int]:
    wanted = list(dict.fromkeys(collection_ids))
    for number in wanted[: MOST_STATUSES + 1]:
        try:
            owner = people.collection(w, reporter, number).account_id
        except people.CollectionNotFound:
            owner = None
        if owner != target_id:
            raise CannotReport.field("collection_ids", "ERR_INVALID", say("The collections must be the account's own"))
    return wanted


def checked_rules(w: Write, rule_ids: Sequence[int]) -> list[int]:
    """The ids of rules, each once. Raises :class:`CannotReport` for one that there is not."""
    wanted = list(dict.fromkeys(rule_ids))
    if wanted and len(w.fast(_RULES, ids=wanted)) < len(wanted):
        raise CannotReport.field("rule_ids", "ERR_INVALID", say("There is no such rule on this server"))
    return wanted


def _respect_limit(w: Write, reporter: int) -> None:
    row = w.fast(_OF_LATE, reporter=reporter, since=w.now - DAY)[0]
    if row[0] >= MOST_A_DAY:
        raise TooManyReports(retry_after=max((row[1] + DAY - w.now) / SECOND, 1))


def reports_by(r: Read, account_id: int, window: Window) -> list[Report]:
    """What a member reported, newest first."""
    statement = select(*COLUMNS).where(reports.c.account_id == account_id)
    return [from_row(row) for row in page(r, statement, reports.c.id, window)]


def reports_about_others(r: Read, reader: int, window: Window) -> list[Report]:
    """Every report but those about the reader, newest first; for who may read reports."""
    statement = select(*COLUMNS).where(reports.c.target_id != reader)
    return [from_row(row) for row in page(r, statement, reports.c.id, window)]


def report_about_others(r: Read, reader: int, report_id: int) -> Report:
    """One report. Raises :class:`NoSuchReport`, also for one about the reader."""
    found = reports_by_ids(r, [report_id]).get(report_id)
    if found is None or found.target_id == reader:
        raise NoSuchReport()
    return found


def reports_by_ids(r: Read, ids: Sequence[int]) -> dict[int, Report]:
    """Reports under their ids, whoever filed them."""
    if not ids:
        return {}
    return {row[0]: _from_driver(row) for row in r.fast(_BY_IDS, ids=list(ids))}


def siblings(r: Read, report_id: int) -> list[Report]:
    """Other reports that belong with one, newest first, at most :data:`MOST_SIBLINGS`: those of the same account, and
    within a day those by the same member (who may stand in a wave) and those of posts in the same conversation."""
    found = reports_by_ids(r, [report_id]).get(report_id)
    if found is None:
        return []
    ids = {row[0] for row in r.fast(_OF_SAME_TARGET, target=found.target_id, most=MOST_SIBLINGS + 1)}
    threads = [row[0] for row in r.fast(_THREADS, ids=list(found.status_ids))] if found.status_ids else []
    lately = r.fast(
        _LATELY,
        above=first_at(found.created_at - NEAR_MS),
        below=first_at(found.created_at + NEAR_MS),
        most=MOST_LOOKED_AT,
    )
    near = [one for one in reports_by_ids(r, [row[0] for row in lately]).values() if one.id not in ids]
    ids.update(one.id for one in near if one.account_id == found.account_id and one.id != report_id)
    named = {number: one.id for one in near for number in one.status_ids}
    if threads and named:
        ids.update(named[row[0]] for row in r.fast(_IN_THREADS, ids=list(named), threads=threads))
    ids.discard(report_id)
    known = reports_by_ids(r, sorted(ids, reverse=True)[:MOST_SIBLINGS])
    return [known[number] for number in sorted(known, reverse=True)]


def from_row(row: Any) -> Report:
    """A report from a row of ``COLUMNS``."""
    values = row._asdict()
    lists = ("status_ids", "rule_ids", "collection_ids")
    return Report(**values | {name: tuple(values[name]) for name in lists})


def _from_driver(row: tuple[Any, ...]) -> Report:
    """A report as a driver gives it: SQLite knows neither JSON nor truth."""
    values = dict(zip(Report._fields, row, strict=True))
    lists = {name: tuple(json_value(values[name])) for name in ("status_ids", "rule_ids", "collection_ids")}
    return Report(**values | lists | {"forwards": bool(values["forwards"])})
