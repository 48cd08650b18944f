"""Variants that are built alike are computed from the record of one: every rule, every choice, every message."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

numpy = pytest.importorskip("numpy")

import archcalc  # noqa: E402
from archcalc.building.varied import Place  # noqa: E402
from archcalc.dims import require  # noqa: E402
from archcalc.dims.recorded import Node, Nodes  # noqa: E402
from archcalc.errors import Diagnostic, RuleError, SpecError  # noqa: E402
from archcalc.sweep.numbers import Numbers, needed  # noqa: E402
from archcalc.sweep.recording import Recording, told  # noqa: E402
from archcalc.sweep.terms import shortest  # noqa: E402
from tests.dims.test_dims import POINTS, RULES  # noqa: E402

NAMES = "abc"


def recording(rule: Callable[..., Any], least: int = 1) -> Recording:
    def load(varied: Any) -> dict[str, Any]:
        return {"found": rule(*(varied.numbers[Place(name)] for name in NAMES))}

    def alone(point: Any) -> Any:
        try:
            return {"found": rule(*(point[name] for name in NAMES))}
        except SpecError as error:
            return told(error)

    return Recording({name: Place(name) for name in NAMES}, dict.fromkeys(NAMES, least), load, alone, True)


def results(found: Recording, points: list[tuple[int, ...]]) -> list[Any]:
    """What each point comes to: a number, a message, or None if it has to be computed alone."""
    columns = {name: numpy.array(column) for name, column in zip(NAMES, zip(*points, strict=True), strict=True)}
    each: list[Any] = [()] * len(points)
    for numbers, end in found.outcomes(columns, len(points)):
        if end.figures is not None:
            values = numpy.broadcast_to(numbers.of(end.figures["found"]), len(numbers.places)).tolist()
        else:
            values = [None] * len(numbers.places) if end.message is None else end.message.of(numbers)
        for place, value in zip(numbers.places.tolist(), values, strict=True):
            assert each[place] == ()
            each[place] = value
    return each


@pytest.mark.sampled(3)
@pytest.mark.parametrize("rule", RULES)
def test_a_rule_gives_what_ints_give(rule: Callable[..., Any]) -> None:
    assert results(recording(rule), POINTS) == [rule(*point) for point in POINTS]


def choosing(a: Any, b: Any, c: Any) -> Any:
    """Python's own choices, and numbers that have to be plain."""
    found = a * b if a > b else [a, b, c][int(c) % 3] + len(range(c % 5))
    if a % 2 and not b % 3:
        found = found + c * 1.5 // 1 + round(a / 4, 1) // 1
    return int(found) + (a == 3.0) * 100


def test_choices_are_those_of_ints() -> None:
    found = recording(choosing)
    assert results(found, POINTS) == [choosing(*point) for point in POINTS]
    again = [*reversed(POINTS), (2, 2, 2), (3, 3, 3)]
    assert results(found, again) == [choosing(*point) for point in again]


ZERO = "division by zero"


def failing(a: Any, b: Any, c: Any) -> Any:
    def rule() -> Any:
        require(a >= b, lambda: f"{a:,} is {b - a} below {b:,}, {{so}}")
        return (a - b) // (c - 3)

    try:
        return rule()
    except ZeroDivisionError:
        raise SpecError(Diagnostic(ZERO)) from None
    except RuleError as error:
        raise SpecError(Diagnostic(str(error))) from None


def test_messages_have_the_numbers_of_each() -> None:
    points = [(5, 3, 1), (1, 2000, 1), (7, 9, 2), (5, 3, 3), (9, 1, 4)]
    said = ["1 is 1999 below 2,000, {so}", "7 is 2 below 9, {so}", ZERO]
    assert results(recording(failing, -5), points) == [-1, *said, 8]


def test_numbers_beyond_64_bits_are_exact() -> None:
    points = [(2**61, 2**61 - 1, 3), (5, 7, 2), (2**62, 1, 1)]
    rule = lambda a, b, c: a * b * a + c**5 - (a * a * a) // (b + 1)  # noqa: E731
    assert results(recording(rule), points) == [rule(*point) for point in points]


