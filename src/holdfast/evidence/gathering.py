"""Everything that is known of a case, as plain data: ids as text, times in milliseconds, the team as numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import select

import holdfast
from holdfast import access, moderation, people
from holdfast.acting import Acting
from holdfast.moderation.appealed import appeals_of
from holdfast.moderation.tables import looks
from holdfast.people.tables import accounts
from holdfast.posts.editing import Version, versions
from holdfast.posts.tables import media, statuses
from holdfast.store import Read
from holdfast.writes import Database

FORM, FORM_OF_SUBJECT = "holdfast-case-1", "holdfast-subject-1"
MOST_POSTS = 5_000
"""Of an account, the newest first."""


class Team:
    """Who did something: a number within one file, so that nobody of the team is named."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}

    def name(self, account_id: int | None) -> str:
        """``person 1``; ``machine`` where nobody did it."""
        if account_id is None:
            return "machine"
        return f"person {self._numbers.setdefault(account_id, len(self._numbers) + 1)}"


def case_file(db: Database, r: Read, acting: Acting, case_id: int) -> dict[str, Any]:
    """A case with its subject as it was and is, signals, decisions, appeals and looks.

    Raises ``NotForYou``, ``NoSuchCase``.
    """
    case = moderation.case(r, acting, case_id)
    team = Team()
    decided = moderation.decisions_in(r, case_id)
    harm = moderation.harm(case.category)
    return {
        "form": FORM,
        "server": _server(db),
        "made_at": db.clock.now(),
        "case": _plain(case, ("claimed_by", "claimed_until", "measured_at"))
        | {"title": str(harm.title), "dsa": harm.dsa, "claimed": case.holder(db.clock.now()) is not None},
        "subject": _subject(db, r, case.about),
        "signals": [_signal(one) for one in moderation.signals_of(r, case_id)],
        "decisions": _decisions(r, decided, team),
        "appeals": [
            _plain(one, ("answered_by",)) | {"answered_by": team.name(one.answered_by) if one.answered_at else ""}
            for one in appeals_of(r, [one.id for one in decided]).values()
        ],
        "looks": _looks(r, case_id, team),
    }


def subject_file(db: Database, r: Read, kind: str, subject_id: int) -> dict[str, Any] | None:
    """A post or an account as it was and is, without a case; of an account also its posts. None: it is gone."""
    told = _subject(db, r, moderation.Subject(kind, str(subject_id)))  # type: ignore[arg-type]
    if told.get(kind) is None:
        return None
    if kind == "account":
        numbers = r.values(
            select(statuses.c.id)
            .where(statuses.c.author_id == subject_id, statuses.c.boost_of_id.is_(None))
            .order_by(statuses.c.id.desc())
            .limit(MOST_POSTS)
        )
        told["posts"] = [post for number in numbers if (post := _post(r, number)) is not None]
    return {"form": FORM_OF_SUBJECT, "server": _server(db), "made_at": db.clock.now(), "subject": told}


def _server(db: Database) -> dict[str, str]:
    return {"domain": db.local_domain, "name": db.settings.name, "software": f"Holdfast {holdfast.__version__}"}


def _plain(row: msgspec.Struct, without: Iterable[str] = ()) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(row)
    left_out = set(without)
    return {name: _text(name, value) for name, value in found.items() if name not in left_out}


def _text(name: str, value: Any) -> Any:
    """Ids are larger than what a number in JSON holds everywhere."""
    is_id = name == "id" or name.endswith("_id")
    return str(value) if is_id and value is not None else value


def _signal(one: moderation.cases.Signal) -> dict[str, Any]:
    by = f"member {one.account_id}" if one.account_id else f"visitor {one.visitor_id}" if one.visitor_id else one.source
    return _plain(one, ("account_id", "visitor_id")) | {"by": by}


def _decisions(r: Read, decided: list[moderation.Decision], team: Team) -> list[dict[str, Any]]:
    wanted = sorted({rule for one in decided for rule in one.rule_ids})
    rules = {rule.id: rule.text for rule in access.rules_by_ids(r, wanted)}
    hidden = ("before", "decided_by", "undone_by", "rule_ids", "note")
    return [
        _plain(one, hidden)
        | {
            "decided_by": team.name(one.decided_by),
            "undone_by": team.name(one.undone_by) if one.undone_at else "",
            "rules": [rules[number] for number in one.rule_ids if number in rules],
        }
        for one in decided
    ]


def _looks(r: Read, case_id: int, team: Team) -> list[dict[str, Any]]:
    found = r.rows(
        select(looks.c.account_id, looks.c.what, looks.c.created_at)
        .where(looks.c.case_id == case_id)
        .order_by(looks.c.id)
    )
    return [{"by": team.name(by), "what": what, "at": at} for by, what, at in found]


def _subject(db: Database, r: Read, about: moderation.Subject) -> dict[str, Any]:
    told: dict[str, Any] = {"kind": about.kind, "id": about.key}
    status_id = about.id if about.kind == "post" else None
    if about.kind == "media":
        status_id = r.value(select(media.c.status_id).where(media.c.id == about.id))
    owner = about.id if about.kind == "account" else None
    if status_id is not None:
        post = _post(r, status_id)
        if post is not None:
            owner = int(post["author_id"])
            told["post"] = post
    if owner is not None:
        told["account"] = _account(db, r, owner)
        if status_id is not None and told["account"]:
            told["url"] = f"{told['account']['url']}/{status_id}"
    return told


def _post(r: Read, status_id: int) -> dict[str, Any] | None:
    row = r.first(select(statuses).where(statuses.c.id == status_id))
    if row is None:
        return None
    files: dict[int, str | None] = dict(
        r.rows(select(media.c.id, media.c.blob_key).where(media.c.status_id == status_id))
    )
    return {
        "id": str(status_id),
        "author_id": str(row.author_id),
        "visibility": row.visibility,
        "created_at": row.created_at,
        "edited_at": row.edited_at,
        "deleted_at": row.deleted_at,
        "in_reply_to_id": None if row.in_reply_to_id is None else str(row.in_reply_to_id),
        "restriction": row.restriction,
        "versions": [_version(one, files) for one in versions(r, status_id)],
    }


def _version(one: Version, files: dict[int, str | None]) -> dict[str, Any]:
    return {
        "from": one.created_at,
        "text": one.text,
        "warning": one.spoiler_text,
        "language": one.language,
        "is_sensitive": one.is_sensitive,
        "poll": list(one.poll_options) if one.poll_options is not None else None,
        "media": [
            {"id": str(row[0]), "kind": row[2], "type": row[5], "sha256": files.get(row[0]), "description": row[8]}
            for row in one.media
        ],
    }


def _account(db: Database, r: Read, account_id: int) -> dict[str, Any] | None:
    """An account as its profile says, also when it was suspended or deleted."""
    row = r.first(select(accounts).where(accounts.c.id == account_id))
    if row is None:
        return None
    found = people.account_by_id(r, account_id)
    return {
        "id": str(account_id),
        "name": row.username,
        "url": f"{db.base_url}/@{row.username}" if row.domain is None else row.uri,
        "display_name": found.display_name if found else "",
        "bio": found.note if found else "",
        "created_at": row.created_at,
        "suspended_at": row.suspended_at,
        "deleted_at": row.deleted_at,
    }
