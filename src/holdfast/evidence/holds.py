"""Legal holds: what is held outlives its deletion by the author, the end of an account, and every schedule of erasure.

What is held is a copy of its own, sealed (age) to a key of the hold, or to the key of somebody else who then alone can
open it. Lifting a hold destroys its key and its copies. What points at the abuse of children is held by itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import Any, Literal

import msgspec
from sqlalchemy import insert, select, update

from holdfast.acting import SYSTEM, Acting
from holdfast.evidence.errors import CannotHold, CannotOpen, NoSuchHold
from holdfast.evidence.events import HoldCopied, HoldLifted, HoldOpened, HoldPlaced
from holdfast.evidence.gathering import case_file, subject_file
from holdfast.evidence.packing import pack_case, pack_subject
from holdfast.evidence.sealing import check_recipient, new_key, open_sealed, seal, sealed_key, unsealed_key
from holdfast.evidence.tables import held_copies, holds
from holdfast.languages import say
from holdfast.moderation import CaseOpened, NotForYou
from holdfast.moderation.tables import cases
from holdfast.posts.storage import delete_blobs, storage
from holdfast.posts.tables import media
from holdfast.store import DAY, Read
from holdfast.writes import Ability, Database, Write

HoldKind = Literal["case", "post", "account"]
KINDS: tuple[HoldKind, ...] = ("case", "post", "account")
READ, WRITE = "holds.read", "holds.write"
LONGEST_REASON, LONGEST_REFERENCE = 1_000, 200  # characters
PRESERVED_DAYS = 90
"""So long is held what points at the abuse of children, if nobody says otherwise."""
PRESERVE, REFRESH = "evidence.preserve", "evidence.refresh_holds"


class Nothing(msgspec.Struct, frozen=True):
    """The payload of a repeating job."""


class Hold(msgspec.Struct, frozen=True):
    """A row of ``holds``. Times in milliseconds; ``until`` None is until it is lifted."""

    id: int
    kind: str
    subject_id: int
    reason: str
    reference: str
    recipient: str
    is_automatic: bool
    placed_by: int | None
    placed_at: int
    until: int | None
    lifted_by: int | None
    lifted_at: int | None


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants held. ``recipient`` is an age key (``age1…``); empty keeps the key here."""

    kind: str
    subject_id: int
    reason: str
    reference: str = ""
    until: int | None = None
    recipient: str = ""


_COLUMNS = tuple(holds.c[name] for name in Hold.__struct_fields__)


def place_hold(db: Database, acting: Acting, wanted: Wanted, *, is_automatic: bool = False) -> int:
    """Hold something; the hold's id. The copy is on disk when this returns. Not to be called inside a command.

    Raises ``NotForYou``, :class:`CannotHold`, and as :func:`pack_case` for what is not there.
    """
    if not acting.may(WRITE):
        raise NotForYou()
    _check(db, wanted)
    key = "" if wanted.recipient else new_key()
    copy = _copied(db, wanted.kind, wanted.subject_id, wanted.recipient or key)

    def command() -> int:
        with db.write(acting, Ability.MODERATION) as w:
            number = w.new_id()
            row = msgspec.structs.asdict(wanted) | {
                "id": number,
                "sealed_key": sealed_key(db, key) if key else None,
                "is_automatic": is_automatic,
                "placed_by": acting.account_id,
                "placed_at": w.now,
            }
            w.run(insert(holds).values(row))
            _note_copy(w, number, copy)
            w.record(HoldPlaced(hold_id=number, subject_kind=wanted.kind, digest=copy["blob_key"]))
            return number

    return db.submit(command).result()


def _check(db: Database, wanted: Wanted) -> None:
    if wanted.kind not in KINDS:
        raise CannotHold.field("kind", "ERR_INCLUSION", say("A case, a post or an account can be held."))
    if not wanted.reason.strip():
        raise CannotHold.field("reason", "ERR_BLANK", say("Write why it is held."))
    for name, most in (("reason", LONGEST_REASON), ("reference", LONGEST_REFERENCE)):
        if len(getattr(wanted, name)) > most:
            raise CannotHold.field(name, "ERR_TOO_LONG", say("At most %(most)s characters.", most=most))
    if wanted.until is not None and wanted.until <= db.clock.now():
        raise CannotHold.field("until", "ERR_PAST", say("The end of a hold must lie in the future."))
    if wanted.recipient and not check_recipient(wanted.recipient):
        raise CannotHold.field("recipient", "ERR_INVALID", say("This is no public key of age; it begins with age1."))


