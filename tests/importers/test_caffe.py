"""Caffe: the text format, phases, blobs, and each layer's sizes by a small file with figures derived by hand."""

from __future__ import annotations

import pytest

from archcalc.errors import SpecError
from archcalc.importers import Asked, Imported, format_of, import_file
from archcalc.sources.file import File
from tests.importers.reading import Figures, figures, network, nodes

INPUT = 'name: "net"\ninput: "data"\ninput_dim: 10\ninput_dim: 3\ninput_dim: 9\ninput_dim: 9\n'
CONV = 'layer { name: "c" type: "Convolution" bottom: "data" top: "c" convolution_param { num_output: 4 %s } }\n'
CONV_3 = CONV % "kernel_size: 3 pad: 1"
POOL = 'layer { name: "p" type: "Pooling" bottom: "data" top: "p" pooling_param { %s } }\n'


def read(layers: str, head: str = INPUT, **asked: object) -> Imported:
    file = File("net.prototxt", (head + layers).encode())
    form = format_of(file)
    assert form is not None
    assert form.name == "caffe"
    return import_file(file, form, Asked(**asked))  # type: ignore[arg-type]


def layer(type: str, parameters: str = "", bottoms: str = "data", tops: str = "x") -> str:
    reads = " ".join(f'bottom: "{name}"' for name in bottoms.split())
    gives = " ".join(f'top: "{name}"' for name in tops.split())
    return f'layer {{ name: "l" type: "{type}" {reads} {gives} {parameters} }}\n'


