"""``docs/moderation.md`` says what the code does: its tables are made from the code and compared."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from holdfast.access.roles import ROLES
from holdfast.moderation import HARMS, MOST_PLACES, ON_ACCOUNT, ON_SUBJECT, UNDO_DAYS
from holdfast.moderation.priority import CROWD_AT_MOST, STAKES, WEIGHTS
from holdfast.moderation.taxonomy import CONFIDENCE, SOURCE_DEADLINES, SOURCES
from holdfast.store import DAY, HOUR

PAGE = Path(__file__).parents[2] / "docs" / "moderation.md"
OF_MODERATION = (
    "cases.",
    "appeals.",
    "evidence.",
    "notices.",
    "screening.",
    "holds.",
    "signals.",
    "reports.",
    "statuses.delete",
)


def table(head: str, rows: Iterable[Iterable[object]]) -> str:
    """A table in Markdown."""
    lines = [f"| {head} |", "|" + "---|" * (head.count("|") + 1)]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows])


def span(ms: int) -> str:
    if not ms:
        return "at once"
    return f"{ms // DAY} d" if ms % DAY == 0 else f"{ms // HOUR} h"


def permissions(role: str) -> str:
    return ", ".join(f"`{one}`" for one in sorted(ROLES[role].permissions) if one.startswith(OF_MODERATION)) or "–"


PARTS = {
    "harms": table(
        "key | harm | severity | time | DSA | API | law",
        (
            (
                f"`{one.key}`",
                str(one.title),
                one.severity,
                span(one.deadline),
                f"`{one.dsa}`",
                f"`{one.api}`",
                "yes" if one.is_illegal else "",
            )
            for one in HARMS.values()
        ),
    ),
    "sources": table(
        "source | confidence | time at most",
        (
            (f"`{one}`", CONFIDENCE[one], span(SOURCE_DEADLINES[one]) if one in SOURCE_DEADLINES else "")
            for one in SOURCES
        ),
    ),
    "weights": ", ".join(f"{severity}: {weight:,.0f}" for severity, weight in WEIGHTS.items()),
    "stakes": " and ".join(f"`{source}`" for source in STAKES) + f" {STAKES['notice']:,.0f}",
    "crowd": f"likelier than {CROWD_AT_MOST}",
    "undo days": str(UNDO_DAYS),
    "measures": table(
        "on the subject | on the account",
        ((", ".join(f"`{one}`" for one in ON_SUBJECT), ", ".join(f"`{one}`" for one in ON_ACCOUNT)),),
    ),
    "most places": str(MOST_PLACES),
    "roles": table(
        "role | permissions of moderation",
        ((f"`{name}`", permissions(name)) for name in sorted(ROLES, key=lambda one: ROLES[one].rank)),
    ),
}


@pytest.mark.parametrize("name", PARTS)
def test_the_page_says_what_the_code_does(name: str) -> None:
    assert PARTS[name] in PAGE.read_text()
