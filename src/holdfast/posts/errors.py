"""What can go wrong with posts, each with its key and a sentence for the member."""

from __future__ import annotations

from holdfast.errors import Conflict, Invalid, NotFound, Refused, TooMany


class NoSuchStatus(NotFound):
    """Record not found"""

    key = "no_such_status"


class NoSuchPoll(NotFound):
    """Record not found"""

    key = "no_such_poll"


class NoSuchMedia(NotFound):
    """Record not found"""

    key = "no_such_media"


class NoSuchTag(NotFound):
    """Record not found"""

    key = "no_such_tag"


class NoSuchScheduledPost(NotFound):
    """Record not found"""

    key = "no_such_scheduled_post"


class NoSuchDraft(NotFound):
    """There is no such draft (any more)."""

    key = "no_such_draft"


class NoSuchConversation(NotFound):
    """Record not found"""

    key = "no_such_conversation"


class ReplyTargetGone(NotFound):
    """The post that you are replying to does not exist (any more), or you may not see it."""

    key = "reply_target_gone"


class AccountNotActive(Refused):
    """This account cannot post: it is suspended, waits for approval, or is gone."""

    key = "account_not_active"


class MayNotPost(Refused):
    """The moderators have paused your posting. Reading, favourites and your settings go on, and you can appeal."""

    key = "posting_frozen"


class NotYours(Refused):
    """This post is not yours."""

    key = "not_yours"


class ScreenedOut(Refused):
    """This post cannot be published here."""

    key = "screened_out"


class TooManyPosts(TooMany):
    """New accounts may only write so many posts an hour; wait a little."""

    key = "too_many_posts"


class TooManyWaiting(TooMany):
    """Several of your uploads are still being worked on; wait until some are ready."""

    key = "too_many_waiting"


class CannotPin(Invalid):
    """This post cannot be pinned."""

    key = "cannot_pin"


class QuotedGone(NotFound):
    """The post that you are quoting does not exist (any more), or you may not see it."""

    key = "quoted_gone"


class NoSuchQuote(NotFound):
    """This post is not quoted there (any more)."""

    key = "no_such_quote"


class CannotQuote(Invalid):
    """This post may not be quoted."""

    key = "cannot_quote"


class NotRemoved(Conflict):
    """Only a post that moderators have removed can be erased; remove it first."""

    key = "not_removed"


class CannotReply(Refused):
    """The author lets others reply here only."""

    key = "cannot_reply"


class CannotFold(Refused):
    """Only the author of the post that is replied to, or of the conversation's first, can fold a reply away."""

    key = "cannot_fold"


class CannotBoost(Refused):
    """This action is not allowed"""

    key = "cannot_boost"


class CannotVote(Invalid):
    """This vote cannot be counted."""

    key = "cannot_vote"


class AlreadyPublished(Conflict):
    """This is published already, in other words. What you wrote since is kept; send it again for a post of its own."""

    key = "already_published"


class DraftElsewhere(Conflict):
    """Another draft is kept for this. Publish or delete that one first; nothing of either is lost."""

    key = "draft_elsewhere"


class MediaInUse(Conflict):
    """This picture belongs to a published post."""

    key = "media_in_use"


class CannotEdit(Invalid):
    """A boost cannot be edited."""

    key = "cannot_edit"
