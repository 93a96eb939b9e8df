"""Collections: lists of accounts that a member recommends."""

from __future__ import annotations

from typing import Annotated

from holdfast.mastodon.entities.accounts import Account
from holdfast.mastodon.entities.base import Datetime, Entity, one_of


class ShallowTag(Entity, kw_only=True):
    """A hashtag without its history."""

    name: str
    url: str


class CollectionItem(Entity, kw_only=True):
    """One account in a collection."""

    id: str
    account_id: str | None
    state: Annotated[str, one_of("pending", "accepted")]
    created_at: Datetime


class Collection(Entity, kw_only=True):
    """A named list of recommended accounts."""

    id: str
    account_id: str
    uri: str
    url: str | None
    name: str
    description: str
    language: str | None
    local: bool
    sensitive: bool
    discoverable: bool
    tag: ShallowTag | None
    created_at: Datetime
    updated_at: Datetime
    item_count: int
    items: list[CollectionItem]


class Collections(Entity, kw_only=True):
    """Several collections."""

    collections: list[Collection]


class CollectionWithAccounts(Entity, kw_only=True):
    """A collection and the accounts in it."""

    accounts: list[Account]
    collection: Collection


class WrappedCollection(Entity, kw_only=True):
    """One collection under its name."""

    collection: Collection


class WrappedCollectionItem(Entity, kw_only=True):
    """One item of a collection under its name."""

    collection_item: CollectionItem
