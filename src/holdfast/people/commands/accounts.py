"""Accounts come and go. Who may, is for the rooms above to say."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import insert, select, update

from holdfast.errors import Invalid
from holdfast.languages import say
from holdfast.people import names
from holdfast.people.errors import AccountNotFound
from holdfast.people.events import AccountCreated, AccountDeleted
from holdfast.people.jobs import SEVER, Sever
from holdfast.people.queries.found import account_by_id
from holdfast.people.tables import accounts
from holdfast.writes import Write

_UNSET: dict[str, Any] = {
    "fields": [],
    "attribution_domains": [],
    "hides_collections": False,
    "default_sensitive": False,
}


def create_account(
    w: Write,
    username: str,
    display_name: str = "",
    *,
    is_locked: bool = False,
    is_bot: bool = False,
    is_discoverable: bool | None = None,
    is_indexable: bool = False,
    language: str | None = None,
    allow_reserved: bool = False,
    base_url: str | None = None,
) -> int:
    """Create a local account; its id. ``base_url`` is for a set-up that changes the domain in the same commit.

    Raises :class:`Invalid` on ``username`` with the codes of :func:`names.check_username`, and with ERR_TAKEN for
    a name that is in use (or was), in any case, or that looks like one.
    """
    names.check_username(username, reserved_allowed=allow_reserved)
    shown = names.clean_display_name(display_name)
    key, skeleton = names.username_key(username), names.skeleton(username)
    w.serialise(_lock_number(skeleton))
    _refuse_taken(w, key, skeleton)
    account_id, base = w.new_id(), base_url or w.db.base_url
    w.run(
        insert(accounts).values(
            id=account_id,
            username=username,
            username_key=key,
            skeleton=skeleton,
            uri=f"{base}/users/{username}",
            display_name=shown,
            display_key=shown.casefold(),
            is_locked=is_locked,
            is_bot=is_bot,
            is_discoverable=is_discoverable,
            is_indexable=is_indexable,
            default_language=language,
            created_at=w.now,
            **_UNSET,
        )
    )
    w.record(AccountCreated(account_id=account_id, username=username), owner=account_id)
    return account_id


def _lock_number(skeleton: str) -> int:
    """Under which names that look alike wait for each other."""
    return int.from_bytes(hashlib.blake2b(skeleton.encode(), digest_size=8).digest(), signed=True)


def _refuse_taken(w: Write, key: str, skeleton: str) -> None:
    ours = accounts.c.domain.is_(None)
    if w.exists(select(accounts.c.id).where(accounts.c.username_key == key, ours)):
        raise Invalid.field("username", "ERR_TAKEN", say("Username is taken"))
    if w.exists(select(accounts.c.id).where(accounts.c.skeleton == skeleton, ours)):
        raise Invalid.field("username", "ERR_TAKEN", say("Username looks too much like one that is taken"))


def move_local_addresses(w: Write, base_url: str) -> None:
    """Give our accounts their addresses under a new base; for a server that takes its domain after its set-up."""
    named = accounts.c.domain.is_(None) & accounts.c.username_key.notlike("=%")  # not those whose name was released
    ours = named & accounts.c.uri.notlike(f"{base_url}/users/%")
    for account_id, username in w.rows(select(accounts.c.id, accounts.c.username).where(ours)):
        change_shown(w, account_id, uri=f"{base_url}/users/{username}")


def delete_account(w: Write, account_id: int) -> None:
    """Take an account away for good: the profile at once, its relations in slices by a job. The name stays taken."""
    w.serialise(account_id)
    account = account_by_id(w, account_id)
    if account is None:
        raise AccountNotFound
    if account.deleted_at is not None:
        return
    change_shown(
        w,
        account_id,
        deleted_at=w.now,
        display_name="",
        display_key="",
        note="",
        note_html="",
        fields=[],
        attribution_domains=[],
        avatar_key=None,
        avatar_description="",
        header_key=None,
        header_description="",
        is_discoverable=False,
        is_indexable=False,
        default_language=None,
    )
    w.enqueue(SEVER, Sever(account_id=account_id))
    dropped = tuple(key for key in (account.avatar_key, account.header_key) if key)
    w.record(AccountDeleted(account_id=account_id, dropped_blobs=dropped), owner=account_id)


def release_name(w: Write, account_id: int) -> None:
    """Let others have the name of a deleted account that nobody ever saw (turned down, never confirmed)."""
    gone = (accounts.c.id == account_id) & accounts.c.deleted_at.is_not(None)
    free = f"={account_id}"  # no name can have this sign, so the tombstone is in nobody's way
    w.run(
        update(accounts).where(gone).values(username_key=free, skeleton=free, uri=f"{w.db.base_url}/gone/{account_id}")
    )


def change_shown(w: Write, account_id: int, **values: Any) -> None:
    """Change what an account shows: caches of its profile are for the old look."""
    w.run(update(accounts).where(accounts.c.id == account_id).values(**values, revision=accounts.c.revision + 1))