def lift_hold(db: Database, acting: Acting, hold_id: int) -> None:
    """End a hold: its key and its copies are destroyed. Raises ``NotForYou``, :class:`NoSuchHold`."""
    with db.write(acting, Ability.MODERATION) as w:
        if not acting.may(WRITE):
            raise NotForYou()
        keys = _lift(w, hold_id)
    delete_blobs(db, keys)


def _lift(w: Write, hold_id: int) -> list[str]:
    w.serialise(hold_id)
    found = _find(w, hold_id)
    if found.lifted_at is not None:
        return []
    values = {"lifted_at": w.now, "lifted_by": w.acting.account_id, "sealed_key": None}
    w.run(update(holds).where(holds.c.id == hold_id).values(values))
    w.record(HoldLifted(hold_id=hold_id))
    return w.values(select(held_copies.c.blob_key).where(held_copies.c.hold_id == hold_id))


def holds_listing(r: Read, acting: Acting, *, all_of_them: bool = False) -> list[Hold]:
    """Holds in force, the newest first, or all. Raises ``NotForYou``."""
    if not acting.may(READ):
        raise NotForYou()
    statement = select(*_COLUMNS).order_by(holds.c.id.desc())
    return [Hold(*row) for row in r.rows(statement if all_of_them else statement.where(holds.c.lifted_at.is_(None)))]


def hold(r: Read, acting: Acting, hold_id: int) -> Hold:
    """One hold. Raises ``NotForYou``, :class:`NoSuchHold`."""
    if not acting.may(READ):
        raise NotForYou()
    return _find(r, hold_id)


def is_held(r: Read, kind: str, subject_id: int) -> bool:
    """Whether a hold is in force on something."""
    c = holds.c
    wanted = (c.kind == kind) & (c.subject_id == subject_id) & c.lifted_at.is_(None)
    return r.value(select(c.id).where(wanted).limit(1)) is not None


def held_cases(r: Read, case_ids: Collection[int]) -> set[int]:
    """Those of some cases that are held, or whose post or account is."""
    in_force: dict[str, set[int]] = {kind: set() for kind in KINDS}
    for kind, subject_id in r.rows(select(holds.c.kind, holds.c.subject_id).where(holds.c.lifted_at.is_(None))):
        in_force[kind].add(subject_id)
    c = cases.c
    found = r.rows(select(c.id, c.subject_kind, c.subject, c.account_id).where(c.id.in_(case_ids)))
    files = [int(subject) for _, kind, subject, _ in found if kind == "media"]
    posts = dict(r.rows(select(media.c.id, media.c.status_id).where(media.c.id.in_(files)))) if files else {}
    return {
        number
        for number, kind, subject, account_id in found
        if number in in_force["case"]
        or account_id in in_force["account"]
        or (kind == "post" and int(subject) in in_force["post"])
        or (kind == "media" and posts.get(int(subject)) in in_force["post"])
    }


def open_hold(db: Database, acting: Acting, hold_id: int) -> list[tuple[int, bytes]]:
    """What a hold keeps: when each copy was made (ms) and its pack (ZIP), the newest first. Who opens it is logged.

    Raises ``NotForYou``, :class:`NoSuchHold`, :class:`CannotOpen`.
    """
    with db.read() as r:
        hold(r, acting, hold_id)
        sealed = r.value(select(holds.c.sealed_key).where(holds.c.id == hold_id))
        c = held_copies.c
        copies = r.rows(select(c.created_at, c.blob_key).where(c.hold_id == hold_id).order_by(c.id.desc()))
    if sealed is None:
        raise CannotOpen()

    def note() -> None:
        with db.write(acting, Ability.MODERATION) as w:
            w.record(HoldOpened(hold_id=hold_id, account_id=acting.account_id))

    db.submit(note).result()
    key = unsealed_key(db, bytes(sealed))
    return [(at, open_sealed(storage(db).read(blob), key)) for at, blob in copies]


