"""Word to the team of cases whose time runs out: by push and by letter, to more people the later it gets.

When half of a case's time is gone, those are told who may decide in it; when a quarter is left, those too who may
decide about more; when none is left, those too who oversee. Each of the team chooses from which step on they are told,
and how. Nobody hears more than once within :data:`PAUSE_MS`: in a flood the queue says it all.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from sqlalchemy import insert, or_, select, update

from holdfast import notifications
from holdfast.access import permissions_of, send_letter
from holdfast.access.members import find as find_member
from holdfast.access.readers import language_of
from holdfast.acting import SYSTEM, Acting
from holdfast.errors import Invalid
from holdfast.languages import N_, Sentence, _, say, speaking
from holdfast.moderation.cases import DECIDE, GRAVE, OVERSEE, Case, find
from holdfast.moderation.errors import NoSuchCase, NotForYou
from holdfast.moderation.events import CaseChanged
from holdfast.moderation.tables import warning_choices
from holdfast.moderation.taxonomy import harm
from holdfast.notifications.alerts import plan_alert
from holdfast.store import HOUR, MINUTE, Hot, Read
from holdfast.writes import Ability, Database, Write

LETTER = "moderation.warning_letter"
PAUSE_MS = 10 * MINUTE
STEPS = ("half", "quarter", "overdue")
FROM = ("never", *STEPS)
"""From which step on somebody is told."""
BY_PUSH, BY_LETTER = "quarter", "overdue"
"""What holds for who has chosen nothing."""
_CHOICES = Hot("SELECT account_id, by_push, by_letter, told_at FROM warning_choices")
_REACHED = {"half": (DECIDE,), "quarter": (DECIDE, GRAVE), "overdue": (DECIDE, GRAVE, OVERSEE)}


class WarningLetter(msgspec.Struct, frozen=True):
    """A letter to one of the team about one case."""

    account_id: int
    case_id: int
    step: str


class Choices(msgspec.Struct, frozen=True):
    """From which step on one of the team is told by push, and by letter."""

    by_push: str = BY_PUSH
    by_letter: str = BY_LETTER


def choices_of(r: Read, account_id: int) -> Choices:
    """What somebody has chosen, or what holds otherwise."""
    c = warning_choices.c
    row = r.first(select(c.by_push, c.by_letter).where(c.account_id == account_id))
    return Choices(*row) if row else Choices()


def choose(db: Database, acting: Acting, choices: Choices) -> None:
    """Choose for oneself. Raises :class:`NotForYou`, :class:`Invalid`."""
    for name, value in msgspec.structs.asdict(choices).items():
        if value not in FROM:
            raise Invalid.field(name, "ERR_INCLUSION", say("Choose one of the answers"))
    with db.write(acting, Ability.PROFILE) as w:
        if not acting.may(DECIDE):
            raise NotForYou()
        _note(w, acting.known_id, **msgspec.structs.asdict(choices))


def is_warning(event: CaseChanged) -> bool:
    """Whether a clock has struck."""
    return event.what == "warned"


def warn_team(db: Database, event: CaseChanged) -> None:
    """Plan the pushes and letters of one stroke."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        try:
            case = find(w, event.case_id)
        except NoSuchCase:
            return
        if not case.is_open:
            return
        for account_id in _team(w, case, event.detail, _listeners(w, event.detail)):
            _warn(w, case, event.detail, account_id)


def _everybody(_: int | None) -> bool:
    return True


def _team(w: Write, case: Case, step: str, listens: Callable[[int | None], bool] = _everybody) -> list[int]:
    """Who is told at this step: nobody about a case that is about themselves, or in which they may not decide."""
    wanted = {one for permission in _REACHED[step] for one in notifications.staff_with(w, permission)}
    holder = case.holder(w.now)
    if holder is not None and step == "half":
        wanted &= {holder}
    told = []
    for account_id in sorted(one for one in wanted - {case.account_id} if listens(one)):
        found = find_member(w, account_id)
        if found is not None and case.needs in permissions_of(found.role):
            told.append(account_id)
    return told


