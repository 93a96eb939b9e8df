"""How long a proof lasts, and where its result is kept."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import report

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "docs" / "measurements" / "proof.json"
TRIED = ROOT / "build" / "proof.json"
FULL_MINUTES = 10.0
MINUTES = float(os.environ.get("PROOF_MINUTES", FULL_MINUTES))
"""How long each proof lasts, about."""


def record(name: str, **figures: Any) -> None:
    """Keep a result under its name; that of a run shorter than the full length goes into ``build/``."""
    kept = KEPT if MINUTES >= FULL_MINUTES else TRIED
    results = json.loads(kept.read_text()) if kept.exists() else {}
    results[name] = {
        "commit": report.commit(),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": report.machine(),
        "minutes": MINUTES,
        "figures": figures,
    }
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(results, indent=2, sort_keys=True) + "\n")
    print(f"\n{name}: {figures}")
