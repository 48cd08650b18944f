"""Which variants there are: by their values, their position, as a sample and in parts."""

from __future__ import annotations

import itertools
import random

import pytest

numpy = pytest.importorskip("numpy")

from archcalc.errors import SpecError  # noqa: E402
from archcalc.sweep.grid import Axis, Grid, pairs, read_shard  # noqa: E402
from archcalc.sweep.shuffle import Shuffle, mixed, mixed_array  # noqa: E402
from archcalc.sweep.values import meet, read_values  # noqa: E402


def values(text: str) -> list[object]:
    found = read_values("x", text)
    return [found.one(index) for index in range(found.size())]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("16..40:8", [16, 24, 32, 40]),
        ("16..39:8", [16, 24, 32]),
        ("3..1:-1", [3, 2, 1]),
        ("4..6", [4, 5, 6]),
        ("1,2,8..16:8", [1, 2, 8, 16]),
        ("-3..-1", [-3, -2, -1]),
        ("0.25..1:0.25", [0.25, 0.5, 0.75, 1.0]),
        ("0.1..0.3:0.1", [0.1, 0.2, 0.3]),
        ("1,0.5", [1, 0.5]),
        ("relu, gelu", ["relu", "gelu"]),
        ("[1, 2], [3]", ["[1, 2]", "[3]"]),
        ("1_000", [1000]),
        (f"{2**62}", [2**62]),
    ],
)
def test_values(text: str, expected: list[object]) -> None:
    assert values(text) == expected


@pytest.mark.parametrize(
    "text, message",
    [
        ("8..1", "'8..1' holds no number"),
        ("1..8:0", "the step of '1..8:0' is 0"),
        ("0.5..2", "needs a step"),
        (f"1..{2**62}", "goes beyond 2^62"),
        ("0.0001..200:0.0001", "more than 1,000,000 values"),
    ],
)
def test_what_is_no_list_of_values(text: str, message: str) -> None:
    with pytest.raises(SpecError, match=message.replace("^", r"\^")):
        read_values("x", text)


def test_ranges_that_share_a_number() -> None:
    source = random.Random(1)
    for _ in range(2000):
        first, last, other, end = (source.randint(-20, 20) for _ in range(4))
        step, more = source.randint(1, 6), source.randint(1, 6)
        one = range(first, last + 1, step) if last >= first else range(first, last - 1, -step)
        two = range(other, end + 1, more) if end >= other else range(other, end - 1, -more)
        assert meet(one, two) == bool({*one} & {*two})


def axes(*texts: str) -> list[Axis]:
    return [Axis(name, read_values(name, text)) for name, text in zip("abcdef", texts, strict=False)]


def points(grid: Grid) -> list[tuple[object, ...]]:
    """The values of every variant, several at a time."""
    found: list[tuple[object, ...]] = []
    for start in range(0, grid.size, 7):
        indexes = grid.indexes(start, min(start + 7, grid.size))
        columns = [[axis.values.one(int(index)) for index in indexes[axis.name]] for axis in grid.axes]
        found += zip(*columns, strict=True)
    return found


def test_the_product_runs_through_the_last_first() -> None:
    assert points(Grid(axes("1..3", "x,y", "9..3:-2"))) == [*itertools.product([1, 2, 3], ["x", "y"], [9, 7, 5, 3])]


@pytest.mark.parametrize("text", ["1..8,4", "1..9:2,4..9:5", "relu,gelu,relu", "0.5,0.5", "3,3"])
def test_a_value_stands_once_unless_it_goes_with_others(text: str) -> None:
    with pytest.raises(SpecError, match="a: a value is listed twice"):
        Grid(axes(text))
    assert len(points(Grid(axes("3,3,4", "1,2,2"), together=["ab"]))) == 3
    with pytest.raises(SpecError, match="the same values go together twice"):
        Grid(axes("3,3,3", "1,2,2"), together=["ab"])


def test_pairs_go_together() -> None:
    grid = Grid(axes("1..3", "x,y", "7..9"), together=pairs(["c,a"], "abc"))
    assert points(grid) == [(a, b, a + 6) for b in "xy" for a in (1, 2, 3)]
    with pytest.raises(SpecError, match="a has 3 values, b has 2 values"):
        Grid(axes("1..3", "x,y"), together=[["a", "b"]])
    with pytest.raises(SpecError, match="'d' does not vary"):
        pairs(["a,d"], "abc")


@pytest.mark.parametrize("size", [1, 2, 3, 10, 1000, 65_537])
def test_a_shuffle_is_a_permutation_and_turns_round(size: int) -> None:
    shuffle = Shuffle(size, 7)
    found = shuffle.at(numpy.arange(size)).tolist()
    assert sorted(found) == [*range(size)]
    assert [shuffle.place(number) for number in found[:50]] == [*range(min(size, 50))]


def test_mixing_is_the_same_for_arrays() -> None:
    numbers = [0, 1, 2**63, 2**64 - 1, 12345]
    assert mixed_array(numpy.array(numbers, numpy.uint64), 99).tolist() == [mixed(number ^ 99) for number in numbers]


def test_samples_are_different_and_of_the_whole() -> None:
    """Of a uniform draw of 1,000 of 10^24, about half of each value lies below the middle: within five deviations."""
    grid = Grid(axes(f"1..{10**12}", f"1..{10**12}"), samples=1000, seed=3)
    found = points(grid)
    assert len({*found}) == 1000
    for column in zip(*found, strict=True):
        assert abs(sum(value <= 10**12 // 2 for value in column) - 500) < 5 * (1000 * 0.25) ** 0.5
    assert points(Grid(axes(f"1..{10**12}", f"1..{10**12}"), samples=1000, seed=4)) != found


def test_a_position_is_found_again() -> None:
    for samples in (None, 50):
        grid = Grid(axes("1..9", "x,y", "3..30"), samples=samples, seed=5, shard=(2, 3))
        indexes = grid.indexes(0, grid.size)
        for place in range(grid.size):
            assert grid.position({name: int(column[place]) for name, column in indexes.items()}) == place


@pytest.mark.parametrize("parts", [1, 2, 5, 7, 200])
def test_parts_are_the_whole(parts: int) -> None:
    whole = points(Grid(axes("1..9", "1..11"), samples=80, seed=1))
    found = [Grid(axes("1..9", "1..11"), samples=80, seed=1, shard=(number + 1, parts)) for number in range(parts)]
    assert [point for grid in found for point in points(grid)] == whole
    assert max(grid.size for grid in found) - min(grid.size for grid in found) <= 1


@pytest.mark.parametrize("text", ["0/3", "4/3", "3", "a/b", "1/0", "-1/3", "²/3"])
def test_what_is_no_part(text: str) -> None:
    with pytest.raises(SpecError, match="the K-th of N parts"):
        read_shard(text)


def test_a_grid_that_is_too_large_to_walk_takes_no_memory() -> None:
    grid = Grid(axes("1..1000000000", "1..1000000000", "1..1000000000"))
    assert grid.size == 10**27
    last = grid.indexes(10**27 - 3, 10**27)
    assert [[int(index) for index in last[name]] for name in "abc"] == [
        [10**9 - 1] * 3,
        [10**9 - 1] * 3,
        [10**9 - 3, 10**9 - 2, 10**9 - 1],
    ]
