"""Accounts, profiles and what one account is to another."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, UnsetType, field

from holdfast.mastodon.entities.base import Date, Datetime, Entity, one_of

Visibility = Annotated[str, one_of("public", "unlisted", "private", "direct")]
Approvers = Annotated[str, one_of("public", "followers", "following", "unsupported_policy")]


class CustomEmoji(Entity, kw_only=True):
    """A small picture that stands for `:shortcode:`."""

    shortcode: str
    url: str
    static_url: str
    visible_in_picker: bool
    category: str | None


class Role(Entity, kw_only=True):
    """A role with what it permits, as its bearer sees it."""

    id: str
    name: str
    color: str
    permissions: str
    highlighted: bool
    collection_limit: int


class AccountRole(Entity, kw_only=True):
    """A role as everybody sees it on a profile."""

    id: str
    name: str
    color: str


class Field(Entity, kw_only=True):
    """One row of the table on a profile."""

    name: str
    value: str
    verified_at: Datetime | None


class FeatureApproval(Entity, kw_only=True):
    """Who may put this account into a collection, and whether the reader may."""

    automatic: list[Approvers]
    manual: list[Approvers]
    current_user: Annotated[str, one_of("automatic", "manual", "denied", "unknown", "missing")]


class Account(Entity, kw_only=True):
    """A member of this server or of another one."""

    id: str
    username: str
    acct: str
    url: str | None
    uri: str
    display_name: str
    note: str
    avatar: str
    avatar_static: str
    avatar_description: str
    header: str
    header_static: str
    header_description: str
    locked: bool
    fields: list[Field]
    emojis: list[CustomEmoji]
    bot: bool
    group: bool
    discoverable: bool | None
    indexable: bool
    noindex: bool | UnsetType | None = UNSET
    moved: Account | UnsetType | None = UNSET
    memorial: bool | UnsetType = UNSET
    suspended: bool | UnsetType = UNSET
    limited: bool | UnsetType = UNSET
    created_at: Datetime
    last_status_at: Date | None
    statuses_count: int
    followers_count: int
    following_count: int
    hide_collections: bool | None
    show_media: bool
    show_media_replies: bool
    show_featured: bool
    roles: list[AccountRole] | None
    feature_approval: FeatureApproval


class CredentialAccountSource(Entity, kw_only=True):
    """`source` of `CredentialAccount`."""

    attribution_domains: list[str]
    note: str
    fields: list[Field]
    privacy: Visibility
    sensitive: bool
    language: str
    follow_requests_count: int
    hide_collections: bool | None
    discoverable: bool | None
    indexable: bool
    quote_policy: Annotated[str, one_of("public", "followers", "nobody")]


class CredentialAccount(Account, kw_only=True):
    """The caller's own account, with its posting defaults and role."""

    source: CredentialAccountSource
    role: Role


class MutedAccount(Account, kw_only=True):
    """An account in the list of muted ones."""

    mute_expires_at: Datetime | None


class PartialAccountWithAvatar(Entity, kw_only=True):
    """Just enough of an account to show its picture."""

    id: str
    acct: str
    url: str
    avatar: str
    avatar_static: str
    avatar_description: str
    locked: bool
    bot: bool


class Relationship(Entity, kw_only=True):
    """What the caller and another account are to each other."""

    id: str
    following: bool
    showing_reblogs: bool
    notifying: bool
    languages: list[str] | None
    followed_by: bool
    blocking: bool
    blocked_by: bool
    muting: bool
    muting_notifications: bool
    muting_expires_at: Datetime | None
    requested: bool
    requested_by: bool
    domain_blocking: bool
    endorsed: bool
    note: str


class FamiliarFollowers(Entity, kw_only=True):
    """Which accounts the caller follows that follow this one."""

    id: str
    accounts: list[Account]


class Suggestion(Entity, kw_only=True):
    """An account worth following, and why."""

    source: Annotated[str, one_of("staff", "past_interactions", "global")]
    sources: list[
        Annotated[
            str,
            one_of(
                "featured",
                "most_followed",
                "most_interactions",
                "similar_to_recently_followed",
                "friends_of_friends",
            ),
        ]
    ]
    account: Account


class FeaturedTag(Entity, kw_only=True):
    """A hashtag shown on a profile."""

    id: str
    name: str
    url: str
    statuses_count: str
    last_status_at: Date | None


class ProfileField(Entity, kw_only=True):
    """One row of the caller's own table, as it was typed."""

    name: str
    value: str
    verified_at: Datetime | None


class Profile(Entity, kw_only=True):
    """The caller's own profile, as it was typed."""

    id: str
    display_name: str
    note: str
    fields: list[ProfileField]
    avatar: str | None
    avatar_static: str | None
    avatar_description: str
    header: str | None
    header_static: str | None
    header_description: str
    locked: bool
    bot: bool
    hide_collections: bool | None
    discoverable: bool | None
    indexable: bool
    show_media: bool
    show_media_replies: bool
    show_featured: bool
    attribution_domains: list[str]
    featured_tags: list[FeaturedTag]


class Preferences(Entity, kw_only=True):
    """How the caller wants to post and read."""

    posting_default_visibility: Visibility = field(name="posting:default:visibility")
    posting_default_sensitive: bool = field(name="posting:default:sensitive")
    posting_default_language: str | None = field(name="posting:default:language")
    reading_expand_media: Annotated[
        str,
        one_of(
            "default",
            "show_all",
            "hide_all",
        ),
    ] = field(name="reading:expand:media")
    reading_expand_spoilers: bool = field(name="reading:expand:spoilers")
    posting_default_quote_policy: Annotated[
        str,
        one_of(
            "public",
            "followers",
            "nobody",
        ),
    ] = field(name="posting:default:quote_policy")
