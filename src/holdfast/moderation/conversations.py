"""Words in a case: among the team, with those who reported, with whose it is. None of them is an appeal.

What the team writes to members comes from the team and names nobody of it.
"""

from __future__ import annotations

from typing import Literal, get_args

import msgspec
from sqlalchemy import ColumnElement, func, insert, select

from holdfast.acting import Acting
from holdfast.languages import say
from holdfast.moderation.cases import DECIDE, Case, by_ids, case, held, may_read, not_about
from holdfast.moderation.errors import CannotWrite, IsAboutYou, NoSuchCase, NotForYou
from holdfast.moderation.events import WordWritten
from holdfast.moderation.tables import cases, signals, words
from holdfast.store import Read
from holdfast.writes import Ability, Database, Write

Audience = Literal["team", "reporter", "author"]
AUDIENCES: tuple[Audience, ...] = get_args(Audience)

SEES_WHO = "audit.read"
"""The permission to see who of the team has written to a member."""

LONGEST_WORD = 5_000  # characters
MOST_IN_A_ROW = 10
"""So many times a member writes until somebody of the team has answered."""


class Word(msgspec.Struct, frozen=True):
    """A row of ``case_words``. ``account_id`` is the member on the other side; None among the team."""

    id: int
    case_id: int
    audience: Audience
    account_id: int | None
    written_by: int | None
    is_from_team: bool
    text: str
    created_at: int


_COLUMNS = tuple(words.c[name] for name in Word.__struct_fields__)


def write_word(db: Database, acting: Acting, case_id: int, audience: str, text: str) -> None:
    """Write in a case: to the team, to whose it is, or to each member who reported.

    Raises :class:`NotForYou`, :class:`NoSuchCase`, :class:`IsAboutYou`, :class:`CannotWrite`.
    """
    with db.write(acting, Ability.MODERATION) as w:
        found = held(w, case_id)
        if not acting.may(DECIDE):
            raise NotForYou()
        if found.account_id is not None and found.account_id == acting.account_id:
            raise IsAboutYou()
        if audience not in AUDIENCES:
            raise CannotWrite.field("audience", "ERR_INCLUSION", say("Choose to whom you write."))
        said = _checked(text)
        for to in _addressed(w, found, audience):
            _put(w, Word(w.new_id(), case_id, audience, to, acting.account_id, True, said, w.now))


def reply(db: Database, acting: Acting, case_id: int, text: str) -> None:
    """Answer the team in a case in which it has written to the acting member.

    Raises :class:`NoSuchCase` in any other, :class:`CannotWrite`.
    """
    with db.write(acting, Ability.MODERATION) as w:
        w.serialise(case_id)
        said = words_with(w, acting.known_id, case_id)
        if not said:
            raise NoSuchCase()
        last = [one.is_from_team for one in said[-MOST_IN_A_ROW:]]
        if len(last) == MOST_IN_A_ROW and not any(last):
            raise CannotWrite(say("Wait until somebody of the team has answered."))
        me = acting.known_id
        _put(w, Word(w.new_id(), case_id, said[-1].audience, me, me, False, _checked(text), w.now))


def words_in(r: Read, acting: Acting, case_id: int) -> list[Word]:
    """All that was written in a case, the first first; who of the team wrote to members is left out for those who may
    not see it. Raises :class:`NotForYou`, :class:`NoSuchCase`."""
    case(r, acting, case_id)
    found = _words(r, words.c.case_id == case_id)
    if acting.may(SEES_WHO):
        return found
    return [_without_writer(one) if one.is_from_team and one.audience != "team" else one for one in found]


def words_with(r: Read, account_id: int, case_id: int) -> list[Word]:
    """What the team and a member have written to each other in a case, the first first. It names nobody of the team."""
    mine = (words.c.case_id == case_id) & (words.c.account_id == account_id)
    return [_without_writer(one) if one.is_from_team else one for one in _words(r, mine)]


def unanswered(r: Read, acting: Acting, *, most: int = 100) -> list[tuple[Word, Case]]:
    """The last words of members that nobody of the team has answered, the oldest first. Raises :class:`NotForYou`."""
    may_read(acting)
    last = (
        select(func.max(words.c.id))
        .where(words.c.account_id.is_not(None))
        .group_by(words.c.case_id, words.c.account_id)
    )
    statement = (
        select(*_COLUMNS)
        .join(cases, cases.c.id == words.c.case_id)
        .where(words.c.id.in_(last), words.c.is_from_team.is_(False), not_about(acting))
        .order_by(words.c.id)
        .limit(most)
    )
    found = [Word(*row) for row in r.rows(statement)]
    about = {one.id: one for one in by_ids(r, sorted({one.case_id for one in found}))}
    return [(one, about[one.case_id]) for one in found if one.case_id in about]


def reporters_of(r: Read, case_id: int) -> list[int]:
    """The members whose reports belong to a case."""
    statement = select(signals.c.account_id).where(signals.c.case_id == case_id, signals.c.report_id.is_not(None))
    return sorted({int(row[0]) for row in r.rows(statement.where(signals.c.account_id.is_not(None)))})


def _addressed(w: Write, found: Case, audience: str) -> list[int | None]:
    if audience == "team":
        return [None]
    if audience == "author":
        if found.account_id is None:
            raise CannotWrite.field("audience", "ERR_INVALID", say("This case is not about anybody's account."))
        return [found.account_id]
    reporters = [one for one in reporters_of(w, found.id) if one != w.acting.account_id]
    if not reporters:
        raise CannotWrite.field("audience", "ERR_INVALID", say("No member has reported this."))
    return list(reporters)


def _checked(text: str) -> str:
    said = text.strip()
    if not said:
        raise CannotWrite.field("text", "ERR_BLANK", say("Write something."))
    if len(said) > LONGEST_WORD:
        words_ = say("This is too long (maximum is %(most)s characters)", most=LONGEST_WORD)
        raise CannotWrite.field("text", "ERR_TOO_LONG", words_)
    return said


def _put(w: Write, one: Word) -> None:
    w.run(insert(words).values(**msgspec.structs.asdict(one)))
    event = WordWritten(
        case_id=one.case_id, word_id=one.id, audience=one.audience, account_id=one.account_id, by_team=one.is_from_team
    )
    w.record(event, owner=one.account_id)


def _words(r: Read, which: ColumnElement[bool]) -> list[Word]:
    return [Word(*row) for row in r.rows(select(*_COLUMNS).where(which).order_by(words.c.id))]


def _without_writer(one: Word) -> Word:
    return msgspec.structs.replace(one, written_by=None)
