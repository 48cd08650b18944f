"""Every row of every family's table on every kind of number, and on PyTorch where it is installed.

A family's table, cases/<family>.py, holds

    ACCEPTED   (layer, arguments, input, output, parameters, multiply-adds)
    OPERATIONS (layer, arguments, input, {kind: elementary operations}), the kinds left out being 0 (optional)
    PADS       (layer, arguments, input, [[before, after], ...]), an entry a spatial axis (optional)
    REJECTED   (layer, arguments, input, message, argument): what PyTorch refuses too, and the argument at fault, to
               which the caret points (None: it is the input, or what is not there)
    STRICTER   as REJECTED, where PyTorch would go on or has no such argument (optional)
    HELP       (layer, arguments, input, help): what to do about a refusal (optional)

An input is a shape, a list of shapes for a layer that reads several, () for one that reads nothing. An output is a
shape, or a list of shapes for a layer that gives several. Weights and buffers are compared by name and shape.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

import numpy
import pytest
from oracle.archcalc_answers import archcalc_answer
from oracle.case import Case
from oracle.compare import differing

from archcalc.algebra.assumptions import Assumptions
from archcalc.algebra.closed_form import evaluate, expand
from archcalc.dims.array import DimArray, Variants
from archcalc.dims.expression import Expression
from archcalc.dims.recorded import MARK, Nodes, Record, Recorded
from archcalc.errors import RuleError
from archcalc.graph.inference import Applied
from archcalc.layers import CONTENTS, find

CASES = {family: import_module(f"{__package__}.cases.{family}") for family in CONTENTS}


def table(name: str) -> list[Any]:
    """The rows of that name of every family, each shown by its layer and its number in the table."""
    rows = []
    for family, cases in CASES.items():
        for number, row in enumerate(getattr(cases, name, ())):
            rows.append(pytest.param(*row, id=f"{family}-{number}-{row[0]}"))
    return rows


def shapes_of(x: Any) -> list[tuple[int, ...]]:
    if x == () and isinstance(x, tuple):
        return []
    return [tuple(shape) for shape in x] if x and isinstance(x[0], (list, tuple)) else [tuple(x)]


def dims(value: Any, name: str, number: Callable[[str, int], Any]) -> Any:
    """A value in which every whole number from 0 on is another kind of number, called after its place."""
    if isinstance(value, (list, tuple)):
        return type(value)(dims(item, f"{name}_{index}", number) for index, item in enumerate(value))
    return number(name, value) if type(value) is int and value >= 0 else value


def run(layer: str, arguments: dict[str, Any], shapes: Any, number: Callable[[str, int], Any]) -> list[Any]:
    """Outputs, weights, buffers and operations of a row whose numbers are of one kind.

    What decides structure (an axis, a number of parts) is always one number, and stays an int.
    """
    kinds = find(layer).arguments
    given = {
        name: value if name in kinds and kinds[name][0].structure else dims(value, name, number)
        for name, value in arguments.items()
    }
    inputs = tuple(dims(shape, f"x{index}", number) for index, shape in enumerate(shapes))
    applied = Applied(find(layer)(**given), inputs)
    assert set(applied.ops) <= {"mac", "add", "mul", "div", "exp", "cmp"}
    return [
        [list(shape) for shape in applied.outputs],
        [(name, list(shape)) for name, shape, _ in applied.weights],
        [(name, list(shape)) for name, shape, _ in applied.buffers],
        sum((elements for _, _, elements in applied.weights), 0),
        {op: applied.ops.get(op, 0) for op in ("mac", "add", "mul", "div", "exp", "cmp")},
    ]


def plain(value: Any, number: Callable[[Any], Any]) -> Any:
    """A result with every dim as the int that ``number`` makes of it."""
    if isinstance(value, dict):
        return {key: plain(item, number) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(plain(item, number) for item in value)
    return value if isinstance(value, str) else number(value)


def whole(value: Any) -> int:
    """A size is never a float, even where that is equal."""
    assert type(value) is int
    return value


REFUSED = table("REJECTED") + table("STRICTER")


def as_int(_: str, value: int) -> int:
    return value


@pytest.mark.parametrize("layer, arguments, x, y, params, macs", table("ACCEPTED"))
def test_accepted(layer, arguments, x, y, params, macs):
    result = run(layer, arguments, shapes_of(x), as_int)
    outputs, _, _, elements, ops = plain(result, whole)
    several = find(layer)(**arguments).several
    assert (outputs if several else outputs[0], elements, ops["mac"]) == (y, params, macs)


@pytest.mark.parametrize("layer, arguments, x, expected", table("OPERATIONS"))
def test_operations(layer, arguments, x, expected):
    ops = run(layer, arguments, shapes_of(x), as_int)[-1]
    assert {kind: number for kind, number in ops.items() if number} == expected


@pytest.mark.parametrize("layer, arguments, x, expected", table("PADS"))
def test_pads(layer, arguments, x, expected):
    pads = find(layer)(**arguments).bound(tuple(x)).pads(tuple(x))
    assert [[pad.before, pad.after] for pad in pads] == expected
    assert all(pad.total == pad.before + pad.after for pad in pads)


@pytest.mark.sampled(2)
@pytest.mark.parametrize("layer, arguments, x, message, argument", REFUSED)
@pytest.mark.parametrize("number", [as_int, Expression.known], ids=["int", "known"])
def test_rejected(number, layer, arguments, x, message, argument):
    with pytest.raises(RuleError) as raised:
        run(layer, arguments, shapes_of(x), number)
    assert (str(raised.value), raised.value.argument) == (message, argument)


@pytest.mark.parametrize("layer, arguments, x, help", table("HELP"))
def test_help(layer, arguments, x, help):
    with pytest.raises(RuleError) as raised:
        run(layer, arguments, shapes_of(x), as_int)
    assert raised.value.help == help


@pytest.mark.parametrize("layer, arguments, x", [pytest.param(*row.values[:3], id=row.id) for row in table("ACCEPTED")])
class TestKinds:
    """The same rules on other kinds of number give the same numbers."""

    @pytest.mark.sampled(3)
    def test_known(self, layer, arguments, x):
        result = run(layer, arguments, shapes_of(x), Expression.known)
        assert plain(result, value_of) == run(layer, arguments, shapes_of(x), as_int)

    @pytest.mark.sampled(2)
    def test_unknown(self, layer, arguments, x):
        values: dict[str, int] = {}
        assumptions = Assumptions()

        def unknown(name: str, value: int) -> Any:
            if value < 1:
                return value
            values[name] = value
            return Expression.unknown(name, assumptions)

        result = run(layer, arguments, shapes_of(x), unknown)
        at_the_row = plain(result, lambda dim: evaluate(expand(dim), values))
        assert at_the_row == run(layer, arguments, shapes_of(x), as_int)
        for assumption in assumptions:
            assert holds(assumption.condition, values), str(assumption)

    @pytest.mark.sampled(5)
    def test_recorded(self, layer, arguments, x):
        record = Record(Nodes())
        result = run(layer, arguments, shapes_of(x), partial(recorded, record))
        assert plain(result, recorded_value) == run(layer, arguments, shapes_of(x), as_int)

    @pytest.mark.sampled(3)
    def test_variants(self, layer, arguments, x):
        """The row's sizes and, beside them, twice these sizes: they may fit or not, but only on their own account."""
        shapes = shapes_of(x)
        doubled = [tuple(2 * size for size in shape) for shape in shapes]
        first = run(layer, arguments, shapes, as_int)
        try:
            second = run(layer, arguments, doubled, as_int)
        except RuleError:
            second = None
        variants = Variants(2)

        def pair(name: str, value: int) -> DimArray:
            return variants.dim([value, 2 * value if name.startswith("x") else value])

        result = run(layer, arguments, shapes, pair)
        assert list(variants.fits) == [True, second is not None]
        assert plain(result, lambda dim: at(dim, 0)) == first
        if second is not None:
            assert plain(result, lambda dim: at(dim, 1)) == second


