"""The write context: transaction, service modes, change log and jobs in one commit; and reading beside it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any, TypeVar

from sqlalchemy.sql import Executable

from holdfast import events, jobs
from holdfast.acting import SYSTEM, Acting
from holdfast.config import ServerSettings, Settings
from holdfast.events import Bus, Draft, Event, Recorded
from holdfast.keys import Keyring
from holdfast.store import Clock, Hot, Read, Store, Transaction
from holdfast.writes import abilities, settings
from holdfast.writes.abilities import Ability
from holdfast.writes.hooks import Hooks, JobKind, encode_payload
from holdfast.writes.settings import SettingsChanged

T = TypeVar("T")

_SERIALISE = Hot("SELECT pg_advisory_xact_lock(:key)")


class Write(Read):
    """What a command holds while it changes things; see :meth:`Database.write`."""

    def __init__(self, tx: Transaction, db: Database, acting: Acting) -> None:
        super().__init__(tx.plain_connection, tx.engine, tx.hot)
        self.tx = tx
        self.db = db
        self.acting = acting
        self.now = db.clock.now()  # milliseconds; one moment for the whole command

    def run(self, statement: Executable, values: dict[str, Any] | list[dict[str, Any]] | None = None) -> int:
        """Run an insert, update or delete; the number of rows that it touched."""
        return self.tx.run(statement, values)

    def run_fast(self, statement: Hot, **values: Any) -> int:
        """Run a prepared insert, update or delete; the number of rows that it touched."""
        return self.hot.count(statement, values)

    def run_later(self, statement: Hot, **values: Any) -> None:
        """Run a prepared statement of which nothing is asked but that it be done, in its place among the others."""
        self.hot.later(statement, values)

    def new_id(self) -> int:
        """A new id; ids grow."""
        return self.db.store.ids.new()

    def serialise(self, account_id: int) -> None:
        """Let commands that keep a limit for one account go one after the other (SQLite always does)."""
        if self.engine == "postgresql":
            self.hot.later(_SERIALISE, {"key": account_id})

    def record(self, event: Event, *, owner: int | None = None) -> int:
        """Append to the change log and enqueue the jobs that follow, in this same commit; the id of the log's row.

        ``owner`` is the account whose data this is; the acting account when it is not said.
        """
        number = self.new_id()
        actor = self.acting.account_id
        self.tx.pending.append(Draft(number, self.now, owner if owner is not None else actor, actor, event))
        for kind in self.db.hooks.following(event):
            self.enqueue(kind.name, event)
        return number

    def enqueue(self, name: str, payload: Any, *, delay_ms: int = 0, dedupe: str | None = None) -> None:
        """Put a job into the queue, in this same commit."""
        self.db.enqueue(self.tx, self.db.hooks.jobs[name], payload, now=self.now, delay_ms=delay_ms, dedupe=dedupe)

    def after_commit(self, call: Callable[[], None]) -> None:
        """Call something once the commit is on disk; for waking and caches only, it may be lost."""
        self.tx.after.append(call)


class Database:
    """The database as commands and queries see it."""

    def __init__(self, store: Store, config: Settings, keyring: Keyring, hooks: Hooks | None = None) -> None:
        self.store = store
        self.config = config
        self.keyring = keyring
        self.hooks = hooks or Hooks()
        self.bus = Bus()
        self.stopping = threading.Event()  # set when the server stops: what takes long ends itself
        self.wake_jobs: Callable[[], None] = _nobody
        self.wake_sealer: Callable[[], None] = _nobody
        self.store.writer.finisher = self._finish
        self._readers = ThreadPoolExecutor(config.boot.threads, thread_name_prefix="reader")
        self._settings_lock = threading.Lock()
        self._settings: ServerSettings | None = None
        self.bus.on_commit(self._notice)
        self.bus.on_sealed(self._notice)

    @property
    def clock(self) -> Clock:
        """The clock that everything goes by."""
        return self.store.clock

    @property
    def settings(self) -> ServerSettings:
        """The server settings in force; kept in memory until they change."""
        found = self._settings
        if found is None:
            with self.read() as r:
                found = settings.current(r, self.config.fixed)
            self._settings = found
        return found

    @property
    def base_url(self) -> str:
        """The address under which people reach the server, without a slash at the end."""
        domain = self.settings.domain
        if domain:
            return f"https://{domain}"
        host, port = self.config.host_and_port
        return f"http://{'localhost' if host in {'127.0.0.1', '0.0.0.0', '::1', '::'} else host}:{port}"  # noqa: S104

    @property
    def local_domain(self) -> str:
        """The domain of local handles; the listening address while no public domain is set."""
        return self.settings.domain or self.base_url.removeprefix("http://")

    @contextmanager
    def read(self) -> Iterator[Read]:
        """A consistent look; inside a command it sees what the command has changed."""
        present = self.store.writer.current()
        if present is not None:
            yield present
            return
        with self.store.reading() as found:
            yield found

    @contextmanager
    def write(self, acting: Acting, ability: Ability) -> Iterator[Write]:
        """A transaction for one command; refused when the service mode switches this ability off.

        Raises :class:`SwitchedOff`; at the commit :class:`StorageFull`, :class:`DatabaseBusy`.
        """
        with self.store.transaction() as tx:
            writing = Write(tx, self, acting)
            abilities.check(tx, ability, writing.now)
            yield writing

    def submit(self, command: Callable[[], T]) -> Future[T]:
        """Run a command in the writer; the future is done once its commit is on disk."""
        return self.store.submit(command)

    async def run_write(self, command: Callable[..., T], acting: Acting, *values: Any, **named: Any) -> T:
        """Await ``command(db, acting, …)`` run in the writer; returns once its commit is on disk."""
        return await self.store.submit_async(lambda: command(self, acting, *values, **named))

    async def run_read(self, query: Callable[..., T], *values: Any, **named: Any) -> T:
        """Await ``query(…)`` run in a reader thread; what is made there is in the reader's language, as here."""
        loop, context = asyncio.get_running_loop(), copy_context()
        return await loop.run_in_executor(self._readers, lambda: context.run(query, *values, **named))

    def set_settings(self, acting: Acting, values: dict[str, Any]) -> None:
        """Change server settings; who may, is for the caller's room to say."""
        with self.write(acting, Ability.ADMINISTRATION) as w:
            keys = settings.store_values(w.tx, values, self.config.fixed, w.now)
            if keys:
                w.record(SettingsChanged(keys=keys))

    def enqueue(
        self, tx: Transaction, kind: JobKind, payload: Any, *, now: int, delay_ms: int = 0, dedupe: str | None = None
    ) -> None:
        """Put a job into the queue as part of a transaction; commands use :meth:`Write.enqueue`."""
        jobs.enqueue(
            tx,
            self.store.ids.new(),
            kind.name,
            encode_payload(payload),
            now=now,
            run_at=now + delay_ms,
            priority=kind.priority,
            dedupe=dedupe,
        )
        tx.after.append(self.wake_jobs)

    def _notice(self, records: Sequence[Recorded]) -> None:
        if any(isinstance(record.event, SettingsChanged) for record in records):
            self._settings = None

    def _finish(self, tx: Transaction) -> None:
        """Ask which jobs follow and write the change log's rows, last and for the whole batch at once; tell the bus
        after the commit."""
        if not tx.pending:
            return
        drafts: list[Draft] = tx.pending
        for draft, kind in self.hooks.asked(tx, drafts):
            self.enqueue(tx, kind, draft.event, now=draft.at)
        events.append(tx, drafts, seal_now=self.store.is_sqlite)
        tx.after.insert(0, lambda: self._tell(drafts))

    def _tell(self, drafts: Sequence[Draft]) -> None:
        records = [Recorded(d.id, d.seq, d.at, d.actor, d.event) for d in drafts]
        self.bus.committed(records)
        if self.store.is_sqlite:
            self.bus.sealed(records)
        else:
            self.wake_sealer()

    def close(self) -> None:
        """Finish what was submitted and close the database."""
        self._readers.shutdown(wait=True)
        self.store.close()


def _nobody() -> None:
    """Stands in until the runner and the sealer have started."""


__all__ = ["SYSTEM", "Database", "Write"]