def test_few_branches_stand_for_what_earlier_answers_leave_open() -> None:
    """Once a size is known to be above 0, nothing that follows from that is asked for."""

    def rule(a: Any, b: Any, c: Any) -> Any:
        size = a - 5
        require(size >= 0, "too small")
        for more in (4 * size, size * b + c, size // c + size % b, (64 * size) // 64):
            require(more >= 0, "too small")
        return a

    found = recording(rule)
    assert results(found, [(9, 1, 1), (12, 2, 3)]) == [9, 12]
    branches, at = [], found.root
    while at is not None and hasattr(at, "ways"):
        branches.append(at.node.op)
        (at,) = at.ways.values()
    assert len(branches) == 1


def test_a_sum_over_layers_becomes_a_polynomial() -> None:
    """Random sums and products: the same values, by no more operations."""
    source = random.Random(4)
    for _ in range(200):
        nodes = Nodes()
        known: list[Any] = [nodes.node("name", name) for name in NAMES]
        for _ in range(source.randint(1, 25)):
            op = source.choice(["+", "-", "*", "*", "//"])
            one, other = source.choice(known), source.choice([*known, 1, 2, 3, 7])
            known.append(nodes.node(op, one, 9 if op == "//" else other))
            if len(needed([known[-1]])) > 40:
                break
        before = needed([known[-1]])
        found = shortest(known[-1], nodes)
        after = needed([found])
        assert len(after) <= len(before)
        numbers = Numbers(numpy.arange(3), {name: numpy.array([1, 5, 11]) + at for at, name in enumerate(NAMES)})
        numbers.compute([*before, *after])
        expected, value = numbers.of(known[-1]).tolist(), numbers.of(found)
        assert (value.tolist() if type(found) is Node else [value] * 3) == expected


HEAD = """\
name: net
input: [3, 32, 32]
vars: {width: 16, depth: 2}
layers:
  - conv: {out: width, kernel: 3, padding: 1}
"""
SPECS = {
    "when": HEAD + "  - {conv: {out: 2*width, kernel: 3, padding: 1}, when: width > 20}\n  - {relu: , when: depth}\n",
    "flags": HEAD
    + "  - conv: {out: 8, kernel: 1, bias: width > 4, groups: 1 if width % 2 else 2}\n  - {relu: , repeat: depth}\n",
    "repeat": HEAD + "  - {conv: {out: width, kernel: 3, padding: 1}, repeat: 'min(width//100, depth) + 1'}\n",
    "min and max": HEAD
    + "  - conv: {out: 'max(16, min(width, 64)//8*8)', kernel: 1}\n"
    + "  - conv: {out: 4 if width > depth else 5, kernel: 1}\n",
    "lists": HEAD + "  - conv: {out: '[8, 16, 24][width % 3]', kernel: 1, act: '[relu, gelu][depth % 2]'}\n",
    "axes": HEAD + "  - softmax: {axis: width % 3}\n  - linear: {out: depth, bias: not width % 2}\n",
    "halves": HEAD + "  - split: {parts: 2}\n  - concat\n  - {max_pool: 2, repeat: depth}\n",
    "expected": HEAD
    + "  - conv: {out: 40 - width, kernel: 1}\n    expect: [24, 32, 32]\n    when: width == 16 or width > 30\n"
    + "  - {relu: , repeat: depth}\n",
    "frozen": HEAD + "  - {conv: {out: depth, kernel: 1}, trainable: width > 7}\n",
    "counted": HEAD + "  - {conv: {out: width + i, kernel: 1}, repeat: depth}\n",
    "nested": HEAD
    + "  - steps:\n      - {conv: {out: width, kernel: 1}, repeat: depth}\n      - conv: {out: width, kernel: 1}\n"
    + "    repeat: depth + width % 3\n",
    "quotients": HEAD + "  - conv: {out: width / 4, kernel: 1}\n  - linear: 'ceil(depth / 2) + sqrt(depth*depth)'\n",
    "rounded": HEAD + "  - conv: {out: 'round(width, -1) + 1', kernel: 1}\n  - {relu: , repeat: depth}\n",
    "bounded": HEAD + "  - dropout: width - 8\n  - {relu: , repeat: depth}\n",
    "reshaped": HEAD + "  - reshape: [depth - 1, width]\n",
    "fractions": HEAD + "  - conv: {out: round(width * 0.75) + 1, kernel: 1}\n  - {relu: , when: depth}\n",
}
FIGURES = ["params", "trainable", "macs", "activations", "layers"]


@pytest.mark.sampled(8)
@pytest.mark.parametrize("name", SPECS)
def test_thousands_of_variants_are_as_each_alone(name: str) -> None:
    spec = archcalc.Spec.from_text(SPECS[name], "net.yaml")
    widths, depths = (60, 9) if name == "fractions" else (400, 12)
    vary = {"width": f"-1..{widths}", "depth": f"0..{depths}"}
    rows = [*archcalc.sweep(spec, vary, columns=FIGURES, workers=1)]
    assert len(rows) == (widths + 2) * (depths + 1)
    for row in random.Random(name).sample(rows, 25):
        try:
            network = archcalc.load(spec, width=row["width"], depth=row["depth"])
            figures = {figure: network.report["totals"][figure] for figure in FIGURES} | {"status": "fits"}
        except SpecError as error:
            figures = dict.fromkeys(FIGURES) | {"status": told(error)}
        assert row == {"width": row["width"], "depth": row["depth"], **figures}


def test_what_is_forgotten_is_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = archcalc.Spec.from_text(SPECS["counted"], "net.yaml")
    vary = {"depth": "0..9", "width": "-1..60", "dtype": "int8,int4"}
    expected = [*archcalc.sweep(spec, vary, columns=FIGURES, workers=1)]
    monkeypatch.setattr("archcalc.sweep.recording.MOST_ENDS", 3)
    monkeypatch.setattr("archcalc.sweep.sweep.MOST_NODES", 100)
    assert [*archcalc.sweep(spec, vary, columns=FIGURES, workers=1)] == expected
