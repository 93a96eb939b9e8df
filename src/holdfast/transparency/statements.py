"""Statements of reasons in the form of the DSA Transparency Database: for its API as JSON, or as a table.

Everything comes from the decision's row and the rows it points at; nobody types anything again. No personal data may
be in it: what was written for the member stays out, and the facts are said in general terms.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from holdfast import access, moderation
from holdfast.acting import Acting
from holdfast.moderation import Decision, NotForYou
from holdfast.moderation.records import COLUMNS, from_row
from holdfast.moderation.tables import decisions, signals
from holdfast.posts.tables import media, statuses
from holdfast.store import Read

_READ = "transparency.read"
_AT_ONCE = 500
_VISIBILITY = {
    "remove": "DECISION_VISIBILITY_CONTENT_REMOVED",
    "hide": "DECISION_VISIBILITY_CONTENT_DISABLED",
    "contain": "DECISION_VISIBILITY_CONTENT_DISABLED",
    "less_reach": "DECISION_VISIBILITY_CONTENT_DEMOTED",
    "lock": "DECISION_VISIBILITY_CONTENT_INTERACTION_RESTRICTED",
    "label": "DECISION_VISIBILITY_CONTENT_LABELLED",
    "warning": "DECISION_VISIBILITY_CONTENT_LABELLED",
    "limit": "DECISION_VISIBILITY_CONTENT_DEMOTED",
}
_PROVISION = {"freeze": "DECISION_PROVISION_PARTIAL_SUSPENSION"}
_ACCOUNT = {"suspend": "DECISION_ACCOUNT_SUSPENDED", "delete": "DECISION_ACCOUNT_TERMINATED"}
_SOURCES = (  # the weightiest first
    ({"order", "notice"}, "SOURCE_TYPE_OTHER_NOTIFICATION"),
    ({"trusted_flagger"}, "SOURCE_TRUSTED_FLAGGER"),
    ({"visitor"}, "SOURCE_ARTICLE_16"),
    ({"member", "server", "juror"}, "SOURCE_TYPE_OTHER_NOTIFICATION"),
)
_BY_MACHINE = frozenset({"rule", "hash", "classifier"})
_CONTENT = {
    "image": "CONTENT_TYPE_IMAGE",
    "gifv": "CONTENT_TYPE_VIDEO",
    "video": "CONTENT_TYPE_VIDEO",
    "audio": "CONTENT_TYPE_AUDIO",
}


def statements_between(r: Read, acting: Acting, since: int, until: int) -> list[dict[str, Any]]:
    """The statements of decisions that were told in a period (ms), in order. Raises ``NotForYou``."""
    if not acting.may(_READ):
        raise NotForYou()
    d = decisions.c
    told = select(*COLUMNS).where(d.delivered_at >= since, d.delivered_at < until, d.undone_at.is_(None)).order_by(d.id)
    found = [one for one in map(from_row, r.rows(told)) if _restricts(one)]
    made: list[dict[str, Any]] = []
    for start in range(0, len(found), _AT_ONCE):
        made += _written(r, found[start : start + _AT_ONCE])
    return made


def statements_as_csv(statements: Iterable[dict[str, Any]]) -> str:
    """The same as a table: lists are joined by a vertical bar."""
    out = io.StringIO()
    writing = csv.DictWriter(out, FIELDS, extrasaction="raise", lineterminator="\r\n")
    writing.writeheader()
    for one in statements:
        writing.writerow({name: "|".join(value) if isinstance(value, list) else value for name, value in one.items()})
    return out.getvalue()


FIELDS = (
    "puid",
    "decision_visibility",
    "end_date_visibility_restriction",
    "decision_provision",
    "end_date_service_restriction",
    "decision_account",
    "end_date_account_restriction",
    "account_type",
    "decision_ground",
    "illegal_content_legal_ground",
    "illegal_content_explanation",
    "incompatible_content_ground",
    "incompatible_content_explanation",
    "incompatible_content_illegal",
    "category",
    "content_type",
    "content_type_other",
    "content_language",
    "content_date",
    "application_date",
    "decision_facts",
    "source_type",
    "automated_detection",
    "automated_decision",
)


def _restricts(one: Decision) -> bool:
    return bool(
        {one.on_subject} & _VISIBILITY.keys() or {one.on_account} & (_ACCOUNT | _PROVISION | {"limit": 0}).keys()
    )


def _written(r: Read, found: list[Decision]) -> Iterator[dict[str, Any]]:
    posts = {row[0]: row[1:] for row in r.rows(
        select(statuses.c.id, statuses.c.created_at, statuses.c.language).where(
            statuses.c.id.in_([one.status_id for one in found if one.status_id is not None])
        )
    )}  # fmt: skip
    kinds: dict[int, set[str]] = {}
    for status_id, kind in r.rows(select(media.c.status_id, media.c.kind).where(media.c.status_id.in_(list(posts)))):
        kinds.setdefault(status_id, set()).add(_CONTENT.get(kind, "CONTENT_TYPE_OTHER"))
    sources: dict[int, set[str]] = {}
    for case_id, source in r.rows(
        select(signals.c.case_id, signals.c.source)
        .where(signals.c.case_id.in_({one.case_id for one in found}))
        .distinct()
    ):
        sources.setdefault(case_id, set()).add(source)
    rules = {rule.id: rule.text for rule in access.rules_by_ids(r, sorted({n for one in found for n in one.rule_ids}))}
    for one in found:
        post = posts.get(one.status_id) if one.status_id is not None else None
        types = sorted({"CONTENT_TYPE_TEXT"} | kinds.get(one.status_id or 0, set())) if post else ["CONTENT_TYPE_OTHER"]
        yield _statement(one, post, types, sources.get(one.case_id, set()), rules)


def _statement(one: Decision, post: Any, types: list[str], sources: set[str], rules: dict[int, str]) -> dict[str, Any]:
    harm = moderation.harm(one.category)
    visibility = [word for word in (_VISIBILITY.get(one.on_subject), _VISIBILITY.get(one.on_account)) if word]
    told: dict[str, Any] = {
        "puid": f"{one.id}",
        "decision_visibility": sorted(set(visibility)),
        "decision_provision": _PROVISION.get(one.on_account),
        "decision_account": _ACCOUNT.get(one.on_account),
        "account_type": "ACCOUNT_TYPE_PRIVATE",
        "category": f"STATEMENT_CATEGORY_{harm.dsa}",
        "content_type": types,
        "content_type_other": None if post else "Account",
        "content_language": post[1].split("-")[0].upper() if post and post[1] else None,
        "content_date": _day(post[0] if post else one.created_at),
        "application_date": _day(one.created_at),
        "decision_facts": f"{harm.title}. The content was {_found(sources)} and looked at {_by(one)}.",
        "source_type": next((word for wanted, word in _SOURCES if wanted & sources), "SOURCE_VOLUNTARY"),
        "automated_detection": "Yes" if sources & _BY_MACHINE else "No",
        "automated_decision": "AUTOMATED_DECISION_FULLY" if one.is_automated else "AUTOMATED_DECISION_NOT_AUTOMATED",
    }
    return told | _ends(one, told) | _ground(one, harm, [rules[number] for number in one.rule_ids if number in rules])


def _ends(one: Decision, told: dict[str, Any]) -> dict[str, str | None]:
    end = _day(one.until) if one.until is not None else None
    return {
        "end_date_visibility_restriction": end if told["decision_visibility"] else None,
        "end_date_service_restriction": end if told["decision_provision"] else None,
        "end_date_account_restriction": end if told["decision_account"] else None,
    }


def _ground(one: Decision, harm: moderation.Harm, rules: list[str]) -> dict[str, str | None]:
    """The legal ground where there is one, or else the rule; the fields of the other are empty."""
    is_illegal = bool(one.law) or (harm.is_illegal and not rules)
    title = str(harm.title)
    ground = (one.law or title if is_illegal else "; ".join(rules) or "Rules of this server")[:500]
    return {
        "decision_ground": f"DECISION_GROUND_{'ILLEGAL' if is_illegal else 'INCOMPATIBLE'}_CONTENT",
        "illegal_content_legal_ground": ground if is_illegal else None,
        "illegal_content_explanation": title if is_illegal else None,
        "incompatible_content_ground": None if is_illegal else ground,
        "incompatible_content_explanation": None if is_illegal else title,
        "incompatible_content_illegal": None if is_illegal else "No",
    }


def _found(sources: set[str]) -> str:
    if sources & {"notice", "order"}:
        return "named in a notice"
    if sources & {"member", "visitor", "trusted_flagger", "server", "juror"}:
        return "reported"
    return "found by this server"


def _by(one: Decision) -> str:
    return "by a machine" if one.is_automated else "by a person"


def _day(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d")