@pytest.mark.parametrize(
    "layers, params, macs, output",
    [
        # 4 filters of 3x3 on 3 channels: 108 weights and 4 biases, at 9x9 positions.
        (CONV_3, 112, 108 * 81, (4, 9, 9)),
        (CONV % "kernel_size: 3", 112, 108 * 49, (4, 7, 7)),
        # Convolutions round down: (9 - 2) // 2 + 1 = 4.
        (CONV % "kernel_size: 2 stride: 2", 52, 48 * 16, (4, 4, 4)),
        (CONV % "kernel_h: 1 kernel_w: 3 pad_h: 0 pad_w: 1", 40, 36 * 81, (4, 9, 9)),
        (CONV % "kernel_size: 1 kernel_size: 3 stride: [1, 2]", 40, 36 * 36, (4, 9, 4)),
        (CONV % "kernel_size: 3 pad: 2 dilation: 2 bias_term: false", 108, 108 * 81, (4, 9, 9)),
        ((CONV % "kernel_size: 1 group: 3").replace("4", "6"), 12, 6 * 81, (6, 9, 9)),
        (layer("ConvolutionDepthwise", "convolution_param { num_output: 3 kernel_size: 1 }"), 6, 3 * 81, (3, 9, 9)),
        # At the input's positions; 2 * (9 - 1) + 2 = 18.
        (
            layer("Deconvolution", "convolution_param { num_output: 4 kernel_size: 2 stride: 2 }"),
            52,
            48 * 81,
            (4, 18, 18),
        ),
        # Pools round up: ceil((9 - 2) / 2) + 1 = 5, and ceil((9 + 2 - 2) / 3) + 1 = 4.
        (POOL % "pool: MAX kernel_size: 2 stride: 2", 0, 0, (3, 5, 5)),
        (POOL % "pool: AVE kernel_size: 2 stride: 2", 0, 0, (3, 5, 5)),
        (POOL % "kernel_size: 2 stride: 3 pad: 1", 0, 0, (3, 4, 4)),
        # ceil((9 + 2 - 3) / 5) + 1 = 3 positions, of which the last would start at 10, in the padding after.
        (POOL % "kernel_size: 3 stride: 5 pad: 1", 0, 0, (3, 2, 2)),
        (POOL % "kernel_size: 2 stride: 2 ceil_mode: false", 0, 0, (3, 4, 4)),
        (POOL % "kernel_size: 2 stride: 2 round_mode: FLOOR", 0, 0, (3, 4, 4)),
        (POOL % "pool: AVE global_pooling: true", 0, 0, (3, 1, 1)),
        (layer("InnerProduct", "inner_product_param { num_output: 5 }"), 243 * 5 + 5, 243 * 5, (5,)),
        # From axis 2 on: 3 vectors of 81.
        (layer("InnerProduct", "inner_product_param { num_output: 5 axis: 2 }"), 410, 3 * 405, (3, 5)),
        (layer("PReLU"), 3, 0, (3, 9, 9)),
        (layer("PReLU", "prelu_param { channel_shared: true }"), 1, 0, (3, 9, 9)),
        (layer("Scale"), 3, 0, (3, 9, 9)),
        (layer("Scale", "scale_param { bias_term: true }"), 6, 0, (3, 9, 9)),
        (layer("Bias"), 3, 0, (3, 9, 9)),
        (layer("BN"), 6, 0, (3, 9, 9)),
        (layer("Normalize", "norm_param { across_spatial: false channel_shared: false }"), 3, 0, (3, 9, 9)),
        (layer("LRN", "lrn_param { local_size: 3 }"), 0, 0, (3, 9, 9)),
        (layer("Concat", bottoms="data data"), 0, 0, (6, 9, 9)),
        (layer("Concat", "concat_param { axis: -1 }", "data data"), 0, 0, (3, 9, 18)),
        (layer("Eltwise", "eltwise_param { operation: MAX }", "data data"), 0, 0, (3, 9, 9)),
        (layer("Flatten"), 0, 0, (243,)),
        (layer("Reshape", "reshape_param { shape { dim: 0 dim: -1 dim: 27 } }"), 0, 0, (9, 27)),
        (layer("Permute", "permute_param { order: 0 order: 2 order: 3 order: 1 }"), 0, 0, (9, 9, 3)),
        (layer("SPP", "spp_param { pyramid_height: 2 }"), 0, 0, (15,)),
        (layer("Interp", "interp_param { zoom_factor: 2 }"), 0, 0, (3, 17, 17)),
        (layer("Tile", "tile_param { tiles: 2 }"), 0, 0, (6, 9, 9)),
        (layer("Reduction", "reduction_param { axis: 1 }"), 0, 0, ()),
        (layer("Reduction", "reduction_param { axis: -1 }"), 0, 0, (3, 9)),
        # One number for all; those of all axes behind a norm, which has a number a channel of its own.
        (layer("Scale", "scale_param { num_axes: 0 bias_term: true }"), 2, 0, (3, 9, 9)),
        (layer("Bias", "bias_param { axis: 0 num_axes: 0 }"), 1, 0, (3, 9, 9)),
        (
            layer("BatchNorm") + layer("Scale", "scale_param { num_axes: -1 bias_term: true }", "x", "x"),
            2 * 243,
            0,
            (3, 9, 9),
        ),
        # DeepLab's dilation, and PSPNet's norm.
        (CONV % "kernel_size: 3 pad: 2 hole: 2", 112, 108 * 81, (4, 9, 9)),
        (layer("BN", "bn_param { slope_filler { value: 1 } momentum: 0.95 }"), 6, 0, (3, 9, 9)),
        # NVIDIA's norm has a scale and a shift.
        (layer("BatchNorm", "batch_norm_param { scale_bias: true }"), 6, 0, (3, 9, 9)),
        # The product of two blobs is learned by nobody, but a shift in the shape of the second may be behind it.
        (
            layer("Pooling", "pooling_param { pool: AVE global_pooling: true }", tops="g")
            + layer("Scale", "scale_param { bias_term: true }", "data g"),
            3,
            0,
            (3, 9, 9),
        ),
        (
            layer("Parameter", "parameter_param { shape { dim: 1 dim: 3 dim: 9 dim: 9 } }", "", "w")
            + layer("Eltwise", "", "data w"),
            243,
            0,
            (3, 9, 9),
        ),
    ],
)
def test_layers(layers: str, params: int, macs: int, output: tuple[int, ...]) -> None:
    assert figures(read(layers)) == Figures(params, macs, [output])


def test_a_batch_is_left_out_and_said() -> None:
    found = read(CONV_3)
    assert [note.message for note in found.notes] == ["'data' is a batch of 10: shapes have none"]
    assert "input: [3, 9, 9]" in found.text


SHAPE = 'input: "data" input_shape { dim: 1 dim: 3 dim: 9 dim: 9 }\n'
LAYER = 'layer { name: "in" type: "Input" top: "data" input_param { shape: { dim: 1 dim: 3 dim: 9 dim: 9 } } }\n'
DUMMY = 'layer { type: "DummyData" top: "data" dummy_data_param { num: 1 channels: 3 height: 9 width: 9 } }\n'
MEMORY = 'layer { type: "MemoryData" top: "data" memory_data_param { batch_size: 1 channels: 3 height: 9 width: 9 } }\n'
CROP = 'layer { type: "Data" top: "data" top: "label" transform_param { crop_size: 9 } data_param { batch_size: 5 } }\n'


@pytest.mark.parametrize("head", [INPUT, SHAPE, LAYER, DUMMY, MEMORY, CROP])
def test_spellings_of_an_input(head: str) -> None:
    assert figures(read(CONV_3, head)) == Figures(112, 108 * 81, [(4, 9, 9)])


