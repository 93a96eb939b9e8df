"""People: accounts (ours have no domain), how they relate to each other, and what they keep about each other."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Index, Integer, Table, Text, UniqueConstraint, false, text, true
from sqlalchemy.schema import SchemaItem

from holdfast.store import Id, Time, metadata

accounts = Table(
    "accounts",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("username", Text, nullable=False),
    Column("username_key", Text, nullable=False),  # case-folded
    Column("skeleton", Text, nullable=False),  # look-alikes share it
    Column("domain", Text),  # null: ours
    Column("uri", Text, nullable=False, unique=True),
    Column("display_name", Text, nullable=False, server_default=""),
    Column("display_key", Text, nullable=False, server_default=""),  # case-folded, for search by prefix
    Column("note", Text, nullable=False, server_default=""),  # as written
    Column("note_html", Text, nullable=False, server_default=""),
    Column("fields", JSON, nullable=False),  # [{name, value, html, verified_at}]
    Column("avatar_key", Text),  # blob in storage; null: the default picture
    Column("avatar_description", Text, nullable=False, server_default=""),
    Column("header_key", Text),
    Column("header_description", Text, nullable=False, server_default=""),
    Column("is_locked", Boolean, nullable=False),
    Column("is_bot", Boolean, nullable=False),
    Column("is_discoverable", Boolean),
    Column("is_indexable", Boolean, nullable=False),
    Column("hides_collections", Boolean, nullable=False),
    Column("shows_media", Boolean, nullable=False, server_default=true()),  # tabs of the profile
    Column("shows_media_replies", Boolean, nullable=False, server_default=true()),
    Column("shows_featured", Boolean, nullable=False, server_default=true()),
    Column("attribution_domains", JSON, nullable=False),  # sites that may name the account as an author
    Column("default_visibility", Text, nullable=False, server_default="public"),
    Column("default_sensitive", Boolean, nullable=False),
    Column("default_language", Text),
    Column("default_quote_policy", Text, nullable=False, server_default="public"),
    Column("media_display", Text, nullable=False, server_default="default"),  # show_all, hide_all
    Column("opens_warnings", Boolean, nullable=False, server_default=false()),
    Column("has_shortcuts", Boolean, nullable=False, server_default=true()),
    Column("shortcuts", JSON, nullable=False, server_default="{}"),  # action to key, where the member has another
    Column("followers_count", Integer, nullable=False, server_default="0"),
    Column("following_count", Integer, nullable=False, server_default="0"),
    Column("statuses_count", Integer, nullable=False, server_default="0"),
    Column("last_status_at", Time),
    Column("newest_status_id", Id),  # newest post or boost: lets a home feed skip quiet authors
    Column("revision", Integer, nullable=False, server_default="1"),  # bumped when the profile shows differently
    Column("relations_revision", Integer, nullable=False, server_default="1"),  # bumped with follows, blocks, mutes
    Column("created_at", Time, nullable=False),
    Column("suspended_at", Time),
    Column("limited_at", Time),
    Column("posting_frozen_at", Time),  # reading goes on
    Column("sensitized_at", Time),  # whatever it attaches is covered
    Column("memorial_at", Time),
    Column("moved_to_id", Id),
    Column("deleted_at", Time),
    UniqueConstraint("username_key", "domain"),
    # NULL domains never collide in a unique constraint: this index is what keeps local names unique.
    Index(
        "uq_accounts_local_name",
        "username_key",
        unique=True,
        sqlite_where=text("domain IS NULL"),
        postgresql_where=text("domain IS NULL"),
    ),
    Index("ix_accounts_skeleton", "skeleton"),
    Index("ix_accounts_name_prefix", "username_key", postgresql_ops={"username_key": "text_pattern_ops"}),
    Index("ix_accounts_display_prefix", "display_key", postgresql_ops={"display_key": "text_pattern_ops"}),
)


def _relation(name: str, *extra: SchemaItem) -> Table:
    return Table(
        name,
        metadata,
        Column("id", Id, primary_key=True, autoincrement=False),
        Column("account_id", Id, nullable=False),
        Column("target_id", Id, nullable=False),
        *extra,
        Column("created_at", Time, nullable=False),
        UniqueConstraint("account_id", "target_id"),
        Index(f"ix_{name}_target_id_id", "target_id", "id"),
    )


follows = _relation(
    "follows",
    Column("shows_boosts", Boolean, nullable=False),
    Column("notifies", Boolean, nullable=False),
    Column("languages", JSON),  # null: all
    # Which followers want to be told of every post: most authors have none, and each post asks.
    Index(
        "ix_follows_notifies",
        "target_id",
        "account_id",
        sqlite_where=text("notifies"),
        postgresql_where=text("notifies"),
    ),
)
follow_requests = _relation(
    "follow_requests",
    Column("shows_boosts", Boolean, nullable=False),
    Column("notifies", Boolean, nullable=False),
    Column("languages", JSON),
)
blocks = _relation("blocks")
mutes = _relation(
    "mutes",
    Column("hides_notifications", Boolean, nullable=False),
    Column("expires_at", Time),  # null: until taken back
    Index(
        "ix_mutes_expires_at",
        "expires_at",
        sqlite_where=text("expires_at IS NOT NULL"),
        postgresql_where=text("expires_at IS NOT NULL"),
    ),
)
endorsements = _relation("endorsements")

dismissed_suggestions = Table(
    "dismissed_suggestions",
    metadata,
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("target_id", Id, primary_key=True, autoincrement=False),
    Column("created_at", Time, nullable=False),
    Index("ix_dismissed_suggestions_target_id", "target_id"),
)

featured_accounts = Table(
    "featured_accounts",
    metadata,
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("created_at", Time, nullable=False),
)

domain_blocks = Table(
    "domain_blocks",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, nullable=False),
    Column("domain", Text, nullable=False),
    Column("created_at", Time, nullable=False),
    UniqueConstraint("account_id", "domain"),
)

account_notes = Table(
    "account_notes",
    metadata,
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("target_id", Id, primary_key=True, autoincrement=False),
    Column("comment", Text, nullable=False),
    Index("ix_account_notes_target_id", "target_id"),
)

markers = Table(
    "markers",
    metadata,
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("timeline", Text, primary_key=True),  # home, notifications
    Column("last_read_id", Id, nullable=False),
    Column("version", Integer, nullable=False),
    Column("updated_at", Time, nullable=False),
)

collections = Table(
    "collections",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, nullable=False, index=True),  # whose recommendation it is
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False, server_default=""),  # plain text
    Column("language", Text),
    Column("tag_name", Text),  # as written
    Column("is_sensitive", Boolean, nullable=False),
    Column("is_discoverable", Boolean, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
)

collection_items = Table(
    "collection_items",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("collection_id", Id, nullable=False),
    Column("account_id", Id, nullable=False),  # who is recommended
    Column("state", Text, nullable=False),  # accepted, revoked (by who is recommended: not to be put back)
    Column("created_at", Time, nullable=False),
    UniqueConstraint("collection_id", "account_id"),
    Index("ix_collection_items_account_id", "account_id"),
)

lists = Table(
    "lists",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("replies_policy", Text, nullable=False),  # followed, list, none
    Column("is_exclusive", Boolean, nullable=False),  # members leave the home timeline
    Column("created_at", Time, nullable=False),
)

list_members = Table(
    "list_members",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("list_id", Id, nullable=False),
    Column("owner_id", Id, nullable=False, index=True),  # whose list it is: an unfollow takes out of all of them
    Column("account_id", Id, nullable=False),
    Column("created_at", Time, nullable=False),
    UniqueConstraint("list_id", "account_id"),
    Index("ix_list_members_account_id_owner_id", "account_id", "owner_id"),
)

account_aliases = Table(
    "account_aliases",
    metadata,
    Column("account_id", Id, primary_key=True, autoincrement=False),  # says that the other is its own, too
    Column("target_id", Id, primary_key=True, autoincrement=False),
    Column("created_at", Time, nullable=False),
    Index("ix_account_aliases_target_id", "target_id"),
)

account_moves = Table(
    "account_moves",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, nullable=False, index=True),
    Column("target_id", Id, nullable=False),
    Column("started_at", Time, nullable=False),
    Column("undone_at", Time),
)
