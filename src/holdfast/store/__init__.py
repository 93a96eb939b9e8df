"""The database: engines, connections, migrations, ids and the clock. Everything that knows which engine it is."""

from __future__ import annotations

from holdfast.store.clock import DAY, HOUR, MINUTE, SECOND, Clock, ManualClock, SystemClock
from holdfast.store.copying import copy_database
from holdfast.store.errors import (
    DatabaseBusy,
    DatabaseFault,
    Stopping,
    StorageFull,
    Taken,
    UnusableDatabase,
    is_worth_repeating,
    translate,
)
from holdfast.store.ids import LARGEST_ID, Ids, first_at, made_at, read_id
from holdfast.store.migrating import NEWEST, Upgrade, revision, upgrade
from holdfast.store.opening import Store, open_store
from holdfast.store.paging import Window, page, starts_with, windowed
from holdfast.store.reading import Read
from holdfast.store.revision_cache import RevisionCache
from holdfast.store.sql import Bytes, Hot, Id, Time, in_ids, json_value, metadata
from holdfast.store.transactions import Transaction
from holdfast.store.word_index import BREAK, LONGEST_WORD, Document, Term, WordIndex, WordQuery, is_word_index

__all__ = [
    "BREAK",
    "DAY",
    "HOUR",
    "LARGEST_ID",
    "LONGEST_WORD",
    "MINUTE",
    "NEWEST",
    "SECOND",
    "Bytes",
    "Clock",
    "DatabaseBusy",
    "DatabaseFault",
    "Document",
    "Hot",
    "Id",
    "Ids",
    "ManualClock",
    "Read",
    "RevisionCache",
    "Stopping",
    "StorageFull",
    "Store",
    "SystemClock",
    "Taken",
    "Term",
    "Time",
    "Transaction",
    "UnusableDatabase",
    "Upgrade",
    "Window",
    "WordIndex",
    "WordQuery",
    "copy_database",
    "first_at",
    "in_ids",
    "is_word_index",
    "is_worth_repeating",
    "json_value",
    "made_at",
    "metadata",
    "open_store",
    "page",
    "read_id",
    "revision",
    "starts_with",
    "translate",
    "upgrade",
    "windowed",
]