def test_data_that_says_no_size_is_asked_for() -> None:
    head = 'layer { type: "Data" top: "data" top: "label" data_param { source: "x" batch_size: 64 } }\n'
    with pytest.raises(SpecError, match=r"does not say the size of 'data' .*data=3x224x224"):
        read(CONV_3, head)
    assert figures(read(CONV_3, head, inputs={"data": (3, 9, 9)})).macs == 108 * 81
    assert [note.message for note in read(CONV_3, CROP).notes][-1] == "'data' is a batch of 5: shapes have none"
    assert "does not say how many channels" in read(CONV_3, CROP).notes[0].message


OLD = """
layers {
  name: "c" type: CONVOLUTION bottom: "data" top: "c" blobs_lr: 0 blobs_lr: 0
  convolution_param { num_output: 4 kernel_size: 3 pad: 1 }
}
layers < name: 'r' type: RELU bottom: 'c' top: 'c' >
"""


def test_the_old_syntax() -> None:
    found = read(OLD)
    assert (nodes(found), figures(found).params) == (["conv", "relu"], 112)
    assert "trainable: false" in found.text


OLDEST = """
layers { layer { name: "p" type: "padding" pad: 1 } bottom: "data" top: "p" }
layers {
  layer { name: "c" type: "conv" num_output: 4 kernelsize: 3 stride: 2 biasterm: false blobs_lr: 0. weight_decay: 1. }
  bottom: "p" top: "c"
}
layers { layer { name: "r" type: "relu" } bottom: "c" top: "c" }
layers { layer { name: "m" type: "pool" pool: MAX kernelsize: 3 stride: 2 } bottom: "c" top: "m" }
layers { layer { name: "f" type: "innerproduct" num_output: 5 } bottom: "m" top: "f" }
"""


def test_the_oldest_syntax() -> None:
    """108 weights without biases at (9 + 2 - 3) // 2 + 1 = 5 places squared; the pool rounds up to 2; 16 * 5 + 5."""
    found = read(OLDEST)
    assert nodes(found) == ["pad", "conv", "relu", "max_pool", "flatten", "linear"]
    assert figures(found) == Figures(108 + 85, 108 * 25 + 80, [(5,)])
    assert "trainable: false" in found.text


def test_words_of_forks_in_the_old_syntax() -> None:
    found = read("layers { type: BN bottom: 'data' top: 'b' } layers { type: PRELU bottom: 'b' top: 'r' }")
    assert (nodes(found), figures(found).params) == (["batch_norm", "prelu"], 6 + 3)


@pytest.mark.parametrize("rule", ["phase: TRAIN", "stage: 'train'", "phase: TEST stage: 'val' min_level: 1"])
def test_data_of_another_phase_is_taken_where_there_is_no_other(rule: str) -> None:
    found = read(CONV_3, CROP.replace("top:", f"include {{ {rule} }} top:", 1))
    assert figures(found) == Figures(112, 108 * 81, [(4, 9, 9)])
    assert found.notes[0].message.startswith("no layer gives 'data' in the phase TEST: layer 0, line 1")


def test_both_sides_that_a_loss_compares() -> None:
    """A siamese network runs twice with the same weights. What no weight made is a label."""
    named = 'param { name: "w" } param { name: "b" } inner_product_param { num_output: 5 }'
    sides = layer("InnerProduct", named, tops="f") + layer("InnerProduct", named, "other", "g")
    two = SHAPE + SHAPE.replace("data", "other")
    found = read(sides + layer("ContrastiveLoss", "", "f g label", "loss"), two + SHAPE.replace("data", "label"))
    assert figures(found) == Figures(243 * 5 + 5, 2 * 243 * 5, [(5,), (5,)])
    target = layer("InnerProduct", "inner_product_param { num_output: 243 }", tops="f") + layer("Flatten", tops="g")
    assert figures(read(target + layer("EuclideanLoss", "", "f g", "loss"))).outputs == [(243,)]
    coded = layer("Python", 'python_param { module: "m" layer: "Loss" } loss_weight: 1', "c", "loss")
    assert figures(read(CONV_3 + coded)).outputs == [(4, 9, 9)]


def test_the_phase_is_test() -> None:
    train = layer("InnerProduct", "include { phase: TRAIN } inner_product_param { num_output: 7 }")
    both = layer("InnerProduct", "exclude { phase: TRAIN } inner_product_param { num_output: 5 }")
    staged = layer("InnerProduct", 'include { stage: "deploy" } inner_product_param { num_output: 9 }', tops="y")
    assert figures(read(train + both + staged)).outputs == [(5,)]


