"""From rows to bytes: accounts and statuses as the client API shows them, with their caches."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.events import Recorded
from holdfast.mastodon.rendering.accounts import Accounts, array
from holdfast.mastodon.rendering.filtered import Filtered, filter_entity
from holdfast.mastodon.rendering.notifications import Notifications
from holdfast.mastodon.rendering.polls import poll_entity
from holdfast.mastodon.rendering.statuses import Statuses, media_entity
from holdfast.posts import Emojis
from holdfast.store import RevisionCache
from holdfast.timelines import InMemory
from holdfast.writes import Database, SettingsChanged

__all__ = ["Accounts", "Notifications", "Renderer", "Statuses", "array", "filter_entity", "media_entity", "poll_entity"]

CREDENTIALS_BYTES = 4 * 1024 * 1024


class Renderer:
    """The renderers of a process. Their caches live until the server's own address or an emoji changes."""

    def __init__(self, db: Database, kept: InMemory) -> None:
        self.emojis = Emojis(db, self._clear)
        self.accounts = Accounts(db, self.emojis)
        self.filters = kept.filters
        self.statuses = Statuses(db, self.accounts, self.emojis, Filtered(kept.catching))
        self.notifications = Notifications(self.accounts, self.statuses)
        self.credentials: RevisionCache[tuple[int, int], bytes] = RevisionCache(CREDENTIALS_BYTES)
        """What members are told of themselves, under the number of a sight and how many ask to follow them."""
        db.bus.on_commit(self._hear)
        db.bus.on_sealed(self._hear)

    def _hear(self, records: Sequence[Recorded]) -> None:
        if any(isinstance(record.event, SettingsChanged) for record in records):
            self._clear()

    def _clear(self) -> None:
        self.accounts.clear()
        self.statuses.clear()
        self.credentials.clear()
