"""What happens in this room."""

from __future__ import annotations

from typing import ClassVar

from holdfast.events import Event


class PlanChanged(Event, frozen=True, kw_only=True):
    """The improvement plan has changed; ``what`` is added, finished or dropped."""

    kind: ClassVar[str] = "transparency.plan_changed"
    measure_id: int
    what: str


class ReportPublished(Event, frozen=True, kw_only=True):
    """The report of a period is frozen and public."""

    kind: ClassVar[str] = "transparency.report_published"
    report_id: int
    begins: int
    ends: int
