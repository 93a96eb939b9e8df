"""What follows a report."""

from __future__ import annotations

from holdfast import notifications
from holdfast.acting import SYSTEM
from holdfast.moderation.events import ReportFiled
from holdfast.store import MINUTE, Hot, first_at, made_at
from holdfast.writes import Ability, Database

MOST_TOLD = 20
"""Reports a minute that the team is told of one by one; of more, the queue and its clocks tell."""

_ARE_FEW = Hot(
    "SELECT 1 FROM (SELECT COUNT(*) AS found FROM (SELECT id FROM reports WHERE id >= :since AND id < :report "
    "LIMIT :most) lately) counted WHERE found < :most"
)


def are_few(event: ReportFiled) -> tuple[Hot, dict[str, int]]:
    """Whether so few reports were filed in the minute before one that the team is told of it by itself."""
    since = first_at(made_at(event.report_id) - MINUTE)
    return _ARE_FEW, {"since": since, "report": event.report_id, "most": MOST_TOLD}


def tell_staff(db: Database, event: ReportFiled) -> None:
    """Tell those who may read reports; never the one whom it is about."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        staff = [one for one in notifications.staff_with(w, "reports.read") if one != event.target_id]
        notifications.tell_all(w, staff, "admin.report", event.account_id, report_id=event.report_id)