def sealed_copies(db: Database, acting: Acting, hold_id: int) -> list[tuple[int, bytes]]:
    """The same as it lies in storage, for whoever has the key. Raises ``NotForYou``, :class:`NoSuchHold`."""
    with db.read() as r:
        hold(r, acting, hold_id)
        c = held_copies.c
        copies = r.rows(select(c.created_at, c.blob_key).where(c.hold_id == hold_id).order_by(c.id.desc()))
    return [(at, storage(db).read(blob)) for at, blob in copies]


def preserve(db: Database, event: CaseOpened) -> None:
    """Hold a case that nobody has to be asked about."""
    with db.read() as r:
        if is_held(r, "case", event.case_id):
            return
    until = db.clock.now() + PRESERVED_DAYS * DAY
    wanted = Wanted(kind="case", subject_id=event.case_id, reason="Preserved by itself: child safety", until=until)
    place_hold(db, SYSTEM, wanted, is_automatic=True)


def is_preserved(event: CaseOpened) -> bool:
    """Whether what such a case is about is held by itself."""
    return event.category == "child_safety"


def refresh(db: Database, _: Nothing) -> None:
    """End holds whose time is over, and copy again what has changed under the others."""
    with db.read() as r:
        found = holds_listing(r, SYSTEM)
    for one in found:
        if one.until is not None and one.until <= db.clock.now():
            lift_hold(db, SYSTEM, one.id)
        else:
            _copy_again(db, one)


def _copy_again(db: Database, one: Hold) -> None:
    with db.read() as r:
        sealed = r.value(select(holds.c.sealed_key).where(holds.c.id == one.id))
        known = r.values(select(held_copies.c.content_digest).where(held_copies.c.hold_id == one.id))
    content = _content(db, one.kind, one.subject_id)
    if content is None or content[1] in known:
        return
    recipient = one.recipient or unsealed_key(db, bytes(sealed))
    copy = _put(db, content, recipient)
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.serialise(one.id)
        if _find(w, one.id).lifted_at is not None:
            delete_blobs(db, [copy["blob_key"]])
            return
        _note_copy(w, one.id, copy)
        w.record(HoldCopied(hold_id=one.id, digest=copy["blob_key"]))


def _copied(db: Database, kind: str, subject_id: int, recipient: str) -> dict[str, Any]:
    content = _content(db, kind, subject_id)
    if content is None:
        raise CannotHold(say("There is nothing (any more) that could be held."))
    return _put(db, content, recipient)


def _content(db: Database, kind: str, subject_id: int) -> tuple[bytes, str] | None:
    """The pack of what is to be held, and a digest of it without the time of its making; None if it is gone."""
    with db.read() as r:
        data = case_file(db, r, SYSTEM, subject_id) if kind == "case" else subject_file(db, r, kind, subject_id)
        if data is None:
            return None
        content = pack_case(db, r, SYSTEM, subject_id) if kind == "case" else pack_subject(db, data)
    stable = {name: value for name, value in data.items() if name not in ("made_at", "looks")}
    return content, hashlib.sha256(msgspec.json.encode(stable, order="sorted")).hexdigest()


def _put(db: Database, content: tuple[bytes, str], recipient: str) -> dict[str, Any]:
    sealed = seal(content[0], recipient)
    return {"blob_key": storage(db).put(sealed).hash, "content_digest": content[1], "byte_count": len(sealed)}


def _note_copy(w: Write, hold_id: int, copy: dict[str, Any]) -> None:
    w.run(insert(held_copies).values(id=w.new_id(), hold_id=hold_id, created_at=w.now, **copy))


def _find(r: Read, hold_id: int) -> Hold:
    row = r.first(select(*_COLUMNS).where(holds.c.id == hold_id))
    if row is None:
        raise NoSuchHold()
    return Hold(*row)
