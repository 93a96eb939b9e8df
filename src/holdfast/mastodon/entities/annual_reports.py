"""The yearly look back."""

from __future__ import annotations

from typing import Annotated, Any

from holdfast.mastodon.entities.accounts import Account
from holdfast.mastodon.entities.base import Entity, one_of
from holdfast.mastodon.entities.statuses import Status


class AnnualReportData(Entity, kw_only=True):
    """`data` of `AnnualReport`."""

    archetype: Annotated[str, one_of("lurker", "booster", "pollster", "replier", "oracle")]
    type_distribution: dict[str, Any]
    top_statuses: dict[str, Any]
    most_used_apps: list[dict[str, Any]]
    commonly_interacted_with_accounts: list[dict[str, Any]]
    time_series: list[dict[str, Any]]
    top_hashtags: list[dict[str, Any]]
    most_reblogged_accounts: list[dict[str, Any]]
    percentiles: float


class AnnualReport(Entity, kw_only=True):
    """One member's year."""

    year: int
    data: AnnualReportData
    schema_version: int
    share_url: str | None
    account_id: str


class WrappedAnnualReports(Entity, kw_only=True):
    """Reports and the accounts and statuses they name."""

    annual_reports: list[AnnualReport]
    accounts: list[Account]
    statuses: list[Status]
