"""The client API as facts, and JSON held against them."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent.parent / "data" / "mastodon-api"
ENTITIES: dict[str, Any] = json.loads((DATA / "entities.json").read_text())
ENDPOINTS: list[dict[str, str]] = list(csv.DictReader((DATA / "endpoints.tsv").open(), delimiter="\t"))

_STEP = re.compile(r"[^\[\]]+|\[\]")
_FORMATS = {
    "id-string": r"[0-9]+",
    "integer-as-string": r"[0-9]+",
    "unix-time": r"[0-9]+",
    "datetime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",
    "date": r"\d{4}-\d\d-\d\d",
    "url": r"(https?|wss?)://\S+|urn:\S+",
    "iso639-1": r"[a-z]{2,3}(-[A-Za-z0-9]+)*",
    "WxH": r"\d+x\d+",
    "sha256": r"[0-9a-f]{64}",
    "email": r"[^@\s]+@[^@\s]+",
}
_LEAVES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "boolean": (bool,),
    "float": (int, float),
    "number": (int, float),
    "null": (),
}


def plain(path: str) -> str:
    """A path with all parameters alike."""
    return re.sub(r"\{\w+(:\w+)?\}|:\w+", "*", path)


@dataclass
class Node:
    """An attribute and what is inside it; ``facts`` is empty where only inner attributes are documented."""

    facts: dict[str, Any] = field(default_factory=dict)
    inner: dict[str, Node] = field(default_factory=dict)


def attributes(entity: str) -> dict[str, Any]:
    """The documented attributes of an entity, inherited ones included."""
    known = ENTITIES[entity]
    return (attributes(known["extends"]) if "extends" in known else {}) | known["attributes"]


def samples(entity: str) -> set[str]:
    """Attributes that only the documentation's samples show."""
    known = ENTITIES[entity]
    found = {*known.get("sample_only_keys", {}), *known.get("method_sample_only_keys", {})}
    return found | (samples(known["extends"]) if "extends" in known else set())


def tree(entity: str) -> Node:
    """The documented attributes as a tree of keys; a list's items are under ``[]``."""
    root = Node()
    for name, facts in attributes(entity).items():
        node = root
        for step in _STEP.findall(name):
            node = node.inner.setdefault(step, Node())
        node.facts = facts
    return root


class Checker:
    """Holds JSON against the entities, keeps what is wrong, and which attributes have been seen with a value."""

    def __init__(self, nulls: dict[tuple[str, str], str], extras: dict[tuple[str, str], str]) -> None:
        self.wrong: list[str] = []
        self.shown: set[tuple[str, str]] = set()
        self.met: set[str] = set()
        self._nulls = nulls
        self._extras = extras
        self._trees: dict[str, Node] = {}

    def entity(self, name: str, value: Any, where: str) -> None:
        """Check one entity."""
        if not isinstance(value, dict):
            self.wrong.append(f"{where}: {name} is {type(value).__name__}")
            return
        self.met.add(name)
        known = self._trees.setdefault(name, tree(name))
        self._object(name, "", known, value, f"{where} {name}")

    def _object(self, name: str, prefix: str, node: Node, value: dict[str, Any], where: str) -> None:
        for key, inner in node.inner.items():
            attribute = f"{prefix}[{key}]" if prefix else key
            if key in value:
                self._attribute(name, attribute, inner, value[key], f"{where}.{key}")
            elif inner.facts and not inner.facts.get("optional") and (name, attribute) not in self._nulls:
                self.wrong.append(f"{where}.{key} is missing")
        for key in value.keys() - node.inner.keys():
            attribute = f"{prefix}[{key}]" if prefix else key
            if node.inner and attribute not in samples(name) and (name, attribute) not in self._extras:
                self.wrong.append(f"{where}.{key} is documented nowhere")

    def _attribute(self, name: str, attribute: str, node: Node, value: Any, where: str) -> None:
        facts = node.facts
        if value is None:
            if facts and not facts.get("nullable") and (name, attribute) not in self._nulls:
                self.wrong.append(f"{where} is null")
            return
        if value not in ("", [], {}):
            self.shown.add((name, attribute))
        kind = facts.get("type", "object")
        if kind == "array":
            self._list(name, attribute, node, value, where)
        elif kind in _LEAVES:
            self._leaf(facts, kind, value, where)
        elif kind == "object":
            if isinstance(value, dict):
                self._object(name, attribute, node, value, where)
            else:
                self.wrong.append(f"{where} is {type(value).__name__}, not an object")
        elif kind in ENTITIES:
            self.entity(kind, value, where)

    def _list(self, name: str, attribute: str, node: Node, value: Any, where: str) -> None:
        if not isinstance(value, list):
            self.wrong.append(f"{where} is {type(value).__name__}, not a list")
            return
        items = node.facts["items"]
        for item in value:
            if items in ENTITIES:
                self.entity(items, item, where)
            elif items in _LEAVES:
                self._leaf(node.facts, items, item, f"{where}[]")
            elif "[]" in node.inner:
                self._object(name, f"{attribute}[]", node.inner["[]"], item, f"{where}[]")

    def _leaf(self, facts: dict[str, Any], kind: str, value: Any, where: str) -> None:
        is_right = isinstance(value, _LEAVES[kind]) and (kind == "boolean" or not isinstance(value, bool))
        if not is_right:
            self.wrong.append(f"{where} is {value!r}, not {kind}")
            return
        pattern = _FORMATS.get(facts.get("format", ""))
        if pattern and isinstance(value, str) and value and not re.fullmatch(pattern, value):
            self.wrong.append(f"{where} is {value!r}, not a {facts['format']}")
        if facts.get("enum") and value not in facts["enum"]:
            self.wrong.append(f"{where} is {value!r}, not one of {facts['enum']}")
