"""What members have begun to write, kept on the server: one draft for each thing that it may become.

A draft belongs to a place: a new post, the answer to a post or its quote, the change of a post, a deleted post that
is written anew. Whatever is done in one place leaves the drafts of all others alone. The idempotency key is made with
the draft, and the draft goes in the commit that publishes what it holds, never before.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Row, delete, func, insert, select, update

from holdfast.acting import SYSTEM, Acting
from holdfast.errors import Invalid
from holdfast.languages import say
from holdfast.people import AccountDeleted
from holdfast.posts import deleting, editing, finding, publishing, replying, scheduling, words
from holdfast.posts.drafts import Draft, MediaChange, PollDraft, StatusChange
from holdfast.posts.errors import AlreadyPublished, DraftElsewhere, NoSuchDraft, NoSuchStatus
from holdfast.posts.events import DraftEnded, DraftSaved, MediaUpdated
from holdfast.posts.media import check_change, describe, media_by_ids, new_file_name
from holdfast.posts.tables import drafts, idempotency_keys, media, polls, statuses
from holdfast.store import SECOND, Hot, Read
from holdfast.writes import Ability, Database, Write

NEW, REPLY, QUOTE, EDIT, ANEW = "new", "reply", "quote", "edit", "anew"
MOST_DRAFTS = 100  # of one member
LONGEST_DRAFT = 100_000  # characters; a draft may be longer than a post
MOST_FILES = 40  # of a draft, whatever a post may have

# Descending ids of one author: the first row is enough, whatever else they wrote.
_LAST_LANGUAGE = Hot(
    "SELECT language FROM statuses WHERE author_id = :author AND boost_of_id IS NULL AND deleted_at IS NULL "
    "ORDER BY id DESC LIMIT 1"
)


class DraftPlace(NamedTuple):
    """What a draft may become; ``target_id`` is the post that it answers, quotes, changes or comes from."""

    kind: str = NEW
    target_id: int = 0


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: the post, the words and focus of its pictures, and when it shall be published (ms)."""

    draft: Draft
    media_changes: tuple[MediaChange, ...] = ()
    scheduled_at: int | None = None


class SavedDraft(NamedTuple):
    """A draft as it is kept; times in milliseconds."""

    id: int
    account_id: int
    place: DraftPlace
    key: str
    written: Written
    updated_at: int


class Made(NamedTuple):
    """What became of a draft: a post, or one that waits for its time."""

    status_id: int | None = None
    scheduled_id: int | None = None


def new_key() -> str:
    """An idempotency key for a new draft."""
    return publishing.DRAFT_KEY + secrets.token_urlsafe(18)


def _made(row: Row[Any]) -> SavedDraft:
    written = msgspec.convert(row.content, Written)
    return SavedDraft(row.id, row.account_id, DraftPlace(row.kind, row.target_id), row.key, written, row.updated_at)


def drafts_of(r: Read, account_id: int) -> list[SavedDraft]:
    """A member's drafts, the one that was saved last first."""
    mine = select(drafts).where(drafts.c.account_id == account_id)
    return [_made(row) for row in r.rows(mine.order_by(drafts.c.updated_at.desc(), drafts.c.id.desc()))]


def draft_at(r: Read, account_id: int, place: DraftPlace) -> SavedDraft | None:
    """The draft that a member has in one place."""
    rows = r.rows(select(drafts).where(*_at(account_id, place)))
    return _made(rows[0]) if rows else None


def last_language(r: Read, account_id: int) -> str | None:
    """The language of the newest post of an account; None where it has none or said nothing."""
    rows = r.fast(_LAST_LANGUAGE, author=account_id)
    return rows[0][0] if rows else None


def _at(account_id: int, place: DraftPlace) -> tuple[Any, ...]:
    return (
        drafts.c.account_id == account_id,
        drafts.c.kind == place.kind,
        drafts.c.target_id == place.target_id,
    )


def save_draft(db: Database, acting: Acting, place: DraftPlace, key: str, written: Written) -> int:
    """Keep what was written so far; the draft's id. Whether it could be published is not asked yet.

    Raises :class:`NoSuchStatus` for a place that there is not, :class:`DraftElsewhere` where another window has saved
    a draft of its own in this place, and :class:`Invalid` for what is too long or too much to keep.
    """
    _check_size(written)
    with db.write(acting, Ability.RELATIONS) as w:
        account_id = finding.active(w, acting).id
        w.serialise(account_id)
        before = draft_at(w, account_id, place)
        if before is None:
            _check_place(w, account_id, place)
            return _insert(w, account_id, place, key, written)
        if before.key != key:
            raise DraftElsewhere()
        row = update(drafts).where(drafts.c.id == before.id)
        w.run(row.values(content=msgspec.to_builtins(written), updated_at=w.now))
        _keep_media(w, account_id, before.id, written)
        w.record(DraftSaved(draft_id=before.id, account_id=account_id))
        return before.id


