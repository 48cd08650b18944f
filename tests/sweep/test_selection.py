"""Which rows are kept, and in what order: conditions, the Pareto front, sorting."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

numpy = pytest.importorskip("numpy")

from archcalc.errors import SpecError  # noqa: E402
from archcalc.report.sweep import Chunk  # noqa: E402
from archcalc.sweep.pareto import Aim, on_front  # noqa: E402
from archcalc.sweep.selection import read_selection  # noqa: E402
from archcalc.sweep.where import holding, read_conditions  # noqa: E402


@pytest.mark.parametrize("columns", [1, 2, 3, 4])
def test_the_front_is_what_brute_force_finds(columns: int) -> None:
    source = random.Random(columns)
    for _ in range(60):
        rows = [[source.randint(0, 6) for _ in range(columns)] for _ in range(source.randint(1, 40))]
        signs = [source.choice((1, -1)) for _ in range(columns)]
        scored = [[sign * value for sign, value in zip(signs, row, strict=True)] for row in rows]

        def beats(one: list[int], other: list[int]) -> bool:
            return one != other and all(a <= b for a, b in zip(one, other, strict=True))

        expected = [not any(beats(other, row) for other in scored) for row in scored]
        aims = [Aim(str(number), sign < 0) for number, sign in enumerate(signs)]
        found = on_front([numpy.array(column) for column in zip(*rows, strict=True)], aims)
        assert found.tolist() == expected


def test_the_front_is_exact_beyond_64_bits() -> None:
    large = numpy.array([10**30 + 1, 10**30, 10**30 + 2], object)
    assert on_front([large, numpy.array([2, 3, 2])], [Aim("a", False), Aim("b", False)]).tolist() == [True, True, False]


def chunk() -> Chunk:
    return Chunk(
        0,
        {"width": numpy.array([1, 2, 3, 4]), "alpha": numpy.array([0.1, 0.2, 0.3, "none"], object)},
        {"params": numpy.array([5, 50, 500, 0]), "macs": numpy.array([10**30, 1, 500, 0], object)},
        numpy.array(["fits", "fits", "fits", "no"], object),
        numpy.array([True, True, True, False]),
    )


@pytest.mark.parametrize(
    "text, expected",
    [
        ("params < 50", [1]),
        ("params <= 50", [1, 2]),
        ("params < 50.5", [1, 2]),
        ("params > 49.9", [2, 3]),
        ("params >= 0.05k", [2, 3]),
        ("params == 50", [2]),
        ("params == 50.5", []),
        ("params != 50.5", [1, 2, 3]),
        ("params < 1e40", [1, 2, 3]),
        ("macs > 1e29", [1]),
        ("macs >= params", [1, 3]),
        ("width >= 2 and params < 500", [2]),
        ("width >= 2, params < 500", [2]),
        ("alpha == 0.1", [1]),
        ("alpha > 0.1", [2, 3]),
        ("alpha != none", [1, 2, 3]),
        ("width > -1", [1, 2, 3]),
    ],
)
def test_conditions(text: str, expected: list[int]) -> None:
    kept = holding(chunk(), read_conditions([text], ["params", "macs"], ["width", "alpha"]))
    assert chunk().values["width"][kept].tolist() == expected


@pytest.mark.parametrize(
    "text, message",
    [
        ("params", "takes NAME < AMOUNT, not 'params'"),
        ("parms < 5", r"no column 'parms' \(did you mean 'params'"),
        ("params < 5X", "unknown unit 'X'"),
        ("params < relu", "'relu' is not an amount"),
        ("params < 5%", "an amount here has no %"),
        ("params < 5M @int8", "no @"),
    ],
)
def test_what_is_no_condition(text: str, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        read_conditions([text], ["params", "macs"], ["width", "alpha"])


def test_amounts_are_exact() -> None:
    (found,) = read_conditions(["params < 2.5Ki"], ["params"], [])
    assert found.amount == Fraction(2560)


def test_sorting_keeps_the_order_of_equals_and_puts_misfits_last() -> None:
    rows = chunk()
    rows.figures["params"] = numpy.array([5, 9, 5, 0])
    found = read_selection(["width", "alpha"], columns="params", sort="params").gathered([rows])
    assert found is not None
    assert found.values["width"].tolist() == [2, 1, 3, 4]
    found = read_selection(["width", "alpha"], columns="params", sort="-params").gathered([rows])
    assert found is not None
    assert found.values["width"].tolist() == [1, 3, 2, 4]


def test_a_front_in_chunks_is_that_of_all() -> None:
    source = random.Random(0)
    rows = [(source.randint(0, 200), source.randint(0, 200)) for _ in range(3000)]
    selection = read_selection(["width"], columns="params", pareto="params,-width")

    def of(some: list[tuple[int, int]]) -> Chunk:
        params, width = (numpy.array(column) for column in zip(*some, strict=True))
        return Chunk(0, {"width": width}, {"params": params}, numpy.full(len(some), "fits", object), params >= 0)

    whole = selection.gathered([of(rows)])
    parts = selection.gathered(selection.kept(of(rows[start : start + 100])) for start in range(0, 3000, 100))
    assert whole is not None
    assert parts is not None
    assert whole.cells(["params"]) == parts.cells(["params"])


def test_columns_and_what_decides_are_computed() -> None:
    found = read_selection(
        ["width"], columns="+layers", where=["macs < 5M"], pareto="width,-peak_memory", sort="buffers"
    )
    assert found.figures == ["params", "macs", "layers"]
    assert found.computed == ["params", "macs", "layers", "peak_memory", "buffers"]
    with pytest.raises(SpecError, match=r"no figure 'parms' \(did you mean 'params'"):
        read_selection([], columns="parms")
    with pytest.raises(SpecError, match=r"no column 'widht' \(did you mean 'width'"):
        read_selection(["width"], sort="widht")
