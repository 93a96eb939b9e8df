"""Access: who may sign in and how, apps and their tokens, invites, blocks of sign-ups, the rules agreed to."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Index, Integer, Table, Text, UniqueConstraint, false

from holdfast.store import Bytes, Id, Time, metadata

members = Table(
    "members",
    metadata,
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("email", Text),  # null only for accounts made without one, where no e-mail vendor is needed
    Column("email_key", Text, unique=True),  # normalised
    Column("email_canonical", Text),  # dots and plus parts folded, to find blocked people again
    Column("email_confirmed_at", Time),
    Column("new_email", Text),  # waits for its confirmation
    Column("password_hash", Text),  # null: signs in by passkey only
    Column("role", Text, nullable=False),  # owner, administrator, moderator, member
    Column("role_since", Time),  # null: since they joined
    Column("role_rests", Boolean, nullable=False, server_default=false()),  # until there is a second factor
    Column("locale", Text, nullable=False, server_default="en"),
    Column("approved_at", Time),  # null: waits for a moderator
    Column("sign_up_reason", Text, nullable=False, server_default=""),
    Column("sign_up_ip", Text),
    Column("invite_id", Id),
    Column("born_on", Text),  # ISO date; only where a minimum age is asked
    Column("terms_version", Integer),  # the version agreed to
    Column("disabled_at", Time),  # sign-in frozen
    Column("totp_secret", Text),
    Column("totp_enabled_at", Time),
    Column("totp_last_step", Id),
    Column("app_id", Id),  # the app that signed this member up
    Column("created_at", Time, nullable=False),
    Column("last_sign_in_at", Time),
    Column("last_active_at", Time),
    Index("ix_members_email_canonical", "email_canonical"),
    Index("ix_members_approved_at", "approved_at"),
)

application_words = Table(
    "application_words",  # questions to somebody who asks to join, and what they answer
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, nullable=False, index=True),
    Column("is_question", Boolean, nullable=False),
    Column("asked_by", Id),  # null: the applicant, or the command line
    Column("text", Text, nullable=False),
    Column("created_at", Time, nullable=False),
)

rejections = Table(
    "rejections",  # of those who asked to join: no name, address or network, only what finds them again
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("email_digest", Bytes, index=True),
    Column("network_digest", Bytes, index=True),
    Column("name_digest", Bytes, nullable=False, index=True),
    Column("reason", Text, nullable=False),  # for the team
    Column("rejected_by", Id),
    Column("created_at", Time, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, nullable=False, index=True),
    Column("digest", Bytes, nullable=False, unique=True),
    Column("ip", Text, nullable=False),
    Column("user_agent", Text, nullable=False),
    Column("method", Text, nullable=False),  # password, passkey, recovery, set-up
    Column("created_at", Time, nullable=False),
    Column("last_used_at", Time, nullable=False),
)

apps = Table(
    "apps",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("client_id", Text, nullable=False, unique=True),
    Column("secret_digest", Bytes, nullable=False),
    Column("name", Text, nullable=False),
    Column("website", Text),
    Column("redirect_uris", JSON, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("last_used_at", Time),
)

authorization_codes = Table(
    "authorization_codes",
    metadata,
    Column("digest", Bytes, primary_key=True),
    Column("app_id", Id, nullable=False),
    Column("account_id", Id, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("redirect_uri", Text, nullable=False),
    Column("code_challenge", Text),  # S256 only
    Column("expires_at", Time, nullable=False),
    Column("token_id", Id),  # set when used: a second use revokes that token
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("digest", Bytes, nullable=False, unique=True),
    Column("app_id", Id, nullable=False, index=True),
    Column("account_id", Id, index=True),  # null: the app itself
    Column("scopes", Text, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("last_used_at", Time),
    Column("last_ip", Text),
)

passkeys = Table(
    "passkeys",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, nullable=False, index=True),
    Column("credential_id", Bytes, nullable=False, unique=True),
    Column("public_key", Bytes, nullable=False),
    Column("sign_count", Id, nullable=False),
    Column("transports", JSON, nullable=False),
    Column("name", Text, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("last_used_at", Time),
)

passkey_challenges = Table(
    "passkey_challenges",
    metadata,
    Column("digest", Bytes, primary_key=True),
    Column("purpose", Text, nullable=False),  # register, sign-in
    Column("account_id", Id),
    Column("expires_at", Time, nullable=False),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("digest", Bytes, primary_key=True),
    Column("used_at", Time),
)

invites = Table(
    "invites",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("code", Text, nullable=False, unique=True),
    Column("created_by", Id, nullable=False, index=True),
    Column("comment", Text, nullable=False, server_default=""),
    Column("most_uses", Integer),  # null: no limit
    Column("uses", Integer, nullable=False, server_default="0"),
    Column("expires_at", Time),
    Column("follows_inviter", Boolean, nullable=False),
    Column("collection_id", Id),  # people whom the invited is offered to follow
    Column("revoked_at", Time),
    Column("created_at", Time, nullable=False),
)

email_domain_blocks = Table(
    "email_domain_blocks",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("domain", Text, nullable=False, unique=True),
    Column("comment", Text, nullable=False, server_default=""),
    Column("created_at", Time, nullable=False),
)

canonical_email_blocks = Table(
    "canonical_email_blocks",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("digest", Text, nullable=False, unique=True),  # SHA-256 of the canonical address, in hex
    Column("created_at", Time, nullable=False),
)

ip_blocks = Table(
    "ip_blocks",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("network", Text, nullable=False, unique=True),
    Column("severity", Text, nullable=False),  # sign_up_requires_approval, sign_up_block, no_access
    Column("comment", Text, nullable=False, server_default=""),
    Column("expires_at", Time),
    Column("created_at", Time, nullable=False),
)

used_challenges = Table(
    "used_challenges",
    metadata,
    Column("id", Text, primary_key=True),
    Column("expires_at", Time, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column("bucket", Text, primary_key=True),  # what is guessed, hashed: never an address in clear
    Column("started_at", Time, nullable=False),
    Column("count", Integer, nullable=False),
)

rules = Table(
    "rules",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("position", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("hint", Text, nullable=False, server_default=""),
    Column("translations", JSON, nullable=False, server_default="{}"),  # {language: {text, hint}}
    Column("created_at", Time, nullable=False),
    Column("deleted_at", Time),
)

documents = Table(
    "documents",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),  # terms, privacy
    Column("version", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("effective_at", Time, nullable=False),
    Column("created_at", Time, nullable=False),
    UniqueConstraint("kind", "version"),
)

set_up_steps = Table(
    "set_up_steps",
    metadata,
    Column("name", Text, primary_key=True),
    Column("answers", JSON, nullable=False),
    Column("saved_at", Time, nullable=False),
)
