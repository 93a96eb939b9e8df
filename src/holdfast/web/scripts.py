"""Our modules as one file: what every page needs comes with one request instead of a chain of ten.

Nothing is built or written: it is done in memory when the server starts, and each module can still be asked for by
itself. A module becomes a function that gives back what it exports, and those that it imports stand before it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

_IMPORT = re.compile(r'^import (?:\* as (\w+)|\{([^}]*)\}) from "\./([\w-]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function (\w+)|const (\w+))", re.MULTILINE)
_LEFT_OVER = re.compile(r"^\s*(?:import|export)\b(?!\()", re.MULTILINE)


class CannotJoin(ValueError):
    """A module uses a form of import or export that is not joined, or modules import each other in a circle."""


def joined(files: Mapping[str, bytes], entry: str) -> bytes:
    """A module with all that it imports, directly or not, as one module. ``files`` by path, ``entry`` among them.

    Imports are ``import { a, b } from "./x.js"`` and ``import * as x from "./x.js"``, exports are functions and
    constants where they are declared. Raises :class:`CannotJoin` for anything else.
    """
    folder = PurePosixPath(entry).parent
    order: list[str] = []
    texts: dict[str, str] = {}
    _visit(entry, folder, files, order, texts, ())
    return "\n".join(_wrapped(name, texts[name]) for name in order).encode()


def _visit(
    name: str,
    folder: PurePosixPath,
    files: Mapping[str, bytes],
    order: list[str],
    texts: dict[str, str],
    above: tuple[str, ...],
) -> None:
    if name in above:
        raise CannotJoin(f"{' imports '.join((*above, name))}: a circle")
    if name in texts:
        return
    if name not in files:
        raise CannotJoin(f"{above[-1]} imports {name}, which there is not")
    text = files[name].decode()
    for found in _IMPORT.finditer(text):
        if " as " in (found[2] or ""):
            raise CannotJoin(f"{name} gives another name to what it imports from {found[3]}")
        _visit(str(folder / found[3]), folder, files, order, texts, (*above, name))
    texts[name] = text
    order.append(name)


def _wrapped(name: str, text: str) -> str:
    body = _IMPORT.sub(lambda found: f"const {found[1] or f'{{{found[2]}}}'} = {_variable(found[3])};\n", text)
    exported = [function or constant for function, constant in _EXPORT.findall(body)]
    body = _EXPORT.sub("", body)
    if _LEFT_OVER.search(body):
        raise CannotJoin(f"{name} imports or exports in a form that is not joined")
    gives = f"return {{ {', '.join(exported)} }};\n" if exported else ""
    return f"// {name}\nconst {_variable(PurePosixPath(name).name)} = await (async () => {{\n{body}{gives}}})();\n"


def _variable(file_name: str) -> str:
    """Under what a module's exports are known: nothing that a module would call anything of its own."""
    return "$" + file_name.removesuffix(".js").replace("-", "_")
