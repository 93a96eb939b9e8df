"""What happens to posts, told so fully that those who listen need not ask the database."""

from __future__ import annotations

from typing import ClassVar

from holdfast.events import Event


class StatusPublished(Event, frozen=True, kw_only=True):
    """A post or boost is out."""

    kind: ClassVar[str] = "status.published"
    status_id: int
    author_id: int
    visibility: str
    thread_id: int
    boost_of_id: int | None = None
    boosted_author_id: int | None = None
    in_reply_to_id: int | None = None
    in_reply_to_account_id: int | None = None
    mentions: tuple[int, ...] = ()  # account ids
    tags: tuple[str, ...] = ()  # normalised names
    language: str | None = None
    has_media: bool = False
    poll_id: int | None = None
    quote_of_id: int | None = None
    quoted_author_id: int | None = None

    @property
    def is_boost(self) -> bool:
        """Whether this is a boost of another post."""
        return self.boost_of_id is not None

    @property
    def is_reply(self) -> bool:
        """Whether this answers another post."""
        return self.in_reply_to_id is not None


class StatusEdited(Event, frozen=True, kw_only=True):
    """A post reads differently now."""

    kind: ClassVar[str] = "status.edited"
    status_id: int
    author_id: int
    visibility: str
    revision: int
    mentions: tuple[int, ...] = ()
    new_mentions: tuple[int, ...] = ()  # those who were not mentioned before
    tags: tuple[str, ...] = ()


class ReplyPolicyChanged(Event, frozen=True, kw_only=True):
    """An author lets others reply to a post from now on."""

    kind: ClassVar[str] = "status.reply_policy_changed"
    status_id: int
    author_id: int
    policy: str


class QuotePolicyChanged(Event, frozen=True, kw_only=True):
    """An author lets others quote a post from now on."""

    kind: ClassVar[str] = "status.quote_policy_changed"
    status_id: int
    author_id: int
    policy: str


class QuoteRevoked(Event, frozen=True, kw_only=True):
    """A post shows what it quoted no longer: the quoted author took the consent back, or one blocks the other."""

    kind: ClassVar[str] = "status.quote_revoked"
    status_id: int  # the quoting post
    author_id: int
    quote_of_id: int
    quoted_author_id: int
    tags: tuple[str, ...] = ()


class ReplyFolded(Event, frozen=True, kw_only=True):
    """An author of the conversation folded a reply away: it comes last and apart, for everybody."""

    kind: ClassVar[str] = "status.folded"
    status_id: int
    author_id: int
    account_id: int


class ReplyUnfolded(Event, frozen=True, kw_only=True):
    """A reply stands in its place again."""

    kind: ClassVar[str] = "status.unfolded"
    status_id: int
    author_id: int
    account_id: int


class StatusDeleted(Event, frozen=True, kw_only=True):
    """A post or boost is gone; ``by_moderator`` when somebody else than the author took it down."""

    kind: ClassVar[str] = "status.deleted"
    status_id: int
    author_id: int
    visibility: str
    boost_of_id: int | None = None
    in_reply_to_id: int | None = None
    quote_of_id: int | None = None
    mentions: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    by_moderator: bool = False


class OldPostRulesChanged(Event, frozen=True, kw_only=True):
    """A member set which old posts go, and whether they do; nobody else learns of it."""

    kind: ClassVar[str] = "old_posts.changed"
    account_id: int
    is_on: bool


class StatusesMoved(Event, frozen=True, kw_only=True):
    """Every post of this server has another address, since the server has."""

    kind: ClassVar[str] = "status.all_moved"


class PostScheduled(Event, frozen=True, kw_only=True):
    """A member wrote a post for later; nobody else learns of it."""

    kind: ClassVar[str] = "scheduled.added"
    scheduled_id: int
    account_id: int
    scheduled_at: int


class ScheduledPostMoved(Event, frozen=True, kw_only=True):
    """A member gave a waiting post another time."""

    kind: ClassVar[str] = "scheduled.moved"
    scheduled_id: int
    account_id: int
    scheduled_at: int


class ScheduledPostCancelled(Event, frozen=True, kw_only=True):
    """A member dropped a waiting post."""

    kind: ClassVar[str] = "scheduled.cancelled"
    scheduled_id: int
    account_id: int


class DraftSaved(Event, frozen=True, kw_only=True):
    """A member keeps what they have written so far; nobody else learns of it."""

    kind: ClassVar[str] = "draft.saved"
    draft_id: int
    account_id: int


class DraftEnded(Event, frozen=True, kw_only=True):
    """A draft is gone: what it held is published, or its author threw it away."""

    kind: ClassVar[str] = "draft.ended"
    draft_id: int
    account_id: int


