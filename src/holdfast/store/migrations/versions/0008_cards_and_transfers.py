"""Link previews, verified links, import, moving accounts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0008"
down_revision = "0007"

ID = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    _cards()
    _imports()
    _moves()


def _cards() -> None:
    op.create_table(
        "cards",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("asked_url", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), server_default="link", nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("provider_name", sa.Text(), server_default="", nullable=False),
        sa.Column("provider_url", sa.Text(), server_default="", nullable=False),
        sa.Column("author_name", sa.Text(), server_default="", nullable=False),
        sa.Column("author_url", sa.Text(), server_default="", nullable=False),
        sa.Column("author_id", ID, nullable=True),
        sa.Column("is_unattributed", sa.Boolean(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=True),
        sa.Column("image_key", sa.Text(), nullable=True),
        sa.Column("image_width", sa.Integer(), server_default="0", nullable=False),
        sa.Column("image_height", sa.Integer(), server_default="0", nullable=False),
        sa.Column("blurhash", sa.Text(), nullable=True),
        sa.Column("fetched_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cards")),
        sa.UniqueConstraint("asked_url", name=op.f("uq_cards_asked_url")),
    )
    op.create_index("ix_cards_url", "cards", ["url"])
    op.create_table(
        "status_cards",
        sa.Column("status_id", ID, autoincrement=False, nullable=False),
        sa.Column("card_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("status_id", name=op.f("pk_status_cards")),
    )
    op.create_index("ix_status_cards_card_id_status_id", "status_cards", ["card_id", "status_id"])


def _imports() -> None:
    op.create_table(
        "imports",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("is_overwrite", sa.Boolean(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("unreachable", sa.Integer(), server_default="0", nullable=False),
        sa.Column("removed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    op.create_index("ix_imports_account_id_id", "imports", ["account_id", "id"])
    op.create_table(
        "import_rows",
        sa.Column("import_id", ID, autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("import_id", "line", name=op.f("pk_import_rows")),
    )
    op.create_index("ix_import_rows_import_id_state_line", "import_rows", ["import_id", "state", "line"])


def _moves() -> None:
    op.create_table(
        "account_aliases",
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("target_id", ID, autoincrement=False, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "target_id", name=op.f("pk_account_aliases")),
    )
    op.create_index("ix_account_aliases_target_id", "account_aliases", ["target_id"])
    op.create_table(
        "account_moves",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("target_id", ID, nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_moves")),
    )
    op.create_index("ix_account_moves_account_id", "account_moves", ["account_id"])
