"""Style sheets, scripts and pictures: read once, kept in memory, served under the hash of them all.

``/static/<hash>/…`` never changes and may be kept for ever; ``/static/…`` without it is for addresses that
have to stay the same, and is asked for again. The style sheet is one file, joined from ``css/`` at start.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "static"
STYLES = (
    "layers",
    "reset",
    "tokens",
    "base",
    "layout",
    "components",
    "pages",
    "live",
    "reading",
    "styleguide",
    "writing",
    "utilities",
)
JOINED = "css/all.css"
SPRITE = "vendor/icons.svg"
_SYMBOLS = re.compile(r'<symbol id="([^"]+)"')
HASH_LENGTH = 16
SMALLEST_ZIPPED = 512  # bytes; below, the header costs more than it saves

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent; ``zipped`` is None where that would not make it smaller."""

    body: bytes
    zipped: bytes | None
    mime_type: str
    etag: str


class Assets:
    """All files of a folder, by path; what is not among them does not exist."""

    def __init__(self, folder: Path = FOLDER) -> None:
        bodies = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.suffix in TYPES
        }
        bodies[JOINED] = b"\n".join(bodies.pop(f"css/{name}.css") for name in STYLES)
        whole = hashlib.sha256()
        for name in sorted(bodies):
            whole.update(name.encode() + b"\0" + hashlib.sha256(bodies[name]).digest())
        self.hash = whole.hexdigest()[:HASH_LENGTH]
        self._files = {name: _asset(name, body) for name, body in bodies.items()}

    @property
    def symbols(self) -> list[str]:
        """The names of the drawings in the sprite of icons."""
        return _SYMBOLS.findall(self.body(SPRITE).decode())

    @property
    def scripts(self) -> list[str]:
        """The names of our own scripts."""
        return [name for name in self._files if name.startswith("js/")]

    def url(self, name: str) -> str:
        """The address that may be kept for ever. Raises LookupError for a file that does not exist."""
        if name not in self._files:
            raise LookupError(f"there is no file static/{name}")
        return f"/static/{self.hash}/{name}"

    def body(self, name: str) -> bytes:
        """What is in a file. Raises LookupError for a file that does not exist."""
        return self._files[name].body

    def find(self, path: str) -> tuple[Asset, bool] | None:
        """The file behind ``/static/<path>`` and whether it may be kept for ever; None when there is none.

        A page of an older release asks under an older hash: it gets today's file, not to be kept.
        """
        name = path.strip("/")
        first, _, rest = name.partition("/")
        if len(first) == HASH_LENGTH and rest in self._files:
            return self._files[rest], first == self.hash
        found = self._files.get(name)
        return (found, False) if found else None


def _asset(name: str, body: bytes) -> Asset:
    kind = TYPES[Path(name).suffix]
    zipped = gzip.compress(body, mtime=0) if kind.startswith(("text/", "image/svg")) else body
    worth = len(body) >= SMALLEST_ZIPPED and len(zipped) < len(body)
    return Asset(body, zipped if worth else None, kind, f'"{hashlib.sha256(body).hexdigest()[:HASH_LENGTH]}"')
