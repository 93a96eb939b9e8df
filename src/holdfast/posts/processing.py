"""Films, sounds and animations between their upload and the moment at which they can be shown.

What was sent is stored under a key that nobody can guess (random bytes stand before it), noted as waiting, and worked
on by a job. A server that dies meanwhile takes it up again; after a few attempts in vain it counts as failed.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import insert, select, update

from holdfast.acting import SYSTEM, Acting
from holdfast.config import ServerSettings
from holdfast.errors import Invalid
from holdfast.languages import N_, packed
from holdfast.posts import finding
from holdfast.posts.drafts import MediaChange
from holdfast.posts.errors import TooManyWaiting
from holdfast.posts.events import MediaProcessed, MediaUpdated, MediaUploaded
from holdfast.posts.media import check_change, let_go, new_file_name, own, own_media
from holdfast.posts.payloads import ProcessMedia
from holdfast.posts.pictures import Rendition
from holdfast.posts.recording_worker import RecordingWorker
from holdfast.posts.recordings import Recorded, RecordingLimits
from holdfast.posts.storage import storage
from holdfast.posts.tables import media
from holdfast.store import Hot, json_value
from holdfast.vendors import BlobMissing, StoragePool
from holdfast.writes import Ability, Database, Write

MOST_ATTEMPTS = 5
"""How often a recording is begun; more than that only where the server dies again and again over it."""

MOST_WAITING = 8
"""Recordings of one account that wait at a time: nobody's films keep those of others waiting for a day."""

SALT_BYTES = 32
"""Random bytes before what was sent, so that nobody who has the file can tell, or fetch, what is stored of it."""

_PIECE = 1024 * 1024
_REVISE = Hot("UPDATE statuses SET revision = revision + 1 WHERE id = :id")
_BEGIN = Hot("UPDATE media SET attempts = attempts + 1 WHERE id = :id AND state = 'waiting'")
_WAITING = Hot("SELECT id, account_id, source_key, preview_key, attempts FROM media WHERE id = :id")
_WAIT_FOR = Hot("SELECT COUNT(*) FROM media WHERE account_id = :account AND state = 'waiting'")
_FAILED = N_("It could not be worked on. Please try another file.")


class Thumbnail(NamedTuple):
    """A still picture that is stored already."""

    key: str
    rendition: Rendition
    blurhash: str


class Source(NamedTuple):
    """What was sent, as it is stored."""

    key: str
    byte_count: int
    kind: str


class _Waiting(NamedTuple):
    id: int
    account_id: int
    source_key: str | None
    preview_key: str | None
    attempts: int


def recording_limits(settings: ServerSettings) -> RecordingLimits:
    """What the server's settings allow a film, sound or animation to be."""
    return RecordingLimits(
        bytes=settings.most_video_bytes,
        pixels=settings.most_video_pixels,
        frame_rate=settings.most_video_frame_rate,
        video_seconds=settings.longest_video_seconds,
        audio_seconds=settings.longest_audio_seconds,
    )


def check_recording(
    db: Database, account_id: int, description: str | None = None, focus: tuple[float, float] | None = None
) -> None:
    """Say before anything is stored that an upload would be refused.

    Raises :class:`Invalid` as :func:`accept_recording` does, :class:`TooManyWaiting` when the account has its share of
    the queue.
    """
    check_change(MediaChange(0, description, focus), db.settings)
    with db.read() as r:
        waiting = r.fast(_WAIT_FOR, account=account_id)[0][0]
    if waiting >= MOST_WAITING:
        raise TooManyWaiting(retry_after=60)


def store_source(pool: StoragePool, source: Path, kind: str) -> Source:
    """Store what was sent until it has been worked on."""

    def pieces() -> Iterator[bytes]:
        yield secrets.token_bytes(SALT_BYTES)
        with source.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece

    blob = pool.put(pieces())
    return Source(blob.hash, blob.size, kind)


def accept_recording(
    db: Database,
    acting: Acting,
    source: Source,
    *,
    place: str,
    description: str | None = None,
    focus: tuple[float, float] | None = None,
    thumbnail: Thumbnail | None = None,
) -> int:
    """Take over a recording whose source is stored; it is worked on in a job. Its id.

    Raises :class:`Invalid` for a description that is too long or a focus that is none.
    """
    check_change(MediaChange(0, description, focus), db.settings)
    with db.write(acting, Ability.MEDIA) as w:
        account_id = finding.poster(w, acting).id
        media_id = w.new_id()
        own(w, account_id, source.key, source.byte_count, "application/octet-stream", place)
        if thumbnail is not None:
            own(w, account_id, thumbnail.key, thumbnail.rendition.bytes, thumbnail.rendition.mime, place)
        w.run(
            insert(media).values(
                id=media_id,
                account_id=account_id,
                kind=source.kind,
                state="waiting",
                file_name=new_file_name(".mp3" if source.kind == "audio" else ".mp4"),
                source_key=source.key,
                preview_key=thumbnail.key if thumbnail else None,
                mime_type="application/octet-stream",
                byte_count=source.byte_count,
                meta=_small(thumbnail) if thumbnail else {},
                blurhash=thumbnail.blurhash if thumbnail else None,
                description=(description or "").strip(),
                focus_x=focus[0] if focus else None,
                focus_y=focus[1] if focus else None,
                created_at=w.now,
            )
        )
        w.record(MediaUploaded(media_id=media_id, account_id=account_id))
        w.enqueue("posts.process_media", ProcessMedia(media_id))
        return media_id


