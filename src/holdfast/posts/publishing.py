"""Publishing a post: everything that must be true of it, in one transaction."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import insert

from holdfast.acting import Acting
from holdfast.config import ServerSettings
from holdfast.errors import Invalid
from holdfast.languages import say
from holdfast.posts import cards, conversations, finding, indexing, policy, quoting, replying, words
from holdfast.posts.attaching import attach, attachable
from holdfast.posts.drafts import Draft, PollDraft, Published, Words
from holdfast.posts.errors import NoSuchStatus, ReplyTargetGone, TooManyPosts
from holdfast.posts.events import StatusPublished
from holdfast.posts.finding import Author
from holdfast.posts.payloads import ClosePoll
from holdfast.posts.policy import Standing
from holdfast.posts.screening import Candidate, screening
from holdfast.posts.tables import polls
from holdfast.posts.visibility import EVERYONE
from holdfast.store import DAY, HOUR, SECOND, Hot, first_at, made_at
from holdfast.writes import Ability, Database, Write

KEY_LIFE_MS = HOUR
"""How long an idempotency key brings back the same post."""
SCHEDULED_KEY = (
    "scheduled:"  # stands before the key of a post for later, which brings back that, not what was published
)
DRAFT_KEY = "draft-"
DRAFT_KEY_LIFE_MS = 30 * DAY
"""The same for a key that was made with a draft, and begins so: a browser may send it again days later, from its
outbox, not knowing that it had arrived. Apps make some keys from what is written, which may be written again."""

_CLAIM = Hot(
    "INSERT INTO idempotency_keys (account_id, key, status_id, created_at) VALUES (:account, :key, :status, :now) "
    "ON CONFLICT (account_id, key) DO UPDATE SET status_id = excluded.status_id, created_at = excluded.created_at "
    "WHERE idempotency_keys.created_at < :oldest OR EXISTS (SELECT 1 FROM statuses s "
    "WHERE s.id = idempotency_keys.status_id AND s.deleted_at IS NOT NULL) RETURNING status_id"
)
_CLAIMED = Hot("SELECT status_id FROM idempotency_keys WHERE account_id = :account AND key = :key")
_LATELY = Hot(
    "SELECT COUNT(*), MIN(id) FROM statuses WHERE author_id = :author AND id >= :first AND boost_of_id IS NULL"
)
_STATUS = Hot(
    "INSERT INTO statuses (id, uri, author_id, is_local, visibility, in_reply_to_id, in_reply_to_account_id, "
    "thread_id, text, html, spoiler_text, is_sensitive, language, app_id, poll_id, media_count, created_at, "
    "reply_policy, quote_of_id, quote_state, quote_policy) "
    "VALUES (:id, :uri, :author_id, :is_local, :visibility, :in_reply_to_id, :in_reply_to_account_id, "
    ":thread_id, :text, :html, :spoiler_text, :is_sensitive, :language, :app_id, :poll_id, :media_count, :created_at, "
    ":reply_policy, :quote_of_id, :quote_state, :quote_policy)"
)
_NEWEST = "newest_status_id = CASE WHEN newest_status_id > :id THEN newest_status_id ELSE :id END"
COUNT_POST = Hot(
    f"UPDATE accounts SET statuses_count = statuses_count + 1, last_status_at = :now, {_NEWEST} "  # noqa: S608
    "WHERE id = :author"
)
_NOTE_POST = Hot(f"UPDATE accounts SET {_NEWEST} WHERE id = :author")  # noqa: S608
_COUNT_REPLY = Hot("UPDATE statuses SET replies_count = replies_count + 1 WHERE id = :id")


def publish(db: Database, acting: Acting, draft: Draft) -> Published:
    """Publish a post, or find the one that the same idempotency key made within the last hour.

    Raises :class:`Invalid` kinds for what breaks a limit, :class:`ReplyTargetGone`, :class:`QuotedGone`,
    :class:`CannotReply` and :class:`CannotQuote` where the author lets others only, :class:`TooManyPosts` for new
    accounts, :class:`AccountNotActive`, :class:`MayNotPost`, and whatever a screener refuses with.
    """
    draft = checked(draft, db.settings)
    with db.write(acting, Ability.POSTING) as w:
        return publish_within(w, db, acting, draft)


def publish_within(w: Write, db: Database, acting: Acting, draft: Draft) -> Published:
    """Publish a checked draft as part of a larger write. Raises as :func:`publish`."""
    status_id = w.new_id()
    author, earlier = begin(w, acting, draft.idempotency_key, status_id)
    if earlier is not None:
        return Published(earlier, is_new=False)
    _respect_new_account_limit(w, author, db.settings)
    parent = parent_of(w, author.id, draft.in_reply_to_id)
    quoted = quoting.quoted_by(w, author.id, draft.quote_of_id)
    draft = with_defaults(draft, author, acting, quoted)
    attachable(w, author.id, draft.media_ids)
    made = words.compose(w, db, draft.text)
    quoting.check_addressed(draft.visibility, quoted, author.id, made.mentions)
    follows = screening.ask(w, candidate(status_id, author, draft, made, parent))
    event = _write(w, author, status_id, draft, made, parent, quoted)
    w.record(event, owner=author.id)
    for after in follows:
        after(w)
    return Published(status_id, is_new=True)


def checked(draft: Draft, settings: ServerSettings) -> Draft:
    """The draft, if it breaks no rule that can be told from it alone."""
    if not draft.text.strip() and draft.spoiler_text.strip():
        draft = replace(draft, text=draft.spoiler_text, spoiler_text="")
    stands_alone = bool(draft.media_ids) or draft.poll is not None
    policy.check_words(draft.text, draft.spoiler_text, settings, stands_alone=stands_alone)
    policy.check_attachments(draft.media_ids, draft.poll, settings)
    policy.check_quote_alone(draft.quote_of_id, draft.media_ids, draft.poll)
    if draft.quote_policy is not None:
        quoting.check_quote_policy(draft.quote_policy)
    if draft.visibility is not None:
        policy.check_visibility(draft.visibility)
    if draft.reply_policy is not None:
        replying.check_reply_policy(draft.reply_policy)
    if draft.idempotency_key and len(draft.idempotency_key) > policy.LONGEST_KEY:
        raise Invalid.field("idempotency_key", "ERR_TOO_LONG", say("The idempotency key is too long"))
    return draft


def begin(w: Write, acting: Acting, key: str | None, status_id: int) -> tuple[Author, int | None]:
    """Who acts, and the post that has the key already; otherwise it is the new post's. Two that come with one key at
    a time wait for each other here. Raises as :func:`finding.poster`."""
    if not key:
        return finding.poster(w, acting), None
    own = {"account": acting.account_id, "key": key}
    wanted = own | {"status": status_id, "now": w.now, "oldest": w.now - _life_of(key)}
    author, (taken,) = finding.active_and(w, acting, (_CLAIM, wanted))
    finding.may_post(author)
    return author, None if taken else int(w.fast(_CLAIMED, **own)[0][0])


def _life_of(key: str) -> int:
    return DRAFT_KEY_LIFE_MS if key.removeprefix(SCHEDULED_KEY).startswith(DRAFT_KEY) else KEY_LIFE_MS


def _respect_new_account_limit(w: Write, author: Author, settings: ServerSettings) -> None:
    most = settings.new_account_posts_per_hour
    if not most or w.now - author.created_at >= settings.new_account_hours * HOUR:
        return
    w.serialise(author.id)
    count, oldest = w.fast(_LATELY, author=author.id, first=first_at(w.now - HOUR))[0]
    if count >= most:
        wait_ms = made_at(oldest) + HOUR - w.now
        raise TooManyPosts(
            say("New accounts can write %(most)s posts an hour; wait a little.", most=most),
            retry_after=max(wait_ms / SECOND, 1),
        )


def parent_of(w: Write, viewer: int, in_reply_to_id: int | None) -> Standing | None:
    """What is replied to. Raises :class:`ReplyTargetGone`, :class:`CannotReply`."""
    if in_reply_to_id is None:
        return None
    try:
        parent = finding.visible_original(w, viewer, in_reply_to_id)
    except NoSuchStatus as fault:
        raise ReplyTargetGone() from fault
    replying.may_reply(w, viewer, parent)
    return parent


def with_defaults(draft: Draft, author: Author, acting: Acting, quoted: Standing | None) -> Draft:
    """The draft with what its author left open; public no more if the author is limited or quotes for followers."""
    visibility = draft.visibility or author.default_visibility
    if quoted is not None and quoted.visibility == "private" and visibility in EVERYONE:
        visibility = "private"
    if visibility == "public" and author.is_limited:
        visibility = "unlisted"  # a limited account is kept out of the public timelines
    sensitive = author.default_sensitive if draft.is_sensitive is None else draft.is_sensitive
    return replace(
        draft,
        visibility=visibility,
        is_sensitive=sensitive or bool(draft.spoiler_text.strip()) or (author.is_sensitized and bool(draft.media_ids)),
        language=policy.language_or(draft.language, author.default_language),
        app_id=draft.app_id if draft.app_id is not None else acting.app_id,
        quote_policy=policy.quote_policy_for(visibility, draft.quote_policy or author.default_quote_policy),
    )


def candidate(status_id: int, author: Author, draft: Draft, made: Words, parent: Standing | None) -> Candidate:
    """What screeners look at."""
    return Candidate(
        status_id=status_id,
        author_id=author.id,
        text=draft.text,
        spoiler_text=draft.spoiler_text,
        visibility=draft.visibility or "",
        mentions=made.mentions,
        tags=tuple(tag.name for tag in made.tags),
        links=made.links,
        media_ids=draft.media_ids,
        in_reply_to_account_id=parent.author_id if parent else None,
    )


def _write(
    w: Write,
    author: Author,
    status_id: int,
    draft: Draft,
    made: Words,
    parent: Standing | None,
    quoted: Standing | None,
) -> StatusPublished:
    visibility = draft.visibility or author.default_visibility
    event = StatusPublished(
        status_id=status_id,
        author_id=author.id,
        visibility=visibility,
        thread_id=parent.thread_id if parent else status_id,
        in_reply_to_id=parent.id if parent else None,
        in_reply_to_account_id=parent.author_id if parent else None,
        mentions=made.mentions,
        tags=tuple(tag.name for tag in made.tags),
        language=draft.language,
        has_media=bool(draft.media_ids),
        poll_id=w.new_id() if draft.poll is not None else None,
        quote_of_id=quoted.id if quoted else None,
        quoted_author_id=quoted.author_id if quoted else None,
    )
    _insert(w, author, draft, made, event)
    words.keep_mentions(w, status_id, made.mentions)
    words.keep_tags(w, status_id, author.id, made.tags, counts=visibility == "public")
    attach(w, author.id, status_id, draft.media_ids)
    if not draft.media_ids:
        cards.ask_for_card(w, status_id, made.links)
    if draft.poll is not None and event.poll_id is not None:
        open_poll(w, event.poll_id, status_id, author.id, draft.poll)
    _count(w, event)
    if quoted is not None:
        quoting.count(w, quoted, visibility)
    indexing.keep_new(w, event, draft, made)
    if visibility == "direct":
        conversations.note(w, event.thread_id, status_id, author.id, made.mentions)
    return event


def _insert(w: Write, author: Author, draft: Draft, made: Words, event: StatusPublished) -> None:
    w.run_later(
        _STATUS,
        id=event.status_id,
        uri=f"{author.uri}/statuses/{event.status_id}",
        author_id=author.id,
        is_local=True,
        visibility=event.visibility,
        in_reply_to_id=event.in_reply_to_id,
        in_reply_to_account_id=event.in_reply_to_account_id,
        thread_id=event.thread_id,
        text=made.text,
        html=made.html,
        spoiler_text=draft.spoiler_text,
        is_sensitive=bool(draft.is_sensitive),
        language=draft.language,
        app_id=draft.app_id,
        poll_id=event.poll_id,
        media_count=len(draft.media_ids),
        created_at=w.now,
        reply_policy=replying.stored(draft.reply_policy),
        quote_of_id=event.quote_of_id,
        quote_state=None if event.quote_of_id is None else "accepted",  # nobody is asked one by one
        quote_policy=draft.quote_policy or "nobody",
    )


def _count(w: Write, event: StatusPublished) -> None:
    """Counters show what anybody could count: a direct post counts for nobody, a private reply not as a reply."""
    if event.visibility == "direct":
        w.run_later(_NOTE_POST, id=event.status_id, author=event.author_id)
    else:
        w.run_later(COUNT_POST, id=event.status_id, author=event.author_id, now=w.now)
    if event.in_reply_to_id is not None and event.visibility in EVERYONE:
        w.run_later(_COUNT_REPLY, id=event.in_reply_to_id)


def open_poll(w: Write, poll_id: int, status_id: int, author_id: int, poll: PollDraft) -> None:
    """Write a poll and see to it that it closes on time."""
    length_ms = poll.expires_in_s * SECOND
    w.run(
        insert(polls).values(
            id=poll_id,
            status_id=status_id,
            author_id=author_id,
            options=[option.strip() for option in poll.options],
            is_multiple=poll.is_multiple,
            hides_totals=poll.hides_totals,
            expires_at=w.now + length_ms,
        )
    )
    w.enqueue("posts.close_poll", ClosePoll(poll_id), delay_ms=length_ms)
