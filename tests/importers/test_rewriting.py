"""Operators that become one layer: only where every element goes where the layer takes it."""

from __future__ import annotations

import itertools
import random
from math import prod
from typing import Any

import pytest

from archcalc.importers.graphs.graph import Graph, Value
from archcalc.importers.rewriting import rewritten
from archcalc.importers.rewriting.views import Untold, source_of

# Views: each element of the end, by brute force


def moved(graph: Graph, value: Value, elements: list[int], chance: random.Random) -> tuple[Value, list[int]]:
    """One more random view of a tensor whose elements, in order, are those of its source by number."""
    shape, rank = value.shape, len(value.shape)
    kind = chance.choice("reshape permute slice select split".split())
    if kind == "reshape":
        sizes = factors(prod(shape), chance)
        return graph.add("reshape", {"shape": sizes}, [value]).outputs[0], elements
    indices = [*itertools.product(*map(range, shape))]
    at = dict(zip(indices, elements, strict=True))
    if kind == "permute":
        order = chance.sample(range(rank), rank)
        made = graph.add("permute", {"order": order}, [value]).outputs[0]
        turned = ([index[order.index(axis)] for axis in range(rank)] for index in every(made.shape))
        return made, [at[tuple(index)] for index in turned]
    axis = chance.randrange(rank)
    if kind == "select" and rank > 1:
        index = chance.randrange(shape[axis])
        made = graph.add("select", {"axis": axis, "index": index}, [value]).outputs[0]
        return made, [at[(*one[:axis], index, *one[axis:])] for one in every(made.shape)]
    if kind == "split" and shape[axis] % 2 == 0:
        number = chance.randrange(2)
        made = graph.add("split", {"axis": axis, "parts": 2}, [value]).outputs[number]
        start = number * shape[axis] // 2
        return made, [at[shifted(one, axis, start, 1)] for one in every(made.shape)]
    start, step = chance.randrange(shape[axis]), chance.choice([1, 2])
    made = graph.add("slice", {"axis": axis, "start": start, "step": step}, [value]).outputs[0]
    return made, [at[shifted(one, axis, start, step)] for one in every(made.shape)]


def every(shape: Any) -> list[tuple[int, ...]]:
    return [*itertools.product(*map(range, shape))]


def shifted(index: tuple[int, ...], axis: int, start: int, step: int) -> tuple[int, ...]:
    return (*index[:axis], start + step * index[axis], *index[axis + 1 :])


def factors(number: int, chance: random.Random) -> list[int]:
    """A random shape of so many elements."""
    sizes = []
    while number > 1:
        size = chance.choice([size for size in range(2, number + 1) if number % size == 0])
        sizes.append(size)
        number //= size
    return sizes or [1]


@pytest.mark.parametrize("seed", range(12))
def test_a_view_knows_where_each_element_comes_from(seed: int) -> None:
    chance, told = random.Random(seed), 0
    for _ in range(25):
        graph = Graph("net")
        value = source = graph.input("x", tuple(factors(chance.choice([24, 36, 64, 120]), chance)))
        elements = [*range(prod(source.shape))]
        for _ in range(chance.randrange(1, 7)):
            value, elements = moved(graph, value, elements, chance)
        try:
            at, view, _ = source_of(value)
        except Untold:
            continue
        told += 1
        assert at is source
        assert [number(view, index, source.shape) for index in every(value.shape)] == elements
    assert told > 5


def number(view: Any, index: tuple[int, ...], shape: tuple[int, ...]) -> int:
    """The element of the source that a view has at an index."""
    place = [view.offsets.get(axis, 0) for axis in range(len(shape))]
    for position, digits in zip(index, view.axes, strict=True):
        for digit in reversed(digits):
            place[digit.axis] += digit.stride * (position % digit.size)
            position //= digit.size
    found = 0
    for one, size in zip(place, shape, strict=True):
        found = found * size + one
    return found


# Attention

HEADS, STEPS, WIDTH = 4, 4, 4
"""Equal on purpose: no shape tells heads, steps and widths apart."""


def attention(back: list[int], *, parts: tuple[int, int, int] = (0, 1, 2), forth: list[int] | None = None) -> Graph:
    """Self-attention from one projection, [T, 3, heads, d] turned by ``back`` to [3, heads, T, d], and forth again."""
    graph = Graph("net")
    x = graph.input("x", (STEPS, HEADS * WIDTH))
    packed = graph.add("linear", {"out": 3 * HEADS * WIDTH}, [x], ["weight", "bias"]).outputs[0]
    seen = graph.add("unflatten", {"axis": 1, "sizes": [3, HEADS, WIDTH]}, [packed]).outputs[0]
    turned = graph.add("permute", {"order": back}, [seen]).outputs[0]
    heads = [graph.add("select", {"index": part}, [turned]).outputs[0] for part in parts]
    read = graph.add("scaled_dot_product_attention", {}, heads).outputs[0]
    again = graph.add("permute", {"order": forth or [1, 0, 2]}, [read]).outputs[0]
    joined = graph.add("flatten", {"start": 1}, [again]).outputs[0]
    graph.outputs = graph.add("linear", {"out": HEADS * WIDTH}, [joined], ["out", "out bias"]).outputs
    return graph


def types(graph: Graph) -> list[str]:
    return [node.type for node in rewritten(graph).nodes]


