"""Each figure is declared once: its rule runs on every kind of number, and everything that tells figures has it."""

from __future__ import annotations

from typing import Any

import pytest

from archcalc.building.load import load_network
from archcalc.conventions import find_convention
from archcalc.dims.expression import Expression
from archcalc.errors import Source
from archcalc.graph.inference import Applied
from archcalc.layers import find
from archcalc.report.figures import FIGURES, GROUPED, OF_LAYERS, Figure
from archcalc.report.model import build_report
from archcalc.sources.source import Located

MAC = find_convention("mac")
LAYERS = {  # type, arguments, and for input sizes n what each figure is, derived by hand
    "conv": (
        {"out": 8, "kernel": 3, "padding": 1},
        lambda n: (4, n, n),
        # a kernel of 4 * 3 * 3 numbers and a bias for each of 8 channels; every output position reads the kernel once
        lambda n: {"params": 296, "buffers": 0, "macs": 288 * n * n, "macs_causal": None, "activations": 8 * n * n},
    ),
    "batch_norm": (
        {},
        lambda n: (n, 5, 5),
        # weight and bias; running mean and variance, and the number of batches seen
        lambda n: {"params": 2 * n, "buffers": 2 * n + 1, "macs": 0, "macs_causal": None, "activations": 25 * n},
    ),
    "flatten": (
        {},
        lambda n: (n, 5, 5),
        lambda n: {"params": 0, "buffers": 0, "macs": 0, "macs_causal": None, "activations": 0},
    ),
}


def measured(name: str, size: Any) -> dict[str, Any]:
    arguments, shape, _ = LAYERS[name]
    applied = Applied(find(name)(**arguments), (shape(size),))
    found = {figure.name: figure.of(applied, MAC) for figure in OF_LAYERS if figure.of}
    assert found.pop("ops") == found["macs"] or not isinstance(size, int)
    return found


@pytest.mark.parametrize("name", LAYERS)
def test_rules_on_ints(name: str) -> None:
    assert measured(name, 6) == LAYERS[name][2](6)


@pytest.mark.parametrize("name", LAYERS)
def test_rules_on_expressions_with_a_value(name: str) -> None:
    found = measured(name, Expression.known("n", 6))
    assert {key: getattr(dim, "value", dim) for key, dim in found.items()} == LAYERS[name][2](6)


@pytest.mark.parametrize("name", LAYERS)
def test_rules_on_arrays(name: str) -> None:
    pytest.importorskip("numpy")
    from archcalc.dims.array import Variants

    found = measured(name, Variants(3).dim([6, 7, 9]))
    for position, size in enumerate((6, 7, 9)):
        one = {key: getattr(dim, "values", [dim] * 3)[position] for key, dim in found.items()}
        assert one == LAYERS[name][2](size)


def test_a_total_is_a_sum_or_the_largest_part() -> None:
    rows = [({"cost": 3}, 2), ({"cost": 5}, 1)]
    assert Figure("cost", "cost", "Cost", "units", "").over(rows) == 11
    assert Figure("cost", "cost", "Cost", "units", "", total=max).over(rows) == 5
    assert Figure("cost", "cost", "Cost", "units", "", total=max).over([]) == 0


def test_a_figure_of_networks_alone_reads_the_report() -> None:
    """What has no rows, such as a peak, is no column and no part of a change; its total is made of the report."""
    network = load_network(Located(Source("net.yaml", "name: net\ninput: [3]\nlayers: [{linear: 5}]"), None))
    report = build_report(network, MAC, dtype="int4")
    assert FIGURES["weights_bytes"].whole is not None
    assert report["totals"]["params"] == 3 * 5 + 5
    assert FIGURES["weights_bytes"].whole(report) == report["totals"]["weights_bytes"] == 10
    assert FIGURES["weights_bytes"].total is None


def test_every_figure_stands_once_beside_what_it_is_a_part_of() -> None:
    names = [figure.name for figure in GROUPED]
    assert sorted(names) == sorted(FIGURES)
    assert names[:3] == ["params", "trainable", "frozen"]
