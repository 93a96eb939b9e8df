"""Pages of long lists by an id that grows: older than one, newer than one, or right after one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select

from holdfast.store.reading import Read


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list: below ``max_id``; above ``since_id``, the newest; or above ``min_id``, the next ones.

    ``min_id`` wins over ``since_id``. Pages are always newest first.
    """

    max_id: int | None = None
    since_id: int | None = None
    min_id: int | None = None
    limit: int = 40


def windowed(statement: Select[Any], column: ColumnElement[Any], window: Window) -> Select[Any]:
    """Cut a statement to a window. With ``min_id`` its rows come oldest first: :func:`page` turns them round."""
    if window.max_id is not None:
        statement = statement.where(column < window.max_id)
    if window.min_id is not None:
        return statement.where(column > window.min_id).order_by(column.asc()).limit(window.limit)
    if window.since_id is not None:
        statement = statement.where(column > window.since_id)
    return statement.order_by(column.desc()).limit(window.limit)


def page(r: Read, statement: Select[Any], column: ColumnElement[Any], window: Window) -> list[Any]:
    """The rows of a window, newest first."""
    rows = list(r.rows(windowed(statement, column, window)))
    if window.min_id is not None:
        rows.reverse()
    return rows


def starts_with(r: Read, column: ColumnElement[Any], prefix: str) -> ColumnElement[bool]:
    """Whether a text column starts with a prefix, letter for letter, in the form that each engine's index serves."""
    if r.engine == "sqlite":
        return column.between(prefix, prefix + "\U0010ffff")
    return column.startswith(prefix, autoescape=True)
