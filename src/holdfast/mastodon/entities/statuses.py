"""Statuses with everything that hangs on them, contexts, edits, drafts and searches."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, UnsetType

from holdfast.mastodon.entities.accounts import Account, Approvers, CustomEmoji, Visibility
from holdfast.mastodon.entities.base import Datetime, Entity, one_of
from holdfast.mastodon.entities.cards import PreviewCard
from holdfast.mastodon.entities.collections import Collection
from holdfast.mastodon.entities.filters import FilterResult
from holdfast.mastodon.entities.media import MediaAttachment
from holdfast.mastodon.entities.tags import Tag

QuoteState = Annotated[
    str,
    one_of(
        "pending",
        "accepted",
        "rejected",
        "revoked",
        "deleted",
        "unauthorized",
        "blocked_account",
        "blocked_domain",
        "muted_account",
    ),
]


class StatusMention(Entity, kw_only=True):
    """An account that a status names."""

    id: str
    username: str
    url: str
    acct: str


class StatusTag(Entity, kw_only=True):
    """A hashtag that a status carries."""

    name: str
    url: str


class PollOption(Entity, kw_only=True):
    """One answer of a poll; the count is null until it may be shown."""

    title: str
    votes_count: int | None


class Poll(Entity, kw_only=True):
    """A poll, with the caller's own votes if there is a caller."""

    id: str
    expires_at: Datetime | None
    expired: bool
    multiple: bool
    votes_count: int
    voters_count: int | None
    options: list[PollOption]
    emojis: list[CustomEmoji]
    voted: bool | UnsetType = UNSET
    own_votes: list[int] | UnsetType = UNSET


class QuoteApproval(Entity, kw_only=True):
    """Who may quote a status, and whether the caller may."""

    automatic: list[Approvers]
    manual: list[Approvers]
    current_user: Annotated[str, one_of("automatic", "manual", "denied", "unknown")]


class AnyQuote(Entity, kw_only=True):
    """What `Quote` and `ShallowQuote` share; fields that hold either are typed with it."""

    state: QuoteState


class Quote(AnyQuote, kw_only=True):
    """A quote with the quoted status."""

    quoted_status: Status | None


class ShallowQuote(AnyQuote, kw_only=True):
    """A quote inside a quoted status: it names its status only."""

    quoted_status_id: str | None


class StatusApplication(Entity, kw_only=True):
    """`application` of `Status`."""

    name: str
    website: str | None


class Status(Entity, kw_only=True):
    """A post or a boost."""

    id: str
    uri: str
    created_at: Datetime
    account: Account
    content: str
    visibility: Visibility
    sensitive: bool
    spoiler_text: str
    media_attachments: list[MediaAttachment]
    application: StatusApplication | UnsetType = UNSET
    mentions: list[StatusMention]
    tags: list[StatusTag]
    emojis: list[CustomEmoji]
    reblogs_count: int
    favourites_count: int
    quotes_count: int
    replies_count: int
    url: str | None
    in_reply_to_id: str | None
    in_reply_to_account_id: str | None
    reblog: Status | None
    poll: Poll | None
    card: PreviewCard | None
    language: str | None
    text: str | None
    edited_at: Datetime | None
    quote: AnyQuote | None
    quote_approval: QuoteApproval
    favourited: bool | UnsetType = UNSET
    reblogged: bool | UnsetType = UNSET
    muted: bool | UnsetType = UNSET
    bookmarked: bool | UnsetType = UNSET
    pinned: bool | UnsetType = UNSET
    filtered: list[FilterResult] | UnsetType = UNSET
    tagged_collections: list[Collection]


class Context(Entity, kw_only=True):
    """What was said before and after a status."""

    ancestors: list[Status]
    descendants: list[Status]


class StatusEditPollOptions(Entity, kw_only=True):
    """`poll[options]` of `StatusEdit`."""

    title: str


class StatusEditPoll(Entity, kw_only=True):
    """`poll` of `StatusEdit`."""

    options: list[StatusEditPollOptions]


class StatusEdit(Entity, kw_only=True):
    """A status as it read at one time."""

    content: str
    spoiler_text: str
    sensitive: bool
    created_at: Datetime
    account: Account
    poll: StatusEditPoll | UnsetType = UNSET
    media_attachments: list[MediaAttachment]
    emojis: list[CustomEmoji]
    quote: AnyQuote | UnsetType | None = UNSET


class StatusSource(Entity, kw_only=True):
    """What the author typed."""

    id: str
    text: str
    spoiler_text: str


class ScheduledStatusParamsPoll(Entity, kw_only=True):
    """`params[poll]` of `ScheduledStatus`."""

    options: list[str]
    expires_in: int
    multiple: bool | UnsetType = UNSET
    hide_totals: bool | UnsetType = UNSET


class ScheduledStatusParams(Entity, kw_only=True):
    """`params` of `ScheduledStatus`."""

    text: str
    poll: ScheduledStatusParamsPoll | None
    media_ids: list[str] | None
    sensitive: bool | None
    spoiler_text: str | None
    visibility: Visibility
    in_reply_to_id: int | None
    quoted_status_id: str | None
    quote_approval_policy: Annotated[str, one_of("public", "followers", "nobody")] | None
    language: str | None
    application_id: int
    scheduled_at: None
    idempotency: str | None
    with_rate_limit: bool


class ScheduledStatus(Entity, kw_only=True):
    """A status that waits for its time."""

    id: str
    scheduled_at: Datetime
    params: ScheduledStatusParams
    media_attachments: list[MediaAttachment]


class Search(Entity, kw_only=True):
    """What a search found."""

    accounts: list[Account]
    statuses: list[Status]
    hashtags: list[Tag]


class Conversation(Entity, kw_only=True):
    """A thread of direct messages."""

    id: str
    unread: bool
    accounts: list[Account]
    last_status: Status | None
