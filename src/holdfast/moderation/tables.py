"""Moderation: what came in (reports, notices, signals), cases, decisions with what they changed, and what follows."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, Index, Integer, Table, Text, UniqueConstraint, false, text

from holdfast.store import Id, Time, metadata

_OPEN, _CLOSED = text("closed_at IS NULL"), text("closed_at IS NOT NULL")
_CONTAINED = text("closed_at IS NULL AND contained_at IS NOT NULL")
_OF_NETWORK = text("source = 'visitor' AND said_by IS NOT NULL")
_NAMED = text("erased_at IS NULL")
_WAITING = text("delivered_at IS NULL AND undone_at IS NULL")

reports = Table(
    "reports",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, nullable=False, index=True),
    Column("target_id", Id, nullable=False, index=True),
    Column("category", Text, nullable=False),  # spam, legal, violation, other
    Column("comment", Text, nullable=False),
    Column("forwards", Boolean, nullable=False),
    Column("status_ids", JSON, nullable=False),
    Column("rule_ids", JSON, nullable=False),
    Column("collection_ids", JSON, nullable=False, server_default="[]"),
    Column("created_at", Time, nullable=False),
    Column("acted_at", Time),
    Column("told_at", Time),  # the reporter was told what became of it
)

cases = Table(
    "cases",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("subject_kind", Text, nullable=False),  # post, account, media, hashtag, link, domain
    Column("subject", Text, nullable=False),  # an id, or a normalised name
    Column("account_id", Id),  # whose it is, where it is somebody's
    Column("category", Text, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("probability", Float, nullable=False),
    Column("stake", Float, nullable=False, server_default="1"),  # what hangs on it beside itself: see priority.STAKES
    Column("reach", Float, nullable=False),  # views an hour, as measured last
    Column("views", Id, nullable=False),  # when that was measured
    Column("measured_at", Time, nullable=False),
    Column("priority", Float, nullable=False),
    Column("language", Text),
    Column("signals_count", Integer, nullable=False),
    Column("opened_at", Time, nullable=False),
    Column("deadline", Time, nullable=False),
    Column("warned", Integer, nullable=False, server_default="0"),  # 1: half is gone, 2: a quarter is left, 3: overdue
    Column("contained_at", Time),
    Column("looked_at", Time),  # first seen by a person
    Column("decided_at", Time),  # first decided
    Column("closed_at", Time),
    Column("revision", Integer, nullable=False, server_default="1"),  # bumped by every decision, undo and containment
    Column("claimed_by", Id),
    Column("claimed_until", Time),
    Column("needs", Text, nullable=False, server_default="cases.decide"),  # the permission that it was escalated to
    Column("rests_at_version", Text),  # further signals about this version of the subject do not reopen it
    Column("rests_until_views", Id),
    Index(
        "uq_cases_open",
        "subject_kind",
        "subject",
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    ),
    Index("ix_cases_subject", "subject_kind", "subject"),
    Index("ix_cases_account_id", "account_id"),
    Index("ix_cases_queue", "priority", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index("ix_cases_deadline", "deadline", sqlite_where=_OPEN, postgresql_where=_OPEN),
    # Only of closed ones: an index that holds every open case under null is one that SQLite would rather search.
    Index("ix_cases_closed_at", "closed_at", sqlite_where=_CLOSED, postgresql_where=_CLOSED),
    Index("ix_cases_contained", "contained_at", sqlite_where=_CONTAINED, postgresql_where=_CONTAINED),
    Index("ix_cases_opened_at", "opened_at"),
)

signals = Table(
    "signals",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("case_id", Id, nullable=False),
    Column("source", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("comment", Text, nullable=False, server_default=""),
    Column("account_id", Id),  # the member who reported
    Column("report_id", Id),
    Column("notice_item_id", Id),
    Column("visitor_id", Id, index=True),
    Column("said_by", Text),  # who says it without an account: a server's name, a visitor's network as a keyed hash
    Column("detail", JSON, nullable=False),  # what a rule, hash or classifier has found; the address that was named
    Column("outcome", Text),  # upheld, rejected; null until the case is decided
    Column("created_at", Time, nullable=False),
    Index("ix_signals_case_id", "case_id", "id"),
    Index("ix_signals_report_id", "report_id"),
    Index("ix_signals_account_id", "account_id", "outcome"),
    Index("ix_signals_networks", "id", sqlite_where=_OF_NETWORK, postgresql_where=_OF_NETWORK),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("case_id", Id, nullable=False, index=True),
    Column("account_id", Id),  # whom it is about
    Column("status_id", Id),
    Column("decided_by", Id),  # null: by itself
    Column("on_subject", Text, nullable=False),  # nothing, label, warning, less_reach, hide, remove, lock; contain
    Column("on_account", Text, nullable=False),  # a measure on the account, or nothing
    Column("category", Text, nullable=False),
    Column("rule_ids", JSON, nullable=False),
    Column("law", Text, nullable=False, server_default=""),  # the legal ground, where it is one
    Column("facts", Text, nullable=False, server_default=""),  # for the member
    Column("note", Text, nullable=False, server_default=""),  # for the team
    Column("label", Text, nullable=False, server_default=""),
    Column("before", JSON, nullable=False),  # what has to be put back
    Column("is_automated", Boolean, nullable=False, server_default=false()),
    Column("is_provisional", Boolean, nullable=False, server_default=false()),
    Column("closes", Boolean, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("until", Time),  # ends by itself
    Column("ended_at", Time),
    Column("delivered_at", Time),  # its letter has left
    Column("undone_at", Time),
    Column("undone_by", Id),
    Column("overturned_by_appeal_id", Id),
    Index("ix_decisions_account_id", "account_id", "id"),
    Index("ix_decisions_status_id", "status_id"),
    Index("ix_decisions_waiting", "created_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
)

strikes = Table(
    "strikes",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, nullable=False),
    Column("decision_id", Id, nullable=False, unique=True),
    Column("category", Text, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("expires_at", Time),
    Column("withdrawn_at", Time),
    Index("ix_strikes_account_id", "account_id", "id"),
)

appeals = Table(
    "appeals",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("decision_id", Id, nullable=False, unique=True),  # one for each decision
    Column("account_id", Id, nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("deadline", Time, nullable=False),
    Column("answered_at", Time),
    Column("answered_by", Id),
    Column("outcome", Text),  # upheld, overturned
    Column("answer", Text, nullable=False, server_default=""),
)

looks = Table(
    "looks",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, nullable=False),
    Column("case_id", Id, nullable=False, index=True),
    Column("what", Text, nullable=False),  # case, grey, colour, private
    Column("category", Text, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("change_id", Id),  # the change log's row of it, whose content is erased with it
    Index("ix_looks_account_id", "account_id", "id"),
)

words = Table(
    "case_words",  # what the team, those who reported and those whom cases are about write to each other
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("case_id", Id, nullable=False),
    Column("audience", Text, nullable=False),  # team, reporter, author
    Column("account_id", Id),  # the member on the other side; null among the team
    Column("written_by", Id),
    Column("is_from_team", Boolean, nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", Time, nullable=False),
    Index("ix_case_words_case_id", "case_id", "id"),
    Index("ix_case_words_account_id", "account_id", "case_id", "id"),
)

bulks = Table(
    "bulk_decisions",  # one verdict over many cases
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("decided_by", Id),  # null: who runs the server, on the command line
    Column("verdict", JSON, nullable=False),
    Column("total", Integer, nullable=False),
    Column("decided", Integer, nullable=False, server_default="0"),
    Column("skipped", Integer, nullable=False, server_default="0"),
    Column("undone", Integer, nullable=False, server_default="0"),
    Column("created_at", Time, nullable=False),
    Column("stopped_at", Time),  # somebody has halted it; what was decided so far stands
    Column("finished_at", Time),
    Column("undoing_at", Time),  # since then it is being taken back
    Column("undone_by", Id),
    Column("undone_at", Time),
)

bulk_items = Table(
    "bulk_items",  # the cases of a bulk decision, as they were when it was taken
    metadata,
    Column("bulk_id", Id, primary_key=True, autoincrement=False),
    Column("case_id", Id, primary_key=True, autoincrement=False),
    Column("revision", Integer, nullable=False),  # of the case; if it has changed meanwhile, it is left out
    Column("decision_id", Id),
    Column("outcome", Text, nullable=False, server_default=""),  # decided, undone, or why nothing was applied
    Index("ix_bulk_items_outcome", "bulk_id", "outcome", "case_id"),
)

warning_choices = Table(
    "warning_choices",  # from which step of a case's clock on one of the team is told, and how
    metadata,
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("by_push", Text, nullable=False),  # never, half, quarter, overdue
    Column("by_letter", Text, nullable=False),
    Column("told_at", Time),
)

notices = Table(
    "notices",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),  # host, app_store, authority, order
    Column("sender", Text, nullable=False),
    Column("reference", Text, nullable=False, server_default=""),
    Column("body", Text, nullable=False),  # as it came
    Column("category", Text, nullable=False),
    Column("received_at", Time, nullable=False),
    Column("deadline", Time, nullable=False),
    Column("added_by", Id),
    Column("answered_at", Time),
    Index("ix_notices_deadline", "deadline"),
)

notice_items = Table(
    "notice_items",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("notice_id", Id, nullable=False),
    Column("position", Integer, nullable=False),
    Column("written", Text, nullable=False),  # as the sender wrote it
    Column("subject_kind", Text),  # null: nothing of ours was found for it
    Column("subject", Text),
    Column("case_id", Id, index=True),
    Column("problem", Text, nullable=False, server_default=""),  # a key of notices.PROBLEMS: why there is no case
    Column("gone_at", Time),  # when it had been deleted
    UniqueConstraint("notice_id", "position"),
)

visitors = Table(
    "visitors",  # people without an account who gave notice (DSA, Article 16)
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),  # may be left empty in notices about the abuse of children, as the address
    Column("email", Text, nullable=False),
    Column("language", Text, nullable=False),  # in which they are answered
    Column("category", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("receipt", Text, nullable=False, unique=True),  # with which they ask what became of it
    Column("created_at", Time, nullable=False),
    Column("told_at", Time),  # a letter with the decision was put on its way
    Column("erased_at", Time),  # since then name and address are empty
    Index("ix_visitors_named", "id", sqlite_where=_NAMED, postgresql_where=_NAMED),
)

blocked_terms = Table(
    "blocked_terms",  # words, links and domains that screening looks for
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),  # term, link, domain, hashtag
    Column("value", Text, nullable=False),  # normalised
    Column("category", Text, nullable=False),
    Column("action", Text, nullable=False),  # signal, contain, refuse
    Column("note", Text, nullable=False, server_default=""),
    Column("created_by", Id),
    Column("created_at", Time, nullable=False),
    Column("swept_to", Id),  # the sweep over older posts: the last id that it has looked at
    Column("swept_count", Integer, nullable=False, server_default="0"),
    Column("swept_found", Integer, nullable=False, server_default="0"),
    Column("swept_at", Time),  # when it was through
    UniqueConstraint("kind", "value"),
)

server_blocks = Table(
    "server_blocks",  # other servers, for when this one speaks with any
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("domain", Text, nullable=False, unique=True),
    Column("severity", Text, nullable=False),  # noop, silence, suspend
    Column("rejects_media", Boolean, nullable=False),
    Column("rejects_reports", Boolean, nullable=False),
    Column("private_comment", Text, nullable=False),
    Column("public_comment", Text, nullable=False),
    Column("is_obfuscated", Boolean, nullable=False),
    Column("created_by", Id),
    Column("created_at", Time, nullable=False),
)

server_allows = Table(
    "server_allows",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("domain", Text, nullable=False, unique=True),
    Column("created_by", Id),
    Column("created_at", Time, nullable=False),
)
