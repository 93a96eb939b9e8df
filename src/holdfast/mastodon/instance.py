"""This server, as it describes itself: the instance documents with every limit in force, rules, activity."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

from msgspec import UNSET, Struct

from holdfast import __version__, access, figures
from holdfast.access import Document
from holdfast.errors import NotFound
from holdfast.mastodon import entities as e
from holdfast.mastodon import instance_parts as parts
from holdfast.mastodon import statistics
from holdfast.mastodon.endpoints import Call, Endpoints
from holdfast.mastodon.entities.base import Datetime, Entity, date_text, datetime_text
from holdfast.moderation import servers
from holdfast.posts.languages import LANGUAGES
from holdfast.store import DAY
from holdfast.writes import modes

api = Endpoints()

SPEAKS = "4.5.0"
"""The version of the client API that this server is compatible with."""

API_VERSION = 1
"""The number that clients compare: what it added is served. 2 would claim grouped notifications."""

VERSION = f"{SPEAKS} (compatible; Holdfast {__version__})"

THUMBNAIL = "/static/images/thumbnail.png"
THUMBNAIL_2X = "/static/images/thumbnail-2x.png"
THUMBNAIL_BLURHASH = "LE7VcLo~00R*tmj]V[a|0KWB_3t7"
ICON_SIZES = (48, 96, 180, 192, 512)
MONTH = 30 * DAY


class SwitchedOffNow(Entity, kw_only=True):
    """Something that the server refuses for the time being, and why."""

    ability: str
    reason: str
    since: Datetime
    until: Datetime | None


class Extension(Entity, kw_only=True):
    """What only this software says of itself."""

    version: str
    modes: list[SwitchedOffNow]  # everything that is switched off at present


class HoldfastInstance(e.Instance, kw_only=True):
    """The instance document with our own key."""

    holdfast: Extension


class InstanceLanguage(Entity, kw_only=True):
    """A language that people write here."""

    code: str
    name: str


class TermsDate(Struct, kw_only=True):
    """The day from which a version of the terms holds."""

    date: str


@api.get("/api/v2/instance", auth="public", returns=HoldfastInstance, tier=1)
def instance(call: Call) -> HoldfastInstance:
    """What this server is, what it allows, and who runs it."""
    settings, base, r = call.db.settings, call.db.base_url, call.r
    now = call.db.clock.now()
    off = modes(r)
    return HoldfastInstance(
        domain=call.db.local_domain,
        title=settings.name,
        version=VERSION,
        source_url=settings.source_address(base),
        description=settings.short_description,
        wrapstodon=None,
        usage=e.InstanceUsage(users=e.InstanceUsageUsers(active_month=figures.active_since(r, now - MONTH))),
        thumbnail=e.InstanceThumbnail(
            url=base + THUMBNAIL,
            description=f"The emblem of {settings.name}",
            blurhash=THUMBNAIL_BLURHASH,
            versions=e.InstanceThumbnailVersions(at_1x=base + THUMBNAIL, at_2x=base + THUMBNAIL_2X),
        ),
        icon=[e.InstanceIcon(src=f"{base}/static/images/icon-{n}.png", size=f"{n}x{n}") for n in ICON_SIZES],
        languages=list(settings.languages),
        configuration=parts.configuration(call),
        registrations=parts.registrations(call, {mode.ability for mode in off}),
        api_versions=e.InstanceApiVersions(mastodon=API_VERSION),
        contact=e.InstanceContact(email=settings.contact_email, account=parts.contact(call)),
        rules=parts.rules(r),
        holdfast=Extension(
            version=__version__,
            modes=[
                SwitchedOffNow(
                    ability=mode.ability,
                    reason=mode.reason,
                    since=datetime_text(mode.since),
                    until=datetime_text(mode.until) if mode.until else None,
                )
                for mode in off
            ],
        ),
    )


@api.get("/api/v1/instance", auth="public", returns=e.V1Instance, tier=1)
def instance_v1(call: Call) -> e.V1Instance:
    """What this server is, in the older form."""
    settings, base, r = call.db.settings, call.db.base_url, call.r
    registrations = parts.registrations(call, {mode.ability for mode in modes(r)})
    configuration = parts.configuration(call)
    media = configuration.media_attachments
    totals = statistics.totals(r)
    return e.V1Instance(
        uri=call.db.local_domain,
        title=settings.name,
        short_description=settings.short_description,
        description=parts.paragraphs(call, settings.description) or settings.short_description,
        email=settings.contact_email,
        version=VERSION,
        urls=e.V1InstanceUrls(streaming_api=configuration.urls.streaming),
        stats=e.V1InstanceStats(
            user_count=totals.users, status_count=totals.statuses, domain_count=len(statistics.domains(r))
        ),
        thumbnail=base + THUMBNAIL,
        languages=list(settings.languages),
        registrations=registrations.enabled,
        approval_required=registrations.approval_required,
        invites_enabled=settings.registration != "closed",
        configuration=e.V1InstanceConfiguration(
            accounts=e.V1InstanceAccounts(max_featured_tags=configuration.accounts.max_featured_tags),
            statuses=configuration.statuses,
            media_attachments=e.V1InstanceMediaAttachments(
                supported_mime_types=media.supported_mime_types,
                image_size_limit=media.image_size_limit,
                image_matrix_limit=media.image_matrix_limit,
                video_size_limit=media.video_size_limit,
                video_frame_rate_limit=media.video_frame_rate_limit,
                video_matrix_limit=media.video_matrix_limit,
            ),
            polls=configuration.polls,
        ),
        contact_account=parts.contact(call),
        rules=parts.rules(r),
    )


@api.get("/api/v1/instance/rules", auth="public", returns=list[e.Rule])
def rules(call: Call) -> list[e.Rule]:
    """The rules of this server."""
    return parts.rules(call.r)


@api.get("/api/v1/instance/peers", auth="public", returns=list[str])
def peers(call: Call) -> list[str]:
    """Other servers that this one knows."""
    return statistics.domains(call.r)


@api.get("/api/v1/instance/activity", auth="public", returns=list[e.ActivityWeek])
def activity(call: Call) -> list[e.ActivityWeek]:
    """The last twelve weeks in numbers."""
    return [
        e.ActivityWeek(
            week=str(week.start // 1000),
            statuses=str(week.statuses),
            logins=str(week.logins),
            registrations=str(week.registrations),
        )
        for week in statistics.weeks(call.db, call.r)
    ]


@api.get("/api/v1/instance/domain_blocks", auth="public-or-user", returns=list[e.DomainBlock])
def domain_blocks(call: Call) -> list[e.DomainBlock]:
    """Other servers that this one limits or refuses."""
    return [
        e.DomainBlock(
            domain=one.shown_domain,
            digest=sha256(one.domain.encode()).hexdigest(),
            severity=one.severity,
            comment=one.public_comment or UNSET,
        )
        for one in servers.public_server_blocks(call.r)
    ]


@api.get("/api/v1/instance/extended_description", auth="public", returns=e.ExtendedDescription)
def extended_description(call: Call) -> e.ExtendedDescription:
    """The long text about this server."""
    changed = parts.description_changed_at(call.r, call.db.clock.now())
    return e.ExtendedDescription(
        updated_at=datetime_text(changed), content=parts.paragraphs(call, call.db.settings.description)
    )


@api.get("/api/v1/instance/privacy_policy", auth="public", returns=e.PrivacyPolicy)
def privacy_policy(call: Call) -> e.PrivacyPolicy:
    """The privacy notice in force."""
    now = call.db.clock.now()
    found = access.document(call.r, "privacy", now=now)
    text = found.text if found else "Whoever runs this server has not published a privacy notice yet."
    return e.PrivacyPolicy(
        updated_at=datetime_text(found.effective_at if found else now), content=parts.paragraphs(call, text)
    )


@api.get("/api/v1/instance/languages", auth="public", returns=list[InstanceLanguage])
def languages(call: Call) -> list[InstanceLanguage]:  # noqa: ARG001
    """Languages that a post can be in."""
    return [InstanceLanguage(code=code, name=name) for code, name in LANGUAGES.items()]


@api.get("/api/v1/instance/translation_languages", auth="public", returns=dict[str, list[str]])
async def translation_languages(call: Call) -> dict[str, list[str]]:
    """Into which languages posts can be translated from each; nothing where no translation server is set."""
    return await call.in_thread(call.translator.languages)


@api.get("/api/v1/instance/terms_of_service", auth="public", returns=e.TermsOfService)
def terms_of_service(call: Call) -> e.TermsOfService:
    """The terms in force; when there are none yet, those that come into force next."""
    versions = _terms(call)
    now = call.db.clock.now()
    in_force = [version for version in versions if version.effective_at <= now]
    return _term_entity(call, versions, in_force[0] if in_force else versions[-1])


@api.get("/api/v1/instance/terms_of_service/{date}", auth="public", params=TermsDate, returns=e.TermsOfService)
def terms_of_service_of(call: Call, params: TermsDate) -> e.TermsOfService:
    """The terms that hold from a day on."""
    try:
        day = datetime.strptime(params.date, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as fault:
        raise NotFound() from fault
    versions = _terms(call)
    for version in versions:  # the last one, if a day brought several
        if date_text(version.effective_at) == day.date().isoformat():
            return _term_entity(call, versions, version)
    raise NotFound()


def _terms(call: Call) -> list[Document]:
    """All versions, newest first. Raises :class:`NotFound` when there are no terms."""
    versions = access.document_versions(call.r, "terms")
    if not versions:
        raise NotFound()
    return versions


def _term_entity(call: Call, versions: list[Document], shown: Document) -> e.TermsOfService:
    later = [version for version in versions if version.effective_at > shown.effective_at]
    return e.TermsOfService(
        effective_date=date_text(shown.effective_at),
        effective=shown.effective_at <= call.db.clock.now(),
        content=parts.paragraphs(call, shown.text),
        succeeded_by=date_text(later[-1].effective_at) if later else None,
    )
