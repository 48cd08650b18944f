"""``layout: HWC``: tensors are channels last, and a rule that is stated on channels first gives the same figures."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from loading import outputs, report, said

from archcalc.graph.inference import Applied
from archcalc.layers import CONTENTS, FAMILY, find
from archcalc.sources import shipped

CHANNELS_FIRST = """
    conv conv_transpose depthwise_conv deform_conv unfold fold max_pool avg_pool lp_pool adaptive_avg_pool
    adaptive_max_pool global_avg_pool global_max_pool max_unpool batch_norm instance_norm group_norm local_response_norm
    prelu pad crop upsample pixel_shuffle pixel_unshuffle channel_shuffle conv_lstm conv_gru
"""
"""The layers whose rules are stated on ``[C, *spatial]``, from their pages."""


def given(layers: str, shape: str, layout: str = "HWC", more: str = "") -> dict[str, Any]:
    return report(f"layout: {layout}\ninput: {shape}\n{more}layers: {layers}")


def test_which_layers_know_of_channels() -> None:
    expected = {*CHANNELS_FIRST.split()}
    assert {name for name in FAMILY if find(name).channel_axis is not None} == expected
    assert {name for name in FAMILY if find(name).per_axis} <= expected


ONE_LAYER = [  # derived by hand
    ("{conv: {out: 8, kernel: 3}}", [10, 12, 3], [8, 10, 8], 3 * 3 * 3 * 8 + 8),
    ("{conv: {out: 8, kernel: [3, 5]}}", [10, 12, 3], [8, 8, 8], 3 * 5 * 3 * 8 + 8),
    ("{conv: {out: 32, kernel: 3}}", [100, 6], [98, 32], 3 * 6 * 32 + 32),
    ("{conv: {out: 4, kernel: 3}}", [9, 10, 12, 3], [7, 8, 10, 4], 27 * 3 * 4 + 4),
    ("{conv_transpose: {out: 5, kernel: 2, stride: 2}}", [7, 9, 3], [14, 18, 5], 4 * 3 * 5 + 5),
    ("{depthwise_conv: {kernel: 3, multiplier: 2}}", [7, 9, 3], [5, 7, 6], 9 * 6 + 6),
    ("{max_pool: 2}", [8, 10, 3], [4, 5, 3], 0),
    ("{max_pool: 2}", [8, 3], [4, 3], 0),
    ("{adaptive_avg_pool: [2, 5]}", [8, 10, 3], [2, 5, 3], 0),
    ("global_avg_pool", [8, 10, 3], [3], 0),
    ("global_max_pool", [8, 3], [3], 0),
    ("batch_norm", [100, 6], [100, 6], 12),
    ("batch_norm", [6], [6], 12),
    ("{group_norm: 3}", [100, 7, 6], [100, 7, 6], 12),
    ("{prelu: {channels: all}}", [7, 9, 3], [7, 9, 3], 3),
    ("{pad: 1}", [7, 9, 3], [9, 11, 3], 0),
    ("{pad: [1, 2]}", [7, 9, 3], [9, 13, 3], 0),
    ("{pad: [2]}", [7, 3], [11, 3], 0),
    ("{pad: [1, 2, 3]}", [7, 9, 3], [9, 13, 9], 0),  # as many entries as axes: in the order of the file
    ("{crop: 4}", [7, 9, 3], [4, 4, 3], 0),
    ("{crop: {margins: [[1, 0], 2]}}", [7, 9, 3], [6, 5, 3], 0),
    ("{crop: [7, 9, 1]}", [7, 9, 3], [7, 9, 1], 0),
    ("{upsample: [2, 3]}", [7, 9, 3], [14, 27, 3], 0),
    ("{pixel_shuffle: 2}", [4, 5, 12], [8, 10, 3], 0),
    ("{pixel_unshuffle: 2}", [8, 10, 3], [4, 5, 12], 0),
    ("{channel_shuffle: 3}", [8, 10, 6], [8, 10, 6], 0),
    ("{unfold: {kernel: 2, stride: 2}}", [8, 10, 3], [20, 12], 0),
    ("{fold: {kernel: 2, stride: 2, size: [8, 10]}}", [20, 12], [8, 10, 3], 0),
    ("{conv_lstm: {out: 4, kernel: 3}}", [5, 8, 10, 3], [5, 8, 10, 4], 4 * 4 * (9 * (3 + 4) + 1)),
    ("{conv_lstm: {out: 4, kernel: 3, return: last}}", [5, 8, 10, 3], [8, 10, 4], 4 * 4 * (9 * (3 + 4) + 1)),
    ("{conv_gru: {out: 4, kernel: 3, stride: 2}}", [5, 8, 3], [5, 4, 4], 3 * 4 * (3 * (3 + 4) + 1)),
    ("{conv_gru: {out: 4, kernel: 1, return: last}}", [5, 8, 9, 10, 3], [8, 9, 10, 4], 3 * 4 * (3 + 4 + 1)),
    # those of the last axis, shapes and merges take shapes as they are
    ("{linear: 4}", [7, 9, 3], [7, 9, 4], 3 * 4 + 4),
    ("layer_norm", [7, 9, 3], [7, 9, 3], 6),
    ("{lstm: {hidden: 5, biases: 1}}", [7, 3], [7, 5], 4 * 5 * (3 + 5 + 1)),
    ("{attention: 3}", [7, 6], [7, 6], 4 * (6 * 6 + 6)),
    ("{reshape: [9, 7, 3]}", [7, 9, 3], [9, 7, 3], 0),
    ("{transpose: [0, 2]}", [7, 9, 3], [3, 9, 7], 0),
    ("{select: 0}", [7, 9, 3], [9, 3], 0),
    ("flatten", [7, 9, 3], [189], 0),
    ("{map: [{conv: {out: 8, kernel: 3}}]}", [5, 7, 9, 3], [5, 5, 7, 8], 9 * 3 * 8 + 8),
    # the axis of the channels
    ("layer_scale", [7, 9, 3], [7, 9, 3], 3),
    ("{concat: [prev, prev]}", [7, 9, 3], [7, 9, 6], 0),
    ("{concat: [prev, prev]}", [7, 3], [7, 6], 0),
    ("{softmax: {axis: channels}}", [7, 9, 3], [7, 9, 3], 0),
    ("{glu: {axis: channels}}", [7, 9, 4], [7, 9, 2], 0),
    ("{mean: channels}", [7, 9, 4], [7, 9], 0),
    ("{mean: [0, channels]}", [7, 9, 4], [9], 0),
    ("{layer_norm: {axis: channels}}", [7, 9, 4], [7, 9, 4], 8),
]


@pytest.mark.parametrize("layer, shape, output, params", ONE_LAYER)
def test_one_layer(layer: str, shape: list[int], output: list[int], params: int) -> None:
    found = given(f"[{layer}]", f"{shape}")
    assert ([*found["outputs"][0]], found["totals"]["params"]) == (output, params)
    assert [*found["layers"][0]["inputs"][0]] == (shape[1:] if "map" in layer else shape)
    assert [*found["input"]["shape"]] == shape


def test_the_axis_of_the_channels_in_both_layouts() -> None:
    split = "input: [8, 6, 4]\nlayers: [{split: {parts: 2}, name: [a, b]}, {add: [a, b]}]"
    assert outputs(f"layout: HWC\n{split}") == [[8, 6, 2]]
    assert outputs(split) == [[4, 6, 4]]
    assert outputs("input: [8, 6]\nlayers: [{concat: {axis: channels}, from: [prev, prev]}]") == [[16, 6]]


def cases() -> list[Any]:
    """Every accepted row of a layer of channels; a list for all axes of a pad or a crop is in the order of the file."""
    found = []
    for family in CONTENTS:
        for number, (layer, arguments, x, *_) in enumerate(import_module(f"layers.cases.{family}").ACCEPTED):
            lists = [value for value in arguments.values() if isinstance(value, (list, tuple))]
            whole = layer in ("pad", "crop") and any(len(value) == len(x) for value in lists)
            if layer in CHANNELS_FIRST.split() and not whole:
                found.append(pytest.param(layer, arguments, tuple(x), id=f"{family}-{number}-{layer}"))
    return found


def last(shape: tuple[int, ...], layer: str, read: int) -> tuple[int, ...]:
    """The shape with its channels last; a layer of frames has them after the steps."""
    place = max(len(shape) - 3, 0) if layer.startswith("pixel") else 0
    if layer in ("conv_lstm", "conv_gru"):
        place = len(shape) - read + 1
    return (*shape[:place], *shape[place + 1 :], *shape[place : place + 1])


@pytest.mark.parametrize("layer, arguments, shape", cases())
def test_a_layer_of_channels_costs_the_same_in_both(layer: str, arguments: Any, shape: tuple[int, ...]) -> None:
    first = Applied(find(layer)(**arguments), (shape,))
    found = Applied(find(layer)(**arguments), (last(shape, layer, len(shape)),), layout="HWC")
    assert found.gives == tuple(last(one, layer, len(shape)) for one in first.gives)
    assert (found.weights, found.buffers, found.ops) == (first.weights, first.buffers, first.ops)


TWINS = [  # layers, the input's channels and its other axes
    (
        "[{conv: {out: 8, kernel: 3, norm: batch_norm, act: {prelu: {channels: all}}}}, {max_pool: 2},"
        " {parallel: {a: [{conv: {out: 6, kernel: 1}}], b: []}}, concat, {layer_norm: {axis: channels}},"
        " global_avg_pool, {linear: 10}]",
        3,
        (20, 30),
    ),
    (
        "[{pad: [1, 2]}, {depthwise_conv: 3}, {conv: {out: 7, kernel: 1}}, {upsample: 2}, layer_scale, flatten]",
        4,
        (9, 11),
    ),
    ("[{conv: {out: 12, kernel: 5, padding: same}}, {group_norm: 3}, {glu: {axis: channels}}]", 6, (40,)),
    (
        "[{conv: {out: 8, kernel: 3}}, {avg_pool: 2}, {split: {sizes: [3, 5]}, name: [a, b]}, {concat: [b, a]}]",
        2,
        (9, 10, 11),
    ),
    (
        "[{residual: [{conv: {out: 'prev[channels]', kernel: 3, padding: 1}}, {squeeze_excite: {squeeze: 2}}]}]",
        8,
        (9, 9),
    ),
    ("[{basic_block: {out: 16, stride: 2}}, {bottleneck: {mid: 8}}, {dense_layer: {growth: 4}}]", 8, (12, 12)),
    ("[{inverted_residual: {out: 8, mid: 16, squeeze: 4}}, {separable_conv: {out: 16}}]", 8, (12, 12)),
]


@pytest.mark.parametrize("layers, channels, spatial", TWINS)
def test_a_network_and_its_twin_have_equal_totals(layers: str, channels: int, spatial: tuple[int, ...]) -> None:
    first = given(layers, f"{[channels, *spatial]}", "CHW")
    other = given(layers, f"{[*spatial, channels]}", "HWC")
    assert other["totals"] == first["totals"]
    for one, turned in zip(first["layers"], other["layers"], strict=True):
        assert {key: one[key] for key in one if key not in ("inputs", "outputs", "line", "file")} == {
            key: turned[key] for key in turned if key not in ("inputs", "outputs", "line", "file")
        }


ERRORS = [
    ("{conv: {out: 6, kernel: 3}, expect: [1, 2, 3]}", [8, 10, 3], "the output is [6, 8, 6], expected [1, 2, 3]"),
    ("{conv: {out: 6, kernel: [3]}}", [8, 10, 3], "kernel has 1 number, [8, 10, 3] has 2 spatial axes"),
    ("{conv: {out: 6, kernel: 3}}", [8], "conv reads [...spatial, C] with 1 to 3 spatial axes, not [8]"),
    (
        "{conv: {out: 6, kernel: 3, groups: 2}}",
        [8, 10, 3],
        "input channels (3) must be divisible by groups (2) | input is [8, 10, 3]",
    ),
    ("{conv_lstm: {out: 6, kernel: [3]}}", [5, 8, 10, 3], "kernel has 1 number, [8, 10, 3] has 2 spatial axes"),
    ("{conv_lstm: {out: 6, kernel: 3}}", [10, 3], "conv_lstm reads [T, ...spatial, C] with 1 to 3 spatial axes"),
    ("{pixel_shuffle: 2}", [10, 3], "pixel_shuffle reads [H, W, C], not [10, 3]"),
]


@pytest.mark.parametrize("layer, shape, message", ERRORS)
def test_errors_show_shapes_as_they_are(layer: str, shape: list[int], message: str) -> None:
    assert said(f"layout: HWC\ninput: {shape}\nlayers: [{layer}]")[0].startswith(message)


@pytest.mark.parametrize("shape", [[1, 28, 28, 1], [1, 28, 28, 3]])
def test_a_batch_axis_is_the_first_of_the_file(shape: list[int]) -> None:
    found = said(f"layout: HWC\ninput: {shape}\nlayers: [{{conv: {{out: 6, kernel: [3, 3]}}}}]")
    assert found[0].endswith(f"a shape has no batch axis: {shape[1:]}; for frames use map:")


def test_errors_count_axes_as_they_are() -> None:
    assert said("layout: HWC\ninput: [8, 10, 3]\nlayers: [{max_pool: 2}, {concat: [prev, input]}]") == [
        "[4, 5, 3] and [8, 10, 3] differ in axis 0 (4 and 8); concat joins axis 2"
    ]


BLOCKS = "name: blocks\nlayout: any\nblocks:\n  b:\n    layers: "


def imported(folder: Path, blocks: str, layout: str, layers: str = "[b]") -> Any:
    """What a file says or gives that imports the blocks, on 8x6 pixels of 4 channels."""
    (folder / "blocks.yaml").write_text(blocks)
    shape = "[8, 6, 4]" if layout == "HWC" else "[4, 8, 6]"
    text = f"name: net\nlayout: {layout}\nimport: [blocks.yaml]\ninput: {shape}\nlayers: {layers}"
    path = folder / "net.yaml"
    path.write_text(text)
    return said(text, path=path) or outputs(text, path=path)


def test_a_file_of_another_layout_is_not_imported(tmp_path: Path) -> None:
    for layout in ("CHW", "HWC"):
        blocks = BLOCKS.replace("any", layout) + "[relu]"
        other = "HWC" if layout == "CHW" else "CHW"
        assert imported(tmp_path, blocks, other) == [
            f"{tmp_path / 'blocks.yaml'} has layout: {layout}, this file layout: {other} |"
            f" say layout: any in {tmp_path / 'blocks.yaml'} if it says channels for each axis of the channels"
        ]
        assert imported(tmp_path, blocks, layout) == ([[8, 6, 4]] if layout == "HWC" else [[4, 8, 6]])
    assert said("layout: HWC\nimport: [resnet18]\ninput: [9, 9, 3]\nlayers: [resnet18]") == [
        "archcalc:classification/resnet.yaml has layout: CHW, this file layout: HWC |"
        " shipped networks have layout: CHW: take it for this file too"
    ]


@pytest.mark.parametrize(
    "layers, output",
    [
        ("[{conv: {out: 'prev[channels]', kernel: 3}}]", [6, 4, 4]),
        ("[{concat: [input, prev]}]", [8, 6, 8]),
        ("[{softmax: {axis: channels}}]", [8, 6, 4]),
        ("[{layer_norm: {axis: channels}}]", [8, 6, 4]),
        ("[{linear: {out: 5, axis: channels}}]", [8, 6, 5]),
        ("[flatten]", [192]),
        ("[global_avg_pool, {linear: 5}]", [5]),
        ("[{split: {sizes: [3, 1]}, name: [x, y]}, {concat: [y, x]}]", [8, 6, 4]),
        ("[{map: [{select: {index: 0, axis: channels}}]}]", None),  # a slice has two axes
    ],
)
def test_a_block_for_files_of_both(tmp_path: Path, layers: str, output: list[int] | None) -> None:
    found = [imported(tmp_path, BLOCKS + layers, layout) for layout in ("HWC", "CHW")]
    if output is not None:
        assert found == [[output], [[output[-1], *output[:-1]]]]


@pytest.mark.parametrize(
    "layers, message",
    [
        ("[{softmax: {axis: 0}}]", "axis counts on the order of [8, 6, 4]"),
        ("[{mean: [0, channels]}]", "axis counts on the order of [8, 6, 4]"),
        ("[{permute: [2, 0, 1]}]", "order counts on the order of [8, 6, 4]"),
        ("[{reshape: [6, 8, 4]}]", "shape counts on the order of [8, 6, 4]"),
        ("[{linear: 'prev[2]'}]", "prev is [8, 6, 4], and a file of layout: any does not know the order"),
        ("[{linear: 'prev[1:][0]'}]", "prev is [8, 6, 4], and a file of layout: any does not know the order"),
        ("[relu: , expect: [8, 6, 4]]", "expect has an order"),
        ("[softmax]", "axis, -1 unless it is given, counts on the order of [8, 6, 4]"),
        ("[layer_norm]", "axis, [-1] unless it is given, counts on the order of [8, 6, 4]"),
        ("[rms_norm]", "axis, [-1] unless it is given, counts on the order of [8, 6, 4]"),
        ("[{linear: 4}]", "axis, -1 unless it is given, counts on the order of [8, 6, 4]"),
        ("[glu]", "axis, -1 unless it is given, counts on the order of [8, 6, 4]"),
        ("[{flatten: {end: 1}}]", "start, 0 unless it is given, counts on the order of [8, 6, 4]"),
        ("[{map: [relu]}]", "map runs on axis 0 of [8, 6, 4]"),
    ],
)
def test_what_a_file_of_any_layout_leaves_open(tmp_path: Path, layers: str, message: str) -> None:
    layers = layers.replace("[relu: , expect: [8, 6, 4]]", "[{relu: , expect: [8, 6, 4]}]")
    assert imported(tmp_path, BLOCKS + layers, "HWC")[0].startswith(message)


def test_the_input_of_a_block_has_an_order(tmp_path: Path) -> None:
    blocks = BLOCKS.replace("layers: ", "input: [C, H, W]\n    layers: ") + "[relu]"
    assert imported(tmp_path, blocks, "CHW")[0].startswith("input has an order")
    assert imported(tmp_path, blocks.replace("C, H, W", "T, C"), "CHW")[0].startswith("block 'b' reads [T, C]")


def test_a_variable_called_channels() -> None:
    """It is a size wherever a size is taken, and no axis."""
    text = "vars: {channels: 2}\ninput: [2, 8, 8]\nlayers: "
    assert outputs(text + "[{conv: {out: channels, kernel: 1}}]") == [[2, 8, 8]]
    assert said(text + "[{softmax: {axis: channels}}]") == [
        "'channels' is the axis of the channels here, and a variable too | rename the variable"
    ]
    assert said(text + "[{conv: {out: 'prev[channels]', kernel: channels}}]") == [
        "'channels' is the axis of the channels in prev[channels], and a variable too | rename the variable"
    ]
    assert outputs("vars: {channels: 1, n: [4, 7]}\ninput: [2]\nlayers: [{linear: 'n[channels]'}]") == [[7]]


FIELD = {  # public questions about Keras and TensorFlow: parameters and multiply-adds, derived by hand
    # DCGAN's generator, TensorFlow tutorial: 2,330,944 with the 25,472 that its batch norms keep
    "dcgan": (
        "[100]",
        "[{linear: {out: 7*7*256, bias: false, norm: batch_norm, act: leaky_relu}}, {reshape: [7, 7, 256]},"
        " {conv_transpose: {out: 128, norm: batch_norm, act: leaky_relu}},"
        " {conv_transpose: {out: 64, stride: 2, output_padding: 1, norm: batch_norm, act: leaky_relu}},"
        " {conv_transpose: {out: 1, stride: 2, output_padding: 1, act: tanh}}]",
        2_305_472,
        51_744_000,
    ),
    "conv1d": (  # of which Conv1D, on 100 steps of 6: 608 in Keras
        "[100, 6]",
        "[{conv: {out: 32, kernel: 3, act: relu}}, {max_pool: 2},"
        " {lstm: {hidden: 20, biases: 1, return: last}}, {linear: 5}]",
        4_953,
        260_388,
    ),
    "time-distributed": (
        "[10, 64, 48, 3]",
        "[{map: [{conv: {out: 16, kernel: 3}}, {max_pool: 2}, flatten]},"
        " {lstm: {hidden: 32, biases: 1, return: last}}, {linear: 5}]",
        1_465_061,
        26_964_000,
    ),
    "transpose-same": (
        "[7, 7, 256]",
        "[{conv_transpose: {out: 64, kernel: 3, stride: 2, padding: same}, expect: [14, 14, 64]},"
        " {conv_transpose: {out: 8, kernel: 5, stride: 2, padding: same}, expect: [28, 28, 8]}]",
        160_328,
        9_734_144,
    ),
    "separable": (  # Keras: 1,350
        "[416, 416, 10]",
        "[{depthwise_conv: {kernel: 5, bias: false}}, {conv: {out: 100, kernel: 1}}]",
        1_350,
        212_180_000,
    ),
}


@pytest.mark.parametrize("name", FIELD)
def test_what_was_asked_in_the_field(name: str) -> None:
    shape, layers, *expected = FIELD[name]
    more = "defaults: {conv_transpose: {kernel: 5, padding: 2, bias: false}}\n" if name == "dcgan" else ""
    found = given(layers, shape, more=more)["totals"]
    assert [found["params"], found["macs"]] == expected


def test_the_shipped_blocks_are_for_files_of_both() -> None:
    files = set(shipped.index()["blocks"].values())
    assert {layout_of(file) for file in files} == {"any"}


def layout_of(file: str) -> str:
    lines = (Path(shipped.folder()) / file).read_text(encoding="utf-8").splitlines()
    return next((line.removeprefix("layout: ") for line in lines if line.startswith("layout: ")), "CHW")