def test_in_place_and_in_any_order() -> None:
    """A norm's factor and shift are those of the Scale behind it, wherever the blob stands."""
    norm = layer("BatchNorm", bottoms="c", tops="c") + layer("Scale", "scale_param { bias_term: true }", "c", "c")
    found = read(CONV_3 + norm + layer("ReLU", bottoms="c", tops="c"))
    assert nodes(found) == ["conv", "batch_norm", "relu"]
    assert figures(found).params == 112 + 8
    apart = read(CONV_3 + layer("BatchNorm", bottoms="c", tops="c"))
    assert (figures(apart).params, nodes(apart)) == (112, ["conv", "batch_norm"])


def test_losses_labels_and_boxes_are_left_out() -> None:
    found = read(
        layer("InnerProduct", "inner_product_param { num_output: 5 }", tops="f")
        + layer("SoftmaxWithLoss", "", "f label", "loss")
        + layer("Accuracy", "include { phase: TEST }", "f label", "accuracy"),
        CROP,
    )
    assert (nodes(found), figures(found).outputs) == (["flatten", "linear", "softmax"], [(5,)])
    assert "input: [3, 9, 9]" in found.text  # the labels are no input
    boxes = read(CONV_3 + layer("PriorBox", "", "c data", "b") + layer("DetectionOutput", "", "c b", "d"))
    assert (nodes(boxes), figures(boxes).outputs) == (["conv"], [(4, 9, 9)])


def test_tops_that_nobody_reads_are_the_outputs() -> None:
    found = read(layer("Slice", "slice_param { axis: 1 slice_point: 1 }", tops="a b") + layer("ReLU", "", "a", "r"))
    assert sorted(figures(found).outputs) == [(1, 9, 9), (2, 9, 9)]


def test_weights_of_one_name_are_one() -> None:
    named = 'param { name: "w" } param { name: "b" }'
    one = layer("InnerProduct", f"{named} inner_product_param {{ num_output: 243 }}", tops="f")
    other = layer("InnerProduct", f"{named} inner_product_param {{ num_output: 243 }}", "f", "g")
    found = figures(read(one + other))
    assert (found.params, found.macs) == (243 * 243 + 243, 2 * 243 * 243)


def test_frozen_weights() -> None:
    frozen = CONV_3.replace("convolution_param", "param { lr_mult: 0 } param { lr_mult: 0 } convolution_param")
    assert "trainable: false" in read(frozen).text
    half = CONV_3.replace("convolution_param", "param { lr_mult: 1 } param { lr_mult: 0 } convolution_param")
    assert "trainable" not in read(half).text


def test_layers_behind_regions_run_for_each() -> None:
    """300 regions of 4x2x2: 300 * 16 * 5 multiply-adds of 16*5 + 5 weights."""
    found = read(
        CONV_3
        + layer("Python", 'python_param { module: "rpn.proposal_layer" layer: "ProposalLayer" }', "c", "rois")
        + layer("ROIPooling", "roi_pooling_param { pooled_h: 2 pooled_w: 2 }", "c rois", "r")
        + layer("InnerProduct", "inner_product_param { num_output: 5 }", "r", "f")
    )
    assert figures(found) == Figures(112 + 85, 108 * 81 + 300 * 80, [(300, 5)])
    assert "300 are taken" in found.notes[-1].message


def test_regions_may_be_an_input() -> None:
    """20 regions of 3x2x2: each has 12 numbers, of which 5 are made."""
    regions = 'input: "data" input: "rois" input_shape { dim: 1 dim: 3 dim: 9 dim: 9 } input_shape { dim: 20 dim: 5 }\n'
    pooled = layer("ROIPooling", "roi_pooling_param { pooled_h: 2 pooled_w: 2 }", "data rois", "r")
    found = read(pooled + layer("InnerProduct", "inner_product_param { num_output: 5 }", "r", "f"), regions)
    assert figures(found) == Figures(65, 20 * 60, [(20, 5)])


@pytest.mark.parametrize(
    "bottoms, tops, parameters",
    [("data cont", "h", ""), ("data cont h0 c0", "h hT cT", "expose_hidden: true")],
)
def test_a_recurrent_layer(bottoms: str, tops: str, parameters: str) -> None:
    """7 steps of a batch of 2: 4 * 6 * (5 + 6) weights and 4 * 6 biases; states in and out are no weights."""
    sizes = {"data": "7 2 5", "cont": "7 2", "h0": "1 2 6", "c0": "1 2 6"}
    said = {name: " ".join(f"dim: {size}" for size in sizes[name].split()) for name in bottoms.split()}
    head = "".join(f'input: "{name}" ' for name in said)
    head += "".join(f"input_shape {{ {dims} }} " for dims in said.values())
    lstm = layer("LSTM", f"recurrent_param {{ num_output: 6 {parameters} }}", bottoms, tops)
    found = figures(read(lstm, head))
    assert (found.params, found.macs) == (264 + 24, 7 * 264)
    assert found.outputs == [(7, 6), (1, 6), (1, 6)][: len(tops.split())]


