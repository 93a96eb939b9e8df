"""Preferences: how the caller wants to post and read; changed with the profile, read here."""

from __future__ import annotations

from holdfast import people
from holdfast.errors import NotFound
from holdfast.mastodon.endpoints import Call, Endpoints
from holdfast.mastodon.entities import Preferences

api = Endpoints()


@api.get("/api/v1/preferences", scopes="read:accounts", returns=Preferences, tier=2)
def preferences(call: Call) -> Preferences:
    """How the caller wants to post and read."""
    account = people.account_by_id(call.r, call.me)
    if account is None:
        raise NotFound()
    return Preferences(
        posting_default_visibility=account.default_visibility,
        posting_default_sensitive=account.default_sensitive,
        posting_default_language=account.default_language,
        posting_default_quote_policy=account.default_quote_policy,
        reading_expand_media=account.media_display,
        reading_expand_spoilers=account.opens_warnings,
    )
