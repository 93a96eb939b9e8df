"""Notices: letters from hosts, app stores and authorities that name what they want looked at, and by when.

Every entry of a letter becomes an item. What it points at gets a signal, and so a case with the letter's deadline;
where nothing of ours is found, the item says why, so that nothing is dropped in silence.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

import msgspec
from sqlalchemy import insert, select, update

from holdfast import people, posts
from holdfast.acting import Acting
from holdfast.languages import N_, say
from holdfast.moderation.errors import CannotTakeNotice, NoSuchNotice, NotForYou, SubjectGone
from holdfast.moderation.events import NoticeAnswered, NoticeReceived
from holdfast.moderation.intake import Signal, raise_signal
from holdfast.moderation.pointing import Mention, mentions
from holdfast.moderation.subjects import Subject
from holdfast.moderation.tables import notice_items, notices
from holdfast.moderation.taxonomy import HARMS
from holdfast.store import DAY, LARGEST_ID, Hot, Read, Window, page
from holdfast.writes import Ability, Database, Write

NoticeKind = Literal["host", "app_store", "authority", "order"]
NOTICE_KINDS: Final[tuple[NoticeKind, ...]] = get_args(NoticeKind)
READ_NOTICES, WRITE_NOTICES = "notices.read", "notices.write"

LONGEST_SENDER = 200  # characters
LONGEST_LETTER = 2_000_000  # characters
MOST_ITEMS = 5_000
LATEST_DAYS = 365
"""A deadline further away than this, on either side, is a slip of the pen."""

PROBLEMS: Final[dict[str, str]] = {
    "no_post": N_("There is no such post here"),
    "no_account": N_("There is no such account here"),
    "no_media": N_("There is no such file here"),
    "no_hashtag": N_("Nobody here has used this hashtag"),
    "deleted": N_("It had been deleted already"),
    "other": N_("This address of ours is no post, file, account or hashtag"),
    "foreign": N_("This is not an address of this server"),
    "unread": N_("No address was found in this line"),
}
"""Why an item has no case."""

_POST = Hot("SELECT id, boost_of_id, deleted_at FROM statuses WHERE id = :id")
_ACCOUNT = Hot("SELECT id, deleted_at FROM accounts WHERE id = :id")
_PICTURE = Hot("SELECT id, deleted_at FROM accounts WHERE avatar_key = :key OR header_key = :key ORDER BY id LIMIT 1")
_MEDIA = Hot("SELECT id FROM media WHERE file_name = :name")


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A letter as it came. ``deadline`` in milliseconds."""

    sender: str
    body: str
    deadline: int
    kind: str = "host"
    category: str = "illegal"
    reference: str = ""


class Notice(msgspec.Struct, frozen=True):
    """A row of ``notices``, without the letter itself."""

    id: int
    kind: str
    sender: str
    reference: str
    category: str
    received_at: int
    deadline: int
    added_by: int | None
    answered_at: int | None


class Item(msgspec.Struct, frozen=True):
    """A row of ``notice_items``: what one entry of a letter points at, or a key of ``PROBLEMS``."""

    id: int
    notice_id: int
    position: int
    written: str
    subject_kind: str | None
    subject: str | None
    case_id: int | None
    problem: str
    gone_at: int | None


class Resolved(msgspec.Struct, frozen=True):
    """What stands behind a mention: a subject, or a problem (and since when it is gone)."""

    subject: Subject | None = None
    problem: str = ""
    gone_at: int | None = None


_NOTICE = tuple(notices.c[name] for name in Notice.__struct_fields__)
_ITEM = tuple(notice_items.c[name] for name in Item.__struct_fields__)


def add_notice(db: Database, acting: Acting, letter: Letter) -> int:
    """Take a letter in and raise a signal for everything of ours that it names; the notice's id.

    Raises :class:`NotForYou`, :class:`CannotTakeNotice`.
    """
    with db.write(acting, Ability.MODERATION) as w:
        if not acting.may(WRITE_NOTICES):
            raise NotForYou()
        _check(letter, w.now)
        found = _items(w, letter)
        if not found:
            raise CannotTakeNotice.field("body", "ERR_BLANK", say("No address was found in this letter."))
        if len(found) > MOST_ITEMS:
            message = say("A notice holds at most %(most)s entries; divide this letter.", most=MOST_ITEMS)
            raise CannotTakeNotice.field("body", "ERR_TOO_LONG", message)
        number = w.new_id()
        values = {name: getattr(letter, name).strip() for name in ("kind", "sender", "reference", "category")}
        w.run(
            insert(notices).values(
                id=number,
                body=letter.body.replace("\x00", ""),  # PostgreSQL takes none in texts
                received_at=w.now,
                deadline=letter.deadline,
                added_by=acting.account_id,
                **values,
            )
        )
        # In one order for every letter, so that two of them never wait for each other's subjects.
        for position, (mention, target) in sorted(enumerate(found, start=1), key=_by_subject):
            _add_item(w, number, position, letter, mention, target)
        w.record(NoticeReceived(notice_id=number, sent_by=letter.kind, items=len(found)))
        return number


def _check(letter: Letter, now: int) -> None:
    if not letter.sender.strip():
        raise CannotTakeNotice.field("sender", "ERR_BLANK", say("Say who sent the letter."))
    if len(letter.sender) > LONGEST_SENDER or len(letter.reference) > LONGEST_SENDER:
        message = say("Sender and reference have at most %(most)s characters each.", most=LONGEST_SENDER)
        raise CannotTakeNotice.field("sender", "ERR_TOO_LONG", message)
    if letter.kind not in NOTICE_KINDS:
        raise CannotTakeNotice.field("kind", "ERR_INCLUSION", say("There is no such kind of sender."))
    if letter.category not in HARMS:
        raise CannotTakeNotice.field("category", "ERR_INCLUSION", say("There is no such kind of harm."))
    if len(letter.body) > LONGEST_LETTER:
        message = say("A letter has at most %(most)s characters; divide this one.", most=LONGEST_LETTER)
        raise CannotTakeNotice.field("body", "ERR_TOO_LONG", message)
    if abs(letter.deadline - now) > LATEST_DAYS * DAY:
        message = say("The deadline is more than a year away; look at it again.")
        raise CannotTakeNotice.field("deadline", "ERR_INVALID", message)