def test_attention_is_found_by_where_its_elements_go() -> None:
    graph = attention([1, 2, 0, 3])
    assert types(graph) == ["attention"]
    assert rewritten(graph).totals() == graph.totals()
    assert rewritten(graph).nodes[0].arguments == {"heads": HEADS}


@pytest.mark.parametrize(
    "graph",
    [
        attention([1, 0, 2, 3]),  # steps as heads
        attention([1, 2, 3, 0]),  # widths as steps
        attention([1, 2, 0, 3], parts=(0, 1, 1)),  # keys as values: a third of the projection is not read
        attention([1, 2, 0, 3], forth=[0, 1, 2]),  # heads that are not side by side again
    ],
)
def test_what_goes_elsewhere_is_not_attention(graph: Graph) -> None:
    assert "attention" not in types(graph)


def test_a_learned_bias_keeps_the_indices_that_the_file_has() -> None:
    graph = Graph("net")
    x = graph.input("x", (STEPS, HEADS * WIDTH))
    sides = []
    for name in "qkv":
        one = graph.add("linear", {"out": HEADS * WIDTH}, [x], [f"{name}.weight", f"{name}.bias"]).outputs[0]
        one = graph.add("unflatten", {"axis": 1, "sizes": [HEADS, WIDTH]}, [one]).outputs[0]
        sides.append(graph.add("permute", {"order": [1, 0, 2]}, [one]).outputs[0])
    query, key, value = sides
    keys = graph.add("permute", {"order": [0, 2, 1]}, [key]).outputs[0]
    scores = graph.add("matmul", {}, [query, keys]).outputs[0]
    table = graph.add("parameter", {"shape": [49, HEADS]}, [], ["table"]).outputs[0]
    index = graph.add("constant", {"shape": [STEPS, STEPS], "dtype": "int64"}, [], ["index"]).outputs[0]
    bias = graph.add("take", {}, [table, index]).outputs[0]
    bias = graph.add("permute", {"order": [2, 0, 1]}, [bias]).outputs[0]
    scores = graph.add("add", {}, [scores, bias]).outputs[0]
    read = graph.add("matmul", {}, [graph.add("softmax", {}, [scores]).outputs[0], value]).outputs[0]
    joined = graph.add("permute", {"order": [1, 0, 2]}, [read]).outputs[0]
    joined = graph.add("flatten", {"start": 1}, [joined]).outputs[0]
    graph.outputs = graph.add("linear", {"out": HEADS * WIDTH}, [joined], ["out", "out bias"]).outputs
    assert types(graph) == ["attention", "constant"]
    assert rewritten(graph).nodes[0].arguments == {"heads": HEADS, "position_bias": 49}
    assert (
        rewritten(graph).totals()
        == graph.totals()
        == {"params": 4 * (256 + 16) + 196, "buffers": 16, "macs": 4 * 1024 + 2 * 256}
    )


# Small patterns


def norm(axis: int) -> Graph:
    """x * (mean(x * x) + e) ** -0.5 over an axis."""
    graph = Graph("net")
    x = graph.input("x", (8, 8))
    square = graph.add("square", {}, [x]).outputs[0]
    mean = graph.add("mean", {"axis": axis, "keep": True}, [square]).outputs[0]
    root = graph.add("sqrt", {}, [mean]).outputs[0]
    scaled = graph.add("mul", {}, [x, root]).outputs[0]
    graph.outputs = graph.add("layer_scale", {"axis": -1}, [scaled], ["weight"]).outputs
    return graph


def test_a_norm_written_out_is_found_on_its_axis_alone() -> None:
    assert types(norm(1)) == ["rms_norm"]
    assert types(norm(0)) == ["square", "mean", "sqrt", "mul", "layer_scale"]


def test_what_is_read_elsewhere_too_stays() -> None:
    graph = norm(1)
    graph.outputs = [*graph.outputs, graph.nodes[1].outputs[0]]
    assert "rms_norm" not in types(graph)


def test_channels_are_shuffled_only_where_groups_are() -> None:
    for shape, order, found in (
        ((2, 4, 3, 3), [1, 0, 2, 3], ["channel_shuffle"]),
        ((2, 4, 3, 3), [1, 0, 3, 2], ["unflatten", "permute", "flatten"]),
    ):
        graph = Graph("net")
        x = graph.input("x", (8, 3, 3))
        parted = graph.add("unflatten", {"axis": 0, "sizes": [*shape[:2]]}, [x]).outputs[0]
        turned = graph.add("permute", {"order": order}, [parted]).outputs[0]
        graph.outputs = graph.add("flatten", {"end": 1}, [turned]).outputs
        assert types(graph) == found


def test_growing_concatenations_read_the_one_before() -> None:
    graph = Graph("net")
    values = [graph.input("x", (4, 5, 5))]
    for number in range(1, 4):
        read = values[0] if number == 1 else graph.add("concat", {}, values).outputs[0]
        values.append(graph.add("conv", {"out": 2, "kernel": 1}, [read], [f"w{number}", f"b{number}"]).outputs[0])
    graph.outputs = graph.add("concat", {}, values).outputs
    found = [[value.shape[0] for value in node.inputs] for node in rewritten(graph).nodes if node.type == "concat"]
    assert found == [[4, 2], [6, 2], [8, 2]]
