"""SQL that reads the same on both engines: schema helpers, and prepared statements for the hot path."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import BigInteger, BindParameter, ColumnElement, LargeBinary, MetaData
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import ClauseElement, visitors
from sqlalchemy.sql.expression import literal_column

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""Every table of the house; rooms add theirs in their ``tables.py``."""

Id = BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
"""A 64-bit id (``INTEGER`` on SQLite, where that alone makes a primary key the row's own number)."""

Time = BigInteger
"""Milliseconds since 1970, UTC."""

Bytes = LargeBinary

_DIALECTS: dict[str, Any] = {
    "sqlite": sqlite.dialect(paramstyle="named"),
    "postgresql": postgresql.dialect(paramstyle="named"),  # type: ignore[no-untyped-call]
}
_LIST = re.compile(r"IN \(@(\w+)\)")
_NO_LIST = re.compile(r"NOT IN \(@(\w+)\)")
_NAME = re.compile(r"(?<![:\w]):(\w+)")
_PLACE = re.compile(r"%\((\w+)\)s|%%")


def in_ids(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """``column IN (the list given under this name)``, for use in a :class:`Hot` statement only."""
    return column.op("IN", is_comparison=True)(literal_column(f"(@{name})"))


class Hot:
    """A statement compiled once per engine and run on the driver itself, without SQLAlchemy's cost per call.

    Built from an expression with named parameters (``bindparam("viewer")``, :func:`in_ids`) or from
    SQL text with ``:name`` and ``IN (@names)``. Run with ``read.fast(HOT, viewer=1, ids=[2, 3])``.
    """

    def __init__(self, build: Callable[[], ClauseElement] | str) -> None:
        self._build = build
        self._texts: dict[str, tuple[str, dict[str, Any], tuple[str, ...]]] = {}
        self._numbered: tuple[str, tuple[str, ...], dict[str, Any]] | None = None

    def compiled(self, engine: str) -> tuple[str, dict[str, Any], tuple[str, ...]]:
        """The text for an engine, the constants in it and the names of its lists."""
        found = self._texts.get(engine)
        if found is None:
            found = self._texts[engine] = self._compile(engine)
        return found

    def _compile(self, engine: str) -> tuple[str, dict[str, Any], tuple[str, ...]]:
        constants: dict[str, Any] = {}
        if isinstance(self._build, str):
            text = self._build
        else:
            clause = self._build()
            for part in visitors.iterate(clause):
                if isinstance(part, BindParameter):
                    part.required = False  # its value comes with each run
            compiled = clause.compile(dialect=_DIALECTS[engine], compile_kwargs={"render_postcompile": True})
            text = str(compiled)
            constants = {k: v for k, v in (compiled.params or {}).items() if v is not None}
        lists = tuple(dict.fromkeys(_LIST.findall(text)))
        if engine == "sqlite":
            return _LIST.sub(r"IN (SELECT value FROM json_each(:\1))", text), constants, lists
        text = _NO_LIST.sub(r"<> ALL(:\1)", text.replace("%", "%%"))
        text = _LIST.sub(r"= ANY(:\1)", text)
        return _NAME.sub(r"%(\1)s", text), constants, lists

    def numbered(self) -> tuple[str, tuple[str, ...], dict[str, Any]]:
        """The text as PostgreSQL itself prepares it (``$1``), the names of its values in order, its constants."""
        if self._numbered is None:
            text, constants, _ = self.compiled("postgresql")
            places: dict[str, int] = {}

            def place(found: re.Match[str]) -> str:
                name = found.group(1)
                return "%" if name is None else f"${places.setdefault(name, len(places) + 1)}"

            text = _PLACE.sub(place, text)
            self._numbered = text, tuple(places), constants
        return self._numbered

    def bind(self, engine: str, values: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """The text and its parameters as the engine's driver takes them."""
        text, constants, lists = self.compiled(engine)
        if engine == "sqlite":
            for name in lists:
                values[name] = msgspec.json.encode(values[name]).decode()
        if constants:
            values = constants | values
        return text, values


def json_value(value: Any) -> Any:
    """A JSON column as a driver gives it in a prepared statement: SQLite's text, PostgreSQL's value."""
    return msgspec.json.decode(value) if isinstance(value, str | bytes) else value
