"""What tensors see, each case derived by hand in its comment, or from what a simpler network sees."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from loading import network

import archcalc
from archcalc.costs.receptive_field.axes import positional
from archcalc.costs.receptive_field.field import Sees, Told, Unknown, read
from archcalc.costs.receptive_field.part import ITSELF
from archcalc.costs.receptive_field.walk import Walk
from archcalc.graph.repetition import renamed, unrolled, walk
from archcalc.layers.reading import Slide

from .fields import fields, of, rows


def steps(*layers: str) -> str:
    return "".join(f"  - {layer}\n" for layer in layers)


@pytest.mark.parametrize(
    ("layers", "size", "stride", "start"),
    [
        (["conv: {out: 4, kernel: 3, stride: 2, padding: 1}", "max_pool: {kernel: 3, stride: 2}"], 7, 4, -1),
        (["conv: {out: 4, kernel: 3, dilation: 4}", "conv: {out: 4, kernel: 2, padding: same}"], 10, 1, 0),
        # output o reads i with 0 <= o + 1 - 2 i < 3: one or two of them; then three in a row read three
        (["conv_transpose: {out: 4, kernel: 3, stride: 2, padding: 1}"], 2, Fraction(1, 2), 0),
        (["conv_transpose: {out: 4, kernel: 3, stride: 2, padding: 1}", "conv: {out: 4, kernel: 3, padding: 1}"],
         3, Fraction(1, 2), -1),
        # 2 o + 4 k for k below 2 is an even number: of outputs 0 and 4 of the upsampling
        (["upsample: {scale: 2}", "conv: {out: 4, kernel: 2, dilation: 4, stride: 2}"], 3, 1, 0),
        # between (o + 1/2) / 2 - 1/2 rounded down and up: of output 0 the positions -1 and 0
        (["upsample: {scale: 2, mode: bilinear}"], 2, Fraction(1, 2), -1),
        (["upsample: {scale: 2, mode: bilinear}", "max_pool: 2"], 3, 1, -1),
        # a third of the outputs lies on an input position
        (["upsample: {scale: 3, mode: bilinear}", "slice: {axis: 2, start: 1, step: 3}"], 1, 1, 0),
        (["upsample: {scale: 2, mode: bicubic}"], 4, Fraction(1, 2), -2),
        (["adaptive_avg_pool: 7"], 10, Fraction(64, 7), 0),  # window 1 is from 64 / 7 to 128 / 7, rounded outwards
        (["adaptive_avg_pool: 16"], 4, 4, 0),
        (["adaptive_avg_pool: 1"], "all", None, None),
        (["crop: 60", "conv: {out: 4, kernel: 3}"], 3, 1, 2),
        (["pad: [[0, 0], [3, 0]]", "conv: {out: 4, kernel: 4}"], 4, 1, -3),
        (["unsqueeze: 0", "squeeze: 0", "conv: {out: 4, kernel: 3}"], 3, 1, 0),
        (["select: {axis: 2, index: 5}"], 1, 0, 5),
        (["conv: {out: 4, kernel: 3}", "select: {axis: 2, index: -1}"], 3, 0, 61),
        (["reshape: [3, 4096]"], "unknown", None, None),
        (["reshape: [3, 4096]", "mean: 1"], "all", None, None),
        (["flatten", "linear: 10"], "all", None, None),
        (["reshape: [3, 4096]", "slice: {axis: 1, stop: 10}", "mean: 1"], "all", None, None),
        (["reshape: [3, 4096]", "select: {axis: 1, index: 10}"], "unknown", None, None),
        (["roll: 2"], "unknown", None, None),
        (["custom: {out: [5, 7], params: 0, macs: 0}"], "unknown", None, None),
        (["custom: {out: [], params: 0, macs: 0}"], "unknown", None, None),
        (["group_norm: 1"], "all", None, None),
        (["layer_norm: {axis: 0}"], 1, 1, 0),
        (["pixel_unshuffle: 2", "conv: {out: 4, kernel: 3}", "pixel_shuffle: 2"], 6, 1, 0),
        (["conv: {out: 4, kernel: 3}", "transpose: [1, 2]", "conv: {out: 4, kernel: [5, 1]}"], 7, 1, 0),
    ],
)  # fmt: skip
def test_a_chain(layers, size, stride, start):
    seen = of(steps(*layers))
    assert (seen.size, seen.stride, seen.start) == (size, stride, start)


def branches(one: list[str], other: list[str], merge: str) -> str:
    bodies = "".join(f"      {name}: [{', '.join(f'{{{step}}}' for step in body)}]\n" for name, body in
                     (("one", one), ("other", other)))  # fmt: skip
    return f"  - parallel:\n{bodies}  - {merge}\n"


@pytest.mark.parametrize("merge", ["add", "concat", "stack"])
@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [  # both see from the first to the last that either sees; aligned if their middles agree
        (["conv: {out: 3, kernel: 3, padding: 1}"], ["conv: {out: 3, kernel: 7, padding: 3}"], Told(7, 1, -3, True)),
        (["conv: {out: 3, kernel: 3, padding: [1, [0, 2]]}"], ["conv: {out: 3, kernel: 3, padding: [1, [2, 0]]}"],
         Told(5, 1, -2, False)),
        # output 0 sees 0 and -32, output 63 sees 63 and 2 * 63 - 32
        (["relu: "], ["pad: 32", "conv: {out: 3, kernel: 1, stride: 2}"], Told(33, None, -32, False)),
        (["max_pool: 2", "upsample: {scale: 2}"], [], Told(2, 1, 0, True)),
        (["max_pool: 2", "conv_transpose: {out: 3, kernel: 2, stride: 2}"], ["relu: "], Told(2, 1, 0, True)),
    ],
)  # fmt: skip
def test_branches_are_united(one, other, expected, merge):
    assert of(branches(one, other, merge)) == expected


def test_the_halves_of_an_axis_that_come_together_again():
    halves = "  - split: {parts: 2, axis: 2}\n    name: [a, b]\n"
    assert of(f"{halves}  - concat: {{axis: 2}}\n    from: [a, b]\n") == Told(1, 1, 0, True)
    # one half here and the other there: no stride tells both
    assert of(f"{halves}  - concat: {{axis: 2}}\n    from: [b, a]\n").size == "unknown"


GATE = """
  - conv: {out: 3, kernel: 3, padding: 1}
  - parallel: {body: [], gate: [global_avg_pool, {reshape: [3, 1, 1]}, sigmoid]}
