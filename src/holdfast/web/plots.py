"""Plots: what is drawn where, worked out on the server. ``templates/_plot.html`` draws it as SVG with a table behind.

Lengths are in units of a box of 600 by 200 that is stretched to the place there is; words stand around it, in HTML,
so that they keep their size on a phone. Values are never negative; None is a gap and stays one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from holdfast.languages import _, decimal

WIDTH, HEIGHT = 600, 200
BAR_SHARE = 0.7  # of its column; the rest is air
MOST_LINES = 4  # more cannot be told apart
_NICE = (1, 2, 5, 10)
_MOST_STEPS = 4  # of the scale
_SIZES = ("B", "KB", "MB", "GB", "TB", "PB")


class Series(NamedTuple):
    """Values under one name, one for each label of the plot."""

    name: str
    values: Sequence[float | None]


class Unit(NamedTuple):
    """How values are written, the steps in which they grow into larger units, and whether they are whole."""

    write: Callable[[float], str]
    base: int
    is_whole: bool = False


class Mark(NamedTuple):
    """Something that is drawn: ``line``, ``dot``, ``bars`` or ``share``, the number of its colour, the path."""

    kind: str
    number: int
    path: str


class Column(NamedTuple):
    """Where the pointer finds a label's values: left edge, width, words."""

    x: str
    width: str
    words: str