@pytest.mark.sampled(5)
@pytest.mark.parametrize("layer, arguments, x", [pytest.param(*row.values[:3], id=row.id) for row in REFUSED])
def test_rejected_recorded(layer, arguments, x):
    """The message is that of whole numbers, once its marks are the numbers that they stand for."""
    with pytest.raises(RuleError) as expected:
        run(layer, arguments, shapes_of(x), as_int)
    record = Record(Nodes())
    with pytest.raises(RuleError) as found:
        run(layer, arguments, shapes_of(x), partial(recorded, record))
    values = record.values()
    text = MARK.sub(lambda mark: format(values[int(mark[1])], mark[2] or ""), str(found.value))
    assert (text, found.value.argument) == (str(expected.value), expected.value.argument)


def recorded(record: Record, name: str, value: int) -> Any:
    return record.made(record.nodes.node("name", name), value)


def recorded_value(dim: Any) -> int:
    return dim.value if isinstance(dim, Recorded) else dim


@pytest.mark.sampled(3)
@pytest.mark.parametrize("layer, arguments, x", [pytest.param(*row.values[:3], id=row.id) for row in REFUSED])
def test_rejected_variants(layer, arguments, x):
    variants = Variants(2)
    try:
        run(layer, arguments, shapes_of(x), lambda _, value: variants.dim([value, value]))
    except RuleError:
        return  # for what is no number: a word, a rank, an axis
    assert not variants.fits.any()


def value_of(dim: Any) -> int:
    return dim.value if isinstance(dim, Expression) else dim


def at(dim: Any, variant: int) -> int:
    return int(numpy.broadcast_to(dim.values, 2)[variant]) if isinstance(dim, DimArray) else dim


def holds(condition: Any, values: dict[str, int]) -> bool:
    from archcalc.dims.operators import COMPARISONS

    left, right = (evaluate(expand(side), values) for side in condition.args)
    return bool(COMPARISONS[condition.op](left, right))


@pytest.mark.sampled(4)
@pytest.mark.torch
@pytest.mark.parametrize("layer, arguments, x", [pytest.param(*row.values[:3], id=row.id) for row in table("ACCEPTED")])
def test_pytorch_agrees(layer, arguments, x):
    pytest.importorskip("torch")
    from oracle.pytorch import BUILDERS, pytorch_answer

    if layer not in BUILDERS:
        pytest.skip("PyTorch has no such layer")
    case = Case(layer, arguments, shapes_of(x))
    assert differing(archcalc_answer(case), pytorch_answer(case)) == []


@pytest.mark.sampled(4)
@pytest.mark.torch
@pytest.mark.parametrize("layer, arguments, x", [pytest.param(*row.values[:3], id=row.id) for row in table("REJECTED")])
def test_pytorch_rejects_it_too(layer, arguments, x):
    pytest.importorskip("torch")
    from oracle.pytorch import BUILDERS, attempt

    if layer not in BUILDERS:
        pytest.skip("PyTorch has no such layer")
    assert isinstance(attempt(Case(layer, arguments, shapes_of(x)), "cpu"), str)
