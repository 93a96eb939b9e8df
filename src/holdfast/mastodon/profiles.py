"""The caller's own profile: who am I, and what about me changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from holdfast import access, people
from holdfast.errors import NotFound
from holdfast.mastodon.binding import Upload
from holdfast.mastodon.endpoints import Call, Endpoints
from holdfast.mastodon.entities import CredentialAccount, CredentialAccountSource, Field, Profile, ProfileField, Role
from holdfast.mastodon.entities.base import datetime_text
from holdfast.mastodon.roles import role_entity
from holdfast.people import Bio, ProfileChange
from holdfast.posts import Sight
from holdfast.posts.text import Mentioned, find_mentions, render_bio, render_field
from holdfast.store import Read
from holdfast.writes import Ability, check_mode

api = Endpoints()

UPLOAD_LIMIT = 40 * 1024 * 1024  # bytes of a request with two pictures; the limit for one is a server setting
_encode = msgspec.json.Encoder().encode

Language = Annotated[str, Meta(max_length=35, pattern=r"^([A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*)?$")]


class FieldParams(Struct, kw_only=True):
    """A row of the table on the profile."""

    name: str = ""
    value: str = ""


class SourceParams(Struct, kw_only=True):
    """Posting defaults."""

    privacy: Literal["public", "unlisted", "private", "direct"] | UnsetType = UNSET
    sensitive: bool | UnsetType = UNSET
    language: Language | UnsetType | None = UNSET
    quote_policy: Literal["public", "followers", "nobody"] | UnsetType = UNSET


class ProfileParams(Struct, kw_only=True):
    """What changes; what is left out stays as it is."""

    display_name: str | UnsetType = UNSET
    note: str | UnsetType = UNSET
    avatar: Upload | None = None
    avatar_description: str | UnsetType = UNSET
    header: Upload | None = None
    header_description: str | UnsetType = UNSET
    locked: bool | UnsetType = UNSET
    bot: bool | UnsetType = UNSET
    discoverable: bool | UnsetType = UNSET
    hide_collections: bool | UnsetType = UNSET
    indexable: bool | UnsetType = UNSET
    show_media: bool | UnsetType = UNSET
    show_media_replies: bool | UnsetType = UNSET
    show_featured: bool | UnsetType = UNSET
    attribution_domains: list[str] | UnsetType = UNSET
    fields_attributes: list[FieldParams] | UnsetType = UNSET


class CredentialsParams(ProfileParams, kw_only=True):
    """What changes, posting defaults included."""

    source: SourceParams | UnsetType = UNSET


@api.get("/api/v1/accounts/verify_credentials", scopes="profile|read:accounts", returns=CredentialAccount, tier=1,
         is_quick=True)  # fmt: skip
def verify_credentials(call: Call) -> bytes:
    """Who the caller is."""
    return credential_account(call.r, call, call.sight)


@api.patch("/api/v1/accounts/update_credentials", scopes="write:accounts", params=CredentialsParams,
           returns=CredentialAccount, tier=2, body_limit=UPLOAD_LIMIT)  # fmt: skip
async def update_credentials(call: Call, params: CredentialsParams) -> bytes:
    """Change the caller's profile and posting defaults."""
    await _change(call, params, {} if params.source is UNSET else _defaults(params.source))
    return await call.read(credential_account, call)


@api.get("/api/v1/profile", scopes="profile|read:accounts", returns=Profile)
def profile(call: Call) -> Profile:
    """The caller's profile as it was typed."""
    return _profile(call.r, call)


@api.patch("/api/v1/profile", scopes="write:accounts", params=ProfileParams, returns=Profile,
           body_limit=UPLOAD_LIMIT)  # fmt: skip
async def update_profile(call: Call, params: ProfileParams) -> Profile:
    """Change the caller's profile."""
    await _change(call, params, {})
    return await call.read(_profile, call)


@api.delete("/api/v1/profile/avatar", scopes="write:accounts", returns=CredentialAccount)
async def delete_avatar(call: Call) -> bytes:
    """Go back to the default avatar."""
    await call.write(people.update_profile, ProfileChange(avatar_key=None))
    return await call.read(credential_account, call)


@api.delete("/api/v1/profile/header", scopes="write:accounts", returns=CredentialAccount)
async def delete_header(call: Call) -> bytes:
    """Go back to the default header."""
    await call.write(people.update_profile, ProfileChange(header_key=None))
    return await call.read(credential_account, call)


