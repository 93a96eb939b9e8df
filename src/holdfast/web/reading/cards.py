"""Posts as pages show them: gathered in batches, so that a page costs the same few queries whatever its length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from holdfast import people, posts
from holdfast.languages import N_, say, say_many
from holdfast.people import DEFAULT_AVATAR, DEFAULT_HEADER, Account
from holdfast.posts import Card as LinkCard
from holdfast.posts import Content, Facts, Flags, PollFacts
from holdfast.posts.text import plain
from holdfast.posts.visibility import EVERYONE
from holdfast.store import Read, json_value
from holdfast.web.presenting import shortened
from holdfast.web.reading.measures import NO_MEASURES, Measures
from holdfast.web.reading.screening import NO_SCREEN, NOT_CAUGHT, Caught, Screen

SUMMARY_LENGTH = 60  # characters


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, film or sound of a post; ``url`` is empty while it is being prepared, or withheld with its post."""

    url: str
    small_url: str
    description: str
    width: int
    height: int
    kind: str = "image"


@dataclass(frozen=True, slots=True)
class Link:
    """What a link in a post leads to, as that page says of itself; the picture was drawn anew and lies here."""

    url: str
    title: str
    description: str
    provider: str
    image_url: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer of a poll; ``percent`` is None while the result is hidden."""

    title: str
    votes: int
    percent: int | None


@dataclass(frozen=True, slots=True)
class Poll:
    """A poll as the viewer sees it; ``ends_at`` in milliseconds, ``own`` are the places of the viewer's votes."""

    id: int
    choices: tuple[Choice, ...]
    own: tuple[int, ...]
    is_multiple: bool
    is_open: bool  # the viewer may vote
    voters: int
    ends_at: int | None
    is_over: bool
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class Marks:
    """What the viewer has done with a post."""

    is_favourited: bool = False
    is_boosted: bool = False
    is_bookmarked: bool = False
    is_pinned: bool = False
    is_muted: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """How often a post was answered, boosted and favourited."""

    replies: int
    boosts: int
    favourites: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A post with all that its card shows; of a boost, the post that is boosted and by whom.
    Values alone: its HTML is kept under it (``web/card_pages.py``)."""

    id: int
    shown_id: int  # its place in the feed: the boost's id where it is boosted
    author_id: int
    url: str
    full_url: str
    author_url: str
    avatar_url: str
    name: str
    handle: str
    booster: str = ""
    booster_url: str = ""
    is_pinned: bool = False
    visibility: str
    created_at: int
    edited_at: int | None
    language: str | None
    html: str
    warning: str
    is_sensitive: bool
    is_blurred: bool = False  # by the viewer's filters
    is_reply: bool
    is_folded: bool
    measures: Measures = NO_MEASURES
    may_be_indexed: bool = False  # by search engines
    answers_other: bool  # a reply, and not to the own post
    in_reply_to_id: int | None
    pictures: tuple[Picture, ...]
    link: Link | None = None
    poll: Poll | None
    counts: tuple[str, ...]
    numbers: Counts
    marks: Marks
    is_mine: bool
    quote: Quote | None = None
    quotes_another: bool = False

    @property
    def can_boost(self) -> bool:
        """Whether the viewer can pass it on, or quote it."""
        if self.measures.restriction is not None:
            return False
        return self.visibility in EVERYONE or (self.is_mine and self.visibility == "private")

    @property
    def summary(self) -> str:
        """The first words in one line, for titles and lists; of a post with a warning, the warning."""
        return self.beginning(SUMMARY_LENGTH)

    def beginning(self, most: int) -> str:
        """The same with at most so many characters."""
        return shortened(self.warning or plain(self.html), most) or say("a post")

    caught_by: tuple[str, ...] = ()  # the titles of the viewer's filters behind which the post is folded


@dataclass(frozen=True, slots=True)
class Quote:
    """What a post quotes: the quoted post, or ``words`` in its place; with both, the words stand before it."""

    words: str
    card: Card | None


QUOTE_WORDS = {
    "accepted": "",
    "deleted": N_("The quoted post was removed."),
    "revoked": N_("The author of the quoted post does not want it to be quoted here any more."),
    "blocked_account": N_("A post by somebody whom you block"),
    "blocked_domain": N_("A post from a server that you block"),
    "muted_account": N_("A post by somebody whom you mute"),
}
_FILTERED = N_("Hidden by one of your filters")
_NOT_AVAILABLE = N_("The quoted post is not available to you.")


def cards(
    r: Read,
    viewer: int | None,
    ids: Sequence[int],
    base_url: str,
    *,
    now: int,
    pinned: Sequence[int] = (),
    screen: Screen = NO_SCREEN,
) -> list[Card]:
    """Cards in the order of the ids; what the viewer may not see, or does not want to, is left out.

    ``now`` in milliseconds; quoted posts that the viewer's filters catch wait until they are asked for.
    """
    facts = posts.facts(r, viewer, ids)
    inner = [f.boost_of_id for f in facts.values() if f.boost_of_id is not None and f.boost_of_id not in facts]
    facts |= posts.facts(r, viewer, inner) if inner else {}
    quoted = posts.quoted(posts.unaided(r, viewer), facts.values(), now)
    inside = {one.facts.id: one.facts for one in quoted.values() if one.facts is not None}
    gathered = _gathered(r, viewer, facts | inside)
    flags = posts.flags(r, viewer, facts.values())
    quotes: dict[int, Quote] = {}
    for number, one in quoted.items():
        within = gathered.card(one.facts, _Frame(number, viewer), base_url) if one.facts is not None else None
        words = (
            _FILTERED if within is not None and screen.folds(within.id) else QUOTE_WORDS.get(one.state, _NOT_AVAILABLE)
        )
        quotes[number] = Quote(words, within)
    made: list[Card] = []
    for number in ids:
        shown = facts.get(number) if number not in screen.hidden else None
        booster: Account | None = None
        if shown is not None and shown.boost_of_id is not None:
            booster = gathered.authors.get(shown.author_id)
            shown = facts.get(shown.boost_of_id)
        if shown is None:
            continue
        marks, quote = _marks(flags, shown), quotes.get(shown.id)
        caught = screen.caught.get(number, NOT_CAUGHT)
        frame = _Frame(number, viewer, booster, marks, quote, is_pinned=number in pinned, caught=caught)
        card = gathered.card(shown, frame, base_url)
        if card is not None:
            made.append(card)
    return made


def evidence(r: Read, ids: Sequence[int], base_url: str) -> list[tuple[Card, bool]]:
    """Posts that a report names, whoever may see them, and whether each is deleted or its author gone; in order.

    Only for who may read reports. What is erased by now is left out.
    """
    known = posts.unaided(r, None).known(ids)
    gathered = _gathered(r, None, {number: one.facts for number, one in known.items()})
    made: list[tuple[Card, bool]] = []
    for number in ids:
        one = known.get(number)
        card = gathered.card(one.facts, _Frame(number, None), base_url) if one is not None else None
        if one is not None and card is not None:
            made.append((card, one.is_gone))
    return made


@dataclass(frozen=True, slots=True)
class _Frame:
    """What a card says beside the post itself: where it stands, and who looks at it."""

    shown_id: int
    viewer: int | None
    booster: Account | None = None
    marks: Marks = Marks()
    quote: Quote | None = None
    is_pinned: bool = False
    caught: Caught = NOT_CAUGHT


@dataclass(frozen=True, slots=True)
class _Gathered:
    """What the cards of a page are made from."""

    contents: dict[int, Content]
    authors: dict[int, Account]
    polls: dict[int, PollFacts]

    def card(self, f: Facts, frame: _Frame, base_url: str) -> Card | None:
        """The card of a post; None for one that went in this very moment."""
        if f.id not in self.contents or f.author_id not in self.authors:
            return None
        poll = self.polls.get(f.poll_id) if f.poll_id is not None else None
        return _card(f, self.contents[f.id], self.authors[f.author_id], poll, frame, base_url)


def _gathered(r: Read, viewer: int | None, facts: dict[int, Facts]) -> _Gathered:
    return _Gathered(
        posts.contents(r, list(facts)),
        people.accounts_by_ids(r, {f.author_id for f in facts.values()}),
        posts.poll_facts(r, viewer, [f.poll_id for f in facts.values() if f.poll_id is not None]),
    )


def _marks(flags: Flags, f: Facts) -> Marks:
    return Marks(
        f.id in flags.favourited,
        f.id in flags.boosted,
        f.id in flags.bookmarked,
        f.id in flags.pinned,
        f.thread_id in flags.muted,
    )


def _card(f: Facts, c: Content, author: Account, poll: PollFacts | None, frame: _Frame, base: str) -> Card:
    url = f"/@{author.handle}/{f.id}"
    return Card(
        id=f.id,
        shown_id=frame.shown_id,
        author_id=f.author_id,
        url=url,
        full_url=base + url if author.domain is None else c.uri,
        **_signed(author, frame.booster),
        is_pinned=frame.is_pinned,
        visibility=c.visibility,
        created_at=c.created_at,
        edited_at=c.edited_at,
        language=c.language,
        html=c.html,
        warning=c.spoiler_text,
        is_sensitive=bool(c.is_sensitive),
        is_blurred=frame.caught.is_blurred,
        is_reply=c.in_reply_to_account_id is not None,
        is_folded=c.folded_by_id is not None,
        measures=Measures(c.restriction, c.label or "", c.locked_at is not None),
        may_be_indexed=author.is_indexable and c.visibility == "public",
        answers_other=c.in_reply_to_account_id not in (None, f.author_id),
        in_reply_to_id=c.in_reply_to_id,
        pictures=tuple(_picture(row, is_withheld=c.restriction is not None) for row in c.media),
        link=_link(c.card) if c.card else None,
        poll=_poll(poll, frame.viewer) if poll else None,
        counts=_counts(f),
        numbers=Counts(f.replies_count, f.boosts_count, f.favourites_count),
        marks=frame.marks,
        is_mine=f.author_id == frame.viewer,
        quote=frame.quote,
        quotes_another=f.quote_of_id is not None,
        caught_by=frame.caught.by,
    )


def _signed(author: Account, booster: Account | None) -> dict[str, Any]:
    wrote = {"author_url": profile_url(author), "avatar_url": avatar_url(author)}
    names = {"name": shown_name(author), "handle": author.handle}
    boosted = {"booster": shown_name(booster), "booster_url": profile_url(booster)} if booster else {}
    return wrote | names | {"booster": "", "booster_url": ""} | boosted


def shown_name(account: Account) -> str:
    """The display name, or the name where there is none or nobody shall read it any more."""
    return (account.display_name if account.is_present else "") or account.username


def profile_url(account: Account) -> str:
    """The profile's page here."""
    return f"/@{account.handle}"


