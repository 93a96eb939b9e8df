"""Operations on what moderation accounts for: dossier, plan, statements of reasons, published reports."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from holdfast import evidence, transparency
from holdfast.acting import SYSTEM
from holdfast.documents import as_markdown, as_pdf
from holdfast.errors import Invalid
from holdfast.site.registry import operation
from holdfast.store import read_id
from holdfast.transparency import NoSuchMeasure
from holdfast.writes import Database


@operation("moderation.dossier")
def dossier(db: Database, *, days: int = transparency.DOSSIER_DAYS) -> dict[str, Any]:
    """How moderation does, as data."""
    with db.read() as r:
        return transparency.dossier(db, r, SYSTEM, days=days)


@operation("moderation.dossier_text")
def dossier_text(db: Database, *, days: int = transparency.DOSSIER_DAYS) -> str:
    """The same to read, as Markdown."""
    return as_markdown(transparency.dossier_document(dossier(db, days=days)))


@operation("moderation.dossier_file")
def dossier_file(db: Database, *, days: int, form: str, file: str) -> dict[str, Any]:
    """The same in a file (md, json, pdf), with the signature in another one beside it."""
    data = dossier(db, days=days)
    document = transparency.dossier_document(data)
    if form == "pdf":
        content = as_pdf(document)
    elif form == "json":
        content = msgspec.json.format(msgspec.json.encode(data), indent=1)
    else:
        content = as_markdown(document).encode()
    signed = evidence.signed(db, "dossier", content)
    try:
        Path(file).write_bytes(content)
        Path(f"{file}.sig").write_bytes(signed.signature)
    except OSError as fault:
        raise Invalid(f"'{file}' cannot be written: {fault.strerror}.") from fault
    return {"file": file, "signature": f"{file}.sig", "bytes": len(content)}


@operation("moderation.statements")
def statements(db: Database, *, since: int, until: int | None = None) -> list[dict[str, Any]]:
    """Statements of reasons in the form of the DSA Transparency Database."""
    with db.read() as r:
        return transparency.statements_between(r, SYSTEM, since, db.clock.now() if until is None else until)


@operation("moderation.report")
def report(db: Database, *, since: int, until: int | None = None) -> dict[str, Any]:
    """The figures that a public report of a period would have."""
    with db.read() as r:
        return transparency.report_between(r, since, db.clock.now() if until is None else until)


@operation("plan.list")
def plan(db: Database) -> list[dict[str, Any]]:
    """The improvement plan."""
    with db.read() as r:
        return [msgspec.to_builtins(one) | {"id": str(one.id)} for one in transparency.plan(r)]


@operation("plan.add")
def add(db: Database, *, text: str, due: int, responsible: str = "") -> dict[str, Any]:
    """Put a measure into the plan."""
    number = db.submit(lambda: transparency.add_measure(db, SYSTEM, text, due, responsible)).result()
    return {"id": str(number)}


@operation("plan.done")
def done(db: Database, *, number: str, drop: bool = False) -> dict[str, Any]:
    """Note that a measure is done, or take it out."""
    found = read_id(number)
    if found is None:
        raise NoSuchMeasure(f"'{number}' is no number of a measure; `holdfast moderation plan list` shows them.")
    change = transparency.drop_measure if drop else transparency.finish_measure
    db.submit(lambda: change(db, SYSTEM, found)).result()
    return {"id": number, "dropped": drop}
