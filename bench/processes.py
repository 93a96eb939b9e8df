"""What processes cost: CPU time and memory of a process and all its descendants, from /proc."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def cores() -> tuple[set[int], set[int]]:
    """The cores of the measured servers (one) and of the load generator (another one, where there is one)."""
    present = sorted(os.sched_getaffinity(0))
    return {present[0]}, {present[-1]}


def pin(pid: int, to: set[int]) -> None:
    """Keep a process, all its threads and all its descendants on some cores."""
    for number in tree(pid):
        for thread in os.listdir(f"/proc/{number}/task"):
            os.sched_setaffinity(int(thread), to)


def pin_self() -> None:
    """Keep this process, and what it starts, on the load generator's core."""
    os.sched_setaffinity(0, cores()[1])


def tree(pid: int) -> list[int]:
    """A process and all its descendants that live now."""
    found, waiting = [], [pid]
    while waiting:
        number = waiting.pop()
        found.append(number)
        for thread in Path(f"/proc/{number}/task").glob("*/children"):
            with suppress(FileNotFoundError, ProcessLookupError):  # the thread ended meanwhile
                waiting += [int(child) for child in thread.read_text().split()]
    return found


def cpu_s(pids: list[int]) -> float:
    """CPU seconds that these processes and their descendants have used so far.

    What an ended child used counts with its parent, so that the sum never shrinks.
    """
    return sum(_cpu_ticks(number) for pid in pids for number in tree(pid)) / TICKS


def _cpu_ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):  # ended between being listed and being read: with its parent
        return 0
    return sum(int(value) for value in fields[11:15])


def memory_mb(pid: int) -> dict[str, float]:
    """Memory of a process and its descendants in megabytes: resident, of it private to them, and proportional."""
    sums = {"Rss": 0, "Anonymous": 0, "Pss": 0}
    for number in tree(pid):
        for line in Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()[1:]:
            name, _, value = line.partition(":")
            if name in sums:
                sums[name] += int(value.split()[0])
    return {name: kilobytes / 1024 for name, kilobytes in sums.items()}
