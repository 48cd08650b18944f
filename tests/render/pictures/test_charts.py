"""Charts: round ticks that tell values apart, labels that cover nothing, every datum told in a title."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise
from random import Random
from xml.etree import ElementTree

import pytest

from archcalc.render.pictures.charts.axes import Axis
from archcalc.render.pictures.charts.bars import Bar, bars
from archcalc.render.pictures.charts.curve import curve
from archcalc.render.pictures.charts.heat import heat_map
from archcalc.render.pictures.charts.line import apart, lines
from archcalc.render.pictures.charts.roofline import Work, roofline
from archcalc.render.pictures.charts.scatter import scatter
from archcalc.render.pictures.charts.waterfall import waterfall
from archcalc.render.pictures.marks import Group, Mark, Picture, Text

from .drawing import svg
from .rules import overlap, text_area

LONG = "a very long name of a network, longer than any room that there is for it, </svg>"


def texts(marks: list[Mark]) -> Iterator[Text]:
    for mark in marks:
        if isinstance(mark, Group):
            yield from texts(mark.marks)
        elif isinstance(mark, Text):
            yield mark


def hold(picture: Picture) -> None:
    """No text stands on another or leaves the page; it is valid XML."""
    found = [(one.text, text_area(one)) for one in texts(picture.marks)]
    for (one, its), (other, of_other) in combinations(found, 2):
        assert not overlap(its, of_other, 0.3), (one, other)
    for text, (left, top, right, bottom) in found:
        assert min(left, top) >= 0, text
        assert right <= picture.width, text
        assert bottom <= picture.height, text
    ElementTree.fromstring(svg(picture))


@pytest.mark.parametrize(
    "low, high, unit, expected",
    [
        (0, 1, "", ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (0, 47_000_000, "", ["0", "10 M", "20 M", "30 M", "40 M"]),
        (1000, 1004, "", ["1.000 k", "1.001 k", "1.002 k", "1.003 k", "1.004 k"]),
        (0, 13_300_000, "B", ["0", "5 MB", "10 MB"]),
        (-3, 3, "", ["-3", "-2", "-1", "0", "1", "2", "3"][:7]),
        (5, 5, "", ["3", "4", "5", "6", "7"]),
    ],
)
def test_ticks_are_round_and_told_apart(low: float, high: float, unit: str, expected: list[str]) -> None:
    axis = Axis("", low, high, unit=unit)
    assert axis.words(axis.ticks()) == expected


@pytest.mark.parametrize(
    "low, high, expected",
    [
        (90, 1100, [100, 200, 500, 1000]),
        (0.9, 1.2e6, [1, 10, 100, 1000, 10_000, 100_000, 1e6]),
        (1e-3, 1e12, None),
        (40, 45, [40, 41, 42, 43, 44, 45]),
    ],
)
def test_ticks_of_a_logarithm(low: float, high: float, expected: list[float] | None) -> None:
    ticks = Axis("", low, high, log=True).ticks()
    assert 2 <= len(ticks) <= 7
    assert expected is None or ticks == pytest.approx(expected)


def test_a_logarithm_of_nothing_is_an_even_axis() -> None:
    axis = Axis("", 0, 10, log=True)
    assert not axis.log
    assert axis.share(5) == 0.5


@pytest.mark.parametrize("places", [[0, 0, 0], [0, 5, 100], [10, 11, 12, 50, 51], [3]])
def test_names_at_the_ends_of_lines_stand_apart(places: list[float]) -> None:
    found = apart(places, 12)
    assert len(found) == len(places)
    assert all(after - before >= 12 - 1e-9 for before, after in pairwise(found))
    assert sum(found) == pytest.approx(sum(places))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("number", [1, 2, 40, 300])
def test_scatter(seed: int, number: int) -> None:
    random = Random(seed)
    points = [(10 ** random.uniform(3, 9), 10 ** random.uniform(2, 4), f"network{n}") for n in range(number)]
    best = [
        n for n, (x, y, _) in enumerate(points) if not any(u <= x and v >= y and (u, v) != (x, y) for u, v, _ in points)
    ]
    x = Axis.around("multiply-adds", [one[0] for one in points], log=True)
    y = Axis.around("accuracy", [one[1] for one in points])
    found = scatter("Networks", points, x, y, front=best, note=LONG)
    hold(found)
    dots = [mark for mark in found.marks if isinstance(mark, Group)]
    assert len(dots) == number
    assert {mark.tip.partition(":")[0] for mark in dots} == {name for _, _, name in points}
    named = {text.text for text in texts(found.marks)}
    assert number > 40 or len(best) > 6 or {points[n][2] for n in best} <= named


def test_lines() -> None:
    series = [(f"network{n}", [(x, x * n * 1e6) for x in range(1, 9)]) for n in range(8)]
    every = [y for _, points in series for _, y in points]
    found = lines(
        LONG, series, Axis.around("width", range(1, 9)), Axis.around("parameters", every, zero=True), note=LONG
    )
    hold(found)
    assert {f"network{n}" for n in range(8)} <= {text.text for text in texts(found.marks)}
    hold(lines("one", series[:1], Axis.around("width", [1, 8]), Axis.around("parameters", [0, 0], zero=True)))


@pytest.mark.parametrize("wide", [1, 4, 30])
def test_heat_map(wide: int) -> None:
    columns, rows = [f"w{n}" for n in range(wide)], [LONG, "b", "c"]
    values = [[None if n == row else 1.5**n * row * 1000 for n in range(wide)] for row in range(3)]
    found = heat_map("Parameters", columns, rows, values, x_name="width", y_name="depth", note=LONG, ring=(0, 0))
    hold(found)
    assert sum(isinstance(mark, Group) for mark in found.marks) == 3 * wide


def test_bars_and_waterfall() -> None:
    rows = [Bar("params", 25e6, 30e6), Bar(LONG, 4.1e9, 4e9), Bar("nothing", 0)]
    found = bars("Against limits", rows, note=LONG)
    hold(found)
    tips = [mark.tip for mark in found.marks if isinstance(mark, Group)]
    assert tips == ["params: 25 M of 30 M", f"{LONG}: 4.1 G of 4 G, above its limit", "nothing: 0"]
    hold(bars("none", []))
    changes = waterfall("From one to another", ("one", 10e6), [(LONG, 3e6), ("less", -9e6), ("more", 1)], "another")
    hold(changes)
    assert [mark.tip for mark in changes.marks if isinstance(mark, Group)][-1] == "another: 4 M"


def test_roofline_and_curve() -> None:
    random = Random(1)
    layers = [Work(f"conv{n}", 10 ** random.uniform(0, 3), 10 ** random.uniform(11, 14), 1 / 30) for n in range(30)]
    hold(roofline("What bounds each", layers, peak=312e12, bandwidth=2.04e12, note=LONG))
    values = [random.randrange(10**6) for _ in range(2000)]
    found = curve(
        "Memory", values, [f"l{n}" for n in range(2000)], ["peak", LONG], x_name="step", y_name="bytes", note=LONG
    )
    hold(found)
    assert len(svg(found)) < 60_000
    hold(curve("Nothing", [], [], [], x_name="step", y_name="bytes"))
