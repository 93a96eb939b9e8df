"""Pictures: uploaded first, then described, then put on a post, or cleared away."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import insert, select, update

from holdfast.acting import Acting
from holdfast.config import ServerSettings
from holdfast.errors import Invalid
from holdfast.languages import say, unpacked
from holdfast.posts import finding, indexing
from holdfast.posts.drafts import MediaChange
from holdfast.posts.errors import MediaInUse, NoSuchMedia
from holdfast.posts.events import MediaDeleted, MediaUpdated, MediaUploaded
from holdfast.posts.payloads import RemoveFiles
from holdfast.posts.pictures import Limits, Processed
from holdfast.posts.tables import media
from holdfast.store import HOUR, Hot, Read
from holdfast.writes import Ability, Database, Write

UNATTACHED_LIFE_MS = 24 * HOUR
"""How long a picture waits for its post."""

_BLOB = Hot(
    "INSERT INTO blobs (key, owner_id, byte_count, mime_type, created_at) "
    "VALUES (:key, :owner, :bytes, :mime, :now) ON CONFLICT (key, owner_id) DO NOTHING"
)
_PLACE = Hot(
    "INSERT INTO blob_places (key, place, stored_at) VALUES (:key, :place, :now) ON CONFLICT (key, place) DO NOTHING"
)
_REVISE = Hot("UPDATE statuses SET revision = revision + 1 WHERE id = :id")
_ROWS = Hot("SELECT id, account_id, blob_key, preview_key, source_key FROM media WHERE id IN (@ids)")
_DELETE = Hot("DELETE FROM media WHERE id IN (@ids)")
_STILL_OWNED = Hot(
    "SELECT blob_key FROM media WHERE account_id = :owner AND blob_key IN (@keys) "
    "UNION SELECT preview_key FROM media WHERE account_id = :owner AND preview_key IN (@keys) "
    "UNION SELECT source_key FROM media WHERE account_id = :owner AND source_key IN (@keys) "
    "UNION SELECT avatar_key FROM accounts WHERE id = :owner AND avatar_key IN (@keys) "
    "UNION SELECT header_key FROM accounts WHERE id = :owner AND header_key IN (@keys)"
)
_DISOWN = Hot("DELETE FROM blobs WHERE owner_id = :owner AND key IN (@keys)")
_OWNED = Hot("SELECT key FROM blobs WHERE key IN (@keys)")
_WORN = Hot(
    "SELECT avatar_key FROM accounts WHERE avatar_key IN (@keys) "
    "UNION SELECT header_key FROM accounts WHERE header_key IN (@keys) "
    "UNION SELECT image_key FROM custom_emojis WHERE image_key IN (@keys) "
    "UNION SELECT still_key FROM custom_emojis WHERE still_key IN (@keys) "
    "UNION SELECT image_key FROM cards WHERE image_key IN (@keys)"
)
_SHOWN = Hot(
    "SELECT id, status_id, kind, state, file_name, mime_type, meta, blurhash, description, focus_x, focus_y, "
    "account_id FROM media WHERE id IN (@ids)"
)
_FILE = Hot(
    "SELECT b.key, b.mime_type FROM media m LEFT JOIN statuses s ON s.id = m.status_id JOIN blobs b ON "
    "b.owner_id = m.account_id AND b.key = CASE WHEN :is_preview = 1 THEN m.preview_key ELSE m.blob_key END "
    "WHERE m.file_name = :name AND (m.state = 'ready' OR :is_preview = 1) AND s.deleted_at IS NULL "
    "AND s.restriction IS NULL"
)
_EXTENSION = re.compile(r"\.[a-z0-9]{2,5}\Z")


class Media(NamedTuple):
    """A picture, film or sound. ``status_id`` is None until it is on a post; ``file_name`` is the random part of its
    address; ``problem`` says why it could not be worked on."""

    id: int
    account_id: int
    status_id: int | None
    kind: str
    state: str
    file_name: str
    blob_key: str | None
    preview_key: str | None
    mime_type: str
    byte_count: int
    meta: dict[str, Any]
    blurhash: str | None
    description: str
    problem: str | None
    focus: tuple[float, float] | None


class MediaFile(NamedTuple):
    """What is stored for a picture: its blob's key and type."""

    key: str
    mime_type: str


