"""Style sheets, scripts and pictures: read once, kept in memory, served under the hash of them all.

``/static/<hash>/…`` never changes and may be kept for ever; ``/static/…`` without it is for addresses that
have to stay the same, and is asked for again. The style sheet is one file, joined from ``css/`` at start, and
so is the script of every page; what scripts say in another language than English is one, made from its catalogue.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import msgspec

from holdfast import languages
from holdfast.web.scripts import joined

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
    "plots",
    "reading",
    "styleguide",
    "tasks",
    "writing",
    "utilities",
    "forced-colours",
)
JOINED = "css/all.css"
ON_EVERY_PAGE = "js/app.js"
SPRITE = "vendor/icons.svg"
_SYMBOLS = re.compile(r'<symbol id="([^"]+)"')
HASH_LENGTH = 16
SMALLEST_ZIPPED = 512  # bytes; below, the header costs more than it saves

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
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
            if path.is_file() and path.suffix in TYPES and path.suffix != ".json"  # of vendors, about their files
        }
        bodies[JOINED] = b"\n".join(bodies.pop(f"css/{name}.css") for name in STYLES)
        bodies[ON_EVERY_PAGE] = joined(bodies, ON_EVERY_PAGE)
        whole = hashlib.sha256()
        for name in sorted(bodies):
            whole.update(name.encode() + b"\0" + hashlib.sha256(bodies[name]).digest())
        whole.update(languages.fingerprint())
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

    def words(self, language: str) -> str:
        """The address of what scripts say in a language; empty for English, which they have in themselves."""
        return "" if language == languages.SOURCE else self.url(f"words/{language}.json")

    def url(self, name: str) -> str:
        """The address that may be kept for ever. Raises LookupError for a file that does not exist."""
        if not self._has(name):
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
        if len(first) == HASH_LENGTH and self._has(rest):
            return self._files[rest], first == self.hash
        return (self._files[name], False) if self._has(name) else None

    def _has(self, name: str) -> bool:
        """Whether there is such a file; the words of a language become one when they are asked for first."""
        language = name.removeprefix("words/").removesuffix(".json")
        if name not in self._files and language in languages.known() and name == f"words/{language}.json":
            self._files[name] = _asset(name, msgspec.json.encode(languages.for_scripts(language)))
        return name in self._files


def _asset(name: str, body: bytes) -> Asset:
    kind = TYPES[Path(name).suffix]
    zipped = gzip.compress(body, mtime=0) if kind.startswith(("text/", "image/svg", "application/json")) else body
    worth = len(body) >= SMALLEST_ZIPPED and len(zipped) < len(body)
    return Asset(body, zipped if worth else None, kind, f'"{hashlib.sha256(body).hexdigest()[:HASH_LENGTH]}"')