def _check_size(written: Written) -> None:
    draft = written.draft
    parts = [draft.text, draft.spoiler_text, *(draft.poll.options if draft.poll else ())]
    if sum(len(part) for part in parts) > LONGEST_DRAFT:
        raise Invalid.field("text", "ERR_TOO_LONG", say("A draft has at most %(most)s characters", most=LONGEST_DRAFT))
    if len(draft.media_ids) > MOST_FILES:
        raise Invalid.field("media_ids", "ERR_TOO_MANY", say("A draft has at most %(most)s files", most=MOST_FILES))


def _check_place(w: Write, account_id: int, place: DraftPlace) -> None:
    """Raise :class:`NoSuchStatus` unless the member may write there."""
    if place.kind == NEW and place.target_id == 0:
        return
    if place.kind in (REPLY, QUOTE):
        finding.visible_original(w, account_id, place.target_id)
    elif place.kind == EDIT:
        finding.own(w, account_id, place.target_id)
    elif place.kind != ANEW or not w.exists(
        select(statuses.c.id).where(statuses.c.id == place.target_id, statuses.c.author_id == account_id)
    ):
        raise NoSuchStatus()


def _insert(w: Write, account_id: int, place: DraftPlace, key: str, written: Written) -> int:
    if int(w.value(select(func.count()).where(drafts.c.account_id == account_id))) >= MOST_DRAFTS:
        raise Invalid(say("You have %(most)s drafts already. Delete one that you need no longer.", most=MOST_DRAFTS))
    draft_id = w.new_id()
    w.run(
        insert(drafts).values(
            id=draft_id,
            account_id=account_id,
            kind=place.kind,
            target_id=place.target_id,
            key=new_key() if _is_used(w, account_id, key) else key,
            content=msgspec.to_builtins(written),
            created_at=w.now,
            updated_at=w.now,
        )
    )
    _keep_media(w, account_id, draft_id, written)
    w.record(DraftSaved(draft_id=draft_id, account_id=account_id))
    return draft_id


def _is_used(w: Write, account_id: int, key: str) -> bool:
    """Whether a post was made with this key: it would be brought back instead of what is written now."""
    keys = (key, publishing.SCHEDULED_KEY + key)
    known = idempotency_keys.c
    return not key or w.exists(select(known.key).where(known.account_id == account_id, known.key.in_(keys)))


def _keep_media(w: Write, account_id: int, draft_id: int, written: Written) -> None:
    """Let the draft's files, and no others, be kept for it."""
    wanted = written.draft.media_ids
    _free_media(w, draft_id, but=wanted)
    if not wanted:
        return
    mine = media.c.id.in_(wanted) & (media.c.account_id == account_id)
    free = media.c.draft_id.is_(None) | (media.c.draft_id == draft_id)
    if w.run(update(media).where(mine, free).values(draft_id=draft_id)) != len(set(wanted)):
        raise Invalid.field("media_ids", "ERR_INVALID", say("One of the files is gone, or belongs to another draft"))


def _free_media(w: Write, draft_id: int, but: tuple[int, ...] = ()) -> None:
    # Their day begins anew, so that they are not cleared away within the hour.
    freed = update(media).where(media.c.draft_id == draft_id, media.c.id.not_in(but))
    w.run(freed.values(draft_id=None, created_at=w.now))


def discard_draft(db: Database, acting: Acting, draft_id: int) -> None:
    """Throw a draft away; its files follow within a day. Raises :class:`NoSuchDraft`."""
    with db.write(acting, Ability.RELATIONS) as w:
        account_id = finding.active(w, acting).id
        if not w.exists(select(drafts.c.id).where(drafts.c.id == draft_id, drafts.c.account_id == account_id)):
            raise NoSuchDraft()
        _end(w, account_id, draft_id)


def _end(w: Write, account_id: int, draft_id: int) -> None:
    w.run(delete(drafts).where(drafts.c.id == draft_id))
    _free_media(w, draft_id)
    w.record(DraftEnded(draft_id=draft_id, account_id=account_id))