_COLUMNS = (
    *(getattr(media.c, name) for name in Media._fields[:-1]),
    media.c.focus_x,
    media.c.focus_y,
)


def picture_limits(settings: ServerSettings) -> Limits:
    """What the server's settings allow a picture to be."""
    return Limits(bytes=settings.most_picture_bytes, pixels=settings.most_picture_pixels)


def new_file_name(extension: str = "") -> str:
    """A file name that nobody can guess; ``extension`` with its dot."""
    return secrets.token_urlsafe(18) + extension


def accept_upload(
    db: Database,
    acting: Acting,
    processed: Processed,
    *,
    original_key: str,
    preview_key: str,
    place: str,
    description: str | None = None,
    focus: tuple[float, float] | None = None,
) -> int:
    """Take over a picture whose files are stored under these keys at ``place``; its id.

    Raises :class:`Invalid` for a description that is too long or a focus that is none.
    """
    check_change(MediaChange(0, description, focus), db.settings)
    with db.write(acting, Ability.MEDIA) as w:
        account_id = finding.poster(w, acting).id
        media_id = w.new_id()
        for key, rendition in ((original_key, processed.original), (preview_key, processed.preview)):
            own(w, account_id, key, rendition.bytes, rendition.mime, place)
        w.run(
            insert(media).values(
                **_row(processed, description, focus),
                id=media_id,
                account_id=account_id,
                blob_key=original_key,
                preview_key=preview_key,
                created_at=w.now,
            )
        )
        w.record(MediaUploaded(media_id=media_id, account_id=account_id))
        return media_id


def _row(processed: Processed, description: str | None, focus: tuple[float, float] | None) -> dict[str, Any]:
    extension = _EXTENSION.search(processed.original.name)
    return {
        "kind": "image",
        "state": "ready",
        "file_name": new_file_name(extension.group() if extension else ""),
        "mime_type": processed.original.mime,
        "byte_count": processed.original.bytes,
        "meta": {"original": processed.original.meta(), "small": processed.preview.meta()},
        "blurhash": processed.blurhash,
        "description": (description or "").strip(),
        "focus_x": focus[0] if focus else None,
        "focus_y": focus[1] if focus else None,
    }


def check_change(change: MediaChange, settings: ServerSettings) -> None:
    """Raise :class:`Invalid` for a description that is too long or a focus outside -1 to 1."""
    most = settings.most_alt_characters
    if change.description is not None and len(change.description.strip()) > most:
        raise Invalid.field(
            "description", "ERR_TOO_LONG", say("Description is over the limit of %(most)s characters", most=most)
        )
    if change.focus is not None and not all(-1.0 <= part <= 1.0 for part in change.focus):
        raise Invalid.field("focus", "ERR_INVALID", say("Focus is two numbers between -1 and 1"))


def update_media(
    db: Database,
    acting: Acting,
    media_id: int,
    *,
    description: str | None = None,
    focus: tuple[float, float] | None = None,
) -> None:
    """Describe an own picture; on a published post it shows at once. Raises :class:`NoSuchMedia`, :class:`Invalid`."""
    change = MediaChange(media_id, description, focus)
    check_change(change, db.settings)
    with db.write(acting, Ability.MEDIA) as w:
        account_id = finding.poster(w, acting).id
        found = own_media(w, account_id, media_id)
        if not describe(w, change):
            return
        if found.status_id is not None:
            w.run_fast(_REVISE, id=found.status_id)
            indexing.keep(w, [found.status_id])
        w.record(MediaUpdated(media_id=media_id, account_id=account_id, status_id=found.status_id))


def describe(w: Write, change: MediaChange) -> bool:
    """Write a picture's new words and focus; whether they are new."""
    found = media_by_ids(w, [change.media_id])[change.media_id]
    description = found.description if change.description is None else change.description.strip()
    focus = found.focus if change.focus is None else change.focus
    if (description, focus) == (found.description, found.focus):
        return False
    x, y = focus if focus else (None, None)
    w.run(update(media).where(media.c.id == change.media_id).values(description=description, focus_x=x, focus_y=y))
    return True


def media_by_ids(r: Read, media_ids: Collection[int]) -> dict[int, Media]:
    """Pictures under their ids."""
    if not media_ids:
        return {}
    return {row[0]: _media(row) for row in r.rows(select(*_COLUMNS).where(media.c.id.in_(media_ids)))}