def avatar_url(account: Account) -> str:
    """The avatar, or the picture of those who have none."""
    return f"/media/profile/{account.avatar_key}" if account.avatar_key and account.is_present else DEFAULT_AVATAR


def header_url(account: Account) -> str:
    """The header, or the picture of those who have none."""
    return f"/media/profile/{account.header_key}" if account.header_key and account.is_present else DEFAULT_HEADER


def _counts(f: Facts) -> tuple[str, ...]:
    """No zeros: they say nothing."""
    known = (
        say_many("%(num)s reply", "%(num)s replies", f.replies_count) if f.replies_count else "",
        say_many("%(num)s boost", "%(num)s boosts", f.boosts_count) if f.boosts_count else "",
        say_many("%(num)s favourite", "%(num)s favourites", f.favourites_count) if f.favourites_count else "",
        say_many("%(num)s quote", "%(num)s quotes", f.quotes_count) if f.quotes_count else "",
    )
    return tuple(words for words in known if words)


def _picture(row: Sequence[Any], *, is_withheld: bool) -> Picture:
    _, _, kind, state, file_name, _, meta, _, description, _, _ = row
    if state != "ready" or is_withheld:
        return Picture("", "", description or "", 0, 0)
    small = (json_value(meta) or {}).get("small") or {}
    return Picture(
        f"/media/{file_name}",
        f"/media/small/{file_name}?{small.get('mark') or ''}".removesuffix("?") if small else "",
        description or "",
        int(small.get("width") or 0),
        int(small.get("height") or 0),
        kind,
    )


def _link(card: LinkCard) -> Link:
    provider = card.provider_name or urlsplit(card.url).netloc
    image = f"/media/profile/{card.image_key}" if card.image_key else ""
    return Link(
        card.url, card.title or card.url, card.description, provider, image, card.image_width, card.image_height
    )


def _poll(poll: PollFacts, viewer: int | None) -> Poll:
    is_hidden = poll.hides_totals and not poll.expired
    whole = max(sum(poll.votes), 1)
    choices = tuple(
        Choice(title, votes, None if is_hidden else round(100 * votes / whole))
        for title, votes in zip(poll.options, poll.votes, strict=True)
    )
    is_open = viewer is not None and viewer != poll.author_id and not poll.expired and not poll.own_votes
    return Poll(
        poll.id,
        choices,
        poll.own_votes,
        poll.is_multiple,
        is_open,
        poll.voters_count,
        poll.expires_at,
        poll.expired,
        is_hidden,
    )
