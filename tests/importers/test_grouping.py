"""Modules that are found in a graph which knows none: what is written is short, and the same network."""

from __future__ import annotations

import pytest

from archcalc.importers.graphs.graph import Graph, Module, Value
from archcalc.importers.structure.grouping import give_modules
from archcalc.importers.structure.search import spec_of


def conv(graph: Graph, value: Value, out: int, kernel: int = 3, stride: int = 1) -> Value:
    given = {"out": out, "kernel": kernel, "padding": kernel // 2, **({"stride": stride} if stride > 1 else {})}
    return graph.add("relu", {}, [graph.add("conv", given, [value]).outputs[0]]).outputs[0]


def unit(graph: Graph, value: Value, mid: int, stride: int = 1) -> Value:
    """A bottleneck, with a shortcut of its own where the size changes."""
    short = value
    if stride > 1 or value.shape[0] != 4 * mid:
        short = graph.add("conv", {"out": 4 * mid, "kernel": 1, "stride": stride}, [value]).outputs[0]
    main = conv(graph, conv(graph, value, mid, 1, stride), mid)
    main = graph.add("conv", {"out": 4 * mid, "kernel": 1}, [main]).outputs[0]
    return graph.add("relu", {}, [graph.add("add", {}, [short, main]).outputs[0]]).outputs[0]


def network(depths: list[int]) -> Graph:
    graph = Graph("net")
    value = conv(graph, graph.input("data", (3, 64, 64)), 64)
    for number, depth in enumerate(depths):
        for place in range(depth):
            value = unit(graph, value, 16 * 2**number, 2 if place == 0 and number else 1)
    graph.outputs = [value]
    return graph


def written(graph: Graph) -> str:
    give_modules(graph)
    found = spec_of(graph)
    assert found.proof.differences == []
    return found.text


def test_stages_of_residual_units_are_written_as_a_person_would() -> None:
    """A block for the unit, one for the stage, and a call for all stages: as short however deep."""
    text = written(network([3, 4, 6, 3]))
    assert text.count("\n") <= 34
    assert "repeat: depth" in text
    assert written(network([3, 8, 36, 3])).count("\n") <= 34


def test_modules_lie_in_one_another() -> None:
    graph = network([2, 3, 3])
    give_modules(graph)
    calls: dict[str, list[int]] = {}
    for place, node in enumerate(graph.nodes):
        for module in node.modules:
            calls.setdefault(module.call, []).append(place)
    assert {kind.split()[0] for kind in calls} == {"Residual", "Stage"}
    for places in calls.values():
        assert places == [*range(places[0], places[-1] + 1)]


def test_a_list_that_comes_again_elsewhere_is_a_block() -> None:
    graph = Graph("net")
    value = graph.input("data", (3, 64, 64))
    for out in (16, 32, 64):
        for kernel in (1, 3, 1, 3, 1):
            value = conv(graph, value, out if kernel == 1 else 2 * out, kernel)
        value = graph.add("max_pool", {"kernel": 2}, [value]).outputs[0]
        value = graph.add("upsample", {"scale": 2}, [value]).outputs[0]
    graph.outputs = [value]
    text = written(graph)
    assert text.count("conv:") <= 6


@pytest.mark.parametrize("name, block", [("inception_3a", "Inception"), ("fire2", "Fire"), ("conv2_1", "Branches")])
def test_names_of_the_source_name_blocks(name: str, block: str) -> None:
    graph = Graph("net")
    value = graph.input("data", (8, 16, 16))
    for _ in range(2):
        sides = [conv(graph, conv(graph, value, 4, 1), 4) for _ in range(2)]
        value = graph.add("concat", {}, sides).outputs[0]
    for number, node in enumerate(graph.nodes):
        node.name = f"{name}-{number}x"
    graph.outputs = [value]
    give_modules(graph)
    assert {module.kind for node in graph.nodes for module in node.modules} == {block}


def test_a_long_graph_stays_as_it_is() -> None:
    graph = Graph("net")
    value = graph.input("data", (8,))
    for _ in range(2_001):
        value = graph.add("softmax", {}, [value]).outputs[0]
    graph.outputs = [value]
    give_modules(graph)
    assert not any(node.modules for node in graph.nodes)


def test_lists_inside_a_step_that_one_use_lacks_read_what_all_uses_have() -> None:
    """Both calls add a tensor of theirs to a convolution; in the second alone a residual inside reads it again."""
    graph = Graph("net")
    value = graph.input("x", (4, 8, 8))
    for number in range(2):
        modules = (Module(f"unit{number}", f"unit{number}", "Unit"),)
        shift = graph.add("parameter", {"shape": [4, 1, 1]}, [], modules=modules).outputs[0]
        for _ in range(3):
            value = graph.add("conv", {"out": 4, "kernel": 1}, [value], modules=modules).outputs[0]
        value = graph.add("add", {}, [value, shift], modules=modules).outputs[0]
        if number:
            inner = graph.add("conv", {"out": 4, "kernel": 3, "padding": 1}, [value], modules=modules).outputs[0]
            inner = graph.add("add", {}, [inner, shift], modules=modules).outputs[0]
            value = graph.add("add", {}, [value, inner], modules=modules).outputs[0]
        value = graph.add("linear", {"out": 8}, [value], modules=modules).outputs[0]
    graph.outputs = [value]
    found = spec_of(graph)
    assert found.proof.differences == []
    assert "residual" in found.text


def test_a_module_that_reads_all_of_a_split_is_given_its_second_tensor_by_name() -> None:
    graph = Graph("net")
    value = graph.input("x", (8, 8, 8))
    for number in range(3):
        modules = (Module(f"gate{number}", f"gate{number}", "Gate"),)
        one, other = graph.add("split", {"sizes": [4, 4], "axis": 0}, [value]).outputs
        one = graph.add("conv", {"out": 8, "kernel": 3, "padding": 1}, [one], modules=modules).outputs[0]
        other = graph.add("conv", {"out": 8, "kernel": 1}, [other], modules=modules).outputs[0]
        other = graph.add("sigmoid", {}, [other], modules=modules).outputs[0]
        value = graph.add("mul", {}, [one, other], modules=modules).outputs[0]
        value = graph.add("relu", {}, [value], modules=modules).outputs[0]
    graph.outputs = [value]
    found = spec_of(graph)
    assert found.proof.differences == []
    assert "repeat: 3" in found.text