class StatusFavourited(Event, frozen=True, kw_only=True):
    """Somebody favourited a post."""

    kind: ClassVar[str] = "status.favourited"
    status_id: int
    author_id: int
    account_id: int


class StatusUnfavourited(Event, frozen=True, kw_only=True):
    """Somebody took a favourite back."""

    kind: ClassVar[str] = "status.unfavourited"
    status_id: int
    author_id: int
    account_id: int


class StatusBookmarked(Event, frozen=True, kw_only=True):
    """Somebody bookmarked a post; nobody else learns of it."""

    kind: ClassVar[str] = "status.bookmarked"
    status_id: int
    account_id: int


class StatusUnbookmarked(Event, frozen=True, kw_only=True):
    """Somebody took a bookmark back."""

    kind: ClassVar[str] = "status.unbookmarked"
    status_id: int
    account_id: int


class StatusPinned(Event, frozen=True, kw_only=True):
    """A post stands at the top of its author's profile."""

    kind: ClassVar[str] = "status.pinned"
    status_id: int
    account_id: int


class StatusUnpinned(Event, frozen=True, kw_only=True):
    """A post stands at the top of its author's profile no longer."""

    kind: ClassVar[str] = "status.unpinned"
    status_id: int
    account_id: int


class ThreadMuted(Event, frozen=True, kw_only=True):
    """A member wants to hear no more of a conversation."""

    kind: ClassVar[str] = "thread.muted"
    account_id: int
    thread_id: int


class ThreadUnmuted(Event, frozen=True, kw_only=True):
    """A member wants to hear of a conversation again."""

    kind: ClassVar[str] = "thread.unmuted"
    account_id: int
    thread_id: int


class PollVoted(Event, frozen=True, kw_only=True):
    """Somebody voted; for what, stands in the votes only."""

    kind: ClassVar[str] = "poll.voted"
    poll_id: int
    status_id: int
    author_id: int
    account_id: int


class PollClosed(Event, frozen=True, kw_only=True):
    """A poll has come to its end; told once."""

    kind: ClassVar[str] = "poll.closed"
    poll_id: int
    status_id: int
    author_id: int


class MediaUploaded(Event, frozen=True, kw_only=True):
    """A member uploaded a picture."""

    kind: ClassVar[str] = "media.uploaded"
    media_id: int
    account_id: int


class MediaUpdated(Event, frozen=True, kw_only=True):
    """A picture's description or focus changed."""

    kind: ClassVar[str] = "media.updated"
    media_id: int
    account_id: int
    status_id: int | None = None  # the published post that shows it


class MediaProcessed(Event, frozen=True, kw_only=True):
    """A recording has been worked on: it is ready, or could not be used."""

    kind: ClassVar[str] = "media.processed"
    media_id: int
    account_id: int
    state: str


class EmojiChanged(Event, frozen=True, kw_only=True):
    """A custom emoji was added, changed, disabled, enabled or removed."""

    kind: ClassVar[str] = "emoji.changed"
    shortcode: str
    change: str


class MediaDeleted(Event, frozen=True, kw_only=True):
    """A member took back a picture that was not published."""

    kind: ClassVar[str] = "media.deleted"
    media_id: int
    account_id: int


class ConversationChanged(Event, frozen=True, kw_only=True):
    """A participant's view of a direct conversation changed: something new, or read."""

    kind: ClassVar[str] = "conversation.changed"
    conversation_id: int
    account_id: int
    status_id: int
    is_unread: bool


class ConversationDeleted(Event, frozen=True, kw_only=True):
    """A participant removed a conversation from the own list."""

    kind: ClassVar[str] = "conversation.deleted"
    conversation_id: int
    account_id: int


class CardAttached(Event, frozen=True, kw_only=True):
    """The preview of its link was put on a post."""

    kind: ClassVar[str] = "status.card_attached"
    status_id: int
    card_id: int


class CardChanged(Event, frozen=True, kw_only=True):
    """A page that posts show says something else of itself now: all of them read differently."""

    kind: ClassVar[str] = "card.changed"
    card_id: int


class TagFollowed(Event, frozen=True, kw_only=True):
    """A member follows a hashtag."""

    kind: ClassVar[str] = "tag.followed"
    account_id: int
    tag_id: int


class TagFeatured(Event, frozen=True, kw_only=True):
    """A member shows a hashtag on the profile."""

    kind: ClassVar[str] = "tag.featured"
    account_id: int
    tag_id: int


class TagUnfeatured(Event, frozen=True, kw_only=True):
    """A member shows a hashtag on the profile no longer."""

    kind: ClassVar[str] = "tag.unfeatured"
    account_id: int
    tag_id: int


class TagUnfollowed(Event, frozen=True, kw_only=True):
    """A member follows a hashtag no longer."""

    kind: ClassVar[str] = "tag.unfollowed"
    account_id: int
    tag_id: int
