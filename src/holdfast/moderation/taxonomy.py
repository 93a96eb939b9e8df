"""Kinds of harm: our own words for them, how grave they are, how long they may wait, and their names elsewhere.

``dsa`` is the category of the DSA Transparency Database, ``api`` that of the client API. Deadlines are defaults;
the setting ``moderation_deadlines`` replaces them.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from holdfast.languages import N_
from holdfast.store import DAY, HOUR, MINUTE

ApiCategory = Literal["spam", "legal", "violation", "other"]
Source = Literal[
    "member", "visitor", "trusted_flagger", "server", "notice", "order", "rule", "hash", "classifier", "juror"
]

SOURCES: Final[tuple[Source, ...]] = Source.__args__  # type: ignore[attr-defined]


class Harm(msgspec.Struct, frozen=True):
    """One kind of harm. ``severity`` is from 1 (a nuisance) to 5 (lives); ``deadline`` in milliseconds, 0 is at once.

    ``is_illegal``: the ground of a decision is a law and not only a rule of this server.
    """

    key: str
    title: str
    severity: int
    deadline: int
    dsa: str
    api: ApiCategory
    is_illegal: bool = False


_HARMS = (
    Harm("child_safety", N_("Sexual abuse of children"), 5, 0, "PROTECTION_OF_MINORS", "legal", True),
    Harm("threat", N_("Threat or call to violence"), 5, HOUR, "VIOLENCE", "legal", True),
    Harm("terrorism", N_("Terrorist content"), 5, HOUR, "RISK_FOR_PUBLIC_SECURITY", "legal", True),
    Harm("self_harm", N_("Suicide or self-harm"), 4, 4 * HOUR, "SELF_HARM", "violation"),
    Harm("intimate", N_("Intimate pictures without consent"), 4, 4 * HOUR, "CYBER_VIOLENCE", "legal", True),
    Harm(
        "doxxing", N_("Private data made public"), 4, 4 * HOUR, "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS", "legal", True
    ),
    Harm("violence", N_("Violence shown or praised"), 3, DAY, "VIOLENCE", "violation"),
    Harm("hate", N_("Hatred against people for what they are"), 3, DAY, "ILLEGAL_OR_HARMFUL_SPEECH", "violation"),
    Harm("harassment", N_("Harassment or bullying"), 3, DAY, "CYBER_VIOLENCE", "violation"),
    Harm("fraud", N_("Fraud or phishing"), 3, DAY, "SCAMS_AND_FRAUD", "legal", True),
    Harm("illegal", N_("Otherwise against the law"), 3, 7 * DAY, "ILLEGAL_OR_HARMFUL_SPEECH", "legal", True),
    Harm("goods", N_("Forbidden or unsafe goods"), 3, 2 * DAY, "UNSAFE_AND_PROHIBITED_PRODUCTS", "legal", True),
    Harm("impersonation", N_("Pretends to be somebody else"), 2, 2 * DAY, "SCAMS_AND_FRAUD", "violation"),
    Harm(
        "elections",
        N_("Deception about elections"),
        3,
        DAY,
        "NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS",
        "other",
    ),
    Harm("sexual", N_("Sexual content where it is not allowed"), 2, 2 * DAY, "OTHER_VIOLATION_TC", "violation"),
    Harm("animals", N_("Cruelty to animals"), 2, 2 * DAY, "ANIMAL_WELFARE", "violation"),
    Harm("copyright", N_("Copyright or trade mark"), 2, 7 * DAY, "INTELLECTUAL_PROPERTY_INFRINGEMENTS", "legal", True),
    Harm("spam", N_("Spam"), 1, 2 * DAY, "OTHER_VIOLATION_TC", "spam"),
    Harm("rules", N_("Against a rule of this server"), 2, 2 * DAY, "OTHER_VIOLATION_TC", "violation"),
    Harm("other", N_("Something else"), 1, 3 * DAY, "OTHER_VIOLATION_TC", "other"),
)
HARMS: Final[dict[str, Harm]] = {harm.key: harm for harm in _HARMS}

OF_API: Final[dict[str, str]] = {"spam": "spam", "legal": "illegal", "violation": "rules", "other": "other"}
"""What a report through the client API is taken for until somebody has looked."""

SOURCE_DEADLINES: Final[dict[str, int]] = {"order": HOUR, "trusted_flagger": 12 * HOUR}
"""A signal from such a source waits at most so long, whatever it is about (an order: Regulation (EU) 2021/784,
Article 3). A notice brings the time that it names."""

CONFIDENCE: Final[dict[str, float]] = {
    "member": 0.35,
    "visitor": 0.3,
    "server": 0.3,
    "trusted_flagger": 0.8,
    "notice": 0.8,
    "order": 0.95,
    "juror": 0.7,
    "rule": 0.5,
    "hash": 0.98,
    "classifier": 0.5,
}
"""How likely a signal is right that says nothing of it itself; the share that was upheld replaces these in time."""

SHORTEST_DEADLINE = MINUTE


def harm(key: str) -> Harm:
    """A kind of harm; ``other`` for a key that this version does not know."""
    return HARMS.get(key) or HARMS["other"]
