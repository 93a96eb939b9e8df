"""What happens in moderation. What was written in confidence is not repeated here."""

from __future__ import annotations

from typing import ClassVar

from holdfast.events import Event


class ReportFiled(Event, frozen=True, kw_only=True):
    """A member reported an account (and some of its statuses) to the moderators."""

    kind: ClassVar[str] = "report.filed"
    report_id: int
    account_id: int
    target_id: int
    category: str
