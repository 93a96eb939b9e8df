"""All that an account has, as a ZIP file that a person can open and other servers can import."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import IO, Any

import msgspec
from sqlalchemy import select

from holdfast import people
from holdfast.continuity.csv_files import (
    FOLLOWING,
    MUTES,
    csv_text,
    domain_rows,
    following_rows,
    list_rows,
    marked_rows,
    mute_rows,
    other_rows,
)
from holdfast.continuity.importing import imports_of, unused_lines
from holdfast.filters import filters_of
from holdfast.people.account import Account
from holdfast.people.tables import blocks, follows
from holdfast.posts import Draft
from holdfast.posts.drafting import SavedDraft, drafts_of
from holdfast.posts.old_posts import plan_of
from holdfast.posts.scheduling import MOST_WAITING, ScheduledPost, scheduled_posts
from holdfast.posts.storage import storage
from holdfast.posts.tables import bookmarks, favourites, media, polls, statuses
from holdfast.store import Read, Window
from holdfast.writes import Database

Progress = Callable[[str, int, int], None]
"""Told how far it is: what, how many, of how many."""


def nobody(_label: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def write_archive(
    db: Database, r: Read, account: Account, out: IO[bytes], progress: Progress = nobody
) -> dict[str, int]:
    """Write an account's data as a ZIP file; how many posts and pictures are in it."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        return _fill(db, r, archive, account, progress)


def _fill(db: Database, r: Read, archive: zipfile.ZipFile, owner: Account, progress: Progress) -> dict[str, int]:
    _json(archive, "profile.json", _profile(r, owner))
    posts = _posts(r, owner.id)
    _json(archive, "posts.json", posts)
    local = db.local_domain
    _csv(archive, "following.csv", FOLLOWING, following_rows(r, local, owner.id))
    _csv(archive, "followers.csv", _ADDRESS, other_rows(r, local, follows, "target_id", "account_id", owner.id))
    _csv(archive, "blocks.csv", _ADDRESS, other_rows(r, local, blocks, "account_id", "target_id", owner.id))
    _csv(archive, "mutes.csv", MUTES, mute_rows(r, local, owner.id))
    _csv(archive, "blocked_domains.csv", ("#domain",), domain_rows(r, local, owner.id))
    _csv(archive, "lists.csv", ("List name", "Account address"), list_rows(r, local, owner.id))
    _json(archive, "filters.json", _filters(r, owner.id))
    _json(archive, "imports.json", _imports(r, owner.id))
    _json(archive, "drafts.json", [_draft(one) for one in drafts_of(r, owner.id)])
    _json(
        archive, "scheduled.json", [_scheduled(one) for one in scheduled_posts(r, owner.id, Window(limit=MOST_WAITING))]
    )
    _json(archive, "settings.json", _settings(r, owner))
    for name, table in (("bookmarks.csv", bookmarks), ("favourites.csv", favourites)):
        _csv(archive, name, ("#uri",), marked_rows(r, table, owner.id))
    return {"posts": len(posts), "pictures": _pictures(db, r, archive, owner, progress)}


_ADDRESS = ("Account address",)


def _profile(r: Read, owner: Account) -> dict[str, Any]:
    shown = ("username", "uri", "display_name", "note", "is_locked", "is_bot", "default_visibility", "default_language")
    profile = {key: getattr(owner, key) for key in shown}
    profile["fields"] = [{"name": field.name, "value": field.value} for field in owner.fields]
    profile["avatar"] = f"media/{owner.avatar_key}" if owner.avatar_key else None
    profile["header"] = f"media/{owner.header_key}" if owner.header_key else None
    aliases = people.aliases_of(r, owner.id)
    named = people.accounts_by_ids(r, [*aliases, *([owner.moved_to_id] if owner.moved_to_id else [])])
    profile["also_known_as"] = [named[number].uri for number in aliases if number in named]
    moved_to = named.get(owner.moved_to_id) if owner.moved_to_id else None
    profile["moved_to"] = moved_to.uri if moved_to else None
    profile["created_at"] = _time(owner.created_at)
    return profile


def _posts(r: Read, owner: int) -> list[dict[str, Any]]:
    pictures = _media_of(r, owner)
    questions = {
        row.status_id: row for row in r.rows(select(polls).where(polls.c.author_id == owner, polls.c.status_id > 0))
    }
    boosted = statuses.alias("boosted")
    quoted = statuses.alias("quoted")
    statement = (
        select(statuses, boosted.c.uri.label("boosted_uri"), quoted.c.uri.label("quoted_uri"))
        .join(boosted, boosted.c.id == statuses.c.boost_of_id, isouter=True)
        .join(quoted, quoted.c.id == statuses.c.quote_of_id, isouter=True)
        .where(
            statuses.c.author_id == owner,
            statuses.c.deleted_at.is_(None),
            statuses.c.restriction.is_distinct_from("removed"),
        )
        .order_by(statuses.c.id)
    )
    return [_post(row, pictures.get(row.id, []), questions.get(row.id)) for row in r.rows(statement)]


