"""Posts in another language, by the translation server that the operator chose."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any

import msgspec

from holdfast import people
from holdfast.errors import Refused, Unavailable
from holdfast.mastodon import entities as e
from holdfast.mastodon.endpoints import Call, Endpoints
from holdfast.mastodon.statuses import ById
from holdfast.posts.languages import LANGUAGES
from holdfast.posts.text import clean_html, plain
from holdfast.store import Read
from holdfast.vendors import VendorFailure

api = Endpoints()

SHARED = ("public", "unlisted")


class NotTranslated(Refused):
    """This action is not allowed"""

    key = "not_translated"


class NoTranslation(Unavailable):
    """Translation is not available at the moment."""

    key = "no_translation"


class TranslateParams(ById, kw_only=True):
    """The status in the path, and into which language: the reader's own unless it is said."""

    lang: str | None = None


@api.post("/api/v1/statuses/{id}/translate", scopes="read:statuses", params=TranslateParams, returns=e.Translation)
async def translate(call: Call, params: TranslateParams) -> e.Translation:
    """Translate a status with its warning, answers and descriptions; what not everybody may read stays here."""
    status = msgspec.json.decode(await call.read(call.renderer.statuses.one, call.viewer, params.id))
    status = status["reblog"] or status
    if status["visibility"] not in SHARED:
        raise NotTranslated()
    own: str = await call.read(_own_language, call.me)
    pairs = await call.in_thread(call.translator.languages)
    source, wanted = status["language"], params.lang or own
    everything = {code for targets in pairs.values() for code in targets}
    target = wanted if wanted in everything else wanted.lower().split("-")[0]
    if target not in everything and target not in LANGUAGES:
        raise NotTranslated("This is no language that posts are translated into.")
    if not pairs:
        raise NoTranslation("This server translates nothing." if call.translator.vendor is None else "")
    if source == target or target not in pairs.get(source, everything):
        raise NotTranslated("This post cannot be translated into that language.")
    texts = list(_texts(status))
    try:
        found = await call.in_thread(call.translator.translate, texts, source if source in pairs else None, target)
    except VendorFailure as fault:
        raise NoTranslation() from fault
    return _entity(status, iter(found.texts), target, found.source, found.provider)


def _own_language(r: Read, account_id: int) -> str:
    account = people.account_by_id(r, account_id)
    return (account.default_language if account else None) or "en"


def _texts(status: dict[str, Any]) -> Iterator[str]:
    """All that is translated, as HTML, in the order in which :func:`_entity` takes it."""
    yield status["content"]
    yield html.escape(status["spoiler_text"])
    if status["poll"]:
        yield from (html.escape(option["title"] or "") for option in status["poll"]["options"])
    yield from (html.escape(one["description"] or "") for one in status["media_attachments"])


def _entity(status: dict[str, Any], texts: Iterator[str], target: str, source: str, provider: str) -> e.Translation:
    content = clean_html(next(texts))
    spoiler = plain(next(texts))
    poll: e.TranslationPoll | msgspec.UnsetType = msgspec.UNSET
    if status["poll"]:
        options = [e.TranslationPollOption(title=plain(next(texts))) for _ in status["poll"]["options"]]
        poll = e.TranslationPoll(id=status["poll"]["id"], options=options)
    media = [
        e.TranslationAttachment(id=one["id"], description=plain(next(texts))) for one in status["media_attachments"]
    ]
    return e.Translation(
        content=content,
        spoiler_text=spoiler,
        language=target,
        poll=poll,
        media_attachments=media,
        detected_source_language=source,
        provider=provider,
    )
