"""Plots: what is drawn of full, empty, single and gappy data, and what is told of it in words."""

from __future__ import annotations

from holdfast.web.plots import SIZES, TIMES, Series, plot, shares

LABELS = [(f"{n} May", f"{n} May 2026") for n in range(1, 6)]


def test_a_line_breaks_at_a_gap_and_a_value_alone_is_a_dot() -> None:
    drawn = plot("Posts", LABELS, lines=[Series("Posts", [0, 4, None, 2, None])])
    line, dot = drawn.marks
    assert (line.kind, line.path) == ("line", "M60 200L180 0") and (dot.kind, dot.path) == ("dot", "M420 100h0")
    assert drawn.scale == ["4", "3", "2", "1", "0"] and drawn.grid == ["0", "50", "100", "150", "200"]
    assert drawn.edges == ["1 May", "3 May", "5 May"]
    assert drawn.rows[1] == ("2 May 2026", ["4"]) and drawn.rows[2] == ("3 May 2026", ["–"])
    assert [column.words for column in drawn.columns] == [
        "1 May 2026: Posts 0",
        "2 May 2026: Posts 4",
        "4 May 2026: Posts 2",
    ]
    assert drawn.words == "Posts: 2 at last, between 0 and 4."


def test_without_values_nothing_is_drawn() -> None:
    for drawn in (
        plot("Posts", LABELS, lines=[Series("Posts", [None] * 5)]),
        plot("Posts", [], bars=[Series("Posts", [])]),
        shares("Ends", LABELS, [Series("Good", [None] * 5), Series("Bad", [None] * 5)]),
    ):
        assert drawn.is_empty and not drawn.columns


def test_nothing_but_zeros_is_drawn_on_the_ground() -> None:
    drawn = plot("Posts", LABELS, lines=[Series("Posts", [0] * 5)])
    assert drawn.marks[0].path.startswith("M60 200L180 200") and drawn.scale == ["1", "0"]
    bars = plot("Posts", LABELS, bars=[Series("Posts", [0] * 5)])
    assert len(bars.columns) == 5 and not bars.is_empty  # it is known that there was nothing


def test_bars_stand_side_by_side_below_lines() -> None:
    drawn = plot(
        "Reports",
        LABELS[:2],
        bars=[Series("Spam", [1, None]), Series("Other", [0, 2])],
        lines=[Series("Open", [1, 2])],
    )
    assert [(mark.kind, mark.number) for mark in drawn.marks] == [("bars", 0), ("bars", 1), ("line", 2)]
    assert [mark.path for mark in drawn.marks[:2]] == ["M45 100h105v100h-105z", "M450 0h105v200h-105z"]
    assert drawn.names == [("bars", "Spam", 0), ("bars", "Other", 1), ("line", "Open", 2)]


def test_shares_fill_the_height_whatever_there_was() -> None:
    drawn = shares("Ends", LABELS[:3], [Series("Good", [3, 0, None]), Series("Bad", [1, 0, 1])])
    assert [mark.path for mark in drawn.marks] == [
        "M30 50h140v150h-140z",
        "M30 0h140v50h-140zM430 0h140v200h-140z",
    ]
    assert drawn.scale == ["100 %", "50 %", "0 %"]
    assert drawn.rows[0][1] == ["75 %", "25 %"] and drawn.rows[1][1] == ["–", "–"]


def test_scales_are_round_in_the_unit_that_is_written() -> None:
    def scale(most: float, unit: object) -> list[str]:
        return plot("Most", LABELS[:1], lines=[Series("Most", [most])], unit=unit).scale  # type: ignore[arg-type]

    assert scale(7, None) == ["8", "6", "4", "2", "0"]
    assert scale(12_345, None) == ["15,000", "10,000", "5,000", "0"]
    assert scale(1_100_000_000, SIZES) == ["1.5 GB", "1 GB", "512 MB", "0 B"]
    assert scale(3_300, TIMES) == ["4 s", "3 s", "2 s", "1 s", "0 ms"]
    assert scale(0.4, TIMES) == ["0.4 ms", "0.3 ms", "0.2 ms", "0.1 ms", "0 ms"]
