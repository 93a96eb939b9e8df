"""What the API for administrators shows."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, UnsetType

from holdfast.mastodon.entities.accounts import Account, Role
from holdfast.mastodon.entities.base import Datetime, Entity, HistoryDay, one_of
from holdfast.mastodon.entities.cards import TrendsLink
from holdfast.mastodon.entities.instance import Rule
from holdfast.mastodon.entities.statuses import Status
from holdfast.mastodon.entities.tags import Tag


class AdminIp(Entity, kw_only=True):
    """An address that somebody used."""

    ip: str
    used_at: Datetime


class AdminAccount(Entity, kw_only=True):
    """An account with how it signs in and how it stands; ``email`` is empty where there is none."""

    id: str
    username: str
    domain: str | None
    created_at: Datetime
    email: str
    ip: str | None
    ips: list[AdminIp]
    locale: str
    invite_request: str | None
    role: Role
    confirmed: bool
    approved: bool
    disabled: bool
    sensitized: bool
    silenced: bool
    suspended: bool
    account: Account
    created_by_application_id: str | UnsetType = UNSET
    invited_by_account_id: str | UnsetType = UNSET


class AdminReport(Entity, kw_only=True):
    """A report with the people in it, its posts as they stand and the rules that it names."""

    id: str
    action_taken: bool
    action_taken_at: Datetime | None
    category: Annotated[str, one_of("spam", "legal", "violation", "other")]
    comment: str
    forwarded: bool
    created_at: Datetime
    updated_at: Datetime
    account: AdminAccount
    target_account: AdminAccount
    assigned_account: AdminAccount | None
    action_taken_by_account: AdminAccount | None
    statuses: list[Status]
    rules: list[Rule]


class AdminDomainBlock(Entity, kw_only=True):
    """Another server that is limited or refused."""

    id: str
    domain: str
    digest: str
    created_at: Datetime
    severity: Annotated[str, one_of("silence", "suspend", "noop")]
    reject_media: bool
    reject_reports: bool
    private_comment: str | None
    public_comment: str | None
    obfuscate: bool


class AdminDomainAllow(Entity, kw_only=True):
    """Another server that is allowed."""

    id: str
    domain: str
    created_at: Datetime


class AdminEmailDomainBlock(Entity, kw_only=True):
    """A provider whose addresses cannot sign up, and who joined with one in the last week."""

    id: str
    domain: str
    created_at: Datetime
    history: list[HistoryDay]


class AdminCanonicalEmailBlock(Entity, kw_only=True):
    """A blocked address, of which only a hash is known."""

    id: str
    canonical_email_hash: str


class AdminIpBlock(Entity, kw_only=True):
    """A network and what is done about it."""

    id: str
    ip: str
    severity: Annotated[str, one_of("sign_up_requires_approval", "sign_up_block", "no_access")]
    comment: str
    created_at: Datetime
    expires_at: Datetime | None


class CohortData(Entity, kw_only=True):
    """How many of a cohort were still here."""

    date: Datetime
    rate: float
    value: str


class AdminCohort(Entity, kw_only=True):
    """Those who joined in one day or month."""

    period: Datetime
    frequency: Annotated[str, one_of("day", "month")]
    data: list[CohortData]


class AdminDimensionData(Entity, kw_only=True):
    """One part of a dimension."""

    key: str
    human_key: str
    value: str
    unit: str | UnsetType = UNSET
    human_value: str | UnsetType = UNSET


class AdminDimension(Entity, kw_only=True):
    """What something is made of."""

    key: str
    data: list[AdminDimensionData]


class AdminMeasureData(Entity, kw_only=True):
    """A measure on one day."""

    date: Datetime
    value: str


class AdminMeasure(Entity, kw_only=True):
    """A number for each day, and its total."""

    key: str
    unit: str | None
    total: str
    data: list[AdminMeasureData]
    human_value: str | UnsetType = UNSET
    previous_total: str | UnsetType = UNSET


class AdminTag(Tag, kw_only=True):
    """A hashtag with what the staff has decided about it."""

    trendable: bool
    usable: bool
    requires_review: bool


class AdminTrendsLink(TrendsLink, kw_only=True):
    """A link that many people share, with whether somebody of the staff has decided about it."""

    requires_review: bool
