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
from archcalc.sources.source import Located, locate

MAC = find_convention("mac")
LAYERS = {  # type, arguments, and for input sizes n what each figure is, derived by hand
    "conv": (
        {"out": 8, "kernel": 3, "padding": 1},
        lambda n: (4, n, n),
        # a kernel of 4 * 3 * 3 numbers and a bias for each of 8 channels; every output position reads the kernel once
        lambda n: {**parameters(296), "macs": 288 * n * n, "activations": 8 * n * n},
    ),
    "batch_norm": (
        {},
        lambda n: (n, 5, 5),
        # weight and bias; running mean and variance, and the number of batches seen
        lambda n: {**parameters(2 * n), "buffers": 2 * n + 1, "activations": 25 * n},
    ),
    "flatten": ({}, lambda n: (n, 5, 5), lambda n: {}),
    "embedding": (
        {"entries": 10, "out": 4},
        lambda n: (n,),
        # a table of 10 rows, of which an index reads one
        lambda n: {
            **parameters(40),
            "params_embedding": 40,
            "params_active_less_embedding": 0,
            "activations": 4 * n,
        },
    ),
    "attention": (
        {"heads": 2, "kv_heads": 1, "value_dim": 3, "bias": False, "cache": 2},
        lambda n: (n, 8),
        # queries of 8, keys of 4, values of 3, and an output of 8 from 6 that the heads read. Two multiply-adds for
        # each pair of a query and one of n + 2 keys: 4 to score, 3 to read, in both heads. Inner tensors: queries,
        # keys and values of the n positions, scores of both heads, what they read
        lambda n: {
            **parameters(8 * 15 + 6 * 8),
            "macs": n * (8 * 15 + 6 * 8) + n * (n + 2) * 2 * 7,
            "activations": 8 * n,
            "activations_inner": n * (8 + 4 + 3) + 2 * n * (n + 2) + 6 * n,
        },
    ),
}
NOTHING = {**{figure.name: 0 for figure in OF_LAYERS}, "macs_causal": None}


def parameters(number: int) -> dict[str, int]:
    """Of a layer that is no embedding."""
    return {"params": number, "params_active": number, "params_active_less_embedding": number}


def expected(name: str, size: int) -> dict[str, Any]:
    return {key: found for key, found in {**NOTHING, **LAYERS[name][2](size)}.items() if key != "ops"}


def measured(name: str, size: Any) -> dict[str, Any]:
    arguments, shape, _ = LAYERS[name]
    applied = Applied(find(name)(**arguments), (shape(size),))
    found = {figure.name: figure.of(applied, MAC) for figure in OF_LAYERS if figure.of}
    assert found.pop("ops") == found["macs"] or not isinstance(size, int)
    return found


@pytest.mark.parametrize("name", LAYERS)
def test_rules_on_ints(name: str) -> None:
    assert measured(name, 6) == expected(name, 6)


@pytest.mark.parametrize("name", LAYERS)
def test_rules_on_expressions_with_a_value(name: str) -> None:
    found = measured(name, Expression.known("n", 6))
    assert {key: getattr(dim, "value", dim) for key, dim in found.items()} == expected(name, 6)


@pytest.mark.parametrize("name", LAYERS)
def test_rules_on_arrays(name: str) -> None:
    pytest.importorskip("numpy")
    from archcalc.dims.array import Variants

    found = measured(name, Variants(3).dim([6, 7, 9]))
    for position, size in enumerate((6, 7, 9)):
        one = {key: getattr(dim, "values", [dim] * 3)[position] for key, dim in found.items()}
        assert one == expected(name, size)


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
    assert FIGURES["weights_bytes"].whole(report, "int4") == report["totals"]["weights_bytes"] == 10
    assert FIGURES["weights_bytes"].total is None


def test_every_figure_stands_once_beside_what_it_is_a_part_of() -> None:
    names = [figure.name for figure in GROUPED]
    assert sorted(names) == sorted(FIGURES)
    assert names[:3] == ["params", "trainable", "frozen"]


ROLES = """
name: experts
input: {shape: [6], dtype: int64}
layers:
  - embedding: {entries: 50, out: 4}
    name: tokens
  - experts:
      count: 5
      active: 2
      layers:
        - linear: 4
        - experts: {count: 3, active: 1, layers: [{linear: {out: 4, bias: false}}]}
  - map: [{linear: {out: 4, bias: false}}]
  - linear: {out: 50, bias: false}
    share: tokens
"""


def test_parameters_by_role() -> None:
    """Experts count as often as they run, an expert's experts for each that runs, a map's weights once; a table that an
    embedding shares with the output is an embedding's."""
    network = load_network(Located(Source("net.yaml", ROLES), None))
    totals = build_report(network, MAC)["totals"]
    assert totals["params"] == 200 + 5 * (20 + 3 * 16) + 16
    assert totals["params_embedding"] == 200
    assert totals["params_active"] == 200 + 2 * (20 + 16) + 16
    assert totals["params_active_less_embedding"] == 2 * (20 + 16) + 16


def test_active_parameters_of_mixtral() -> None:
    """46,702,792,704 in all as transformers counts them, with two of eight experts of 176,160,768 in 32 layers 12.9
    billion (Mistral AI, "Mixtral of experts": 46.7B and 12.9B); its table of 32,000 rows of 4,096 is read by index."""
    totals = build_report(load_network(locate("mixture-of-experts")), MAC)["totals"]
    assert totals["params"] == 46_702_792_704
    assert totals["params_active"] == 46_702_792_704 - 6 * 176_160_768 * 32 == 12_879_925_248
    assert totals["params_embedding"] == 32_000 * 4_096
    assert totals["params_active_less_embedding"] == 12_748_853_248
