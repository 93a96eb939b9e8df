"""Posts: statuses (a boost is one too), their edits, mentions, hashtags, media, polls and what members do with them."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, Index, Integer, Table, Text, UniqueConstraint, text

from holdfast.store import Id, Time, metadata

_PUBLIC = text("visibility = 'public' AND boost_of_id IS NULL AND deleted_at IS NULL")
_QUOTES = text("quote_of_id IS NOT NULL")

statuses = Table(
    "statuses",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("uri", Text, nullable=False, unique=True),
    Column("author_id", Id, nullable=False),
    Column("is_local", Boolean, nullable=False),
    Column("visibility", Text, nullable=False),  # public, unlisted, private, direct
    Column("in_reply_to_id", Id),
    Column("in_reply_to_account_id", Id),
    Column("boost_of_id", Id),
    Column("thread_id", Id, nullable=False),  # the post that began the conversation
    Column("text", Text, nullable=False),  # as written
    Column("html", Text, nullable=False),
    Column("spoiler_text", Text, nullable=False),
    Column("is_sensitive", Boolean, nullable=False),
    Column("language", Text),
    Column("app_id", Id),
    Column("poll_id", Id),
    Column("media_count", Integer, nullable=False),
    Column("replies_count", Integer, nullable=False, server_default="0"),
    Column("boosts_count", Integer, nullable=False, server_default="0"),
    Column("favourites_count", Integer, nullable=False, server_default="0"),
    Column("quotes_count", Integer, nullable=False, server_default="0"),
    Column("revision", Integer, nullable=False, server_default="1"),  # bumped with every visible change
    Column("created_at", Time, nullable=False),
    Column("edited_at", Time),
    Column("deleted_at", Time),
    Column("reply_policy", Text),  # followers, mentioned, nobody; null: everybody who can see it
    Column("quote_of_id", Id),
    Column("quote_state", Text),  # accepted, revoked; null: it quotes nothing
    Column("quote_policy", Text, nullable=False, server_default="nobody"),  # public, followers, nobody but the author
    Column("folded_by_id", Id),  # the author of the conversation who folded this reply away
    Column("restriction", Text),  # by moderators: contained, hidden, removed; null: none
    Column("label", Text),  # a note of the moderators that is shown with it
    Column("staff_warning", Text),  # the words of the moderators' warning, which the author cannot take off
    Column("locked_at", Time),  # since when nobody can reply in its conversation; on each post of that
    Index("ix_statuses_author_id_id", "author_id", "id"),
    Index("ix_statuses_in_reply_to_id", "in_reply_to_id"),
    Index("ix_statuses_thread_id", "thread_id"),
    Index("ix_statuses_quote_of_id_id", "quote_of_id", "id", sqlite_where=_QUOTES, postgresql_where=_QUOTES),
    Index(
        "ix_statuses_author_id_quote_of_id", "author_id", "quote_of_id", sqlite_where=_QUOTES, postgresql_where=_QUOTES
    ),
    Index("ix_statuses_public", "id", sqlite_where=_PUBLIC, postgresql_where=_PUBLIC),
    Index(
        "uq_statuses_boost",
        "boost_of_id",
        "author_id",
        unique=True,
        sqlite_where=text("boost_of_id IS NOT NULL AND deleted_at IS NULL"),
        postgresql_where=text("boost_of_id IS NOT NULL AND deleted_at IS NULL"),
    ),
    Index(
        "ix_statuses_deleted_at",
        "deleted_at",
        sqlite_where=text("deleted_at IS NOT NULL"),
        postgresql_where=text("deleted_at IS NOT NULL"),
    ),
)

tombstones = Table(
    "tombstones",
    metadata,
    Column("uri", Text, primary_key=True),
    Column("subject_id", Id, nullable=False),
    Column("owner_id", Id),
    Column("deleted_at", Time, nullable=False),
)

status_edits = Table(
    "status_edits",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("status_id", Id, nullable=False, index=True),
    Column("author_id", Id, nullable=False),
    Column("text", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("spoiler_text", Text, nullable=False),
    Column("is_sensitive", Boolean, nullable=False),
    Column("media", JSON, nullable=False),  # [{id, description, focus}] as they were
    Column("poll_options", JSON),  # titles as they were
    Column("created_at", Time, nullable=False),
)

mentions = Table(
    "mentions",
    metadata,
    Column("status_id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("position", Integer, nullable=False),
    Index("ix_mentions_account_id_status_id", "account_id", "status_id"),
)

tags = Table(
    "tags",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False, unique=True),  # normalised
    Column("display_name", Text, nullable=False),
    Column("created_at", Time, nullable=False),
)

status_tags = Table(
    "status_tags",
    metadata,
    Column("tag_id", Id, primary_key=True, autoincrement=False),
    Column("status_id", Id, primary_key=True, autoincrement=False),
    Index("ix_status_tags_status_id", "status_id"),
)

tag_days = Table(
    "tag_days",
    metadata,
    Column("tag_id", Id, primary_key=True, autoincrement=False),
    Column("day", Integer, primary_key=True),  # days since 1970
    Column("uses", Integer, nullable=False),
    Column("accounts", Integer, nullable=False),
)

tag_follows = Table(
    "tag_follows",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, nullable=False),
    Column("tag_id", Id, nullable=False),
    Column("created_at", Time, nullable=False),
    UniqueConstraint("account_id", "tag_id"),
    Index("ix_tag_follows_tag_id", "tag_id"),
)

media = Table(
    "media",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, nullable=False, index=True),
    Column("status_id", Id, index=True),
    Column("position", Integer, nullable=False, server_default="0"),
    Column("kind", Text, nullable=False),  # image, gifv, video, audio
    Column("state", Text, nullable=False),  # waiting, ready, failed
    Column("file_name", Text, nullable=False, unique=True),  # random part of its address; cannot be guessed
    Column("blob_key", Text),  # hash of what is stored
    Column("preview_key", Text),
    Column("mime_type", Text, nullable=False),
    Column("byte_count", Id, nullable=False),
    Column("meta", JSON, nullable=False),  # {original: {width, height, …}, small: {…}}
    Column("blurhash", Text),
    Column("description", Text, nullable=False, server_default=""),
    Column("focus_x", Float),
    Column("focus_y", Float),
    Column("created_at", Time, nullable=False),
    Column("source_key", Text),  # what was sent, until it has been worked on
    Column("attempts", Integer, nullable=False, server_default="0"),  # to work on it
    Column("problem", Text),  # why it failed, for its owner
    Column("scheduled_id", Id, index=True),  # the waiting post that it is kept for
    Column("draft_id", Id, index=True),  # the draft that it is kept for; a post may have it already
)

blobs = Table(
    "blobs",
    metadata,
    Column("key", Text, primary_key=True),
    Column("owner_id", Id, primary_key=True, autoincrement=False),  # deduplicated per owner, not across
    Column("byte_count", Id, nullable=False),
    Column("mime_type", Text, nullable=False),
    Column("created_at", Time, nullable=False),
)

blob_places = Table(
    "blob_places",
    metadata,
    Column("key", Text, primary_key=True),
    Column("place", Text, primary_key=True),
    Column("stored_at", Time, nullable=False),
)

polls = Table(
    "polls",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("status_id", Id, nullable=False, index=True),
    Column("author_id", Id, nullable=False),
    Column("options", JSON, nullable=False),  # titles
    Column("is_multiple", Boolean, nullable=False),
    Column("hides_totals", Boolean, nullable=False),
    Column("expires_at", Time),
    Column("voters_count", Integer, nullable=False, server_default="0"),
    Column("closed_at", Time),  # set once everybody has been told
)

poll_votes = Table(
    "poll_votes",
    metadata,
    Column("poll_id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True),
    Column("created_at", Time, nullable=False),
)


def _mark(name: str) -> Table:
    return Table(
        name,
        metadata,
        Column("id", Id, primary_key=True, autoincrement=False),
        Column("account_id", Id, nullable=False),
        Column("status_id", Id, nullable=False),
        Column("created_at", Time, nullable=False),
        UniqueConstraint("account_id", "status_id"),
        Index(f"ix_{name}_status_id", "status_id"),
        Index(f"ix_{name}_account_id_id", "account_id", "id"),
    )


custom_emojis = Table(
    "custom_emojis",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("shortcode", Text, nullable=False, unique=True),
    Column("category", Text),
    Column("image_key", Text, nullable=False),
    Column("still_key", Text, nullable=False),  # the same where nothing moves
    Column("is_disabled", Boolean, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
)

index_progress = Table(
    "index_progress",
    metadata,
    Column("name", Text, primary_key=True),
    Column("below", Id, nullable=False),  # posts from here on are in; 0: all are
)

featured_tags = Table(
    "featured_tags",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, nullable=False),
    Column("tag_id", Id, nullable=False),
    Column("created_at", Time, nullable=False),
    UniqueConstraint("account_id", "tag_id"),
)

status_views = Table(
    "status_views",
    metadata,
    Column("status_id", Id, primary_key=True, autoincrement=False),
    Column("views", Id, nullable=False),  # of everybody together
)

favourites = _mark("favourites")
bookmarks = _mark("bookmarks")
pins = _mark("pins")

thread_mutes = Table(
    "thread_mutes",
    metadata,
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("thread_id", Id, primary_key=True, autoincrement=False),
    Column("created_at", Time, nullable=False),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, nullable=False),
    Column("thread_id", Id, nullable=False),
    Column("participants_key", Text, nullable=False),  # the others' ids, sorted, joined by commas
    Column("last_status_id", Id, nullable=False),
    Column("is_unread", Boolean, nullable=False),
    UniqueConstraint("account_id", "thread_id", "participants_key"),
    Index("ix_conversations_account_id_last_status_id", "account_id", "last_status_id"),
)

scheduled_statuses = Table(
    "scheduled_statuses",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, nullable=False),
    Column("scheduled_at", Time, nullable=False),
    Column("draft", JSON, nullable=False),
    Column("problem", Text),  # why it could not be published when its time came
    Column("created_at", Time, nullable=False),
    Index("ix_scheduled_statuses_account_id_id", "account_id", "id"),
    Index("ix_scheduled_statuses_scheduled_at", "scheduled_at"),
)

old_post_rules = Table(
    "old_post_rules",
    metadata,
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("age_days", Integer, nullable=False),
    Column("keeps_pinned", Boolean, nullable=False),
    Column("keeps_bookmarked", Boolean, nullable=False),
    Column("keeps_favourited", Boolean, nullable=False),
    Column("keeps_polls", Boolean, nullable=False),
    Column("keeps_media", Boolean, nullable=False),
    Column("keeps_direct", Boolean, nullable=False),
    Column("least_favourites", Integer),
    Column("least_boosts", Integer),
    Column("next_run_at", Time),  # null: switched off
    Index("ix_old_post_rules_next_run_at", "next_run_at"),
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, nullable=False),
    Column("kind", Text, nullable=False),  # new, reply, quote, edit, anew
    Column("target_id", Id, nullable=False),  # the post that it answers, quotes, changes or comes from; 0 with new
    Column("key", Text, nullable=False),  # the idempotency key, made with the draft
    Column("content", JSON, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
    UniqueConstraint("account_id", "kind", "target_id"),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("key", Text, primary_key=True),
    Column("status_id", Id, nullable=False),
    Column("created_at", Time, nullable=False),
)

cards = Table(
    "cards",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("asked_url", Text, nullable=False, unique=True),  # as it stands in posts
    Column("state", Text, nullable=False),  # ready, none (there is nothing to show)
    Column("url", Text, nullable=False),  # where it led
    Column("title", Text, nullable=False, server_default=""),
    Column("description", Text, nullable=False, server_default=""),
    Column("kind", Text, nullable=False, server_default="link"),
    Column("language", Text),
    Column("provider_name", Text, nullable=False, server_default=""),
    Column("provider_url", Text, nullable=False, server_default=""),
    Column("author_name", Text, nullable=False, server_default=""),
    Column("author_url", Text, nullable=False, server_default=""),
    Column("author_id", Id),  # the account that the page names and that names the page's site
    Column("is_unattributed", Boolean, nullable=False),  # the page names an account that does not name its site
    Column("published_at", Time),
    Column("image_key", Text),
    Column("image_width", Integer, nullable=False, server_default="0"),
    Column("image_height", Integer, nullable=False, server_default="0"),
    Column("blurhash", Text),
    Column("fetched_at", Time, nullable=False),
    Index("ix_cards_url", "url"),
)

status_cards = Table(
    "status_cards",
    metadata,
    Column("status_id", Id, primary_key=True, autoincrement=False),
    Column("card_id", Id, nullable=False),
    Index("ix_status_cards_card_id_status_id", "card_id", "status_id"),
)
