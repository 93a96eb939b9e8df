"""The CSV files that servers of the network give to each other: what stands in them, and reading them.

Headings are written only where others write them, and understood everywhere.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Table, select

from holdfast.errors import Invalid
from holdfast.languages import N_, say
from holdfast.people.tables import accounts, blocks, domain_blocks, follows, list_members, lists, mutes
from holdfast.posts.tables import bookmarks, statuses
from holdfast.store import Read

MOST_BYTES = 4 * 1024 * 1024
MOST_LINES = 20_000
FOLLOWING = ("Account address", "Show boosts", "Notify on new posts", "Languages")
MUTES = ("Account address", "Hide notifications")

# What others call a column, and what it is called here.
_ALIASES = {"domain": "#domain", "uri": "#uri", "post address": "#uri"}
_FIRST_HEADINGS = {"account address", "#domain", "#uri", "list name", *_ALIASES}


class Line(NamedTuple):
    """One line that is not empty: its number in the file, and its cells in the order of the kind's headings."""

    number: int
    cells: list[str]


class CsvKind(NamedTuple):
    """One kind of file. ``columns`` are its headings; ``needs`` says how many of them every line has."""

    label: str
    file: str
    columns: tuple[str, ...]
    needs: int
    has_headings: bool
    rows: Callable[[Read, str, int], list[list[Any]]]


def following_rows(r: Read, local_domain: str, owner: int) -> list[list[Any]]:
    """Whom an account follows, and how."""
    chosen = select(
        accounts.c.username, accounts.c.domain, follows.c.shows_boosts, follows.c.notifies, follows.c.languages
    )
    joined = chosen.join(follows, follows.c.target_id == accounts.c.id).where(follows.c.account_id == owner)
    return [
        [address(local_domain, name, domain), _yes(boosts), _yes(notifies), ", ".join(languages or ())]
        for name, domain, boosts, notifies, languages in r.rows(joined.order_by(follows.c.id))
    ]


def mute_rows(r: Read, local_domain: str, owner: int) -> list[list[Any]]:
    """Whom an account mutes."""
    chosen = select(accounts.c.username, accounts.c.domain, mutes.c.hides_notifications)
    joined = chosen.join(mutes, mutes.c.target_id == accounts.c.id).where(mutes.c.account_id == owner)
    return [[address(local_domain, name, domain), _yes(hides)] for name, domain, hides in r.rows(joined)]


def list_rows(r: Read, local_domain: str, owner: int) -> list[list[Any]]:
    """Who is in which list of an account."""
    chosen = select(lists.c.title, accounts.c.username, accounts.c.domain)
    joined = chosen.join(list_members, list_members.c.list_id == lists.c.id).join(
        accounts, accounts.c.id == list_members.c.account_id
    )
    rows = r.rows(joined.where(lists.c.account_id == owner).order_by(lists.c.id, list_members.c.id))
    return [[title, address(local_domain, name, domain)] for title, name, domain in rows]


def other_rows(r: Read, local_domain: str, table: Table, mine: str, theirs: str, owner: int) -> list[list[Any]]:
    """The accounts at the other side of a relation."""
    joined = select(accounts.c.username, accounts.c.domain).join(table, table.c[theirs] == accounts.c.id)
    rows = r.rows(joined.where(table.c[mine] == owner).order_by(table.c.id))
    return [[address(local_domain, *row)] for row in rows]


def domain_rows(r: Read, _: str, owner: int) -> list[list[Any]]:
    """The servers that an account keeps away."""
    domains = select(domain_blocks.c.domain).where(domain_blocks.c.account_id == owner).order_by(domain_blocks.c.id)
    return [[name] for name in r.values(domains)]


def marked_rows(r: Read, table: Table, owner: int) -> list[list[Any]]:
    """The addresses of bookmarked or favourite posts."""
    marked = select(statuses.c.uri).join(table, table.c.status_id == statuses.c.id)
    return [[uri] for uri in r.values(marked.where(table.c.account_id == owner).order_by(table.c.id))]


def address(local_domain: str, username: str, domain: str | None) -> str:
    """How an account is called in these files."""
    return f"{username}@{domain or local_domain}"