def media_rows(r: Read, media_ids: Sequence[int], owner: int | None = None) -> list[tuple[Any, ...]]:
    """Pictures as doors show them, in the order of their ids: id, status, kind, state, file name, mime type, meta,
    blurhash, description, focus x, focus y. With ``owner``, that account's own only."""
    if not media_ids:
        return []
    found = {row[0]: row for row in r.fast(_SHOWN, ids=list(media_ids))}
    wanted = [found[number] for number in media_ids if number in found]
    return [row[:-1] for row in wanted if owner is None or row[-1] == owner]


def media_file(r: Read, file_name: str, *, is_preview: bool = False) -> MediaFile | None:
    """The blob behind a picture's address, unless its post is deleted or restricted: whoever asks, nobody signs in."""
    rows = r.fast(_FILE, name=file_name, is_preview=int(is_preview))
    return MediaFile(*rows[0]) if rows else None


def _media(row: Sequence[Any]) -> Media:
    *known, problem, x, y = row
    why = unpacked(problem) if problem else None
    return Media._make((*known, why, None if x is None or y is None else (x, y)))


def own_media(r: Read, account_id: int, media_id: int) -> Media:
    """A picture of one's own. Raises :class:`NoSuchMedia`."""
    found = media_by_ids(r, [media_id]).get(media_id)
    if found is None or found.account_id != account_id:
        raise NoSuchMedia()
    return found


def delete_media(db: Database, acting: Acting, media_id: int) -> None:
    """Take back a picture that is on no post. Raises :class:`NoSuchMedia`, :class:`MediaInUse`."""
    with db.write(acting, Ability.MEDIA) as w:
        account_id = finding.active(w, acting).id
        found = own_media(w, account_id, media_id)
        if found.status_id is not None and finding.standing(w, found.status_id) is not None:
            raise MediaInUse()
        if w.value(select(media.c.scheduled_id).where(media.c.id == media_id)) is not None:
            raise MediaInUse(say("This picture is kept for a scheduled post."))
        remove(w, [media_id])
        w.record(MediaDeleted(media_id=media_id, account_id=account_id))


def remove(w: Write, media_ids: Sequence[int]) -> None:
    """Remove pictures; files that nothing refers to any more follow in a job."""
    owned: dict[int, set[str]] = {}
    for _, owner, *keys in w.fast(_ROWS, ids=list(media_ids)):
        owned.setdefault(owner, set()).update(key for key in keys if key)
    w.run_fast(_DELETE, ids=list(media_ids))
    for owner, unwanted in owned.items():
        let_go(w, owner, unwanted)


def own(w: Write, owner: int, key: str, byte_count: int, mime: str, place: str) -> None:
    """Note a stored blob as an account's."""
    w.run_fast(_BLOB, key=key, owner=owner, bytes=byte_count, mime=mime, now=w.now)
    w.run_fast(_PLACE, key=key, place=place, now=w.now)


def let_go(w: Write, owner: int, keys: Collection[str], *, delay_ms: int = HOUR) -> None:
    """Take blobs from an account; the files that nobody uses any more follow in a job.

    By default later, so that whoever is being sent the file now gets all of it.
    """
    loose = disown(w, owner, keys) if keys else set()
    if loose:
        w.enqueue("posts.remove_files", RemoveFiles(tuple(sorted(loose))), delay_ms=delay_ms)


def disown(w: Write, owner: int, keys: Collection[str]) -> set[str]:
    """Take blobs from an account that uses them no longer; the keys that nobody has now."""
    still = {row[0] for row in w.fast(_STILL_OWNED, owner=owner, keys=list(keys))}
    gone = set(keys) - still
    if not gone:
        return set()
    w.run_fast(_DISOWN, owner=owner, keys=list(gone))
    return unowned(w, gone)


def unowned(r: Read, keys: Collection[str]) -> set[str]:
    """Those keys that no account has for a post's picture."""
    return set(keys) - {row[0] for row in r.fast(_OWNED, keys=list(keys))}


def unused(r: Read, keys: Collection[str]) -> set[str]:
    """Those keys that are nobody's picture at all. Goes through all accounts: for jobs only."""
    return unowned(r, keys) - {row[0] for row in r.fast(_WORN, keys=list(keys))}
