"""From a path to the endpoint that serves it, before the web framework is asked.

The client API has more than two hundred paths, and the framework would cost it more to find one of them (and to
register them all, at every start) than many an answer costs. Pages, files and sockets are the framework's.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, Generic, NamedTuple, TypeVar

T = TypeVar("T")

App = Callable[[Any, Any, Any], Awaitable[None]]
_PLACE = re.compile(r"\{(\w+)(?::\w+)?\}")
_SLASHES = re.compile(r"/{2,}")


class Match(NamedTuple, Generic[T]):
    """What serves a path: by method, with the path's own values and its pattern (for the log and the metrics)."""

    methods: dict[str, T]
    values: dict[str, str]
    pattern: str


class _Leaf(NamedTuple, Generic[T]):
    methods: dict[str, T]
    names: dict[str, tuple[str, ...]]  # of the places in the path, by method: two methods may call them differently
    pattern: str


class _Node(Generic[T]):
    __slots__ = ("leaf", "named", "place")

    def __init__(self) -> None:
        self.named: dict[str, _Node[T]] = {}
        self.place: _Node[T] | None = None
        self.leaf: _Leaf[T] | None = None


class Routes(Generic[T]):
    """A table of paths. A part that is written out goes before one that may be anything."""

    def __init__(self) -> None:
        self._plain: dict[str, _Leaf[T]] = {}
        self._root: _Node[T] = _Node()

    def add(self, method: str, path: str, target: T) -> None:
        """Let a method of a path, as ``/api/v1/statuses/{id}``, lead to something. Raises ValueError when it does."""
        names = tuple(_PLACE.findall(path))
        leaf = self._leaf_at(path, names)
        if method in leaf.methods:
            raise ValueError(f"{method} {path} is served twice")
        leaf.methods[method] = target
        leaf.names[method] = names

    def _leaf_at(self, path: str, names: tuple[str, ...]) -> _Leaf[T]:
        if not names:
            return self._plain.setdefault(path, _Leaf({}, {}, path))
        node = self._root
        for part in path.split("/")[1:]:
            if _PLACE.fullmatch(part):
                node.place = node = node.place or _Node()
            else:
                node = node.named.setdefault(part, _Node())
        node.leaf = node.leaf or _Leaf({}, {}, path)
        return node.leaf

    def find(self, path: str, method: str) -> Match[T] | None:
        """What serves a path, whatever the method; slashes too many do no harm."""
        leaf = self._plain.get(path)
        if leaf is None:
            path = _SLASHES.sub("/", path)
            if len(path) > 1 and path.endswith("/"):
                path = path[:-1]
            leaf = self._plain.get(path)
        if leaf is not None:
            return Match(leaf.methods, {}, leaf.pattern)
        values: list[str] = []
        leaf = _walk(self._root, path.split("/")[1:], 0, values)
        if leaf is None:
            return None
        names = leaf.names.get(method, ())
        return Match(leaf.methods, dict(zip(names, values, strict=False)), leaf.pattern)


def _walk(node: _Node[T], parts: list[str], at: int, values: list[str]) -> _Leaf[T] | None:
    if at == len(parts):
        return node.leaf
    part = parts[at]
    known = node.named.get(part)
    if known is not None:
        found = _walk(known, parts, at + 1, values)
        if found is not None:
            return found
    if node.place is not None and part:
        values.append(part)
        found = _walk(node.place, parts, at + 1, values)
        if found is not None:
            return found
        values.pop()
    return None
