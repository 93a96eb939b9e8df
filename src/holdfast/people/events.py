"""What happens to accounts and between them. Private words (notes, bios) are not repeated here."""

from __future__ import annotations

from typing import ClassVar

from holdfast.events import Event


class AccountCreated(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "account.created"
    account_id: int
    username: str


class ProfileChanged(Event, frozen=True, kw_only=True):
    """``fields`` names what changed; ``dropped_blobs`` are the keys of pictures that nobody shows any more."""

    kind: ClassVar[str] = "account.profile_changed"
    account_id: int
    fields: tuple[str, ...]
    dropped_blobs: tuple[str, ...] = ()


class AccountSuspended(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "account.suspended"
    account_id: int


class AccountRestored(Event, frozen=True, kw_only=True):
    """A suspension was lifted."""

    kind: ClassVar[str] = "account.restored"
    account_id: int


class AccountLimited(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "account.limited"
    account_id: int


class AccountUnlimited(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "account.unlimited"
    account_id: int


class PostingFrozen(Event, frozen=True, kw_only=True):
    """An account may read, but not post."""

    kind: ClassVar[str] = "account.posting_frozen"
    account_id: int


class PostingThawed(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "account.posting_thawed"
    account_id: int


class AccountSensitized(Event, frozen=True, kw_only=True):
    """Whatever an account attaches to its posts is covered from now on."""

    kind: ClassVar[str] = "account.sensitized"
    account_id: int


class AccountUnsensitized(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "account.unsensitized"
    account_id: int


class AccountDeleted(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "account.deleted"
    account_id: int
    dropped_blobs: tuple[str, ...] = ()


class Followed(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "follow.begun"
    account_id: int
    target_id: int


class FollowChanged(Event, frozen=True, kw_only=True):
    """Boosts, notifications or languages of a follow or of a follow request."""

    kind: ClassVar[str] = "follow.changed"
    account_id: int
    target_id: int


class Unfollowed(Event, frozen=True, kw_only=True):
    """A follow ended, by whichever side (or by a block or a deletion): ``account_id`` followed ``target_id``."""

    kind: ClassVar[str] = "follow.ended"
    account_id: int
    target_id: int


class FollowRequested(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "follow_request.made"
    account_id: int
    target_id: int


class FollowRequestWithdrawn(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "follow_request.withdrawn"
    account_id: int
    target_id: int


class FollowAccepted(Event, frozen=True, kw_only=True):
    """``target_id`` let ``account_id`` follow; the follow has begun."""

    kind: ClassVar[str] = "follow_request.accepted"
    account_id: int
    target_id: int


class FollowRejected(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "follow_request.rejected"
    account_id: int
    target_id: int


class Blocked(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "block.begun"
    account_id: int
    target_id: int


class Unblocked(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "block.ended"
    account_id: int
    target_id: int


class Muted(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "mute.begun"
    account_id: int
    target_id: int
    hides_notifications: bool
    expires_at: int | None


class Unmuted(Event, frozen=True, kw_only=True):
    """A mute was taken back, or its time is over."""

    kind: ClassVar[str] = "mute.ended"
    account_id: int
    target_id: int


class DomainBlocked(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "domain_block.begun"
    account_id: int
    domain: str


class DomainUnblocked(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "domain_block.ended"
    account_id: int
    domain: str


class Endorsed(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "endorsement.begun"
    account_id: int
    target_id: int


class Unendorsed(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "endorsement.ended"
    account_id: int
    target_id: int


class NoteSet(Event, frozen=True, kw_only=True):
    """A private note was written, changed or (``is_empty``) taken away."""

    kind: ClassVar[str] = "account_note.set"
    account_id: int
    target_id: int
    is_empty: bool


class MarkerMoved(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "marker.moved"
    account_id: int
    timeline: str
    last_read_id: int


class CollectionChanged(Event, frozen=True, kw_only=True):
    """A collection was made, described anew, or deleted."""

    kind: ClassVar[str] = "collection.changed"
    collection_id: int
    account_id: int
    is_deleted: bool = False


class CollectionItemAdded(Event, frozen=True, kw_only=True):
    """Somebody was put into a collection."""

    kind: ClassVar[str] = "collection.item_added"
    collection_id: int
    account_id: int
    target_id: int


class CollectionItemRemoved(Event, frozen=True, kw_only=True):
    """Somebody was taken out of a collection, or took themselves out."""

    kind: ClassVar[str] = "collection.item_removed"
    collection_id: int
    account_id: int
    target_id: int
    is_revoked: bool = False


class ListChanged(Event, frozen=True, kw_only=True):
    """A list was made, changed or deleted, or others are in it now; ``account_id`` is whose list it is."""

    kind: ClassVar[str] = "list.changed"
    list_id: int
    account_id: int
    is_deleted: bool = False


class SuggestionDismissed(Event, frozen=True, kw_only=True):
    """A member does not want to be told again to follow somebody."""

    kind: ClassVar[str] = "suggestion.dismissed"
    account_id: int
    target_id: int


class AccountFeatured(Event, frozen=True, kw_only=True):
    """The staff suggests an account to everybody, or no longer."""

    kind: ClassVar[str] = "account.featured"
    account_id: int
    is_featured: bool


class AliasesChanged(Event, frozen=True, kw_only=True):
    """An account names other accounts as its own."""

    kind: ClassVar[str] = "account.aliases_changed"
    account_id: int


class AccountMoved(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "account.moved"
    account_id: int
    target_id: int


class AccountMoveUndone(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "account.move_undone"
    account_id: int
