"""The source of the running server, for whoever uses it over the network (AGPL, section 13)."""

from __future__ import annotations

import asyncio
import gzip
import io
import tarfile
from collections.abc import Iterator
from functools import lru_cache
from importlib import metadata
from pathlib import Path

import holdfast
from holdfast.config.server import SOURCE_PATH
from holdfast.web.pages import Pages
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()

PACKAGE = Path(holdfast.__file__).parent
_AROUND = ("LICENSE", "README.md", "Makefile", "pyproject.toml", "requirements.lock", "requirements-build.lock")


@pages.get(SOURCE_PATH, before_set_up=True)
async def source(v: Visit) -> Reply:  # noqa: ARG001
    """Everything that runs here, as it runs here."""
    answer = Reply(await asyncio.to_thread(packed), 200, "application/gzip")
    answer.header("content-disposition", 'attachment; filename="holdfast-source.tar.gz"')
    return answer.header("cache-control", "public, max-age=3600")


@lru_cache(1)
def packed() -> bytes:
    """The archive, made once for each start; the same source makes the same bytes."""
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", mtime=0) as zipped, tarfile.open(fileobj=zipped, mode="w") as archive:
        for name, file in sorted(_files()):
            content = file.read_bytes()
            entry = tarfile.TarInfo(f"holdfast/{name}")
            entry.size, entry.mode = len(content), 0o644
            archive.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def _files() -> Iterator[tuple[str, Path]]:
    """The name of each file in the archive, and where it lies."""
    for file in PACKAGE.rglob("*"):
        inside = file.relative_to(PACKAGE)
        is_hidden = any(part.startswith(".") or part == "__pycache__" for part in inside.parts)
        if file.is_file() and not file.is_symlink() and not is_hidden:
            yield f"src/holdfast/{inside.as_posix()}", file
    root = PACKAGE.parent.parent
    if PACKAGE.parent.name == "src" and (root / "pyproject.toml").is_file():
        yield from ((name, root / name) for name in _AROUND if (root / name).is_file())
        return
    for told in metadata.files("holdfast") or ():  # installed: the licence and the list of requirements
        if told.name in ("LICENSE", "METADATA"):
            yield told.name, Path(str(told.locate()))
