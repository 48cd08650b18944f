"""What multiplies a layer in a network, for every layer type: a batch, a map, experts, repetition.

A batch and a map multiply work and no weights; experts multiply weights by how many there are and work by how many run.
"""

from __future__ import annotations

from typing import Any

import pytest

from archcalc.layers import FAMILY
from archcalc.layers.base import ELEMENTARY

from .networks import as_yaml
from .reports import report_of
from .scaling import Given, Shapes, rows

WORK = ("macs", "ops", "activations", "activations_inner")
WEIGHTS = ("params", "buffers", "params_embedding")


def report_with(step: Any, shapes: Shapes, **asked: Any) -> dict[str, Any]:
    """The report of a network of one step, which reads inputs of these shapes, or none of the one there is."""
    inputs = {f"x{number}": {"shape": [*shape]} for number, shape in enumerate(shapes or [(1,)])}
    reads = {"from": [*inputs]} if shapes else {}
    last = [] if shapes else [{"from": ["x0", "made"]}]
    layers = [{**step, **reads, "name": "made"}, *last]
    return report_of(as_yaml({"name": "net", "input": inputs, "layers": layers}), **asked)


def costs(report: dict[str, Any]) -> dict[str, int]:
    """Weights and work, with operations by their kind."""
    (row,) = report["layers"]
    kinds = {kind: row["ops_by_kind"].get(kind, 0) for kind in ELEMENTARY}
    return {**{key: row[key] for key in (*WEIGHTS, *WORK)}, **kinds}


def multiplied(found: dict[str, int], weights: int, work: int) -> dict[str, int]:
    return {key: number * (weights if key in WEIGHTS else work) for key, number in found.items()}


def cases(layer: str, several: bool = True) -> list[tuple[Given, Shapes]]:
    """Rows that a spec can say: no scalar as an input."""
    return [(given, shapes) for given, shapes in rows(layer) if all(shapes) and (several or len(shapes) == 1)]


@pytest.mark.sampled(3)
@pytest.mark.parametrize("layer", FAMILY)
def test_a_batch(layer: str) -> None:
    """A tensor that reads nothing is there once, whatever the batch."""
    assert cases(layer)
    for given, shapes in cases(layer):
        one, three = (costs(report_with({layer: given}, shapes, batch=batch)) for batch in (1, 3))
        assert three == multiplied(one, 1, 3 if shapes else 1), (given, shapes)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("layer", FAMILY)
def test_a_map_over_a_leading_axis(layer: str) -> None:
    for given, shapes in cases(layer, several=False):
        one = report_with({layer: given}, shapes)
        many = report_with({"map": [{layer: given}]}, [(5, *shape) for shape in shapes])
        assert costs(many) == multiplied(costs(one), 1, 5), (given, shapes)
        assert many["outputs"] == [(5, *shape) for shape in one["outputs"]]


CONSTANTS = """
name: net
input: [3, 4]
layers:
  - map:
      - relu:
        name: own
      - parameter: [2, 7]
      - linear: {out: 5, bias: false}
        name: same
      - map: [{linear: {out: 6, bias: false}}]
        name: rows
      - flatten:
      - concat: {axis: 0}
        from: [prev, own]
      - linear: {out: 8, bias: false}
        name: joined
"""


@pytest.mark.parametrize("batch", [1, 9])
def test_what_reads_no_slice_is_computed_once(batch: int) -> None:
    """As what reads no sample is once for a whole batch. What reads a slice of a learned tensor is once for each of
    these; what joins them with the slice is once for each slice of each sample."""
    report = report_of(CONSTANTS, batch=batch)
    rows = {row["path"].removeprefix("map1/"): row for row in report["layers"]}
    assert rows["same"]["macs"] == 2 * 7 * 5
    assert rows["rows/linear1"]["macs"] == 2 * 5 * 6
    assert rows["rows/linear1"]["activations"] == 2 * 6
    assert rows["own"]["activations"] == 4 * 3 * batch
    assert rows["joined"]["macs"] == (12 + 4) * 8 * 3 * batch
    assert report["outputs"] == [(3, 8)]


@pytest.mark.sampled(3)
@pytest.mark.parametrize("layer", FAMILY)
def test_experts(layer: str) -> None:
    for given, shapes in cases(layer, several=False):
        one = report_with({layer: given}, shapes)
        mixed = report_with({"experts": {"count": 4, "active": 3, "layers": [{layer: given}]}}, shapes)
        assert costs(mixed) == multiplied(costs(one), 4, 3), (given, shapes)
        assert mixed["outputs"] == one["outputs"]


@pytest.mark.sampled(3)
@pytest.mark.parametrize("layer", FAMILY)
def test_repetition(layer: str) -> None:
    """A layer that gives what it reads costs as often as it is repeated."""
    for given, shapes in cases(layer, several=False):
        one = report_with({layer: given}, shapes)
        if one["outputs"] == shapes:
            totals = report_with({layer: given, "repeat": 4}, shapes)["totals"]
            assert totals == {key: 4 * total for key, total in one["totals"].items()}, (given, shapes)


def test_what_no_input_decides_is_computed_once() -> None:
    """A learned tensor and what is made of it alone are there once, whatever the batch."""
    steps = ["{parameter: [5, 6]}", "{linear: 7}", "{relu: , name: table}", "{matmul: [x, table]}"]
    text = f"{{name: net, input: {{x: [4, 5]}}, layers: [{', '.join(steps)}]}}"
    once, thrice = (report_of(text, batch=batch)["layers"] for batch in (1, 3))
    for key in (*WEIGHTS, *WORK):
        assert [row[key] for row in thrice] == [row[key] * times for row, times in zip(once, (1, 1, 1, 3), strict=True)]
    assert all(row["ops"] and row["activations"] for row in once[1:])