def credential_account(r: Read, call: Call, sight: Sight | None = None) -> bytes:
    """The caller's account with its posting defaults and its role."""
    waiting = people.request_count(r, call.me)  # those who wait may have gone, which names nobody else
    kept = call.renderer.credentials.newest(call.me)
    if kept is not None and sight is not None and sight.holds(kept[0][0], call.me) and kept[0][1] == waiting:
        return kept[1]
    account = _own(r, call)
    source = CredentialAccountSource(
        attribution_domains=list(account.attribution_domains),
        note=account.note,
        fields=[Field(name=f.name, value=f.value, verified_at=_moment(f.verified_at)) for f in account.fields],
        privacy=account.default_visibility,
        sensitive=account.default_sensitive,
        language=account.default_language or call.db.settings.languages[0],
        follow_requests_count=waiting,
        hide_collections=account.hides_collections,
        discoverable=account.is_discoverable,
        indexable=account.is_indexable,
        quote_policy=account.default_quote_policy,
    )
    head = call.renderer.accounts.one(r, account.id)
    made = b"".join((head[:-1], b',"source":', _encode(source), b',"role":', _encode(_role(r, call)), b"}"))
    if sight is not None:
        call.renderer.credentials.put(call.me, (sight.number, waiting), made, len(made))
    return made


def _role(r: Read, call: Call) -> Role:
    member = access.find(r, call.me)
    return role_entity(member.rank if member else access.ROLES["member"])


def _profile(r: Read, call: Call) -> Profile:
    account = _own(r, call)
    base = f"{call.db.base_url}/media/profile/"
    avatar = base + account.avatar_key if account.avatar_key else None
    header = base + account.header_key if account.header_key else None
    return Profile(
        id=str(account.id),
        display_name=account.display_name,
        note=account.note,
        fields=[ProfileField(name=f.name, value=f.value, verified_at=_moment(f.verified_at)) for f in account.fields],
        avatar=avatar,
        avatar_static=avatar,
        avatar_description=account.avatar_description,
        header=header,
        header_static=header,
        header_description=account.header_description,
        locked=account.is_locked,
        bot=account.is_bot,
        hide_collections=account.hides_collections,
        discoverable=account.is_discoverable,
        indexable=account.is_indexable,
        show_media=account.shows_media,
        show_media_replies=account.shows_media_replies,
        show_featured=account.shows_featured,
        attribution_domains=list(account.attribution_domains),
        featured_tags=[],
    )


def _own(r: Read, call: Call) -> people.Account:
    account = people.account_by_id(r, call.me)
    if account is None:
        raise NotFound()
    return account


def _moment(ms: int | None) -> str | None:
    return datetime_text(ms) if ms else None


async def _change(call: Call, params: ProfileParams, changes: dict[str, Any]) -> None:
    """Pictures and text are made ready before the write, which then only stores them."""
    pictures: dict[str, Any] = {}
    for kind, upload in (("avatar", params.avatar), ("header", params.header)):
        if upload is not None:
            await call.read(check_mode, Ability.PROFILE, call.db.clock.now())
            pictures[f"{kind}_key"] = await call.in_thread(call.uploads.profile_picture, upload.file, kind)
    texts = await call.read(_texts, call, params)
    change = ProfileChange(
        display_name=params.display_name,
        avatar_description=params.avatar_description,
        header_description=params.header_description,
        is_locked=params.locked,
        is_bot=params.bot,
        is_discoverable=params.discoverable,
        is_indexable=params.indexable,
        hides_collections=params.hide_collections,
        shows_media=params.show_media,
        shows_media_replies=params.show_media_replies,
        shows_featured=params.show_featured,
        attribution_domains=params.attribution_domains,
        **pictures,
        **texts,
        **changes,
    )
    await call.write(people.update_profile, change)


def _defaults(source: SourceParams) -> dict[str, Any]:
    language = source.language
    return {
        "default_visibility": source.privacy,
        "default_sensitive": source.sensitive,
        "default_language": language if language is UNSET else language or None,
        "default_quote_policy": source.quote_policy,
    }


def _texts(r: Read, call: Call, params: ProfileParams) -> dict[str, Any]:
    """The bio and the fields with their HTML."""
    written = "" if params.note is UNSET else params.note
    rows: Sequence[FieldParams] = () if params.fields_attributes is UNSET else params.fields_attributes
    known = _people(r, call, "\n".join([written, *(row.value for row in rows)]))
    form: dict[str, Any] = {
        "domain": call.db.local_domain,
        "base_url": call.db.base_url,
        "resolve_mention": lambda name, domain: known.get((name, domain)),
    }
    made: dict[str, Any] = {}
    if params.note is not UNSET:
        made["bio"] = Bio(params.note, render_bio(params.note, **form).html)
    if params.fields_attributes is not UNSET:
        made["fields"] = [people.ProfileField(f.name, f.value, render_field(f.value, **form).html) for f in rows]
    return made


def _people(r: Read, call: Call, text: str) -> dict[tuple[str, str | None], Mentioned]:
    handles = find_mentions(text, call.db.local_domain) if "@" in text else []
    url = call.renderer.accounts.url
    return {
        key: Mentioned(account.id, account.username, account.domain, url(account.username, account.domain, account.uri))
        for key, account in people.accounts_by_handles(r, handles).items()
    }
