"""Keras: the three languages of its JSON, models in models, wrappers, operations; figures that Keras counted."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from archcalc.errors import SpecError
from archcalc.importers import Asked, Imported, format_of, import_file
from archcalc.sources.file import File
from tests.importers.keras.record import LAYERS, asked, recorded
from tests.importers.reading import CORPUS, figures, network, nodes, totals, truth

FOLDER = Path(__file__).with_name("keras")
with open(FOLDER / "figures.csv", encoding="utf-8", newline="") as table:
    MEASURED = list(csv.DictReader(table))


def read_bytes(data: bytes, name: str = "net.json", **asked: Any) -> Imported:
    file = File(name, data)
    form = format_of(file)
    assert form is not None
    assert form.name == "keras"
    return import_file(file, form, Asked(**asked))


def read(model: Any, **asked: Any) -> Imported:
    return read_bytes(json.dumps(model).encode(), **asked)


def of_file(name: str, **asked: Any) -> Imported:
    return read_bytes((FOLDER / name).read_bytes(), name, **asked)


@pytest.mark.parametrize("row", MEASURED, ids=[row["file"] for row in MEASURED])
def test_figures_are_those_that_keras_counts(row: Any) -> None:
    found = of_file(row["file"])
    assert found.proof is not None
    assert found.proof.differences == []
    report = totals(found)
    measured = {name: int(row[name]) for name in ("params", "trainable", "buffers", "macs")}
    assert {name: report["totals"][name] for name in measured} == measured
    outputs = [[int(size) for size in one.split("x")[1:]] for one in row["outputs"].split(", ")]
    assert [[*one] for one in report["outputs"]] == outputs


# The three languages


def layer(kind: str, name: str = "", **config: Any) -> Any:
    return {"class_name": kind, "config": {"name": name or kind.lower(), **config}}


def chain(*layers: Any, shape: Any = (None, 9, 9, 3), **config: Any) -> Any:
    """A Sequential of Keras 2."""
    first = [layer("InputLayer", batch_input_shape=[*shape])] if shape else []
    return {"class_name": "Sequential", "config": {"name": "net", "layers": [*first, *layers], **config}}


def graph(layers: Any, inputs: Any, outputs: Any) -> Any:
    """A Functional of Keras 2."""
    config = {"name": "net", "layers": layers, "input_layers": inputs, "output_layers": outputs}
    return {"class_name": "Functional", "config": config}


def node(kind: str, name: str, *calls: Any, **config: Any) -> Any:
    return {**layer(kind, name, **config), "name": name, "inbound_nodes": [*calls]}


CONV = layer("Conv2D", filters=4, kernel_size=[3, 3], padding="same")


def test_a_list_of_layers_is_a_sequential_of_keras_2_1() -> None:
    found = read({"class_name": "Sequential", "config": [layer("Dense", units=5, batch_input_shape=[None, 8])]})
    assert figures(found) == (45, 40, [(5,)])


def test_words_of_keras_1() -> None:
    """4 * 3*3*3 + 4 = 112 weights at 9x9 positions; 324 * 5 + 5 of the dense layer."""
    old = [
        layer("Convolution2D", nb_filter=4, nb_row=3, nb_col=3, border_mode="same", dim_ordering="tf", bias=True,
              batch_input_shape=[None, 9, 9, 3], subsample=[1, 1], activation="relu"),
        layer("Flatten"),
        layer("Dense", output_dim=5, bias=True),
    ]  # fmt: skip
    found = read({"class_name": "Sequential", "config": old})
    assert figures(found) == (112 + 1625, 108 * 81 + 1620, [(5,)])


KEYS_1 = {"nb_filter": 4, "border_mode": "valid", "bias": True}


@pytest.mark.parametrize(
    "said, shape, params, macs, output",
    [
        # Thresholds and slopes on both sides for each of 9 x 9 x 3 places, or of 3 channels; alpha and beta.
        (layer("SReLU", shared_axes=None), (9, 9, 3), 4 * 243, 0, (9, 9, 3)),
        (layer("SReLU", shared_axes=[1, 2]), (9, 9, 3), 12, 0, (9, 9, 3)),
        (layer("ParametricSoftplus"), (9, 9, 3), 2 * 243, 0, (9, 9, 3)),
        # (7 - 3) // 2 + 1 = 3 places, each with 3 * 5 * 4 weights and 4 biases.
        (layer("LocallyConnected1D", filter_length=3, subsample_length=2, **KEYS_1), (7, 5), 192, 180, (3, 4)),
        # Padding above, below, left and right.
        (layer("ZeroPadding2D", padding=[1, 2, 3, 4], dim_ordering="tf"), (9, 9, 3), 0, 0, (12, 16, 3)),
        # The size that is said, of which 17 and 18 have the same convolution back to 9.
        *(
            (
                layer("Deconvolution2D", nb_filter=4, nb_row=3, nb_col=3, border_mode=mode, dim_ordering="tf",
                      subsample=[2, 2], output_shape=[None, size, size, 4]),
                (9, 9, 3), 112, 108 * 81, (size, size, 4),
            )
            for mode, size in (("same", 17), ("same", 18), ("valid", 19), ("valid", 20))
        ),
    ],
)  # fmt: skip
def test_layers_of_keras_1(said: Any, shape: Any, params: int, macs: int, output: tuple[int, ...]) -> None:
    found = figures(read(chain(said, shape=(None, *shape))))
    assert (found.params, found.macs, found.outputs) == (params, macs, [output])


@pytest.mark.parametrize("mode, size", [("sum", 5), ("mul", 5), ("max", 5), ("concat", 10), ("dot", 1)])
def test_a_sequential_of_keras_1_that_merges_others(mode: str, size: int) -> None:
    """Two inputs, each with a layer of 10 x 5 weights and 5 biases; behind the Merge 3 of what it gives, with 3."""
    dense = layer("Dense", output_dim=5, bias=True, activation="relu", batch_input_shape=[None, 10])
    branch = {"class_name": "Sequential", "config": [dense]}
    merge = layer("Merge", layers=[branch, branch], mode=mode, concat_axis=-1, dot_axes=1)
    last = layer("Dense", "last", output_dim=3, bias=True)
    found = figures(read({"class_name": "Sequential", "config": [merge, last]}))
    assert (found.params, found.outputs) == (110 + 3 * size + 3, [(3,)])
    assert found.macs == 100 + 3 * size + (5 if mode == "dot" else 0)


def test_channels_first_is_a_layout_of_its_own() -> None:
    first = {**CONV, "config": {**CONV["config"], "data_format": "channels_first"}}
    found = read(chain(first, shape=(None, 3, 9, 9)))
    assert "layout" not in found.text
    assert figures(found) == (112, 108 * 81, [(4, 9, 9)])
    assert figures(read(chain(CONV))).outputs == [(9, 9, 4)]


def test_a_zip_and_the_bytes_of_hdf5() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("config.json", json.dumps(chain(CONV)))
        file.writestr("model.weights.h5", b"\0" * 1000)
    assert figures(read_bytes(packed.getvalue(), "net.keras")).params == 112
    h5 = b"\x89HDF\r\n\x1a\n" + b"\0" * 100 + b'{"class_name": {' + b"\0" + json.dumps(chain(CONV)).encode() + b"\0\1\2"
    assert figures(read_bytes(h5, "net.h5")).params == 112
    with pytest.raises(SpecError, match="may hold weights alone"):
        read_bytes(b"\x89HDF\r\n\x1a\n" + b"\0" * 100, "weights.h5")


# Models


def test_a_shared_layer_is_counted_once_and_works_twice() -> None:
    layers = [
        node("InputLayer", "a", batch_input_shape=[None, 8]),
        node("InputLayer", "b", batch_input_shape=[None, 8]),
        node("Dense", "shared", [["a", 0, 0, {}]], [["b", 0, 0, {}]], units=5),
        node("Add", "sum", [["shared", 0, 0, {}], ["shared", 1, 0, {}]]),
    ]
    found = read(graph(layers, [["a", 0, 0], ["b", 0, 0]], [["sum", 0, 0]]))
    assert figures(found) == (45, 80, [(5,)])


def test_a_nested_model_called_twice_is_a_block() -> None:
    body = {**chain(CONV, layer("ReLU"), layer("Conv2D", "again", filters=3, kernel_size=1)), "name": "body"}
    body["inbound_nodes"] = [[["x", 0, 0, {}]], [["body", 1, 0, {}]]]
    layers = [node("InputLayer", "x", batch_input_shape=[None, 9, 9, 3]), body]
    found = read(graph(layers, [["x", 0, 0]], [["body", 2, 0]]))
    assert figures(found) == (112 + 15, 2 * (108 + 12) * 81, [(9, 9, 3)])


def test_frozen_is_what_any_model_around_says() -> None:
    inner = chain(CONV, trainable=False)
    report = totals(read(chain(inner, layer("Flatten"), layer("Dense", units=2, use_bias=False))))
    assert (report["totals"]["params"], report["totals"]["trainable"]) == (112 + 648, 648)


def test_calls_are_made_as_soon_as_what_they_read_is_there() -> None:
    layers = [
        node("Dense", "second", [["first", 0, 0, {}]], units=2),
        node("Dense", "first", [["x", 0, 0, {}]], units=5),
        node("InputLayer", "x", batch_input_shape=[None, 8]),
    ]
    assert figures(read(graph(layers, [["x", 0, 0]], [["second", 0, 0]]))).params == 45 + 12
    layers[1]["inbound_nodes"] = [[["second", 0, 0, {}]]]
    with pytest.raises(SpecError, match="reads what no layer gives before it"):
        read(graph(layers, [["x", 0, 0]], [["second", 0, 0]]))


# Layers


@pytest.mark.parametrize(
    "layers, params, macs, output",
    [
        # Each output position multiplies a window of 3*3*3 by 4 filters; same gives ceil(9 / 2) = 5.
        ([{**CONV, "config": {**CONV["config"], "strides": [2, 2]}}], 112, 108 * 25, (5, 5, 4)),
        ([layer("Conv2D", filters=4, kernel_size=2, use_bias=False)], 48, 48 * 64, (8, 8, 4)),
        ([layer("DepthwiseConv2D", kernel_size=3, depth_multiplier=2)], 60, 54 * 49, (7, 7, 6)),
        ([layer("SeparableConv2D", filters=5, kernel_size=3)], 27 + 20, (27 + 15) * 49, (7, 7, 5)),
        # Transposed ones multiply at the input's positions: 9 * 2 = 18, and 9 * 3 + max(2 - 3, 0) = 27.
        ([layer("Conv2DTranspose", filters=4, kernel_size=3, strides=2, padding="same")], 112, 108 * 81, (18, 18, 4)),
        ([layer("Conv2DTranspose", filters=4, kernel_size=2, strides=3)], 52, 48 * 81, (27, 27, 4)),
        ([layer("Conv2DTranspose", filters=4, kernel_size=3, strides=2, output_padding=0)], 112, 108 * 81, (19, 19, 4)),
        ([layer("MaxPooling2D", pool_size=[2, 2], strides=None)], 0, 0, (4, 4, 3)),
        ([layer("AveragePooling2D", pool_size=[2, 2], padding="same")], 0, 0, (5, 5, 3)),
        ([layer("GlobalMaxPooling2D", keepdims=True)], 0, 0, (1, 1, 3)),
        ([layer("ZeroPadding2D", padding=[[0, 1], [2, 3]])], 0, 0, (10, 14, 3)),
        ([layer("Cropping2D", cropping=[[0, 1], [2, 3]])], 0, 0, (8, 4, 3)),
        ([layer("UpSampling2D", size=[2, 3])], 0, 0, (18, 27, 3)),
        ([layer("LocallyConnected2D", filters=2, kernel_size=[3, 3])], 49 * 27 * 2 + 98, 49 * 54, (7, 7, 2)),
        # gamma or beta alone; the two statistics are no parameters.
        ([layer("BatchNormalization", scale=False)], 3, 0, (9, 9, 3)),
        ([layer("BatchNormalization", axis=[1])], 18, 0, (9, 9, 3)),
        ([layer("LayerNormalization", axis=[1, 2])], 162, 0, (9, 9, 3)),
        ([layer("GroupNormalization", groups=-1)], 6, 0, (9, 9, 3)),
        ([layer("PReLU", shared_axes=[1, 2])], 3, 0, (9, 9, 3)),
        ([layer("PReLU", shared_axes=[2])], 27, 0, (9, 9, 3)),
        ([layer("Reshape", target_shape=[-1, 27])], 0, 0, (9, 27)),
        ([layer("Permute", dims=[3, 1, 2])], 0, 0, (3, 9, 9)),
        ([layer("TimeDistributed", layer=layer("Conv1D", filters=4, kernel_size=3))], 40, 9 * 7 * 36, (9, 7, 4)),
        ([layer("TimeDistributed", layer=layer("Flatten"))], 0, 0, (9, 27)),
        ([layer("TimeDistributed", layer=layer("LSTM", units=5))], 180, 9 * 9 * 160, (9, 5)),
        # 3 filters of 3 times 3 + 1 channels of frame and state, four gates, at 9 steps of 7 positions each.
        (
            [layer("ConvLSTM1D", filters=1, kernel_size=[3], strides=[1], use_bias=False)],
            4 * 3 * 4,
            9 * 7 * 4 * 3 * 4,
            (7, 1),
        ),
    ],
)  # fmt: skip
def test_layers(layers: Any, params: int, macs: int, output: tuple[int, ...]) -> None:
    assert figures(read(chain(*layers))) == (params, macs, [output])


@pytest.mark.parametrize(
    "layers, params, macs, output",
    [
        # 4 * 5 * (8 + 5) weights a step and 4 * 5 biases; 7 steps.
        ([layer("LSTM", units=5)], 260 + 20, 7 * 260, (5,)),
        ([layer("CuDNNLSTM", units=5, return_sequences=True)], 260 + 40, 7 * 260, (7, 5)),
        ([layer("GRU", units=5, reset_after=True)], 195 + 30, 7 * 195, (5,)),
        ([layer("GRU", units=5)], 195 + 15, 7 * 195, (5,)),
        ([layer("Bidirectional", layer=layer("LSTM", units=5), merge_mode="sum")], 560, 14 * 260, (5,)),
        ([layer("Bidirectional", layer=layer("GRU", units=5, return_sequences=True))], 420, 14 * 195, (7, 10)),
        ([layer("RNN", cell=layer("SimpleRNNCell", units=5))], 70, 7 * 65, (5,)),
        ([layer("Conv1D", filters=4, kernel_size=[3], padding="causal")], 100, 96 * 7, (7, 4)),
        ([layer("Conv1D", filters=4, kernel_size=3, padding="causal", dilation_rate=2)], 100, 96 * 7, (7, 4)),
        ([layer("EinsumDense", equation="abc,cde->abde", output_shape=[None, 2, 3], bias_axes="de")], 54, 7 * 48,
         (7, 2, 3)),
        ([layer("SpectralNormalization", layer=layer("Dense", units=5))], 45, 7 * 40, (7, 5)),
        ([layer("Activation", activation="softmax")], 0, 0, (7, 8)),
        ([layer("GlobalAveragePooling1D"), layer("RepeatVector", n=6)], 0, 0,
         (6, 8)),
    ],
)  # fmt: skip
def test_layers_of_sequences(layers: Any, params: int, macs: int, output: tuple[int, ...]) -> None:
    assert figures(read(chain(*layers, shape=(None, 7, 8)))) == (params, macs, [output])


@pytest.mark.parametrize(
    "operation, constants, reads, type, output",
    [
        ("AddV2", {}, 2, "add", (9, 9, 3)),
        ("Relu6", {}, 1, "relu6", (9, 9, 3)),
        ("Mean", {"1": [1, 2]}, 1, "global_avg_pool", (3,)),
        ("Transpose", {"1": [0, 3, 1, 2]}, 1, "permute", (3, 9, 9)),
        ("Reshape", {"1": [-1, 81, 3]}, 1, "reshape", (81, 3)),
        ("ConcatV2", {"2": -1}, 2, "concat", (9, 9, 6)),
    ],
)
def test_operations_of_tensorflow_2_0_to_2_3(
    operation: str, constants: Any, reads: int, type: str, output: tuple[int, ...]
) -> None:
    said = json.dumps({"name": "y", "op": operation, "attr": {"T": {"type": "DT_FLOAT"}}})
    made = node("TensorFlowOpLayer", "y", [["x", 0, 0, {}]] * reads, node_def=said, constants=constants)
    start = node("InputLayer", "x", batch_input_shape=[None, 9, 9, 3])
    found = read(graph([start, made], [["x", 0, 0]], [["y", 0, 0]]))
    assert (nodes(found), figures(found).outputs) == ([type], [output])


def test_a_tensorflow_operation_that_is_none() -> None:
    start = node("InputLayer", "x", batch_input_shape=[None, 9, 9, 3])
    for said, told in (("[", "'TensorFlowOpLayer'"), ('{"op": "Wave"}', "'Wave'"), ("[" * 100_000, "'TensorFlow")):
        wave = node("TensorFlowOpLayer", "y", [["x", 0, 0, {}]], node_def=said)
        with pytest.raises(SpecError, match=f"knows no layer {told}"):
            read(graph([start, wave], [["x", 0, 0]], [["y", 0, 0]]))
    wave = node("TensorFlowOpLayer", "y", [["x", 0, 0, {}]], node_def='{"op": "Mul"}', constants={"7": 1.0})
    with pytest.raises(SpecError, match="constants of 'y' at other places"):
        read(graph([start, wave], [["x", 0, 0]], [["y", 0, 0]]))


def test_an_encoder_gives_its_states_to_a_decoder() -> None:
    layers = [
        node("InputLayer", "x", batch_input_shape=[None, 7, 8]),
        node("InputLayer", "y", batch_input_shape=[None, 6, 8]),
        node("LSTM", "encoder", [["x", 0, 0, {}]], units=5, return_state=True),
        node("LSTM", "decoder", [["y", 0, 0, {}], ["encoder", 0, 1, {}], ["encoder", 0, 2, {}]], units=5,
             return_sequences=True),
    ]  # fmt: skip
    found = read(graph(layers, [["x", 0, 0], ["y", 0, 0]], [["decoder", 0, 0]]))
    assert figures(found) == (560, 13 * 260, [(6, 5)])


def test_operations_of_tensorflow() -> None:
    layers = [
        node("InputLayer", "x", batch_input_shape=[None, 4, 6]),
        node("SlicingOpLambda", "cut", ["x", 0, 0, {"slice_spec": [
            {"start": None, "stop": None, "step": None}, {"start": 1, "stop": None, "step": None}, 2]}],
             function="__operators__.getitem"),
        node("TFOpLambda", "scaled", ["x", 0, 0, {"y": 0.5, "name": None}], function="math.multiply"),
        node("TFOpLambda", "sum", ["x", 0, 0, {"y": ["scaled", 0, 0], "name": None}], function="__operators__.add"),
        node("TFOpLambda", "flip", ["sum", 0, 0, {"perm": [0, 2, 1]}], function="transpose"),
        node("TFOpLambda", "product", ["sum", 0, 0, {"b": ["flip", 0, 0]}], function="linalg.matmul"),
        node("TFOpLambda", "mean", ["product", 0, 0, {"axis": [1], "keepdims": True}], function="math.reduce_mean"),
    ]  # fmt: skip
    found = read(graph(layers, [["x", 0, 0]], [["cut", 0, 0], ["mean", 0, 0]]))
    assert figures(found) == (0, 4 * 6 * 4, [(3,), (1, 4)])
    layers[-1]["config"]["function"] = "math.wave"
    with pytest.raises(SpecError, match=r"knows no layer 'math\.wave'"):
        read(graph(layers, [["x", 0, 0]], [["mean", 0, 0]]))


# What is refused


@pytest.mark.parametrize(
    "name, message",
    [
        ("refuse_custom_layer.json", "archcalc knows no layer 'Mine>Doubler', which .* has once: layer doubler"),
        ("refuse_subclassed.json", "is of the class 'Sub', a subclassed model: its layers are not in the file"),
        ("refuse_unbuilt_sequential.json", "does not say the size of its input .*input=224x224x3"),
    ],
)
def test_files_that_are_refused(name: str, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        of_file(name)


def test_classes_of_the_same_name_are_not_taken_for_keras_own() -> None:
    scale = {**layer("LayerScale", projection_dim=3), "module": "keras.src.applications.convnext"}
    assert figures(read(chain(scale))).params == 3
    for own in ({"module": "mine.layers"}, {"registered_name": "Mine>Dense"}, {"registered_name": "Custom>Dense"}):
        with pytest.raises(SpecError, match=f"knows no layer '{own.get('registered_name', 'Dense')}'"):
            read(chain({**layer("Dense", units=2), **own}))


def test_sizes_that_are_asked_for() -> None:
    found = of_file("refuse_unbuilt_sequential.json", inputs={None: (8, 8, 3)})
    assert figures(found).outputs == [(2,)]
    open_size = chain(CONV, shape=(None, None, None, 3))
    with pytest.raises(SpecError, match=r"'inputlayer', which is \?x\?x3 there .*input=224x224x3"):
        read(open_size)
    assert figures(read(open_size, inputs={"inputlayer": (9, 9, 3)})).macs == 108 * 81


def test_code_is_never_loaded() -> None:
    """Its code is four bytes that marshal does not read: nobody looks at them."""
    code = layer("Lambda", function=["////", None, None], function_type="lambda", output_shape=[9, 9, 4])
    with pytest.raises(SpecError, match="Lambda holds code, which is never loaded"):
        read(chain(CONV, code))
    found = read(chain(CONV, code), as_custom=True)
    assert nodes(found) == ["conv", "custom"]
    assert [note.message for note in found.notes if "custom" in note.message]


def test_what_is_unknown_is_told_whole() -> None:
    with pytest.raises(SpecError) as told:
        read(chain(layer("Wave"), layer("Conv2D", filters=3, kernel_size=1), layer("Wave", "wave_2"), layer("Warp")))
    first, second = (one.message for one in told.value.diagnostics)
    assert "'Wave', which net.json has 2 times: layer wave; layer wave_2" in first
    assert "'Warp', which net.json has once: layer warp" in second
    found = read(chain(layer("Wave"), layer("Wave", "wave_2"), layer("Warp")), as_custom=True)
    assert network(found).outputs[0].shape == (9, 9, 3)


@pytest.mark.parametrize(
    "model, message",
    [
        ({"class_name": "Sequential", "config": 5}, "without a list of layers"),
        (chain({"class_name": 5}), "a layer without a class_name"),
        (chain(layer("Conv2D", kernel_size=3)), "filters None, which is no whole number"),
        (chain(layer("Conv2D", filters=4, kernel_size=30)), "a window of 30 does not fit"),
        (chain(layer("Concatenate", axis=0), layer("Softmax", axis=0)), "Softmax along the batch"),
        (chain(layer("Dot", axes=1)), "Dot takes two tensors, and reads 1"),
        (chain(layer("MultiHeadAttention", num_heads=1, key_dim=2)), "takes two tensors, and reads 1"),
        (chain(layer("Merge", mode=[])), r"Merge with mode \[\]"),
        (chain(layer("Cropping2D", cropping=True)), "Cropping2D with cropping True"),
        (chain(layer("Permute", dims=3)), "Permute with dims 3"),
        (graph([node("Dense", "d", [["x", 0, 0, {}]], units=2)], [["x", 0, 0]], [["d", 0, 0]]), "'x' that is no layer"),
        (graph([node("InputLayer", "x", batch_input_shape=[None, 2])], [["x", 0, 0]], [["y", 0, 0]]), "does not give"),
    ],
)
def test_what_is_wrong(model: Any, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        read(model)


def test_hostile_files() -> None:
    inner = layer("Dense", units=1)
    for _ in range(60):
        inner = layer("TimeDistributed", layer=inner)
    with pytest.raises(SpecError, match="deep in one another"):
        read(chain(inner))
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("config.json", b" " * 61_000_000)
    with pytest.raises(SpecError, match="at most 60,000,000 are read"):
        read_bytes(bomb.getvalue())
    with pytest.raises(SpecError, match="nested too deep"):
        read_bytes(b'{"class_name": ' + b"[" * 100_000)


@pytest.mark.parametrize("row", recorded(), ids=lambda row: row["layer"])
def test_layers_that_keras_wrote(row: Any) -> None:
    found = read(row["model"])
    assert found.proof is not None
    assert found.proof.differences == []
    report = totals(found)
    wanted = {name: row[name] for name in ("params", "buffers", "macs") if row[name] is not None}
    assert {name: report["totals"][name] for name in wanted} == wanted
    assert [[*one] for one in report["outputs"]] == [row["output"]]


@pytest.mark.keras
@pytest.mark.skipif(find_spec("keras") is None, reason="keras is not installed")
@pytest.mark.parametrize("row", LAYERS, ids=lambda row: row[0])
def test_keras_still_counts_so(row: Any) -> None:
    said = {one["layer"]: one for one in recorded()}[row[0]]
    found = asked(*row)
    counted = ("params", "buffers", "macs", "output")
    assert {name: found[name] for name in counted} == {name: said[name] for name in counted}


CALLED_ONCE_MORE = {"stacked_cells.json": 6119}
"""Multiply-adds by hand, where what Keras counts has a step more than the sequence."""
OF_CODE = frozenset(("keras216.InceptionResNetV2.json.gz",))


@pytest.mark.parametrize("row", truth("keras"))
def test_corpus(row: Any) -> None:
    """Other people's files; what says no size is asked again with the one that was measured, code is custom."""
    path = Path(CORPUS or "", "keras", row["file"])
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    if not row["params"]:
        with pytest.raises(SpecError):
            read_bytes(data, path.name)
        return
    given = {"as_custom": row["file"] in OF_CODE}
    try:
        found = read_bytes(data, path.name, **given)
    except SpecError:
        with pytest.raises(SpecError, match="does not say the size"):
            read_bytes(data, path.name, **given)
        sizes = tuple(map(int, row["input"].rpartition(":")[2].split("x")[1:]))
        found = read_bytes(data, path.name, inputs={None: sizes}, **given)
    assert found.proof is not None
    assert found.proof.differences == []
    figures = totals(found)["totals"]
    measured = {name: int(row[name]) for name in ("params", "trainable", "buffers", "macs")}
    measured["macs"] = CALLED_ONCE_MORE.get(row["file"], measured["macs"])
    assert {name: figures[name] for name in measured} == measured
