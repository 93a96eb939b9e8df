"""Evidence: what leaves the house about a case so that others can check it.

A pack holds the case with everything that was done (``gathering``), the content as it was, the rows of the change log
that belong to it with what proves their place in the chain (``proof``), a readable document (``case_document``), and a
signature over the list of its files (``packing``). Legal holds (``holds``) keep such packs, sealed (``sealing``). Names
of the team are not in it: each is a number within the pack. Personal data that is not held ends on schedule
(``erasing``).
"""

from __future__ import annotations

from holdfast.evidence.case_document import case_document
from holdfast.evidence.errors import CannotHold, CannotOpen, NoSuchHold
from holdfast.evidence.events import HoldCopied, HoldLifted, HoldOpened, HoldPlaced, PersonalDataErased
from holdfast.evidence.gathering import case_file
from holdfast.evidence.holds import (
    Hold,
    Wanted,
    held_cases,
    hold,
    holds_listing,
    is_held,
    lift_hold,
    open_hold,
    place_hold,
    sealed_copies,
)
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
    "CannotHold",
    "CannotOpen",
    "Hold",
    "HoldCopied",
    "HoldLifted",
    "HoldOpened",
    "HoldPlaced",
    "NoSuchHold",
    "NotAPack",
    "PersonalDataErased",
    "Signed",
    "Verified",
    "Wanted",
    "case_document",
    "case_file",
    "held_cases",
    "hold",
    "holds_listing",
    "is_held",
    "lift_hold",
    "open_hold",
    "pack",
    "pack_case",
    "place_hold",
    "sealed_copies",
    "signed",
    "verify_pack",
    "verify_signed",
]
