"""What members agree to: the rules, and the versions of the terms and of the privacy notice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec
from sqlalchemy import ColumnElement, func, insert, select, update

from holdfast.access.errors import NotPermitted
from holdfast.access.events import DocumentPublished, RulesChanged
from holdfast.access.tables import documents as documents_table
from holdfast.access.tables import rules as rules_table
from holdfast.acting import Acting
from holdfast.errors import Invalid, NotFound
from holdfast.languages import say
from holdfast.store import Read
from holdfast.writes import Ability, Database

DocumentKind = Literal["terms", "privacy"]

LONGEST_RULE = 500  # characters
LONGEST_HINT = 2_000
LONGEST_DOCUMENT = 200_000
MOST_RULES = 100
MOST_TRANSLATIONS = 100  # of one rule
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")


class RuleWords(msgspec.Struct, frozen=True):
    """A rule and its explanation in another language."""

    text: str
    hint: str


class Rule(msgspec.Struct, frozen=True):
    """One rule of the server, with a longer explanation; ``position`` orders them. Translations are by language."""

    id: int
    position: int
    text: str
    hint: str
    translations: dict[str, RuleWords]


class Document(msgspec.Struct, frozen=True):
    """One version of the terms or of the privacy notice, in plain text; times in milliseconds."""

    id: int
    kind: str
    version: int
    text: str
    effective_at: int
    created_at: int


class NewTerms(msgspec.Struct, frozen=True):
    """A version of the terms to which a member has not agreed yet; ``effective_at`` in milliseconds."""

    version: int
    effective_at: int


class RuleNotFound(NotFound):
    """There is no such rule."""

    key = "rule_not_found"


def rules(r: Read) -> list[Rule]:
    """The rules in force, in their order."""
    return _rules(r, rules_table.c.deleted_at.is_(None))


def rules_by_ids(r: Read, ids: Sequence[int]) -> list[Rule]:
    """Rules, also those that are out of force by now."""
    return _rules(r, rules_table.c.id.in_(list(ids))) if ids else []


def _rules(r: Read, which: ColumnElement[bool]) -> list[Rule]:
    columns = (rules_table.c[name] for name in Rule.__struct_fields__)
    statement = select(*columns).where(which).order_by(rules_table.c.position, rules_table.c.id)
    names = Rule.__struct_fields__
    return [msgspec.convert(dict(zip(names, row, strict=True)), Rule) for row in r.rows(statement)]


def add_rule(db: Database, acting: Acting, text: str, hint: str = "", *, position: int | None = None) -> int:
    """Add a rule, at the end unless a position is given; its id."""
    with db.write(acting, Ability.ADMINISTRATION) as w:
        _may(acting, "rules.write")
        words, more = _checked_rule(text, hint)
        present = rules(w)
        if len(present) >= MOST_RULES:
            raise Invalid.field("text", "ERR_TOO_MANY", say("There can be at most %(most)s rules", most=MOST_RULES))
        place = position if position is not None else max((rule.position for rule in present), default=0) + 1
        rule_id = w.new_id()
        row = {"id": rule_id, "position": place, "text": words, "hint": more, "created_at": w.now}
        w.run(insert(rules_table).values(row))
        w.record(RulesChanged(rule_id=rule_id))
        return rule_id


def checked_rules(texts: Iterable[str]) -> tuple[str, ...]:
    """The texts of rules as they would be added. Raises :class:`Invalid` on ``rules``."""
    found = []
    for number, text in enumerate(texts, start=1):
        try:
            found.append(_checked_rule(text, "")[0])
        except Invalid as fault:
            wrong = say("Rule %(number)s: %(what)s", number=number, what=fault.fields[0].said)
            raise Invalid.field("rules", fault.fields[0].reason, wrong) from fault
    if len(found) > MOST_RULES:
        raise Invalid.field("rules", "ERR_TOO_MANY", say("There can be at most %(most)s rules", most=MOST_RULES))
    return tuple(found)


def change_rule(
    db: Database, acting: Acting, rule_id: int, *, text: str, hint: str = "", position: int | None = None
) -> None:
    """Word a rule anew or move it. Raises :class:`RuleNotFound`."""
    with db.write(acting, Ability.ADMINISTRATION) as w:
        _may(acting, "rules.write")
        words, more = _checked_rule(text, hint)
        values: dict[str, object] = {"text": words, "hint": more}
        if position is not None:
            values["position"] = position
        live = (rules_table.c.id == rule_id) & rules_table.c.deleted_at.is_(None)
        if not w.run(update(rules_table).where(live).values(values)):
            raise RuleNotFound()
        w.record(RulesChanged(rule_id=rule_id))


def translate_rule(db: Database, acting: Acting, rule_id: int, language: str, text: str, hint: str = "") -> None:
    """Give a rule in another language, or take that away again with an empty text.

    Raises :class:`RuleNotFound`, :class:`Invalid` on ``language``, ``text`` or ``hint``.
    """
    with db.write(acting, Ability.ADMINISTRATION) as w:
        _may(acting, "rules.write")
        if not _LANGUAGE.fullmatch(language):
            raise Invalid.field("language", "ERR_INVALID", say("A language is a code such as de or pt-BR"))
        w.serialise(rule_id)
        found = next((rule for rule in rules(w) if rule.id == rule_id), None)
        if found is None:
            raise RuleNotFound()
        translations = dict(found.translations)
        translations.pop(language, None)
        if text.strip():
            if len(translations) >= MOST_TRANSLATIONS:
                raise Invalid.field(
                    "language", "ERR_TOO_MANY", say("A rule has at most %(most)s translations", most=MOST_TRANSLATIONS)
                )
            translations[language] = RuleWords(*_checked_rule(text, hint))
        elif hint.strip():
            raise Invalid.field("text", "ERR_BLANK", say("A rule can't be blank"))
        if translations == found.translations:
            return
        kept = msgspec.to_builtins(translations)
        w.run(update(rules_table).where(rules_table.c.id == rule_id).values(translations=kept))
        w.record(RulesChanged(rule_id=rule_id))


def remove_rule(db: Database, acting: Acting, rule_id: int) -> None:
    """Take a rule out of force; reports that name it keep it. Raises :class:`RuleNotFound`."""
    with db.write(acting, Ability.ADMINISTRATION) as w:
        _may(acting, "rules.write")
        live = (rules_table.c.id == rule_id) & rules_table.c.deleted_at.is_(None)
        if not w.run(update(rules_table).where(live).values(deleted_at=w.now)):
            raise RuleNotFound()
        w.record(RulesChanged(rule_id=rule_id))


def document(r: Read, kind: DocumentKind, *, now: int, version: int | None = None) -> Document | None:
    """A version of a document, or (without one) that which is in force; None when there is none."""
    found = [
        d for d in document_versions(r, kind) if d.version == version or (version is None and d.effective_at <= now)
    ]
    return found[0] if found else None


def document_versions(r: Read, kind: DocumentKind) -> list[Document]:
    """All versions of a document, newest first."""
    columns = (documents_table.c[name] for name in Document.__struct_fields__)
    statement = select(*columns).where(documents_table.c.kind == kind)
    return [Document(*row) for row in r.rows(statement.order_by(documents_table.c.version.desc()))]


def publish_document(
    db: Database, acting: Acting, kind: DocumentKind, text: str, *, effective_at: int | None = None
) -> int:
    """Publish a new version, in force at once or from ``effective_at`` (milliseconds) on; its number."""
    with db.write(acting, Ability.ADMINISTRATION) as w:
        _may(acting, "documents.write")
        words = text.strip()
        if kind not in ("terms", "privacy"):
            raise Invalid.field("kind", "ERR_INCLUSION", say("A document is either terms or privacy"))
        if not words or len(words) > LONGEST_DOCUMENT:
            raise Invalid.field(
                "text", "ERR_INVALID", say("The text needs 1 to %(most)s characters", most=LONGEST_DOCUMENT)
            )
        newest = w.value(select(func.max(documents_table.c.version)).where(documents_table.c.kind == kind)) or 0
        row = {
            "id": w.new_id(),
            "kind": kind,
            "version": newest + 1,
            "text": words,
            "effective_at": w.now if effective_at is None else max(effective_at, w.now),
            "created_at": w.now,
        }
        w.run(insert(documents_table).values(row))
        w.record(DocumentPublished(document=kind, version=newest + 1))
        return int(newest) + 1


def _may(acting: Acting, permission: str) -> None:
    if not acting.may(permission):
        raise NotPermitted()


def _checked_rule(text: str, hint: str) -> tuple[str, str]:
    words, more = " ".join(text.split()), hint.strip()
    if not words:
        raise Invalid.field("text", "ERR_BLANK", say("A rule can't be blank"))
    if len(words) > LONGEST_RULE:
        raise Invalid.field(
            "text", "ERR_TOO_LONG", say("A rule is too long (maximum is %(most)s characters)", most=LONGEST_RULE)
        )
    if len(more) > LONGEST_HINT:
        raise Invalid.field(
            "hint", "ERR_TOO_LONG", say("A hint is too long (maximum is %(most)s characters)", most=LONGEST_HINT)
        )
    return words, more
