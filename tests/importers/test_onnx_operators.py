"""Operators of ONNX alone: what each gives, its multiply-adds and what it holds. Sizes are those of the onnx package's
own tests (onnx.backend.test.case.node), where no other source is named.
"""

from __future__ import annotations

import struct
from typing import Any

import pytest

from archcalc.importers.graphs.graph import Graph
from archcalc.importers.imported import Asked
from archcalc.importers.onnx.reader import read_graph
from archcalc.importers.structure.search import spec_of
from archcalc.sources.file import File
from tests.importers.onnx.writing import Stored, model, node, tensor, whole


def read(nodes: list[bytes], stored: list[bytes], inputs: Any, outputs: tuple[str, ...] = ("y",)) -> Graph:
    graph = read_graph(File("net.onnx", model(nodes, stored, inputs, outputs, opset=20)), Asked())
    assert spec_of(graph).proof.differences == []
    return graph


@pytest.mark.parametrize(
    "made, stored, shape, gives",
    [
        (node("DFT", "x n a", "y", onesided=1, inverse=1), [whole("a", [1])], [1, 6, 4, 2], (10, 4, 1)),
        (node("AveragePool", "x", "y", kernel_shape=[2, 2], dilations=[2, 2]), [], [1, 1, 4, 4], (1, 2, 2)),
        (
            node("AveragePool", "x", "y", kernel_shape=[3, 3, 3], strides=[3, 3, 3], dilations=[2, 2, 2], ceil_mode=1),
            [],
            [1, 1, 32, 32, 32],
            (1, 10, 10, 10),
        ),
        (node("CenterCropPad", "x s", "y", axes=[1, 2]), [whole("s", [10, 9])], [1, 20, 8, 3], (10, 9, 3)),
        (node("Det", "x", "y"), [], [1, 3, 2, 2], (3,)),
        (node("CumProd", "x a", "y"), [whole("a", [1])], [1, 6], (6,)),
        (
            node("Resize", "x e e s", "y", axes=[2, 3], keep_aspect_ratio_policy="not_larger"),
            [whole("s", [7, 8]), tensor("e", [0], b"")],
            [1, 1, 2, 4],
            (1, 4, 8),
        ),
        (
            node("Resize", "x e e s", "y", axes=[2, 3], keep_aspect_ratio_policy="not_smaller"),
            [whole("s", [7, 8]), tensor("e", [0], b"")],
            [1, 1, 2, 4],
            (1, 7, 14),
        ),
    ],
)  # fmt: skip
def test_sizes(made: bytes, stored: list[bytes], shape: list[int], gives: tuple[int, ...]) -> None:
    stored = [*stored, tensor("n", [0], b"")]
    assert [value.shape for value in read([made], stored, {"x": shape}).outputs] == [gives]


def test_a_convolution_whose_weight_is_computed_has_its_multiply_adds() -> None:
    """[4, 3, 3, 3] over 8x8 places: 4*27*64, transposed 3*36 a place that is read."""
    shapes = {"x": [1, 3, 8, 8], "w": [4, 3, 3, 3]}
    found = read([node("Conv", "x w", "y", pads=[1, 1, 1, 1])], [], shapes)
    assert (found.outputs[0].shape, found.totals()["macs"]) == ((4, 8, 8), 4 * 27 * 64)
    shapes = {"x": [1, 3, 8, 8], "w": [3, 4, 3, 3]}
    found = read([node("ConvTranspose", "x w", "y", strides=[2, 2])], [], shapes)
    assert (found.outputs[0].shape, found.totals()["macs"]) == ((4, 17, 17), 3 * 36 * 64)


