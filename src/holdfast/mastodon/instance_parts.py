"""The parts that both instance documents are made of."""

from __future__ import annotations

from typing import cast

from msgspec import Raw
from sqlalchemy import func, select

from holdfast import access, people
from holdfast.access.tables import members
from holdfast.config import ServerSettings
from holdfast.keys import vapid
from holdfast.mastodon import entities as e
from holdfast.mastodon.endpoints import Call
from holdfast.people.names import LONGEST_DISPLAY_NAME
from holdfast.people.policy import LONGEST_FIELD
from holdfast.people.tables import accounts
from holdfast.posts.kinds import RECORDINGS
from holdfast.posts.pictures import KINDS
from holdfast.posts.text import URL_LENGTH, render_bio
from holdfast.store import Read
from holdfast.writes import Ability
from holdfast.writes.abilities import WHOLE_SERVER
from holdfast.writes.settings import server_settings

SIGN_UP_PAGE = "/auth/sign_up"
ABOUT_PAGE = "/about"
PRIVACY_PAGE = "/privacy"
TERMS_PAGE = "/terms"


def configuration(call: Call) -> e.InstanceConfiguration:
    """Addresses and limits, as they are in force."""
    settings = call.db.settings
    feeds: e.FeedAccess = "authenticated" if settings.timeline_needs_sign_in else "public"
    return e.InstanceConfiguration(
        urls=_urls(call),
        vapid=e.InstanceVapid(public_key=vapid.public_key(call.db.keyring)),
        accounts=_account_limits(settings),
        statuses=e.InstanceStatuses(
            max_characters=settings.most_characters,
            max_media_attachments=settings.most_media,
            characters_reserved_per_url=URL_LENGTH,
        ),
        media_attachments=e.InstanceMediaAttachments(
            supported_mime_types=[*KINDS.values(), *RECORDINGS],
            description_limit=settings.most_alt_characters,
            image_size_limit=settings.most_picture_bytes,
            image_matrix_limit=settings.most_picture_pixels,
            video_size_limit=settings.most_video_bytes,
            video_frame_rate_limit=settings.most_video_frame_rate,
            video_matrix_limit=settings.most_video_pixels,
        ),
        polls=e.InstancePolls(
            max_options=settings.most_poll_options,
            max_characters_per_option=settings.most_poll_option_characters,
            min_expiration=settings.shortest_poll_seconds,
            max_expiration=settings.longest_poll_seconds,
        ),
        translation=e.InstanceTranslation(enabled=call.translator.vendor is not None),
        timelines_access=e.InstanceTimelinesAccess(
            live_feeds=e.InstanceTimelinesAccessLiveFeeds(local=feeds, remote=feeds),
            hashtag_feeds=e.InstanceTimelinesAccessHashtagFeeds(local=feeds, remote=feeds),
            trending_link_feeds=e.InstanceTimelinesAccessTrendingLinkFeeds(local=feeds, remote=feeds),
        ),
        limited_federation=False,
    )


def _account_limits(settings: ServerSettings) -> e.InstanceAccounts:
    return e.InstanceAccounts(
        max_display_name_length=LONGEST_DISPLAY_NAME,
        max_note_length=settings.most_bio_characters,
        max_avatar_description_length=settings.most_alt_characters,
        max_header_description_length=settings.most_alt_characters,
        max_featured_tags=settings.most_featured_tags,
        max_pinned_statuses=settings.most_pins,
        max_profile_fields=settings.most_profile_fields,
        profile_field_name_limit=LONGEST_FIELD,
        profile_field_value_limit=LONGEST_FIELD,
    )


def _urls(call: Call) -> e.InstanceUrls:
    base, now = call.db.base_url, call.db.clock.now()
    has_privacy = access.document(call.r, "privacy", now=now) is not None
    has_terms = access.document(call.r, "terms", now=now) is not None
    return e.InstanceUrls(
        streaming=base.replace("http", "ws", 1),
        status=None,
        about=base + ABOUT_PAGE,
        privacy_policy=base + PRIVACY_PAGE if has_privacy else None,
        terms_of_service=base + TERMS_PAGE if has_terms else None,
    )


def registrations(call: Call, off: set[str]) -> e.InstanceRegistrations:
    """Whether and how anybody can sign up; ``off`` names what service modes refuse at present."""
    settings = call.db.settings
    paused = not off.isdisjoint({str(Ability.SIGN_UP), WHOLE_SERVER})
    enabled = settings.registration in ("open", "approval") and not paused
    message = settings.registration_message
    if paused and not message:
        message = "Sign-up is paused at the moment."
    by_approval = settings.registration == "approval"
    return e.InstanceRegistrations(
        enabled=enabled,
        approval_required=by_approval,
        message=paragraphs(call, message) if message and not enabled else None,
        min_age=settings.minimum_age_years or None,
        reason_required=by_approval,
        url=call.db.base_url + SIGN_UP_PAGE,
    )


def contact(call: Call) -> e.Account | None:
    """Whom to write to: the account that the settings name, else the owner's."""
    name = call.db.settings.contact_username.strip().removeprefix("@")
    found = people.account_by_handle(call.r, name) if name else None
    number = found.id if found is not None and found.is_present else _owner(call.r)
    if number is None:
        return None
    return cast(e.Account, Raw(call.renderer.accounts.one(call.r, number)))


def _owner(r: Read) -> int | None:
    statement = (
        select(members.c.account_id)
        .join(accounts, accounts.c.id == members.c.account_id)
        .where(members.c.role == "owner", people.is_present())
    )
    found = r.value(statement.order_by(members.c.account_id).limit(1))
    return int(found) if found is not None else None


def rules(r: Read) -> list[e.Rule]:
    """The rules in force."""
    return [
        e.Rule(
            id=str(rule.id),
            text=rule.text,
            hint=rule.hint,
            translations={
                language: e.RuleTranslation(text=words.text, hint=words.hint)
                for language, words in rule.translations.items()
            },
        )
        for rule in access.rules(r)
    ]


def paragraphs(call: Call, text: str) -> str:
    """Plain text as safe HTML with its links."""
    domain, base_url = call.db.local_domain, call.db.base_url
    return render_bio(text, domain=domain, base_url=base_url, resolve_mention=lambda _name, _domain: None).html


def description_changed_at(r: Read, now: int) -> int:
    """When the long description was last changed (milliseconds); else when the first account was made."""
    changed = r.value(select(server_settings.c.changed_at).where(server_settings.c.key == "description"))
    return int(changed or r.value(select(func.min(accounts.c.created_at))) or now)
