"""Operations on notices: letters of hosts, app stores and authorities, and the answers to them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from holdfast import evidence, moderation
from holdfast.acting import SYSTEM
from holdfast.documents import as_markdown, as_pdf
from holdfast.errors import Invalid
from holdfast.moderation import Answer, Letter, Notice
from holdfast.site.registry import operation
from holdfast.store import Window, read_id
from holdfast.writes import Database

MOST_LISTED = 80


@operation("notice.add")
def add(
    db: Database, *, sender: str, body: str, deadline: int, kind: str, category: str, reference: str
) -> dict[str, Any]:
    """Take a letter in; the answer as things stand at once."""
    letter = Letter(sender=sender, body=body, deadline=deadline, kind=kind, category=category, reference=reference)
    number = db.submit(lambda: moderation.add_notice(db, SYSTEM, letter)).result()
    return _told(_answer(db, number))


@operation("notice.list")
def listing(db: Database) -> list[dict[str, Any]]:
    """The latest notices with how far they are, the newest first."""
    with db.read() as r:
        found = moderation.notices_listing(r, SYSTEM, Window(limit=MOST_LISTED))
        answers = [moderation.answer_to(r, SYSTEM, one.id, db.clock.now()) for one in found]
    return [{name: value for name, value in _told(one).items() if name != "items"} for one in answers]


@operation("notice.show")
def show(db: Database, *, notice_id: str) -> dict[str, Any]:
    """One notice with all its entries and what became of them."""
    return _told(_answer(db, _number(notice_id)))


@operation("notice.report")
def report(db: Database, *, notice_id: str) -> str:
    """The answer to a notice as a letter in Markdown."""
    return moderation.answer_as_markdown(_answer(db, _number(notice_id)), db.local_domain)


@operation("notice.write")
def write(db: Database, *, notice_id: str, form: str, file: str) -> dict[str, Any]:
    """The answer to a notice in a file (md, json, pdf), with the signature in another one beside it."""
    answer = _answer(db, _number(notice_id))
    letter = moderation.answer_document(answer, db.local_domain)
    if form == "pdf":
        data = as_pdf(letter)
    elif form == "json":
        data = msgspec.json.format(msgspec.json.encode(_told(answer)), indent=2)
    else:
        data = as_markdown(letter).encode()
    made = evidence.signed(db, "answer", data)
    signature = f"{file}.sig"
    try:
        Path(file).write_bytes(made.data)
        Path(signature).write_bytes(made.signature)
    except OSError as fault:
        raise Invalid(f"'{file}' cannot be written: {fault.strerror}.") from fault
    return {"file": file, "signature": signature, "bytes": len(data)}


@operation("notice.answered")
def answered(db: Database, *, notice_id: str) -> dict[str, Any]:
    """Note that the answer was sent."""
    number = _number(notice_id)
    db.submit(lambda: moderation.mark_answered(db, SYSTEM, number)).result()
    with db.read() as r:
        return _row(moderation.notice(r, SYSTEM, number))


def _answer(db: Database, number: int) -> Answer:
    with db.read() as r:
        return moderation.answer_to(r, SYSTEM, number, db.clock.now())


def _number(written: str) -> int:
    number = read_id(written)
    if number is None:
        raise moderation.NoSuchNotice(f"'{written}' is no number of a notice; `holdfast notice list` shows them.")
    return number


def _told(answer: Answer) -> dict[str, Any]:
    """An answer as JSON: ids as text, problems in words."""
    found: dict[str, Any] = msgspec.to_builtins(answer)
    for item in found["items"]:
        item["case_id"] = None if item["case_id"] is None else str(item["case_id"])
        item["problem_words"] = str(moderation.PROBLEMS.get(item["problem"], ""))
    return found | {"notice": _row(answer.notice)}


def _row(notice: Notice) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(notice)
    added_by = None if notice.added_by is None else str(notice.added_by)
    return found | {"id": str(notice.id), "added_by": added_by}