def _listeners(w: Write, step: str) -> Callable[[int | None], bool]:
    """Whether a step concerns somebody by their choice, and they have heard nothing for a while. In a flood that is
    hardly anybody, and the others must not cost a look each at every stroke."""
    kept = {row[0]: row[1:] for row in w.fast(_CHOICES)}

    def listens(account_id: int | None) -> bool:
        by_push, by_letter, told_at = kept.get(account_id, (BY_PUSH, BY_LETTER, None))
        is_rested = told_at is None or told_at <= w.now - PAUSE_MS
        return is_rested and (_reaches(by_push, step) or _reaches(by_letter, step))

    return listens


def _warn(w: Write, case: Case, step: str, account_id: int) -> None:
    choices = choices_of(w, account_id)
    by_push, by_letter = (_reaches(one, step) for one in (choices.by_push, choices.by_letter))
    if not (by_push or by_letter) or not _is_rested(w, account_id):
        return
    if by_push:
        words = say("%(about)s. Due now or soon.", about=_subject(case))
        plan_alert(w, account_id, _title(case, step), words, path=f"/admin/cases/{case.id}", topic=f"case{case.id}",
                   until=w.now + HOUR)  # fmt: skip
    if by_letter and w.db.config.boot.email:
        w.enqueue(LETTER, WarningLetter(account_id, case.id, step))


def _reaches(chosen: str, step: str) -> bool:
    return chosen != "never" and STEPS.index(chosen) <= STEPS.index(step)


def _is_rested(w: Write, account_id: int) -> bool:
    """Whether somebody has heard nothing for a while; from now on they have."""
    c = warning_choices.c
    free = or_(c.told_at.is_(None), c.told_at <= w.now - PAUSE_MS)
    if w.run(update(warning_choices).where(c.account_id == account_id, free).values(told_at=w.now)):
        return True
    if w.value(select(c.account_id).where(c.account_id == account_id)) is not None:
        return False
    w.run(insert(warning_choices).values(account_id=account_id, by_push=BY_PUSH, by_letter=BY_LETTER, told_at=w.now))
    return True


def _note(w: Write, account_id: int, **values: str) -> None:
    if not w.run(update(warning_choices).where(warning_choices.c.account_id == account_id).values(**values)):
        w.run(insert(warning_choices).values(account_id=account_id, **values))


def send_warning(db: Database, due: WarningLetter) -> None:
    """Write to one of the team, unless the case was decided meanwhile. Content is not repeated."""
    with db.read() as r:
        found = find_member(r, due.account_id)
        try:
            case = find(r, due.case_id)
        except NoSuchCase:
            return
    if found is None or found.email is None or found.email_confirmed_at is None or not case.is_open:
        return
    with speaking(language_of(db, found.locale)):
        send_letter(
            db,
            found.email,
            "warning",
            _title(case, due.step).spoken(),
            [
                _("Hello @%(name)s, a case waits for somebody:", name=found.username),
                _("Under Administration, Warnings, you choose when you are told."),
            ],
            link=(_("Open the case"), f"{db.base_url}/admin/cases/{case.id}"),
        )


def _title(case: Case, step: str) -> Sentence:
    title = harm(case.category).title
    if step == "half":
        return say("Half of the time is gone: %(harm)s", harm=title)
    if step == "quarter":
        return say("A quarter of the time is left: %(harm)s", harm=title)
    return say("No time is left: %(harm)s", harm=title)


def _subject(case: Case) -> Sentence:
    return _SUBJECTS[case.subject_kind]


_SUBJECTS: dict[str, Sentence] = {
    "post": N_("A post"),
    "account": N_("An account"),
    "media": N_("A file"),
    "hashtag": N_("A hashtag"),
    "link": N_("A link"),
    "domain": N_("A domain"),
}
