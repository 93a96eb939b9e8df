"""What was measured: figures with their aims, as a table for people and as JSON for machines."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value; ``aim`` says what it should be ("<= 6"), ``met`` whether it is."""

    name: str
    value: float
    unit: str
    aim: str | None = None
    met: bool | None = None


@dataclass
class Report:
    """The figures of one measurement (``make bench-NAME``)."""

    name: str
    sizes: str
    figures: list[Figure] = field(default_factory=list)

    def add(self, name: str, value: float, unit: str, *, most: float | None = None, least: float | None = None) -> None:
        """Add a figure, and its aim if it has one: at most, or at least."""
        rounded = float(f"{value:.4g}")
        if most is not None:
            self.figures.append(Figure(name, rounded, unit, f"<= {most:g}", value <= most))
        elif least is not None:
            self.figures.append(Figure(name, rounded, unit, f">= {least:g}", value >= least))
        else:
            self.figures.append(Figure(name, rounded, unit))

    def value(self, name: str) -> float:
        """The value of a figure that was added. Raises KeyError."""
        for figure in self.figures:
            if figure.name == name:
                return figure.value
        raise KeyError(name)

    def write(self, folder: Path | None = None) -> Path:
        """Write ``NAME.json`` into ``docs/measurements``; into ``build`` when the sizes were not the full ones."""
        if folder is None:
            folder = ROOT / ("docs/measurements" if self.sizes == "full" else f"build/measurements-{self.sizes}")
        folder.mkdir(parents=True, exist_ok=True)
        told = {
            "commit": commit(),
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": machine(),
            "sizes": self.sizes,
            "figures": [asdict(figure) for figure in self.figures],
        }
        path = folder / f"{self.name}.json"
        path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        return path

    def show(self, console: Console) -> None:
        """Print the figures; those that miss their aim stand out."""
        table = Table(title=f"{self.name} ({self.sizes} sizes)", title_justify="left")
        for heading, side in (("figure", "left"), ("value", "right"), ("unit", "left"), ("aim", "left"), ("", "left")):
            table.add_column(heading, justify=side)  # type: ignore[arg-type]
        for figure in self.figures:
            mark = {None: "", True: "[green]met[/]", False: "[bold red]missed[/]"}[figure.met]
            table.add_row(figure.name, f"{figure.value:,.10g}", figure.unit, figure.aim or "", mark)
        console.print(table)


def commit() -> str:
    """The commit that is checked out, with a plus sign when files differ from it."""
    head = _git("rev-parse", "HEAD")
    return head + ("+" if head and _git("status", "--porcelain", "--untracked-files=no") else "")


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def machine() -> dict[str, Any]:
    """What it was measured on."""
    models = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    memory = int(Path("/proc/meminfo").read_text().split()[1])
    return {
        "cpu": models[0] if models else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(memory / 1024 / 1024, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load_before": round(_LOAD, 2),
    }


_LOAD = os.getloadavg()[0]  # of others, at the start of the run: a busy machine explains a slow figure
