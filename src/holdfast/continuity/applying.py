"""What one line of an imported file does, and what ends when a file replaces what there was."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import Table, select

from holdfast import people, posts
from holdfast.acting import Acting
from holdfast.errors import Invalid, Problem
from holdfast.languages import say
from holdfast.people import Account, ListChange
from holdfast.people.tables import blocks, domain_blocks, follow_requests, follows, list_members, lists, mutes
from holdfast.posts.tables import bookmarks, statuses
from holdfast.store import Read
from holdfast.writes import Database

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*\Z", re.ASCII)
_YES = {"": None, "true": True, "false": False}


class NotReachable(Problem):
    """This account lives on another server, which this one cannot reach yet."""

    key = "not_reachable"


Apply = Callable[[Database, Acting, Sequence[str]], str]
"""Does what a line says; the subject. Raises :class:`Problem` when it cannot."""


def _account(db: Database, cell: str) -> Account:
    asked = people.parse_handle(cell, domain=db.local_domain)
    with db.read() as r:
        found = people.account_by_handle(r, asked.username, asked.domain)
    if found is not None and found.is_present:
        return found
    if asked.domain is None:
        raise Invalid(say("There is no account called %(username)s on this server.", username=asked.username))
    raise NotReachable()


def _yes(cell: str, column: str) -> bool | None:
    if cell.casefold() not in _YES:
        raise Invalid(say("%(column)s is neither true nor false: %(cell)s", column=column, cell=cell[:40]))
    return _YES[cell.casefold()]


def _follow(db: Database, acting: Acting, cells: Sequence[str]) -> str:
    languages = [code.strip().lower() for code in cells[3].split(",") if code.strip()]
    if unknown := [code for code in languages if not _LANGUAGE.match(code)]:
        raise Invalid(say("This is no code of a language: %(unknown)s", unknown=unknown[0][:40]))
    boosts, notifies = _yes(cells[1], "Show boosts"), _yes(cells[2], "Notify on new posts")
    target = _account(db, cells[0])
    people.follow(db, acting, target.id, shows_boosts=boosts, notifies=notifies, languages=languages)
    return str(target.id)


def _block(db: Database, acting: Acting, cells: Sequence[str]) -> str:
    target = _account(db, cells[0])
    people.block(db, acting, target.id)
    return str(target.id)


def _mute(db: Database, acting: Acting, cells: Sequence[str]) -> str:
    hides = _yes(cells[1], "Hide notifications")
    target = _account(db, cells[0])
    people.mute(db, acting, target.id, hides_notifications=hides is not False)
    return str(target.id)


def _block_domain(db: Database, acting: Acting, cells: Sequence[str]) -> str:
    people.block_domain(db, acting, cells[0])
    return people.normalise_domain(cells[0])


def _bookmark(db: Database, acting: Acting, cells: Sequence[str]) -> str:
    uri = cells[0]
    if not uri.startswith(("https://", "http://")):
        raise Invalid(say("This is no address of a post."))
    with db.read() as r:
        found = r.ids(select(statuses.c.id).where(statuses.c.uri == uri, statuses.c.deleted_at.is_(None)))
    if found:
        return str(posts.bookmark(db, acting, found[0]))
    if uri.startswith(f"{db.base_url}/"):
        raise Invalid(say("There is no post at this address."))
    raise NotReachable(say("This post is on another server, which this one cannot reach yet."))


def _list(db: Database, acting: Acting, cells: Sequence[str]) -> str:
    title = cells[0]
    target = _account(db, cells[1])
    with db.read() as r:
        found = next((one.id for one in people.own_lists(r, acting.known_id) if one.title == title), None)
    if found is None:
        found = people.create_list(db, acting, ListChange(title=title)).id
    inside = select(list_members.c.id).where(list_members.c.list_id == found, list_members.c.account_id == target.id)
    with db.read() as r:
        is_inside = r.exists(inside)
    if not is_inside:
        people.add_to_list(db, acting, found, [target.id])
    return f"{found}:{target.id}"


APPLY: dict[str, Apply] = {
    "following": _follow,
    "blocks": _block,
    "mutes": _mute,
    "domain_blocks": _block_domain,
    "bookmarks": _bookmark,
    "lists": _list,
}


def subjects(r: Read, kind: str, account_id: int) -> set[str]:
    """What an account has of a kind at present, as lines' subjects are written."""
    if kind == "domain_blocks":
        return set(r.values(select(domain_blocks.c.domain).where(domain_blocks.c.account_id == account_id)))
    if kind == "bookmarks":
        return _numbers(r, bookmarks, "status_id", account_id)
    if kind == "lists":
        members = select(list_members.c.list_id, list_members.c.account_id).where(list_members.c.owner_id == account_id)
        empty = select(lists.c.id).where(
            lists.c.account_id == account_id, lists.c.id.not_in(select(list_members.c.list_id))
        )
        return {f"{one}:{who}" for one, who in r.rows(members)} | {f"{one}:" for one in r.ids(empty)}
    tables = {"following": (follows, follow_requests), "blocks": (blocks,), "mutes": (mutes,)}[kind]
    return set().union(*(_numbers(r, table, "target_id", account_id) for table in tables))


def _numbers(r: Read, table: Table, column: str, account_id: int) -> set[str]:
    return {str(number) for number in r.ids(select(table.c[column]).where(table.c.account_id == account_id))}


def remove(db: Database, acting: Acting, kind: str, gone: Iterable[str]) -> None:
    """End what a file that replaces everything does not name."""
    endings: dict[str, Callable[[Database, Acting, int], object]] = {
        "following": people.unfollow,
        "blocks": people.unblock,
        "mutes": people.unmute,
        "bookmarks": posts.unbookmark,
    }
    for subject in gone:
        if kind == "domain_blocks":
            people.unblock_domain(db, acting, subject)
        elif kind == "lists":
            _leave_list(db, acting, subject)
        else:
            endings[kind](db, acting, int(subject))


def _leave_list(db: Database, acting: Acting, subject: str) -> None:
    """Take somebody out of a list; a list in which nobody is left goes."""
    number, _, member = subject.partition(":")
    if member:
        people.remove_from_list(db, acting, int(number), [int(member)])
    with db.read() as r:
        is_used = r.exists(select(list_members.c.id).where(list_members.c.list_id == int(number)))
    if not is_used:
        people.delete_list(db, acting, int(number))
