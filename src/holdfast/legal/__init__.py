"""The desk for requests by authorities, and what a new counsel needs in the first hour.

A request is verified step by step before anything is handed over; what was handed over is recorded with its digest;
the member whom it is about is told, unless and until an order forbids it (``requests``). ``handover`` packs terms,
requests, holds, letters and the dossier for somebody who has to take over.
"""

from __future__ import annotations

from holdfast.legal.errors import CannotAnswer, CannotTake, NoSuchRequest
from holdfast.legal.events import RequestChanged, RequestReceived
from holdfast.legal.handover import handover
from holdfast.legal.requests import (
    CHECKS,
    READ,
    WRITE,
    Handed,
    LegalRequest,
    NewRequest,
    add_request,
    close_request,
    handed_over,
    record_handed,
    request,
    requests_about,
    requests_listing,
    tick,
)

__all__ = [
    "CHECKS",
    "READ",
    "WRITE",
    "CannotAnswer",
    "CannotTake",
    "Handed",
    "LegalRequest",
    "NewRequest",
    "NoSuchRequest",
    "RequestChanged",
    "RequestReceived",
    "add_request",
    "close_request",
    "handed_over",
    "handover",
    "record_handed",
    "request",
    "requests_about",
    "requests_listing",
    "tick",
]
