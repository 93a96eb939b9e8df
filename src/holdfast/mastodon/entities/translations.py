"""Statuses in another language."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from holdfast.mastodon.entities.base import Entity


class TranslationPollOption(Entity, kw_only=True):
    """A translated answer."""

    title: str


class TranslationPoll(Entity, kw_only=True):
    """A translated poll."""

    id: str
    options: list[TranslationPollOption]


class TranslationAttachment(Entity, kw_only=True):
    """A translated description of an attachment."""

    id: str
    description: str


class Translation(Entity, kw_only=True):
    """A status in another language."""

    content: str
    spoiler_text: str
    language: str
    poll: TranslationPoll | UnsetType = UNSET
    media_attachments: list[TranslationAttachment]
    detected_source_language: str
    provider: str
