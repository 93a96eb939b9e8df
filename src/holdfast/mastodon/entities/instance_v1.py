"""The first form of the instance document, which older clients still ask for."""

from __future__ import annotations

from holdfast.mastodon.entities.accounts import Account
from holdfast.mastodon.entities.base import Entity
from holdfast.mastodon.entities.instance import InstancePolls, InstanceStatuses, Rule


class V1InstanceUrls(Entity, kw_only=True):
    """`urls` of `V1Instance`."""

    streaming_api: str


class V1InstanceStats(Entity, kw_only=True):
    """`stats` of `V1Instance`."""

    user_count: int
    status_count: int
    domain_count: int


class V1InstanceAccounts(Entity, kw_only=True):
    """`configuration[accounts]` of `V1Instance`."""

    max_featured_tags: int


class V1InstanceMediaAttachments(Entity, kw_only=True):
    """`configuration[media_attachments]` of `V1Instance`."""

    supported_mime_types: list[str]
    image_size_limit: int
    image_matrix_limit: int
    video_size_limit: int
    video_frame_rate_limit: int
    video_matrix_limit: int


class V1InstanceConfiguration(Entity, kw_only=True):
    """`configuration` of `V1Instance`."""

    accounts: V1InstanceAccounts
    statuses: InstanceStatuses
    media_attachments: V1InstanceMediaAttachments
    polls: InstancePolls


class V1Instance(Entity, kw_only=True):
    """This server, in the words of API v1."""

    uri: str
    title: str
    short_description: str
    description: str
    email: str
    version: str
    urls: V1InstanceUrls
    stats: V1InstanceStats
    thumbnail: str | None
    languages: list[str]
    registrations: bool
    approval_required: bool
    invites_enabled: bool
    configuration: V1InstanceConfiguration
    contact_account: Account | None
    rules: list[Rule]
