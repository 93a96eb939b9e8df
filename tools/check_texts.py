"""Refuse what reviewers should not have to look for: leftovers, machine paths, skips, sprawl.

Looks at every file that git knows or would add. A module has at most
400 lines, a test file 600, a function 40 without its docstring.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEXT = {"", ".cfg", ".css", ".html", ".ini", ".js", ".json", ".lock", ".mako", ".md", ".py", ".toml", ".txt",
        ".xml", ".yaml", ".yml"}  # fmt: skip
FOREIGN = {"LICENSE"}  # texts that are not ours to change
VENDORED = "/vendor/"  # a folder of this name holds other people's files, unchanged

MODULE_LINES, TEST_LINES, FUNCTION_LINES = 400, 600, 40

# Each with the reason that is printed. The brackets keep this file from finding itself.
REFUSED = {
    r"\b(TO[D]O|FI[X]ME|XX[X]|HAC[K])\b": "a leftover: do it, or write an issue",
    r"(?<![\w./])/(work|root|Users|home/[a-z]+)/[\w.]": "a path of somebody's machine",
    r"python[h]osted\.org": "an address that packages come from",
    r"^(<{7}|>{7}) ": "a merge that was not finished",
}
REFUSED_IN_TESTS = {
    r"\b(pytest|mark)\.(ski[p]|skipi[f]|xfai[l]|importorski[p])\b": "a test that does not run",
}


def files() -> list[Path]:
    """Every text file of the repository, relative to its root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    names = [Path(name) for name in listed.stdout.decode().split("\0") if name]
    return [
        name
        for name in sorted(set(names))
        if name.suffix in TEXT
        and name.name not in FOREIGN
        and VENDORED not in f"/{name.as_posix()}"
        and (ROOT / name).is_file()
    ]


def refused_words(name: Path, text: str) -> list[str]:
    """One sentence for each line with something that is refused."""
    patterns = dict(REFUSED)
    if name.parts[0] == "tests":
        patterns.update(REFUSED_IN_TESTS)
    return [
        f"{name}:{text.count(chr(10), 0, match.start()) + 1}: {match[0].strip()!r} is {reason}."
        for pattern, reason in patterns.items()
        for match in re.finditer(pattern, text, re.MULTILINE)
    ]


def sprawl(name: Path, text: str) -> list[str]:
    """One sentence for a file that is too long and each function that is."""
    wrong = []
    most = TEST_LINES if name.parts[0] == "tests" else MODULE_LINES
    lines = text.count("\n")
    if "migrations" in name.parts:
        return []  # written once, never edited: one long list is the clearest there
    if lines > most:
        wrong.append(f"{name} has {lines} lines; at most {most}.")
    if name.parts[0] == "src":
        try:
            tree = ast.parse(text)
        except SyntaxError as error:
            return [f"{name}:{error.lineno}: {error.msg}."]
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                length = _lines_without_docstring(node)
                if length > FUNCTION_LINES:
                    place = f"{name}:{node.lineno}"
                    wrong.append(f"{place} {node.name} has {length} lines; at most {FUNCTION_LINES}.")
    return wrong


def _lines_without_docstring(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    whole = (node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        whole -= (first.end_lineno or first.lineno) - first.lineno + 1
    return whole


def main() -> int:
    """Print what is refused, one line each."""
    wrong = []
    for name in files():
        text = (ROOT / name).read_text(encoding="utf-8", errors="replace")
        wrong += refused_words(name, text)
        if name.suffix == ".py":
            wrong += sprawl(name, text)
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
