"""Editing posts; every earlier version stays readable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select, update

from holdfast.acting import Acting
from holdfast.posts import cards, finding, indexing, policy, quoting, words
from holdfast.posts.attaching import attach, attachable, detach_others
from holdfast.posts.drafts import PollDraft, StatusChange, Words
from holdfast.posts.errors import CannotEdit
from holdfast.posts.events import StatusEdited
from holdfast.posts.media import check_change, describe, media_rows
from holdfast.posts.policy import Standing
from holdfast.posts.publishing import open_poll
from holdfast.posts.screening import Candidate, screening
from holdfast.posts.tables import media, mentions, poll_votes, polls, status_edits, statuses
from holdfast.store import Read
from holdfast.writes import Ability, Database, Write


class Version(NamedTuple):
    """A post as it read from ``created_at`` (milliseconds) on. ``media`` are rows as :func:`media_rows` gives them."""

    created_at: int
    author_id: int
    text: str
    html: str
    spoiler_text: str
    is_sensitive: bool
    language: str | None
    media: list[tuple[Any, ...]]
    poll_options: tuple[str, ...] | None


def edit(db: Database, acting: Acting, status_id: int, change: StatusChange) -> None:
    """Change a post of one's own and keep how it read before; a change of nothing does nothing.

    A warning by moderators stays. Raises :class:`NoSuchStatus`, :class:`CannotEdit`, :class:`MayNotPost`, and
    :class:`Invalid` kinds as publishing does.
    """
    settings = db.settings
    policy.check_attachments(change.media_ids, change.poll, settings)
    for media_change in change.media_changes:
        check_change(media_change, settings)
    if change.quote_policy is not None:
        quoting.check_quote_policy(change.quote_policy)
    with db.write(acting, Ability.POSTING) as w:
        author = finding.poster(w, acting)
        status = finding.own(w, author.id, status_id)
        if status.boost_of_id is not None:
            raise CannotEdit()
        policy.check_quote_alone(status.quote_of_id, change.media_ids, change.poll)
        w.serialise(author.id)  # each version is kept once, in order
        before = _present(w, status_id)
        text, spoiler = _wanted(change, before)
        warning = w.value(select(statuses.c.staff_warning).where(statuses.c.id == status_id))
        if warning is not None:  # the author may put it in other words
            spoiler, change = spoiler.strip() or warning, replace(change, is_sensitive=True)
        if author.is_sensitized and change.media_ids:
            change = replace(change, is_sensitive=True)
        policy.check_words(text, spoiler, settings, stands_alone=bool(change.media_ids) or change.poll is not None)
        attachable(w, author.id, change.media_ids, status_id)
        made = words.compose(w, db, text)
        follows = screening.ask(w, _candidate(status, made, spoiler, change))
        poll_changed = _apply(w, status, change, before, made, spoiler)
        after = _present(w, status_id)
        if poll_changed or after != before:
            _finish(w, status, before, after, made)
        if change.quote_policy is not None:
            quoting.change_policy(w, status, change.quote_policy)
        for after_writing in follows:
            after_writing(w)


def _wanted(change: StatusChange, before: Version) -> tuple[str, str]:
    text = before.text if change.text is None else change.text
    spoiler = before.spoiler_text if change.spoiler_text is None else change.spoiler_text
    if not text.strip() and spoiler.strip():
        return spoiler, ""
    return text, spoiler


def _candidate(status: Standing, made: Words, spoiler: str, change: StatusChange) -> Candidate:
    return Candidate(
        status_id=status.id,
        author_id=status.author_id,
        text=made.text,
        spoiler_text=spoiler,
        visibility=status.visibility,
        mentions=made.mentions,
        tags=tuple(tag.name for tag in made.tags),
        links=made.links,
        media_ids=change.media_ids,
        in_reply_to_account_id=status.in_reply_to_account_id,
        is_edit=True,
    )


def _apply(w: Write, status: Standing, change: StatusChange, before: Version, made: Words, spoiler: str) -> bool:
    """Write the new version; whether the poll changed in a way that the version does not show."""
    sensitive = (before.is_sensitive if change.is_sensitive is None else change.is_sensitive) or bool(spoiler.strip())
    detach_others(w, status.id, change.media_ids)
    attach(w, status.author_id, status.id, change.media_ids)
    for media_change in change.media_changes:
        if media_change.media_id in change.media_ids:
            describe(w, media_change)
    poll_id, poll_changed = _set_poll(w, status, change.poll)
    w.run(
        update(statuses)
        .where(statuses.c.id == status.id)
        .values(
            text=made.text,
            html=before.html if made.text == before.text else made.html,  # the same words are no edit
            spoiler_text=spoiler,
            is_sensitive=sensitive,
            language=policy.language_or(change.language, before.language),
            media_count=len(change.media_ids),
            poll_id=poll_id,
        )
    )
    return poll_changed


def _set_poll(w: Write, status: Standing, poll: PollDraft | None) -> tuple[int | None, bool]:
    """Bring the poll to what is wanted. Votes are dropped when its choices change."""
    if poll is None:
        if status.poll_id is not None:
            _drop_poll(w, status.poll_id)
        return None, False
    if status.poll_id is None:
        poll_id = w.new_id()
        open_poll(w, poll_id, status.id, status.author_id, poll)
        return poll_id, False
    now = w.first(select(polls).where(polls.c.id == status.poll_id))
    same = list(now.options) == [option.strip() for option in poll.options] and now.is_multiple == poll.is_multiple
    if not same:
        _drop_poll(w, status.poll_id)
        poll_id = w.new_id()
        open_poll(w, poll_id, status.id, status.author_id, poll)
        return poll_id, True
    if now.hides_totals != poll.hides_totals:
        w.run(update(polls).where(polls.c.id == now.id).values(hides_totals=poll.hides_totals))
        return now.id, True
    return now.id, False


def _drop_poll(w: Write, poll_id: int) -> None:
    w.run(delete(poll_votes).where(poll_votes.c.poll_id == poll_id))
    w.run(delete(polls).where(polls.c.id == poll_id))


def _finish(w: Write, status: Standing, before: Version, after: Version, made: Words) -> None:
    first = not w.exists(select(status_edits.c.id).where(status_edits.c.status_id == status.id))
    if first:
        w.run(insert(status_edits).values(_kept(w, status.id, before)))
    after = after._replace(created_at=w.now)
    w.run(insert(status_edits).values(_kept(w, status.id, after)))
    earlier = set(w.values(select(mentions.c.account_id).where(mentions.c.status_id == status.id)))
    words.replace_mentions(w, status.id, made.mentions)
    words.replace_tags(w, status.id, made.tags)
    indexing.keep(w, [status.id])
    cards.detach(w, status.id)
    if not after.media:
        cards.ask_for_card(w, status.id, made.links)
    w.run(update(statuses).where(statuses.c.id == status.id).values(revision=statuses.c.revision + 1, edited_at=w.now))
    w.record(
        StatusEdited(
            status_id=status.id,
            author_id=status.author_id,
            visibility=status.visibility,
            revision=w.value(select(statuses.c.revision).where(statuses.c.id == status.id)),
            mentions=made.mentions,
            new_mentions=tuple(number for number in made.mentions if number not in earlier),
            tags=tuple(tag.name for tag in made.tags),
        )
    )


def _kept(w: Write, status_id: int, version: Version) -> dict[str, Any]:
    return {
        "id": w.new_id(),
        "status_id": status_id,
        "author_id": version.author_id,
        "text": version.text,
        "html": version.html,
        "spoiler_text": version.spoiler_text,
        "is_sensitive": version.is_sensitive,
        "media": [{"id": row[0], "description": row[-3], "focus": list(row[-2:])} for row in version.media],
        "poll_options": list(version.poll_options) if version.poll_options is not None else None,
        "created_at": version.created_at,
    }


def _present(r: Read, status_id: int) -> Version:
    """How a status reads now."""
    row = r.first(
        select(statuses, polls.c.options)
        .outerjoin(polls, polls.c.id == statuses.c.poll_id)
        .where(statuses.c.id == status_id)
    )
    pictures = r.values(select(media.c.id).where(media.c.status_id == status_id).order_by(media.c.position, media.c.id))
    return Version(
        created_at=row.edited_at or row.created_at,
        author_id=row.author_id,
        text=row.text,
        html=row.html,
        spoiler_text=row.spoiler_text,
        is_sensitive=bool(row.is_sensitive),
        language=row.language,
        media=media_rows(r, pictures),
        poll_options=tuple(row.options) if row.options is not None else None,
    )


def history(r: Read, viewer: int | None, status_id: int) -> list[Version]:
    """All versions of a post, oldest first; of one never edited, the one there is. Raises :class:`NoSuchStatus`."""
    finding.visible(r, viewer, status_id)
    return versions(r, status_id)


def versions(r: Read, status_id: int) -> list[Version]:
    """The same of any post that is not erased, also of one that its author has deleted: who may ask, others say."""
    kept = r.rows(select(status_edits).where(status_edits.c.status_id == status_id).order_by(status_edits.c.id))
    if not kept:
        return [_present(r, status_id)]
    return [_version(r, row) for row in kept]


def _version(r: Read, row: Any) -> Version:
    """A version as kept; its pictures with the words of that time, unless they are gone for good."""
    then = {picture["id"]: (picture["description"], *picture["focus"]) for picture in row.media}
    pictures = [(*picture[:-3], *then[picture[0]]) for picture in media_rows(r, list(then))]
    options: Sequence[str] | None = row.poll_options
    return Version(
        created_at=row.created_at,
        author_id=row.author_id,
        text=row.text,
        html=row.html,
        spoiler_text=row.spoiler_text,
        is_sensitive=bool(row.is_sensitive),
        language=None,
        media=pictures,
        poll_options=tuple(options) if options is not None else None,
    )
