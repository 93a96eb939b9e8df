"""A member's profile and posting defaults."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType
from sqlalchemy import update

from holdfast.acting import Acting
from holdfast.config import ServerSettings
from holdfast.errors import Invalid
from holdfast.languages import say
from holdfast.people import names, policy, shortcuts
from holdfast.people.account import Account, ProfileField
from holdfast.people.commands.parties import acting_account
from holdfast.people.events import ProfileChanged
from holdfast.people.queries.found import account_by_id
from holdfast.people.tables import accounts
from holdfast.writes import Ability, Database


class Bio(msgspec.Struct, frozen=True):
    """A profile text as written, and as safe HTML."""

    text: str
    html: str


class ProfileChange(msgspec.Struct, frozen=True, kw_only=True):
    """What to change; UNSET leaves a thing as it is, and None takes it away where that is possible.

    Text comes with its HTML, rendered beforehand: nothing slow happens in the writer. Pictures are the keys of
    blobs that are stored already.
    """

    display_name: str | UnsetType = UNSET
    bio: Bio | UnsetType = UNSET
    fields: Sequence[ProfileField] | UnsetType = UNSET
    avatar_key: str | UnsetType | None = UNSET
    avatar_description: str | UnsetType = UNSET
    header_key: str | UnsetType | None = UNSET
    header_description: str | UnsetType = UNSET
    is_locked: bool | UnsetType = UNSET
    is_bot: bool | UnsetType = UNSET
    is_discoverable: bool | UnsetType | None = UNSET
    is_indexable: bool | UnsetType = UNSET
    hides_collections: bool | UnsetType = UNSET
    shows_media: bool | UnsetType = UNSET
    shows_media_replies: bool | UnsetType = UNSET
    shows_featured: bool | UnsetType = UNSET
    attribution_domains: Sequence[str] | UnsetType = UNSET
    default_visibility: str | UnsetType = UNSET
    default_sensitive: bool | UnsetType = UNSET
    default_language: str | UnsetType | None = UNSET
    default_quote_policy: str | UnsetType = UNSET
    media_display: str | UnsetType = UNSET
    opens_warnings: bool | UnsetType = UNSET
    has_shortcuts: bool | UnsetType = UNSET
    shortcuts: Mapping[str, str] | UnsetType = UNSET


_PRIVATE = frozenset(
    {
        "default_visibility",
        "default_sensitive",
        "default_language",
        "default_quote_policy",
        "media_display",
        "opens_warnings",
        "has_shortcuts",
        "shortcuts",
    }
)
"""What nobody else sees: changing only these is not a new look."""


def update_profile(db: Database, acting: Acting, change: ProfileChange) -> None:
    """Change the acting member's profile. Opening a locked profile accepts no waiting request by itself.

    Raises :class:`Invalid` with the field that breaks a limit.
    """
    with db.write(acting, Ability.PROFILE) as w:
        w.serialise(acting.known_id)
        account = acting_account(account_by_id(w, acting.known_id))
        new = {
            name: value
            for name, value in _accepted(account, change, w.db.settings).items()
            if getattr(account, name) != value
        }
        if not new:
            return
        values = dict(new)
        if "fields" in new:
            values["fields"] = msgspec.to_builtins(new["fields"])
        if "attribution_domains" in new:
            values["attribution_domains"] = list(new["attribution_domains"])
        if "display_name" in new:
            values["display_key"] = new["display_name"].casefold()
        if not new.keys() <= _PRIVATE:
            values["revision"] = accounts.c.revision + 1
        w.run(update(accounts).where(accounts.c.id == account.id).values(values))
        dropped = tuple(key for name in ("avatar_key", "header_key") if name in new and (key := getattr(account, name)))
        w.record(ProfileChanged(account_id=account.id, fields=tuple(sorted(new)), dropped_blobs=dropped))


def _accepted(account: Account, change: ProfileChange, settings: ServerSettings) -> dict[str, Any]:
    """The columns' new values, checked and cleaned; unchanged ones may be among them."""
    given = {name: value for name in change.__struct_fields__ if (value := getattr(change, name)) is not UNSET}
    for name, check in _CHECKS.items():
        if name in given:
            given[name] = check(account, given[name], settings)
    for name in ("avatar", "header"):
        if given.get(f"{name}_key", UNSET) is None:
            given[f"{name}_description"] = ""
    bio = given.pop("bio", None)
    if bio is not None:
        given |= {"note": bio.text, "note_html": bio.html}
    return given


def _display_name(_: Account, value: str, __: ServerSettings) -> str:
    return names.clean_display_name(value)


def _bio(_: Account, value: Bio, settings: ServerSettings) -> Bio:
    policy.check_bio(value.text, settings)
    return value


def _fields(account: Account, rows: Sequence[ProfileField], settings: ServerSettings) -> tuple[ProfileField, ...]:
    kept = [row for row in rows if row.name.strip() or row.value.strip()]
    policy.check_fields([(row.name.strip(), row.value.strip()) for row in kept], settings)
    verified = {(row.name, row.value): row.verified_at for row in account.fields}
    cleaned = [(row.name.strip(), row.value.strip(), row.html) for row in kept]
    return tuple(ProfileField(name, value, html, verified.get((name, value))) for name, value, html in cleaned)


def _described(field: str) -> Callable[[Account, str, ServerSettings], str]:
    def check(_: Account, value: str, settings: ServerSettings) -> str:
        policy.check_picture_description(field, value, settings)
        return value

    return check


def _chosen(field: str, choices: frozenset[str]) -> Callable[[Account, str, ServerSettings], str]:
    def check(_: Account, value: str, __: ServerSettings) -> str:
        policy.check_choice(field, value, choices)
        return value

    return check


def _sites(_: Account, value: Sequence[str], __: ServerSettings) -> tuple[str, ...]:
    cleaned = tuple(
        dict.fromkeys(names.normalise_domain(site, field="attribution_domains") for site in value if site.strip())
    )
    if len(cleaned) > policy.MOST_ATTRIBUTION_DOMAINS:
        most = policy.MOST_ATTRIBUTION_DOMAINS
        raise Invalid.field(
            "attribution_domains", "ERR_TOO_MANY", say("A profile can name up to %(most)s sites", most=most)
        )
    return cleaned


def _shortcuts(_: Account, value: Mapping[str, str], __: ServerSettings) -> dict[str, str]:
    return shortcuts.changed(value)


_CHECKS: dict[str, Callable[[Account, Any, ServerSettings], Any]] = {
    "display_name": _display_name,
    "bio": _bio,
    "fields": _fields,
    "avatar_description": _described("avatar_description"),
    "header_description": _described("header_description"),
    "attribution_domains": _sites,
    "default_visibility": _chosen("default_visibility", policy.VISIBILITIES),
    "default_quote_policy": _chosen("default_quote_policy", policy.QUOTE_POLICIES),
    "media_display": _chosen("media_display", policy.MEDIA_DISPLAYS),
    "shortcuts": _shortcuts,
}
