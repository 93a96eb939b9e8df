"""Signals from those whose word counts more: trusted flaggers, and programs that the team lets speak."""

from __future__ import annotations

from typing import Final

import msgspec

from holdfast import posts
from holdfast.acting import Acting
from holdfast.languages import say
from holdfast.moderation.errors import CannotFlag, NotForYou, SubjectGone
from holdfast.moderation.intake import Signal, raise_signal
from holdfast.moderation.matching import domain_of, link_of
from holdfast.moderation.places import subject_at
from holdfast.moderation.subjects import KINDS, Subject
from holdfast.moderation.taxonomy import HARMS
from holdfast.posts.text.scan import normalise_tag
from holdfast.store import read_id
from holdfast.writes import Ability, Database, Write

TRUSTED, RAISE = "signals.trusted", "signals.raise"
"""Permissions: to be believed more than others; to let a program speak."""

PROGRAMS: Final = ("rule", "hash", "classifier", "juror")
"""Sources of which a program says what it found, and how sure it is."""

LONGEST_FLAG = 1_000  # characters of a comment
LONGEST_PROGRAM = 100
LONGEST_KEY = 2_000


class Flag(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody points at, by its address here or by kind and key, and why.

    ``source`` other than ``trusted_flagger`` is a program's: it has a name, and a confidence if it wants to say one.
    """

    category: str
    url: str = ""
    kind: str = ""
    key: str = ""
    source: str = "trusted_flagger"
    program: str = ""
    confidence: float | None = None
    comment: str = ""


def flag(db: Database, acting: Acting, wanted: Flag) -> int:
    """Raise a signal; the id of its case. Raises :class:`NotForYou`, :class:`CannotFlag`, :class:`SubjectGone`."""
    with db.write(acting, Ability.MODERATION) as w:
        if not acting.may(TRUSTED if wanted.source == "trusted_flagger" else RAISE):
            raise NotForYou()
        _check(wanted)
        subject = _subject(w, wanted)
        if wanted.source == "trusted_flagger":
            _refuse_unseen(w, acting, subject)
            said = Signal(source=wanted.source, category=wanted.category, account_id=acting.account_id)
        else:
            said = Signal(
                source=wanted.source,
                category=wanted.category,
                confidence=wanted.confidence,
                said_by=f"program:{wanted.program.strip()}",
                detail={"program": wanted.program.strip(), "account_id": acting.account_id},
            )
        return raise_signal(w, subject, msgspec.structs.replace(said, comment=wanted.comment.strip()))


def _check(wanted: Flag) -> None:
    if wanted.source != "trusted_flagger" and wanted.source not in PROGRAMS:
        raise CannotFlag.field("source", "ERR_INCLUSION", say("There is no such source of signals."))
    if wanted.category not in HARMS:
        raise CannotFlag.field("category", "ERR_INCLUSION", say("There is no such category."))
    if len(wanted.comment) > LONGEST_FLAG:
        words = say("A comment has at most %(most)s characters", most=LONGEST_FLAG)
        raise CannotFlag.field("comment", "ERR_TOO_LONG", words)
    if wanted.source == "trusted_flagger":
        return
    if not wanted.program.strip() or len(wanted.program) > LONGEST_PROGRAM:
        words = say("Name the program, in at most %(most)s characters.", most=LONGEST_PROGRAM)
        raise CannotFlag.field("program", "ERR_INVALID", words)
    if wanted.confidence is not None and not 0 < wanted.confidence < 1:
        raise CannotFlag.field("confidence", "ERR_INCLUSION", say("A confidence lies between 0 and 1."))


def _subject(w: Write, wanted: Flag) -> Subject:
    if wanted.url:
        found = subject_at(w, w.db.base_url, wanted.url)
        if found is None:
            raise CannotFlag.field("url", "ERR_INVALID", say("Nothing of this server is at this address."))
        return found
    if wanted.kind not in KINDS:
        words = say("Name the address of what you mean, or its kind and its key.")
        raise CannotFlag.field("url", "ERR_BLANK", words)
    key = _key(wanted.kind, wanted.key[:LONGEST_KEY].strip())
    if not key:
        raise CannotFlag.field("key", "ERR_INVALID", say("This is no key of anything of this kind."))
    return Subject(wanted.kind, key)


def _key(kind: str, written: str) -> str:
    if kind == "hashtag":
        return normalise_tag(written.lstrip("#"))
    if kind == "link":
        return link_of(written)
    if kind == "domain":
        found = domain_of(written)
        return found if "." in found else ""
    number = read_id(written)
    return "" if number is None else str(number)


def _refuse_unseen(w: Write, acting: Acting, subject: Subject) -> None:
    """A flagger points at what they can see; what they cannot see does not exist for them."""
    post = subject.id if subject.kind == "post" else None
    if subject.kind == "media":
        file = posts.media_by_ids(w, [subject.id]).get(subject.id)
        post = file.status_id if file is not None else None
        if post is None:
            raise SubjectGone()
    if post is not None and post not in posts.visible_ids(w, acting.known_id, [post]):
        raise SubjectGone()