"""


def test_a_gate_that_sees_all():
    assert of(f"{GATE}  - mul\n").size == "all"
    assert of(f"{GATE}  - mul\n", gates=False).size == 3
    assert of(f"{GATE}  - add\n", gates=False).size == "all"  # no gate
    # what sees all and is as large as the other is no gate: a scan, and its own gate
    assert of(branches(["lstm: 6"], ["linear: 6"], "mul"), "[9, 6]", axis=0, gates=False).size == "all"


def test_layout_hwc_sees_the_same():
    layers = steps("conv: {out: 4, kernel: [3, 5], stride: [1, 2]}", "pad: 1", "upsample: {scale: [1, 3]}")
    channels_first = [
        [seen[-1] for seen in rows(network(f"input: [3, 20, 30]\nlayers:\n{layers}"), axis)] for axis in (1, 2)
    ]
    net = network(f"layout: HWC\ninput: [20, 30, 3]\nlayers:\n{layers}")
    assert [[seen[-1] for seen in rows(net, axis)] for axis in (0, 1)] == channels_first


def test_the_slices_of_a_map_are_positions():
    net = network("""
input: [4, 3, 16]
layers:
  - map: [{conv: {out: 4, kernel: 3, padding: 1}}]
  - permute: [1, 0, 2]
  - conv: {out: 4, kernel: [3, 5]}
