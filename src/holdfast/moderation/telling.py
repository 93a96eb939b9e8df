"""What a member is told of a decision about them: a notification, and a letter where there is a confirmed address.

Letters come from the team and name nobody of it. They are jobs that talk to the world; without an e-mail vendor they
send nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime

from holdfast import access, notifications
from holdfast.acting import SYSTEM
from holdfast.languages import _, date, speaking
from holdfast.moderation import statements, ways_in
from holdfast.moderation.appealed import appeals_of
from holdfast.moderation.errors import NoSuchDecision
from holdfast.moderation.events import AppealAnswered, DecisionDelivered
from holdfast.moderation.planning import Due
from holdfast.moderation.records import Decision, decision
from holdfast.store import SECOND
from holdfast.writes import Ability, Database


def notify_member(db: Database, event: DecisionDelivered) -> None:
    """Tell the member in their notifications; a decision that was undone meanwhile is not told any more."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        if decision(w, event.decision_id).undone_at is None:
            me = event.account_id
            notifications.tell(w, me, "moderation_warning", me, decision_id=event.decision_id)


def send_decision(db: Database, event: DecisionDelivered) -> None:
    """The statement of reasons as a letter."""
    found = _decision(db, event.decision_id)
    if found is None or found.undone_at is not None:
        return
    _send(db, found, "decision")


def send_withdrawal(db: Database, due: Due) -> None:
    """Word that a decision is taken back which the member was told of. What an appeal has brought is told as its
    answer."""
    found = _decision(db, due.decision_id)
    if found is None or found.undone_at is None:
        return
    with db.read() as r:
        appealed = found.id in appeals_of(r, [found.id])
    if not appealed:
        _send(db, found, "withdrawal")


def send_answer(db: Database, event: AppealAnswered) -> None:
    """What became of an appeal."""
    found = _decision(db, event.decision_id)
    if found is not None:
        _send(db, found, "appeal")


def _decision(db: Database, decision_id: int) -> Decision | None:
    if not db.config.boot.email:
        return None
    with db.read() as r:
        try:
            return decision(r, decision_id)
        except NoSuchDecision:
            return None


def _send(db: Database, found: Decision, kind: str) -> None:
    if found.account_id is None:
        return
    with db.read() as r:
        to = access.find(r, found.account_id)
        if to is None or to.deleted_at is not None or to.email is None or to.email_confirmed_at is None:
            return
        with speaking(access.language_of(db, to.locale)):
            now, days = db.clock.now(), db.settings.appeal_days
            told = statements.told_by_ids(r, [found.id], now=now, appeal_days=days).get(found.id)
            if told is None:
                return
            subject, paragraphs = _WORDS[kind](db, to.username, told)
            link = (_("Read the decision"), db.base_url + ways_in.way_in(db, found))
    with speaking(access.language_of(db, to.locale)):
        access.send_letter(db, to.email, kind, subject, paragraphs, link=link)


def _of_decision(db: Database, name: str, told: statements.Statement) -> tuple[str, list[str]]:
    paragraphs = [
        _("Hello @%(name)s, the moderators of %(server)s have decided:", name=name, server=db.settings.name)
        + " "
        + " ".join(told.measures),
        *reasons(told),
    ]
    if told.until is not None:
        paragraphs.append(_("It ends by itself on %(when)s.", when=_day(told.until)))
    if told.may_appeal:
        ends = _day(told.appeal_until)
        paragraphs.append(
            _("If you think this is wrong, you can appeal at the address above until %(when)s. Somebody else than who "
              "decided looks at it.", when=ends)
        )  # fmt: skip
    return _("A decision about your account at %(server)s", server=db.settings.name), paragraphs


def _of_withdrawal(db: Database, name: str, told: statements.Statement) -> tuple[str, list[str]]:
    return _("A decision at %(server)s was taken back", server=db.settings.name), [
        _("Hello @%(name)s, a decision that you were told of was taken back. We are sorry.", name=name),
        _("All that it had changed is as it was before. It was this one:") + " " + " ".join(told.measures),
    ]


def _of_appeal(db: Database, name: str, told: statements.Statement) -> tuple[str, list[str]]:
    is_overturned = told.appeal is not None and told.appeal.outcome == "overturned"
    first = (
        _("Hello @%(name)s, you were right: the decision that you appealed against was taken back.", name=name)
        if is_overturned
        else _("Hello @%(name)s, somebody else has looked at the decision again. It stands.", name=name)
    )
    paragraphs = [first]
    if is_overturned:
        paragraphs.append(_("All that it had changed is as it was before."))
    if told.appeal is not None and told.appeal.answer:
        paragraphs.append(told.appeal.answer)
    return _("Your appeal at %(server)s was answered", server=db.settings.name), paragraphs


_WORDS = {"decision": _of_decision, "withdrawal": _of_withdrawal, "appeal": _of_appeal}


def _day(at: int) -> str:
    return date(datetime.fromtimestamp(at / SECOND, UTC))


def reasons(told: statements.Statement) -> list[str]:
    """Why, as paragraphs: the ground with its text, the facts, whether a machine decided."""
    paragraphs = [_("The reason: %(category)s.", category=told.category_title)]
    if told.law:
        paragraphs.append(_("The law that it is based on: %(law)s", law=told.law))
    paragraphs += [_("The rule that it is based on: %(rule)s", rule=rule) for rule in told.rules]
    if told.facts:
        paragraphs.append(told.facts)
    if told.is_automated:
        paragraphs.append(_("It was decided by a machine."))
    return paragraphs
