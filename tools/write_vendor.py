"""Write src/holdfast/web/static/vendor/ from npm's packages: htmx as it is, and icons as one sprite.

Run it after changing a version or the list of icons: `make vendor` (needs npm). What it writes is committed, with
versions, licences and checksums in `vendor.json`; a test holds the files against those.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "src/holdfast/web/static/vendor"

HTMX = "2.0.11"
LUCIDE = "1.62.0"
ICONS = (
    "arrow-left",
    "arrow-up",
    "at-sign",
    "ban",
    "bell",
    "bell-off",
    "bookmark",
    "calendar",
    "chart-bar",
    "check",
    "chevron-down",
    "chevron-left",
    "chevron-right",
    "circle-alert",
    "circle-check",
    "circle-help",
    "circle-user",
    "clock",
    "compass",
    "copy",
    "ellipsis",
    "external-link",
    "eye",
    "eye-off",
    "file-text",
    "filter",
    "flag",
    "folder-open",
    "globe",
    "hash",
    "history",
    "house",
    "image",
    "inbox",
    "info",
    "key",
    "languages",
    "link",
    "list",
    "list-checks",
    "lock",
    "log-out",
    "mail",
    "menu",
    "message-circle",
    "moon",
    "paperclip",
    "pencil",
    "pin",
    "plus",
    "quote",
    "radio",
    "refresh-cw",
    "repeat-2",
    "rss",
    "search",
    "send",
    "settings",
    "share",
    "shield",
    "smile",
    "square-pen",
    "star",
    "sun",
    "trash-2",
    "triangle-alert",
    "upload",
    "user",
    "user-check",
    "user-minus",
    "user-plus",
    "users",
    "volume-x",
    "wifi-off",
    "x",
)
"""By Lucide's names. One that a page asks for and that is not here is an error when the page is made."""

_DRAWING = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


def package(name: str, version: str) -> tarfile.TarFile:
    """The files of one version of an npm package."""
    with tempfile.TemporaryDirectory() as folder:
        told = subprocess.run(
            ["npm", "pack", "--silent", f"{name}@{version}"], cwd=folder, check=True, capture_output=True, text=True
        )
        packed = (Path(folder) / told.stdout.split()[-1]).read_bytes()
    return tarfile.open(fileobj=io.BytesIO(packed))


def member(archive: tarfile.TarFile, path: str) -> bytes:
    """One file of a package. Raises KeyError when it is not there."""
    found = archive.extractfile(f"package/{path}")
    assert found is not None
    return found.read()


def sprite(archive: tarfile.TarFile, names: tuple[str, ...]) -> bytes:
    """One SVG file with a symbol for each icon."""
    parts = ['<svg xmlns="http://www.w3.org/2000/svg">']
    for name in names:
        try:
            drawing = _DRAWING.search(member(archive, f"icons/{name}.svg").decode())
        except KeyError:
            sys.exit(f"Lucide {LUCIDE} has no icon called {name}")
        assert drawing is not None
        parts.append(f'<symbol id="{name}" viewBox="0 0 24 24">{" ".join(drawing[1].split())}</symbol>')
    parts.append("</svg>\n")
    return "\n".join(parts).encode()


def main() -> None:
    """Write the files and what is told of them."""
    htmx, lucide = package("htmx.org", HTMX), package("lucide-static", LUCIDE)
    files = {
        "htmx.js": (member(htmx, "dist/htmx.min.js"), "htmx.org", HTMX, "0BSD"),
        "icons.svg": (sprite(lucide, ICONS), "lucide-static", LUCIDE, "ISC"),
        "LICENSE-htmx.txt": (member(htmx, "LICENSE"), "htmx.org", HTMX, "0BSD"),
        "LICENSE-lucide.txt": (member(lucide, "LICENSE"), "lucide-static", LUCIDE, "ISC"),
    }
    FOLDER.mkdir(exist_ok=True)
    told = {}
    for name, (body, origin, version, licence) in files.items():
        (FOLDER / name).write_bytes(body)
        told[name] = {
            "package": origin,
            "version": version,
            "licence": licence,
            "sha256": hashlib.sha256(body).hexdigest(),
        }
    (FOLDER / "vendor.json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    print(f"wrote {len(files)} files, {len(ICONS)} icons")


if __name__ == "__main__":
    main()
