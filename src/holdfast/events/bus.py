"""The bus: wakes and streams within a process. Whatever must not be lost is a job instead."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from holdfast.events.event import Recorded

log = logging.getLogger(__name__)

Listener = Callable[[Sequence[Recorded]], None]


class Bus:
    """Two kinds of listeners, told in batches.

    ``on_commit``: at once, in this process only, in no promised order (rings, waking the job runner).
    ``on_sealed``: in the order of the change log, for what any process wrote (streams).
    """

    def __init__(self) -> None:
        self._on_commit: list[Listener] = []
        self._on_sealed: list[Listener] = []

    def on_commit(self, listener: Listener) -> None:
        """Tell a listener of what this process has just committed."""
        self._on_commit.append(listener)

    def on_sealed(self, listener: Listener) -> None:
        """Tell a listener of every sealed event, in order."""
        self._on_sealed.append(listener)

    def committed(self, records: Sequence[Recorded]) -> None:
        """Tell of a commit."""
        self._tell(self._on_commit, records)

    def sealed(self, records: Sequence[Recorded]) -> None:
        """Tell of sealed events."""
        self._tell(self._on_sealed, records)

    @staticmethod
    def _tell(listeners: list[Listener], records: Sequence[Recorded]) -> None:
        for listener in listeners:
            try:
                listener(records)
            except Exception:
                log.exception("an event listener failed")
