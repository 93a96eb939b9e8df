"""This server, as it describes itself: the v2 document, rules and policies."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, UnsetType, field

from holdfast.mastodon.entities.accounts import Account
from holdfast.mastodon.entities.base import Date, Datetime, Entity, one_of

FeedAccess = Annotated[str, one_of("public", "authenticated", "disabled")]


class RuleTranslation(Entity, kw_only=True):
    """A rule in another language."""

    text: str
    hint: str


class Rule(Entity, kw_only=True):
    """One rule of this server."""

    id: str
    text: str
    hint: str
    translations: dict[str, RuleTranslation]


class InstanceIcon(Entity, kw_only=True):
    """The server's icon in one size."""

    src: str
    size: str


class InstanceUsageUsers(Entity, kw_only=True):
    """`usage[users]` of `Instance`."""

    active_month: int


class InstanceUsage(Entity, kw_only=True):
    """`usage` of `Instance`."""

    users: InstanceUsageUsers


class InstanceThumbnailVersions(Entity, kw_only=True):
    """`thumbnail[versions]` of `Instance`."""

    at_1x: str | UnsetType = field(default=UNSET, name="@1x")
    at_2x: str | UnsetType = field(default=UNSET, name="@2x")


class InstanceThumbnail(Entity, kw_only=True):
    """`thumbnail` of `Instance`."""

    url: str
    description: str
    blurhash: str | UnsetType = UNSET
    versions: InstanceThumbnailVersions | UnsetType = UNSET


class InstanceUrls(Entity, kw_only=True):
    """`configuration[urls]` of `Instance`."""

    streaming: str
    status: str | None
    about: str
    privacy_policy: str | None
    terms_of_service: str | None


class InstanceVapid(Entity, kw_only=True):
    """`configuration[vapid]` of `Instance`."""

    public_key: str


class InstanceAccounts(Entity, kw_only=True):
    """`configuration[accounts]` of `Instance`."""

    max_display_name_length: int
    max_note_length: int
    max_avatar_description_length: int
    max_header_description_length: int
    max_featured_tags: int
    max_pinned_statuses: int
    max_profile_fields: int
    profile_field_name_limit: int
    profile_field_value_limit: int


class InstanceStatuses(Entity, kw_only=True):
    """`configuration[statuses]` of `Instance`."""

    max_characters: int
    max_media_attachments: int
    characters_reserved_per_url: int


class InstanceMediaAttachments(Entity, kw_only=True):
    """`configuration[media_attachments]` of `Instance`."""

    supported_mime_types: list[str]
    description_limit: int
    image_size_limit: int
    image_matrix_limit: int
    video_size_limit: int
    video_frame_rate_limit: int
    video_matrix_limit: int


class InstancePolls(Entity, kw_only=True):
    """`configuration[polls]` of `Instance`."""

    max_options: int
    max_characters_per_option: int
    min_expiration: int
    max_expiration: int


class InstanceTranslation(Entity, kw_only=True):
    """`configuration[translation]` of `Instance`."""

    enabled: bool


class InstanceTimelinesAccessLiveFeeds(Entity, kw_only=True):
    """`configuration[timelines_access][live_feeds]` of `Instance`."""

    local: FeedAccess
    remote: FeedAccess


class InstanceTimelinesAccessHashtagFeeds(Entity, kw_only=True):
    """`configuration[timelines_access][hashtag_feeds]` of `Instance`."""

    local: Annotated[str, one_of("public", "authenticated")]
    remote: FeedAccess


class InstanceTimelinesAccessTrendingLinkFeeds(Entity, kw_only=True):
    """`configuration[timelines_access][trending_link_feeds]` of `Instance`."""

    local: Annotated[str, one_of("public", "authenticated")]
    remote: FeedAccess


class InstanceTimelinesAccess(Entity, kw_only=True):
    """`configuration[timelines_access]` of `Instance`."""

    live_feeds: InstanceTimelinesAccessLiveFeeds
    hashtag_feeds: InstanceTimelinesAccessHashtagFeeds
    trending_link_feeds: InstanceTimelinesAccessTrendingLinkFeeds


class InstanceConfiguration(Entity, kw_only=True):
    """`configuration` of `Instance`."""

    urls: InstanceUrls
    vapid: InstanceVapid
    accounts: InstanceAccounts
    statuses: InstanceStatuses
    media_attachments: InstanceMediaAttachments
    polls: InstancePolls
    translation: InstanceTranslation
    timelines_access: InstanceTimelinesAccess
    limited_federation: bool


class InstanceRegistrations(Entity, kw_only=True):
    """`registrations` of `Instance`."""

    enabled: bool
    approval_required: bool
    message: str | None
    min_age: int | None
    reason_required: bool | None
    url: str | None


class InstanceApiVersions(Entity, kw_only=True):
    """`api_versions` of `Instance`."""

    mastodon: int


class InstanceContact(Entity, kw_only=True):
    """`contact` of `Instance`."""

    email: str
    account: Account | None


class Instance(Entity, kw_only=True):
    """This server: what it is, what it allows, who runs it."""

    domain: str
    title: str
    version: str
    source_url: str
    description: str
    wrapstodon: str | None
    usage: InstanceUsage
    thumbnail: InstanceThumbnail
    icon: list[InstanceIcon]
    languages: list[str]
    configuration: InstanceConfiguration
    registrations: InstanceRegistrations
    api_versions: InstanceApiVersions
    contact: InstanceContact
    rules: list[Rule]


class ActivityWeek(Entity, kw_only=True):
    """One week of activity; the counts are strings."""

    week: str
    statuses: str
    logins: str
    registrations: str


class DomainBlock(Entity, kw_only=True):
    """A domain that this server limits or refuses."""

    domain: str
    digest: str
    severity: Annotated[str, one_of("silence", "suspend")]
    comment: str | UnsetType = UNSET


class ExtendedDescription(Entity, kw_only=True):
    """The long text about this server."""

    updated_at: Datetime
    content: str


class PrivacyPolicy(Entity, kw_only=True):
    """The privacy policy in force."""

    updated_at: Datetime
    content: str


class TermsOfService(Entity, kw_only=True):
    """The terms of service, present or coming."""

    effective_date: Date
    effective: bool
    content: str
    succeeded_by: Date | None