def publish_written(db: Database, acting: Acting, place: DraftPlace, key: str, written: Written) -> Made:
    """Publish what was written, keep it for its time, or change the post that it changes; its draft ends with that.

    The same key brings back the same post, and ends no draft but its own. Raises as :func:`publish`,
    :func:`schedule` and :func:`edit`; :class:`AlreadyPublished` where the key has made a post that reads differently.
    """
    with db.write(acting, Ability.POSTING) as w:
        account_id = finding.active(w, acting).id
        if place.kind == EDIT:
            made = _edit(db, acting, place.target_id, written)
        else:
            made = _publish(w, db, acting, replace(written, draft=replace(written.draft, idempotency_key=key)))
        kept = draft_at(w, account_id, place)
        if kept is not None and kept.key == key:
            _end(w, account_id, kept.id)
        return made


def _edit(db: Database, acting: Acting, status_id: int, written: Written) -> Made:
    draft = written.draft
    change = StatusChange(
        text=draft.text,
        spoiler_text=draft.spoiler_text,
        is_sensitive=bool(draft.is_sensitive),
        language=draft.language,
        media_ids=draft.media_ids,
        media_changes=written.media_changes,
        poll=draft.poll,
        quote_policy=draft.quote_policy,
    )
    editing.edit(db, acting, status_id, change)
    if draft.reply_policy is not None:
        replying.set_reply_policy(db, acting, status_id, draft.reply_policy)
    return Made(status_id=status_id)


def _publish(w: Write, db: Database, acting: Acting, written: Written) -> Made:
    draft = publishing.checked(written.draft, db.settings)
    _describe(w, db, acting.known_id, written.media_changes)
    if written.scheduled_at is not None:
        scheduled_id = scheduling.schedule(db, acting, draft, written.scheduled_at)
        waiting = scheduling.scheduled_post(w, acting.known_id, scheduled_id).draft
        if (waiting.text, waiting.spoiler_text) != (draft.text, draft.spoiler_text):
            raise AlreadyPublished(
                say("This is scheduled already, in other words. Send it once more for a post beside it.")
            )
        return Made(scheduled_id=scheduled_id)
    published = publishing.publish_within(w, db, acting, draft)
    if not published.is_new:
        before = deleting.source_of(w, published.status_id)
        if (before.text, before.spoiler_text) != (words.compose(w, db, draft.text).text, draft.spoiler_text):
            raise AlreadyPublished()
    return Made(status_id=published.status_id)


def _describe(w: Write, db: Database, account_id: int, changes: tuple[MediaChange, ...]) -> None:
    """Write the words of pictures that are on no post yet; publishing says what is wrong with all others."""
    found = media_by_ids(w, [change.media_id for change in changes])
    for change in changes:
        check_change(change, db.settings)
        one = found.get(change.media_id)
        if one is None or one.account_id != account_id or one.status_id is not None or not describe(w, change):
            continue
        w.record(MediaUpdated(media_id=one.id, account_id=account_id, status_id=None))


def redraft(db: Database, acting: Acting, status_id: int) -> DraftPlace:
    """Delete an own post and keep what its author typed, with its pictures, as a draft. Raises :class:`NoSuchStatus`.

    The pictures get new addresses: what was deleted is not to be found at the old ones.
    """
    with db.write(acting, Ability.POSTING) as w:
        account_id = finding.active(w, acting).id
        if finding.own(w, account_id, status_id).boost_of_id is not None:
            raise NoSuchStatus()
        poll = _poll_of(w, status_id)
        source = deleting.delete(db, acting, status_id)
        for one in media_by_ids(w, source.media_ids).values():
            name = new_file_name("".join(one.file_name.rpartition(".")[1:]))
            w.run(update(media).where(media.c.id == one.id).values(status_id=None, file_name=name, created_at=w.now))
        draft = Draft(
            text=source.text,
            visibility=source.visibility,
            spoiler_text=source.spoiler_text,
            is_sensitive=source.is_sensitive,
            language=source.language,
            in_reply_to_id=source.in_reply_to_id,
            media_ids=source.media_ids,
            poll=poll,
            reply_policy=source.reply_policy,
            quote_of_id=source.quote_of_id,
        )
        place = DraftPlace(ANEW, status_id)
        _insert(w, account_id, place, new_key(), Written(draft))
        return place


def _poll_of(r: Read, status_id: int) -> PollDraft | None:
    asked = select(polls, statuses.c.created_at).join(statuses, statuses.c.id == polls.c.status_id)
    for row in r.rows(asked.where(polls.c.status_id == status_id)):
        length = (row.expires_at - row.created_at) // SECOND if row.expires_at else 0
        return PollDraft(tuple(row.options), length, bool(row.is_multiple), bool(row.hides_totals))
    return None


def forget_drafts(db: Database, event: AccountDeleted) -> None:
    """Drop the drafts of a deleted account."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.run(update(media).where(media.c.account_id == event.account_id).values(draft_id=None))
        w.run(delete(drafts).where(drafts.c.account_id == event.account_id))