def _yes(value: object) -> str:
    return "true" if value else "false"


KINDS: dict[str, CsvKind] = {
    "following": CsvKind(N_("People you follow"), "following_accounts.csv", FOLLOWING, 1, True, following_rows),
    "blocks": CsvKind(
        N_("People you block"),
        "blocked_accounts.csv",
        ("Account address",),
        1,
        False,
        lambda r, local, owner: other_rows(r, local, blocks, "account_id", "target_id", owner),
    ),
    "mutes": CsvKind(N_("People you mute"), "muted_accounts.csv", MUTES, 1, True, mute_rows),
    "domain_blocks": CsvKind(N_("Servers you block"), "domain_blocks.csv", ("#domain",), 1, False, domain_rows),
    "bookmarks": CsvKind(
        N_("Bookmarks"),
        "bookmarks.csv",
        ("#uri",),
        1,
        False,
        lambda r, _, owner: marked_rows(r, bookmarks, owner),
    ),
    "lists": CsvKind(N_("Lists"), "lists.csv", ("List name", "Account address"), 2, False, list_rows),
}


def kind_named(name: str) -> CsvKind:
    """A kind of file by its name. Raises :class:`Invalid` on ``kind``."""
    found = KINDS.get(name)
    if found is None:
        raise Invalid.field(
            "kind", "ERR_INCLUSION", say("Choose what the file holds: %(known)s", known=", ".join(KINDS))
        )
    return found


def csv_text(headings: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """A CSV file; without headings when there are none."""
    text = io.StringIO()
    writer = csv.writer(text)
    if headings := tuple(headings):
        writer.writerow(headings)
    writer.writerows(rows)
    return text.getvalue()


def write_csv(r: Read, local_domain: str, owner: int, name: str) -> str:
    """What a member has of one kind, as other servers take it. Raises :class:`Invalid` on ``kind``."""
    kind = kind_named(name)
    return csv_text(kind.columns if kind.has_headings else (), kind.rows(r, local_domain, owner))


def read_csv(kind: CsvKind, data: bytes) -> list[Line]:
    """The lines of a file, without its headings and empty lines. Raises :class:`Invalid` on ``file``."""
    if len(data) > MOST_BYTES:
        raise _bad(say("The file is larger than %(most)s MB", most=MOST_BYTES // 1024 // 1024))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise _bad(say("The file is not in UTF-8; save it as CSV in UTF-8")) from fault
    if "\0" in text:
        raise _bad(say("The file is no text; choose a CSV file"))
    found = _lines(text)
    order = list(range(len(kind.columns)))
    if found and found[0].cells[0].strip().casefold() in _FIRST_HEADINGS:
        order = _order(kind, found.pop(0).cells)
    if not found:
        raise _bad(say("The file has no lines"))
    if len(found) > MOST_LINES:
        raise _bad(say("The file has more than %(most)s lines; split it", most=MOST_LINES))
    return [Line(line.number, [_cell(line.cells, place) for place in order]) for line in found]


def _lines(text: str) -> list[Line]:
    reader = csv.reader(io.StringIO(text, newline=""))
    found = []
    before = 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append(Line(before + 1, cells))
            before = reader.line_num
    except csv.Error as fault:
        raise _bad(say("Line %(line_num)s is not CSV", line_num=reader.line_num)) from fault
    return found


def _order(kind: CsvKind, headings: Sequence[str]) -> list[int]:
    """Where each column of the kind stands in the file; -1 where it does not."""
    names = [heading.strip().casefold() for heading in headings]
    known = {_ALIASES.get(name, name): place for place, name in enumerate(names)}
    order = [known.get(column.casefold(), -1) for column in kind.columns]
    if any(place < 0 for place in order[: kind.needs]):
        words = say(
            "The headings are not those of such a file (%(known)s); choose what it holds", known=", ".join(kind.columns)
        )
        raise _bad(words)
    return order


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place].strip() if 0 <= place < len(cells) else ""


def _bad(words: str) -> Invalid:
    return Invalid.field("file", "ERR_INVALID", words)
