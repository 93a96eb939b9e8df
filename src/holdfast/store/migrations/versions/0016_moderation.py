"""Cases, signals, decisions, appeals, notices, screening: the moderation room."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0016"
down_revision = "0015"

ID = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")


def upgrade() -> None:
    """Create what is new."""
    op.create_table(
        "appeals",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("decision_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("deadline", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("answered_by", ID, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_appeals_decision_id")),
    )
    op.create_index(op.f("ix_appeals_account_id"), "appeals", ["account_id"])
    op.create_table(
        "blocked_terms",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("created_by", ID, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("swept_to", ID, nullable=True),
        sa.Column("swept_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("swept_found", sa.Integer(), server_default="0", nullable=False),
        sa.Column("swept_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocked_terms")),
        sa.UniqueConstraint("kind", "value", name=op.f("uq_blocked_terms_kind_value")),
    )
    op.create_table(
        "cases",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("account_id", ID, nullable=True),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("reach", sa.Float(), nullable=False),
        sa.Column("views", ID, nullable=False),
        sa.Column("measured_at", sa.BigInteger(), nullable=False),
        sa.Column("priority", sa.Float(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("signals_count", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("deadline", sa.BigInteger(), nullable=False),
        sa.Column("warned", sa.Integer(), server_default="0", nullable=False),
        sa.Column("contained_at", sa.BigInteger(), nullable=True),
        sa.Column("looked_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("claimed_by", ID, nullable=True),
        sa.Column("claimed_until", sa.BigInteger(), nullable=True),
        sa.Column("needs", sa.Text(), server_default="cases.decide", nullable=False),
        sa.Column("rests_at_version", sa.Text(), nullable=True),
        sa.Column("rests_until_views", ID, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
    )
    op.create_index("ix_cases_account_id", "cases", ["account_id"])
    op.create_index("ix_cases_closed_at", "cases", ["closed_at"])
    op.create_index(
        "ix_cases_deadline",
        "cases",
        ["deadline"],
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index("ix_cases_opened_at", "cases", ["opened_at"])
    op.create_index(
        "ix_cases_queue",
        "cases",
        ["priority", "id"],
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index("ix_cases_subject", "cases", ["subject_kind", "subject"])
    op.create_index(
        "uq_cases_open",
        "cases",
        ["subject_kind", "subject"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "decisions",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=True),
        sa.Column("status_id", ID, nullable=True),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("on_subject", sa.Text(), nullable=False),
        sa.Column("on_account", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("rule_ids", sa.JSON(), nullable=False),
        sa.Column("law", sa.Text(), server_default="", nullable=False),
        sa.Column("facts", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("label", sa.Text(), server_default="", nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("is_automated", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_provisional", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("closes", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("delivered_at", sa.BigInteger(), nullable=True),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.Column("undone_by", ID, nullable=True),
        sa.Column("overturned_by_appeal_id", ID, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index("ix_decisions_account_id", "decisions", ["account_id", "id"])
    op.create_index(op.f("ix_decisions_case_id"), "decisions", ["case_id"])
    op.create_index("ix_decisions_status_id", "decisions", ["status_id"])
    op.create_index(
        "ix_decisions_waiting",
        "decisions",
        ["created_at"],
        sqlite_where=sa.text("delivered_at IS NULL AND undone_at IS NULL"),
        postgresql_where=sa.text("delivered_at IS NULL AND undone_at IS NULL"),
    )
    op.create_table(
        "looks",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_looks")),
    )
    op.create_index("ix_looks_account_id", "looks", ["account_id", "id"])
    op.create_index(op.f("ix_looks_case_id"), "looks", ["case_id"])
    op.create_table(
        "notice_items",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("notice_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("written", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("gone_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_items")),
        sa.UniqueConstraint("notice_id", "position", name=op.f("uq_notice_items_notice_id_position")),
    )
    op.create_index(op.f("ix_notice_items_case_id"), "notice_items", ["case_id"])
    op.create_table(
        "notices",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), server_default="", nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("deadline", sa.BigInteger(), nullable=False),
        sa.Column("added_by", ID, nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index("ix_notices_deadline", "notices", ["deadline"])
    op.create_table(
        "signals",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column("account_id", ID, nullable=True),
        sa.Column("report_id", ID, nullable=True),
        sa.Column("notice_item_id", ID, nullable=True),
        sa.Column("visitor_id", ID, nullable=True),
        sa.Column("said_by", sa.Text(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signals")),
    )
    op.create_index("ix_signals_account_id", "signals", ["account_id", "outcome"])
    op.create_index("ix_signals_case_id", "signals", ["case_id", "id"])
    op.create_index("ix_signals_report_id", "signals", ["report_id"])
    op.create_index(op.f("ix_signals_visitor_id"), "signals", ["visitor_id"])
    op.create_table(
        "strikes",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("decision_id", ID, nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_strikes")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_strikes_decision_id")),
    )
    op.create_index("ix_strikes_account_id", "strikes", ["account_id", "id"])
    op.create_table(
        "visitors",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visitors")),
        sa.UniqueConstraint("receipt", name=op.f("uq_visitors_receipt")),
    )
    op.add_column("notifications", sa.Column("decision_id", ID, nullable=True))
