"""What follows a report."""

from __future__ import annotations

from holdfast import notifications
from holdfast.acting import SYSTEM
from holdfast.moderation.events import ReportFiled
from holdfast.writes import Ability, Database


def tell_staff(db: Database, event: ReportFiled) -> None:
    """Tell those who may read reports; never the one whom it is about."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        staff = [one for one in notifications.staff_with(w, "reports.read") if one != event.target_id]
        notifications.tell_all(w, staff, "admin.report", event.account_id, report_id=event.report_id)
