"""What somebody typed into the search field: words, quoted phrases, ``-`` for what must not be there, and operators.

``from:@name`` (``from:me``), ``has:``, ``is:``, ``in:``, ``language:``, ``before:``, ``after:``, ``during:``,
``#hashtag``. Anything else with a colon in it is text like any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from holdfast.errors import Invalid
from holdfast.languages import say
from holdfast.posts import indexing
from holdfast.posts.search_words import is_unspaced, words
from holdfast.posts.text import normalise_tag
from holdfast.store import Term, WordQuery

LONGEST = 500
MOST_TERMS = 32
SHORTEST_BEGINNING = 4
"""Words from this length on are found in longer ones that begin with them: boat finds boats."""

SCOPES = ("all", "library", "public")
HAS = ("media", "image", "video", "audio", "poll", "link")
IS = ("reply", "sensitive")
_PART = re.compile(r"(?P<minus>-?)(?:(?P<operator>[A-Za-z]+):)?(?:\"(?P<quoted>[^\"]*)\"?|(?P<plain>[^\s\"]+))")
_OPERATORS = frozenset({"from", "has", "is", "in", "language", "before", "after", "during"})
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»「」『』＂", '"'))


@dataclass
class Wanted:
    """A question taken apart. Times are milliseconds: ``after <= time < before``."""

    all_of: list[Term] = field(default_factory=list)
    none_of: list[Term] = field(default_factory=list)
    scope: str = "all"
    after: int | None = None
    before: int | None = None
    is_empty: bool = True
    is_impossible: bool = False  # it names somebody whom nobody knows

    @property
    def query(self) -> WordQuery:
        """What to ask the index."""
        return WordQuery(tuple(self.all_of) or (Term((indexing.EVERY,)),), tuple(self.none_of))


def understood(text: str, author_of: Callable[[str], int | None]) -> Wanted:
    """Take a question apart; ``author_of`` knows the ids of accounts. Raises :class:`Invalid` with what to do."""
    if len(text) > LONGEST:
        raise Invalid.field("q", "ERR_TOO_LONG", say("Search for at most %(longest)s characters.", longest=LONGEST))
    wanted = Wanted()
    for part in _PART.finditer(text.translate(_QUOTES)):
        negated = bool(part["minus"])
        value = part["quoted"] if part["quoted"] is not None else part["plain"]
        operator = (part["operator"] or "").lower()
        if operator in _OPERATORS:
            _apply(wanted, operator, value.strip(), negated, author_of)
        else:
            _word(wanted, part["operator"], value, negated, is_quoted=part["quoted"] is not None)
    if len(wanted.all_of) + len(wanted.none_of) > MOST_TERMS:
        raise Invalid.field("q", "ERR_TOO_LONG", say("Search for at most %(most)s words at once.", most=MOST_TERMS))
    return wanted


def _word(wanted: Wanted, before_colon: str | None, value: str, negated: bool, *, is_quoted: bool) -> None:
    if before_colon is None and not is_quoted and value[0] in "#＃":
        name = normalise_tag(value.lstrip("#＃"))
        if name:
            _add(wanted, Term((indexing.tag_mark(name),)), negated)
        return
    found = words(value if before_colon is None else f"{before_colon} {value}")
    if not found:
        return
    last = found[-1]
    begins = not is_quoted and len(last) >= SHORTEST_BEGINNING and not is_unspaced(last) and not last.isdigit()
    _add(wanted, Term(tuple(found), begins), negated)


def _add(wanted: Wanted, term: Term, negated: bool) -> None:
    wanted.is_empty = False
    (wanted.none_of if negated else wanted.all_of).append(term)


def _apply(wanted: Wanted, operator: str, value: str, negated: bool, author_of: Callable[[str], int | None]) -> None:
    if operator == "from":
        number = author_of(value)
        if number is None:
            wanted.is_empty = False
            wanted.is_impossible = wanted.is_impossible or not negated
        else:
            _add(wanted, Term((indexing.author_mark(number),)), negated)
    elif operator == "language":
        _add(wanted, Term((indexing.language_mark(value),)), negated)
    elif operator in ("has", "is"):
        _kind(wanted, operator, value.lower(), negated)
    elif operator == "in":
        if negated or value.lower() not in SCOPES:
            raise _refused("in", value, "library, public or all")
        wanted.scope, wanted.is_empty = value.lower(), False
    else:
        _moment(wanted, operator, value, negated)


def _kind(wanted: Wanted, operator: str, value: str, negated: bool) -> None:
    known = HAS if operator == "has" else IS
    if value not in known:
        raise _refused(operator, value, ", ".join(known))
    _add(wanted, Term((indexing.kind_mark(value),)), negated)


def _moment(wanted: Wanted, operator: str, value: str, negated: bool) -> None:
    first, end = _span(operator, value)
    wanted.is_empty = False
    if operator == "during":
        if negated:
            raise Invalid.field("q", "ERR_INVALID", say("-during: is not understood; use before: and after:."))
        _narrow(wanted, after=first, before=end)
    elif (operator == "before") != negated:
        _narrow(wanted, before=first if operator == "before" else end)
    else:
        _narrow(wanted, after=end if operator == "after" else first)


def _narrow(wanted: Wanted, *, after: int | None = None, before: int | None = None) -> None:
    if after is not None:
        wanted.after = after if wanted.after is None else max(after, wanted.after)
    if before is not None:
        wanted.before = before if wanted.before is None else min(before, wanted.before)


def _span(operator: str, value: str) -> tuple[int, int]:
    """The first millisecond of a day, month or year (UTC), and the first one after it."""
    match = _DATE.fullmatch(value)
    try:
        if match is None:
            raise ValueError(value)
        year, month, day = (int(part) if part else None for part in match.groups())
        first = datetime(year or 0, month or 1, day or 1, tzinfo=UTC)
        if day:
            end = datetime.fromtimestamp(first.timestamp() + 86_400, UTC)
        elif month:
            end = first.replace(year=first.year + month // 12, month=month % 12 + 1)
        else:
            end = first.replace(year=first.year + 1)
    except ValueError as fault:
        raise _refused(operator, value, "a date like 2026-11-26, 2026-11 or 2026") from fault
    return int(first.timestamp() * 1000), int(end.timestamp() * 1000)


def _refused(operator: str, value: str, takes: str) -> Invalid:
    return Invalid.field(
        "q",
        "ERR_INVALID",
        say("%(operator)s: takes %(takes)s, not “%(value)s”.", operator=operator, takes=takes, value=value[:40]),
    )
