"""Say, without a network, whether the lock files belong to pyproject.toml and tools/build.in.

`tools/lock` writes a digest of the inputs to the head of each lock file; this compares it. It also
refuses a lock that names an index or a file on somebody's machine, or a package without a hash.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-build.lock")
MARK = "# Made by `make lock`; inputs "
ADDRESS = re.compile(r"^\s*(--?(extra-)?index-url|-i\b|--find-links|-f\b)|://|\bfile:", re.MULTILINE)
PINNED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==(\S+) *(?:;[^\\]*)?(\\?)$")


def inputs_digest() -> str:
    """Digest of everything in pyproject.toml and tools/build.in that decides what is locked."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    decides = {
        "python": project["requires-python"],
        "runtime": sorted(project["dependencies"]),
        "dev": sorted(project["optional-dependencies"]["dev"]),
        "build": (ROOT / "tools" / "build.in").read_text(encoding="utf-8"),
    }
    return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()


def pins(lock: Path) -> dict[str, str]:
    """Name (normalised) to version of every package in a lock file."""
    found = {}
    for line in lock.read_text(encoding="utf-8").splitlines():
        match = PINNED.match(line)
        if match:
            found[re.sub(r"[-_.]+", "-", match[1]).lower()] = match[2]
    return found


def complaints() -> list[str]:
    """Everything that is wrong with the lock files, one sentence each."""
    wrong = []
    for name in LOCKS:
        text = (ROOT / name).read_text(encoding="utf-8")
        if text.partition("\n")[0] != MARK + inputs_digest():
            wrong.append(f"{name} does not belong to pyproject.toml and tools/build.in: run `make lock`.")
        if match := ADDRESS.search(text):
            wrong.append(f"{name} contains an address: {match[0].strip()!r}.")
        lines = text.splitlines()
        for number, line in enumerate(lines):
            if not line or line.lstrip().startswith(("#", "--hash=sha256:")):
                continue
            match = PINNED.match(line)
            if not match or not lines[number + 1].lstrip().startswith("--hash=sha256:"):
                wrong.append(f"{name}:{number + 1} is not a version pinned with a hash: {line!r}.")
    runtime, dev, build = (pins(ROOT / name) for name in LOCKS)
    for package, version in runtime.items():
        if dev.get(package) != version:
            wrong.append(f"{package} is {version} at run time and {dev.get(package)} for development.")
    for package, version in build.items():
        if dev.get(package, version) != version:
            wrong.append(f"{package} is {version} for building and {dev[package]} for development.")
    return wrong


def main() -> int:
    """Check, or with --write put the digest of the inputs at the head of each lock file."""
    if sys.argv[1:] == ["--write"]:
        for name in LOCKS:
            path = ROOT / name
            lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith(MARK)]
            path.write_text("\n".join([MARK + inputs_digest(), *lines]) + "\n", encoding="utf-8")
    wrong = complaints()
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
