"""Custom emoji: small pictures that stand for a word between colons. Administrators add them, everybody uses them."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from sqlalchemy import delete, insert, select, update

from holdfast.acting import Acting
from holdfast.errors import Conflict, Invalid, NotFound, Refused
from holdfast.events import Recorded
from holdfast.languages import say
from holdfast.posts.events import EmojiChanged
from holdfast.posts.payloads import RemoveFiles
from holdfast.posts.tables import custom_emojis
from holdfast.store import HOUR, Read
from holdfast.writes import Ability, Database, Write

SHORTCODE = re.compile(r"[A-Za-z0-9_]{2,64}")
MOST_EMOJIS = 5_000
LONGEST_CATEGORY = 100
_USED = re.compile(r"(?<![A-Za-z0-9:]):([A-Za-z0-9_]{2,64}):(?![A-Za-z0-9:])")
_TAGS = re.compile(r"(<[^>]*>)")


class NoSuchEmoji(NotFound):
    """There is no custom emoji of this name."""

    key = "no_such_emoji"


class EmojiTaken(Conflict):
    """There is a custom emoji of this name already; replace it, or choose another name."""

    key = "emoji_taken"


class MayNotChangeEmoji(Refused):
    """Only administrators change custom emoji."""

    key = "may_not_change_emoji"


class Emoji(NamedTuple):
    """A custom emoji; ``still_key`` is how it looks at rest."""

    id: int
    shortcode: str
    category: str | None
    image_key: str
    still_key: str
    is_disabled: bool


_COLUMNS = tuple(custom_emojis.c[name] for name in Emoji._fields)


class Emojis:
    """The emoji in use, kept in memory until one of them changes; one object per process is enough."""

    def __init__(self, db: Database, changed: Callable[[], None] | None = None) -> None:
        self._db = db
        self._known: dict[str, Emoji] | None = None
        self._lock = threading.Lock()
        self._number = 0
        self._changed = changed
        db.bus.on_commit(self._hear)
        db.bus.on_sealed(self._hear)

    @property
    def known(self) -> dict[str, Emoji]:
        """Every emoji that is not disabled, by its name."""
        found = self._known
        if found is None:
            number = self._number
            with self._db.read() as r:
                found = {one.shortcode: one for one in all_emojis(r) if not one.is_disabled}
            with self._lock:
                if number == self._number:  # nothing changed while we looked
                    self._known = found
        return found

    @property
    def revision(self) -> int:
        """Another number after every change; asked before ``known``, it stands for what is known then or newer."""
        return self._number

    def used_in(self, *texts: str) -> list[Emoji]:
        """The emoji whose names stand in these texts or pieces of HTML, each once, in their order."""
        known = self.known
        if not known:
            return []
        found: dict[str, Emoji] = {}
        for text in texts:
            for part in named_in(text):
                if part in known:
                    found[part] = known[part]
        return list(found.values())

    def replaced(self, html: str, make: Callable[[Emoji], str]) -> str:
        """Safe HTML in which the emoji's names, outside of tags, are replaced by what ``make`` gives."""
        known = self.known
        if not known or ":" not in html:
            return html

        def one(match: re.Match[str]) -> str:
            return make(known[match[1]]) if match[1] in known else match[0]

        parts = _TAGS.split(html)
        return "".join(part if number % 2 else _USED.sub(one, part) for number, part in enumerate(parts))

    def _hear(self, records: Sequence[Recorded]) -> None:
        if any(isinstance(record.event, EmojiChanged) for record in records):
            with self._lock:
                self._number += 1
                self._known = None
            if self._changed is not None:
                self._changed()


def all_emojis(r: Read) -> list[Emoji]:
    """Every emoji, disabled ones too, by category and name."""
    rows = r.rows(select(*_COLUMNS).order_by(custom_emojis.c.category, custom_emojis.c.shortcode))
    return [Emoji._make((*row[:-1], bool(row[-1]))) for row in rows]


def emojis_named(r: Read, names: Collection[str]) -> dict[str, Emoji]:
    """The emoji in use among these names, by name; one query."""
    wanted = [name for name in names if SHORTCODE.fullmatch(name)]
    if not wanted:
        return {}
    which = custom_emojis.c.shortcode.in_(wanted), custom_emojis.c.is_disabled.is_(False)
    return {row[1]: Emoji._make(row) for row in r.rows(select(*_COLUMNS).where(*which))}