""")
    assert [*fields(net, 0).values()] == [Told(1, 1, 0, True), Told(1, 1, 0, True), Told(3, 1, 0, True)]
    assert [*fields(net, 2).values()][-1] == Told(7, 1, -1, True)


@pytest.mark.parametrize(
    ("head", "first", "axes"),
    [
        ("input: [3, 8, 8]", "relu", [1, 2]),
        ("layout: HWC\ninput: [8, 8, 3]", "relu", [0, 1]),
        ("input: [8, 8]", "relu", [0]),
        ("input: [4, 8]", "conv: {out: 2, kernel: 3}", [1]),
        ("input: [8, 4]", "linear: 3", [0]),
        ("input: [8, 8]", "unsqueeze: 0\n  - conv: {out: 2, kernel: 3}", [0, 1]),
        ("input: [784]", "linear: 3", []),
        ("input: {shape: [9], dtype: int64}", "embedding: {entries: 5, out: 4}", [0]),
        ("input: [5, 3, 8, 8]", "map: [{conv: {out: 2, kernel: 3}}]", [0, 2, 3]),
        ("input: [5, 3, 8, 8]", "conv_lstm: {out: 2, kernel: 3}", [0, 2, 3]),
        ("input: [8, 8, 3]", "linear: 5", [0, 1]),
    ],
)
def test_which_axes_have_positions(head, first, axes):
    assert positional(network(f"{head}\nlayers:\n  - {first}\n")) == [(0, axis) for axis in axes]


REPEATED = [
    ("[4, 64, 64]", "conv: {out: 4, kernel: 3, padding: 1}"),
    ("[4, 64, 64]", "residual: [{conv: {out: 4, kernel: 3, padding: 1}}, {conv: {out: 4, kernel: 1}}]"),
    (
        "[4, 64, 64]",
        "steps: [{max_pool: 2}, {upsample: {scale: 2, mode: bilinear}}, {conv: {out: 4, kernel: 3, padding: 1}}]",
    ),
    ("[4, 64, 64]", "steps: [{pad: [[0, 2], [0, 2]]}, {conv: {out: 4, kernel: 3}}]"),
    ("[4, 64, 64]", "steps: [{slice: {axis: 2, step: 2}}, {pad: [[0, 32]]}]"),
    ("[4, 64, 64]", "steps: [{conv: {out: 4, kernel: 3, padding: 1}}, {transpose: [1, 2]}]"),
    ("[9, 4]", "steps: [{attention: {heads: 2, causal: true, window: 3}}, {linear: 4}]"),
]


@pytest.mark.parametrize(("shape", "step"), REPEATED)
@pytest.mark.parametrize("around", [1, 3])
def test_repetitions_see_what_they_see_unrolled(shape, step, around):
    """In both axes, every layer of it, with what comes after the last repetition."""
    group = f"{{steps: [{{{step}, repeat: 7}}, relu], repeat: {around}}}" if around > 1 else f"{{{step}, repeat: 7}}"
    net = network(f"input: {shape}\nlayers:\n  - {group}\n  - tanh\n")
    assert net.runs
    assert seen_by_path(net) == seen_by_path(unrolled(net))


def seen_by_path(net: Any) -> Any:
    found = Walk(net)
    return {renamed(node.path, repetition): found.at(node, repetition) for node, repetition in walk(net)}, found.outputs


def test_a_repetition_that_reads_the_same_each_time():
    net = network("""
input: [4, 64, 64]
layers:
  - conv: {out: 4, kernel: 31, padding: 15}
    name: wide
  - conv: {out: 4, kernel: 1}
    from: input
  - steps: [{conv: {out: 4, kernel: 3, padding: 1}}, {add: [prev, wide]}]
    repeat: 40
""")
    assert seen_by_path(net) == seen_by_path(unrolled(net))


@pytest.mark.parametrize(
    "layers",
    [
        ["conv_transpose: {out: 4, kernel: 3, stride: 99991}"],
        ["upsample: {size: 9973}", "upsample: {size: 10007}"],
        ["conv: {out: 1, kernel: 9, stride: 9, padding: 1000000}"] * 3,
    ],
)
def test_what_would_take_too_long_is_unknown_or_exact(layers):
    assert of(steps(*layers), "[1, 50, 50]").size in ("unknown", 729)


def test_a_stride_that_could_not_be_printed_is_unknown():
    large = Sees(1, (ITSELF._replace(shift=10**3999),))
    assert read(large, [Slide(0), Slide(1, stride=2)]) == Sees(1, (ITSELF._replace(shift=2 * 10**3999),))
    assert read(large, [Slide(0), Slide(1, stride=10)]) == Unknown(frozenset([1]))


def test_single_positions_see_what_is_there():
    """Of a padding nothing, and of three rows those that there are."""
    conv = {"conv": {"out": 4, "kernel": 3, "padding": 1, "dilation": 2}}
    last = {"pad": {"padding": [0, 1]}, "name": "last"}
    net = archcalc.load(archcalc.Spec("net", input=[3, 8, 8], layers=[conv, {"crop": {"margins": [0, 2]}}, last]))
    # row 0 of the convolution reads -1, 1 and 3; its columns 2 and 3 remain, column 2 reads 1, 3 and 5
    assert net.sees("last", [0, 0, 0]) == {("input", 1): (1, 3), ("input", 2): None}
    assert net.sees("last", [0, 4, 1]) == {("input", 1): (3, 7), ("input", 2): (1, 5)}
    with pytest.raises(IndexError, match=r"has no position \[0, 0, 6\]"):
        net.sees("last", [0, 0, 6])
    with pytest.raises(KeyError, match="did you mean 'last'"):
        net.sees("lost", [0, 0, 0])
