"""What a new counsel needs in the first hour, sealed to their key: lawyers leave on the same day, too."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from holdfast import access, evidence, moderation, transparency
from holdfast.acting import Acting
from holdfast.documents import Block, Document, Facts, Heading, Paragraph, Table, as_markdown, as_pdf, moment
from holdfast.evidence.sealing import check_recipient, seal
from holdfast.languages import say
from holdfast.legal.errors import CannotTake
from holdfast.legal.requests import WRITE, LegalRequest, handed_over, requests_listing
from holdfast.moderation import NotForYou
from holdfast.store import Read, Window
from holdfast.writes import Database

KINDS: tuple[Literal["terms", "privacy"], ...] = ("terms", "privacy")
MOST_LETTERS = 80


def handover(db: Database, acting: Acting, recipient: str) -> bytes:
    """A signed pack (ZIP), sealed to an age key. Raises ``NotForYou``, :class:`CannotTake`."""
    if not acting.may(WRITE):
        raise NotForYou()
    if not check_recipient(recipient):
        raise CannotTake.field("recipient", "ERR_INVALID", say("This is no public key of age; it begins with age1."))
    with db.read() as r:
        now = db.clock.now()
        dossier = transparency.dossier(db, r, acting)
        requests = requests_listing(r, acting)
        files = {
            **_documents(r),
            "dossier.pdf": as_pdf(transparency.dossier_document(dossier)),
            "dossier.json": _json(dossier),
            "requests.json": _json([_told(r, one) for one in requests]),
            "holds.json": _json(
                [msgspec.to_builtins(one) for one in evidence.holds_listing(r, acting, all_of_them=True)]
            ),
            **_letters(db, r, acting, now),
        }
        index = _index(db, r, acting, requests, now, sorted(files))
    files = {"START-HERE.md": as_markdown(index).encode(), "START-HERE.pdf": as_pdf(index)} | files
    return seal(evidence.pack(db, "handover", files, now), recipient)


def _documents(r: Read) -> dict[str, bytes]:
    """Every version of terms and privacy notice, and the rules."""
    found: dict[str, bytes] = {}
    for kind in KINDS:
        for one in access.document_versions(r, kind):
            found[f"{kind}/version-{one.version}.txt"] = one.text.encode()
    rules = "\n".join(f"{place}. {rule.text}" for place, rule in enumerate(access.rules(r), start=1))
    return found | {"rules.md": rules.encode()}


def _letters(db: Database, r: Read, acting: Acting, now: int) -> dict[str, bytes]:
    """Letters of hosts, app stores and authorities as they came, and the answers as they stand."""
    found: dict[str, bytes] = {}
    for one in moderation.notices_listing(r, acting, Window(limit=MOST_LETTERS)):
        answer = moderation.answer_to(r, acting, one.id, now)
        found[f"letters/{one.id}.txt"] = moderation.letter_of(r, acting, one.id).encode()
        found[f"letters/{one.id}-answer.md"] = moderation.answer_as_markdown(answer, db.local_domain).encode()
    return found


def _told(r: Read, one: LegalRequest) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(one)
    return told | {"handed_over": [msgspec.to_builtins(each) for each in handed_over(r, one.id)]}


def _index(db: Database, r: Read, acting: Acting, requests: list[LegalRequest], now: int, names: list[str]) -> Document:
    still_open = [one for one in requests if one.closed_at is None]
    holds = evidence.holds_listing(r, acting)
    facts = Facts(
        (
            ("Server", f"{db.settings.name} ({db.local_domain})"),
            ("Contact", db.settings.contact_email),
            ("State of", moment(now)),
            ("Open requests by authorities", str(len(still_open))),
            ("Holds in force", str(len(holds))),
        )
    )
    blocks = (facts, *_asked(still_open), *_held(holds), Heading("Files in this pack"), Paragraph("\n".join(names)))
    return Document(f"Handover of {db.local_domain}", blocks, now)


def _asked(still_open: list[LegalRequest]) -> list[Block]:
    rows = tuple(
        (
            moment(one.deadline),
            one.authority,
            one.reference,
            one.basis,
            one.asked,
            moment(one.secret_until),
            ", ".join(one.missing),
        )
        for one in still_open
    )
    columns = ("Deadline", "Authority", "Reference", "Legal basis", "Asked", "Secret until", "Steps missing")
    table = Table(columns, rows, (3, 4, 3, 4, 8, 3, 3))
    return [Heading("Requests and their deadlines"), table if rows else Paragraph("None is open.")]


def _held(holds: list[evidence.Hold]) -> list[Block]:
    rows = tuple(
        (str(one.id), f"{one.kind} {one.subject_id}", one.reason, one.reference, moment(one.until)) for one in holds
    )
    table = Table(("Number", "What", "Why", "Reference", "Until"), rows)
    return [Heading("Holds"), table if rows else Paragraph("Nothing is held.")]


def _json(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1)
