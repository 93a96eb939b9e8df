"""The hook tables that ``site`` fills: which jobs follow an event, and what runs a job."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from holdfast.events import Draft, Event
from holdfast.store import Hot, Read

if TYPE_CHECKING:
    from holdfast.writes.database import Database

URGENT, NORMAL, LATER = 0, 5, 9

Question = tuple[Hot, dict[str, Any]]
"""A prepared statement and its values; yes is that it finds a row."""


@dataclass(frozen=True, slots=True)
class JobKind:
    """How one kind of job runs.

    Inside a transaction (the default), its effects and its completion are one commit: they happen once.
    ``outside`` jobs talk to the world first and are completed afterwards: at least once. ``slow`` ones are outside,
    too, take minutes, and run one at a time beside the others.
    """

    name: str
    payload: Any
    run: Callable[[Database, Any], None]
    outside: bool = False
    priority: int = NORMAL
    most_attempts: int = 12
    every_ms: int | None = None
    slow: bool = False


@dataclass(frozen=True, slots=True)
class _Follows:
    kind: JobKind
    when: Callable[[Any], bool] | None
    asks: Callable[[Any], Question | bool] | None


@dataclass(slots=True)
class Hooks:
    """Registered once while the application is built; only read afterwards."""

    jobs: dict[str, JobKind] = field(default_factory=dict)
    _follows: dict[type[Event], list[_Follows]] = field(default_factory=dict)

    def job(
        self,
        name: str,
        payload: Any,
        run: Callable[[Database, Any], None],
        *,
        outside: bool = False,
        priority: int = NORMAL,
        most_attempts: int = 12,
        every_ms: int | None = None,
        slow: bool = False,
    ) -> JobKind:
        """Register a kind of job. ``every_ms`` repeats it; its payload is then made without arguments."""
        if name in self.jobs:
            raise ValueError(f"two kinds of jobs are called {name}")
        kind = self.jobs[name] = JobKind(name, payload, run, outside or slow, priority, most_attempts, every_ms, slow)
        return kind

    def on(
        self,
        event: type[Event],
        name: str,
        run: Callable[[Database, Any], None],
        *,
        when: Callable[[Any], bool] | None = None,
        asks: Callable[[Any], Question | bool] | None = None,
        outside: bool = False,
        priority: int = NORMAL,
    ) -> None:
        """Let a job follow every event of a kind for which ``when`` holds; the event is its payload.

        ``asks`` gives an indexed lookup that spares most events a job, or a plain answer where none is needed. Those of
        all commands that are committed together are asked at once, just before the commit.
        """
        kind = self.jobs.get(name) or self.job(name, event, run, outside=outside, priority=priority)
        self._follows.setdefault(event, []).append(_Follows(kind, when, asks))

    def following(self, event: Event) -> Iterator[JobKind]:
        """The jobs that an event causes whatever the database holds."""
        for follows in self._follows.get(type(event), ()):
            if follows.asks is None and (follows.when is None or follows.when(event)):
                yield follows.kind

    def asked(self, read: Read, drafts: Iterable[Draft]) -> list[tuple[Draft, JobKind]]:
        """The jobs that events cause because of what the database holds, all questions in one exchange."""
        found: list[tuple[Draft, JobKind]] = []
        open_ones: list[tuple[Question, Draft, JobKind]] = []
        for draft in drafts:
            for follows in self._follows.get(type(draft.event), ()):
                if follows.asks is None or not (follows.when is None or follows.when(draft.event)):
                    continue
                asked = follows.asks(draft.event)
                if isinstance(asked, tuple):
                    open_ones.append((asked, draft, follows.kind))
                elif asked:
                    found.append((draft, follows.kind))
        if open_ones:
            answers = read.fast_several(*(question for question, _, _ in open_ones))
            found += [(draft, kind) for (_, draft, kind), rows in zip(open_ones, answers, strict=True) if rows]
        return found


def encode_payload(payload: Any) -> bytes:
    """A job's payload as it is kept."""
    return msgspec.json.encode(payload)
