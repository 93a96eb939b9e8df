"""Search, trends, views, featured hashtags, suggestions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql, sqlite

revision = "0007"
down_revision = "0006"

ID = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")


def upgrade() -> None:
    """Create the tables and the index of words, which jobs fill with the posts that exist."""
    _search()
    _featured()
    _trends()


def _search() -> None:
    op.create_table(
        "index_progress",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("below", ID, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_index_progress")),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE status_search USING fts5(words, content='', contentless_delete=1, "
            "tokenize=\"ascii tokenchars '_'\")"
        )
        return
    op.create_table(
        "status_search",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_search")),
    )
    op.create_index(
        "ix_status_search_words",
        "status_search",
        ["words"],
        postgresql_using="gin",
        postgresql_with={"gin_pending_list_limit": 256},  # kB; every search reads the whole of that list
    )


def _featured() -> None:
    op.create_table(
        "featured_tags",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("tag_id", ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_featured_tags")),
        sa.UniqueConstraint("account_id", "tag_id", name=op.f("uq_featured_tags_account_id_tag_id")),
    )
    op.create_table(
        "dismissed_suggestions",
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("target_id", ID, autoincrement=False, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "target_id", name=op.f("pk_dismissed_suggestions")),
    )
    op.create_index("ix_dismissed_suggestions_target_id", "dismissed_suggestions", ["target_id"])
    op.create_table(
        "featured_accounts",
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_featured_accounts")),
    )


def _trends() -> None:
    op.create_table(
        "status_views",
        sa.Column("status_id", ID, autoincrement=False, nullable=False),
        sa.Column("views", ID, nullable=False),
        sa.PrimaryKeyConstraint("status_id", name=op.f("pk_status_views")),
    )
    op.create_table(
        "trends",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", ID, autoincrement=False, nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject_id", name=op.f("pk_trends")),
    )
    op.create_table(
        "trend_verdicts",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", ID, autoincrement=False, nullable=False),
        sa.Column("is_allowed", sa.Boolean(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject_id", name=op.f("pk_trend_verdicts")),
    )
