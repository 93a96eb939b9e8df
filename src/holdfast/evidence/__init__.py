"""Evidence: what leaves the house about a case so that others can check it.

A pack holds the case with everything that was done (``gathering``), the content as it was, the rows of the change log
that belong to it with what proves their place in the chain (``proof``), a readable document (``case_document``), and a
signature over the list of its files (``packing``). Names of the team are not in it: each is a number within the pack.
"""

from __future__ import annotations

from holdfast.evidence.case_document import case_document
from holdfast.evidence.gathering import case_file
from holdfast.evidence.packing import (
    EXPORT,
    NotAPack,
    Signed,
    Verified,
    pack,
    pack_case,
    signed,
    verify_pack,
    verify_signed,
)

__all__ = [
    "EXPORT",
    "NotAPack",
    "Signed",
    "Verified",
    "case_document",
    "case_file",
    "pack",
    "pack_case",
    "signed",
    "verify_pack",
    "verify_signed",
]
