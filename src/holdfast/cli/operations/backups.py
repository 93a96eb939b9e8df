"""A plain, consistent copy of everything: database, media, secrets, configuration, with a manifest."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from holdfast import __version__, store
from holdfast.errors import Conflict
from holdfast.site.registry import Progress, operation
from holdfast.writes import Database

PIECE = 1024 * 1024


class BackupRuns(Conflict):
    """Another backup into this folder is not finished yet."""

    key = "backup_runs"


@operation("backup.now")
def backup_now(db: Database, *, folder: str = "", progress: Progress) -> dict[str, Any]:
    """Write a copy into a new folder; it appears under its name only when it is complete and on disk."""
    parent = Path(folder or db.config.boot.backup_dir or db.config.data_dir / "backups").resolve()
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(parent):
        return _backup(db, parent, progress)


@contextmanager
def _alone(parent: Path) -> Iterator[None]:
    """Keep other backups out of a folder, and clear away what those left there that were killed.

    The lock ends with the process, so whatever is unfinished while we hold it is nobody's.
    Raises :class:`BackupRuns`.
    """
    descriptor = os.open(parent / "backup.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            raise BackupRuns(f"Another backup into {parent} is not finished yet. Wait for its end.") from fault
        for left in parent.glob("holdfast-*.partial"):
            shutil.rmtree(left)
        yield
    finally:
        os.close(descriptor)


def _backup(db: Database, parent: Path, progress: Progress) -> dict[str, Any]:
    name = datetime.now(UTC).strftime("holdfast-%Y%m%dT%H%M%S%fZ")
    draft, final = parent / f"{name}.partial", parent / name
    draft.mkdir(mode=0o700)
    try:
        (draft / "database").mkdir(mode=0o700)
        # The database first: every file that it names was there before the row that names it.
        store.copy_database(db.store, draft / "database", progress)
        _copy_files(db, draft, progress)
        manifest = _manifest(db, draft, progress)
        _flush_folders(draft)
        draft.rename(final)
        _flush(parent)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    total = sum(entry["bytes"] for entry in manifest["files"])
    return {"folder": str(final), "files": len(manifest["files"]), "bytes": total}


def _copy_files(db: Database, draft: Path, progress: Progress) -> None:
    if db.config.file:
        shutil.copyfile(db.config.file, draft / "holdfast.toml")
    for part, folder in (("secrets", db.config.secrets_dir), ("media", db.config.media_dir)):
        files = [path for path in sorted(folder.rglob("*")) if path.is_file()] if folder.exists() else []
        for done, path in enumerate(files, start=1):
            target = draft / part / path.relative_to(folder)
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                shutil.copyfile(path, target)
            except FileNotFoundError:
                continue  # taken away meanwhile by its owner; the copy of the database may still name it
            progress(part, done, len(files))


def _manifest(db: Database, draft: Path, progress: Progress) -> dict[str, Any]:
    paths = [path for path in sorted(draft.rglob("*")) if path.is_file()]
    files = []
    for done, path in enumerate(paths, start=1):
        path.chmod(0o600)
        files.append({"path": str(path.relative_to(draft)), "bytes": path.stat().st_size, "sha256": _digest(path)})
        progress("checksums", done, len(paths))
    manifest = {
        "holdfast": __version__,
        "database": "sqlite" if db.store.is_sqlite else "postgresql",
        "revision": store.revision(db.store),
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "files": files,
    }
    target = draft / "manifest.json"
    target.write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")
    target.chmod(0o600)
    _flush(target)
    return manifest


def _digest(path: Path) -> str:
    """The file's SHA-256, with the file brought to the disk."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
        os.fsync(file.fileno())
    return digest.hexdigest()


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _flush_folders(draft: Path) -> None:
    for folder in [draft, *(path for path in draft.rglob("*") if path.is_dir())]:
        _flush(folder)
