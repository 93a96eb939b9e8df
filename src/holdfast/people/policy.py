"""Who may do what to whom, and what a profile may hold."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.config import ServerSettings
from holdfast.errors import FieldError, Invalid
from holdfast.languages import say
from holdfast.people.account import Account
from holdfast.people.errors import FollowRefused, NotFollowed, TooManyFollows

LONGEST_FIELD = 255
"""Characters of a profile field's name, and of its value."""

LONGEST_NOTE = 2_000
"""Characters of a private note about somebody."""

MOST_ATTRIBUTION_DOMAINS = 10

VISIBILITIES = frozenset({"public", "unlisted", "private", "direct"})
QUOTE_POLICIES = frozenset({"public", "followers", "nobody"})
MEDIA_DISPLAYS = frozenset({"default", "show_all", "hide_all"})
"""Which media are covered at first: what is sensitive, nothing, everything."""


def may_follow(target: Account, *, blocked: bool, domain_blocked: bool) -> None:
    """Raise :class:`FollowRefused` for somebody who blocks or is blocked, or who has moved away."""
    if blocked:
        raise FollowRefused
    if domain_blocked:
        raise FollowRefused(say("You block this account's server."))
    if target.moved_to_id is not None:
        raise FollowRefused(say("This account has moved; follow the new one."))


def may_follow_more(already: int, settings: ServerSettings) -> None:
    """Raise :class:`TooManyFollows` at the server's limit; ``already`` counts requests too."""
    if already >= settings.most_follows:
        raise TooManyFollows(
            say("You can follow up to %(most)s accounts.", most=settings.most_follows), most=settings.most_follows
        )


def needs_approval(source: Account, target: Account) -> bool:
    """Whether a follow starts as a request: the target approves by hand, or moderators limited the source."""
    return target.is_locked or source.limited_at is not None


def may_endorse(*, follows: bool) -> None:
    """Raise :class:`NotFollowed` unless the account is followed."""
    if not follows:
        raise NotFollowed


def check_bio(text: str, settings: ServerSettings) -> None:
    """Raise :class:`Invalid` for a profile text past the server's limit."""
    if len(text) > settings.most_bio_characters:
        most = settings.most_bio_characters
        raise Invalid.field(
            "note", "ERR_TOO_LONG", say("Profile text is too long (at most %(most)s characters)", most=most)
        )


def check_fields(rows: Sequence[tuple[str, str]], settings: ServerSettings) -> None:
    """Raise :class:`Invalid` for too many or too long profile fields, or a value without a name."""
    if len(rows) > settings.most_profile_fields:
        most = settings.most_profile_fields
        raise Invalid.field("fields", "ERR_TOO_MANY", say("A profile can have up to %(most)s fields", most=most))
    wrong = []
    for name, value in rows:
        if not name:
            wrong.append(FieldError("fields", "ERR_BLANK", say("A field with a value needs a name")))
        if len(name) > LONGEST_FIELD or len(value) > LONGEST_FIELD:
            longest = say("A field's name and value have at most %(most)s characters each", most=LONGEST_FIELD)
            wrong.append(FieldError("fields", "ERR_TOO_LONG", longest))
    if wrong:
        raise Invalid(fields=wrong)


def check_picture_description(field: str, text: str, settings: ServerSettings) -> None:
    """Raise :class:`Invalid` for a picture's description past the server's limit."""
    if len(text) > settings.most_alt_characters:
        most = settings.most_alt_characters
        raise Invalid.field(
            field, "ERR_TOO_LONG", say("The description is too long (at most %(most)s characters)", most=most)
        )


def check_choice(field: str, value: str, choices: frozenset[str]) -> None:
    """Raise :class:`Invalid` for a value that is not one of the choices."""
    if value not in choices:
        raise Invalid.field(
            field, "ERR_INCLUSION", say("%(field)s is one of %(known)s", field=field, known=", ".join(sorted(choices)))
        )


def check_note(comment: str) -> None:
    """Raise :class:`Invalid` for a private note that is too long."""
    if len(comment) > LONGEST_NOTE:
        raise Invalid.field("comment", "ERR_TOO_LONG", say("A note has at most %(most)s characters", most=LONGEST_NOTE))
