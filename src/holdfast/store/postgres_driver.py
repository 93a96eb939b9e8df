"""Running prepared statements on PostgreSQL over libpq itself, several in one exchange where that is possible.

psycopg's own cursors cost more than a small statement does, and each exchange costs more than both. So a
statement is prepared once for a connection under a name, and one that nobody has to wait for is sent
together with the next one (libpq's pipeline mode).
"""

from __future__ import annotations

import select
from collections.abc import Iterator, Sequence
from typing import Any

from psycopg import DataError, OperationalError
from psycopg.adapt import Transformer
from psycopg.errors import InFailedSqlTransaction, error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus

from holdfast.store.sql import Hot

_COMMIT = Hot("COMMIT")

_FINE = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)
_TEXT, _BINARY = 0, 1
_WAITS_FOR_S = 1.0  # between looks at whether the connection is still there

_WIDER = {23: 20, 1007: 1016}  # integer → bigint, integer[] → bigint[]

_Sent = tuple[bytes, list[bytes | None], list[int] | None]


class PostgresDriver:
    """One connection's prepared statements, and those that wait to be sent with the next one.

    Errors are psycopg's. That of a waiting statement is raised by whatever sends it.
    """

    def __init__(self, raw: Any) -> None:
        self._raw = raw
        self._pg = raw.pgconn
        self._rows = Transformer(raw)
        self._names: dict[Hot, tuple[bytes, tuple[str, ...], dict[str, Any]]] = {}
        self._waiting: list[_Sent] = []
        self.exchanges = 0  # so far; tells whether what waited at some time has been sent
        self.faults = 0  # exchanges so far that the server answered with an error

    # ── statements ───────────────────────────────────────────────────────────────────────────────────

    def rows(self, statement: Hot, values: dict[str, Any]) -> list[tuple[Any, ...]]:
        """All rows of a statement."""
        return self._read(self._send(self._bound(statement, values)))

    def several(self, asked: Sequence[tuple[Hot, dict[str, Any]]]) -> list[list[tuple[Any, ...]]]:
        """All rows of each of several statements, in one exchange."""
        bound = [self._bound(statement, values) for statement, values in asked]
        self._waiting += bound
        return [self._read(result) for result in self._exchange()[-len(asked) :]]

    def count(self, statement: Hot, values: dict[str, Any]) -> int:
        """Run a statement; the number of rows that it touched."""
        return self._send(self._bound(statement, values)).command_tuples or 0

    def later(self, statement: Hot, values: dict[str, Any]) -> None:
        """Run a statement together with the next one."""
        bound = self._bound(statement, values)  # first: to prepare it, what waits is sent
        self._waiting.append(bound)

    def many(self, statement: Hot, rows: Sequence[dict[str, Any]]) -> None:
        """Run a statement for each row of values, together with the next one."""
        bound = [self._bound(statement, row) for row in rows]
        self._waiting += bound

    # ── transactions ─────────────────────────────────────────────────────────────────────────────────

    @property
    def is_open(self) -> bool:
        """Whether a transaction is under way, as far as the server has been told."""
        return bool(self._pg.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR))

    @property
    def is_lost(self) -> bool:
        """Whether the connection is of no more use."""
        return bool(self._pg.status != ConnStatus.OK)

    def command(self, text: str) -> None:
        """Run a statement without values at once (``SAVEPOINT``, ``ROLLBACK`` …)."""
        self.flush()
        self._pass(self._pg.exec_(text.encode()))

    def commit(self) -> None:
        """Send what waits and commit, in one exchange. Raises where the server can only roll back."""
        if self._send(self._bound(_COMMIT, {})).command_status != b"COMMIT":
            raise InFailedSqlTransaction("a statement of this transaction has failed, and somebody has overlooked it")

    def flush(self) -> None:
        """Send what waits."""
        if self._waiting:
            self._exchange()

    def waiting(self) -> tuple[int, int]:
        """Where the line stands now, for :meth:`forget`."""
        return self.exchanges, len(self._waiting)

    def forget(self, mark: tuple[int, int]) -> bool:
        """Drop what has been put in line since a mark; whether none of it had been sent yet."""
        if mark[0] == self.exchanges:
            del self._waiting[mark[1] :]
            return True
        self._waiting.clear()
        return False

    # ── the exchange ─────────────────────────────────────────────────────────────────────────────────

    def _bound(self, statement: Hot, values: dict[str, Any]) -> _Sent:
        known = self._names.get(statement)
        if known is None:
            known = self._prepare(statement)
        name, wanted, constants = known
        texts: list[bytes | None] = []
        formats: list[int] | None = None
        for place, key in enumerate(wanted):
            value = values[key] if key in values else constants[key]
            kind = type(value)
            if kind is int:
                texts.append(b"%d" % value)
            elif value is None:
                texts.append(None)
            elif kind is bytes:
                if formats is None:
                    formats = [_TEXT] * len(wanted)
                formats[place] = _BINARY
                texts.append(value)
            else:
                texts.append(_text(value))
        return name, texts, formats

    def _prepare(self, statement: Hot) -> tuple[bytes, tuple[str, ...], dict[str, Any]]:
        self.flush()
        self.exchanges += 1
        text, wanted, constants = statement.numbered()
        name = b"h%d" % len(self._names)
        self._pass(self._pg.prepare(name, text.encode(), self._kinds(text)))
        known = self._names[statement] = name, wanted, constants
        return known

    def _kinds(self, text: str) -> list[int]:
        """The types of a statement's values as PostgreSQL takes them, except that no number is short.

        Beside a constant (``:sender = 0``) it takes a value for an ``integer``, which no id fits into.
        """
        self._pass(self._pg.prepare(b"", text.encode()))
        told = self._pass(self._pg.describe_prepared(b""))
        kinds = [told.param_type(place) for place in range(told.nparams)]
        return [_WIDER.get(kind, kind) for kind in kinds]

    def _pass(self, result: Any) -> Any:
        if result.status not in _FINE:
            raise self._fault(result)
        return result

    def _send(self, one: _Sent) -> Any:
        if self._waiting:
            self._waiting.append(one)
            return self._exchange()[-1]
        self.exchanges += 1
        return self._pass(self._pg.exec_prepared(*one))

    def _exchange(self) -> list[Any]:
        """Send all that waits; the results. The first error is raised, after it the server passes the rest over."""
        sent, self._waiting = self._waiting, []
        self.exchanges += 1
        pg = self._pg
        pg.enter_pipeline_mode()
        for one in sent:
            pg.send_query_prepared(*one)
        pg.pipeline_sync()
        results = list(self._results())
        pg.exit_pipeline_mode()
        for result in results:
            self._pass(result)
        return results

    def _results(self) -> Iterator[Any]:
        """The results up to the synchronisation point. Only what has come is fetched: libpq would wait with the
        interpreter's lock held."""
        pg, poll = self._pg, select.poll()
        poll.register(pg.socket, select.POLLIN)
        while pg.flush():
            poll.modify(pg.socket, select.POLLIN | select.POLLOUT)
            poll.poll(_WAITS_FOR_S * 1000)
            pg.consume_input()
        poll.modify(pg.socket, select.POLLIN)
        while True:
            while pg.is_busy():
                poll.poll(_WAITS_FOR_S * 1000)
                pg.consume_input()
            result = pg.get_result()
            if result is None:
                continue  # the end of one statement's results
            if result.status == ExecStatus.PIPELINE_SYNC:
                return
            if self.is_lost:
                raise self._fault(result)
            yield result

    def _read(self, result: Any) -> list[tuple[Any, ...]]:
        self._rows.set_pgresult(result)
        return self._rows.load_rows(0, result.ntuples, tuple)

    def _fault(self, result: Any) -> Exception:
        self.faults += 1
        if self.is_lost:
            return OperationalError(self._pg.get_error_message() or "the connection is lost")
        return error_from_result(result)


def _text(value: Any) -> bytes:
    """A value in PostgreSQL's own text form. Raises psycopg's ``DataError`` for text that it cannot keep."""
    if isinstance(value, str):
        if "\0" in value:
            raise DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
        return value.encode()
    if isinstance(value, bool):
        return b"t" if value else b"f"
    if isinstance(value, int):
        return b"%d" % value
    if isinstance(value, float):
        return repr(value).encode()
    if isinstance(value, list | tuple):
        return b"{" + b",".join(_element(one) for one in value) + b"}"
    raise DataError(f"a prepared statement takes no {type(value).__name__}")


def _element(value: Any) -> bytes:
    if value is None:
        return b"NULL"
    if not isinstance(value, str):
        return _text(value)
    quoted = value.replace("\\", "\\\\").replace('"', '\\"')
    return b'"' + _text(quoted) + b'"'
