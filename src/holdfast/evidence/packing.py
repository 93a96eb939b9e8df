"""Evidence packs: a ZIP of files with a signed list of their digests, and the check of one."""

from __future__ import annotations

import hashlib
import io
import mimetypes
import zipfile
from collections.abc import Sequence
from typing import Any

import msgspec

from holdfast.acting import Acting
from holdfast.documents import as_pdf
from holdfast.errors import Invalid
from holdfast.evidence.case_document import case_document
from holdfast.evidence.gathering import case_file
from holdfast.evidence.proof import faults_of, rows_of_case
from holdfast.keys.signing import BadSignature, Signature, sign, verify
from holdfast.languages import say
from holdfast.moderation import NotForYou
from holdfast.posts.storage import storage
from holdfast.store import Read
from holdfast.vendors import BlobMissing, NoVendorTook
from holdfast.writes import Database

MANIFEST, SIGNATURE, LOG = "manifest.json", "manifest.json.sig", "log.json"
EXPORT = "evidence.export"
"""The permission to take evidence out of the house."""
LARGEST_LIST = 4 * 1024 * 1024  # bytes of a manifest or signature that is read
MOST_MEDIA_BYTES = 500 * 1024 * 1024
"""Of one pack; what is beyond is named as missing, with its digest."""
_PIECE = 1024 * 1024
_EPOCH = (1980, 1, 1, 0, 0, 0)


class NotAPack(Invalid):
    """This file is no evidence pack."""

    key = "not_a_pack"


class Signed(msgspec.Struct, frozen=True):
    """Data and the file with its signature."""

    data: bytes
    signature: bytes


class Verified(msgspec.Struct, frozen=True):
    """What checking a pack found; ``faults`` are sentences, none means that it holds."""

    public_key: str
    purpose: str
    files: int
    rows: int
    head_seq: int
    head_digest: str
    faults: list[str]


def signed(db: Database, purpose: str, data: bytes) -> Signed:
    """Data with this server's signature beside it."""
    return Signed(data, _json(msgspec.to_builtins(sign(db.keyring, purpose, data))))


def pack_case(db: Database, r: Read, acting: Acting, case_id: int, *, names_team: bool = False) -> bytes:
    """The evidence pack of a case, as a ZIP. Raises ``NotForYou``, ``NoSuchCase``."""
    if not acting.may(EXPORT):
        raise NotForYou()
    data = case_file(db, r, acting, case_id)
    decided = {int(one["id"]) for one in data["decisions"]}
    log = rows_of_case(r, case_id, decided, data["case"]["opened_at"], names_team=names_team)
    files = {"case.json": _json(data), "case.pdf": as_pdf(case_document(data)), LOG: _json(log)}
    media, missing = _media_files(db, data["subject"])
    return pack(db, "case", files | media, data["made_at"], missing)


def pack_subject(db: Database, data: dict[str, Any]) -> bytes:
    """The pack of a post or an account, from :func:`subject_file`."""
    media, missing = _media_files(db, data["subject"])
    return pack(db, "subject", {"subject.json": _json(data)} | media, data["made_at"], missing)


def _media_files(db: Database, subject: dict[str, Any]) -> tuple[dict[str, bytes], list[str]]:
    """The files that hang on a subject, and the digests of those that no storage has, or that are too much."""
    files: dict[str, bytes] = {}
    missing: list[str] = []
    left = MOST_MEDIA_BYTES
    for one in _media(subject):
        try:
            content = storage(db).read(one["sha256"])
        except (BlobMissing, NoVendorTook):
            missing.append(one["sha256"])
            continue
        left -= len(content)
        if left < 0:
            missing.append(one["sha256"])
        else:
            files[f"media/{one['sha256']}{mimetypes.guess_extension(one['type']) or ''}"] = content
    return files, missing


def pack(db: Database, purpose: str, files: dict[str, bytes], made_at: int, missing: Sequence[str] = ()) -> bytes:
    """Files as a ZIP with a signed list of their digests; ``missing`` are digests of what could not be read."""
    listed = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    manifest = _json({"form": "holdfast-pack-1", "made_at": made_at, "files": listed, "missing": list(missing)})
    return _zipped(files | {MANIFEST: manifest, SIGNATURE: signed(db, purpose, manifest).signature})


def verify_pack(content: bytes, key: str | None = None) -> Verified:
    """Check a pack: signature (with ``key``: also whose), every file, and the log's proof where it has one.

    Raises :class:`NotAPack`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as pack:
            if any(pack.getinfo(name).file_size > LARGEST_LIST for name in (MANIFEST, SIGNATURE)):
                raise NotAPack()
            manifest = pack.read(MANIFEST)
            signature = msgspec.json.decode(pack.read(SIGNATURE), type=Signature)
            listed = msgspec.json.decode(manifest)["files"]
            faults = _file_faults(pack, listed)
            log = msgspec.json.decode(pack.read(LOG)) if LOG in listed else None
    except (zipfile.BadZipFile, KeyError, msgspec.MsgspecError, TypeError) as fault:
        raise NotAPack() from fault
    try:
        verify(signature, manifest, key)
    except BadSignature as fault:
        faults.append(f"The signature does not hold: {fault}.")
    if log is None:
        return Verified(signature.public_key, signature.purpose, len(listed), 0, 0, "", faults)
    faults += faults_of(log)
    head = log["head"]
    return Verified(
        signature.public_key, signature.purpose, len(listed), len(log["rows"]), head["seq"], head["digest"], faults
    )


def verify_signed(data: bytes, signature: bytes, key: str | None = None) -> Verified:
    """Check a file by the signature in the file beside it. Raises :class:`NotAPack`."""
    try:
        found = msgspec.json.decode(signature, type=Signature)
    except msgspec.MsgspecError as fault:
        raise NotAPack(say("The file beside it is no signature.")) from fault
    faults = []
    try:
        verify(found, data, key)
    except BadSignature as fault:
        faults.append(f"The signature does not hold: {fault}.")
    return Verified(found.public_key, found.purpose, 1, 0, 0, "", faults)


def _file_faults(pack: zipfile.ZipFile, listed: dict[str, str]) -> list[str]:
    faults = []
    there = set(pack.namelist()) - {MANIFEST, SIGNATURE}
    for name in sorted(there - listed.keys()):
        faults.append(f"{name} is not on the list.")
    for name, digest in listed.items():
        if name not in there:
            faults.append(f"{name} is missing.")
        else:
            found = hashlib.sha256()
            with pack.open(name) as file:
                while piece := file.read(_PIECE):
                    found.update(piece)
            if found.hexdigest() != digest:
                faults.append(f"{name} was changed.")
    return faults


def _media(subject: dict[str, Any]) -> list[dict[str, Any]]:
    """Every file once, in whichever versions of the post it was."""
    posts = [*subject.get("posts", ()), *([subject["post"]] if "post" in subject else [])]
    versions = [version for post in posts for version in post["versions"]]
    found = {one["sha256"]: one for version in versions for one in version["media"] if one["sha256"]}
    return list(found.values())


def _json(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1)


def _zipped(files: dict[str, bytes]) -> bytes:
    """The same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in files.items():
            pack.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