def named_in(text: str) -> list[str]:
    """The names between colons in a text or piece of HTML, whether or not there are such emoji."""
    return _USED.findall(_TAGS.sub(" ", text)) if ":" in text else []


def check_shortcode(shortcode: str) -> str:
    """A name without its colons. Raises :class:`Invalid`."""
    name = shortcode.strip().strip(":")
    if not SHORTCODE.fullmatch(name):
        words = say("A name has 2 to 64 characters: letters from a to z, digits and underscores")
        raise Invalid.field("shortcode", "ERR_INVALID", words)
    return name


def add_emoji(
    db: Database,
    acting: Acting,
    shortcode: str,
    image_key: str,
    still_key: str,
    *,
    category: str | None = None,
    replace: bool = False,
) -> Emoji:
    """Add an emoji whose files are stored under these keys. Raises :class:`EmojiTaken`, :class:`Invalid`."""
    name = check_shortcode(shortcode)
    section = " ".join((category or "").split()) or None
    if section and len(section) > LONGEST_CATEGORY:
        raise Invalid.field(
            "category", "ERR_TOO_LONG", say("A category has at most %(most)s characters", most=LONGEST_CATEGORY)
        )
    with db.write(acting, Ability.ADMINISTRATION) as w:
        _may(acting)
        present = {one.shortcode: one for one in all_emojis(w)}
        before = present.get(name)
        if before is not None and not replace:
            raise EmojiTaken()
        if before is None and len(present) >= MOST_EMOJIS:
            raise Invalid.field(
                "shortcode", "ERR_TOO_MANY", say("There can be at most %(most)s emoji", most=MOST_EMOJIS)
            )
        values = {"image_key": image_key, "still_key": still_key, "category": section, "updated_at": w.now}
        if before is None:
            number = w.new_id()
            row = {"id": number, "shortcode": name, "is_disabled": False, "created_at": w.now}
            w.run(insert(custom_emojis).values(row | values))
        else:
            number = before.id
            w.run(update(custom_emojis).where(custom_emojis.c.id == number).values(values))
            _let_go(w, before)
        w.record(EmojiChanged(shortcode=name, change="replaced" if before else "added"))
        return Emoji(number, name, section, image_key, still_key, before.is_disabled if before else False)


def disable_emoji(db: Database, acting: Acting, shortcode: str, *, is_disabled: bool = True) -> None:
    """Let an emoji be used no longer, or again. Raises :class:`NoSuchEmoji`."""
    with db.write(acting, Ability.ADMINISTRATION) as w:
        _may(acting)
        found = _found(w, shortcode)
        if found.is_disabled == is_disabled:
            return
        values = {"is_disabled": is_disabled, "updated_at": w.now}
        w.run(update(custom_emojis).where(custom_emojis.c.id == found.id).values(values))
        w.record(EmojiChanged(shortcode=found.shortcode, change="disabled" if is_disabled else "enabled"))


def remove_emoji(db: Database, acting: Acting, shortcode: str) -> None:
    """Take an emoji away for good; its name stands in texts as it was written. Raises :class:`NoSuchEmoji`."""
    with db.write(acting, Ability.ADMINISTRATION) as w:
        _may(acting)
        found = _found(w, shortcode)
        w.run(delete(custom_emojis).where(custom_emojis.c.id == found.id))
        _let_go(w, found)
        w.record(EmojiChanged(shortcode=found.shortcode, change="removed"))


def _may(acting: Acting) -> None:
    if not acting.may("emoji.write"):
        raise MayNotChangeEmoji()


def _found(w: Write, shortcode: str) -> Emoji:
    name = shortcode.strip().strip(":")
    for one in all_emojis(w):
        if one.shortcode == name:
            return one
    raise NoSuchEmoji()


def _let_go(w: Write, gone: Emoji) -> None:
    w.enqueue("posts.remove_files", RemoveFiles((gone.image_key, gone.still_key)), delay_ms=HOUR)
