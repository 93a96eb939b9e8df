"""One row for each hour and process: what was only in its memory, and how the whole server stood."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Table, Text

from holdfast.store import Id, Time, metadata

server_hours = Table(
    "server_hours",
    metadata,
    Column("hour", Time, primary_key=True),  # its first moment
    Column("place", Text, primary_key=True),  # which process
    Column("requests", Id, nullable=False),
    Column("refused", Id, nullable=False),  # of them: answered with 4xx
    Column("failed", Id, nullable=False),  # of them: answered with 5xx
    Column("durations", JSON, nullable=False),  # how many took up to each of the bounds, and longer
    Column("streams", Id, nullable=False),  # the most at a time
    Column("memory_bytes", Id, nullable=False),  # the most
    Column("jobs_waiting", Id, nullable=False),  # the most; from here on for the whole server
    Column("jobs_failed", Id, nullable=False),
    Column("database_bytes", Id, nullable=False),
    Column("media_bytes", Id, nullable=False),
    Column("free_bytes", Id, nullable=False),
    Column("active_day", Id, nullable=False),  # members within the 24 hours before
    Column("active_week", Id, nullable=False),
)
