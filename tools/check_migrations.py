"""Refuse a migration that imports anything of Holdfast: it must do tomorrow what it does today."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MIGRATIONS = ROOT / "src" / "holdfast" / "store" / "migrations"


def imported(tree: ast.Module) -> list[tuple[int, str]]:
    """Line and full name of everything a module imports; relative imports begin with a dot."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append((node.lineno, "." * node.level + (node.module or "")))
    return found


def complaints(folder: Path = MIGRATIONS) -> list[str]:
    """One sentence for each import of Holdfast in a numbered migration."""
    wrong = []
    for path in sorted(folder.rglob("[0-9]*.py")):
        for line, name in imported(ast.parse(path.read_text(encoding="utf-8"))):
            if name.startswith(".") or name.partition(".")[0] == "holdfast":
                wrong.append(f"{path.name}:{line} imports {name}: a migration is frozen, write it out instead.")
    return wrong


if __name__ == "__main__":
    problems = complaints()
    print("\n".join(problems), file=sys.stderr, end="\n" if problems else "")
    sys.exit(1 if problems else 0)
