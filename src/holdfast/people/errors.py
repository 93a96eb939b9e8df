"""What can go wrong between people, in words that a member can be told."""

from __future__ import annotations

from holdfast.errors import Conflict, Invalid, NotFound, Refused


class AccountNotFound(NotFound):
    """Record not found"""

    key = "account_not_found"


class RequestNotFound(NotFound):
    """There is no follow request from this account."""

    key = "follow_request_not_found"


class AccountUnusable(Refused):
    """Your account is suspended or deleted."""

    key = "account_unusable"


class NotWithYourself(Refused):
    """You cannot do this with your own account."""

    key = "not_with_yourself"


class FollowRefused(Refused):
    """You cannot follow this account."""

    key = "follow_refused"


class TooManyFollows(Invalid):
    """You follow as many accounts as this server allows."""

    key = "too_many_follows"


class NotFollowed(Invalid):
    """You can only feature accounts that you follow."""

    key = "not_followed"


class MarkerMovedMeanwhile(Conflict):
    """Another app moved this marker meanwhile; read it again."""

    key = "marker_moved_meanwhile"


class CollectionNotFound(NotFound):
    """Record not found"""

    key = "collection_not_found"


class NotYourCollection(Refused):
    """This collection belongs to somebody else."""

    key = "not_your_collection"


class NotInCollection(Refused):
    """You are not in this collection."""

    key = "not_in_collection"


class CannotCollect(Invalid):
    """This account cannot be put into a collection."""

    key = "cannot_collect"


class ListNotFound(NotFound):
    """Record not found"""

    key = "list_not_found"


class NotFollowedForList(NotFound):
    """You can only put accounts into a list that you follow."""

    key = "not_followed_for_list"


class MovedLately(Refused):
    """You have moved lately; an account can move every 30 days."""

    key = "moved_lately"


class NotMoved(Conflict):
    """This account has not moved."""

    key = "not_moved"
