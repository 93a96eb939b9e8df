"""The rules of posting: what a draft may be, who may do what with a post."""

from __future__ import annotations

import re
from typing import NamedTuple

from holdfast.config import ServerSettings
from holdfast.errors import Invalid
from holdfast.languages import say
from holdfast.posts.drafts import PollDraft
from holdfast.posts.errors import CannotBoost, CannotFold, CannotPin, CannotVote
from holdfast.posts.text import character_count
from holdfast.posts.visibility import EVERYONE, VISIBILITIES

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}\Z")
QUOTE_POLICIES = ("public", "followers", "nobody")
"""Who may quote a post besides its author."""
LONGEST_KEY = 255  # characters of an idempotency key


class Standing(NamedTuple):
    """A status as rules look at it."""

    id: int
    author_id: int
    visibility: str
    boost_of_id: int | None
    thread_id: int
    poll_id: int | None
    in_reply_to_id: int | None
    in_reply_to_account_id: int | None
    quote_of_id: int | None
    quote_state: str | None
    restriction: str | None


def check_words(text: str, spoiler_text: str, settings: ServerSettings, *, stands_alone: bool) -> None:
    """Raise :class:`Invalid` for a text that is too long, or empty although nothing else ``stands_alone``."""
    if not text.strip() and not stands_alone:
        raise Invalid.field("text", "ERR_BLANK", say("Text can't be blank"))
    most = settings.most_characters
    if len(text) + len(spoiler_text) <= most and "://" not in text:
        return  # counting never gives more than the number of code points, links apart
    if character_count(text) + character_count(spoiler_text) > most:
        raise Invalid.field("text", "ERR_TOO_LONG", say("Text is over the limit of %(most)s characters", most=most))


def check_visibility(visibility: str) -> None:
    """Raise :class:`Invalid` for a visibility that there is not."""
    if visibility not in VISIBILITIES:
        raise Invalid.field(
            "visibility", "ERR_INCLUSION", say("Visibility is not one of public, unlisted, private, direct")
        )


def check_attachments(media_ids: tuple[int, ...], poll: PollDraft | None, settings: ServerSettings) -> None:
    """Raise :class:`Invalid` for too many pictures, pictures beside a poll, or a poll that breaks a limit."""
    if media_ids and poll is not None:
        raise Invalid.field("media_ids", "ERR_INVALID", say("A post has either pictures or a poll, not both"))
    if len(media_ids) > settings.most_media:
        raise Invalid.field(
            "media_ids", "ERR_TOO_MANY", say("Cannot attach more than %(most)s files", most=settings.most_media)
        )
    if len(set(media_ids)) != len(media_ids):
        raise Invalid.field("media_ids", "ERR_INVALID", say("A picture can be attached only once"))
    if poll is not None:
        check_poll(poll, settings)


def check_quote_alone(quote_of_id: int | None, media_ids: tuple[int, ...], poll: PollDraft | None) -> None:
    """Raise :class:`Invalid` for pictures or a poll in a post that quotes another."""
    if quote_of_id is not None and (media_ids or poll is not None):
        field = "media_ids" if media_ids else "poll"
        raise Invalid.field(field, "ERR_INVALID", say("A post that quotes another has neither pictures nor a poll"))


def quote_policy_for(visibility: str, wanted: str) -> str:
    """Who may quote a post of this visibility: nobody but the author what not everybody can see."""
    return wanted if visibility in EVERYONE else "nobody"


def may_quote(
    account_id: int | None, author_id: int, visibility: str, quote_policy: str, *, follows: bool, blocks: bool
) -> bool:
    """Whether somebody who sees a post (None: a stranger) may quote it. ``follows`` and ``blocks``: its author."""
    if account_id is None or visibility == "direct":
        return False
    if account_id == author_id:
        return True
    return not blocks and (quote_policy == "public" or (quote_policy == "followers" and follows))


