"""Word to members about what became of their reports: a page, and a letter once all that a report names is decided."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import func, or_, select

from holdfast import access
from holdfast.languages import _, speaking
from holdfast.moderation.cases import by_ids
from holdfast.moderation.errors import NoSuchCase
from holdfast.moderation.events import WordWritten
from holdfast.moderation.measures import HARMLESS_ON_SUBJECT, TOLD
from holdfast.moderation.tables import decisions, reports, signals, words
from holdfast.store import Hot, Read
from holdfast.writes import Database, Write

TELL = "moderation.tell_reporter"
PATH = "/settings/reports"

_DONE = Hot(
    "SELECT id FROM reports WHERE acted_at IS NOT NULL AND told_at IS NULL "
    "AND id IN (SELECT report_id FROM signals WHERE case_id = :case AND report_id IS NOT NULL)"
)
_TOLD = Hot("UPDATE reports SET told_at = :now WHERE id = :id")


class ReporterLetter(msgspec.Struct, frozen=True):
    """A letter to somebody who reported is due."""

    report_id: int


class Reported(msgspec.Struct, frozen=True):
    """One thing that a member reported, or about which the team has written to them. ``state`` is open, acted or left;
    ``is_own`` where it is theirs and not what they reported. Times in milliseconds."""

    case_id: int
    subject_kind: str
    opened_at: int
    state: str
    is_own: bool


def reported_by(r: Read, account_id: int, *, most: int = 100) -> list[Reported]:
    """What a member reported and what the team wrote to them about, newest first."""
    told = select(signals.c.case_id).where(signals.c.account_id == account_id, signals.c.report_id.is_not(None))
    written = select(words.c.case_id).where(words.c.account_id == account_id)
    ids = {int(row[0]) for row in r.rows(told)} | {int(row[0]) for row in r.rows(written)}
    return _reported(r, account_id, sorted(ids, reverse=True)[:most])


def one_reported(r: Read, account_id: int, case_id: int) -> Reported:
    """One of them. Raises :class:`NoSuchCase` for any other case."""
    mine = or_(
        select(signals.c.id)
        .where(signals.c.case_id == case_id, signals.c.account_id == account_id, signals.c.report_id.is_not(None))
        .exists(),
        select(words.c.id).where(words.c.case_id == case_id, words.c.account_id == account_id).exists(),
    )
    found = _reported(r, account_id, [case_id]) if r.value(select(func.count()).where(mine)) else []
    if not found:
        raise NoSuchCase()
    return found[0]


def _reported(r: Read, account_id: int, ids: Sequence[int]) -> list[Reported]:
    decided, acted = _told(r, ids)
    return [
        Reported(
            one.id,
            one.subject_kind,
            one.opened_at,
            "acted" if one.id in acted else "left" if one.id in decided and not one.is_open else "open",
            one.account_id == account_id,
        )
        for one in by_ids(r, ids)
    ]


def _told(r: Read, ids: Sequence[int]) -> tuple[set[int], set[int]]:
    """In which cases a person's decision was told, and in which of these it is felt. What can still be taken back
    unnoticed is not known here."""
    if not ids:
        return set(), set()
    stands = select(decisions.c.case_id, decisions.c.on_subject, decisions.c.on_account).where(
        decisions.c.case_id.in_(list(ids)),
        decisions.c.undone_at.is_(None),
        decisions.c.delivered_at.is_not(None),
        decisions.c.is_provisional.is_(False),
    )
    rows = list(r.rows(stands))
    felt = {row[0] for row in rows if row[1] not in HARMLESS_ON_SUBJECT or row[2] in TOLD}
    return {row[0] for row in rows}, felt


def plan_words(w: Write, case_id: int) -> None:
    """Let those be told who reported what a case is about, once for each report, when none of its cases is open."""
    for row in w.fast(_DONE, case=case_id):
        w.run_fast(_TOLD, id=row[0], now=w.now)
        w.enqueue(TELL, ReporterLetter(row[0]))


def tell_reporter(db: Database, due: ReporterLetter) -> None:
    """The letter that a report was decided."""
    with db.read() as r:
        to = r.value(select(reports.c.account_id).where(reports.c.id == due.report_id))
    if to is not None:
        _write(db, int(to), PATH, is_decided=True)


def send_word(db: Database, event: WordWritten) -> None:
    """The letter that the team has written to a member. What it says stands on the page alone."""
    if event.by_team and event.account_id is not None:
        _write(db, event.account_id, f"{PATH}/{event.case_id}", is_decided=False)


def _write(db: Database, account_id: int, path: str, *, is_decided: bool) -> None:
    if not db.config.boot.email:
        return
    with db.read() as r:
        to = access.find(r, account_id)
        if to is None or to.deleted_at is not None or to.email is None or to.email_confirmed_at is None:
            return
        language = access.language_of(db, to.locale)
    server, name = db.settings.name, to.username
    with speaking(language):
        if is_decided:
            subject = _("Your report to %(server)s has been decided", server=server)
            first = _("Hello @%(name)s, what you reported has been looked at. See what became of it:", name=name)
        else:
            subject = _("The moderators of %(server)s have written to you", server=server)
            first = _("Hello @%(name)s, read it and answer here:", name=name)
        access.send_letter(db, to.email, "report", subject, [first], link=(_("Open the page"), db.base_url + path))