def _small(thumbnail: Thumbnail) -> dict[str, Any]:
    # The mark is part of the address, so that no cache shows the still picture of before.
    return {"small": {**thumbnail.rendition.meta(), "mark": thumbnail.key[:8]}}


def set_thumbnail(db: Database, acting: Acting, media_id: int, thumbnail: Thumbnail, *, place: str) -> None:
    """Give an own attachment another still picture; on a published post it shows at once.

    Raises :class:`NoSuchMedia`.
    """
    with db.write(acting, Ability.MEDIA) as w:
        account_id = finding.poster(w, acting).id
        found = own_media(w, account_id, media_id)
        own(w, account_id, thumbnail.key, thumbnail.rendition.bytes, thumbnail.rendition.mime, place)
        meta = {**(json_value(found.meta) or {}), **_small(thumbnail)}
        values = {"preview_key": thumbnail.key, "blurhash": thumbnail.blurhash, "meta": meta}
        w.run(update(media).where(media.c.id == media_id).values(values))
        if found.preview_key and found.preview_key != thumbnail.key:
            let_go(w, account_id, [found.preview_key])
        if found.status_id is not None:
            w.run_fast(_REVISE, id=found.status_id)
        w.record(MediaUpdated(media_id=media_id, account_id=account_id, status_id=found.status_id))


def process_media(db: Database, payload: ProcessMedia) -> None:
    """Work on a recording that waits: it is ready afterwards, or failed. Done already, nothing happens.

    Raises Unavailable when it is not the file's fault; it is tried again then.
    """
    found = _begin(db, payload.media_id)
    if found is None:
        return
    if found.source_key is None or found.attempts > MOST_ATTEMPTS:
        _fail(db, found, packed(_FAILED))
        return
    pool = storage(db)
    with _workshop(db, found.id) as folder:
        source, out = folder / "in", folder / "out"
        try:
            _fetch(pool, found.source_key, source)
            done = RecordingWorker(stopping=db.stopping).process(source, out, recording_limits(db.settings))
        except BlobMissing:
            _fail(db, found, packed(_FAILED))
        except Invalid as problem:
            _fail(db, found, packed(problem.said))
        else:
            with (out / done.original.name).open("rb") as file:
                original = pool.put(iter(lambda: file.read(_PIECE), b""))
            preview = pool.put((out / done.preview.name).read_bytes()).hash if done.preview else None
            _finish(db, found, done, original.hash, preview, original.place)


def _begin(db: Database, media_id: int) -> _Waiting | None:
    with db.write(SYSTEM, Ability.JOBS) as w:
        if not w.run_fast(_BEGIN, id=media_id):
            return None
        rows = w.fast(_WAITING, id=media_id)
        return _Waiting(*rows[0]) if rows else None


@contextmanager
def _workshop(db: Database, media_id: int) -> Iterator[Path]:
    """A folder for one recording; what a server that died has left there goes first."""
    folder = db.config.data_dir.resolve() / "work" / f"media-{media_id}"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "out").mkdir(mode=0o700, parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _fetch(pool: StoragePool, key: str, target: Path) -> None:
    with target.open("wb") as file:
        for piece in pool.stream(key, SALT_BYTES):
            file.write(piece)


def _fail(db: Database, found: _Waiting, words: str) -> None:
    with db.write(SYSTEM, Ability.JOBS) as w:
        which = (media.c.id == found.id) & (media.c.state == "waiting")
        if not w.run(update(media).where(which).values(state="failed", problem=words, source_key=None)):
            return
        _let_source_go(w, found)
        event = MediaProcessed(media_id=found.id, account_id=found.account_id, state="failed")
        w.record(event, owner=found.account_id)


def _finish(db: Database, found: _Waiting, done: Recorded, original: str, preview: str | None, place: str) -> None:
    with db.write(SYSTEM, Ability.JOBS) as w:
        own(w, found.account_id, original, done.original.bytes, done.original.mime, place)
        if preview is not None and done.preview is not None:
            own(w, found.account_id, preview, done.preview.bytes, done.preview.mime, place)
        row = w.rows(select(media).where(media.c.id == found.id, media.c.state == "waiting"))
        if row:
            values = _ready(row[0], done, original, preview)
            w.run(update(media).where(media.c.id == found.id).values(values))
            event = MediaProcessed(media_id=found.id, account_id=found.account_id, state="ready")
            w.record(event, owner=found.account_id)
            _let_source_go(w, found)
        # What the member took back meanwhile, or gave a still picture of their own, leaves files without use.
        let_go(w, found.account_id, [key for key in (original, preview) if key])


def _ready(row: Any, done: Recorded, original: str, preview: str | None) -> dict[str, Any]:
    meta = {**done.meta, **(json_value(row.meta) or {})}
    values: dict[str, Any] = {
        "kind": done.kind,
        "state": "ready",
        "blob_key": original,
        "source_key": None,
        "mime_type": done.original.mime,
        "byte_count": done.original.bytes,
        "file_name": row.file_name.rpartition(".")[0] + (".mp3" if done.kind == "audio" else ".mp4"),
    }
    if row.preview_key is None and done.preview is not None:
        meta["small"] = done.preview.meta()
        values |= {"preview_key": preview, "blurhash": done.blurhash}
    return values | {"meta": meta}


def _let_source_go(w: Write, found: _Waiting) -> None:
    if found.source_key is not None:
        let_go(w, found.account_id, [found.source_key], delay_ms=0)