def _post(row: Any, pictures: list[dict[str, Any]], poll: Any) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "uri": row.uri,
        "created_at": _time(row.created_at),
        "edited_at": _time(row.edited_at),
        "visibility": row.visibility,
        "in_reply_to_id": str(row.in_reply_to_id) if row.in_reply_to_id else None,
        "boost_of": row.boosted_uri,
        "quote_of": row.quoted_uri,
        "quote_policy": row.quote_policy,
        "text": row.text,
        "html": row.html,
        "content_warning": row.spoiler_text,
        "is_sensitive": bool(row.is_sensitive),
        "language": row.language,
        "media": pictures,
        "poll": {"options": poll.options, "expires_at": _time(poll.expires_at)} if poll is not None else None,
    }


def _media_of(r: Read, owner: int) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    rows = select(media).where(
        media.c.account_id == owner, media.c.status_id.is_not(None), media.c.blob_key.is_not(None)
    )
    for row in r.rows(rows.order_by(media.c.position)):
        one = {"file": f"media/{row.blob_key}", "type": row.mime_type, "description": row.description}
        found.setdefault(row.status_id, []).append(one)
    return found


def _filters(r: Read, owner: int) -> list[dict[str, Any]]:
    return [
        {
            "title": one.title,
            "context": one.contexts,
            "filter_action": one.action,
            "expires_at": _time(one.expires_at),
            "keywords": [{"keyword": word.keyword, "whole_word": word.is_whole_word} for word in one.keywords],
            "statuses": [str(kept.status_id) for kept in one.statuses],
        }
        for one in filters_of(r, [owner])
    ]


def _imports(r: Read, owner: int) -> list[dict[str, Any]]:
    """What is kept of the member's imports: how each went, and the lines that could not be used."""
    counts = ("kind", "is_overwrite", "total", "done", "failed", "unreachable", "removed")
    return [
        {name: getattr(one, name) for name in counts}
        | {
            "created_at": _time(one.created_at),
            "finished_at": _time(one.finished_at),
            "unused": [
                {"line": line.line, "text": line.text, "reason": str(line.reason)} for line in unused_lines(r, one.id)
            ],
        }
        for one in imports_of(r, owner)
    ]


def _draft(saved: SavedDraft) -> dict[str, Any]:
    return {
        "kind": saved.place.kind,
        "of": str(saved.place.target_id) if saved.place.target_id else None,
        "saved_at": _time(saved.updated_at),
        "scheduled_at": _time(saved.written.scheduled_at),
        **_unpublished(saved.written.draft),
        "media": [
            {"id": str(change.media_id), "description": change.description} for change in saved.written.media_changes
        ],
    }


def _scheduled(post: ScheduledPost) -> dict[str, Any]:
    draft = post.draft
    return {
        "scheduled_at": _time(post.scheduled_at),
        "problem": str(post.problem) if post.problem else None,
        "in_reply_to_id": str(draft.in_reply_to_id) if draft.in_reply_to_id else None,
        "quote_of_id": str(draft.quote_of_id) if draft.quote_of_id else None,
        **_unpublished(draft),
        "media": [{"id": str(number)} for number in draft.media_ids],
    }


def _unpublished(draft: Draft) -> dict[str, Any]:
    return {
        "visibility": draft.visibility,
        "text": draft.text,
        "content_warning": draft.spoiler_text,
        "is_sensitive": draft.is_sensitive,
        "language": draft.language,
        "poll": {"options": list(draft.poll.options)} if draft.poll is not None else None,
    }


_PREFERENCES = (
    "default_visibility",
    "default_sensitive",
    "default_language",
    "default_quote_policy",
    "media_display",
    "opens_warnings",
    "has_shortcuts",
    "shortcuts",
)


def _settings(r: Read, owner: Account) -> dict[str, Any]:
    """How the member posts and reads, and what becomes of old posts."""
    plan = plan_of(r, owner.id)
    old_posts = {"is_on": plan.next_run_at is not None, **msgspec.to_builtins(plan.rules)}
    return {name: getattr(owner, name) for name in _PREFERENCES} | {"old_posts": old_posts}


def _pictures(db: Database, r: Read, archive: zipfile.ZipFile, owner: Account, progress: Progress) -> int:
    pool = storage(db)
    keys = r.values(select(media.c.blob_key).where(media.c.account_id == owner.id, media.c.blob_key.is_not(None)))
    wanted = list(dict.fromkeys([*(key for key in (owner.avatar_key, owner.header_key) if key), *keys]))
    packed = 0
    for done, key in enumerate(wanted, start=1):
        if pool.exists(key):
            archive.writestr(zipfile.ZipInfo(f"media/{key}"), pool.read(key), zipfile.ZIP_STORED)
            packed += 1
        progress("pictures", done, len(wanted))
    return packed


def _time(milliseconds: int | None) -> str | None:
    if milliseconds is None:
        return None
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds")


def _json(archive: zipfile.ZipFile, name: str, value: Any) -> None:
    archive.writestr(name, msgspec.json.format(msgspec.json.encode(value), indent=2))


def _csv(archive: zipfile.ZipFile, name: str, headings: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    archive.writestr(name, csv_text(headings, rows))