class Plot(NamedTuple):
    """A plot, ready to be drawn. ``scale`` goes from top to bottom, in even steps; ``rows`` are the table's."""

    title: str
    names: list[tuple[str, str, int]]  # kind, name, number of the colour
    marks: list[Mark]
    scale: list[str]
    grid: list[str]
    edges: list[str]  # words below: first, middle, last
    columns: list[Column]
    rows: list[tuple[str, list[str]]]
    words: str  # what it shows, in a sentence or two

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw yet."""
        return not self.columns


def plot(
    title: str,
    labels: Sequence[tuple[str, str]],
    *,
    lines: Sequence[Series] = (),
    bars: Sequence[Series] = (),
    unit: Unit | None = None,
) -> Plot:
    """Lines, bars side by side, or lines over bars. ``labels`` are (short, long), one for each value."""
    unit = unit or NUMBERS
    series = [*bars, *lines]
    assert len(series) <= MOST_LINES
    assert all(len(one.values) == len(labels) for one in series)
    most = max((value for one in series for value in one.values if value is not None), default=0)
    step, steps = _scale(most, unit)
    top = step * steps
    marks = [Mark("bars", number, _bars(_heights(one, top), number, len(bars))) for number, one in enumerate(bars)]
    for number, one in enumerate(lines, start=len(bars)):
        line, dots = _line(_heights(one, top))
        marks += [Mark("line", number, line), Mark("dot", number, dots)]
    scale = [unit.write(step * number) for number in range(steps, -1, -1)]
    kinds = ["bars"] * len(bars) + ["line"] * len(lines)
    return _plot(title, labels, series, kinds, marks, scale, unit.write)


def shares(title: str, labels: Sequence[tuple[str, str]], series: Sequence[Series]) -> Plot:
    """What part each series has of them all, in the course of time: stacked, the first one at the bottom."""
    assert len(series) <= MOST_LINES
    assert all(len(one.values) == len(labels) for one in series)
    totals = [sum(value or 0 for value in at) for at in zip(*(one.values for one in series), strict=True)]
    below, marks = [0.0] * len(labels), []
    for number, one in enumerate(series):
        parts = [(value or 0) / total if total else 0.0 for value, total in zip(one.values, totals, strict=True)]
        boxes = [(place, below[place], part) for place, part in enumerate(parts) if part]
        marks.append(Mark("share", number, "".join(_box(place, 0, 1, low, part, parts) for place, low, part in boxes)))
        below = [low + part for low, part in zip(below, parts, strict=True)]
    scale = [PERCENT.write(number) for number in (100, 50, 0)]
    percent = [
        Series(
            one.name, [100 * (v or 0) / total if total else None for v, total in zip(one.values, totals, strict=True)]
        )
        for one in series
    ]
    return _plot(title, labels, percent, ["share"] * len(series), marks, scale, PERCENT.write)


def _plot(
    title: str,
    labels: Sequence[tuple[str, str]],
    series: Sequence[Series],
    kinds: Sequence[str],
    marks: Iterable[Mark],
    scale: list[str],
    write: Callable[[float], str],
) -> Plot:
    rows = [
        (long, ["–" if one.values[place] is None else write(one.values[place] or 0) for one in series])
        for place, (_, long) in enumerate(labels)
    ]
    names = [one.name for one in series]
    width = _text(WIDTH / max(len(labels), 1))
    columns = [
        Column(_text(place * WIDTH / len(labels)), width, _told(long, names, values))
        for place, (long, values) in enumerate(rows)
        if set(values) != {"–"}
    ]
    short = [label for label, _ in labels]
    return Plot(
        title=title,
        names=[(kind, name, number) for number, (kind, name) in enumerate(zip(kinds, names, strict=True))],
        marks=[mark for mark in marks if mark.path],
        scale=scale,
        grid=[_text(HEIGHT * place / (len(scale) - 1)) for place in range(len(scale))],
        edges=[short[0], short[len(short) // 2], short[-1]] if len(short) > 2 else short,
        columns=columns,
        rows=rows,
        words=" ".join(_summed_up(one, write) for one in series),
    )


def _told(label: str, names: Sequence[str], values: Sequence[str]) -> str:
    return f"{label}: " + ", ".join(f"{name} {value}" for name, value in zip(names, values, strict=True))


def _summed_up(one: Series, write: Callable[[float], str]) -> str:
    known = [value for value in one.values if value is not None]
    if not known:
        return _("%(name)s: nothing is known.", name=one.name)
    return _(
        "%(name)s: %(last)s at last, between %(least)s and %(most)s.",
        name=one.name,
        last=write(known[-1]),
        least=write(min(known)),
        most=write(max(known)),
    )


def _scale(most: float, unit: Unit) -> tuple[float, int]:
    """The length of a step and how many there are, so that the largest value fits below the top."""
    size = 1.0
    while most >= size * unit.base:
        size *= unit.base
    rough = most / size / _MOST_STEPS or 1 / _MOST_STEPS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(nice * power for nice in _NICE if nice * power >= rough * 0.999_999) * size
    if unit.is_whole:
        step = max(step, 1.0)
    return step, max(math.ceil(most / step - 0.000_001), 1)


def _heights(one: Series, top: float) -> list[float | None]:
    return [None if value is None else value / top for value in one.values]


def _line(heights: Sequence[float | None]) -> tuple[str, str]:
    """Paths through the middles of the columns: a line that breaks at gaps, and dots for values that stand alone."""
    wide = WIDTH / max(len(heights), 1)
    line, dots = [], []
    for is_known, group in groupby(enumerate(heights), key=lambda at: at[1] is not None):
        if is_known:
            points = [f"{_text((place + 0.5) * wide)} {_text(HEIGHT * (1 - (height or 0)))}" for place, height in group]
            if len(points) > 1:
                line.append("M" + "L".join(points))
            else:
                dots.append(f"M{points[0]}h0")
    return "".join(line), "".join(dots)


def _bars(heights: Sequence[float | None], number: int, many: int) -> str:
    return "".join(_box(place, number, many, 0, height, heights) for place, height in enumerate(heights) if height)


def _box(place: int, number: int, many: int, low: float, height: float, all_of_them: Sequence[object]) -> str:
    """A box of a column; bars of several series share its middle part."""
    wide = WIDTH / len(all_of_them)
    part = BAR_SHARE / many
    left = (place + (1 - BAR_SHARE) / 2 + number * part) * wide
    up, tall = HEIGHT * (1 - low - height), HEIGHT * height
    return f"M{_text(left)} {_text(up)}h{_text(part * wide)}v{_text(tall)}h-{_text(part * wide)}z"


def _text(length: float) -> str:
    return f"{length:.1f}".removesuffix(".0")


def _number(value: float) -> str:
    return decimal(round(value) if value >= 100 else value)


def _time(ms: float) -> str:
    if ms < 1000:
        return f"{decimal(round(ms) if ms >= 10 else ms)} ms"
    return f"{_number(ms / 1000)} s"


def _size(count: float) -> str:
    for unit in _SIZES[:-1]:
        if count < 1024:
            return f"{_number(count)} {unit}"
        count /= 1024
    return f"{_number(count)} {_SIZES[-1]}"


NUMBERS = Unit(_number, 10**15, is_whole=True)
TIMES = Unit(_time, 1000)
SIZES = Unit(_size, 1024)
PERCENT = Unit(lambda value: f"{value:.0f} %", 10**15)
