"""Who reads what: by name in every repetition as in the network expanded whole, and for how long."""

from __future__ import annotations

import pytest

from archcalc.building.load import load_network
from archcalc.errors import Source
from archcalc.graph.network import Network
from archcalc.graph.repetition import unrolled
from archcalc.graph.wires import INPUT, Wires, readings
from archcalc.report.fold import fold_to_depth
from archcalc.report.model import build_report
from archcalc.sources.source import Located

from .test_repetition import KEPT, MAC, both, located


def network_of(text: str, **asked: bool) -> Network:
    return load_network(Located(Source("net.yaml", text), None), **asked)


def by_name(network: Network) -> dict[str, list[str]]:
    return {path: reads for _, _, path, reads in readings(network)}


def by_node(network: Network) -> list[list[str]]:
    """The same, from the tensors of a network without runs."""
    inputs = list(network.inputs)
    found = []
    for node in network.kept:
        names = []
        for tensor in node.inputs:
            if tensor.node is None:
                names.append(inputs[tensor.number])
            elif len(tensor.node.outputs) == 1:
                names.append(tensor.node.path)
            else:
                names.append(f"{tensor.node.path}#{tensor.number}")
        found.append(names)
    return found


def test_each_input_by_the_layer_or_input_that_it_comes_from() -> None:
    text = """
name: net
input: {image: [4, 8, 8], mask: [4, 8, 8]}
layers:
  - {from: mask, split: {parts: 2}, name: halves}
  - concat
  - {add: [prev, image], name: sum}
  - {map: [layer_norm, {linear: 8}], name: each}
  - {add: [prev, sum, prev]}
"""
    assert by_name(network_of(text)) == {
        "halves": ["mask"],
        "concat1": ["halves#0", "halves#1"],
        "sum": ["concat1", "image"],
        "each/layer_norm1": ["sum"],
        "each/linear1": ["each/layer_norm1"],
        "add2": ["each/linear1", "sum", "each/linear1"],
    }


def test_a_slice_of_one_of_several_outputs_is_that_output() -> None:
    text = """
name: net
input: [4, 8, 8]
layers:
  - {split: {parts: 2}, name: [a, b]}
  - {from: b, map: [{linear: 8}]}
"""
    assert by_name(network_of(text))["map1/linear1"] == ["split1#1"]


def test_a_repetition_reads_the_one_before_and_what_follows_reads_the_last() -> None:
    text = "name: net\ninput: [4, 8, 8]\nlayers: [{relu: , repeat: 5, name: r}, tanh]"
    network = network_of(text)
    assert len(network.kept) < network.size
    assert by_name(network) == {
        "r/0": ["input"],
        **{f"r/{number}": [f"r/{number - 1}"] for number in range(1, 5)},
        "tanh1": ["r/4"],
    }


@pytest.mark.parametrize("name", KEPT)
def test_names_in_repetitions_are_those_of_the_whole_network(name: str) -> None:
    network, whole = both(KEPT[name][0])
    names = [reads for *_, reads in readings(network)]
    assert names == [reads for *_, reads in readings(unrolled(network))] == by_node(whole)


def test_how_long_and_how_often_a_tensor_is_read() -> None:
    text = """
name: net
input: [4, 8, 8]
layers:
  - {relu: , name: a}
  - {tanh: , name: b}
  - {add: [a, b, a], name: c}
  - {from: c, sigmoid: , name: d}
  - from: [d, c]
"""
    network = network_of(text)
    wires = Wires(network)
    a, b, c, d = (node.outputs[0] for node in network.kept)
    assert {tensor.node.path: wires.readers[tensor] for tensor in (a, b, c, d) if tensor.node} == {
        "a": [1, 2, 2],
        "b": [2],
        "c": [3, 4],  # 4: the network's outputs
        "d": [4],
    }
    assert (wires.sources(0), wires.sources(2)) == ([INPUT], [0, 1, 0])
    assert (wires.into(1, 3), wires.out_of(1, 3)) == ([a], [c])


def test_rows_that_are_folded_name_the_rows_of_their_table() -> None:
    network = load_network(located(KEPT["block"][0]))
    assert [row["reads"] for row in fold_to_depth(build_report(network, MAC), 1)] == [["input"], ["body"]]


def test_a_million_rows_are_named_one_by_one() -> None:
    text = "name: net\ninput: [4, 8, 8]\nlayers: [{relu: , repeat: 1000000, name: r}]"
    network = load_network(Located(Source("net.yaml", text), None), max_work=10**9)
    rows = iter(build_report(network, MAC)["layers"])
    assert [next(rows)["reads"] for _ in range(3)] == [["input"], ["r/0"], ["r/1"]]
