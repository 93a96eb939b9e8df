"""The write context: one shape for every write, with service modes, change log, jobs and settings."""

from __future__ import annotations

from holdfast.writes.abilities import (
    SWITCHES,
    WHOLE_SERVER,
    Ability,
    Mode,
    SwitchedOff,
    modes,
    switch_off,
    switch_on,
)
from holdfast.writes.abilities import check as check_mode
from holdfast.writes.database import Database, Write
from holdfast.writes.hearing import Hearing
from holdfast.writes.hooks import LATER, NORMAL, URGENT, Hooks, JobKind, Question
from holdfast.writes.runner import Runner, place_of
from holdfast.writes.sealing import Sealer
from holdfast.writes.settings import FixedByFile, SettingsChanged

__all__ = [
    "LATER",
    "NORMAL",
    "SWITCHES",
    "URGENT",
    "WHOLE_SERVER",
    "Ability",
    "Database",
    "FixedByFile",
    "Hearing",
    "Hooks",
    "JobKind",
    "Mode",
    "Question",
    "Runner",
    "Sealer",
    "SettingsChanged",
    "SwitchedOff",
    "Write",
    "check_mode",
    "modes",
    "place_of",
    "switch_off",
    "switch_on",
]