@pytest.mark.parametrize("pool", ["pool: AVE kernel_size: 2", "pool: MAX global_pooling: true"])
def test_maps_of_regions_in_one_value(pool: str) -> None:
    """As R-FCN does: 300 regions of 4x2x2, of which each map becomes one number."""
    proposed = layer("Python", 'python_param { module: "rpn.proposal_layer" layer: "ProposalLayer" }', "c", "rois")
    pooled = layer("PSROIPooling", "psroi_pooling_param { output_dim: 4 group_size: 2 }", "c rois", "r")
    found = read(CONV_3 + proposed + pooled + layer("Pooling", f"pooling_param {{ {pool} }}", "r", "a"))
    assert figures(found).outputs == [(300, 4, 1, 1)]
    with pytest.raises(SpecError, match="reads maps of 300 regions, and windows are for one map"):
        read(CONV_3 + proposed + pooled + layer("Pooling", "pooling_param { kernel_size: 1 }", "r", "a"))


def test_losses_of_forks_are_left_out_where_they_learn_nothing() -> None:
    labelled = SHAPE.replace("data", "label") + SHAPE
    found = read(layer("FocalLoss", "focal_loss_param { alpha: 1 }", "c label", "loss"), labelled + CONV_3)
    assert (figures(found).outputs, nodes(found)) == ([(4, 9, 9)], ["conv"])
    with pytest.raises(SpecError, match="knows no layer 'CenterLoss'"):
        read(layer("CenterLoss", "center_loss_param { num_output: 10 }", "c c", "loss"), labelled + CONV_3)


def test_the_text_format() -> None:
    found = read(
        '# a comment\nlayer {\n  name: \'c\' ; type: "Convo" "lution", bottom: "data" top: "c"\n'
        '  convolution_param: < num_output: 4 kernel_size: [3] pad: 1 weight_filler { type: "xavier" std: 1e-3 } > }\n'
    )
    assert figures(found).params == 112


@pytest.mark.parametrize(
    "layers, message, line",
    [
        (CONV % "kernel_size: three", "kernel_size is a whole number, not 'three'", 7),
        ("layer {\n name: {\n", "does not end", 8),
        ("layer { name: }", "a value of name is expected, not '}'", 7),
        ("layer { name: 'a' = 3 }", "a field's name is expected, not '='", 7),
        (layer("Convolution", bottoms="dada"), "layer l, line 7 reads 'dada', which no layer before it gives", 7),
        (layer("Concat", "concat_param { axis: 0 }", "data data"), "works on axis 0, the axis of the batch", 7),
        (layer("Slice", "slice_param { slice_point: 5 }", tops="a b"), "cuts 3 into 2 at [5]: they do not fit", 7),
        (layer("Wave") + layer("Wave"), "archcalc knows no layer 'Wave', which net.prototxt has 2 times", 7),
        (CONV % "kernel_size: 30", "a window of 30 does not fit into 9 + 0 of padding", 7),
        (layer("Convolution", "convolution_param { num_output: 2 axis: 2 }"), "has its channels on axis 2", 7),
        (CONV % "kernel_size: 3" + layer("Eltwise", "", "c data"), "reads [4, 7, 7] and [3, 9, 9], which have to", 8),
        (CONV % "kernel_size: 3" + layer("Crop", "crop_param { offset: 3 }", "data c"), "crops 9 to 7 from 3 on", 8),
        (layer("Parameter", "parameter_param { shape { dim: 2 } }", ""), "no layer of net.prototxt reads an input", 7),
        ("layer {" * 60, "messages lie more than 50 deep in one another", 7),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_line(layers: str, message: str, line: int) -> None:
    with pytest.raises(SpecError) as told:
        read(layers)
    assert message in told.value.diagnostics[0].message
    assert (told.value.file, told.value.line) == ("net.prototxt", line)


def test_what_is_unknown_as_custom() -> None:
    found = read(layer("Wave", tops="a") + layer("ReLU", "", "a", "b"), as_custom=True)
    assert nodes(found) == ["custom", "relu"]
    assert "'Wave' stands as custom" in found.notes[-1].message
    assert network(found).outputs[0].shape == (3, 9, 9)
