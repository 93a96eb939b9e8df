"""The improvement plan: measures with who sees to them and until when. An app store gave 24 hours to show one."""

from __future__ import annotations

import msgspec
from sqlalchemy import delete, insert, select, update

from holdfast.acting import Acting
from holdfast.languages import say
from holdfast.moderation import NotForYou
from holdfast.store import Read
from holdfast.transparency.errors import CannotPlan, NoSuchMeasure
from holdfast.transparency.events import PlanChanged
from holdfast.transparency.tables import improvements
from holdfast.writes import Ability, Database, Write

LONGEST_TEXT = 1_000  # characters
LONGEST_NAME = 100
_WRITE = "transparency.write"


class Measure(msgspec.Struct, frozen=True):
    """A row of ``improvements``. Times in milliseconds."""

    id: int
    text: str
    responsible: str
    due_at: int
    done_at: int | None
    created_at: int


_COLUMNS = tuple(improvements.c[name] for name in Measure.__struct_fields__)


def plan(r: Read) -> list[Measure]:
    """All measures: what is open first, the soonest due first."""
    rows = r.rows(select(*_COLUMNS).order_by(improvements.c.done_at.is_not(None), improvements.c.due_at))
    return [Measure(*row) for row in rows]


def add_measure(db: Database, acting: Acting, text: str, due_at: int, responsible: str = "") -> int:
    """Put a measure into the plan; its id. Raises ``NotForYou``, :class:`CannotPlan`."""
    words, who = text.strip(), responsible.strip()
    if not words:
        raise CannotPlan.field("text", "ERR_BLANK", say("Write what is to be done."))
    for name, value, most in (("text", words, LONGEST_TEXT), ("responsible", who, LONGEST_NAME)):
        if len(value) > most:
            raise CannotPlan.field(name, "ERR_TOO_LONG", say("At most %(most)s characters.", most=most))
    with db.write(acting, Ability.MODERATION) as w:
        _permit(w)
        number = w.new_id()
        row = {"id": number, "text": words, "responsible": who, "due_at": due_at, "created_at": w.now}
        w.run(insert(improvements).values(row))
        w.record(PlanChanged(measure_id=number, what="added"))
        return number


def finish_measure(db: Database, acting: Acting, measure_id: int) -> None:
    """Note that a measure is done. Raises ``NotForYou``, :class:`NoSuchMeasure`."""
    with db.write(acting, Ability.MODERATION) as w:
        _permit(w)
        known = improvements.c.id == measure_id
        if w.value(select(improvements.c.id).where(known)) is None:
            raise NoSuchMeasure()
        if w.value(select(improvements.c.done_at).where(known)) is None:
            w.run(update(improvements).where(known).values(done_at=w.now))
            w.record(PlanChanged(measure_id=measure_id, what="finished"))


def drop_measure(db: Database, acting: Acting, measure_id: int) -> None:
    """Take a measure out of the plan. Raises ``NotForYou``, :class:`NoSuchMeasure`."""
    with db.write(acting, Ability.MODERATION) as w:
        _permit(w)
        if w.value(select(improvements.c.id).where(improvements.c.id == measure_id)) is None:
            raise NoSuchMeasure()
        w.run(delete(improvements).where(improvements.c.id == measure_id))
        w.record(PlanChanged(measure_id=measure_id, what="dropped"))


def _permit(w: Write) -> None:
    if not w.acting.may(_WRITE):
        raise NotForYou()
