"""An import whose job ran out of attempts: it is told so, and blocks no other."""

from __future__ import annotations

import pytest

from holdfast import continuity
from holdfast.access import modes
from holdfast.acting import SYSTEM
from holdfast.continuity import EndStranded, ImportEnded, ImportRuns
from holdfast.jobs.tables import jobs
from holdfast.store import HOUR, Ids, ManualClock
from holdfast.writes import Database, Runner
from tests.posts.builders import Member, count, member, told


def stranded(db: Database, who: Member, clock: ManualClock) -> int:
    """An import that began, and whose job could not write as often as it tried; its id."""
    number: int = who.does(continuity.start_import, "blocks", b"bo\ncy\n")
    modes.switch_off(db, SYSTEM, "server", reason="We move", until=None)
    runner = Runner(db)
    over = (jobs.c.kind == continuity.IMPORT) & (jobs.c.state == "failed")
    before = count(db, jobs, over)
    while count(db, jobs, over) == before:
        runner.step()
        clock.advance(2 * HOUR)
    modes.switch_on(db, SYSTEM, "server")
    return number


def shown(db: Database, who: Member) -> list[continuity.Import]:
    with db.read() as r:
        return continuity.imports_of(r, who.id)


def test_a_stranded_import_blocks_no_other_and_says_what_it_did_not_do(db: Database) -> None:
    clock = ManualClock(db.clock.now() + 1)
    db.store.clock, db.store.ids = clock, Ids(clock, floor=db.store.ids.new())
    ada, bo, cy = (member(db, name) for name in ("ada", "bo", "cy"))
    first = stranded(db, ada, clock)
    assert [one.finished_at for one in shown(db, ada)] == [None]
    second: int = ada.does(continuity.start_import, "blocks", b"cy\n")
    with pytest.raises(ImportRuns):  # that one goes on
        ada.does(continuity.start_import, "blocks", b"bo\n")
    Runner(db).drain()
    newer, older = shown(db, ada)
    assert (newer.id, newer.done, newer.failed) == (second, 1, 0)
    assert (older.id, older.done, older.failed, older.waiting) == (first, 0, 2, 0) and older.finished_at
    with db.read() as r:
        unused = continuity.unused_lines(r, first)
    assert [(one.line, one.text) for one in unused] == [(1, "bo"), (2, "cy")]
    assert all("Import the file again" in one.reason for one in unused)

    third = stranded(db, bo, clock)  # nobody begins another: it is told of all the same
    waits: int = cy.does(continuity.start_import, "mutes", b"bo\n")
    db.submit(lambda: continuity.end_stranded(db, EndStranded())).result()
    assert [(one.id, one.failed) for one in shown(db, bo)] == [(third, 2)]
    assert [(one.id, one.finished_at) for one in shown(db, cy)] == [(waits, None)]
    assert [event.import_id for event in told(db, ImportEnded)] == [first, second, third]