def test_an_input_that_no_step_reads_is_left_out_and_said_to_be() -> None:
    attention = node("Attention", "q k v mask", "y")
    shapes = {"q": [1, 2, 4, 8], "k": [1, 2, 6, 8], "v": [1, 2, 6, 8], "mask": [1, 1, 4, 6]}
    found = read_graph(File("net.onnx", model([attention], [], shapes, opset=23)), Asked())
    assert [*found.inputs] == ["q", "k", "v"]
    assert "input 'mask' left out: no step reads it" in found.notes
    assert found.totals()["macs"] == 2 * 2 * 4 * 6 * 8


def test_the_mean_that_a_norm_gives_beside_has_its_size() -> None:
    nodes = [node("LayerNormalization", "x w b", "n m", axis=-1), node("Concat", "n m", "y", axis=2)]
    stored = [tensor("w", [5], bytes(20)), tensor("b", [5], bytes(20))]
    assert read(nodes, stored, {"x": [1, 3, 5]}).outputs[0].shape == (3, 6)


def batch_norm(x: str, y: str, weights: str) -> bytes:
    return node("BatchNormalization", f"{x} {weights}", y)


def test_means_that_norms_share_are_buffers_once() -> None:
    """Exporters merge equal tensors: the means of two untrained norms are one, their weights may not be."""
    nodes = [batch_norm("x", "h", "w1 b1 mean variance"), batch_norm("h", "y", "w2 b2 mean variance")]
    stored = [tensor(name, [4], bytes(16)) for name in "w1 b1 w2 b2 mean variance".split()]
    assert read(nodes, stored, {"x": [1, 4, 2, 2]}).totals() == {"params": 16, "buffers": 8, "macs": 0}


def test_statistics_that_are_the_weights_too_are_counted_once() -> None:
    """tf2onnx merges them in an untrained norm: ones are the factors and the variance, zeros the shifts and means."""
    stored = [tensor(name, [4], bytes(16)) for name in ("ones", "zeros")]
    found = read([batch_norm("x", "y", "ones zeros zeros ones")], stored, {"x": [1, 4, 2, 2]})
    assert found.totals() == {"params": 8, "buffers": 0, "macs": 0}


@pytest.mark.parametrize("value, params", [(0.02, 2 * 4), (0.0, 0), (1.0, 0)])
def test_filled_tensors_stand_for_weights_that_were_taken_out(value: float, params: int) -> None:
    """The light files of the onnx package fill what were weights with 0.02; masks are filled with 0 and 1."""
    number = struct.pack("<f", value)
    filled = [node("ConstantOfShape", "s", name, value=Stored(tensor("", [1], number))) for name in ("scale", "shift")]
    nodes = [*filled, node("Mul", "x scale", "h"), node("Add", "h shift", "y")]
    assert read(nodes, [whole("s", [4])], {"x": [1, 4]}).totals()["params"] == params


def test_a_slope_for_each_position_is_a_factor() -> None:
    found = read([node("PRelu", "x slope", "y")], [tensor("slope", [3, 4], bytes(48))], {"x": [1, 2, 3, 4]})
    assert found.totals()["params"] == 12


def test_an_initial_state_may_have_the_batch_as_any_axis() -> None:
    """One layer of 4*5*(3 + 5) + 2*4*5 weights; the file makes its first states of a whole input by a squeeze."""
    nodes = [
        node("Squeeze", "s zero", "t"),
        node("Unsqueeze", "t zero", "h"),
        node("LSTM", "x w r b none h h", "o y", hidden_size=5),
    ]
    nodes[2] = node("LSTM", "x w r b n h h", "o y", hidden_size=5).replace(b"\x0a\x01n", b"\x0a\x00")
    stored = [
        tensor("w", [1, 20, 3], bytes(240)), tensor("r", [1, 20, 5], bytes(400)), tensor("b", [1, 40], bytes(160)),
        whole("zero", [0]),
    ]  # fmt: skip
    found = read(nodes, stored, {"x": [7, 1, 3], "s": [1, 1, 5]})
    assert found.totals() == {"params": 200, "buffers": 0, "macs": 7 * 20 * 8}
