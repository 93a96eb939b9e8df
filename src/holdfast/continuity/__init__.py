"""Continuity: what lets a community and its members leave, come back and go on."""

from __future__ import annotations

from holdfast.continuity.archive import Progress, write_archive
from holdfast.continuity.csv_files import KINDS, MOST_BYTES, MOST_LINES, csv_text, write_csv
from holdfast.continuity.events import ImportBegun, ImportEnded
from holdfast.continuity.importing import (
    IMPORT,
    EndStranded,
    Import,
    ImportNotFound,
    ImportRuns,
    RunImport,
    UnusedLine,
    end_stranded,
    forget_imports,
    imports_of,
    own_import,
    run_import,
    start_import,
    unused_lines,
)

__all__ = [
    "IMPORT",
    "KINDS",
    "MOST_BYTES",
    "MOST_LINES",
    "EndStranded",
    "Import",
    "ImportBegun",
    "ImportEnded",
    "ImportNotFound",
    "ImportRuns",
    "Progress",
    "RunImport",
    "UnusedLine",
    "csv_text",
    "end_stranded",
    "forget_imports",
    "imports_of",
    "own_import",
    "run_import",
    "start_import",
    "unused_lines",
    "write_archive",
    "write_csv",
]
