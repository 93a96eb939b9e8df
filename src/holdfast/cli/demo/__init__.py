"""``holdfast demo``: a believable sample community, created through the same commands that members use."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

import msgspec

from holdfast.cli.demo.cast import MEMBERS
from holdfast.cli.demo.filling import fill
from holdfast.cli.demo.planning import DAYS, POSTS
from holdfast.config import Settings
from holdfast.errors import Conflict
from holdfast.site import lock
from holdfast.site.registry import Progress
from holdfast.site.wiring import open_database
from holdfast.store import DAY, ManualClock, SystemClock

WORDS = ("lantern", "harbour", "chestnut", "kettle", "meadow", "violin", "signal", "orchard", "pebble", "window")


class FolderHoldsServer(Conflict):
    """This data folder already holds a server that is no sample."""

    key = "folder_holds_server"


class Told(msgspec.Struct, frozen=True):
    """How to sign in to the sample community."""

    names: tuple[str, ...]
    password: str
    address: str
    posts: int
    pictures: int
    was_there: bool = False


def make(settings: Settings, progress: Progress, *, most_posts: int = POSTS, with_pictures: bool = True) -> Told:
    """Fill the data folder with the sample community; when it is there already, say how to sign in.

    Raises :class:`FolderHoldsServer`, and :class:`DataFolderInUse` while a server runs on the folder.
    """
    held = lock.take(settings.data_dir)
    try:
        return _made(settings, progress, most_posts, with_pictures)
    finally:
        held.release()


def _made(settings: Settings, progress: Progress, most_posts: int, with_pictures: bool) -> Told:
    kept = settings.data_dir / "demo.json"
    now = SystemClock().now()
    clock = ManualClock(now - DAYS * DAY)
    db = open_database(settings, clock=clock)
    try:
        if db.settings.is_set_up:
            return _there_already(kept, settings.data_dir)
        password = "-".join(secrets.choice(WORDS) for _ in range(4))
        made = fill(db, clock, now, password, progress, most_posts=most_posts, with_pictures=with_pictures)
        names = tuple(member.username for member in MEMBERS)
        told = Told(names, password, db.base_url, made.posts, made.pictures)
        _keep(kept, told)
        return told
    finally:
        db.close()


def _there_already(kept: Path, folder: Path) -> Told:
    if not kept.exists():
        raise FolderHoldsServer(
            f"{folder.resolve()} already holds a server, or a sample that was not finished. Remove the folder, or name "
            "another one with HOLDFAST_DATA_DIR."
        )
    return msgspec.structs.replace(msgspec.json.decode(kept.read_bytes(), type=Told), was_there=True)


def _keep(path: Path, told: Told) -> None:
    path.touch(mode=0o600)
    path.write_bytes(msgspec.json.encode(told))


def describe(told: Told, say: Callable[[str], None]) -> None:
    """Say who can sign in, and where."""
    if told.was_there:
        say("The sample community is already here.")
    else:
        say(f"Made {len(told.names)} members and {told.posts:,} posts.")
    owner, *moderators = told.names[:3]
    say(f"Sign in as {owner} (owner), {' or '.join(moderators)} (moderators) or any of the others:")
    others = told.names[3:]
    for at in range(0, len(others), 8):
        say("  " + ", ".join(others[at : at + 8]))
    say(f"Password of all of them: {told.password}")
    say(f"The server will be at {told.address} once it runs.")