def _items(w: Write, letter: Letter) -> list[tuple[Mention, Resolved]]:
    """The entries of a letter in its order, each thing once."""
    hosts = frozenset({w.db.local_domain.lower(), w.db.base_url.partition("://")[2].lower()})
    found: dict[object, tuple[Mention, Resolved]] = {}
    for mention in mentions(letter.body, hosts):
        target = resolve(w, mention, w.db.local_domain)
        found.setdefault(target.subject or (mention.kind, mention.key or mention.written), (mention, target))
    return list(found.values())


def resolve(r: Read, mention: Mention, local_domain: str) -> Resolved:
    """What a mention points at here."""
    match mention.kind:
        case "post":
            number = int(mention.key)
            rows = r.fast(_POST, id=number) if number <= LARGEST_ID else []
            if not rows:
                return Resolved(problem="no_post")
            itself, boosted, gone_at = rows[0]
            if gone_at is not None:
                return Resolved(problem="deleted", gone_at=gone_at)
            return Resolved(Subject.post(boosted or itself))
        case "account":
            try:
                return Resolved(Subject.account(people.lookup(r, mention.key, local_domain).id))
            except people.AccountNotFound:
                return Resolved(problem="no_account")
        case "account_id":
            number = int(mention.key)
            return _present(r.fast(_ACCOUNT, id=number) if number <= LARGEST_ID else [], "no_account")
        case "picture":
            return _present(r.fast(_PICTURE, key=mention.key), "no_media")
        case "media":
            rows = r.fast(_MEDIA, name=mention.key)
            return Resolved(Subject("media", str(rows[0][0]))) if rows else Resolved(problem="no_media")
        case "hashtag":
            try:
                tag = posts.tag_named(r, mention.key)
            except posts.NoSuchTag:
                return Resolved(problem="no_hashtag")
            return Resolved(Subject("hashtag", tag.name)) if tag.id is not None else Resolved(problem="no_hashtag")
        case _:
            return Resolved(problem=mention.kind)


def _present(rows: list[tuple[int, int | None]], problem: str) -> Resolved:
    if not rows:
        return Resolved(problem=problem)
    number, gone_at = rows[0]
    return Resolved(problem="deleted", gone_at=gone_at) if gone_at else Resolved(Subject.account(number))


def _by_subject(one: tuple[int, tuple[Mention, Resolved]]) -> tuple[str, str]:
    subject = one[1][1].subject
    return (subject.kind, subject.key) if subject else ("", "")


def _add_item(w: Write, notice_id: int, position: int, letter: Letter, mention: Mention, target: Resolved) -> None:
    number, case_id, problem = w.new_id(), None, target.problem
    if target.subject is not None:
        source = "order" if letter.kind == "order" else "notice"
        signal = Signal(source=source, category=letter.category, notice_item_id=number, deadline=letter.deadline)
        try:
            case_id = raise_signal(w, target.subject, signal)
        except SubjectGone:
            problem = "deleted"
    w.run(
        insert(notice_items).values(
            id=number,
            notice_id=notice_id,
            position=position,
            written=mention.written,
            subject_kind=target.subject.kind if target.subject else None,
            subject=target.subject.key if target.subject else None,
            case_id=case_id,
            problem=problem,
            gone_at=target.gone_at,
        )
    )


def mark_answered(db: Database, acting: Acting, notice_id: int) -> None:
    """Note that the answer to a letter was sent. Raises :class:`NotForYou`, :class:`NoSuchNotice`."""
    with db.write(acting, Ability.MODERATION) as w:
        if not acting.may(WRITE_NOTICES):
            raise NotForYou()
        if notice(w, acting, notice_id).answered_at is None:
            w.run(update(notices).where(notices.c.id == notice_id).values(answered_at=w.now))
            w.record(NoticeAnswered(notice_id=notice_id))


def notice(r: Read, acting: Acting, notice_id: int) -> Notice:
    """One notice. Raises :class:`NotForYou`, :class:`NoSuchNotice`."""
    _may_read(acting)
    row = r.first(select(*_NOTICE).where(notices.c.id == notice_id))
    if row is None:
        raise NoSuchNotice()
    return Notice(*row)


def notices_listing(r: Read, acting: Acting, window: Window) -> list[Notice]:
    """Notices, the newest first. Raises :class:`NotForYou`."""
    _may_read(acting)
    return [Notice(*row) for row in page(r, select(*_NOTICE), notices.c.id, window)]


def letter_of(r: Read, acting: Acting, notice_id: int) -> str:
    """A letter as it came. Raises :class:`NotForYou`, :class:`NoSuchNotice`."""
    notice(r, acting, notice_id)
    return str(r.value(select(notices.c.body).where(notices.c.id == notice_id)))


def items_of(r: Read, notice_id: int) -> list[Item]:
    """The items of a notice in the order of the letter."""
    statement = select(*_ITEM).where(notice_items.c.notice_id == notice_id).order_by(notice_items.c.position)
    return [Item(*row) for row in r.rows(statement)]


def _may_read(acting: Acting) -> None:
    if not acting.may(READ_NOTICES):
        raise NotForYou()