def check_poll(poll: PollDraft, settings: ServerSettings) -> None:
    """Raise :class:`Invalid` for a poll that breaks a limit."""
    options = [option.strip() for option in poll.options]
    longest = settings.most_poll_option_characters
    if len(options) < 2:
        raise Invalid.field("poll", "ERR_TOO_FEW", say("A poll needs at least two choices"))
    if len(options) > settings.most_poll_options:
        raise Invalid.field(
            "poll", "ERR_TOO_MANY", say("A poll has at most %(most)s choices", most=settings.most_poll_options)
        )
    if not all(options):
        raise Invalid.field("poll", "ERR_BLANK", say("A poll's choices can't be blank"))
    if any(len(option) > longest for option in options):
        raise Invalid.field(
            "poll", "ERR_TOO_LONG", say("A poll's choices have at most %(longest)s characters", longest=longest)
        )
    if len(set(options)) != len(options):
        raise Invalid.field("poll", "ERR_TAKEN", say("A poll's choices must differ"))
    if poll.expires_in_s < settings.shortest_poll_seconds:
        raise Invalid.field(
            "poll",
            "ERR_TOO_SHORT",
            say(
                "A poll runs at least %(shortest_poll_seconds)s seconds",
                shortest_poll_seconds=settings.shortest_poll_seconds,
            ),
        )
    if poll.expires_in_s > settings.longest_poll_seconds:
        raise Invalid.field(
            "poll", "ERR_TOO_LONG", say("A poll runs at most %(most)s seconds", most=settings.longest_poll_seconds)
        )


def language_or(language: str | None, default: str | None) -> str | None:
    """The language as handed in if it looks like a code, else the default."""
    return language if language and _LANGUAGE.match(language) else default


def may_pin(account_id: int, status: Standing, already: int, most: int) -> None:
    """Raise :class:`CannotPin` with the reason."""
    if status.author_id != account_id:
        raise CannotPin(say("Someone else's post cannot be pinned"))
    if status.boost_of_id is not None:
        raise CannotPin(say("A boost cannot be pinned"))
    if status.visibility == "direct":
        raise CannotPin(say("Posts that are only visible to mentioned people cannot be pinned"))
    if already >= most:
        raise CannotPin(say("You can pin up to %(most)s posts", most=most))


def may_fold(account_id: int, reply: Standing, host: int | None) -> None:
    """Raise :class:`CannotFold` with the reason; ``host`` wrote the first post of the conversation."""
    if reply.in_reply_to_id is None:
        raise CannotFold(say("Only replies can be folded away"))
    if reply.author_id == account_id:
        raise CannotFold(say("Your own reply cannot be folded away; you can delete it"))
    if reply.author_id == host:
        raise CannotFold(say("Whoever began the conversation cannot be folded away in it"))
    if account_id not in (host, reply.in_reply_to_account_id):
        raise CannotFold()


def may_unfold(account_id: int, host: int | None, folded_by: int) -> None:
    """Raise :class:`CannotFold` for others than who folded a reply and who began the conversation."""
    if account_id not in (host, folded_by):
        raise CannotFold()


def boost_visibility(account_id: int, status: Standing, wanted: str) -> str:
    """Who a boost will be visible to. Raises :class:`CannotBoost` for what may not be passed on."""
    if status.visibility == "direct" or (status.visibility == "private" and status.author_id != account_id):
        raise CannotBoost()
    if status.visibility == "private":
        return "private"
    if wanted not in VISIBILITIES:
        raise Invalid.field("visibility", "ERR_INCLUSION", say("Visibility is not one of public, unlisted, private"))
    return "private" if wanted == "direct" else wanted


def may_vote(
    account_id: int, author_id: int, choices: tuple[int, ...], options: int, *, is_multiple: bool, is_over: bool
) -> None:
    """Raise :class:`CannotVote` with the reason."""
    if author_id == account_id:
        raise CannotVote(say("You cannot vote in your own poll"))
    if is_over:
        raise CannotVote(say("The poll has already ended"))
    if not choices:
        raise CannotVote(say("Choose at least one answer"))
    if any(not 0 <= choice < options for choice in choices):
        raise CannotVote(say("The chosen answer does not exist in this poll"))
    if len(choices) > 1 and not is_multiple:
        raise CannotVote(say("Only one answer can be chosen in this poll"))
